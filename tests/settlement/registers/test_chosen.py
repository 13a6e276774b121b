"""An insured place chooses among the treatment place's institutions; others are not open to it."""

from typing import Any

import pytest

from shared.messages.enrollment.agreements import AgreementSigned, Chosen
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


@pytest.mark.requirement("ENR-27")
async def test_the_choice_is_kept(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, chosen(HUAXI))
    assert await refusals(driver, [admit(institution_id=PUREN)]) == ["NO_AGREEMENT"]
