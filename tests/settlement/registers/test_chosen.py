"""An insured place chooses among the treatment place's institutions; others are not open to it."""

from typing import Any

import pytest

from services.clearing.heard import agreement_fact
from shared.messages.enrollment.agreements import AgreementSigned, Chosen
from shared.month.agreements import Agreements
from shared.month.facts import Settled
from shared.month.funds import ZERO
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    D1,
    D4,
    HUAXI,
    PUREN,
    DriverFor,
    admit,
    agreement,
    open_world,
    refusals,
)


def chosen(*names: str, **more: Any) -> AgreementSigned:
    """The agreement of Bazhong with Sichuan, which opens these institutions alone."""
    return agreement(institutions=tuple(Chosen(institution_id=name) for name in names), **more)


# What was signed, where the stay is, and the answer.
CASES: list[tuple[str, list[AgreementSigned], str, str]] = [
    ("all", [chosen()], PUREN, "OK"),
    ("the chosen one", [chosen(HUAXI)], HUAXI, "OK"),
    ("another one", [chosen(HUAXI)], PUREN, "NO_AGREEMENT 511900 510100 390 H51010000002"),
    ("another one, which a second agreement names",
     [chosen(HUAXI), chosen(PUREN, agreement_id="A2")], PUREN, "OK"),
    ("another one from a later day on", [chosen(), chosen(HUAXI, in_force_from=D4)], PUREN, "OK"),
]  # fmt: skip


@pytest.mark.requirement("ENR-27")
@pytest.mark.parametrize(("case", "signed", "hospital", "expected"), CASES, ids=[one[0] for one in CASES])
def test_an_agreement_opens_the_institutions_that_it_names(
    case: str, signed: list[AgreementSigned], hospital: str, expected: str
) -> None:
    memory = Memory(*signed)
    answer = memory.decide(memory.message(admit(institution_id=hospital, admitted_on=D1))).answer
    assert answer
    assert f"{answer.code} {answer.where if not answer.accepted else ''}".strip() == expected


TWO = [
    # the institutions of the province's agreement, by the insured catalogue; of the city's; the mode of Huaxi
    ((HUAXI,), (), "insured"),
    ((PUREN,), (), "treatment"),
    ((HUAXI,), (HUAXI,), "treatment"),
    ((HUAXI,), (PUREN,), "insured"),
    ((PUREN,), (PUREN,), None),
]


@pytest.mark.requirement("ENR-13")
@pytest.mark.parametrize(("provinces", "citys", "mode"), TWO)
def test_the_catalogue_and_the_terms_are_those_of_the_agreement_that_names_the_institution(
    provinces: tuple[str, ...], citys: tuple[str, ...], mode: str | None
) -> None:
    signed = [
        chosen(*provinces, insured="510000", catalog_mode="insured", agreement_id="insured"),
        chosen(*citys),
    ]
    book = Memory(*signed).known.registers.agreements
    at_desk = book.covering("511900", "510100", "390", D1, HUAXI)
    assert (at_desk.catalog_mode if at_desk else None) == mode
    assert book.catalog_mode("511900", "510100", "390", D1, HUAXI) == (mode or "treatment")
    care = Settled(
        settlement_id="S1",
        visit_id="V1",
        person_id="Lin",
        institution_id=HUAXI,
        kind="inpatient",
        insured_area="511900",
        treatment_area="510100",
        scheme="390",
        service_on=D1,
        settled_on=D4,
        total_fen=0,
        **ZERO._asdict(),
    )
    cleared = Agreements([agreement_fact(one) for one in signed]).covering(care)
    assert (cleared and cleared.agreement_id) == (at_desk and at_desk.agreement_id)


@pytest.mark.requirement("ENR-27")
async def test_the_choice_is_kept(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, chosen(HUAXI))
    assert await refusals(driver, [admit(institution_id=PUREN)]) == ["NO_AGREEMENT"]
