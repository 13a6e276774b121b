"""Costs are uploaded daily: what is missing is told, late goes by working days, undos tell what depends."""

from datetime import date

import pytest

from services.audit.rules.deadlines import exchange_of
from shared.bus.message import Original
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.queries import QueryVisit
from shared.messages.settlement.visits import AdmitPatient, CostsUploaded, UploadCosts
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    KEYS,
    NODE,
    DriverFor,
    admit,
    ask,
    bed,
    discharge,
    open_world,
    result,
    settle,
)


@pytest.mark.requirement("SET-20")
async def test_days_without_an_upload_are_told_when_asked_and_at_the_discharge(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    for body in (admit(), bed("U1", 100, D1), bed("U3", 100, D3)):
        assert (await ask(driver, body)).accepted
    asked = QueryVisit(**KEYS)

    assert result(await ask(driver, asked, day=D5)).missing_days == (D2, D4)
    assert result(await ask(driver, discharge(discharged_on=D5), day=D5)).missing_days == (D2, D4)

    assert (await ask(driver, bed("U2", 100, D2), day=D5)).accepted
    assert result(await ask(driver, asked, day=D6)).missing_days == (D4,)
    assert (await ask(driver, settle(3, 30_000), day=D6)).accepted
    assert result(await ask(driver, asked, day=D6)).missing_days == ()


@pytest.mark.requirement("SET-20")
@pytest.mark.parametrize(("uploaded", "missing"), [([], (D1,)), ([bed("U1", 100, D1)], ())])
def test_a_stay_of_one_day_has_that_day(uploaded: list[Body], missing: tuple[date, ...]) -> None:
    memory = Memory()
    memory.accepted(admit(), *uploaded, day=D1)

    assert result(memory.ask(discharge(discharged_on=D1), day=D1)).missing_days == missing


FRIDAY, SATURDAY, MONDAY, TUESDAY = D5, date(2026, 3, 7), D6, date(2026, 3, 10)


@pytest.mark.requirement("SET-20")
@pytest.mark.parametrize(
    ("cost_on", "heard_on", "late"),
    [
        (FRIDAY, MONDAY, False),
        (FRIDAY, TUESDAY, True),
        (SATURDAY, MONDAY, False),
        (MONDAY, TUESDAY, False),
        (D1, D3, True),
    ],
)
def test_an_upload_is_late_after_the_next_working_day(cost_on: date, heard_on: date, late: bool) -> None:
    memory = Memory()
    memory.accepted(admit(), day=D1)

    decision = memory.decide(memory.message(bed("U1", 100, cost_on), day=heard_on))

    [fact] = decision.facts
    assert isinstance(fact, CostsUploaded)
    exchange = exchange_of(fact)
    assert exchange
    assert (fact.late, result(decision.answer).late, exchange.late) == (late, late, late)


NEXT = admit(visit_id="V2", continues_visit_id="V1")
UNDONE: list[tuple[list[Body], type, str, list[str]]] = [
    ([admit(), bed("U1", 100), bed("U2", 100)], AdmitPatient, "V1 U1", ["U1", "U2"]),
    (
        [admit(), discharge(), admit(visit_id="V2", continues_visit_id="V1")],
        AdmitPatient,
        "V1 discharged",
        [],
    ),
    ([admit(), admit(visit_id="V2", continues_visit_id="V1")], AdmitPatient, "V1 V2", []),
    ([admit(), bed("U1", 100), discharge(), settle(1, 10_000)], UploadCosts, "U1 settled", []),
]


@pytest.mark.parametrize(("steps", "kind", "where", "uploads"), UNDONE)
async def test_an_undo_that_cannot_be_says_what_depends_on_it(
    driver_for: DriverFor, steps: list[Body], kind: type[AdmitPatient], where: str, uploads: list[str]
) -> None:
    driver = await open_world(driver_for)
    for body in steps:
        assert (await ask(driver, body, id=f"{type(body).__name__}-{body.model_dump()['visit_id']}")).accepted
    original_id = f"{kind.__name__}-V1"
    body = CancelRequest(subject_id="Lin", original_id=original_id)
    undoing = driver.message(
        body, source=NODE, day=D3, original=Original(original_id, kind.wire_type(), True)
    )

    [decision] = await driver.hear(undoing)

    assert decision.answer and not decision.rows
    settled = "SELECT settlement_id FROM visit WHERE visit_id = 'V1'"
    told = where.replace("settled", str((await driver.fetch(settled))[0][0]))
    assert (decision.answer.code, decision.answer.where) == ("NOT_CANCELLABLE", told)
    assert [one for day in decision.answer.days for one in day.uploads] == uploads
