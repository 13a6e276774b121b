"""What must hold of the months after the run: every request once, and each statement paid, once."""

from typing import Any, NamedTuple

from tests.bench.crash.months.centers import TOLD, Centers
from tests.bench.crash.said import Said

# A payment that came back was made again, and nothing is paid beside.
_STATEMENTS = """
SELECT statement_id, state,
    (SELECT count(*) FROM clearing.remittance r WHERE r.statement_id = p.statement_id),
    (SELECT count(*) FROM clearing.returned r WHERE r.statement_id = p.statement_id)
FROM clearing.progress p
"""


class Months(NamedTuple):
    """The months' figures (月度): statements in all, payments that came back, and what is wrong."""

    statements: int
    came_back: int
    faults: list[str]


async def check_months(database: Any, centers: Centers, said: Said) -> Months:
    """Compares what the centers asked and were told with the tables and the logs."""
    rows = await database.fetch(_STATEMENTS)
    faults = [
        f"statement {id} is {state}, paid {paid} times, sent back {back} times"
        for id, state, paid, back in rows
        if state != "PAID" or paid != back + 1
    ]
    faults += [fault for id in centers.asked for fault in _faults(id, centers, said)]
    return Months(len(rows), sum(row[3] for row in rows), faults)


def _faults(id: str, centers: Centers, said: Said) -> list[str]:
    answer, told = centers.answers.get(id), TOLD.get(type(centers.asked[id].body))
    faults = [] if answer and answer.accepted else [f"{id}: {answer.code if answer else 'not answered'}"]
    if len(said.answers[id]) > 1:
        faults.append(f"doubled: {id} has {len(said.answers[id])} different answers")
    if told and (times := said.facts[id][told.wire_type()]) != 1:
        faults.append(f"{id} is told {times} times")
    return faults
