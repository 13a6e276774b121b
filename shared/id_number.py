"""The number of an identity card (居民身份证号, GB 11643): its check digit, birth date and sex. Pure.

Area, birth date, sequence (odd for men), and a check digit by ISO 7064 MOD 11-2. A number of the first
generation has 15 digits: its year has two, of the twentieth century, and no check digit.
"""

import re
from datetime import date
from typing import Literal, NamedTuple

WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
_NEW, _OLD = re.compile("[1-9][0-9]{16}[0-9X]"), re.compile("[1-9][0-9]{14}")
_CENTURY_AT = 6  # where an old number lacks "19"

Sex = Literal["male", "female"]


class IdNumber(NamedTuple):
    """A number that is right in itself, in its form of 18 digits, and what it says of its holder."""

    number: str
    born_on: date
    sex: Sex


def read_id_number(text: str) -> IdNumber | None:
    """Reads a number of 18 digits, or of 15, which becomes one of 18; None for what is no such number.

    A small x is taken for the large one. A 19th digit, a wrong check digit and a day that no calendar has
    are refused alike: whoever typed it has to look again.
    """
    number = text.upper()
    if _OLD.fullmatch(number):
        number = f"{number[:_CENTURY_AT]}19{number[_CENTURY_AT:]}"
        number += check_digit(number)
    if not _NEW.fullmatch(number) or number[-1] != check_digit(number):
        return None
    try:
        born_on = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return None
    return IdNumber(number, born_on, "male" if int(number[16]) % 2 else "female")


def check_digit(number: str) -> str:
    """The check digit of the first 17 digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]
