"""Reversals and cancelled requests: accounts restored to the fen, the newest first, nothing half undone."""

from typing import Any

import asyncpg
import pytest

from services.settlement.model.settlement import Settlement
from shared.bus.message import Decision, Message, Original
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.visits import SettlementReversed, VisitCancelled
from tests.given.driver import Driver
from tests.settlement.given.world import (  # fmt: skip
    D3,
    D4,
    D9,
    PHARMACY,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    coverage,
    line,
    open_world,
    outpatient,
    policy,
    readmission,
    refusals,
    reverse,
    rows,
    settle,
    stay,
)

SERIOUS = {"deductible_fen": 0, "cap_fen": 10**8, "bands": [{"ratio_bp": 6000}]}
ACCOUNTS = "SELECT * FROM year_account ORDER BY person_id, scheme, year, account"


def settlement_id(decision: Decision) -> str:
    return completed(decision).settlement_id


def undoing(driver: Driver, request: Body, original_id: str, source: str = "huaxi") -> Message:
    return driver.message(
        CancelRequest(subject_id="Lin", original_id=original_id, reason="mistaken"),
        source=source,
        day=D4,
        original=Original(original_id, request.wire_type(), True),
    )


async def cancel(driver: Driver, request: Body, original_id: str, source: str = "huaxi") -> Decision:
    [decision] = await driver.hear(undoing(driver, request, original_id, source))
    return decision


@pytest.mark.requirement("SET-35")
async def test_a_reversal_restores_the_accounts_exactly_and_the_visit_is_settled_again(
    driver_for: DriverFor,
) -> None:
    world = (policy(serious_illness=SERIOUS), coverage("Lin", account_balance_fen=30_000))
    driver = await open_world(driver_for, *world)
    await accepted(driver, *stay(), settle(1, 100_000, use_account=True), *readmission(5000))
    before = await rows(driver, ACCOUNTS)
    [first] = await accepted(driver, settle(1, 500_000, visit_id="V2", use_account=True))
    assert await rows(driver, ACCOUNTS) != before

    [reversed_] = await accepted(driver, reverse(settlement_id(first), visit_id="V2"), day=D9)

    assert await rows(driver, ACCOUNTS) == before
    assert await rows(driver, "SELECT spent_fen FROM personal_account") == [(30_000,)]
    [fact] = reversed_.facts
    assert isinstance(fact, SettlementReversed)
    told = completed(first)
    assert (fact.payments, fact.settled_on, fact.reversed_on) == (told.payments, D3, D9)

    [again] = await accepted(driver, settle(1, 500_000, visit_id="V2", use_account=True))
    assert (completed(again).attempt, completed(again).payments) == (2, told.payments)
    assert settlement_id(again) != told.settlement_id


async def test_settle_reverse_and_settle_again_may_stand_in_one_batch(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    first = driver.message(settle(1, 100_000), source="huaxi", day=D3)

    decisions = await driver.hear(
        first,
        driver.message(reverse(first.derive("settlement")), source="huaxi", day=D3),
        driver.message(settle(1, 100_000), source="huaxi", day=D3),
    )

    assert [d.answer.code for d in decisions if d.answer] == ["OK", "OK", "OK"]
    assert await rows(driver, "SELECT attempt FROM settlement ORDER BY 1") == [(1,), (2,)]
    assert await rows(driver, "SELECT attempt FROM reversal") == [(1,)]
    assert await rows(driver, "SELECT stays FROM year_account") == [(1,)]


async def test_only_the_newest_settlement_of_the_year_is_taken_back(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    [*_, first] = await accepted(driver, *stay(), settle(1, 100_000))
    [*_, second] = await accepted(driver, *readmission(), settle(1, 100_000, visit_id="V2"))

    refused = await ask(driver, reverse(settlement_id(first)))

    assert (refused.code, refused.where) == ("NEWER_SETTLEMENT", "V2")
    await accepted(driver, reverse(settlement_id(second), visit_id="V2"), reverse(settlement_id(first)))
    assert await rows(driver, "SELECT stays, pool_paid_fen, newest_visit_id FROM year_account") == [
        (0, 0, None)
    ]


async def test_an_outpatient_bill_does_not_stand_in_the_way_of_a_stay(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    [*_, first] = await accepted(driver, *stay(), settle(1, 100_000))
    await accepted(driver, outpatient(line(1), total_fen=10_000, visit_id="O1"))

    await accepted(driver, reverse(settlement_id(first)))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"settlement_id": "another"}, "UNKNOWN_SETTLEMENT"),
    ({"visit_id": "V9"}, "UNKNOWN_VISIT"),
    ({"person_id": "Wu"}, "UNKNOWN_VISIT"),
    ({"institution_id": PHARMACY}, "UNKNOWN_VISIT"),
    ({"institution_id": "H51190000001"}, "INSTITUTION_NOT_YOURS"),
    ({"visit_id": "V2"}, "NOT_SETTLED"),
]


