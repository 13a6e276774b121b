"""Self-paid bills: who uploads them, by when, compared with the prices at home."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.upload import unpack_lines
from shared.bus.partition import partition_of
from shared.messages.body import Body
from shared.messages.settlement.reimbursement import ManualCaseOpened, SelfPaidUploaded, SelfPaidUploadOverdue
from shared.money import price_e6
from tests.given.driver import PARTITIONS
from tests.settlement.given.by_hand import (
    AGENCY,
    center,
    claim,
    open_by_hand,
    paid_bill,
    paid_stay,
    self_paid,
)
from tests.settlement.given.world import (  # fmt: skip
    BAZHONG,
    D2,
    D3,
    D4,
    D9,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    catalogue,
    coverage,
    discharge,
    filing,
    institution,
    line,
    open_world,
    page,
    prices,
    result,
    reverse,
    rows,
    settle,
    stay,
    tiers,
    upload,
)

LIN = partition_of("Lin", PARTITIONS)
JOB = "self-paid-upload-overdue"
D10, D11, D12 = date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13)


@pytest.mark.requirement("MAN-01")
async def test_each_line_is_compared_with_the_price_at_home_of_its_day(driver_for: DriverFor) -> None:
    old = prices("PR0", date(2020, 1, 1), BED="1")
    other_tier = prices("PR2", tier="2", BED="10")
    driver = await open_world(driver_for, center(), old, prices(), other_tier)
    lines = (
        line(1, price="100", quantity="2"),  # 80 yuan at home
        line(2, price="70"),
        line(3, "DRUG", price="30", category="09"),  # no price at home; the catalogue's limit is 20
        line(4, "UNHEARD", price="5"),
    )

    [decision] = await accepted(driver, self_paid(*lines, total_fen=30_500))

    told = result(decision.answer)
    assert (told.excess_fen, told.unknown_items, told.unpriced_items) == (4_000, ("UNHEARD",), ("DRUG",))
    # 40 yuan above the prices at home, 10 above the catalogue's limit
    assert told.amounts.over_limit_fen == 5_000
    [fact] = decision.facts
    assert isinstance(fact, SelfPaidUploaded)
    assert (fact.excess_fen, fact.unknown_items, fact.unpriced_items, fact.lines) == (4_000, 1, 1, 4)
    [(packed,)] = await rows(driver, "SELECT lines FROM self_paid_bill")
    kept = [
        (one.item, one.home_price_e6, one.price_limit_e6, one.over_limit_fen) for one in unpack_lines(packed)
    ]
    eighty, twenty = price_e6("80"), price_e6("20")
    assert kept == [
        ("BED", eighty, eighty, 4_000),
        ("BED", eighty, eighty, 0),
        ("DRUG", None, twenty, 1_000),
        ("UNHEARD", None, None, 0),
    ]


@pytest.mark.requirement("MAN-01")
async def test_where_a_home_tier_has_a_name_of_its_own_prices_are_found_by_the_hospitals(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, center(), tiers({"3": "top"}), prices())

    [decision] = await accepted(driver, self_paid(line(1, price="100"), total_fen=10_000))

    assert result(decision.answer).excess_fen == 2_000


async def test_a_returned_line_cancels_its_original_at_the_price_at_home(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, center(), prices())
    lines = line(1, price="100", quantity="2"), line(2, price="100", quantity="-1")

    [decision] = await accepted(driver, self_paid(*lines, total_fen=10_000))

    assert result(decision.answer).amounts.over_limit_fen == 2_000


@pytest.mark.requirement("MAN-03")
async def test_a_stay_registered_and_left_self_paid_is_continued(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), bed("U1", 1000), discharge(paid="self"))

    await accepted(driver, paid_stay())

    assert await rows(driver, "SELECT state, manual FROM visit") == [("uploaded", True)]
    assert (await ask(driver, settle(1, 100_000))).code == "VISIT_STATE"


@pytest.mark.requirement("MAN-03")
@pytest.mark.parametrize("steps", [[admit()], [admit(), discharge()]])
async def test_a_stay_that_cannot_be_settled_directly_turns_to_it(
    driver_for: DriverFor, steps: list[Body]
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *steps)

    await accepted(driver, paid_stay())

    assert await rows(driver, "SELECT state, discharged_on FROM visit") == [("uploaded", D3)]


@pytest.mark.requirement("MAN-03")
async def test_a_bill_never_registered_opens_its_visit(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)

    await accepted(driver, paid_bill())

    found = await rows(driver, "SELECT kind, insured_area, treatment_area, scheme, state FROM visit")
    assert found == [("outpatient_general", "511900", "510100", "390", "uploaded")]


@pytest.mark.requirement("MAN-04")
@pytest.mark.parametrize(
    ("source", "code"),
    [("huaxi", "OK"), (AGENCY, "OK"), ("province", "OK"), ("chengdu", "INSTITUTION_NOT_YOURS")],
)
async def test_the_institution_or_the_agency_at_home_uploads(
    driver_for: DriverFor, source: str, code: str
) -> None:
    agencies = center("510000", "province"), center("510100", "chengdu")
    driver = await open_by_hand(driver_for, *agencies)

    assert (await ask(driver, paid_stay(), source=source)).code == code


@pytest.mark.requirement("MAN-08")
async def test_an_institution_outside_the_direct_network_uploads_too(driver_for: DriverFor) -> None:
    away = "H22010000001"
    place = institution(away, services=(), status="nominated")
    driver = await open_by_hand(driver_for, place, catalogue_of(away))
    where: dict[str, Any] = {"institution_id": away}

    assert (await ask(driver, admit(**where))).code == "NOT_OPENED"
    await accepted(driver, paid_stay(**where))
    assert (await ask(driver, claim(**where))).code == "OK"


def catalogue_of(institution_id: str) -> Body:
    """A catalogue of the place of an institution."""
    return catalogue("C2").model_copy(update={"area": institution_id[1:7]})


REFUSED: list[tuple[Body, str]] = [
    (paid_stay(institution_id="H99999999999"), "UNKNOWN_INSTITUTION"),
    (paid_stay(institution_id=BAZHONG), "INSTITUTION_NOT_YOURS"),
    (paid_stay(person_id="Nobody"), "UNKNOWN_PERSON"),
    (paid_stay(discharged_on=None), "DATE_NOT_POSSIBLE"),
    (paid_stay(discharged_on=D4), "DATE_NOT_POSSIBLE"),
    (paid_stay(service_on=D3, discharged_on=D2), "DATE_NOT_POSSIBLE"),
    (paid_bill(discharged_on=D3), "DATE_NOT_POSSIBLE"),
    (paid_bill(kind="outpatient_chronic"), "INVALID_BILL"),
    (self_paid(line(1), total_fen=9_999), "LINES_DO_NOT_ADD_UP"),
    (self_paid(line(1), line(1), total_fen=20_000), "LINE_ID_TAKEN"),
    (self_paid(line(1), line(2, quantity="-2"), total_fen=-10_000), "RETURN_EXCEEDS_BILLED"),
    (paid_stay(visit_id="O1"), "DATE_NOT_POSSIBLE"),
    (paid_stay(visit_id="S1"), "VISIT_SETTLED"),
    (paid_stay(visit_id="S2", service_on=D2), "DATE_NOT_POSSIBLE"),
    (paid_stay(visit_id="S2", institution_id=PUREN), "UNKNOWN_VISIT"),
    (paid_stay(visit_id="W", person_id="Wang"), "UNKNOWN_VISIT"),
    (paid_bill(visit_id="O9", invoice_id="E-O1"), "INVOICE_TAKEN"),
    (paid_stay(institution_id=PUREN), "TIER_UNMAPPED"),
]


async def test_a_refused_bill_changes_nothing(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for, coverage("Wang"))
    await accepted(driver, *stay(visit_id="S1"), settle(1, 100_000, visit_id="S1"))
    await accepted(driver, admit(visit_id="W", admitted_on=D2), admit(visit_id="S2"))
    await accepted(driver, paid_bill(visit_id="O1"))
    await driver.hear(tiers({"3": "3"}), source="enrollment")
    before = await rows(driver, "SELECT visit_id, state, manual FROM visit ORDER BY 1")

    answers = [await ask(driver, body) for body, _ in REFUSED]

    assert [answer.code for answer in answers] == [code for _, code in REFUSED]
    assert await rows(driver, "SELECT visit_id, state, manual FROM visit ORDER BY 1") == before


async def test_a_later_upload_replaces_the_bill_and_frees_its_invoice(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(1000, invoice_id="E1"))

    await accepted(driver, paid_stay(3000, invoice_id="E2"), paid_bill(visit_id="O1", invoice_id="E1"))

    assert (await ask(driver, paid_bill(visit_id="O2", invoice_id="E2"))).code == "INVOICE_TAKEN"
    assert result(await ask(driver, claim())).payments.total_fen == 300_000
    assert await rows(driver, "SELECT count(*) FROM self_paid_bill") == [(3,)]


TERMS = [(D3, D10), (date(2024, 9, 27), date(2024, 10, 10))]  # discharged on, due on


@pytest.mark.requirement("MAN-06")
@pytest.mark.parametrize(("left_on", "due_on"), TERMS)
async def test_a_bill_is_due_five_working_days_after_the_discharge(
    driver_for: DriverFor, left_on: date, due_on: date
) -> None:
    driver = await open_by_hand(driver_for)
    bill = paid_stay(service_on=left_on, discharged_on=left_on)

    in_time, late = [await ask(driver, bill, day=day) for day in (due_on, due_on.replace(day=due_on.day + 1))]

    assert (result(in_time).due_on, result(in_time).late, result(late).late) == (due_on, False, True)


@pytest.mark.requirement("MAN-06")
async def test_a_bill_that_is_not_there_is_told_once_when_its_day_has_passed(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge(paid="self"), admit(visit_id="V2"), discharge(visit_id="V2"))

    assert not await driver.due(JOB, LIN, D10)
    [told] = await driver.due(JOB, LIN, D11)
    assert not await driver.due(JOB, LIN, D12)

    [fact] = told.facts
    assert isinstance(fact, SelfPaidUploadOverdue)
    assert (fact.visit_id, fact.due_on) == ("V1", D10)
    [decision] = await accepted(driver, paid_stay(), day=D12)
    assert [type(fact) for fact in decision.facts] == [SelfPaidUploaded]


@pytest.mark.requirement("MAN-06")
@pytest.mark.parametrize(("day", "told"), [(D10, []), (D11, [SelfPaidUploadOverdue])])
async def test_a_late_bill_is_told_as_overdue_first(
    driver_for: DriverFor, day: date, told: list[Any]
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge(paid="self"))

    [decision] = await accepted(driver, paid_stay(), day=day)

    assert [type(fact) for fact in decision.facts] == [*told, SelfPaidUploaded]
    assert not await driver.due(JOB, LIN, D12)


@pytest.mark.requirement("MAN-02")
async def test_a_late_filing_opens_a_case_also_after_the_upload(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay())

    [decision] = await driver.hear(filing(filed_on=D9), source="referral")

    assert [type(fact) for fact in decision.facts] == [ManualCaseOpened]


async def test_a_case_page_is_taken_after_the_turn_where_one_is_due(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge(), paid_stay())
    await accepted(
        driver, paid_stay(visit_id="V2", service_on=date(2026, 1, 1), discharged_on=date(2026, 1, 2))
    )

    await accepted(driver, page(total_fen=100_000))

    again = page(visit_id="V2", admitted_on=date(2026, 1, 1), discharged_on=date(2026, 1, 2))
    assert (await ask(driver, again)).code == "VISIT_STATE"


async def test_a_reversed_settlement_may_turn_to_it_and_more_costs_may_not(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay())
    settled = result(await ask(driver, settle(1, 100_000)))
    await accepted(driver, reverse(settled.settlement_id), paid_stay())

    costs = upload("U2", line(1), total_fen=10_000)
    assert (await ask(driver, costs)).code == "VISIT_STATE"
    assert (await ask(driver, claim())).code == "OK"
