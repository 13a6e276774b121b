"""What must hold after the run, whatever was killed: one effect and one answer a command, nothing else."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from services.audit.check.verify import verify
from services.clearing.queries.month import check_books
from shared.bus.topics import SERVICES
from shared.messages.answer import Answer
from tests.bench.crash.months.centers import Centers
from tests.bench.crash.months.check import check_months
from tests.bench.crash.said import Said
from tests.bench.crash.stage import Stage
from tests.bench.crash.stories import EFFECTS, Command

SHOWN = 5


@dataclass
class Verdict:
    """What was found; `faults` says it in words."""

    effects: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    statements: int = 0
    came_back: int = 0
    conservation_fen: int = 0
    parked: int = 0
    chain_ok: bool = False
    faults: list[str] = field(default_factory=list)


class Check:
    """Compares what was asked and answered with the tables and the logs."""

    def __init__(
        self,
        stage: Stage,
        asked: dict[str, Command],
        answers: dict[str, Answer],
        said: Said,
        centers: Centers,
    ) -> None:
        self._stage, self._asked, self._answers, self._said = stage, asked, answers, said
        self._centers = centers
        self.verdict = Verdict()

    async def run(self) -> Verdict:
        """All of it, over the reading role."""
        database = await asyncpg.connect(self._stage.servers.postgres)
        await database.execute("SET ROLE yidi_reader")
        try:
            await self._commands(database)
            await self._money(database)
            await self._months(database)
            await self._readers(database)
        finally:
            await database.close()
        await self._trail()
        self._tell("lost", self.verdict.lost)
        self._tell("doubled", self.verdict.doubled)
        self.verdict.faults += self._said.faults[:SHOWN]
        return self.verdict

    async def _commands(self, database: Any) -> None:
        rows = {kind: await _count_rows(database, *how[1:]) for kind, how in EFFECTS.items()}
        for id, command in self._asked.items():
            kind = type(command.body)
            fact, _, names = EFFECTS[kind]
            kept = rows[kind][" ".join(str(getattr(command.body, name)) for name in names)]
            told = self._said.facts[id][fact.wire_type()]
            self._judge(id, f"{kind.__name__} {id}", kept, told)

    def _judge(self, id: str, name: str, kept: int, told: int) -> None:
        answer, bodies = self._answers.get(id), self._said.answers[id]
        if answer is None:
            self.verdict.lost.append(f"{name}: not answered; {kept} rows, {told} facts")
        elif not answer.accepted:
            self.verdict.faults.append(f"{name} was refused: {answer.code} {answer.where}")
        elif kept == told == 1:
            self.verdict.effects += 1
        elif kept > 1 or told > 1:
            self.verdict.doubled.append(f"{name}: {kept} rows, {told} facts")
        else:
            self.verdict.lost.append(f"{name}: {kept} rows, {told} facts")
        if len(bodies) > 1:
            self.verdict.doubled.append(f"{name}: {len(bodies)} different answers")
        if answer and Answer.model_validate_json(min(bodies, default=b"{}"), strict=False) != answer:
            self.verdict.faults.append(f"{name}: the answer on Kafka is not the one that was heard")

    async def _money(self, database: Any) -> None:
        books = await check_books(self._stage.servers.postgres)
        owed = await database.fetchval("SELECT coalesce(sum(fund_fen), 0)::bigint FROM settlement.settlement")
        lines = await database.fetchval(_CLEARED)
        self.verdict.conservation_fen = books.conservation_fen + abs(owed - lines)
        if not books.ok or owed != lines:
            self.verdict.faults.append(
                f"the books: {books.as_json()}, settled {owed} fen, cleared {lines} fen"
            )

    async def _months(self, database: Any) -> None:
        months = await check_months(database, self._centers, self._said)
        self.verdict.statements, self.verdict.came_back = months.statements, months.came_back
        self.verdict.faults += months.faults[:SHOWN]

    async def _readers(self, database: Any) -> None:
        """Every fact was received once by each reader: its copies, and what it has heard of each stream."""
        for what, sql in _COPIES.items():
            if wrong := await database.fetchval(sql):
                self.verdict.faults.append(f"{what}: {wrong}")
        for service in SERVICES:
            await database.execute(f"SET search_path = {service}")
            for topic, partition, stream, sequence in await database.fetch(_HEARD):
                if self._said.last.get((topic, partition, stream), sequence) != sequence:
                    self.verdict.faults.append(f"{service} heard {stream} in {topic} up to {sequence} only")
            for stream, topic, partition, sequence in await database.fetch(_OUTLETS, service):
                if self._said.last.get((topic, partition, stream)) != sequence:
                    self.verdict.faults.append(f"{stream} has not said {sequence} in {topic}/{partition}")
            for reason, parked in await database.fetch(_PARKED):
                self.verdict.parked += parked
                self.verdict.faults.append(f"{service}: {parked} messages are parked: {reason}")

    async def _trail(self) -> None:
        report = await verify(self._stage.servers.postgres, self._stage.servers.kafka, deep=True)
        once = report.log_records == report.records and not report.not_heard_yet
        self.verdict.chain_ok = report.ok and once
        if not self.verdict.chain_ok:
            self.verdict.faults.append(f"the trail: {str(report.as_json())[:500]}")

    def _tell(self, what: str, found: list[str]) -> None:
        self.verdict.faults += [f"{what}: {line}" for line in found[:SHOWN]]
        if len(found) > SHOWN:
            self.verdict.faults.append(f"{what}: {len(found)} in all")


async def _count_rows(database: Any, table: str, names: tuple[str, ...]) -> Counter[str]:
    service, _, table = table.partition(".")
    await database.execute(f"SET search_path = {service}")
    rows = await database.fetch(f"SELECT * FROM {table}")  # noqa: S608 (our own table)
    return Counter(" ".join(row[name] for name in names) for row in rows)


_HEARD = "SELECT topic, partition, source_stream, sequence FROM heard"
_OUTLETS = """
SELECT $1 || '/' || topic || '/' || partition, to_topic, to_partition, sequence FROM outlet
WHERE to_topic <> '' AND to_topic NOT LIKE 'reply.%'
"""
_PARKED = """
SELECT left(concat_ws(' ', reason, detail), 200), count(*) FROM held
WHERE why IN ('PARKED', 'JUNK') GROUP BY 1
"""
# What the funds owe by what was settled; lines carried after a dispute stood in a statement before.
_CLEARED = """
SELECT coalesce(sum(pool_fen + large_amount_fen + serious_illness_fen + assistance_fen), 0)::bigint
FROM clearing.line WHERE month IS NOT NULL AND why <> 'carried'
"""
# Each gives how many are wrong.
_COPIES = {
    "settlements without exactly one line in clearing": """
        SELECT count(*) FROM settlement.settlement s
        WHERE (SELECT count(*) FROM clearing.line l
            WHERE l.settlement_id = s.settlement_id AND why <> 'carried') <> 1""",
    "lines in clearing without a settlement": """
        SELECT count(*) FROM clearing.line WHERE settlement_id NOT IN
        (SELECT settlement_id FROM settlement.settlement)""",
    "coverages that settlement has not heard": """
        SELECT count(*) FROM enrollment.coverage FULL JOIN settlement.known_coverage k
        USING (person_id, scheme, insured_area, applies_from)
        WHERE k.status IS DISTINCT FROM coverage.status""",
    "coverages that referral has not heard": """
        SELECT count(*) FROM enrollment.coverage FULL JOIN referral.known_coverage k
        USING (person_id, scheme, insured_area, applies_from)
        WHERE k.status IS DISTINCT FROM coverage.status""",
    "filings that settlement has not heard": """
        SELECT count(*) FROM referral.filing f FULL JOIN settlement.known_filing k
        USING (person_id, filing_id) WHERE k.starts_on IS DISTINCT FROM f.starts_on""",
}
