"""Statements (清算单): the order of their lines, their sums, their file and what is to be paid of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple, Protocol

from shared.month.facts import Disputed
from shared.month.funds import Funds
from shared.month.lines import Line
from shared.month.terms import Terms

COLUMNS = (
    "line_id,settlement_id,why,person_id,insured_area,treatment_area,institution_id,visit_kind,service_on,"
    "business_on,total_fen,pool_fen,large_amount_fen,serious_illness_fen,assistance_fen,account_fen,fund_fen,"
    "due_fen"
)
_BYTE_ORDER_MARK = "\ufeff"
_ROWS_A_CHUNK = 1000


class Statement(NamedTuple):
    """A statement (清算单): what one area owes another for a month, under an agreement and a scheme.

    Each direction has its own, nothing is netted (全额清算, 001 (二十二)).
    """

    terms: Terms
    scheme: str
    month: str
    sorted_on: date
    lines: Sequence[Line]


class Sums(NamedTuple):
    """The sums (合计) of some lines: how many, their total, and what each fund and the account paid."""

    lines: int
    total_fen: int
    funds: Funds

    def plus(self, other: "Sums") -> "Sums":
        """The sums of these lines and of others."""
        return Sums(self.lines + other.lines, self.total_fen + other.total_fen, self.funds.plus(other.funds))

    def document(self) -> dict[str, int]:
        """The sums as a JSON object."""
        funds = self.funds
        return {
            "lines": self.lines,
            "total_fen": self.total_fen,
            **funds._asdict(),
            "fund_fen": funds.fund_fen,
            "due_fen": funds.due_fen,
        }


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The lines as they follow each other in a statement; ids by their code points."""
    return sorted(lines, key=lambda line: (line.business_on, line.settled.institution_id, line.line_id))


class Amounts(Protocol):
    """What can be summed up (金额): a line of a statement, as it was computed or as it is printed."""

    @property
    def total_fen(self) -> int:
        """The bill's total."""

    @property
    def funds(self) -> Funds:
        """What each fund and the account paid."""


def sums_of(lines: Collection[Amounts]) -> Sums:
    """The sums of some lines."""
    funds = map(sum, zip(*(line.funds for line in lines), strict=True))
    return Sums(len(lines), sum(line.total_fen for line in lines), Funds(*funds))


def sums_by_area(lines: Iterable[Line]) -> dict[str, Sums]:
    """The same sums for each insured area (000 三(三)3); they add up to the statement's."""
    by_area: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_area[line.settled.insured_area].append(line)
    return {area: sums_of(by_area[area]) for area in sorted(by_area)}


def added_up(sums: Iterable[Sums]) -> Sums:
    """Several sums as one."""
    total = Sums(0, 0, Funds())
    for one in sums:
        total = total.plus(one)
    return total


def csv_row(line: Line) -> str:
    """A line as a row of the statement's file. No id has a comma or a quote in it, so none is quoted."""
    settled, funds = line.settled, line.funds
    return (
        f"{line.line_id},{settled.settlement_id},{line.why},{settled.person_id},{settled.insured_area},"
        f"{settled.treatment_area},{settled.institution_id},{settled.kind},{settled.service_on},"
        f"{line.business_on},{line.total_fen},{funds.pool_fen},{funds.large_amount_fen},"
        f"{funds.serious_illness_fen},{funds.assistance_fen},{funds.account_fen},{funds.fund_fen},"
        f"{funds.due_fen}\n"
    )


def csv_of(lines: Iterable[Line]) -> Iterator[bytes]:
    """The statement's file (清算明细表), piece by piece: UTF-8 with byte order mark, a row a line."""
    yield f"{_BYTE_ORDER_MARK}{COLUMNS}\n".encode()
    rows = map(csv_row, lines)
    while chunk := "".join(islice(rows, _ROWS_A_CHUNK)):
        yield chunk.encode()


def csv_sha256(pieces: Iterable[bytes]) -> str:
    """The digest of a statement's file, from all of its pieces."""
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def document(statement: Statement, digest: str) -> dict[str, Any]:
    """The statement as a JSON object, with the digest of its file."""
    by_area = sums_by_area(statement.lines)
    return {
        "agreement_id": statement.terms.agreement_id,
        "scheme": statement.scheme,
        "month": statement.month,
        "sorted_on": statement.sorted_on.isoformat(),
        "sums": added_up(by_area.values()).document(),
        "by_area": {area: sums.document() for area, sums in by_area.items()},
        "csv_sha256": digest,
    }


def disputed_lines(lines: Iterable[Line], disputes: dict[str, Disputed], confirmed_on: date) -> list[Line]:
    """The lines that drop out of a statement: disputed by the day on which its second center confirms it."""
    return [
        line
        for line in lines
        if (dispute := disputes.get(line.line_id)) and dispute.disputed_on <= confirmed_on
    ]


def payable_fen(lines: Iterable[Line], disputed: Iterable[Line]) -> int:
    """What is to be paid of a statement (应付): all that is due without the disputed lines."""
    return sum(line.funds.due_fen for line in lines) - sum(line.funds.due_fen for line in disputed)
