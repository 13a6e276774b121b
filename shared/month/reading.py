"""Reads a file of facts (JSON Lines), line by line; the same object twice counts once."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared.findings import Finding, InvalidFileError, form_findings
from shared.month.facts import (
    FACT,
    Admitted,
    Agreement,
    CasePage,
    Decided,
    Disputed,
    Fact,
    Recovered,
    Reversed,
    Reviewed,
    Settled,
)
from shared.month.funds import ZERO


class InvalidFactsError(InvalidFileError):
    """A file of facts is not valid; `line` is the number of the first line that cannot be, from 1."""

    def __init__(self, line: int, finding: Finding) -> None:
        super().__init__([finding])
        self.line = line


class Reason(NamedTuple):
    """Why a fact cannot be, in Chinese and English."""

    zh: str
    en: str


@dataclass(slots=True)
class Facts:
    """All facts (清算事实), each once under what identifies it; of the case pages of a visit the first."""

    agreements: dict[tuple[str, date], Agreement] = field(default_factory=dict)
    settled: dict[str, Settled] = field(default_factory=dict)
    reversed: dict[str, Reversed] = field(default_factory=dict)
    pages: dict[str, date] = field(default_factory=dict)  # visit → received on
    reviewed: dict[str, Reviewed] = field(default_factory=dict)
    disputed: dict[str, Disputed] = field(default_factory=dict)
    decided: dict[str, Decided] = field(default_factory=dict)
    recovered: dict[str, Recovered] = field(default_factory=dict)
    admitted: dict[str, Admitted] = field(default_factory=dict)
    numbers: dict[str, "array[int]"] = field(default_factory=dict)  # of each dict: the lines, in its order

    def keep(self, fact: Fact, number: int = 0) -> None:
        """Keeps a fact, which stands in line `number`. Raises InvalidFactsError for one that cannot be."""
        if reason := own_fault(fact):
            raise InvalidFactsError(number, Finding(fact.type, *reason))
        if isinstance(fact, CasePage):
            first = self.pages.get(fact.visit_id, fact.received_on)
            self.pages[fact.visit_id] = min(first, fact.received_on)
        else:
            self._keep_once(fact, number)

    def fault(self, fact: Fact, reason: Reason) -> InvalidFactsError:
        """The error about a fact that cannot be beside the others, with the line it stands in."""
        kept: dict[Any, Fact] = getattr(self, _HOMES[type(fact)].name)
        place = list(kept).index(_HOMES[type(fact)].identity(fact))
        return InvalidFactsError(self.numbers[_HOMES[type(fact)].name][place], Finding(fact.type, *reason))

    def _keep_once(self, fact: Fact, number: int) -> None:
        name, identity = _HOMES[type(fact)]
        kept: dict[Any, Fact] = getattr(self, name)
        before = kept.setdefault(identity(fact), fact)
        if before is fact:
            self.numbers.setdefault(name, array("Q")).append(number)
        elif before != fact:
            raise InvalidFactsError(number, Finding(fact.type, *_told_otherwise(identity(fact))))


class _Home(NamedTuple):
    """Where facts of one type are kept, and what identifies one."""

    name: str
    identity: Callable[[Any], Any]


_HOMES: dict[type, _Home] = {
    Agreement: _Home("agreements", attrgetter("agreement_id", "in_force_from")),
    Settled: _Home("settled", attrgetter("settlement_id")),
    Reversed: _Home("reversed", attrgetter("settlement_id")),
    Reviewed: _Home("reviewed", attrgetter("settlement_id")),
    Disputed: _Home("disputed", attrgetter("line_id")),
    Decided: _Home("decided", attrgetter("line_id")),
    Recovered: _Home("recovered", attrgetter("recovery_id")),
    Admitted: _Home("admitted", attrgetter("line_id")),
}


def _told_otherwise(identity: object) -> Reason:
    name = identity if isinstance(identity, str) else " ".join(map(str, identity))  # type: ignore[call-overload]
    return Reason(f"{name} 前后两条内容不同", f"{name} stands in an earlier line with another content")


def own_fault(fact: Fact) -> Reason | None:
    """What cannot be in a fact by itself, beyond its form; None where nothing is wrong."""
    found = _OWN_FAULTS.get(type(fact))
    return found(fact) if found else None


_ABOVE_TOTAL = Reason(
    "基金与个人账户支付之和不得大于 total_fen", "the funds and the account must not pay more than total_fen"
)
_NOTHING = Reason("追回金额合计须大于 0", "what is recovered must be above 0 together")
_ACCEPTED = Reason(
    "accepted 仅在 outcome 为 adjusted 时填写，且必须填写",
    "accepted must stand where the outcome is adjusted, and nowhere else",
)
_OWN_FAULTS: dict[type, Callable[[Any], Reason | None]] = {
    Settled: lambda fact: _ABOVE_TOTAL if fact.funds.due_fen > fact.total_fen else None,
    Recovered: lambda fact: _NOTHING if fact.funds == ZERO else None,
    Decided: lambda fact: _ACCEPTED if (fact.accepted is None) == (fact.outcome == "adjusted") else None,
}


def read_fact(text: bytes | str) -> Fact:
    """One fact from a JSON object. Raises InvalidFileError with the first thing that is wrong with it."""
    try:
        return FACT.validate_json(text)
    except ValidationError as error:
        raise InvalidFileError(form_findings(error)[:1]) from None


def gather(lines: Iterable[tuple[int, bytes]], facts: Facts | None = None) -> Facts:
    """The facts of numbered lines, added to those given. Raises InvalidFactsError for the first bad line."""
    facts = Facts() if facts is None else facts
    for number, text in lines:
        try:
            fact = read_fact(text)
        except InvalidFileError as error:
            raise InvalidFactsError(number, error.findings[0]) from None
        facts.keep(fact, number)
    return facts
