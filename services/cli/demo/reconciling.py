"""Reconciles a center's month at the end of a demonstration (对账): by its own list, and with faults.

The center's list is made of the files it received, ours of the facts on the topics, so that two ways meet.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from services.clearing.queries.rebuild import read_facts
from services.cli.reconcile.other_side import read_other_side
from shared.month.compute import Months, compute
from shared.month.facts import FACT, Fact
from shared.month.funds import Funds
from shared.month.lines import reversal_id
from shared.month.place import month_after
from shared.month.reading import Facts
from shared.reconcile.cause import Cause, Kind
from shared.reconcile.differences import reconcile
from shared.reconcile.ours import ours_of

FACTS, FOLDER = "facts.jsonl", "reconcile"
_COLUMNS = ("type", "settlement_id", "day", "month", "total_fen", *Funds._fields)
_SPOILT = 5
"""How many settlements planted faults spoil; a reversal and a settlement that only they know come on top."""


class Listed(NamedTuple):
    """A settlement or a reversal in a center's list (对方账目), fen; without `month` it is of the list's."""

    kind: Kind
    settlement_id: str
    day: date
    total_fen: int
    funds: Funds
    month: str = ""

    @property
    def cells(self) -> tuple[object, ...]:
        """The row of the list's file."""
        return self.kind, self.settlement_id, self.day, self.month, self.total_fen, *self.funds


async def reconcile_center(kafka: str, out: Path, month: str) -> list[dict[str, Any]]:
    """Reconciles the list of the center that received most, as it is and with a fault of each cause.

    Both lists and the facts are written into `out`, for `yidi reconcile`. Gives for each list how many
    differences have which cause, and what they come to, fen.
    """
    found = await read_facts(kafka)
    (out / FACTS).write_bytes(b"".join(FACT.dump_json(fact, exclude_none=True) + b"\n" for fact in found))
    party, rows = _fullest(out / "centers")
    months, folder = compute(_kept(found)), out / FOLDER
    folder.mkdir(exist_ok=True)
    lists = {f"{party}.csv": rows, f"{party}-faults.csv": planted(rows, month)}
    for name, listed in lists.items():
        _write(folder / name, listed)
    return [_compared(folder / name, months, party, month) for name in lists]


def planted(rows: Sequence[Listed], month: str) -> list[Listed]:
    """A list in which a fault of each cause was planted, each in a settlement that was not taken back."""
    back = {row.settlement_id for row in rows if row.kind == "reversed"}
    sound = [row for row in rows if row.settlement_id not in back][:_SPOILT]
    amount, gone, twice, cut, reversed_ = sound
    less = amount.funds.plus(Funds(pool_fen=1))
    unknown = amount.settlement_id + "-planted"
    instead = {
        amount: [amount._replace(funds=less, total_fen=amount.total_fen + 1)],
        gone: [],
        twice: [twice, twice],
        cut: [cut._replace(month=month_after(month))],
        reversed_: [
            reversed_,
            reversed_._replace(
                kind="reversed", total_fen=-reversed_.total_fen, funds=reversed_.funds.negative()
            ),
        ],
    }
    spoilt = [one for row in rows for one in instead.get(row, [row])]
    return [*spoilt, amount._replace(settlement_id=unknown)]


def faults(told: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong: the first reconciliation has no difference, the second one of each cause."""
    clean, spoilt = told
    wrong = [f"{clean['list']}: {clean['causes']}"] if clean["causes"] else []
    if spoilt["causes"] != dict.fromkeys(Cause, 1):
        wrong.append(f"{spoilt['list']}: {spoilt['causes']}")
    return wrong


def _kept(found: Iterable[Fact]) -> Facts:
    facts = Facts()
    for number, fact in enumerate(found, 1):
        facts.keep(fact, number)
    return facts


def _fullest(centers: Path) -> tuple[str, list[Listed]]:
    """The center that received most settlements and reversals, the first of several, with its list."""
    lists = {folder.name: sorted(_received(folder)) for folder in sorted(centers.iterdir())}
    party = max(lists, key=lambda one: len(lists[one]))
    return party, lists[party]


def _received(folder: Path) -> Iterator[Listed]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                id = row["settlement_id"]
                kinds: dict[str, Kind] = {id: "settled", reversal_id(id): "reversed"}
                if kind := kinds.get(row["line_id"]):
                    funds = Funds(*(int(row[name]) for name in Funds._fields))
                    day = date.fromisoformat(row["business_on"])
                    yield Listed(kind, id, day, int(row["total_fen"]), funds)


def _write(path: Path, rows: Iterable[Listed]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_COLUMNS, *(row.cells for row in rows)])


def _compared(path: Path, months: Months, party: str, month: str) -> dict[str, Any]:
    found = reconcile(ours_of(months, party, month).side, read_other_side(path, month))
    fen: Counter[str] = Counter()
    for one in found.differences:
        fen[one.cause] += one.sums.funds.due_fen
    causes = Counter(one.cause for one in found.differences)
    return {
        "list": f"{FOLDER}/{path.name}",
        "party": party,
        "lines": found.there.lines,
        "causes": {cause: causes[cause] for cause in Cause if causes[cause]},
        "due_fen": {cause: fen[cause] for cause in Cause if causes[cause]},
        "difference_fen": found.difference.funds.due_fen,
    }
