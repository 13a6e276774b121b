"""Amounts in words, as a voucher needs them."""

from itertools import product

import pytest

from shared.statements.capitals import capitals

# Fen, in words
WORDS = [
    (0, "零元整"),
    (1, "壹分"),
    (10, "壹角整"),
    (25, "贰角伍分"),
    (100, "壹元整"),
    (101, "壹元零壹分"),
    (110, "壹元壹角整"),
    (1_000, "壹拾元整"),
    (12_345, "壹佰贰拾叁元肆角伍分"),
    (-12_345, "负壹佰贰拾叁元肆角伍分"),
    (100_500, "壹仟零伍元整"),
    (105_000, "壹仟零伍拾元整"),
    (168_032, "壹仟陆佰捌拾元叁角贰分"),
    (140_950, "壹仟肆佰零玖元伍角整"),
    (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
    (10_700_053, "壹拾万柒仟元伍角叁分"),
    (600_714, "陆仟零柒元壹角肆分"),
    (1_000_005_00, "壹佰万零伍元整"),
    (1_0000_0000_00, "壹亿元整"),
    (1_0001_0000_00, "壹亿零壹万元整"),
    (1_0000_0001_00, "壹亿零壹元整"),
    (20_0300_0400_00, "贰拾亿零叁佰万零肆佰元整"),
    (1_0000_0000_0000_00, "壹万亿元整"),
    (90_0719_9254_7409_91, "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分"),
]


@pytest.mark.parametrize(("fen", "words"), WORDS)
def test_an_amount_in_words(fen: int, words: str) -> None:
    assert capitals(fen) == words


def test_words_can_be_read_back() -> None:
    large = (digits * 10**power for digits, power in product((1, 11, 9_009), range(12)))
    for fen in (*range(0, 200_000, 7), *large):
        assert read(capitals(fen)) == fen


def read(words: str) -> int:
    """The amount that words say, by what each character is worth."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = 0
    for one in words.removesuffix("整"):
        if one in digits:
            digit = digits.index(one)
        elif one in units:
            section, digit = section + digit * units[one], 0
        elif one in "角分":
            total, digit = total + digit * (10 if one == "角" else 1), 0
        elif one == "万":
            total, section, digit = total + (section + digit) * 10**6, 0, 0
        elif one == "亿":
            total, section, digit = (total + (section + digit) * 100) * 10**8, 0, 0
        else:
            total, section, digit = total + (section + digit) * 100, 0, 0
    return total
