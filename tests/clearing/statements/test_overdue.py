"""What a center has not done about a statement by its day is told to both centers, once."""

from datetime import date

import pytest

from shared.bus.wire import MAX_BODY_BYTES
from shared.messages.clearing.confirmations import ConfirmationWithdrawn
from shared.messages.clearing.disputes import DisputeLines, LinesDisputed
from shared.messages.clearing.investigations import OpenInvestigation
from shared.messages.clearing.months import DisputedLine, StatementConfirmed, StatementIssued
from shared.messages.clearing.notices import MOST_LINES, StatementOverdue
from tests.clearing.given.desk import (
    NODES,
    DriverFor,
    confirm,
    decide,
    open_books,
    pay,
    said,
    sort_month,
    withdraw,
)
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_2, APRIL_9 = (date(2026, *on) for on in ((3, 5), (3, 31), (4, 2), (4, 9)))
APRIL_1, FULL = date(2026, 4, 1), "据" * 200
Overdue = tuple[str, str, date, int]


async def _issued(driver_for: DriverFor) -> tuple[Driver, str]:
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 900), settled("s2", MARCH_5, 50)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    return driver, (await sort_month(driver, MARCH_31)).statement_id


async def dispute(driver: Driver, statement_id: str, *line_ids: str) -> None:
    """The insured center disputes lines."""
    lines = tuple(DisputedLine(line_id=line_id, reason="not ours") for line_id in line_ids)
    body = DisputeLines(statement_id=statement_id, center_id=INSURED_CENTER, disputed=lines)
    [decision] = await driver.hear(body, source=NODES[INSURED_CENTER], day=APRIL_2)
    assert decision.answer
    assert decision.answer.accepted


async def overdue(driver: Driver, day: date) -> list[Overdue]:
    """What is told to be overdue on a day."""
    decisions = await driver.due("tell-overdue", 0, day)
    for decision in decisions:
        nodes = {notice.node_id for notice in decision.notices}
        assert not decision.facts or nodes == {"bazhong-center", "sichuan-center"}
    return [
        (fact.omitted, fact.center_id, fact.due_on, fact.open_fen)
        for fact in said(decisions, StatementOverdue)
    ]


@pytest.mark.requirement("CLR-21")
async def test_a_center_that_has_not_confirmed_within_five_working_days_is_named_once(
    driver_for: DriverFor,
) -> None:
    driver, id = await _issued(driver_for)
    by = date(2026, 4, 9)  # 6 April is a holiday (清明)
    assert await overdue(driver, by) == []
    assert await overdue(driver, date(2026, 4, 10)) == [
        ("CONFIRMATION", TREATMENT_CENTER, by, 950),
        ("CONFIRMATION", INSURED_CENTER, by, 950),
    ]
    assert await overdue(driver, date(2026, 4, 11)) == []
    await confirm(driver, id, INSURED_CENTER, APRIL_2)
    assert await overdue(driver, date(2026, 4, 13)) == []


@pytest.mark.requirement("CLR-08")
@pytest.mark.requirement("CLR-20")
async def test_a_payment_that_is_not_made_in_time_is_told_and_anew_after_the_confirmation_was_withdrawn(
    driver_for: DriverFor,
) -> None:
    driver, id = await _issued(driver_for)
    for center in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, id, center, APRIL_2)
    by, later = date(2026, 4, 17), date(2026, 4, 20)
    assert await overdue(driver, by) == []
    assert await overdue(driver, later) == [("PAYMENT", INSURED_CENTER, by, 950)]
    await withdraw(driver, id, TREATMENT_CENTER, later)
    await confirm(driver, id, TREATMENT_CENTER, later)
    assert await overdue(driver, date(2026, 5, 30)) == [("PAYMENT", INSURED_CENTER, date(2026, 5, 7), 950)]
    await pay(driver, id, 950, date(2026, 5, 30))
    assert await overdue(driver, date(2026, 6, 30)) == []


async def test_a_dispute_that_is_not_decided_in_time_is_told_though_the_rest_is_paid(
    driver_for: DriverFor,
) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s2")
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2)
    await pay(driver, id, 900, APRIL_9)
    by = date(2026, 5, 6)
    assert await overdue(driver, by) == []
    assert await overdue(driver, date(2026, 5, 7)) == [("DECISION", TREATMENT_CENTER, by, 50)]
    await decide(driver, id, TREATMENT_CENTER, date(2026, 5, 8), "s2", "rejected")
    assert await overdue(driver, date(2026, 5, 30)) == []


async def test_of_very_many_disputes_the_first_are_named_and_all_counted(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = [settled(f"s{number:03}", MARCH_5, 10) for number in range(501)]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await dispute(driver, id, *(f"s{number:03}" for number in range(300)))
    await dispute(driver, id, *(f"s{number:03}" for number in range(300, 501)))
    facts = said(await driver.due("tell-overdue", 0, date(2026, 5, 7)), StatementOverdue)
    [one] = [one for one in facts if one.omitted == "DECISION"]
    assert (one.center_id, one.lines, one.open_fen) == (TREATMENT_CENTER, 501, 5_010)
    assert (len(one.disputed), one.disputed[-1].line_id) == (MOST_LINES, "s499")


async def test_what_is_decided_in_time_is_never_told(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s2")
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2)
    await decide(driver, id, TREATMENT_CENTER, APRIL_9, "s2", "upheld")
    await pay(driver, id, 900, APRIL_9)
    assert [await overdue(driver, date(2026, month, 28)) for month in (4, 5, 6)] == [[], [], []]


async def test_what_is_told_of_many_disputes_with_all_their_evidence_fits_a_record(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    ids = [f"s{number:03}" for number in range(MOST_LINES + 1)]
    bodies = [settled(id, MARCH_5, 10) for id in (*ids, "s999")]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    asked = {"center_id": TREATMENT_CENTER, "officer": "li", "reason": FULL, "evidence": (FULL,) * 20}
    opened = [OpenInvestigation.model_validate({"line_id": id, **asked}) for id in ids[:100]]
    await driver.hear(*opened, source=NODES[TREATMENT_CENTER], day=MARCH_5)
    issued = [*await driver.due("sort-months", 0, APRIL_1)]
    for job in ("write-chunks", "issue-statements"):
        issued += await driver.due(job, 0, APRIL_1)
    [id] = [fact.statement_id for fact in said(issued, StatementIssued)]
    for at in range(100, len(ids), 60):
        lines = tuple(
            DisputedLine(line_id=one, reason=FULL, evidence=(FULL,) * 20) for one in ids[at : at + 60]
        )
        body = DisputeLines(statement_id=id, center_id=INSURED_CENTER, disputed=lines)
        await driver.hear(body, source=NODES[INSURED_CENTER], day=APRIL_2)
    told = await driver.due("tell-overdue", 0, date(2026, 6, 1))
    told += [await confirm(driver, id, center, APRIL_2) for center in (INSURED_CENTER, TREATMENT_CENTER)]
    told.append(await withdraw(driver, id, INSURED_CENTER, APRIL_2))
    facts = [fact for decision in (*issued, *told) for fact in decision.facts]
    assert max(len(fact.model_dump_json().encode()) for fact in facts) < MAX_BODY_BYTES
    assert len({line.line_id for fact in said(issued, LinesDisputed) for line in fact.disputed}) == 100
    assert [len(fact.disputed) for fact in said(told, StatementConfirmed)] == [MOST_LINES]
    assert [len(fact.disputed) for fact in said(told, ConfirmationWithdrawn)] == [401]
