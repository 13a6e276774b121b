"""An area's rules of filing, set by its agency for days to come. Pure."""

from services.referral.model.chain import FilingRules
from services.referral.model.known import Known
from services.referral.rules.destination import is_area
from services.referral.rules.permission import area_not_yours
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.referral.reviews import FilingRulesSet, RulesKept, SetFilingRules


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
    rules = FilingRules(body.insured_area, body.in_force_from, body.chain, body.audited)
    kept = RulesKept(insured_area=body.insured_area, in_force_from=body.in_force_from)
    return Decision([FilingRulesSet.model_construct(**dict(body))], [rules], accept(kept))
