"""What travels of a stay under way: its admission changed (入院信息变更), settled in between (中途结算)."""

from datetime import date

from shared.messages.body import Area, Identifier, Scheme
from shared.messages.scope import SCOPE, Scope
from shared.messages.settlement.visits import Control, Diagnoses, TraumaRequest, VisitSubject


class ChangeAdmission(TraumaRequest):
    """Tells an admission anew, as a whole (入院信息变更, NHSA 2403), while the stay is not settled.

    What it leaves out was not so. The filing that counts is found anew at the settlement; what the patient
    shows is changed by `ShowCredential`.
    """

    TOPICS = ("realtime.encounters",)
    admitted_on: date
    emergency: bool = False
    trauma: bool = False
    ward: Identifier | None = None
    diagnoses: Diagnoses = ()
    continues_visit_id: Identifier | None = None


class AdmissionChanged(VisitSubject):
    """An admission is another one from now on (入院信息已变更); `undone`: a change of it was taken back.

    `ward` and `diagnoses` are those that this change told, and none where it was undone.
    """

    TOPICS = ("settlement.events",)
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    admitted_on: date
    changed_on: date
    emergency: bool
    trauma: bool
    ward: Identifier | None = None
    diagnoses: tuple[Identifier, ...] = ()
    continues_visit_id: Identifier | None = None
    undone: bool = False
    scope: Scope = SCOPE


class SettleInterim(TraumaRequest):
    """Settles a stay up to a day (中途结算, NHSA 2304 with mid_setl_flag); it goes on as another visit.

    `last_on` is the last day that is settled; the next one begins under `next_visit_id`, which takes the
    later uploads, the discharge and the case page. The policy is that of the admission, and the deductible is
    paid once over the whole stay.
    """

    TOPICS = ("realtime.encounters",)
    last_on: date
    next_visit_id: Identifier
    control: Control
    use_account: bool = False
