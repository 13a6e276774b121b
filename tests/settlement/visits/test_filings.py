"""Which filing a stay is settled under: validity, retroactive filings, home, emergencies; and late ones."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.filing_used import filing_used
from services.settlement.model.registers.registry import Filing
from services.settlement.model.visit import Visit
from shared.benefit.policy.form import FilingUsed
from shared.messages.referral.filings import FilingEnded
from shared.messages.settlement.notices import FilingCounts
from shared.messages.settlement.reimbursement import ManualCaseOpened
from shared.messages.settlement.visits import CorrectionCaseOpened
from shared.pools import PoolBook
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    BAZHONG,
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    D9,
    DriverFor,
    accepted,
    admit,
    agreement,
    ask,
    bed,
    completed,
    coverage,
    discharge,
    filing,
    open_world,
    policy,
    quote,
    readmission,
    result,
    reverse,
    rows,
    settle,
    stay,
    tiers,
)

F0, LATER = date(2025, 9, 1), date(2026, 9, 1)


def visit(**given: Any) -> Visit:
    values: dict[str, Any] = {"treatment_area": "510104", "service_on": D2, "emergency": False, **given}
    return Visit(
        "V1",
        "Lin",
        "H51010400001",
        "inpatient",
        "511900",
        values["treatment_area"],
        "390",
        "3",
        values["service_on"],
        values["emergency"],
        (),
        "",
    )


def row(
    counts_as: FilingUsed, starts_on: date = F0, ends_on: date | None = None, area: str = "510100"
) -> Filing:
    return Filing("Lin", f"{counts_as} {area}", counts_as, area, starts_on, ends_on)


USED = [
    # visit, filings, settled on, expected
    (visit(), [], D5, "none"),
    (visit(), [row("referral")], D5, "referral"),
    (visit(), [row("referral", ends_on=D2)], D5, "none"),
    (visit(), [row("referral", ends_on=D3)], D9, "referral"),
    (visit(), [row("referral", starts_on=D5)], D5, "referral"),
    (visit(), [row("referral", starts_on=D6)], D5, "none"),
    (visit(), [row("referral", starts_on=D4, ends_on=D4)], D5, "none"),
    (visit(), [row("referral", area="500000")], D5, "none"),
    (visit(), [row("referral", area="510000")], D5, "referral"),
    (visit(), [row("referral", area="510105")], D5, "none"),
    (visit(), [row("other_temporary"), row("long_term"), row("referral")], D5, "long_term"),
    (visit(emergency=True), [], D5, "emergency"),
    (visit(emergency=True), [row("other_temporary")], D5, "emergency"),
    (visit(emergency=True), [row("referral")], D5, "referral"),
    (visit(), [row("long_term")._replace(insured_area="511900", scheme="390")], D5, "long_term"),
    (visit(), [row("long_term")._replace(insured_area="512000", scheme="390")], D5, "none"),
    (visit(), [row("long_term")._replace(insured_area="511900", scheme="310")], D5, "none"),
    (visit(treatment_area="511902"), [row("long_term")], D5, "home"),
    (visit(treatment_area="511902", emergency=True), [], D5, "home"),
]


@pytest.mark.parametrize(("stay_of", "filings", "settled_on", "expected"), USED)
def test_the_filing_used(stay_of: Visit, filings: list[Filing], settled_on: date, expected: str) -> None:
    used = filing_used(PoolBook(), stay_of, filings, settled_on)

    assert used.kind == expected
    assert used.filing_id in {one.filing_id for one in filings if one.counts_as == expected} | {None}


@pytest.mark.parametrize(
    ("made_under", "expected"),
    [({}, "long_term"), ({"insured_area": "511900"}, "none"), ({"scheme": "310"}, "none")],
)
async def test_a_filing_counts_for_the_coverage_it_was_made_under(
    driver_for: DriverFor, made_under: dict[str, Any], expected: str
) -> None:
    given = {"insured_area": "512000", "scheme": "390", **made_under}
    places = policy("512000-390", area="512000"), agreement("512000"), tiers(area="512000")
    moved = coverage("Wu", area="512000")
    filed = filing(kind="long_term_resident", person_id="Wu", **given)
    driver = await open_world(driver_for, *places, moved, filed)
    wu = {"person_id": "Wu"}
    bodies = [body.model_copy(update=wu) for body in stay()]

    [*_, settled] = await accepted(driver, *bodies, settle(1, 100_000, **wu))

    assert completed(settled).filing == expected


@pytest.mark.requirement("REF-06")
async def test_admitted_in_validity_and_discharged_after_it_counts_as_filed(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing(ends_on=D2))
    await accepted(driver, *stay())

    [settled] = await accepted(driver, settle(1, 100_000), day=D9)

    assert completed(settled).filing == "referral"


async def test_a_filing_is_kept_before_its_stream_has_reached_a_day(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await driver.hear(filing(), source="referral", day=None)

    assert result(await ask(driver, admit())).filing_id == "F1"


@pytest.mark.requirement("REF-07")
@pytest.mark.requirement("SET-37")
async def test_a_filing_made_in_hospital_counts_at_the_settlement(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    [admitted, *_] = await accepted(driver, *stay())
    assert result(admitted.answer).filing == "none"
    before = await ask(driver, quote(1, 100_000))

    [heard] = await driver.hear(filing(starts_on=D3), source="referral")
    [(node, told)] = heard.notices  # the hospital is told, so that it may quote anew
    assert (node, told.key, type(told)) == ("huaxi", "Lin", FilingCounts)
    after = await ask(driver, quote(1, 100_000))
    settled = await ask(driver, settle(1, 100_000))

    ratios = [result(one).payments.ratio_bp for one in (before, after, settled)]
    assert ratios == [5500, 6000, 6000]


async def test_a_filing_ended_before_the_admission_does_not_count(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing(starts_on=F0))
    ended = FilingEnded(filing_id="F1", person_id="Lin", ends_on=D1, reason="ended")
    await driver.hear(ended, source="referral")

    answer = await ask(driver, admit())

    assert result(answer).filing == "none"


@pytest.mark.requirement("REF-25")
async def test_care_at_home_is_never_cut_and_needs_no_agreement(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing(kind="long_term_resident"))
    home: dict[str, Any] = {"institution_id": BAZHONG}

    [*_, settled] = await accepted(
        driver, admit(**home), bed("U1", 1000, **home), discharge(**home), settle(1, 100_000, **home),
        source="bazhong",
    )  # fmt: skip

    fact = completed(settled)
    assert (fact.filing, fact.filing_id, fact.payments.ratio_bp) == ("home", None, 6500)


@pytest.mark.requirement("SET-34")
async def test_where_the_policy_asks_for_a_filing_an_unfiled_stay_is_not_settled(
    driver_for: DriverFor,
) -> None:
    strict = policy().policy["out_of_area"] | {"unfiled": "refuse"}
    driver = await open_world(driver_for, policy(out_of_area=strict))
    await accepted(driver, *stay())

    assert (await ask(driver, quote(1, 100_000))).code == "NOT_FILED"
    assert (await ask(driver, settle(1, 100_000))).code == "NOT_FILED"

    await driver.hear(filing(), source="referral")
    assert (await ask(driver, settle(1, 100_000))).code == "OK"


LATE_FILINGS: list[tuple[dict[str, Any] | None, dict[str, Any], bool]] = [
    # how the stay was filed, what comes later, whether a case opens
    (None, {}, True),
    (None, {"kind": "other_temporary"}, True),
    (None, {"starts_on": D4}, False),
    (None, {"destination_area": "500000"}, False),
    ({}, {}, False),
    ({}, {"kind": "other_temporary"}, False),
    ({}, {"kind": "long_term_resident"}, True),
]


async def test_an_earlier_filing_heard_after_the_settlement_opens_a_correction_case(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    for number, (filed, late, opens) in enumerate(LATE_FILINGS):
        who: dict[str, Any] = {"person_id": f"P{number}", "visit_id": f"V{number}"}
        person: dict[str, Any] = {"person_id": who["person_id"]}
        known = [coverage(**person), *([filing(**person, **filed)] if filed is not None else [])]
        await driver.hear(*known, source="enrollment")
        steps = [admit(**who), bed("U1", 1000, **who), discharge(**who), settle(1, 100_000, **who)]
        await accepted(driver, *steps)

        [decision] = await driver.hear(filing("F2", **person, **late), source="referral", day=D9)

        assert [type(fact) for fact in decision.facts] == [CorrectionCaseOpened] * opens
    settled = await rows(driver, "SELECT DISTINCT state, attempt FROM visit")
    assert settled == [("settled", 1)]


# When the filing was made, when it was taken over from the system before, the day of the case.
CASE_DAYS = [(D9, None, D9), (F0, D6, D6), (F0, None, D3)]


@pytest.mark.parametrize(("filed_on", "taken_over_on", "opened_on"), CASE_DAYS)
def test_a_case_is_opened_when_its_filing_was_told_and_never_before_what_it_corrects(
    filed_on: date, taken_over_on: date | None, opened_on: date
) -> None:
    memory = Memory()
    memory.accepted(*stay(), settle(1, 100_000), day=D3)
    late = filing(filed_on=filed_on, taken_over_on=taken_over_on)
    [case] = memory.decide(memory.message(late, source="referral", day=D9)).facts
    assert isinstance(case, CorrectionCaseOpened) and case.opened_on == opened_on


@pytest.mark.requirement("REF-08")
async def test_a_filing_after_a_self_paid_discharge_opens_a_manual_case(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U1", 1000), discharge(paid="self"))

    [decision] = await driver.hear(filing(filed_on=D9), source="referral")

    [case] = decision.facts
    assert isinstance(case, ManualCaseOpened)
    assert (case.visit_id, case.filing_id, case.opened_on) == ("V1", "F1", D9)
    assert (await ask(driver, settle(1, 100_000), day=D9)).code == "VISIT_STATE"


async def test_after_a_reversal_the_later_filing_counts_and_opens_no_case(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    settled = await ask(driver, settle(1, 100_000))
    await accepted(driver, reverse(result(settled).settlement_id))

    [decision] = await driver.hear(filing(), source="referral", day=D9)
    again = await ask(driver, settle(1, 100_000), day=D9)

    assert not decision.facts
    assert result(again).filing == "referral"


ENDINGS: list[tuple[Any, date, bool]] = [
    # why the filing ends and when, whether a case opens
    ("cancelled", D1, True),
    ("ended", D9, False),
    ("replaced", D9, False),
]


@pytest.mark.requirement("REF-08")
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("reason", "ends_on", "opens"), ENDINGS)
async def test_a_filing_cancelled_after_it_was_used_opens_a_correction_case(
    driver_for: DriverFor, reason: Any, ends_on: date, opens: bool, together: bool
) -> None:
    driver = await open_world(driver_for, filing())
    await accepted(driver, *stay())
    ended = FilingEnded(filing_id="F1", person_id="Lin", ends_on=ends_on, reason=reason)
    told = driver.message(ended, source="referral", day=None)
    asked = driver.message(settle(1, 100_000), source="huaxi", day=D3)

    if together:
        settled, heard = await driver.hear(asked, told)
    else:
        [settled] = await driver.hear(asked)
        [heard] = await driver.hear(told)

    cases = [fact for fact in heard.facts if isinstance(fact, CorrectionCaseOpened)]
    assert len(cases) == len(heard.facts) == opens
    for case in cases:
        assert (case.visit_id, case.filing_id, case.opened_on) == ("V1", "F1", D3)
        assert case.settlement_id == completed(settled).settlement_id
    assert await rows(driver, "SELECT state, attempt FROM visit") == [("settled", 1)]


async def test_a_cancelled_filing_opens_no_case_where_it_was_not_used(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing(), filing("F2", kind="long_term_resident"))
    await accepted(driver, *stay(), settle(1, 100_000), *readmission())
    again = await accepted(driver, settle(1, 100_000, visit_id="V2"))
    await accepted(driver, reverse(completed(again[0]).settlement_id, visit_id="V2"))

    first, second = [
        FilingEnded(filing_id=name, person_id="Lin", ends_on=D1, reason="cancelled") for name in ("F1", "F2")
    ]
    unused, used = await driver.hear(first, second, source="referral", day=D3)

    assert not unused.facts
    assert [case.visit_id for case in used.facts if isinstance(case, CorrectionCaseOpened)] == ["V1"]
