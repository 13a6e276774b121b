"""Publishing a version of a code set (发布编码集): whole, the next in number, from a later day on."""

from collections.abc import Mapping
from datetime import date

from services.enrollment.model import Entry, Known
from services.enrollment.rules.permission import require_operator
from shared.bus.message import Decision, Message
from shared.codes import built_in
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.network.code_sets import CodeSetPublished, PublishCodeSet
from shared.messages.enrollment.registers import Registered

BUILT_IN = 1
"""The version that is built in; of a set that is not, none has been published."""


def version_subject(body: PublishCodeSet) -> str:
    """The name of one version in the register; the set's own name is that of the newest."""
    return f"{body.set_id}/{body.set_version}"


def publish_code_set(known: Known, message: Message, body: PublishCodeSet) -> Decision:
    """The next version of a code set, by an operator; earlier ones stay, for what they were in force for."""
    if refusal := require_operator(known, message.source):
        return Decision(answer=refusal)
    content = body.model_dump(mode="json")
    told = accept(Registered(subject_id=body.set_id, version=body.set_version))
    same = known.entry("code_set", version_subject(body))
    if same and same.content == content:
        return Decision(answer=told)
    newest = known.entry("code_set", body.set_id)
    if refusal := _impossible(newest, body):
        return Decision(answer=refusal)
    before, after = codes_of(newest, body.set_id), {one.code: one.name_zh for one in body.codes}
    said = CodeSetPublished(
        **dict(body),
        added=len(after.keys() - before.keys()),
        changed=sum(before[code] != after[code] for code in after.keys() & before.keys()),
        removed=len(before.keys() - after.keys()),
    )
    names = (body.set_id, version_subject(body))
    return Decision([said], [Entry("code_set", name, body.set_version, content) for name in names], told)


def _impossible(newest: Entry | None, body: PublishCodeSet) -> Answer | None:
    if len({one.code for one in body.codes}) < len(body.codes):
        return refuse("INVALID_FIELD", "codes: one stands there twice")
    version = newest.version if newest else BUILT_IN
    if body.set_version != version + 1:
        return refuse("INVALID_FIELD", f"set_version: {version} → {body.set_version}")
    if newest and body.in_force_from <= date.fromisoformat(newest.content["in_force_from"]):
        return refuse("DATE_NOT_POSSIBLE", f"in_force_from: {body.in_force_from}")
    return None


def codes_of(newest: Entry | None, set_id: str) -> Mapping[str, str]:
    """The codes of a set's newest version, published or built in; none of a set that nobody knows."""
    if newest:
        return {one["code"]: one["name_zh"] for one in newest.content["codes"]}
    first = built_in().get(set_id)
    return first.codes if first else {}
