"""A policy version's way into force by four eyes (双人复核): drafted by one officer, approved by another.

`PolicyPublished` says that it is published. The node answers for who its officers are.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from pydantic import Field

from shared.messages.body import Fact, Identifier, Request

Digest = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the policy as the answer to DraftPolicy gives it"
    ),
]


class DraftPolicy(Request):
    """Drafts a version of an insured area's policy (起草待遇政策), in the form of the policy file.

    Until one is approved the newest draft of a `policy_id` counts, whoever drafted it.
    """

    TOPICS = ("registry.commands",)
    KEY = "policy_id"
    policy_id: Identifier
    policy: dict[str, Any]
    officer: Identifier


class ApprovePolicy(Request):
    """Approves a drafted version (复核待遇政策), which is published by that; `officer` is another person.

    `sha256` names the text that was looked at: a draft that was replaced meanwhile is not approved with it.
    """

    TOPICS = ("registry.commands",)
    KEY = "policy_id"
    policy_id: Identifier
    officer: Identifier
    sha256: Digest


class PolicyDrafted(Fact):
    """A policy version is drafted and waits for its approval; it settles nothing yet."""

    TOPICS = ("enrollment.events",)
    KEY = "policy_id"
    policy_id: Identifier
    policy: dict[str, Any]
    drafted_by: Identifier
    sha256: Digest


def policy_digest(policy: Mapping[str, Any]) -> str:
    """The digest (摘要) of a policy as it travels: SHA-256 of its JSON in UTF-8, keys sorted, no spaces, no
    escapes but those that JSON demands.
    """
    text = json.dumps(policy, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
