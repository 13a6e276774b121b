"""What was told wrongly is mended or undone as long as nothing depends on it: self-paid bills, case pages."""

from typing import Any

import pytest

from shared.bus.message import Decision, Original
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.case_pages import CasePageCorrected
from shared.messages.settlement.corrections import SelfPaidWithdrawn
from shared.messages.settlement.reimbursement import SelfPaidUploadOverdue, UploadSelfPaid
from tests.given.driver import Driver
from tests.settlement.given.by_hand import AGENCY, claim, open_by_hand, ordered, paid_bill, paid_stay, report
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D9,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    coverage,
    discharge,
    open_world,
    page,
    result,
    reverse,
    rows,
    settle,
    stay,
)
from tests.settlement.visits.test_case_page import D11, LIN

VISIT = "SELECT state, discharged_on, manual FROM visit ORDER BY visit_id"


async def told(driver: Driver, body: UploadSelfPaid, id: str = "bill") -> None:
    """A bill that is taken, under a message id."""
    assert (await ask(driver, body, id=id)).code == "OK"


async def undone(driver: Driver, id: str = "bill") -> Decision:
    """What the hospital's wish to undo a bill comes to."""
    body = CancelRequest(subject_id="Lin", original_id=id)
    original = Original(id, UploadSelfPaid.wire_type(), True)
    [decision] = await driver.hear(
        driver.message(body, source="huaxi", day=D9, original=original, topic="casepage.pages")
    )
    return decision


WRONG: list[dict[str, Any]] = [
    {"service_on": D1},  # it was the 3rd
    {"person_id": "Lin"},  # it was Wu
    {"invoice_id": "E-9", "service_on": D1},  # another's invoice
]


@pytest.mark.requirement("MAN-03")
@pytest.mark.parametrize("wrong", WRONG)
async def test_a_bill_with_a_wrong_day_person_or_invoice_is_undone_and_told_anew(
    driver_for: DriverFor, wrong: dict[str, Any]
) -> None:
    driver = await open_by_hand(driver_for, coverage("Wu"))
    invoice_id = wrong.get("invoice_id", "E-1")
    await told(driver, paid_bill(visit_id="O1", **{"invoice_id": invoice_id, **wrong}))
    right = paid_bill(visit_id="O2", person_id="Wu", service_on=D3, invoice_id=invoice_id)
    assert (await ask(driver, right)).code == "INVOICE_TAKEN"

    decision = await undone(driver)

    [fact] = decision.facts
    assert isinstance(fact, SelfPaidWithdrawn) and fact.invoice_id == invoice_id
    await accepted(driver, right, claim(visit_id="O2", person_id="Wu"))
    assert (await ask(driver, claim(visit_id="O1"))).code == "VISIT_STATE"
    assert (await undone(driver)).answer != decision.answer


TURNED: list[tuple[list[Body], tuple[Any, ...]]] = [
    # what was registered before, what the visit is once the bill is undone
    ([], ("cancelled", D3, True)),
    ([admit()], ("admitted", None, False)),
    ([admit(), discharge()], ("discharged", D3, False)),
    ([admit(), discharge(paid="self")], ("self_paid", D3, False)),
]


@pytest.mark.parametrize(("before", "expected"), TURNED)
async def test_the_visit_goes_back_to_where_it_was(
    driver_for: DriverFor, before: list[Body], expected: tuple[Any, ...]
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *before)
    await told(driver, paid_stay())

    await undone(driver)

    assert await rows(driver, VISIT) == [expected]


async def test_a_stay_that_may_be_settled_directly_is_settled_after_all(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay())
    await told(driver, paid_stay())

    await undone(driver)

    await accepted(driver, settle(1, 100_000))


async def test_what_a_claim_was_paid_meanwhile_is_recovered_once_the_stay_is_settled_directly(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay())
    await told(driver, paid_stay(3000))
    [claimed] = await accepted(driver, claim(), day=D9)
    [in_flight] = ordered(claimed)
    await accepted(driver, reverse(result(claimed.answer).settlement_id), source=AGENCY, day=D9)
    await undone(driver)
    await accepted(driver, settle(1, 100_000))

    [decision] = await accepted(driver, report(in_flight), source=AGENCY, day=D9)

    [recovery] = ordered(decision)
    assert recovery.amount_fen == -in_flight.amount_fen < 0
    [again] = await accepted(driver, report(recovery), source=AGENCY, day=D9)
    assert not ordered(again)


