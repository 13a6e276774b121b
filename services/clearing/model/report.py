"""Reports: the statements of a month, and whether the books agree."""

from datetime import date
from typing import Any, NamedTuple

from shared.month.funds import Funds


class StatementStatus(NamedTuple):
    """A statement (清算单) with its amounts, fen, and its state; disputed lines included.

    `by_area`: what each pooling area (统筹地区) bears of it; the areas add up to the statement (000 三(三)3).
    """

    statement_id: str
    agreement_id: str
    scheme: str
    funding_mode: str
    insured_center: str
    treatment_center: str
    lines: int
    fund_fen: int
    due_fen: int
    state: str
    disputed_lines: int
    disputed_fen: int
    by_area: dict[str, Funds]

    def as_json(self) -> dict[str, Any]:
        """The statement as a JSON object."""
        areas = {
            area: {**funds._asdict(), "fund_fen": funds.fund_fen, "due_fen": funds.due_fen}
            for area, funds in self.by_area.items()
        }
        return {**self._asdict(), "by_area": areas}


class BooksReport(NamedTuple):
    """Whether the books agree (核对账目): `sums` of all postings is zero, and the lists of faults are empty.

    `unbalanced`: entries that do not sum to zero. `differing`: accounts whose cached balance is not the
    ledger's. `unexplained`: accounts in which a center does not hold the sum of its open statements and
    lines. `misposted`: paid statements that their own two centers did not clear. `days`: agreements and days
    whose cached amount due is not that of their lines, so that the radar is wrong.
    """

    sums: Funds
    unbalanced: list[str]
    differing: list[tuple[str, str, str]]
    unexplained: list[tuple[str, str, str]]
    misposted: list[str]
    days: list[tuple[str, date]]

    @property
    def conservation_fen(self) -> int:
        """How far the ledger is from zero, fen, over all funds: 0 when money is conserved."""
        return sum(map(abs, self.sums))

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not (self.conservation_fen or any(self[1:]))

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "ok": self.ok,
            "conservation_fen": self.conservation_fen,
            **self.sums._asdict(),
            "unbalanced": self.unbalanced,
            "differing": [list(account) for account in self.differing],
            "unexplained": [list(account) for account in self.unexplained],
            "misposted": self.misposted,
            "days": [[agreement_id, day.isoformat()] for agreement_id, day in self.days],
        }
