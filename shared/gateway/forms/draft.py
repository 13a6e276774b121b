"""An outpatient bill under way (门诊就诊登记): kept by the gateway until it is settled whole."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.gateway.forms.fields import Credential
from shared.messages.settlement.visits import FeeLine

OutpatientKind = Literal["outpatient_general", "outpatient_chronic", "pharmacy"]


class DraftLine(BaseModel):
    """A fee line of the bill, in the batch (收费批次) that brought it, by its electronic prescription."""

    model_config = ConfigDict(frozen=True)

    batch: str
    line: FeeLine
    amount: Decimal
    prescription_id: str | None = None


class Draft(BaseModel):
    """The bill as registered, diagnosed and charged so far; `settlement_id` once it was settled."""

    model_config = ConfigDict(frozen=True)

    mdtrt_id: str
    psn_no: str
    institution_id: str
    service_on: date
    scheme: str
    credential: Credential
    credential_id: str | None = None
    kind: OutpatientKind = "outpatient_general"
    disease: str | None = None
    trauma: bool = False
    third_party: bool = False
    liability_statement_id: str | None = None
    lines: tuple[DraftLine, ...] = ()
    closed: Literal["", "cancelled", "settled"] = ""
