"""Answers who may see them the filings of a person, and an agency what waits for it. Pure.

000 三(二)2: an institution obtains the referral information of a person who has come.
"""

from services.referral.lists.keys import page_of
from services.referral.model.filing import LISTED, Filing
from services.referral.model.known import Known
from services.referral.rules.permission import area_not_yours, person_not_yours
from services.referral.rules.submission import home_of
from shared.areas import covers
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.referral.lists import FilingsFound, ListedFiling, QueryFilings, QueryFilingWork


def find_filings(known: Known, message: Message, body: QueryFilings) -> Decision:
    """Answers a page of a person's filings, of those that the asking node may see.

    Who may see none, and does not answer for the person, is not told whether there are any.
    """
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    day, after = message.day, body.after_filing_id or ""
    seen = [
        one
        for one in known.of_person(body.person_id)
        if person_not_yours(known, message.source, one, home_of(known, one, day)) is None
    ]
    if not seen and not _insures(known, message, body.person_id):
        return Decision(answer=refuse("PERSON_NOT_YOURS", f"person_id: {body.person_id}"))
    return _page([one for one in seen if one.filing_id > after][: LISTED + 1])


def _insures(known: Known, message: Message, person_id: str) -> bool:
    """Whether the node answers for where the person is or was insured, or has a hospital there."""
    assert message.day is not None
    places = known.hospitals.get(message.source, {}).values()
    for scheme, area in known.coverages.get(person_id, {}):
        home = known.pooling_area(area, scheme, message.day)
        if known.answers_for(message.source, area) or any(covers(home, place) for place in places):
            return True
    return False


def find_work(known: Known, message: Message, body: QueryFilingWork) -> Decision:
    """Answers an agency a page of the filings that it is to review, or to audit.

    They are those under its area, and the referrals to it whose review an agreement leaves to it.
    """
    if refusal := area_not_yours(known, message.source, body.insured_area):
        return Decision(answer=refusal)
    return _page(known.work[page_of(message, body)])


def _page(filings: list[Filing]) -> Decision:
    told = tuple(_listed(one) for one in filings[:LISTED])
    return Decision(answer=accept(FilingsFound(filings=told, more=len(filings) > LISTED)))


def _listed(filing: Filing) -> ListedFiling:
    told = {**filing._asdict(), "filing_state": filing.state, "next_step": filing.next_step}
    return ListedFiling(**{name: told[name] for name in ListedFiling.model_fields})
