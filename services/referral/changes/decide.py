"""Continuing a filing, carrying it over to another coverage, and opening one again. Pure.

001 (十) 三是, (十四).
"""

from services.referral.model.coverage import KnownCoverage, is_covered
from services.referral.model.filing import LIFE, ChangedFiling, Filing
from services.referral.model.known import Known
from services.referral.rules.effect import accepted
from services.referral.rules.permission import not_yours
from services.referral.rules.submission import coverage_on, submit
from services.referral.rules.validity import end_of
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.referral.changes import (
    ChangeFilingPlace,
    ChangeFilingScheme,
    ContinueFiling,
    FilingReopened,
    ReopenFiling,
)
from shared.messages.referral.filings import SubmitFiling
from shared.messages.referral.reviews import FilingStands


def continue_filing(known: Known, message: Message, body: ContinueFiling) -> Decision:
    """Files the place of an earlier referral again, under its certificate, without a review (001 (十四))."""
    origin = known.filing(body.person_id, body.continues_filing_id)
    if origin is None:
        return _unknown(body.continues_filing_id)
    if origin.kind != "referral" or not origin.has_held:
        return Decision(answer=refuse("FILING_STATE", f"{origin.filing_id}: {origin.kind} {origin.state}"))
    fields = {"kind": origin.kind, "destination_area": origin.destination_area}
    return submit(known, message, SubmitFiling.model_validate({**dict(body), **fields}), at_once=True)


def change_filing(known: Known, message: Message, body: ChangeFilingScheme | ChangeFilingPlace) -> Decision:
    """Files a long-term place again under the coverage that the person has now.

    001 (十) 三是: another scheme in the same insured area is a change at once; another area files anew.
    """
    origin = known.filing(body.person_id, body.continues_filing_id)
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if origin is None:
        return _unknown(body.continues_filing_id)
    coverage = coverage_on(known, body.person_id, message.day)
    if isinstance(coverage, Answer):
        return Decision(answer=coverage)
    of_scheme = isinstance(body, ChangeFilingScheme)
    if not _is_change(origin, coverage, of_scheme):
        return Decision(answer=refuse("FILING_STATE", f"{origin.filing_id}: {' '.join(coverage.place)}"))
    fields = {"kind": origin.kind, "destination_area": origin.destination_area, "starts_on": message.day}
    asked = SubmitFiling.model_validate({**dict(body), **fields})
    return submit(known, message, asked, at_once=of_scheme)


def _is_change(origin: Filing, coverage: KnownCoverage, of_scheme: bool) -> bool:
    """Whether a long-term place is carried over to a coverage by this command and by no other."""
    same_area, same_scheme = coverage.insured_area == origin.insured_area, coverage.scheme == origin.scheme
    fits = same_area and not same_scheme if of_scheme else not same_area
    return fits and origin.filing_class == "long_term" and origin.has_held


def reopen_filing(known: Known, message: Message, body: ReopenFiling) -> Decision:
    """Opens an ended filing again, if nothing has taken its place since."""
    day, filing = message.day, known.filing(body.person_id, body.filing_id)
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if filing is None:
        return _unknown(body.filing_id)
    if refusal := not_yours(known, message.source, filing):
        return Decision(answer=refusal)
    state = LIFE.get((filing.state, "ReopenFiling"))
    if state is None:
        return Decision(answer=refuse("FILING_STATE", f"{filing.filing_id}: {filing.state}"))
    opened = filing._replace(state=state, ends_on=end_of(filing.filing_class, filing.starts_on))
    if not is_covered(known.periods(filing.person_id, filing.place), day):
        return Decision(answer=refuse("INSURANCE_SUSPENDED", f"person_id: {filing.person_id}"))
    if not opened.runs_after(day):
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", f"{filing.filing_id}: {opened.ends_on}"))
    if other := _since(known, filing):
        return Decision(answer=refuse("ALREADY_FILED", f"filing_id: {other.filing_id}"))
    told = {**dict(body), "reopened_on": day}
    names = ("filing_id", "starts_on", "ends_on")
    stands = FilingStands(**{name: getattr(opened, name) for name in names}, filing_state=state)
    return Decision([FilingReopened(**told), accepted(opened)], [ChangedFiling(opened)], accept(stands))


def _since(known: Known, filing: Filing) -> Filing | None:
    """A long-term filing that holds, or waits, since a long-term one ended."""
    if filing.filing_class != "long_term" or filing.ends_on is None:
        return None
    others = (one for one in known.of_person(filing.person_id) if one.filing_id != filing.filing_id)
    of_class = (one for one in others if one.filing_class == "long_term")
    later = (one for one in of_class if one.has_held and one.runs_after(filing.ends_on))
    return next(later, None)


def _unknown(filing_id: str) -> Decision:
    return Decision(answer=refuse("UNKNOWN_FILING", f"filing_id: {filing_id}"))
