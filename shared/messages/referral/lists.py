"""What is asked of filings without changing any (备案查询): a person's own, and what waits for an agency."""

from datetime import date
from typing import Literal

from shared.messages.body import Area, Body, Identifier, Question, Result, Scheme
from shared.messages.referral.filings import Channel, FilingKind, Materials
from shared.messages.referral.reviews import FilingState, Step

_TOPICS = ("realtime.filings",)

Work = Literal["to_review", "to_audit"]


class QueryFilings(Question):
    """Asks for a person's filings (备案查询), as far as the asking node may see them, 100 at a time.

    The insured place's agencies and hospitals see all under their coverage, a hospital elsewhere those that
    lead to it. `after_filing_id`: the last one told before.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    person_id: Identifier
    after_filing_id: Identifier | None = None


class QueryFilingWork(Question):
    """Asks what an agency has before it (待办备案): filings to review or to audit, 100 at a time.

    `insured_area`: the agency's own. To review are also the referrals to its area that an agreement leaves
    to it (委托审核, 004-2 四). `after_filing_id`: the last one told before.
    """

    TOPICS = _TOPICS
    KEY = "insured_area"
    insured_area: Area
    work: Work
    after_filing_id: Identifier | None = None


class ListedFiling(Body):
    """A filing as it stands (备案); `ends_on` is exclusive, none = open; `next_step`: what it waits for."""

    filing_id: str
    person_id: str
    kind: FilingKind
    filing_state: FilingState
    scheme: Scheme
    insured_area: Area
    destination_area: Area
    starts_on: date
    ends_on: date | None
    submitted_on: date
    channel: Channel
    next_step: Step | None
    to_audit: bool
    materials: Materials = ()


class FilingsFound(Result):
    """A page of filings, in the order of their ids (备案清单); `more`: further ones."""

    result: Literal["filings_found"] = "filings_found"
    filings: tuple[ListedFiling, ...]
    more: bool
