"""A center asks for a batch again, on a real database: the same bytes, and nothing changes."""

from datetime import date

import asyncpg
import pytest

from shared.adapter.batches.batch import Assembly
from shared.bus.message import Decision
from shared.messages.clearing.batches import CHUNK_LINES, RequestChunk
from tests.clearing.given.desk import NODES, DriverFor, batch, open_books, sort
from tests.clearing.given.facts import INSURED_CENTER, OTHER_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_5, APRIL_1, APRIL_2 = date(2026, 3, 5), date(2026, 4, 1), date(2026, 4, 2)


async def _again(
    driver: Driver, statement_id: str, number: int | None, center_id: str = INSURED_CENTER
) -> Decision:
    body = RequestChunk(statement_id=statement_id, center_id=center_id, number=number)
    [decision] = await driver.hear(body, source=NODES[center_id], day=APRIL_2)
    return decision


@pytest.mark.requirement("CLR-18")
async def test_chunks_and_manifest_come_again_byte_for_byte_to_either_side(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = [settled(f"s{n:04}", MARCH_5, 100 + n) for n in range(CHUNK_LINES + 1)]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    manifest, chunks, lines = batch(await sort(driver, APRIL_1))
    id, assembly = manifest.statement_id, Assembly(center_id=INSURED_CENTER)
    for center_id in (INSURED_CENTER, TREATMENT_CENTER):
        sent = [await _again(driver, id, number, center_id) for number in (0, 1, None)]
        facts = [fact for decision in sent for fact in decision.facts]
        assert [fact.model_dump_json() for fact in facts] == [
            fact.model_dump_json() for fact in (*chunks, manifest)
        ]
        assert [decision.rows for decision in sent] == [()] * 3
    [*_, whole] = [assembly.take(0, at, fact) for at, fact in enumerate(facts)]
    assert whole and (whole.manifest, whole.lines) == (manifest, tuple(lines))


@pytest.mark.requirement("CLR-18")
async def test_what_is_not_as_it_was_first_sent_is_refused_with_its_place(
    driver_for: DriverFor, database: str
) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = [settled(f"s{n:04}", MARCH_5, 100 + n) for n in range(CHUNK_LINES + 1)]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    manifest, *_ = batch(await sort(driver, APRIL_1))
    connection = await asyncpg.connect(database)
    last = f"s{CHUNK_LINES:04}"
    await connection.execute("UPDATE clearing.line SET pool_fen = pool_fen + 1 WHERE line_id = $1", last)
    first, second, whole = [await _again(driver, manifest.statement_id, number) for number in (0, 1, None)]
    assert [one.answer and one.answer.code for one in (first, second, whole)] == ["OK", "BATCH_DIFFERS", "OK"]
    assert second.answer and (second.answer.where, second.facts) == ("number: 1", ())
    await connection.execute("UPDATE clearing.chunk SET sha256 = repeat('0', 64) WHERE number = 1")
    await connection.close()
    whole = await _again(driver, manifest.statement_id, None)
    assert whole.answer and (whole.answer.code, whole.facts) == ("BATCH_DIFFERS", ())


@pytest.mark.parametrize(
    ("number", "center_id", "statement_id", "code"),
    [
        (1, INSURED_CENTER, "", "INVALID_FIELD"),
        (0, OTHER_CENTER, "", "CENTER_NOT_YOURS"),
        (0, INSURED_CENTER, "nothing", "UNKNOWN_STATEMENT"),
        (None, INSURED_CENTER, "nothing", "UNKNOWN_STATEMENT"),
    ],
)
async def test_only_its_centers_get_a_batch_again_and_no_chunk_that_it_has_not(
    driver_for: DriverFor, number: int | None, center_id: str, statement_id: str, code: str
) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 100), source="settlement", day=MARCH_5)
    manifest, *_ = batch(await sort(driver, APRIL_1))
    decision = await _again(driver, statement_id or manifest.statement_id, number, center_id)
    assert decision.answer and decision.answer.code == code
    assert decision.facts == ()
