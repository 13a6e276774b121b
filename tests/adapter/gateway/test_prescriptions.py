"""Electronic prescriptions of a bill's lines reach the bus, each once; a hospital's own numbers do not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared.gateway.forms.draft import Draft
from shared.gateway.forms.envelope import read_envelope
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.transaction import Call, Steps
from shared.gateway.forms.visit import Fees
from shared.gateway.outpatient.fees import upload_fees
from shared.gateway.outpatient.settle import Settle, quote, settle
from shared.messages.settlement.visits import QuoteOutpatient, SettleOutpatient
from tests.adapter.gateway.given.his import HOSPITAL, His

WHOSE = {"mdtrt_id": "M1", "psn_no": "P1"}
ENVELOPE = read_envelope(His("").envelope("2204", {}))
OPEN = Draft(
    **WHOSE, institution_id=HOSPITAL, service_on=date(2026, 3, 2), scheme="390", credential="01",
    kind="pharmacy",
)  # fmt: skip


def fee(number: str, cnt: str = "1", **given: str) -> dict[str, Any]:
    money = {"cnt": cnt, "pric": "10.00", "det_item_fee_sumamt": f"{cnt}0.00"}
    names = {"feedetl_sn": number, "med_list_codg": "X", "med_chrgitm_type": "09"}
    return {**WHOSE, **names, "fee_ocur_time": "2026-03-02", **money, **given}


def charged(*fees: dict[str, Any]) -> Draft:
    steps = upload_fees(Call(ENVELOPE, Fees.model_validate({"feedetail": fees}), OPEN))
    with pytest.raises(StopIteration) as end:
        next(steps)
    draft: Draft = end.value.value.draft
    return Draft.model_validate_json(draft.model_dump_json())  # as it is kept


@pytest.mark.requirement("OUT-11")
@pytest.mark.parametrize(("run", "kind"), [(quote, QuoteOutpatient), (settle, SettleOutpatient)])
def test_lines_of_a_prescription_that_circulates_are_dispensed_by_it(
    run: Callable[[Call[Settle]], Steps], kind: type[QuoteOutpatient]
) -> None:
    rx = {"rx_circ_flag": "1"}
    draft = charged(
        fee("1", rxno="RX1", **rx),
        fee("2", rxno="OWN-7"),
        fee("3", rxno="RX2", **rx),
        fee("4", rxno="RX1", **rx),
        fee("5", "-1", rxno="RX1", **rx),
    )
    bill = Settle.model_validate({"data": {**WHOSE, "medfee_sumamt": "30.00", "insutype": "390"}})
    asked = next(run(Call(ENVELOPE, bill, draft))).body
    assert isinstance(asked, kind)
    told = [(one.prescription_id, one.covers) for one in asked.prescriptions]
    assert told == [("RX1", ("1", "4")), ("RX2", ("3",))]


def test_one_that_circulates_has_a_number() -> None:
    with pytest.raises(FaultError, match=r"feedetail\.1\.rxno"):
        next(
            upload_fees(
                Call(ENVELOPE, Fees.model_validate({"feedetail": [fee("1", rx_circ_flag="1")]}), OPEN)
            )
        )
