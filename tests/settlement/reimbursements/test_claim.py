"""Claims for self-paid bills: who makes them, what they pay, and that nothing is paid twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.settlement.parameters import CLAIM_DAYS
from shared.messages.body import Body
from shared.messages.settlement.reimbursement import (
    PaymentOrdered,
    ReimbursementClaimed,
    ReimbursementDecided,
    ReimbursementPaid,
)
from shared.messages.settlement.visits import CorrectionCaseOpened, SettlementCompleted
from tests.settlement.given.by_hand import (
    AGENCY,
    ON_PAPER,
    center,
    claim,
    open_by_hand,
    ordered,
    paid_bill,
    paid_stay,
    report,
    self_paid,
    years,
)
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D9,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    discharge,
    filing,
    institution,
    line,
    open_world,
    outpatient,
    prices,
    quote,
    result,
    reverse,
    rows,
    settle,
    stay,
)

FUND_FEN = (100_000 - 65_000) * 5_500 // 10_000  # unfiled: 65 % less 10


@pytest.mark.requirement("MAN-03")
@pytest.mark.requirement("MAN-07")
async def test_an_uploaded_stay_is_claimed_online_without_paper_and_a_payment_ordered(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), bed("U1", 1000), discharge(paid="self"))
    assert await rows(driver, "SELECT state FROM visit") == [("self_paid",)]
    await accepted(driver, paid_stay())
    assert await rows(driver, "SELECT state FROM visit") == [("uploaded",)]

    [decision] = await accepted(driver, claim(), day=D9)

    claimed, decided, order = decision.facts
    assert isinstance(claimed, ReimbursementClaimed) and isinstance(decided, ReimbursementDecided)
    assert isinstance(order, PaymentOrdered)
    told = result(decision.answer)
    assert (told.payments.fund_fen, told.settled_on, told.order_id) == (FUND_FEN, D9, order.order_id)
    assert (decided.settlement_id, decided.payments) == (told.settlement_id, told.payments)
    assert (order.amount_fen, order.funds.pool_fen, order.payee) == (FUND_FEN, FUND_FEN, "bank_account")
    assert await rows(driver, "SELECT state, attempt FROM visit") == [("settled", 1)]
    assert [year[:3] for year in await years(driver)] == [("inpatient", 1, FUND_FEN)]


@pytest.mark.requirement("MAN-07")
async def test_clearing_is_told_nothing_of_a_claim(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)

    _, claimed = await accepted(driver, paid_stay(), claim())

    assert not [fact for fact in claimed.facts if isinstance(fact, SettlementCompleted)]


@pytest.mark.requirement("MAN-01")
async def test_the_fund_takes_no_part_in_what_is_above_the_prices_at_home(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, center(), prices())
    bill = self_paid(line(1, price="100", quantity="10"), total_fen=100_000)

    _, decision = await accepted(driver, bill, claim())

    payments = result(decision.answer).payments
    assert (payments.over_limit_fen, payments.in_scope_fen) == (20_000, 80_000)
    assert payments.fund_fen == (80_000 - 65_000) * 5_500 // 10_000


@pytest.mark.requirement("MAN-02")
@pytest.mark.parametrize(
    ("starts_on", "used"),
    [(D1, "referral"), (D3, "referral"), (D9, "none")],  # in force on a day of the care, however late made
)
async def test_a_filing_made_after_the_discharge_counts(
    driver_for: DriverFor, starts_on: date, used: str
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge(paid="self"), paid_stay())
    await driver.hear(filing(starts_on=starts_on, filed_on=D9), source="referral")

    assert result(await ask(driver, claim(), day=D9)).filing == used


BY_HAND: list[tuple[str, dict[str, Any], str]] = [
    # sender, claim, code
    ("huaxi", {}, "OK"),
    ("huaxi", {"channel": "counter", "materials": ON_PAPER}, "PERSON_NOT_YOURS"),
    ("chengdu", {"channel": "counter"}, "PERSON_NOT_YOURS"),
    (AGENCY, {"channel": "counter"}, "OK"),
    (AGENCY, {"channel": "mail"}, "OK"),
    (AGENCY, {"channel": "service_point"}, "OK"),
    (AGENCY, {"channel": "delegated", "acting_agency": "510100"}, "OK"),
    (AGENCY, {"channel": "delegated"}, "ACTING_AGENCY"),
    (AGENCY, {"channel": "delegated", "acting_agency": "330100"}, "ACTING_AGENCY"),
    (AGENCY, {"channel": "mail", "acting_agency": "330100"}, "ACTING_AGENCY"),
    (AGENCY, {"channel": "mail", "acting_agency": "510100"}, "ACTING_AGENCY"),
    (AGENCY, {"channel": "mail", "ticket_id": "T1"}, "INVALID_FIELD"),
]


@pytest.mark.requirement("MAN-04")
@pytest.mark.requirement("MAN-09")
@pytest.mark.parametrize(("source", "given", "code"), BY_HAND)
async def test_a_claim_is_taken_online_at_the_counter_by_mail_and_by_others(
    driver_for: DriverFor, source: str, given: dict[str, Any], code: str
) -> None:
    driver = await open_by_hand(driver_for, center("510100", "chengdu"))
    await accepted(driver, paid_stay())

    answer = await ask(driver, claim(**given), source=source)

    assert answer.code == code
    kept = await rows(driver, "SELECT channel, acting_agency FROM reimbursement_case")
    told = given.get("channel", "online"), given.get("acting_agency")
    assert kept == [told if code == "OK" else (None, None)]


@pytest.mark.requirement("MAN-12")
async def test_an_online_claim_is_told_with_the_ticket_of_the_agencies(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay())
    [done] = await accepted(driver, claim(ticket_id="T1"))
    told = [fact for fact in done.facts if isinstance(fact, ReimbursementClaimed)]
    assert [(fact.channel, fact.ticket_id) for fact in told] == [("online", "T1")]


PAPERS: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    # the bill, the claim, code, where
    ({}, {}, "MATERIALS_MISSING", "invoice fee_list diagnosis_proof"),
    ({}, {"materials": ("invoice",)}, "MATERIALS_MISSING", "fee_list diagnosis_proof"),
    ({}, {"materials": ON_PAPER}, "OK", ""),
    ({"reason": "04"}, {"materials": ON_PAPER}, "MATERIALS_MISSING", "emergency_receipt medical_record"),
    ({"emergency": True}, {"materials": ON_PAPER}, "MATERIALS_MISSING", "emergency_receipt medical_record"),
    (
        {"reason": "04"},
        {"materials": (*ON_PAPER, "emergency_receipt", "medical_record")},
        "OK",
        "",
    ),
]


@pytest.mark.requirement("MAN-05")
@pytest.mark.requirement("MAN-10")
@pytest.mark.parametrize(("bill", "given", "code", "where"), PAPERS)
async def test_a_case_on_paper_brings_its_materials(
    driver_for: DriverFor, bill: dict[str, Any], given: dict[str, Any], code: str, where: str
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(**bill), source=AGENCY)

    answer = await ask(driver, claim(channel="counter", **given), source=AGENCY)

    assert (answer.code, answer.where) == (code, where)


@pytest.mark.requirement("MAN-05")
async def test_a_claim_has_a_time_limit_that_counts_from_the_end_of_care(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay())
    last = D3 + timedelta(days=CLAIM_DAYS.value)

    late = await ask(driver, claim(), day=last + timedelta(days=1))
    in_time = await ask(driver, claim(), day=last)
    await accepted(driver, reverse(result(in_time).settlement_id), day=last, source=AGENCY)
    again = await ask(driver, claim(), day=last + timedelta(days=90))

    assert (late.code, late.where) == ("CLAIM_TOO_LATE", str(last))
    assert (in_time.code, again.code) == ("OK", "OK")


CLAIMS: list[tuple[Body, str]] = [
    (claim(visit_id="V9"), "UNKNOWN_VISIT"),
    (claim(visit_id="S1"), "VISIT_SETTLED"),  # settled directly
    (claim(visit_id="S2"), "VISIT_STATE"),  # nothing was uploaded
    (claim(visit_id="S3"), "THIRD_PARTY_LIABLE"),
    (claim(visit_id="S4"), "STATEMENT_MISSING"),
    (claim(visit_id="S4", third_party=True, liability_statement_id="N1"), "THIRD_PARTY_LIABLE"),
    (claim(visit_id="V1"), "PAID_TWICE"),  # the stay that S1 was settled for
    (claim(visit_id="O1"), "PAID_TWICE"),  # the bill that O2 was settled for
    (claim(visit_id="O4"), "DISEASE_NOT_COVERED"),
]


@pytest.mark.requirement("MAN-07")
async def test_a_refused_claim_changes_nothing(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay(visit_id="S1"), settle(1, 100_000, visit_id="S1"), admit(visit_id="S2"))
    hurt: dict[str, Any] = {"service_on": date(2026, 2, 1), "discharged_on": date(2026, 2, 5)}
    await accepted(
        driver,
        outpatient(line(1), total_fen=10_000, visit_id="O2"),
        paid_stay(visit_id="S3", **hurt, third_party=True),
        paid_stay(visit_id="S4", **hurt, trauma=True),
        paid_stay(visit_id="V1", service_on=D2),
        paid_bill(visit_id="O1"),
        paid_bill(visit_id="O4", kind="outpatient_chronic", disease="M99999"),
    )
    before = await rows(driver, "SELECT visit_id, state FROM visit ORDER BY 1")

    answers = [await ask(driver, body) for body, _ in CLAIMS]

    assert [answer.code for answer in answers] == [code for _, code in CLAIMS]
    assert await rows(driver, "SELECT visit_id, state FROM visit ORDER BY 1") == before
    assert await rows(driver, "SELECT count(*) FROM settlement") == [(2,)]
    assert (await ask(driver, claim(visit_id="S4", liability_statement_id="N1"))).code == "OK"


async def test_a_second_claim_is_refused(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(), claim())

    assert [(await ask(driver, body)).code for body in (claim(), paid_stay())] == ["VISIT_SETTLED"] * 2


@pytest.mark.requirement("MAN-07")
@pytest.mark.parametrize("together", [True, False])
async def test_what_was_claimed_is_not_settled_directly(driver_for: DriverFor, together: bool) -> None:
    """In one batch as in several: under the same visit, another one of the days, the same bill."""
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay(visit_id="V2", admitted_on=D2))
    claims = paid_stay(), claim(), paid_bill(visit_id="O1"), claim(visit_id="O1")
    bodies: list[Body] = [
        settle(1, 100_000),
        settle(1, 100_000, visit_id="V2"),
        quote(1, 100_000, visit_id="V2"),
        outpatient(line(1), total_fen=10_000, visit_id="O2"),
        outpatient(line(1, quantity="2"), total_fen=20_000, visit_id="O3"),
    ]
    if not together:
        await accepted(driver, *claims)

    decisions = await driver.hear(*(claims if together else ()), *bodies, day=D3, source="huaxi")

    answers = [decision.answer for decision in decisions[-5:]]
    told = [(answer.code, answer.where) for answer in answers if answer]
    assert told == [
        ("VISIT_SETTLED", "settled"),
        ("PAID_TWICE", "V1"),
        ("PAID_TWICE", "V1"),
        ("PAID_TWICE", "O1"),
        ("OK", ""),
    ]


async def test_two_bills_alike_with_two_invoices_are_two(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_bill(visit_id="O1"), paid_bill(visit_id="O2"))

    await accepted(driver, claim(visit_id="O1"), claim(visit_id="O2"))


@pytest.mark.requirement("MAN-07")
async def test_years_are_equal_whether_bills_were_paid_directly_or_by_hand(driver_for: DriverFor) -> None:
    """Three of them, the second a further stay in the year; both persons live in one world."""
    driver = await open_by_hand(driver_for)
    later: dict[str, Any] = {"service_on": D3, "discharged_on": D9}
    await accepted(driver, *stay(2000), settle(1, 200_000), day=D9)
    second: list[Body] = [
        admit(visit_id="V2", admitted_on=D3),
        bed("U2", 3000, D3, visit_id="V2"),
        discharge(visit_id="V2", discharged_on=D9),
        settle(1, 300_000, visit_id="V2"),
        outpatient(line(1, price="200"), total_fen=20_000, visit_id="O1"),
    ]
    await accepted(driver, *second, day=D9)
    direct = await years(driver)
    settled = await rows(driver, "SELECT visit_id, settlement_id FROM settlement ORDER BY visit_id DESC")
    for visit_id, settlement_id in settled:
        await accepted(driver, reverse(settlement_id, visit_id=visit_id), day=D9)
    assert not await years(driver)

    await accepted(driver, paid_stay(2000), paid_stay(3000, visit_id="V2", **later), day=D9)
    await accepted(driver, paid_bill(200, visit_id="O1"), day=D9)
    for visit_id in ("V1", "V2", "O1"):
        await accepted(driver, claim(visit_id=visit_id), day=D9)

    assert await years(driver) == direct


@pytest.mark.requirement("MAN-07")
async def test_the_payment_is_reported_once_by_the_agency(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for, center("510100", "chengdu"), institution("H51010000009"))
    _, claimed = await accepted(driver, paid_stay(), claim(payee="health_card"), day=D9)
    [order] = ordered(claimed)
    assert order.payee == "health_card"

    refusals = [
        ("chengdu", report(order), "PERSON_NOT_YOURS"),
        ("huaxi", report(order), "PERSON_NOT_YOURS"),
        (AGENCY, report(order, order_id="O9"), "UNKNOWN_ORDER"),
        (AGENCY, report(order, visit_id="V9"), "UNKNOWN_VISIT"),
        (AGENCY, report(order, amount_fen=1), "AMOUNT_DIFFERS"),
        (AGENCY, report(order, paid_on=D3), "DATE_NOT_POSSIBLE"),
    ]
    codes = [(await ask(driver, body, source=source, day=D9)).code for source, body, _ in refusals]
    assert codes == [code for *_, code in refusals]
    [paid] = await accepted(driver, report(order), source=AGENCY, day=D9)
    assert [type(fact) for fact in paid.facts] == [ReimbursementPaid]
    assert (await ask(driver, report(order), source=AGENCY, day=D9)).code == "ORDER_PAID"
    assert await rows(driver, "SELECT paid_on FROM order_paid") == [(D9,)]


async def test_a_bill_of_which_the_funds_pay_nothing_orders_no_payment(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)

    _, decision = await accepted(driver, paid_stay(100), claim())

    assert (result(decision.answer).order_id, ordered(decision)) == (None, [])


async def test_direct_settlement_is_as_before_where_nothing_was_claimed(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)

    *_, settled = await accepted(driver, *stay(), settle(1, 100_000))

    assert completed(settled).payments.fund_fen == FUND_FEN


@pytest.mark.requirement("MAN-02")
@pytest.mark.parametrize(("starts_on", "cases"), [(D1, 1), (D9, 0)])
async def test_a_filing_after_the_claim_opens_a_case_where_it_would_have_counted(
    driver_for: DriverFor, starts_on: date, cases: int
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(), claim(), day=D9)

    [decision] = await driver.hear(filing(starts_on=starts_on, filed_on=D9), source="referral")

    assert [type(fact) for fact in decision.facts] == [CorrectionCaseOpened] * cases


async def test_a_trauma_that_is_claimed_is_not_given_to_another_to_verify(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)

    _, claimed = await accepted(driver, paid_stay(trauma=True), claim(liability_statement_id="N1"))

    told = [ReimbursementClaimed, ReimbursementDecided, PaymentOrdered]
    assert [type(fact) for fact in claimed.facts] == told


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ([discharge(visit_id="V0")], "EARLIER_STAY_UNSETTLED"),  # it will be settled directly
        ([paid_stay(visit_id="V0")], "OK"),  # it may never be claimed
    ],
)
async def test_a_stay_waits_for_one_it_continues_unless_that_was_paid_whole(
    driver_for: DriverFor, before: list[Body], code: str
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(visit_id="V0"), *before)
    chained: dict[str, Any] = {"admitted_on": D3, "continues_visit_id": "V0"}
    left: dict[str, Any] = {"discharged_on": D9}
    there: dict[str, Any] = {"institution_id": PUREN}
    direct: list[Body] = [admit(**there, **chained), bed("U1", 1000, D3, **there), discharge(**there, **left)]
    by_hand: list[Body] = [admit(visit_id="V2", **chained), paid_stay(visit_id="V2", service_on=D3, **left)]
    await accepted(driver, *direct, *by_hand, day=D9)

    asked = settle(1, 100_000, **there), claim(visit_id="V2")
    assert [(await ask(driver, body, day=D9)).code for body in asked] == [code, code]
