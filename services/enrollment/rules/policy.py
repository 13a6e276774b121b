"""Publishing a policy version (待遇政策): read whole or refused with its place, and never changed after."""

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment import PolicyPublished, PublishPolicy
from shared.messages.policy import InvalidPolicyError, Policy, parse_policy, policy_warnings


def publish_policy(known: Known, source: str, body: PublishPolicy) -> Decision:
    """A valid policy of a known area; a published version keeps its content, since splits name it.

    A mended policy is a new version: of two that overlap, the issuer's level and then the later decides
    (001 (二十九)).
    """
    try:
        policy = parse_policy(body.policy)
    except InvalidPolicyError as error:
        return Decision(answer=refuse("INVALID_POLICY", str(error)))
    area = policy.insured_area
    refusal = (
        require_area(known, source, area)
        or unknown_area(known, area, "insured_area")
        or _other_id(body, policy)
        or _published_otherwise(known, body)
    )
    if refusal:
        return Decision(answer=refusal)
    warnings = tuple(str(warning) for warning in policy_warnings(policy))
    return register(known, "policy", body, PolicyPublished, warnings)


def _other_id(body: PublishPolicy, policy: Policy) -> Answer | None:
    if policy.policy_id == body.policy_id:
        return None
    return refuse("INVALID_POLICY", f"policy_id: {policy.policy_id} ≠ {body.policy_id}")


def _published_otherwise(known: Known, body: PublishPolicy) -> Answer | None:
    held = known.entry("policy", body.policy_id)
    if held is None or held.content["policy"] == body.policy:
        return None
    return refuse("POLICY_ID_TAKEN", f"policy_id: {body.policy_id}")
