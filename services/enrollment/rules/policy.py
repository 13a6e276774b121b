"""A policy version's way into force (待遇政策): drafted by one officer, approved by another (双人复核).

Read whole or refused with its place; once published it is never changed.
"""

from typing import Any

from services.enrollment.model import Entry, Known
from services.enrollment.rules.permission import require_area, require_level, unknown_area
from services.enrollment.rules.policy_place import collides, not_replaceable, not_yet_there
from services.enrollment.rules.register import register
from shared.benefit.policy.checks import InvalidPolicyError, Policy, parse_policy, policy_warnings
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.policy_versions import (
    ApprovePolicy,
    DraftPolicy,
    PolicyDrafted,
    policy_digest,
)
from shared.messages.enrollment.registers import PolicyPublished, PublishPolicy, Registered


def publish_policy(known: Known, message: Message, body: PublishPolicy) -> Decision:
    """Refused: the request names nobody, so it cannot even count as a draft that another may approve."""
    return Decision(answer=refuse("DRAFT_AND_APPROVE", f"policy_id: {body.policy_id}"))


def draft_policy(known: Known, message: Message, body: DraftPolicy) -> Decision:
    """A valid policy of a known area, in place of an earlier draft of that id; a published text is accepted
    as it is.

    A mended policy is a new version: of two that overlap, the issuer's level and then the later decides
    (001 (二十九)); one of the same level and first day names the one that it replaces.
    """
    policy = _read(body.policy)
    if isinstance(policy, Answer):
        return Decision(answer=policy)
    if refusal := _no_draft(known, message.source, body, policy):
        return Decision(answer=refusal)
    digest = policy_digest(body.policy)
    warnings = tuple(str(warning) for warning in policy_warnings(policy))
    if published := known.entry("policy", body.policy_id):
        return _stands(published, digest, warnings)
    if refusal := collides(known, policy):
        return Decision(answer=refusal)
    drafted = PolicyDrafted(
        policy_id=body.policy_id, policy=body.policy, drafted_by=body.officer, sha256=digest
    )
    warnings += not_yet_there(known, policy)
    return register(known, "draft", drafted, PolicyDrafted, warnings, digest)


def approve_policy(known: Known, message: Message, body: ApprovePolicy) -> Decision:
    """The draft as the approving officer saw it is published; approved again, nothing is new."""
    held = known.entry("policy", body.policy_id) or known.entry("draft", body.policy_id)
    if held is None:
        return Decision(answer=refuse("UNKNOWN_DRAFT", f"policy_id: {body.policy_id}"))
    policy = held.content["policy"]
    refusal = _not_in_charge(known, message.source, policy) or _own_draft(held, body) or _unseen(held, body)
    if refusal:
        return Decision(answer=refusal)
    if held.kind == "policy":
        return _stands(held, body.sha256)
    if refusal := _out_of_place(known, message.source, policy):
        return Decision(answer=refusal)
    published = PolicyPublished(
        policy_id=body.policy_id,
        policy=policy,
        drafted_by=held.content["drafted_by"],
        approved_by=body.officer,
    )
    return register(known, "policy", published, PolicyPublished, sha256=body.sha256)


def _read(mapping: dict[str, object]) -> Policy | Answer:
    try:
        return parse_policy(mapping)
    except InvalidPolicyError as error:
        return refuse("INVALID_POLICY", str(error))


def _no_draft(known: Known, source: str, body: DraftPolicy, policy: Policy) -> Answer | None:
    return (
        _not_in_charge(known, source, body.policy)
        or unknown_area(known, policy.insured_area, "insured_area")
        or _other_id(body, policy)
        or _published_otherwise(known, body)
        or _draft_of_others(known, source, body)
    )


def _out_of_place(known: Known, source: str, text: dict[str, Any]) -> Answer | None:
    policy = parse_policy(text)
    return not_replaceable(known, source, policy) or collides(known, policy)


def _other_id(body: DraftPolicy, policy: Policy) -> Answer | None:
    if policy.policy_id == body.policy_id:
        return None
    return refuse("INVALID_POLICY", f"policy_id: {policy.policy_id} ≠ {body.policy_id}")


def _published_otherwise(known: Known, body: DraftPolicy) -> Answer | None:
    held = known.entry("policy", body.policy_id)
    if held is None or held.content["policy"] == body.policy:
        return None
    return refuse("POLICY_ID_TAKEN", f"policy_id: {body.policy_id}")


def _draft_of_others(known: Known, source: str, body: DraftPolicy) -> Answer | None:
    """Another area's draft, or a higher level's, is not replaced by one that took its id."""
    held = known.entry("draft", body.policy_id)
    return _not_in_charge(known, source, held.content["policy"]) if held else None


def _not_in_charge(known: Known, source: str, policy: dict[str, Any]) -> Answer | None:
    """Refuses who does not answer for the policy's area, or may not speak for the level it claims."""
    return require_area(known, source, policy["insured_area"], role="policies") or require_level(
        known, source, policy["issuer_level"]
    )


def _own_draft(held: Entry, body: ApprovePolicy) -> Answer | None:
    """Versions from before there were drafts name nobody."""
    own = held.content.get("drafted_by") == body.officer
    return refuse("SAME_OFFICER", f"officer: {body.officer}") if own else None


def _unseen(held: Entry, body: ApprovePolicy) -> Answer | None:
    if policy_digest(held.content["policy"]) == body.sha256:
        return None
    code = "POLICY_ID_TAKEN" if held.kind == "policy" else "DRAFT_DIFFERS"
    return refuse(code, f"sha256: {body.policy_id}")


def _stands(held: Entry, digest: str, warnings: tuple[str, ...] = ()) -> Decision:
    result = Registered(subject_id=held.subject_id, version=held.version, warnings=warnings, sha256=digest)
    return Decision(answer=accept(result))
