"""Every message that travels, by its wire type."""

from shared.messages import body
from shared.messages.answer import Answer
from shared.messages.audit import supervision
from shared.messages.audit import trail as audit
from shared.messages.body import Body, Fact, Question, Request
from shared.messages.clearing import (
    admissions,
    batches,
    claims,
    confirmations,
    disputes,
    investigations,
    prefunds,
)
from shared.messages.clearing import months as clearing
from shared.messages.clearing import notices as clearing_notices
from shared.messages.clearing import payments as clearing_payments
from shared.messages.enrollment import (
    agreements,
    credentials,
    editions,
    mappings,
    persons,
    policy_versions,
    prices,
    qualification,
    register_pages,
    tiers,
)
from shared.messages.enrollment import registers as enrollment
from shared.messages.enrollment.network import (
    agencies,
    assessments,
    code_sets,
    double_coverage,
    institutions,
    issuers,
    local_codes,
    pooling,
    rollout,
)
from shared.messages.referral import changes as referral_changes
from shared.messages.referral import filings as referral
from shared.messages.referral import lists as referral_lists
from shared.messages.referral import reviews, worklist
from shared.messages.settlement import admissions as visit_admissions
from shared.messages.settlement import (
    case_pages,
    corrections,
    guide,
    insured,
    queries,
    reimbursement,
    shown,
)
from shared.messages.settlement import notices as settlement_notices
from shared.messages.settlement import visits as settlement
from shared.messages.settlement.outpatient import cash_outs


def _leaves(kind: type[Body]) -> list[type[Body]]:
    below = [leaf for child in kind.__subclasses__() for leaf in _leaves(child)]
    return ([kind] if kind.TOPICS else []) + below


_MODULES = (
    body,
    enrollment,
    register_pages,
    agreements,
    editions,
    agencies,
    assessments,
    code_sets,
    double_coverage,
    institutions,
    issuers,
    local_codes,
    pooling,
    rollout,
    mappings,
    policy_versions,
    prices,
    qualification,
    tiers,
    persons,
    credentials,
    referral,
    reviews,
    referral_changes,
    worklist,
    referral_lists,
    settlement,
    settlement_notices,
    visit_admissions,
    guide,
    reimbursement,
    cash_outs,
    supervision,
    case_pages,
    corrections,
    queries,
    shown,
    insured,
    clearing,
    claims,
    batches,
    disputes,
    admissions,
    investigations,
    prefunds,
    clearing_notices,
    confirmations,
    clearing_payments,
    audit,
)
_PLACES = {module.__name__: place for place, module in enumerate(_MODULES)}


def _by_type(kind: type[Body]) -> dict[str, type[Body]]:
    """The messages of a kind, in the order of their modules, whichever was imported first."""
    ordered = sorted(_leaves(kind), key=lambda leaf: _PLACES[leaf.__module__])
    return {leaf.wire_type(): leaf for leaf in ordered}


REQUESTS = _by_type(Request)
QUESTIONS = frozenset(_leaves(Question))
FACTS = _by_type(Fact)
ANSWER_TYPE = Answer.wire_type()
TYPES: dict[str, type[Body]] = {**REQUESTS, **FACTS, ANSWER_TYPE: Answer}