TRAUMA: list[dict[str, Any]] = [{}, {"trauma": True, "liability_statement_id": "S-1"}]


@pytest.mark.parametrize("admitted", TRAUMA)
async def test_what_a_bill_said_of_a_trauma_is_undone_with_it(
    driver_for: DriverFor, admitted: dict[str, Any]
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay(**admitted))
    trauma = "SELECT injury, liability_statement_id FROM visit"
    before = await rows(driver, trauma)
    await told(driver, paid_stay(third_party=True), id="first")
    await told(driver, paid_stay(trauma=True, liability_statement_id="S-2"))

    await undone(driver)

    assert await rows(driver, trauma) == before
    await accepted(driver, settle(1, 100_000))


async def test_a_stay_left_self_paid_waits_for_its_bill_again(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge(paid="self"), admit(visit_id="V2", admitted_on=D3))
    await told(driver, paid_stay())
    await told(driver, paid_stay(visit_id="V2", service_on=D3), id="other")
    assert not await driver.due("self-paid-upload-overdue", LIN, D11)

    assert [(await undone(driver, id)).facts != [] for id in ("bill", "other")] == [True, True]

    [decision] = await driver.due("self-paid-upload-overdue", LIN, D11)
    assert [(type(fact), fact.key) for fact in decision.facts] == [(SelfPaidUploadOverdue, "Lin")]
    await told(driver, paid_stay(), id="again")


async def test_what_depends_on_a_bill_is_told(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await told(driver, paid_stay(), id="first")
    await told(driver, paid_stay(3000), id="bill")
    replaced = (await undone(driver, "first")).answer
    assert replaced and (replaced.code, replaced.where) == ("NOT_CANCELLABLE", "first")
    [claimed] = await accepted(driver, claim(), day=D9)
    settlement_id, [order] = result(claimed.answer).settlement_id, ordered(claimed)

    answers = [(await undone(driver)).answer]
    await accepted(driver, report(order), reverse(settlement_id), source=AGENCY, day=D9)
    answers.append((await undone(driver)).answer)

    refused = [(answer.code, answer.where) for answer in answers if answer]
    assert refused == [
        ("NOT_CANCELLABLE", f"V1 {settlement_id}"),
        ("NOT_CANCELLABLE", f"V1 {order.order_id}"),
    ]


TOTALS = [(100_000, "OK"), (100_001, "CONTROL_TOTAL"), (93_900, "CONTROL_TOTAL"), (0, "CONTROL_TOTAL")]


@pytest.mark.requirement("SET-21")
@pytest.mark.parametrize("is_settled", [False, True])
@pytest.mark.parametrize(("total_fen", "code"), TOTALS)
async def test_a_case_page_has_the_total_of_its_stay(
    driver_for: DriverFor, is_settled: bool, total_fen: int, code: str
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), *([settle(1, 100_000)] if is_settled else []))

    answer = await ask(driver, page(total_fen=total_fen))

    assert (answer.code, [day.cost_on for day in answer.days]) == (code, [] if code == "OK" else [D1])


async def test_the_page_of_a_self_paid_stay_has_the_total_of_its_bill(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge())
    await accepted(driver, paid_stay())

    codes = [(await ask(driver, page(total_fen=fen))).code for fen in (99_999, 100_000)]

    assert codes == ["CONTROL_TOTAL", "OK"]


async def test_a_page_is_corrected_by_one_that_names_it(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    early = page(page_id="G0", corrects_page_id="G9", total_fen=100_000)
    assert (await ask(driver, early)).code == "INVALID_FIELD"
    await accepted(driver, page(total_fen=100_000))
    await accepted(driver, bed("U2", 500, D2))

    codes = [
        (await ask(driver, page(page_id="G2", total_fen=fen, corrects_page_id=name))).code
        for name, fen in ((None, 150_000), ("G9", 150_000), ("G1", 100_000))
    ]
    [decision] = await accepted(driver, page(page_id="G2", total_fen=150_000, corrects_page_id="G1"), day=D11)

    assert codes == ["CASE_PAGE_TAKEN", "CASE_PAGE_TAKEN", "CONTROL_TOTAL"]
    assert [type(fact) for fact in decision.facts] == [CasePageCorrected]
    assert not result(decision.answer).late  # the first had come in time
    assert await rows(driver, "SELECT page_id, received_on FROM case_page") == [("G2", D3)]
