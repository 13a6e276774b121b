"""What a month that is not sorted yet would come to, and what stands in none and why (清分试算). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from services.clearing.lines.rules import RECOVERED, UNHEARD
from services.clearing.model.due import MonthSums
from services.clearing.statements.rules import add_up
from shared.messages.clearing.batches import Sums
from shared.month.outcome import Aside
from shared.month.place import business_month, months_between, sorted_on
from shared.month.terms import MonthRule, Terms

_STAY = "inpatient"


class Expected(NamedTuple):
    """A statement as it would be sorted (预计清算单), were nothing more heard until its day."""

    agreement_id: str
    scheme: str
    insured_center: str
    treatment_center: str
    sorted_on: date
    sums: Sums

    def as_json(self) -> dict[str, Any]:
        """The statement as a JSON object."""
        return {**self._asdict(), "sorted_on": str(self.sorted_on), "sums": self.sums.model_dump()}


class AsideLines(NamedTuple):
    """Lines of one day that stand in no month (未入单明细), all with the same things had and missing."""

    agreement_id: str | None
    scheme: str
    aside: str
    visit_kind: str
    business_on: date
    has_page: bool
    is_reviewing: bool
    has_review: bool
    is_reversed: bool
    is_asked: bool
    lines: int
    total_fen: int
    due_fen: int


class AsideSums(NamedTuple):
    """What stands in no month for one reason (未入单合计), by the month of its business; fen."""

    agreement_id: str | None
    scheme: str
    month: str
    aside: str
    why: str
    lines: int
    total_fen: int
    due_fen: int


class Preview(NamedTuple):
    """A month as it stands (清分试算); `sorted_already`: agreements whose statements of it are made."""

    month: str
    expected: Sequence[Expected]
    aside: Sequence[AsideSums]
    sorted_already: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """The preview as a JSON object."""
        return {
            "month": self.month,
            "expected": [one.as_json() for one in self.expected],
            "aside": [one._asdict() for one in self.aside],
            "sorted_already": self.sorted_already,
        }


def expected(
    groups: Mapping[str, Iterable[MonthSums]],
    month: str,
    terms_of: Callable[[str], Terms],
    centers_of: Callable[[str], tuple[str, str]],
) -> list[Expected]:
    """The statements that these sums of lines become, by agreement and scheme."""
    return [
        Expected(
            id,
            scheme,
            *centers_of(id),
            sorted_on(terms_of(id).months, month),
            add_up(one.sums for one in ones),
        )
        for id, found in sorted(groups.items())
        for scheme, ones in groupby(found, key=attrgetter("scheme"))
    ]


def aside_sums(rows: Iterable[AsideLines], month: str, terms_of: Callable[[str], Terms]) -> list[AsideSums]:
    """What might have stood in a month and stands in none, by agreement, scheme, month and reason.

    A late line is shown whatever its month; any other while it can still come to `month` in time.
    """
    sums: dict[tuple[str, ...], AsideSums] = {}
    for row in rows:
        terms = terms_of(row.agreement_id) if row.agreement_id else None
        rule = terms.months if terms else MonthRule()
        of = business_month(row.business_on, rule.cut_off_day)
        delay = months_between(of, month)
        if delay < 0 or (delay > rule.max_delay_months and row.aside != Aside.LATE):
            continue
        key = (row.agreement_id or "", row.scheme, of, row.aside, why(row, terms))
        before = sums.get(key, AsideSums(row.agreement_id, *key[1:], lines=0, total_fen=0, due_fen=0))
        sums[key] = before._replace(
            lines=before.lines + row.lines,
            total_fen=before.total_fen + row.total_fen,
            due_fen=before.due_fen + row.due_fen,
        )
    return [found for _, found in sorted(sums.items())]


_Test = Callable[[AsideLines, Terms], bool]
_WANTING: tuple[tuple[str, _Test], ...] = (
    ("REVERSED", lambda row, _: row.is_reversed),
    (
        "NO_CASE_PAGE",
        lambda row, terms: terms.is_case_page_required and row.visit_kind == _STAY and not row.has_page,
    ),
    ("IN_REVIEW", lambda row, terms: terms.are_claims_required and row.is_reviewing),
    ("NOT_CLAIMED", lambda row, terms: terms.are_claims_required and not row.has_review),
)
_WHY = {UNHEARD: "NO_SETTLEMENT", RECOVERED: "RECOVERED", Aside.UNAGREED: "NO_AGREEMENT"}


def why(row: AsideLines, terms: Terms | None) -> str:
    """Why lines stand in no month: the first thing that they want; a late one, whether it was asked for."""
    if row.aside == Aside.LATE:
        return "ADMISSION_ASKED" if row.is_asked else "LATE"
    if row.aside != Aside.NOT_ELIGIBLE or terms is None:
        return _WHY.get(row.aside, row.aside)
    return next((name for name, wants in _WANTING if wants(row, terms)), "REVERSED")
