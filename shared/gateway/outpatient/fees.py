"""2204 门诊费用明细上传, 2205 门诊费用明细撤销: adds lines to a bill, and drops a batch of them."""

from shared.gateway.forms.draft import DraftLine
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Data, Id
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import FeeDetail, Fees, VisitName, name_of
from shared.gateway.outpatient.drafts import draft_of, with_lines

ALL = "0000"


class Batch(VisitName):
    """A batch of lines (收费批次); `0000`: all of the bill."""

    chrg_bchno: Id


CancelFees = Data[Batch]  # 2205


def upload_fees(call: Call[Fees]) -> Steps:
    """Adds the lines; how they are split is told once the bill is settled (5204)."""
    draft = draft_of(call.draft, name_of(call.form), call.institution_id)
    lines = list(map(_drafted, call.form.feedetail))
    yield from ()
    told = [{"feedetl_sn": one.line.line, "det_item_fee_sumamt": one.amount} for one in lines]
    return Told({"result": told}, with_lines(draft, lines))


def _drafted(told: FeeDetail) -> DraftLine:
    if told.rx_circ_flag == "1" and told.rxno is None:
        raise FaultError("FORM_INVALID", f"feedetail.{told.feedetl_sn}.rxno")
    return DraftLine(
        batch=told.chrg_bchno,
        line=told.line(),
        amount=told.det_item_fee_sumamt,
        prescription_id=told.prescription_id,
    )


def cancel_fees(call: Call[CancelFees]) -> Steps:
    """Drops the lines of a batch."""
    told = call.form.data
    draft = draft_of(call.draft, told, call.institution_id)
    left = tuple(one for one in draft.lines if told.chrg_bchno not in (ALL, one.batch))
    if len(left) == len(draft.lines):
        raise FaultError("UNKNOWN_LINE", f"chrg_bchno: {told.chrg_bchno}")
    yield from ()
    return Told({}, draft.model_copy(update={"lines": left}))