async def test_a_refused_reversal_changes_nothing(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    [*_, settled] = await accepted(driver, *stay(), settle(1, 100_000))
    await accepted(driver, *readmission())
    asked = [{"settlement_id": settlement_id(settled), **given} for given, _ in REFUSED]

    codes = await refusals(driver, [reverse(values.pop("settlement_id"), **values) for values in asked])

    assert codes == [code for _, code in REFUSED]


async def test_a_settlement_taken_back_is_not_taken_back_again(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    [*_, settled] = await accepted(driver, *stay(), settle(1, 100_000))
    await accepted(driver, reverse(settlement_id(settled)))

    assert (await ask(driver, reverse(settlement_id(settled)))).code == "NOT_SETTLED"


async def test_the_database_itself_lets_no_second_settlement_be_in_force(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))
    columns = ", ".join(column for column in Settlement._fields if column != "attempt")
    copied = f"INSERT INTO settlement (attempt, {columns}) SELECT $1, {columns} FROM settlement"  # noqa: S608

    with pytest.raises(asyncpg.UniqueViolationError):
        await rows(driver, copied, 1)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await rows(driver, copied, 2)


async def test_rows_about_money_are_never_changed_by_the_service(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    for table in ("settlement", "reversal", "upload", "withdrawal"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET visit_id = ''"):  # noqa: S608
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await rows(driver, statement)


async def test_a_settlement_is_undone_by_its_message_id(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    await ask(driver, settle(1, 100_000), id="s1")

    undone = await cancel(driver, settle(1, 100_000), "s1")

    assert [type(fact) for fact in undone.facts] == [SettlementReversed]
    assert await rows(driver, "SELECT state FROM visit") == [("reversed",)]
    refused = await cancel(driver, settle(1, 100_000), "s1")
    assert refused.answer and refused.answer.code == "NOT_CANCELLABLE"


async def test_an_outpatient_bill_is_undone_by_its_message_id(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    bill = outpatient(line(1), total_fen=10_000)
    await ask(driver, bill, id="o1")

    undone = await cancel(driver, bill, "o1")
    again = await ask(driver, bill)

    assert [type(fact) for fact in undone.facts] == [SettlementReversed]
    assert again.code == "OK"
    assert await rows(driver, "SELECT attempt FROM visit") == [(2,)]


async def test_an_admission_is_undone_while_nothing_depends_on_it(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await ask(driver, admit(), id="a1")

    undone = await cancel(driver, admit(), "a1")

    assert [type(fact) for fact in undone.facts] == [VisitCancelled]
    assert (await ask(driver, bed("U1", 1))).code == "VISIT_STATE"
    assert (await ask(driver, admit())).code == "VISIT_ID_TAKEN"


@pytest.mark.parametrize(
    "after", [[bed("U1", 1)], stay()[1:], [admit(visit_id="V2", continues_visit_id="V1")]]
)  # fmt: skip
async def test_an_admission_that_something_depends_on_stays(driver_for: DriverFor, after: list[Body]) -> None:
    driver = await open_world(driver_for)
    await ask(driver, admit(), id="a1")
    await accepted(driver, *after)

    refused = await cancel(driver, admit(), "a1")

    assert refused.answer and refused.answer.code == "NOT_CANCELLABLE"
    assert not refused.facts and not refused.rows


async def test_nobody_undoes_what_another_node_has_asked(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await ask(driver, admit(), id="a1")

    refused = await cancel(driver, admit(), "a1", source="bazhong")
    assert refused.answer and refused.answer.code == "NOT_CANCELLABLE"


STAYS: dict[str, Body] = {"s1": settle(1, 100_000), "s2": settle(1, 100_000, visit_id="V2")}
BILLS: dict[str, Body] = {
    name: outpatient(line(1), total_fen=10_000, visit_id=visit)
    for name, visit in (("o1", "O1"), ("o2", "O2"))
}
IN_ORDER = [
    # settled one after the other; undone in which order, with which answers
    (STAYS, ["s2", "s1"], ["OK", "OK"]),
    (STAYS, ["s1", "s2"], ["NOT_CANCELLABLE", "OK"]),
    (STAYS, ["s1", "s2", "s1"], ["NOT_CANCELLABLE", "OK", "OK"]),
    (BILLS, ["o2", "o1"], ["OK", "OK"]),
    (BILLS, ["o1", "o2"], ["NOT_CANCELLABLE", "OK"]),
    (STAYS | BILLS, ["s2", "o2", "s1", "o1"], ["OK"] * 4),
]


@pytest.mark.parametrize(("settled", "undone", "expected"), IN_ORDER)
@pytest.mark.parametrize("at_once", [True, False])
async def test_what_is_undone_does_not_depend_on_the_batch(
    driver_for: DriverFor, settled: dict[str, Body], undone: list[str], expected: list[str], at_once: bool
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), *readmission())
    for name, request in settled.items():
        await ask(driver, request, id=name)
    # A message's id is its own, whenever it is decided.
    messages = [undoing(driver, settled[name], name) for name in undone]

    batches = [messages] if at_once else [[message] for message in messages]
    decisions = [decision for batch in batches for decision in await driver.hear(*batch)]

    assert [decision.answer.code for decision in decisions if decision.answer] == expected
    left = await rows(driver, "SELECT count(*) FROM visit WHERE state = 'settled'")
    assert left == [(len(settled) - expected.count("OK"),)]


async def test_a_settlement_is_undone_after_the_newer_was_reversed_in_the_same_batch(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), *readmission())
    await ask(driver, STAYS["s1"], id="s1")
    [newer] = await accepted(driver, STAYS["s2"])

    back = driver.message(reverse(settlement_id(newer), visit_id="V2"), source="huaxi", day=D4)
    decisions = await driver.hear(back, undoing(driver, STAYS["s1"], "s1"))

    assert [decision.answer.code for decision in decisions if decision.answer] == ["OK", "OK"]
