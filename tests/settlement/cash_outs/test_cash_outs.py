"""A personal account is paid out to who lives elsewhere for long, never below zero; the undo puts it back."""

from datetime import date
from typing import Any

import pytest

from shared.bus.message import Decision, Original
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.outpatient.cash_outs import AccountCashedOut, CashOutAccount, CashOutReversed
from tests.settlement.given.by_hand import AGENCY, center
from tests.settlement.given.memory import Memory, spent_fen
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D9,
    NODE,
    DriverFor,
    coverage,
    filing,
    line,
    open_world,
    outpatient,
    rows,
)

LIVES_THERE = filing("F1", "long_term_resident")
BALANCE = coverage("Lin", account_balance_fen=50_000)


def cash_out(**given: Any) -> CashOutAccount:
    values = {"person_id": "Lin", "insured_area": "511900", "scheme": "390", "amount_fen": 30_000}
    return CashOutAccount(**{**values, "payee": "bank_account", "payee_reference": "A-1", **given})


def decide(memory: Memory, body: Body, day: date = D9, source: str = AGENCY) -> Decision:
    return memory.decide(memory.message(body, day=day, source=source))


def world(*more: Body) -> Memory:
    return Memory(center(), BALANCE, LIVES_THERE, *more)


@pytest.mark.requirement("OUT-10")
def test_an_account_is_paid_out_as_far_as_its_balance_goes() -> None:
    memory = world()
    done = decide(memory, cash_out())
    assert done.answer is not None
    assert (done.answer.code, done.answer.result.account_balance_fen) == ("OK", 20_000)  # type: ignore[union-attr]
    [fact] = done.facts
    assert isinstance(fact, AccountCashedOut)
    assert (fact.filing_id, fact.amount_fen, fact.cashed_out_on) == ("F1", 30_000, D9)
    [settled] = memory.accepted(outpatient(line(1, price="600"), total_fen=60_000, use_account=True))
    assert settled.result.payments.account_fen == 20_000  # type: ignore[union-attr]
    again = decide(memory, cash_out(amount_fen=1)).answer
    assert again is not None
    assert again.code == "BALANCE_TOO_SMALL"


REFUSED: list[tuple[str, dict[str, Any], str, list[Body], str]] = [
    ("more than there is", {"amount_fen": 50_001}, AGENCY, [LIVES_THERE], "BALANCE_TOO_SMALL"),
    ("by a hospital", {}, NODE, [LIVES_THERE], "PERSON_NOT_YOURS"),
    ("by another area's agency", {"insured_area": "330100"}, AGENCY, [LIVES_THERE], "PERSON_NOT_YOURS"),
    ("without a filing", {}, AGENCY, [], "NO_LONG_TERM_FILING"),
    ("for a referral", {}, AGENCY, [filing()], "NO_LONG_TERM_FILING"),
    ("after the filing", {}, AGENCY, [LIVES_THERE.model_copy(update={"ends_on": D3})], "NO_LONG_TERM_FILING"),
    ("before the filing", {}, AGENCY, [filing("F1", "long_term_resident", starts_on=date(2026, 4, 1))],
     "NO_LONG_TERM_FILING"),
    ("of another scheme", {"scheme": "310"}, AGENCY, [LIVES_THERE], "INSURANCE_SUSPENDED"),
    ("of nobody", {"person_id": "Wu"}, AGENCY, [LIVES_THERE], "UNKNOWN_PERSON"),
]  # fmt: skip


@pytest.mark.requirement("OUT-10")
@pytest.mark.parametrize(("case", "given", "source", "filed", "code"), REFUSED, ids=[c for c, *_ in REFUSED])
def test_whom_an_account_is_not_paid_out_to(
    case: str, given: dict[str, Any], source: str, filed: list[Body], code: str
) -> None:
    memory = Memory(center(), BALANCE, *filed)
    done = decide(memory, cash_out(**given), source=source)
    assert done.answer is not None
    assert (done.answer.code, done.facts, done.rows, spent_fen(memory)) == (code, (), (), 0)


@pytest.mark.requirement("OUT-10")
async def test_a_cash_out_is_undone_once_and_by_whom_it_was_asked(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, center(), BALANCE, LIVES_THERE)
    [done] = await driver.hear(driver.message(cash_out(), source=AGENCY, day=D1, id="c1"))
    assert done.answer is not None
    assert done.answer.code == "OK"
    original = Original("c1", CashOutAccount.wire_type(), True)
    undo = CancelRequest(subject_id="Lin", original_id="c1", reason="did not arrive")
    codes = []
    for source in (NODE, AGENCY, AGENCY):
        [undone] = await driver.hear(driver.message(undo, source=source, day=D9, original=original))
        assert undone.answer is not None
        codes.append((undone.answer.code, [type(fact) for fact in undone.facts]))
    assert codes == [("NOT_CANCELLABLE", []), ("OK", [CashOutReversed]), ("NOT_CANCELLABLE", [])]
    spent = await rows(driver, "SELECT spent_on, spent_fen FROM personal_account ORDER BY spent_on")
    assert spent == [(D1, 30_000), (D9, -30_000)]
