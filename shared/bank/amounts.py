"""How a bank's file writes amounts, days and accounts, and what is said where it writes them otherwise."""

import re
from datetime import date
from typing import NamedTuple, NoReturn

from shared.bank.payment import CURRENCY, MAX_ACCOUNT
from shared.findings import Finding, InvalidFileError

_AMOUNT = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")
_MORE_DECIMALS = re.compile(r"[0-9]+\.[0-9]{3,}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Problem(NamedTuple):
    """What is wrong, in Chinese and English; the place comes to it."""

    zh: str
    en: str


MISSING = Problem("缺少此项", "is missing")
_THREE_DECIMALS = Problem("金额至多两位小数", "must have two decimals at most")
_NO_AMOUNT = Problem("应为不带符号的金额，如 12.50", "must be an amount without a sign, such as 12.50")
_NO_DAY = Problem("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD")
_NO_ACCOUNT = Problem(f"账号应为至多{MAX_ACCOUNT}位", f"must be an account of up to {MAX_ACCOUNT} characters")


def refuse(place: str, problem: Problem) -> NoReturn:
    """Raises InvalidFileError with one finding."""
    raise InvalidFileError([Finding(place, *problem)])


def read_fen(text: str, place: str) -> int:
    """Yuan as a bank writes them (`12`, `12.5`, `12.50`) as fen. Raises InvalidFileError for others."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        refuse(place, _THREE_DECIMALS if _MORE_DECIMALS.fullmatch(text) else _NO_AMOUNT)
    yuan, decimals = found.groups()
    return int(yuan) * 100 + int((decimals or "").ljust(2, "0"))


def read_day(text: str, place: str) -> date:
    """A day `YYYY-MM-DD`. Raises InvalidFileError for any other form, and for a day that no calendar has."""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    refuse(place, _NO_DAY)


def read_account(text: str, place: str) -> str:
    """An account's number without the blanks between its digits. Raises InvalidFileError for none."""
    account = "".join(text.split())
    if not account:
        refuse(place, MISSING)
    if len(account) > MAX_ACCOUNT:
        refuse(place, _NO_ACCOUNT)
    return account


def read_text(text: str, most: int, place: str) -> str:
    """A text on one line. Raises InvalidFileError for more than `most` characters."""
    line = " ".join(text.split())
    if len(line) > most:
        refuse(place, Problem(f"不得超过 {most} 字符", f"must not be longer than {most} characters"))
    return line


def require_currency(text: str, place: str) -> None:
    """Raises InvalidFileError for another currency than the one that is paid in."""
    if text != CURRENCY:
        zh, en = f"币种应为 {CURRENCY}，而不是 {text[:10]!r}", f"must be in {CURRENCY}, not {text[:10]!r}"
        refuse(place, Problem(zh, en))
