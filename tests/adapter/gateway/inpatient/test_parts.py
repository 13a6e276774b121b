"""2304 settles a part of a stay, and once more after its reversal; `dscgTime` is read for no other."""

from datetime import date
from typing import Any

import pytest

from shared.gateway.forms.envelope import read_envelope
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.transaction import Call
from shared.gateway.inpatient.settle import Settle, settle
from shared.messages.body import Request
from shared.messages.settlement.admissions import SettleInterim
from shared.messages.settlement.found import StayPart, VisitFound, VisitState
from shared.messages.settlement.visits import SettleVisit
from tests.adapter.gateway.given.his import His

BILL = {"mdtrt_id": "M1", "psn_no": "P1", "medfee_sumamt": "0.00"}
PART = {"mid_setl_flag": "1", "dscgTime": "2026-03-04 09:00:00"}
FOUND: dict[str, Any] = {
    "visit_id": "M1",
    "kind": "inpatient",
    "insured_area": "511900",
    "scheme": "390",
    "service_on": date(2026, 3, 2),
    "discharged_on": date(2026, 3, 4),
    "days": (),
    "case_page_due_on": None,
    "received_on": None,
    "settlement": None,
}
GOES_ON, LAST = (StayPart(first_visit_id="M1", part=1, goes_on=one) for one in (True, False))


def asked(state: VisitState, part: StayPart | None, **given: str) -> Request:
    """What 2304 asks for a visit that stands as it does."""
    form = Settle.model_validate({"data": {**BILL, **given}})
    steps = settle(Call(read_envelope(His("").envelope("2304", {})), form))
    next(steps)
    return steps.send(VisitFound(**FOUND, state=state, stay_part=part)).body


@pytest.mark.parametrize(
    ("state", "part", "given", "expected"),
    [
        ("admitted", None, PART, SettleInterim),
        ("reversed", GOES_ON, PART, SettleVisit),
        ("reversed", LAST, PART, SettleInterim),  # the bus says that its patient has left
        ("discharged", None, {}, SettleVisit),
        ("discharged", None, {"dscgTime": "2026-03-04 10:00"}, SettleVisit),
        ("discharged", None, {"dscgTime": "20260304", "mid_setl_flag": "0"}, SettleVisit),
    ],
)
def test_a_part_is_settled_and_settled_again(
    state: VisitState, part: StayPart | None, given: dict[str, str], expected: type[Request]
) -> None:
    assert type(asked(state, part, **given)) is expected


def test_a_part_is_settled_again_up_to_the_same_day_and_a_first_one_up_to_a_day() -> None:
    for given in ({**PART, "dscgTime": "2026-03-03"}, {"mid_setl_flag": "1"}):
        with pytest.raises(FaultError, match="dscgTime"):
            asked("reversed", GOES_ON, **given)
