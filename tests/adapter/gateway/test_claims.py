"""A month's claim through the national form: what it asks the bus, and when it refuses by itself."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.gateway.books.claim import (
    Apply,
    Confirm,
    Extract,
    WithdrawApplication,
    apply,
    confirm,
    extract,
    withdraw,
)
from shared.gateway.forms.envelope import Envelope, read_envelope
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.messages.body import Request, Result
from shared.messages.clearing.claims import WithdrawClaim
from shared.messages.clearing.months import ClaimAdvances, ClaimLine, Verdict
from shared.messages.clearing.outcomes import ClaimReviewed, ClaimStands
from shared.messages.settlement.found import ListedSettlement, SettlementsFound
from tests.adapter.gateway.given.his import HOSPITAL, His

SUMS = {"medfee_sumamt": "300.00", "fund_appy_sum": "180.00", "cash_payamt": "120.00", "acct_pay": "0.00"}
DATES = {"setlym": "202603", "begndate": "2026-03-01", "enddate": "2026-03-31"}


def _envelope() -> Envelope:
    return read_envelope(His("").envelope("3203", {}))


def _settlement(number: int, **changed: Any) -> ListedSettlement:
    told: dict[str, Any] = {
        "settlement_id": f"S{number}",
        "visit_id": f"V{number}",
        "person_id": "P",
        "kind": "inpatient",
        "insured_area": "511900",
        "scheme": "390",
        "settled_on": date(2026, 3, number),
        "total_fen": 10_000 * number,
        "fund_fen": 6_000 * number,
        "account_fen": 0,
        "cash_fen": 4_000 * number,
        "reversed_on": None,
        **changed,
    }
    return ListedSettlement(**told)


HELD = [
    _settlement(1),
    _settlement(2),
    _settlement(3, reversed_on=date(2026, 3, 9)),
    _settlement(4, kind="pharmacy"),
    _settlement(5, insured_area="510100", kind="outpatient_general"),
]


def _drive(steps: Steps, answers: Sequence[Result]) -> tuple[list[Request], Told]:
    asked, given = [], iter(answers)
    result: Any = None
    try:
        while True:
            asked.append(steps.send(result).body)
            result = next(given)
    except StopIteration as end:
        return asked, end.value


def _found(listed: Sequence[ListedSettlement], *, more: bool = False) -> SettlementsFound:
    return SettlementsFound(institution_id=HOSPITAL, settlements=tuple(listed), more=more)


def _reviewed() -> ClaimReviewed:
    verdicts = (
        Verdict(settlement_id="S1", fund_fen=6_000, code="ACCEPTED"),
        Verdict(settlement_id="S2", fund_fen=12_000, code="NO_CASE_PAGE"),
    )
    waits = (ClaimLine(settlement_id="S4", fund_fen=24_000),)
    return ClaimReviewed(claim_id="C", accepted_fen=6_000, verdicts=verdicts, to_review=waits)


@pytest.mark.requirement("HUB-16")
def test_a_claim_is_of_the_settlements_in_force_whose_sums_the_hospital_has_too() -> None:
    form = Apply.model_validate({"data": {**DATES, **SUMS, "psntime": 2, "clr_type": "21"}})
    pages = [_found(HELD[:3], more=True), _found(HELD[3:]), _reviewed()]
    asked, told = _drive(apply(Call(_envelope(), form)), pages)
    claim = asked[-1]
    assert isinstance(claim, ClaimAdvances)
    assert [(line.settlement_id, line.fund_fen) for line in claim.lines] == [("S1", 6_000), ("S2", 12_000)]
    assert (claim.month, claim.fund_fen) == ("2026-03", 18_000)
    detail = told.output["result"]["detail"]
    assert [(row["memo"], row["fund_appy_sum"]) for row in detail] == [
        ("ACCEPTED", Decimal("60.00")),
        ("NO_CASE_PAGE", Decimal("120.00")),
        ("TO_REVIEW", Decimal("240.00")),
    ]


def test_an_application_is_taken_back_by_the_number_that_it_gave() -> None:
    form = WithdrawApplication.model_validate({"data": {"clr_appy_evt_id": "C"}})
    stands = ClaimStands(claim_id="C", accepted_fen=0, open_lines=0)
    asked, told = _drive(withdraw(Call(_envelope(), form)), [stands])
    assert isinstance(asked[0], WithdrawClaim)
    assert (asked[0].claim_id, asked[0].institution_id, told.output) == ("C", HOSPITAL, {})


@pytest.mark.parametrize("changed", [{"psntime": 3}, {"fund_appy_sum": "180.01"}, {"clr_type": "99"}])
def test_a_claim_whose_sums_are_others_is_refused_with_those_held(changed: dict[str, Any]) -> None:
    form = Apply.model_validate({"data": {**DATES, **SUMS, "psntime": 2, "clr_type": "21", **changed}})
    with pytest.raises(FaultError, match="TOTALS_DIFFER"):
        _drive(apply(Call(_envelope(), form)), [_found(HELD), _reviewed()])


def test_the_months_rows_are_of_persons_insured_elsewhere_a_hundred_at_a_time() -> None:
    form = Extract.model_validate({"data": {"trt_year": "2026", "trt_month": "3", "startrow": 2}})
    _, told = _drive(extract(Call(_envelope(), form)), [_found(HELD)])
    assert told.output["recordsum"] == 3
    assert [(row["seqno"], row["setl_sn"]) for row in told.output["data"]] == [(2, "S2"), (3, "S4")]


def test_rows_that_are_not_as_many_as_was_said_are_refused() -> None:
    rows = [{"setl_sn": "S1", "optins_pay_sumamt": "60.00"}]
    month = {"trt_year": "2026", "trt_month": "12", "totalrow": 2}
    with pytest.raises(FaultError, match="TOTALS_DIFFER"):
        _drive(confirm(Call(_envelope(), Confirm.model_validate({"data": month, "detail": rows}))), [])
    form = Confirm.model_validate({"data": {**month, "totalrow": 1}, "detail": rows})
    asked, _ = _drive(confirm(Call(_envelope(), form)), [_reviewed()])
    assert isinstance(asked[0], ClaimAdvances)
    assert (asked[0].month, asked[0].fund_fen) == ("2026-12", 6_000)
