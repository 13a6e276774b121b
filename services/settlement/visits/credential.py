"""What patients show (出示凭证): whether it counts, that it was verified, what was shown late. Pure."""

from collections.abc import Sequence
from datetime import date

from services.settlement.model.filing_used import filing_used
from services.settlement.model.known import Known
from services.settlement.model.visit import Action, Visit
from services.settlement.visits.checks import day_of, find_own
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.outcomes import Admitted
from shared.messages.settlement.shown import CredentialShown, ShowCredential
from shared.messages.settlement.visits import AdmitPatient, OutpatientBill

_PAID_BY_FUNDS: frozenset[Action] = frozenset({"discharge", "quote", "settle"})

Showing = AdmitPatient | OutpatientBill | ShowCredential


def show_credential(known: Known, message: Message, body: ShowCredential) -> Decision:
    """Lets a stay be settled directly after all: its patient has shown a credential before the discharge."""
    visit = find_own(known, message, body, "show_credential")
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    today = day_of(message)
    if refusal := not_valid(known, body, today):
        return Decision(answer=refusal)
    used = filing_used(known.registers.pools, visit, known.filings.get(visit.person_id, ()), today)
    answer = Admitted(visit_id=visit.visit_id, filing=used.kind, filing_id=used.filing_id)
    after = visit._replace(state=visit.after("show_credential"), awaits_credential=False)
    return Decision([_shown(message, body, today)], [after], accept(answer))


def not_valid(known: Known, body: Showing, day: date) -> Answer | None:
    """Refuses a credential that is not the person's, of another kind, or does not count on the day of care.

    Where the desk names only the kind, it answers for what it saw.
    """
    if body.credential_id is None:
        return None
    held = (
        one for one in known.credentials.get(body.person_id, ()) if one.credential_id == body.credential_id
    )
    found = next(held, None)
    if found is None:
        return refuse("UNKNOWN_CREDENTIAL", "credential_id")
    if found.credential != body.credential:
        return refuse("CREDENTIAL_NOT_VALID", "credential")
    return None if found.counts_on(day) else refuse("CREDENTIAL_NOT_VALID", "credential_id")


def verification(message: Message, body: Showing, day: date) -> Sequence[CredentialShown]:
    """The record of a verification, where the desk names the credential or the officer."""
    return [_shown(message, body, day)] if body.credential_id or body.verified_by else ()


def nothing_shown(visit: Visit, action: Action) -> Answer | None:
    """Refuses what funds would pay while the patient has shown nothing: the stay is self-paid until then."""
    waits = visit.awaits_credential and action in _PAID_BY_FUNDS
    return refuse("CREDENTIAL_NOT_SHOWN", visit.visit_id) if waits else None


def _shown(message: Message, body: Showing, day: date) -> CredentialShown:
    assert body.credential
    return CredentialShown(
        visit_id=body.visit_id,
        person_id=body.person_id,
        institution_id=body.institution_id,
        credential=body.credential,
        credential_id=body.credential_id,
        verified_by=body.verified_by,
        care_on=day,
        shown_on=day_of(message),
        shown_at=message.time,
    )
