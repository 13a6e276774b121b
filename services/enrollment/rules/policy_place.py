"""What stands beside a policy (待遇政策): which one it comes in place of, and with which it would collide.

Of two policies of one insured area, scheme, level and first day neither goes before the other, so that chance
would decide: the later one is refused, unless it names the one in whose place it comes.
"""

from typing import Any

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_level
from shared.benefit.policy.checks import Policy
from shared.errors import refuse
from shared.messages.answer import Answer


def collides(known: Known, policy: Policy) -> Answer | None:
    """Refuses a policy beside which another of its place and first day stands that it does not replace."""
    first_day = str(policy.in_force_from)
    clash = next(
        (
            policy_id
            for policy_id, text in _standing(known, policy).items()
            if policy_id not in (policy.policy_id, policy.replaces)
            and (text["issuer_level"], text["in_force_from"]) == (policy.issuer_level, first_day)
        ),
        None,
    )
    return refuse("POLICY_COLLIDES", f"policy_id: {clash}") if clash else None


def not_replaceable(known: Known, source: str, policy: Policy) -> Answer | None:
    """Refuses to replace what is not published for the area and scheme, or was replaced by another already;
    or what was issued at a level that the node may not speak for.
    """
    if policy.replaces is None:
        return None
    held = _standing(known, policy).get(policy.replaces)
    if held is None:
        return refuse("POLICY_NOT_REPLACEABLE", f"replaces: {policy.replaces}")
    return require_level(known, source, held["issuer_level"])


def not_yet_there(known: Known, policy: Policy) -> tuple[str, ...]:
    """The warning that what a draft replaces is not published yet."""
    if policy.replaces is None or policy.replaces in _standing(known, policy):
        return ()
    zh, en = "尚未发布或已被替代", "is not published yet, or was replaced"
    return (f"replaces: {policy.replaces} {zh} / {en}",)


def _standing(known: Known, policy: Policy) -> dict[str, dict[str, Any]]:
    published = known.policies(policy.insured_area, policy.scheme)
    replaced = {text.get("replaces") for text in published.values()}
    return {policy_id: text for policy_id, text in published.items() if policy_id not in replaced}
