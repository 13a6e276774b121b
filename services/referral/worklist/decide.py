"""Announcing a referred patient to an institution, its answer, and its worklist. Pure.

000 三(二)2: an institution gets the referral's information and serves by it; 五(二): such patients first.
"""

from services.referral.model.filing import LISTED, Filing
from services.referral.model.known import Known
from services.referral.rules.permission import not_yours
from services.referral.worklist.keys import page_of
from services.referral.worklist.model import LIFE, Announcement, direction_of
from shared.areas import covers
from shared.bus.message import Decision, Message, Notice
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Cancelled
from shared.messages.referral.worklist import (
    AcknowledgeReferral,
    AnnounceReferral,
    QueryReferrals,
    ReferralAcknowledged,
    ReferralAnnounced,
    ReferralsFound,
    ReferralStands,
    ReferralWithdrawn,
)


def announce_referral(known: Known, message: Message, body: AnnounceReferral) -> Decision:
    """Puts a referred patient on the worklist of an institution, whose node is told at once."""
    filing = _filing(known, message, body)
    if isinstance(filing, Answer):
        return Decision(answer=filing)
    refusal = not_yours(known, message.source, filing) or _elsewhere(known, filing, body.institution_id)
    if refusal:
        return Decision(answer=refusal)
    held = known.announcements.get((body.filing_id, body.institution_id))
    if held and (held.reception, "AnnounceReferral") not in LIFE:
        return Decision(answer=refuse("ALREADY_DONE", f"institution_id: {body.institution_id}"))
    return announced(known, message, filing, body)


def announced(known: Known, message: Message, filing: Filing, body: AnnounceReferral) -> Decision:
    """The decision that announces a filing to an institution that may receive its patient."""
    assert message.day is not None
    institution = known.institutions[body.institution_id]
    row = Announcement(
        filing_id=filing.filing_id,
        institution_id=body.institution_id,
        person_id=filing.person_id,
        request_id=message.derive("announcement"),
        announced_by=message.source,
        announced_on=message.day,
        note=body.note,
        reception="waiting",
        referring_tier=filing.referring_tier,
        receiving_tier=institution.tier,
        direction=direction_of(filing.referring_tier, institution.tier),
    )
    told = {**filing._asdict(), **row._asdict()}
    fact = ReferralAnnounced(**{name: told[name] for name in ReferralAnnounced.model_fields})
    return Decision([fact], [row], accept(_stands(row)), [Notice(institution.node_id, fact)])


def acknowledge_referral(known: Known, message: Message, body: AcknowledgeReferral) -> Decision:
    """Takes the institution's answer to an announced referral, the first or a mended one."""
    if body.institution_id not in known.hospitals.get(message.source, {}):
        return Decision(answer=refuse("INSTITUTION_NOT_YOURS", f"institution_id: {body.institution_id}"))
    held = known.announcements.get((body.filing_id, body.institution_id))
    if held is None or held.person_id != body.person_id or held.reception == "withdrawn":
        return Decision(answer=refuse("UNKNOWN_FILING", f"filing_id: {body.filing_id}"))
    filing = _filing(known, message, body)
    if isinstance(filing, Answer):
        return Decision(answer=filing)
    reception = LIFE.get((held.reception, body.reception))
    if reception is None:
        return Decision(answer=refuse("ALREADY_DONE", f"filing_id: {body.filing_id}"))
    row = held._replace(reception=reception)
    assert message.day is not None
    fact = ReferralAcknowledged(**dict(body), acknowledged_on=message.day)
    return Decision([fact], [row], accept(_stands(row)), [Notice(held.announced_by, fact)])


def withdraw_referral(known: Known, message: Message, body: CancelRequest) -> Decision:
    """Takes an announcement back (冲正) that the institution has not answered yet."""
    asked_by = derive(message.source, body.original_id, "announcement")
    made = (one for one in known.announcements.values() if one.request_id == asked_by)
    held = next(made, None)
    state = LIFE.get((held.reception, "CancelRequest")) if held else None
    if held is None or state is None or message.day is None:
        return Decision(answer=refuse("NOT_CANCELLABLE", f"original_id: {body.original_id}"))
    names = {"filing_id": held.filing_id, "person_id": held.person_id, "institution_id": held.institution_id}
    fact = ReferralWithdrawn(**names, withdrawn_on=message.day)
    node_id = known.institutions[held.institution_id].node_id
    answer = accept(Cancelled(original_id=body.original_id))
    return Decision([fact], [held._replace(reception=state)], answer, [Notice(node_id, fact)])


def find_referrals(known: Known, message: Message, body: QueryReferrals) -> Decision:
    """Answers a page of the asking institution's own worklist."""
    if body.institution_id not in known.hospitals.get(message.source, {}):
        return Decision(answer=refuse("INSTITUTION_NOT_YOURS", f"institution_id: {body.institution_id}"))
    listed = known.worklists[page_of(message, body)]
    found = ReferralsFound(
        institution_id=body.institution_id, referrals=tuple(listed[:LISTED]), more=len(listed) > LISTED
    )
    return Decision(answer=accept(found))


def _filing(known: Known, message: Message, body: AnnounceReferral | AcknowledgeReferral) -> Filing | Answer:
    """The filing that an announcement is of, while it holds, or a refusal."""
    if message.day is None:
        return refuse("NO_DAY_OPEN")
    filing = known.filing(body.person_id, body.filing_id)
    if filing is None:
        return refuse("UNKNOWN_FILING", f"filing_id: {body.filing_id}")
    if not filing.has_held or not filing.runs_after(message.day):
        return refuse("FILING_STATE", f"{filing.filing_id}: {filing.state}")
    return filing


def _elsewhere(known: Known, filing: Filing, institution_id: str) -> Answer | None:
    """The refusal of an institution that cannot receive the filing's patient."""
    institution = known.institutions.get(institution_id)
    if institution is None:
        return refuse("UNKNOWN_INSTITUTION", f"institution_id: {institution_id}")
    if not covers(filing.destination_area, institution.area):
        return refuse("WRONG_AREA", f"institution_id: {institution_id} {filing.destination_area}")
    if institution.status is not None and not institution.is_opened:
        return refuse("NOT_OPENED", f"institution_id: {institution_id}")
    return None


def _stands(row: Announcement) -> ReferralStands:
    assert row.reception != "withdrawn"
    return ReferralStands(filing_id=row.filing_id, institution_id=row.institution_id, reception=row.reception)
