"""A small town for tests: all services on servers of their own, with the sample registers and a day open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from services.cli.demo.run import SAMPLE
from services.cli.demo.stage import Stage, stage
from services.cli.registry_import.folder import read_registry
from services.cli.registry_import.send import send_registry
from shared.adapter import Connection, Operator
from shared.messages.enrollment.registers import EnrollPerson
from shared.settings import Settings

TODAY = date(2026, 3, 2)
# Insured of Bazhong beside those of the sample, each for one test that settles that day.
RESIDENTS = tuple(f"TOWN-{number:02d}" for number in range(1, 19))
IN_BED = tuple(f"TOWN-BED-{number:03d}" for number in range(1, 141))  # each for one stay that goes on
EMPLOYEE, ANOTHER = "TOWN-20", "TOWN-19"


@contextmanager
def open_town(home: Path) -> Iterator[Stage]:
    """Everything running, 2 March 2026 begun on every stream."""
    with stage(Settings(home=home, kafka=None, postgres=None)) as running:
        asyncio.run(_begin(running.servers.kafka))
        yield running


async def _begin(kafka: str) -> None:
    async with Connection(kafka, "operator") as connection, Operator(connection) as operator:
        outcomes = await send_registry(operator, read_registry(SAMPLE))
        assert all(outcome.answer.accepted for outcome in outcomes)
        others = [
            *map(_insured, (*RESIDENTS, *IN_BED)),
            *(_insured(one, scheme="310", account_balance_fen=282_300) for one in (EMPLOYEE, ANOTHER)),
        ]
        assert all(answer.accepted for answer in await operator.ask_many(others))
        await operator.open_day(TODAY)
        await operator.passed(TODAY)


def _insured(person_id: str, *, scheme: str = "390", account_balance_fen: int = 0) -> EnrollPerson:
    return EnrollPerson(
        person_id=person_id,
        scheme=scheme,
        account_balance_fen=account_balance_fen,
        insured_area="511900",
        status="normal",
        covered_from=date(2020, 1, 1),
    )
