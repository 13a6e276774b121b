"""An area's rules of filing, set by its agency for days to come. Pure."""

from services.referral.model.chain import AT_ONCE, FilingRules
from services.referral.model.known import Known
from services.referral.rules.destination import is_area
from services.referral.rules.permission import area_not_yours
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.referral.reviews import FilingRulesSet, RulesKept, SetFilingRules

_SET = FilingRules._fields[2:]


def set_rules(known: Known, message: Message, body: SetFilingRules) -> Decision:
    """Keeps an area's rules from a day to come on; a day that has begun keeps those it began with."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if not is_area(body.insured_area):
        return Decision(answer=refuse("UNKNOWN_AREA", f"insured_area: {body.insured_area}"))
    if refusal := area_not_yours(known, message.source, body.insured_area):
        return Decision(answer=refusal)
    if body.in_force_from <= message.day:
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", f"in_force_from: {body.in_force_from}"))
    if wrong := _unneeded(body):
        return Decision(answer=refuse("INVALID_FIELD", f"required_materials: {wrong}"))
    rules = FilingRules(body.insured_area, body.in_force_from, *(getattr(body, name) for name in _SET))
    kept = RulesKept(insured_area=body.insured_area, in_force_from=body.in_force_from)
    return Decision([FilingRulesSet.model_construct(**dict(body))], [rules], accept(kept))


def _unneeded(body: SetFilingRules) -> str | None:
    """A kind that is listed twice, needs no material, or lists a promise as one; none: all is well."""
    kinds: set[str] = set()
    for one in body.required_materials:
        if one.kind in kinds | AT_ONCE or "commitment" in one.needed:
            return one.kind
        kinds.add(one.kind)
    return None
