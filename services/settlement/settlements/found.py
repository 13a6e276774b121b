"""Answers how a visit stands and what its lines are (就诊、结算与费用明细查询); changes nothing. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.settlement.keys import fees_key
from services.settlement.lists.rules import list_lacks
from services.settlement.model.explanation import Explanation, unpack_explanation
from services.settlement.model.known import Known
from services.settlement.model.upload import FEES_PAGE, UploadedLine, unpack_lines
from services.settlement.model.visit import Visit
from services.settlement.pages.decide import diagnoses
from services.settlement.settlements.stay import held_days, held_for, missing_days
from services.settlement.visits.checks import day_of, find_visit, not_yours, refused
from shared.benefit.policy.form import Policy
from shared.benefit.words.derivation import derive
from shared.bus.message import Decision, Message
from shared.messages.amounts import CategoryAmounts, Payments
from shared.messages.answer import Answer, accept
from shared.messages.settlement.found import (
    DerivedStep,
    FeesFound,
    FoundLine,
    FoundSettlement,
    StayPart,
    VisitFound,
)
from shared.messages.settlement.queries import QueryFees, QueryVisit
from shared.money import decimals

_CATEGORY = tuple(CategoryAmounts.model_fields)
_LINE = (
    *("line", "item", "local_item", "category", "level", "known_item"),
    *("amount_fen", "full_self_pay_fen", "over_limit_fen", "pre_self_pay_fen"),
)


def find_state(known: Known, message: Message, body: QueryVisit) -> Decision:
    """Answers the state of a visit: what is held of it, its newest settlement, when its case page is due."""
    visit = _own(known, message, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    return Decision(answer=accept(state_of(known, visit, visit.discharged_on or day_of(message))))


def state_of(known: Known, visit: Visit, until: date) -> VisitFound:
    """How a visit stands; of a stay under way, days before `until` should have costs."""
    page = known.pages.get(visit.visit_id)
    held = held_for(visit, known.uploads.get(visit.visit_id, ()))
    return VisitFound(
        visit_id=visit.visit_id,
        kind=visit.kind,
        state=visit.state,
        insured_area=visit.insured_area,
        scheme=visit.scheme,
        service_on=visit.service_on,
        discharged_on=visit.discharged_on,
        days=held_days(held),
        case_page_due_on=page.due_on if page else None,
        received_on=page.received_on if page else None,
        settlement=_settlement(known, visit),
        missing_days=missing_days(visit, held, until) if visit.allows_uploads else (),
        list_lacks=list_lacks(visit, page, held),
        diagnoses=diagnoses(known, visit),
        stay_part=part_of(visit),
    )


def part_of(visit: Visit) -> StayPart | None:
    """Which part of a stay it is; None of a visit that is the whole of it, or no stay at all."""
    if not (visit.parts or visit.goes_on):
        return None
    first = next(iter(visit.earlier_parts), visit.visit_id)
    return StayPart(first_visit_id=first, part=visit.parts + 1, goes_on=visit.goes_on)


def find_fees(known: Known, message: Message, body: QueryFees) -> Decision:
    """Answers a page of a visit's fee lines as they were split."""
    visit = _own(known, message, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if visit.manual:
        return refused("VISIT_STATE", "self_paid: its lines are those of its bill")
    kept, page = known.settlements.get(visit.visit_id), known.fees.get(fees_key(body)[1])
    if kept and kept.lines:  # of a bill that came whole, which has no uploads
        whole = unpack_lines(kept.lines)[body.skip : body.skip + FEES_PAGE + 1]
        lines: Sequence[UploadedLine] = [UploadedLine("", visit.service_on, line) for line in whole]
    elif page is None:  # an upload of this very batch is not stored yet
        return refused("TRY_AGAIN", body.visit_id)
    else:
        lines = page
    found = FeesFound(
        visit_id=visit.visit_id,
        lines=tuple(map(_told, lines[:FEES_PAGE])),
        more=len(lines) > FEES_PAGE,
    )
    return Decision(answer=accept(found))


def _own(known: Known, message: Message, body: QueryVisit | QueryFees) -> Visit | Answer:
    return not_yours(known, message, body.institution_id) or find_visit(known, body)


def _settlement(known: Known, visit: Visit) -> FoundSettlement | None:
    kept = known.settlements.get(visit.visit_id)
    if kept is None or not kept.direct or visit.manual:  # a claim is between the patient and the agency
        return None
    why = unpack_explanation(kept.explanation)
    policy = known.registers.texts.get(why.policy_digest)
    return FoundSettlement(
        settlement_id=kept.settlement_id,
        attempt=kept.attempt,
        settled_on=kept.settled_on,
        in_force=visit.state == "settled",
        policy_id=kept.policy_id,
        filing=why.filing,
        filing_id=kept.filing_id,
        payments=Payments.model_validate(dict(zip(Payments.model_fields, why.payments, strict=True))),
        by_category={
            name: CategoryAmounts.model_validate(dict(zip(_CATEGORY, sums, strict=True)))
            for name, sums in why.by_category.items()
        },
        steps=_steps(visit, why, policy),
        calculator=policy.calculated_at if policy else None,
        hospital_tier=visit.hospital_tier,
        home_tier=why.tier(visit.hospital_tier),
        treatment_area=visit.treatment_area,
    )


def _steps(visit: Visit, why: Explanation, policy: Policy | None) -> tuple[DerivedStep, ...]:
    """How the amounts came about, by the very text of the policy; none where that text is not at hand."""
    steps = derive(why.split(visit, policy)) if policy else ()
    return tuple(DerivedStep(**step._asdict()) for step in steps)


def _told(line: UploadedLine) -> FoundLine:
    kept = line.kept
    parts: dict[str, Any] = {name: getattr(kept, name) for name in _LINE}
    counted: dict[str, Any] = {"quantity": decimals(kept.quantity_e4, 4), "price": decimals(kept.price_e6, 6)}
    return FoundLine(upload_id=line.upload_id, cost_on=line.cost_on, **counted, **parts)
