"""A visit (就诊) and its life; the money of a visit is not here."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from shared.benefit.bill import VisitKind
from shared.benefit.policy.form import FilingUsed
from shared.messages.scope import Scope, scope_of
from shared.messages.settlement.found import VisitState
from shared.messages.settlement.visits import DischargeWay

State = VisitState
Action = Literal[
    "admit",
    "change_admission",
    "upload",
    "show_credential",
    "discharge",
    "leave_self_paid",
    "cancel_discharge",
    "upload_self_paid",
    "withdraw_self_paid",
    "quote",
    "settle_interim",
    "settle",
    "claim",
    "reverse",
    "cancel",
    "page",
]
Injury = Literal["own", "third_party"]
Life = Mapping[tuple[State, Action], State]

STAY: Life = {
    ("announced", "upload"): "announced",
    ("announced", "admit"): "admitted",
    ("admitted", "upload"): "admitted",
    ("admitted", "show_credential"): "admitted",
    ("admitted", "change_admission"): "admitted",
    ("discharged", "change_admission"): "discharged",
    ("reversed", "change_admission"): "reversed",
    ("admitted", "quote"): "admitted",
    ("admitted", "settle_interim"): "discharged",
    ("admitted", "cancel"): "cancelled",
    ("admitted", "discharge"): "discharged",
    ("admitted", "leave_self_paid"): "self_paid",
    ("discharged", "upload"): "discharged",
    ("discharged", "page"): "discharged",
    ("discharged", "quote"): "discharged",
    ("discharged", "settle"): "settled",
    ("discharged", "cancel_discharge"): "admitted",
    ("self_paid", "page"): "self_paid",
    ("self_paid", "cancel_discharge"): "admitted",
    ("settled", "page"): "settled",
    ("settled", "reverse"): "reversed",
    ("reversed", "upload"): "reversed",
    ("reversed", "page"): "reversed",
    ("reversed", "quote"): "reversed",
    ("reversed", "settle"): "settled",
    ("reversed", "cancel_discharge"): "admitted",
}
"""The life of a stay (住院); an action without a key is refused. A stay that its patient paid whole is not
settled directly (001 (九)), unless its discharge is cancelled."""

NEVER_SETTLED: frozenset[State] = frozenset({"cancelled", "self_paid"})
"""The states that end a direct life without a settlement: no deductible is paid, so no stay continues it."""

BILL: Life = {
    ("announced", "settle"): "settled",
    ("settled", "reverse"): "reversed",
    ("reversed", "settle"): "settled",
}
"""The life of an outpatient or pharmacy bill, which comes whole."""

MANUAL: Life = {
    ("announced", "upload_self_paid"): "uploaded",
    ("admitted", "upload_self_paid"): "uploaded",
    ("discharged", "upload_self_paid"): "uploaded",
    ("self_paid", "upload_self_paid"): "uploaded",
    ("reversed", "upload_self_paid"): "uploaded",
    ("uploaded", "upload_self_paid"): "uploaded",
    ("uploaded", "withdraw_self_paid"): "cancelled",
    ("uploaded", "page"): "uploaded",
    ("uploaded", "claim"): "settled",
    ("settled", "page"): "settled",
    ("settled", "reverse"): "uploaded",
}
"""The life of a visit reimbursed by hand (手工报销), from the state in which its direct life was left.
It goes back to that state if the bill is withdrawn; a visit that its bill opened is cancelled."""


class Visit(NamedTuple):
    """A visit (就诊) in its present state; `service_on` is the admission of a stay, else the visit's day.

    `chain`: the stays this one continues (转院), oldest first. `request_id` derives from the request that
    opened it, `discharge_id` from the one that ended it, in a `discharge_way` (离院方式). From
    `settlement_id` to `deductible_fen`: the settlement in force, if there is one. `settled_on` decides
    its year and its filings; a cascade that settles the visit again keeps it. `injury`: trauma (外伤), and
    who is liable for it; `liability_statement_id`: the signed statement that no third party is. `manual`:
    the patient paid the visit whole, and it is settled by a claim; `turned_from`: its state before that.
    `pooling_area`: where the patient is at home, by the policy of the day of `service_on`.
    `treatment_pool`: the pooling area of the place of treatment on that day, where one was told.
    `awaits_credential`: none was shown, so no fund pays. `changes`: what its admission was before each change
    of it (入院信息变更), packed, oldest first. A stay settled in between (中途结算) is several visits:
    `begun_on` is the admission of the first, `parts` how many of the last in `chain` are earlier parts of the
    same stay; `deductible_due_fen`: the deductible owed, however much of it the costs reached.
    `in_scope_fen`: what was in scope of its settlement, from where the bands of the next part go on.
    `attempts_apart`: how many of its attempts settled no more than a part of it, or were claims by hand: none
    of them was the exchange that is due when the patient leaves.
    """

    visit_id: str
    person_id: str
    institution_id: str
    kind: VisitKind
    insured_area: str
    treatment_area: str
    scheme: str
    hospital_tier: str
    service_on: date
    emergency: bool
    chain: tuple[str, ...] | list[str]
    request_id: str
    state: State = "announced"
    discharged_on: date | None = None
    attempt: int = 0
    settlement_id: str | None = None
    settled_on: date | None = None
    filing: FilingUsed | None = None
    deductible_fen: int = 0
    injury: Injury | None = None
    liability_statement_id: str | None = None
    manual: bool = False
    pooling_area: str = ""
    turned_from: State | None = None
    discharge_id: str | None = None
    awaits_credential: bool = False
    discharge_way: DischargeWay | None = None
    treatment_pool: str = ""
    changes: tuple[str, ...] | list[str] = ()
    begun_on: date | None = None
    parts: int = 0
    deductible_due_fen: int = 0
    in_scope_fen: int = 0
    attempts_apart: int = 0
    stored: Mapping[str, Any] | None = None

    @property
    def is_stay(self) -> bool:
        """Whether it is a stay, and not a bill that comes whole."""
        return self.kind == "inpatient"

    @property
    def is_at_home(self) -> bool:
        """Whether it is care in the patient's own pooling area (参保地内就医)."""
        return self.scope == "at_home"

    @property
    def scope(self) -> Scope:
        """Whether it is care at home, within the province, or across provinces."""
        pools = (self.pooling_area or self.insured_area, self.treatment_pool or None)
        return scope_of(self.insured_area, self.treatment_area, *pools)

    @property
    def terms_on(self) -> date:
        """The day whose policy, coverage and tiers count: the admission of the whole stay."""
        return self.begun_on or self.service_on

    @property
    def earlier_parts(self) -> tuple[str, ...]:
        """The visits that are earlier parts of this very stay (中途结算), oldest first."""
        return tuple(self.chain[len(self.chain) - self.parts :])

    def is_part_after(self, visit_id: str) -> bool:
        """Whether it is a later part, not cancelled, of the stay that a visit is a part of."""
        return visit_id in self.earlier_parts and self.state != "cancelled"

    @property
    def goes_on(self) -> bool:
        """Whether it was settled in between (中途结算): its days have ended, and no discharge ended them."""
        return self.is_stay and not self.manual and self.discharged_on is not None and not self.discharge_id

    @property
    def ended_on(self) -> date:
        """The day on which its care ended."""
        return self.discharged_on or self.service_on

    @property
    def awaits_settlement(self) -> bool:
        """Whether it may still be settled directly, first or again; a claim is not waited for."""
        return not self.manual and self.state != "settled" and self.state not in NEVER_SETTLED

    @property
    def allows_uploads(self) -> bool:
        """Whether it is a registered stay to which days may still be uploaded."""
        return self.is_stay and self.state != "announced" and self.allows("upload")

    @property
    def settling(self) -> Action:
        """The action that settles it."""
        return "claim" if self.manual else "settle"

    def turned_back(self) -> "Visit":
        """The visit without its self-paid bill: as it was before, or cancelled if the bill had opened it."""
        if self.turned_from is None or self.turned_from == "announced":
            return self._replace(state=self.after("withdraw_self_paid"))
        left_on = None if self.turned_from == "admitted" else self.discharged_on
        return self._replace(state=self.turned_from, discharged_on=left_on, manual=False, turned_from=None)

    def allows(self, action: Action) -> bool:
        """Whether the visit's state allows an action."""
        return (self.state, action) in self._life

    def after(self, action: Action) -> State:
        """The state an allowed action leads to."""
        return self._life[self.state, action]

    @property
    def _life(self) -> Life:
        if self.manual:
            return MANUAL
        return STAY if self.kind == "inpatient" else BILL
