"""Says how a claim stands (申请进度), and refuses who asks about one that is not theirs. Pure."""

from collections.abc import Iterable

from services.clearing.model.claim import LineState, Reviewing
from services.clearing.model.known import Known
from shared.bus.message import Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.clearing.outcomes import ClaimStands


def institution_fault(known: Known, message: Message, institution_id: str) -> Answer | None:
    """Refuses an institution that is not there, and a node that speaks for another's."""
    node = known.institutions.get(institution_id)
    if node is None:
        return refuse("UNKNOWN_INSTITUTION", institution_id)
    return None if node == message.source else refuse("INSTITUTION_NOT_YOURS", institution_id)


def claim_fault(known: Known, claim_id: str, institution_id: str) -> Answer | None:
    """Refuses a claim that the institution did not make."""
    claim = known.claims.get(claim_id)
    is_its = claim is not None and claim.institution_id == institution_id
    return None if is_its else refuse("UNKNOWN_CLAIM", claim_id)


def claim_stands(known: Known, claim_id: str, new: Iterable[Reviewing]) -> ClaimStands:
    """How a claim stands after new steps: what was accepted, by rule and by persons, and how much is open."""
    last = {id: steps[-1] for id, steps in known.reviewing.get(claim_id, {}).items()}
    last |= {step.settlement_id: step for step in new}
    reviewed = [
        one.accepted for one in last.values() if one.line_state == LineState.REVIEWED and one.accepted
    ]
    return ClaimStands(
        claim_id=claim_id,
        accepted_fen=known.claims[claim_id].accepted_fen + sum(funds.fund_fen for funds in reviewed),
        open_lines=sum(one.is_open for one in last.values()),
    )
