"""What a desk is told of a patient without a filing (备案指引): which may still be made, and until when."""

from datetime import date
from typing import Literal

from shared.messages.body import Area, Body, Identifier
from shared.messages.referral.filings import ChosenInstitutions, FilingKind
from shared.messages.settlement.visits import VisitSubject

Unfiled = Literal["NOT_FILED", "WRONG_AREA", "FILING_EXPIRED"]


class FilingGuide(Body):
    """Which filings are open to a person for care in `destination_area`, and why none counts (001 (十六)).

    `filing_id`: the one that names another place, or is over; `institutions`: those that it names here
    instead (004-4 二). `file_before`: from the discharge settlement on a filing leads to manual reimbursement
    only (001 (九)).
    """

    code: Unfiled
    filing_id: str | None
    destination_area: Area
    kinds: tuple[FilingKind, ...]
    file_before: Literal["discharge_settlement"] = "discharge_settlement"
    institutions: ChosenInstitutions = ()


class FilingMissing(VisitSubject):
    """A stay has begun without a filing that counts (未备案提醒); told to the hospital too (001 (十六))."""

    TOPICS = ("settlement.events", "reply.<node>")
    code: Unfiled
    other_filing_id: Identifier | None
    destination_area: Area
    kinds: tuple[FilingKind, ...]
    told_on: date
    institutions: ChosenInstitutions = ()
