"""Decides emergency top-ups (紧急调增), and finds what about them and about fundings is overdue.

The treatment center asks when the alert is red; the insured center answers within 3 working days and pays
within 10: practice, since the documents name no term. What is granted raises the quota until it is measured
again.
"""

from datetime import date

from services.clearing.agreements.decide import party_fault
from services.clearing.ledger.prefund import alert
from services.clearing.ledger.rules import AHEAD
from services.clearing.model.due import TellPrefundOverdue
from services.clearing.model.known import Known
from services.clearing.parameters import TOP_UP_ANSWER_WORKING_DAYS, TOP_UP_PAY_WORKING_DAYS
from services.clearing.prefund.model import Funding, Quota, Reminded, TopUp, TopUpAnswer
from services.clearing.prefund.rules import MOST_QUOTA_FEN
from services.clearing.statements.notices import tell_centers
from shared.bus.message import NOTHING, Decision, Message
from shared.calendar import add_working_days
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.clearing.outcomes import TopUpKept
from shared.messages.clearing.prefunds import (
    AnswerTopUp,
    AskTopUp,
    PrefundOverdue,
    TopUpAnswered,
    TopUpAsked,
)


def ask_top_up(known: Known, message: Message, body: AskTopUp) -> Decision:
    """Keeps what the treatment center asks for, and tells the insured center by when to answer."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if fault := party_fault(known, message, body) or _asking_fault(known, message, body):
        return Decision(answer=fault)
    by = add_working_days(message.day, TOP_UP_ANSWER_WORKING_DAYS.value)
    row = TopUp(
        body.agreement_id, body.top_up_id, body.officer, body.amount_fen, body.reason, message.day, by
    )
    fact = TopUpAsked(**body.model_dump(), asked_on=message.day, answer_by=by)
    told = tell_centers(known, [fact], known.agreements[body.agreement_id])
    return Decision([fact], [row], accept(TopUpKept(top_up_id=row.top_up_id, due_on=by)), told)


def answer_top_up(known: Known, message: Message, body: AnswerTopUp) -> Decision:
    """Raises the quota by what is granted, and asks the insured center to pay it.

    A quota that is approved and yet to come is raised too: its money was asked for without the top-up's.
    """
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    asked = next(
        (one for one in known.ahead.of(TopUp, body.agreement_id) if one.top_up_id == body.top_up_id), None
    )
    if fault := party_fault(known, message, body) or _answer_fault(known, body, asked, message.day):
        return Decision(answer=fault)
    assert asked is not None
    id, day = body.agreement_id, message.day
    by = add_working_days(asked.asked_on, TOP_UP_PAY_WORKING_DAYS.value)
    quota_fen = known.quota(id, day) + body.accepted_fen
    rows: list[object] = [TopUpAnswer(id, body.top_up_id, body.officer, body.accepted_fen, day, body.reason)]
    if body.accepted_fen:
        rows += [
            Quota(id, day, quota_fen, body.top_up_id),
            *_raised(known, body, day),
            Funding(id, body.top_up_id, body.accepted_fen, day, max(by, day)),
        ]
    fact = TopUpAnswered(**body.model_dump(), quota_fen=quota_fen, answered_on=day, pay_by=max(by, day))
    result = TopUpKept(top_up_id=body.top_up_id, due_on=fact.pay_by)
    return Decision([fact], rows, accept(result), tell_centers(known, [fact], known.agreements[id]))


def tell_prefund_overdue(known: Known, message: Message, body: TellPrefundOverdue) -> Decision:
    """Tells both centers, once, what was not answered or not paid by its day."""
    row = Reminded(body.agreement_id, body.order_id, body.unmet)
    if row in known.ahead.of(Reminded, body.agreement_id):
        return NOTHING
    terms = known.agreements[body.agreement_id]
    is_back = body.open_fen < 0
    fact = PrefundOverdue(
        order_id=body.order_id,
        agreement_id=body.agreement_id,
        unmet=body.unmet,
        center_id=terms.treatment_center if is_back else terms.insured_center,
        due_on=body.due_on,
        open_fen=body.open_fen,
    )
    return Decision([fact], [row], None, tell_centers(known, [fact], terms))


def _asking_fault(known: Known, message: Message, body: AskTopUp) -> Answer | None:
    id, terms = body.agreement_id, known.agreements[body.agreement_id]
    assert message.day is not None
    if terms.funding_mode not in AHEAD:
        return refuse("NOTHING_AHEAD", id)
    if body.center_id != terms.treatment_center:
        return refuse("CENTER_NOT_YOURS", body.center_id)
    if body.top_up_id in known.ahead.taken(id):
        return refuse("ID_TAKEN", body.top_up_id)
    answered = {one.top_up_id for one in known.ahead.of(TopUpAnswer, id)}
    if waiting := [one.top_up_id for one in known.ahead.of(TopUp, id) if one.top_up_id not in answered]:
        return refuse("ALREADY_DONE", waiting[0])
    is_red = alert(known.prefund(id).due_fen, known.quota(id, message.day)) == "red"
    return None if is_red else refuse("PREFUND_NOT_RED", id)


def _raised(known: Known, body: AnswerTopUp, day: date) -> list[Quota]:
    """The quotas to come, each with what is granted."""
    id, granted_fen = body.agreement_id, body.accepted_fen
    return [
        Quota(
            id,
            later.from_on,
            later.quota_fen + granted_fen,
            derive("raised", id, body.top_up_id, str(later.from_on)),
        )
        for later in known.ahead.quotas_after(id, day)
    ]


def _answer_fault(known: Known, body: AnswerTopUp, asked: TopUp | None, day: date) -> Answer | None:
    if body.center_id != known.agreements[body.agreement_id].insured_center:
        return refuse("CENTER_NOT_YOURS", body.center_id)
    if asked is None:
        return refuse("UNKNOWN_PROPOSAL", body.top_up_id)
    if any(one.top_up_id == asked.top_up_id for one in known.ahead.of(TopUpAnswer, body.agreement_id)):
        return refuse("ALREADY_DONE", body.top_up_id)
    quotas = [known.quota(asked.agreement_id, day), known.quota_asked(asked.agreement_id, day)[0]]
    most_fen = max(0, min(asked.amount_fen, MOST_QUOTA_FEN - max(quotas)))
    if body.accepted_fen > most_fen:
        return refuse("AMOUNT_DIFFERS", f"accepted_fen: 0 … {most_fen}")
    return None
