"""Every message that travels, by its wire type."""

from shared.messages import (
    audit,
    body,
    clearing,
    clearing_notices,
    confirmations,
    corrections,
    editions,
    enrollment,
    mappings,
    policy_versions,
    prices,
    qualification,
    referral,
    reimbursement,
    settlement,
    settlement_notices,
    supervision,
    tiers,
)
from shared.messages.answer import Answer
from shared.messages.body import Body, Fact, Request


def _leaves(kind: type[Body]) -> list[type[Body]]:
    below = [leaf for child in kind.__subclasses__() for leaf in _leaves(child)]
    return ([kind] if kind.TOPICS else []) + below


_MODULES = (
    body,
    enrollment,
    editions,
    mappings,
    policy_versions,
    prices,
    qualification,
    tiers,
    referral,
    settlement,
    settlement_notices,
    reimbursement,
    supervision,
    corrections,
    clearing,
    clearing_notices,
    confirmations,
    audit,
)
REQUESTS: dict[str, type[Body]] = {kind.wire_type(): kind for kind in _leaves(Request)}
FACTS: dict[str, type[Body]] = {kind.wire_type(): kind for kind in _leaves(Fact)}
ANSWER_TYPE = Answer.wire_type()
TYPES: dict[str, type[Body]] = {**REQUESTS, **FACTS, ANSWER_TYPE: Answer}
