"""Money that lies ahead (预付金、周转金): where nothing is left, the treatment center asks for more."""

from collections.abc import Iterable
from datetime import date

from shared.messages.body import Fact
from shared.messages.clearing.months import PrefundChanged
from shared.messages.clearing.outcomes import FundingKept, TopUpKept
from shared.messages.clearing.prefunds import AnswerTopUp, AskTopUp, ReportFunding
from shared.messages.enrollment.agreements import Agreement
from shared.simulator.belief import Belief
from shared.simulator.office.desks import Desks


def used_up(agreements: Iterable[Agreement], told: Iterable[Fact]) -> list[Agreement]:
    """The reserves (周转金) whose newest alert, as the centers were told, is red.

    For others nothing is asked: a month of few visits may leave enough.
    """
    alerts = {fact.agreement_id: fact.alert for fact in told if isinstance(fact, PrefundChanged)}
    reserves = [one for one in agreements if one.funding_mode == "RESERVE_FUND"]
    return [one for one in reserves if alerts.get(one.agreement_id) == "red"]


async def top_up(desks: Desks, agreement: Agreement, day: date, belief: Belief) -> None:
    """The treatment center asks for as much as the quota once more, the insured center grants and pays it."""
    insured, treating = desks.centers[agreement.insured_center], desks.centers[agreement.treatment_center]
    name = desks.id("top-up", agreement.agreement_id)
    fen = agreement.prefund_quota_fen
    about = {"top_up_id": name, "agreement_id": agreement.agreement_id}
    asked = AskTopUp(
        **about, center_id=treating.center_id, officer="officer-1", amount_fen=fen, reason="周转金不足"
    )
    await treating.ask(asked, TopUpKept, id=desks.id("ask", name))
    granted = AnswerTopUp(**about, center_id=insured.center_id, officer="officer-2", accepted_fen=fen)
    await insured.ask(granted, TopUpKept, id=desks.id("grant", name))
    paid = ReportFunding(
        funding_id=name,
        agreement_id=agreement.agreement_id,
        center_id=insured.center_id,
        paid_fen=fen,
        paid_on=day,
    )
    await insured.ask(paid, FundingKept, id=desks.id("fund", name))
    belief.topped_up_fen += fen
