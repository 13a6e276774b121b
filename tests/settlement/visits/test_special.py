"""Special rules of filings: changed in mid-stay, transferred on, at home meanwhile, and emergencies."""

from typing import Any

import pytest

from shared.messages.body import Body
from shared.messages.referral.filings import FilingEnded
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    BAZHONG,
    D1,
    D2,
    D3,
    D4,
    HUAXI,
    PUREN,
    admit,
    agreement,
    catalogue,
    filing,
    institution,
    policy,
    readmission,
    result,
    settle,
    stay,
)

FAR, CLOSED = "H50010000001", "H51010000003"
STRICT = policy(out_of_area=policy().policy["out_of_area"] | {"unfiled": "refuse"})


def heard(memory: Memory, *facts: Body) -> None:
    for fact in facts:
        memory.decide(memory.message(fact, source="referral"))


def ended(filing_id: str, on: Any, reason: Any = "replaced") -> FilingEnded:
    return FilingEnded(filing_id=filing_id, person_id="Lin", ends_on=on, reason=reason)


def settled(memory: Memory, visit_id: str = "V1", **where: Any) -> tuple[str, int | None, int]:
    """Under which kind of filing the stay is settled, at which ratio, after which deductible."""
    answer = memory.ask(settle(1, 100_000, visit_id=visit_id, **where))
    paid = result(answer).payments
    return result(answer).filing, paid.ratio_bp, paid.deductible_fen


@pytest.mark.requirement("REF-13")
def test_a_filing_is_for_an_area_and_counts_in_each_hospital_there_that_takes_patients() -> None:
    closed = institution(CLOSED, services=("outpatient",))
    memory = Memory(closed, filing(destination_area="510100"), held=STRICT)
    visits = {"V1": HUAXI, "V2": PUREN}
    for visit_id, where in visits.items():
        memory.accepted(*stay(visit_id=visit_id, institution_id=where))

    counted = [settled(memory, visit_id, institution_id=where)[0] for visit_id, where in visits.items()]

    assert counted == ["referral", "referral"]
    assert memory.ask(admit(visit_id="V3", institution_id=CLOSED)).code == "NOT_OPENED"


@pytest.mark.requirement("REF-30")
def test_who_cannot_join_the_insurance_where_he_lives_is_paid_as_referred() -> None:
    memory = Memory(filing(kind="long_term_resident", cannot_join_locally=True))
    memory.accepted(*stay())
    assert settled(memory)[0] == "referral"


CHANGES: list[tuple[dict[str, Any], list[Body], str]] = [
    # filed at the admission, heard in mid-stay, expected to count at the settlement
    ({}, [ended("F1", D2), filing("F2", kind="long_term_resident", starts_on=D2)], "long_term"),
    ({"kind": "other_temporary"}, [ended("F1", D2), filing("F2", starts_on=D2)], "referral"),
    ({}, [ended("F1", D2), filing("F2", destination_area="500000", starts_on=D2)], "referral"),
    ({}, [ended("F1", D2), filing("F2", kind="other_temporary", starts_on=D2)], "referral"),
    ({}, [ended("F1", D1, "cancelled")], "none"),
    ({}, [ended("F1", D1, "cancelled"), filing("F2", kind="long_term_resident", starts_on=D3)], "long_term"),
    ({"destination_area": "500000"}, [ended("F1", D2), filing("F2", starts_on=D2)], "referral"),
]


@pytest.mark.requirement("SET-37")
@pytest.mark.parametrize(("filed", "changed", "expected"), CHANGES)
def test_a_filing_changed_in_mid_stay_counts_as_it_is_at_the_settlement(
    filed: dict[str, Any], changed: list[Body], expected: str
) -> None:
    memory = Memory(filing(**filed))
    admitted, *rest = stay()
    memory.accepted(admitted, day=D1)

    heard(memory, *changed)
    memory.accepted(*rest, day=D4)

    assert settled(memory)[0] == expected


TRANSFERRED: list[tuple[list[Body], tuple[str, int]]] = [
    # filed besides the long-term place, expected of the stay in another one
    ([filing("F2", destination_area="500100")], ("referral", 6000)),
    ([], ("none", 5500)),
    ([filing("F2", kind="other_temporary", destination_area="500100")], ("other_temporary", 5500)),
]


@pytest.mark.requirement("SET-03")
@pytest.mark.requirement("SET-04")
@pytest.mark.requirement("REF-24")
@pytest.mark.parametrize(("filed", "expected"), TRANSFERRED)
def test_a_long_term_resident_transferred_on_is_paid_as_referred_if_that_was_filed(
    filed: list[Body], expected: tuple[str, int]
) -> None:
    living = filing("F1", kind="long_term_resident")
    listed = catalogue("C9").model_copy(update={"area": "500000"})
    memory = Memory(institution(FAR), agreement(treatment="500000"), listed, living, *filed)
    there: dict[str, Any] = {"institution_id": FAR}
    memory.accepted(*stay(), *readmission(continues_visit_id="V1", **there))

    at_the_filed_place = settled(memory)
    elsewhere = settled(memory, "V2", **there)

    assert at_the_filed_place == ("long_term", 6500, 65_000)
    # The same tier as before, whose deductible is paid.
    assert elsewhere == (*expected, 0)


@pytest.mark.requirement("REF-25")
@pytest.mark.requirement("REF-45")
@pytest.mark.parametrize("kind", ["resettled_retiree", "long_term_resident", "posted_worker"])
def test_who_lives_elsewhere_has_the_benefit_there_and_at_home_in_the_same_year(kind: Any) -> None:
    memory = Memory(institution(BAZHONG), filing(kind=kind), held=STRICT)
    home: dict[str, Any] = {"institution_id": BAZHONG}
    memory.accepted(*stay(), *stay(visit_id="V2", **home), *readmission(visit_id="V3"))

    stays = [settled(memory), settled(memory, "V2", **home), settled(memory, "V3")]

    assert stays == [("long_term", 6500, 65_000), ("home", 6500, 32_500), ("long_term", 6500, 32_500)]


@pytest.mark.requirement("SET-04")
def test_an_unfiled_emergency_counts_as_filed_where_a_filing_is_asked_for() -> None:
    memory = Memory(held=STRICT)
    memory.accepted(*stay(emergency=True), *readmission())

    assert settled(memory) == ("emergency", 6000, 65_000)
    assert memory.ask(settle(1, 100_000, visit_id="V2")).code == "NOT_FILED"
