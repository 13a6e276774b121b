"""The outpatient bill that a call names, as it stands; and the rules that all its transactions share."""

from collections.abc import Iterable

from shared.gateway.forms.draft import Draft, DraftLine
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.visit import VisitName

MOST_LINES = 2_000  # of one bill, as on the bus


def draft_of(draft: Draft | None, told: VisitName, institution_id: str) -> Draft:
    """The bill under way. Raises FaultError where this person has none here, or it is closed."""
    whose = (told.mdtrt_id, told.psn_no, institution_id)
    if draft is None or (draft.mdtrt_id, draft.psn_no, draft.institution_id) != whose:
        raise FaultError("UNKNOWN_MDTRT", f"mdtrt_id: {told.mdtrt_id}")
    if draft.closed:
        raise FaultError("UNKNOWN_MDTRT", f"mdtrt_id: {told.mdtrt_id} {draft.closed}")
    return draft


def with_lines(draft: Draft, lines: Iterable[DraftLine]) -> Draft:
    """The bill with further lines. Raises FaultError where a line's number is taken, or they are too many."""
    held, new = {one.line.line for one in draft.lines}, tuple(lines)
    if len(held) + len(new) > MOST_LINES:
        raise FaultError("FORM_INVALID", f"feedetail: {MOST_LINES} lines")
    twice = next((one.line.line for one in new if one.line.line in held), None)
    if twice:
        raise FaultError("LINE_ID_TAKEN", f"feedetl_sn: {twice}")
    return draft.model_copy(update={"lines": (*draft.lines, *new)})
