"""Bands (分段): a ratio for each stretch of an amount, and the exact sums over a stretch.

A scale is a tuple of (limit in fen or None, weight); sums are exact integers in fen × weight.
"""

Scale = tuple[tuple[int | None, int], ...]


def stretch_sum(scale: Scale, low: int, high: int) -> int:
    """Σ over the bands of the part of [low, high] in each × its weight; 0 when high is not above low."""
    total = 0
    for limit, weight in scale:
        if limit is None or high <= limit:
            return total + (high - low) * weight if high > low else total
        if limit > low:
            total += (limit - low) * weight
            low = limit
    return total


def part_beyond(scale: Scale, low: int, high: int, target: int) -> tuple[int, int]:
    """The part of [low, high] beyond the smallest point where the sum from `low` equals `target`.

    An exact fraction (numerator, denominator) of fen; 0 when the sum does not reach the target.
    """
    reached = 0
    for limit, weight in scale:
        end = high if limit is None else min(limit, high)
        if end <= low:
            continue
        gain = (end - low) * weight
        if reached + gain >= target:
            return ((high - low) * weight - (target - reached), weight) if weight else (high - low, 1)
        reached += gain
        low = end
    return 0, 1
