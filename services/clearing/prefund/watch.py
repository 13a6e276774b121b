"""Decides what is told of the radar: a level that got worse, to both centers (001 (二十一))."""

from services.clearing.model.due import WatchPrefund
from services.clearing.model.known import Known
from services.clearing.prefund.model import Warned
from services.clearing.prefund.radar import Radar
from services.clearing.statements.notices import tell_centers
from shared.bus.message import NOTHING, Decision, Message
from shared.messages.clearing.prefunds import Level, PrefundAlert

_RANK: dict[Level, int] = {"none": 0, "yellow": 1, "red": 2}


def watch_prefund(known: Known, message: Message, body: WatchPrefund) -> Decision:
    """Keeps the level that the radar shows now, and tells it if it is worse than the one before.

    A level that got better is kept too, so that it is told anew when it gets worse again.
    """
    assert message.day is not None
    id, before = body.agreement_id, last_level(known, body.agreement_id)
    shown = Radar(known.quota(id, message.day), known.prefund(id).due_fen, body.accrued_fen, body.burn_fen)
    if shown.level == before:
        return NOTHING
    row = Warned(id, shown.level, message.day)
    if _RANK[shown.level] < _RANK[before]:
        return Decision(rows=[row])
    fact = PrefundAlert(
        agreement_id=id,
        alert=shown.level,
        seen_on=message.day,
        free_fen=shown.free_fen,
        days_to_yellow=shown.days_to_yellow,
        days_to_red=shown.days_to_red,
        **shown._asdict(),
    )
    return Decision([fact], [row], None, tell_centers(known, [fact], known.agreements[id]))


def last_level(known: Known, agreement_id: str) -> Level:
    """The level that an agreement's radar showed last."""
    kept = known.ahead.of(Warned, agreement_id)
    return kept[-1].level if kept else "none"
