"""2305 住院结算撤销, 2208 门诊结算撤销: takes a settlement back."""

from shared.gateway.forms.asking import ask, names
from shared.gateway.forms.fields import Data, SettlementId
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import VisitName
from shared.messages.outcomes import Reversed
from shared.messages.settlement.visits import ReverseSettlement


class Settlement(VisitName):
    """A settlement of a visit."""

    setl_id: SettlementId


Reverse = Data[Settlement]  # 2305 and 2208


def reverse(call: Call[Reverse]) -> Steps:
    """Takes the settlement back; the visit can be settled again with a new msgid."""
    told = call.form.data
    body = ReverseSettlement(
        **names(call.institution_id, told), settlement_id=told.setl_id, reason=f"{call.envelope.infno}"
    )
    done = yield from ask(body, Reversed)
    info = {"mdtrt_id": told.mdtrt_id, "setl_id": done.reversal_id, "psn_no": told.psn_no}
    draft = call.draft and call.draft.model_copy(update={"closed": ""})
    return Told({"setlinfo": {**info, "init_setl_id": told.setl_id}}, draft)
