"""Numbers of identity cards: only what is right in itself is taken; all numbers here are invented."""

from datetime import date

import pytest

from shared.id_number import IdNumber, check_digit, read_id_number

FIRST = "51190019800229123"
NUMBER = FIRST + check_digit(FIRST)
BORN = date(1980, 2, 29)
SECOND = "51190019800229124" + check_digit("51190019800229124")
STANDARD = "11010519491231002X"  # the example of the standard itself

READ = [
    ("18 digits", NUMBER, IdNumber(NUMBER, BORN, "male")),
    ("of a woman", SECOND, IdNumber(SECOND, BORN, "female")),
    ("a check digit of ten", STANDARD.lower(), IdNumber(STANDARD, date(1949, 12, 31), "female")),
    ("15 digits", "511900800229123", IdNumber(NUMBER, BORN, "male")),
    ("a 19th digit", NUMBER + "1", None),
    ("a wrong check digit", FIRST + ("1" if NUMBER[-1] != "1" else "2"), None),
    ("two digits changed about", NUMBER[:3] + NUMBER[4] + NUMBER[3] + NUMBER[5:], None),
    ("a day of no calendar", "51190019810229123" + check_digit("51190019810229123"), None),
    ("17 digits", FIRST, None),
    ("blank", "", None),
]  # fmt: skip


@pytest.mark.requirement("ENR-02")
@pytest.mark.parametrize(("case", "text", "expected"), READ, ids=[case[0] for case in READ])
def test_a_number_is_read_or_refused(case: str, text: str, expected: IdNumber | None) -> None:
    assert read_id_number(text) == expected
