"""Exact sums over bands: tables, expected results by hand."""

from fractions import Fraction

import pytest

from shared.benefit.bands import Scale, part_beyond, stretch_sum

FLAT: Scale = ((None, 3),)
RISING: Scale = ((10, 2), (20, 0), (None, 5))

# scale, low, high, sum
SUMS = [
    (FLAT, 0, 0, 0),
    (FLAT, 0, 7, 21),
    (FLAT, 5, 7, 6),
    (FLAT, 7, 5, 0),
    (RISING, 0, 10, 20),
    (RISING, 0, 15, 20),
    (RISING, 0, 22, 30),
    (RISING, 9, 21, 7),
    (RISING, 12, 30, 50),
    (RISING, 25, 25, 0),
]


@pytest.mark.parametrize(("scale", "low", "high", "expected"), SUMS)
def test_a_sum_counts_each_part_of_the_stretch_at_its_own_weight(
    scale: Scale, low: int, high: int, expected: int
) -> None:
    assert stretch_sum(scale, low, high) == expected


# scale, low, high, target, part beyond the smallest point where the sum equals the target
PARTS = [
    (FLAT, 0, 7, 22, Fraction(0)),
    (FLAT, 0, 7, 21, Fraction(0)),
    (FLAT, 0, 7, 20, Fraction(1, 3)),
    (FLAT, 0, 7, 0, Fraction(7)),
    (FLAT, 4, 7, 3, Fraction(2)),
    (FLAT, 7, 7, 0, Fraction(0)),
    (RISING, 0, 30, 20, Fraction(20)),  # nothing is paid between 10 and 20: the smallest point counts
    (RISING, 0, 30, 31, 10 - Fraction(11, 5)),
    (RISING, 12, 30, 0, Fraction(18)),  # it begins where nothing is paid
    (RISING, 12, 30, 1, 10 - Fraction(1, 5)),
    (RISING, 5, 30, 10, Fraction(20)),
    (RISING, 0, 15, 21, Fraction(0)),
]


@pytest.mark.parametrize(("scale", "low", "high", "target", "expected"), PARTS)
def test_the_part_beyond_a_target_is_exact(
    scale: Scale, low: int, high: int, target: int, expected: Fraction
) -> None:
    numerator, denominator = part_beyond(scale, low, high, target)
    assert Fraction(numerator, denominator) == expected
