"""What a year came to and what is still to be done for its close (年度清算与年终关账). Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.clearing.model.statement import State
from shared.areas import same_province
from shared.month.place import is_late, month_of_line
from shared.month.terms import MonthRule, Terms

NEVER = 10_000  # months: a delay that is no reason, so that only the year's close is asked about
_STAY = "inpatient"


class YearStatement(NamedTuple):
    """A statement of the year (年内清算单), fen; `undecided`: its disputes that nobody has decided yet."""

    agreement_id: str
    scheme: str
    month: str
    insured_area: str
    treatment_area: str
    lines: int
    total_fen: int
    fund_fen: int
    due_fen: int
    disputed_fen: int
    undecided: int
    recovered_fen: int
    state: str

    @property
    def payable_fen(self) -> int:
        """What is paid of it: what is due without what is disputed."""
        return self.due_fen - self.disputed_fen


class YearLate(NamedTuple):
    """A line of the year that is late and was not let in (逾期未准入), with the days from which it counts."""

    agreement_id: str
    scheme: str
    insured_area: str
    treatment_area: str
    visit_kind: str
    business_on: date
    page_on: date | None
    reviewed_on: date | None
    due_fen: int


class Advanced(NamedTuple):
    """What the funds compensated in a year's statements (垫付补偿费用), fen, in or across provinces."""

    year: str
    in_province: bool
    lines: int
    fund_fen: int
    due_fen: int


class YearSums(NamedTuple):
    """A year of an agreement and scheme (年度合计), fen; `in_province` (省内): both areas are of one.

    What is due is disputed, paid or open. `recovered_fen`: what recoveries among its lines took back.
    `past_close`: the late lines whose month would lie after the year's close (`closes_on`).
    """

    agreement_id: str
    scheme: str
    in_province: bool
    closes_on: date
    statements: int
    lines: int
    total_fen: int
    fund_fen: int
    due_fen: int
    disputed_fen: int
    paid_fen: int
    recovered_fen: int
    open_statements: int
    open_fen: int
    undecided: int
    late_lines: int
    late_fen: int
    past_close: int


class Year(NamedTuple):
    """A year of clearing (清算年度), and what was compensated in it and in each year before (002 附件1)."""

    year: int
    sums: Sequence[YearSums]
    advanced: Sequence[Advanced]

    def as_json(self) -> dict[str, Any]:
        """The year as a JSON object; `advanced` has the total of all years last, once for each scope."""
        totals = [{**one._asdict(), "year": "total"} for one in self.totals]
        return {
            "year": self.year,
            "agreements": [one._asdict() for one in self.sums],
            "advanced": [*(one._asdict() for one in self.advanced), *totals],
        }

    @property
    def totals(self) -> list[Advanced]:
        """What all years came to, in the province and across provinces."""
        return [
            Advanced("", scope, *(sum(column) for column in zip(*(row[2:] for row in rows), strict=True)))
            for scope in (True, False)
            if (rows := [one for one in self.advanced if one.in_province == scope])
        ]


def sums_of_year(
    year: int,
    statements: Iterable[YearStatement],
    late: Iterable[YearLate],
    terms_of: Callable[[str], Terms],
) -> list[YearSums]:
    """A year's statements and late lines by agreement and scheme, in this order; in-province first.

    `terms_of`: by which terms an agreement is cleared.
    """
    found: defaultdict[tuple[str, str, bool], tuple[list[YearStatement], list[YearLate]]]
    found = defaultdict(lambda: ([], []))
    for one in statements:
        found[_key(one)][0].append(one)
    for line in late:
        found[_key(line)][1].append(line)
    order = sorted(found, key=lambda key: (*key[:2], not key[2]))
    return [_sums(key, year, *found[key], terms_of(key[0])) for key in order]


def _key(one: YearStatement | YearLate) -> tuple[str, str, bool]:
    return one.agreement_id, one.scheme, same_province(one.insured_area, one.treatment_area)


def _sums(
    key: tuple[str, str, bool],
    year: int,
    statements: Sequence[YearStatement],
    late: Sequence[YearLate],
    terms: Terms,
) -> YearSums:
    paid = [one for one in statements if one.state == State.PAID]
    left = [one for one in statements if one.state != State.PAID]
    return YearSums(
        *key,
        closes_on=date.fromisoformat(f"{year + 1:04}-{terms.months.year_close}"),
        statements=len(statements),
        lines=sum(one.lines for one in statements),
        total_fen=sum(one.total_fen for one in statements),
        fund_fen=sum(one.fund_fen for one in statements),
        due_fen=sum(one.due_fen for one in statements),
        disputed_fen=sum(one.disputed_fen for one in statements),
        paid_fen=sum(one.payable_fen for one in paid),
        recovered_fen=sum(one.recovered_fen for one in statements),
        open_statements=len(left),
        open_fen=sum(one.payable_fen for one in left),
        undecided=sum(one.undecided for one in statements),
        late_lines=len(late),
        late_fen=sum(line.due_fen for line in late),
        past_close=sum(is_past_close(line, terms) for line in late),
    )


def is_past_close(line: YearLate, terms: Terms) -> bool:
    """Whether a late line's month would lie after its year's close; else it is late by months alone."""
    is_page_needed = terms.is_case_page_required and line.visit_kind == _STAY
    needed = [
        line.business_on,
        line.page_on if is_page_needed else None,
        line.reviewed_on if terms.are_claims_required else None,
    ]
    rule: MonthRule = terms.months._replace(max_delay_months=NEVER)
    month = month_of_line(rule, line.business_on, max(day for day in needed if day))
    return is_late(rule, month, line.business_on)
