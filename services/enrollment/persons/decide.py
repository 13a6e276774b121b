"""Who a person is, with which credentials, and whose one is that somebody shows. Pure."""

from datetime import date

from services.enrollment.model import HeldCoverage, Known
from services.enrollment.persons import keys
from services.enrollment.persons.model import HeldCredential, HeldIdentity, OpenedIdentity
from services.enrollment.persons.rules import ID_CARD
from services.enrollment.rules.permission import require_area
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.credentials import CredentialChanged, RegisterCredential, RevokeCredential
from shared.messages.enrollment.persons import (
    CoverageState,
    FindPerson,
    PersonIdentified,
    PersonRegistered,
    QuerySealingKey,
    RegisterPerson,
    SealingKeyFound,
)
from shared.messages.enrollment.registers import Registered

_MONTH = "%Y-%m"


def register_person(known: Known, message: Message, body: RegisterPerson) -> Decision:
    """Keeps who a person is; the insured place does it. An identity card becomes a credential at once."""
    if refusal := _not_yours(known, message, body.person_id):
        return Decision(answer=refusal)
    opened = known.people.opened[keys.of_identity(body)]
    if not isinstance(opened, OpenedIdentity):
        return Decision(answer=opened)
    card = _card(body.person_id, opened)
    if card and (refusal := _taken(known, card)):
        return Decision(answer=refusal)
    held = known.people.identities.get(body.person_id)
    if held and held.digest == opened.digest:
        return Decision(answer=accept(Registered(subject_id=body.person_id, version=held.version)))
    now = _identity(body.person_id, held.version + 1 if held else 1, opened)
    fact = PersonRegistered(person_id=now.person_id, sex=now.sex, birth_month=now.birth_month)
    answer = accept(Registered(subject_id=now.person_id, version=now.version))
    if card is None or _held(known, card):
        return Decision([fact], [now], answer)
    return Decision([fact, _changed(card)], [now, card], answer)


def register_credential(known: Known, message: Message, body: RegisterCredential) -> Decision:
    """Keeps a credential of a person, valid from a day on; the insured place does it."""
    if refusal := _not_yours(known, message, body.person_id):
        return Decision(answer=refusal)
    credential_id = known.people.shown[keys.of_credential(body)]
    if not isinstance(credential_id, str):
        return Decision(answer=credential_id)
    if body.valid_until is not None and body.valid_until <= body.valid_from:
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", "valid_until"))
    given = HeldCredential(body.person_id, credential_id, body.credential, body.valid_from, body.valid_until)
    if refusal := _taken(known, given):
        return Decision(answer=refusal)
    return _kept(known, given)


def revoke_credential(known: Known, message: Message, body: RevokeCredential) -> Decision:
    """A credential counts no more from a day on; the insured place says so (挂失、注销)."""
    if refusal := _not_yours(known, message, body.person_id):
        return Decision(answer=refusal)
    held = known.people.credentials.get(body.credential_id, {}).get(body.person_id)
    if held is None:
        return Decision(answer=refuse("UNKNOWN_CREDENTIAL", "credential_id"))
    if message.day is not None and body.revoked_on > message.day:
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", "revoked_on"))
    return _kept(known, held._replace(revoked_on=body.revoked_on))


def find_person(known: Known, message: Message, body: FindPerson) -> Decision:
    """Answers whose a credential is, to the node of the institution where it is shown (1101)."""
    if refusal := _no_desk(known, message, body.institution_id):
        return Decision(answer=refusal)
    credential_id = known.people.shown[keys.of_shown(body)]
    if not isinstance(credential_id, str):
        return Decision(answer=credential_id)
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    held = known.people.credentials.get(credential_id, {}).values()
    found = next((one for one in held if one.counts_on(message.day)), None)
    if found is None:
        return Decision(answer=refuse("CREDENTIAL_NOT_VALID" if held else "UNKNOWN_CREDENTIAL", "sealed"))
    return Decision(answer=accept(_told(known, found, message.day)))


def tell_sealing_key(known: Known, message: Message, body: QuerySealingKey) -> Decision:
    """Answers the key to seal with; it is public."""
    assert known.people.sealing_key
    found = SealingKeyFound(**known.people.sealing_key._asdict())
    return Decision(answer=accept(found))


def _kept(known: Known, given: HeldCredential) -> Decision:
    answer = accept(Registered(subject_id=given.credential_id))
    return (
        Decision(answer=answer)
        if given == _held(known, given)
        else Decision([_changed(given)], [given], answer)
    )


def _told(known: Known, found: HeldCredential, day: date) -> PersonIdentified:
    identity = known.people.identities.get(found.person_id)
    coverages = known.coverages.get(found.person_id, {}).values()
    return PersonIdentified(
        person_id=found.person_id,
        credential_id=found.credential_id,
        sex=identity.sex if identity else None,
        birth_month=identity.birth_month if identity else None,
        coverages=tuple(state for one in coverages for state in _states(one, day)),
    )


def _states(coverage: HeldCoverage, day: date) -> list[CoverageState]:
    return [
        CoverageState.model_validate(
            {"scheme": coverage.scheme, "insured_area": coverage.insured_area, "status": period.status}
        )
        for period in coverage.periods
        if period.covers(day)
    ]


def _identity(person_id: str, version: int, opened: OpenedIdentity) -> HeldIdentity:
    who = opened.identity
    return HeldIdentity(person_id, version, opened.digest, who.sex, who.birth_date.strftime(_MONTH), who)


def _card(person_id: str, opened: OpenedIdentity) -> HeldCredential | None:
    if opened.credential_id is None:
        return None
    return HeldCredential(person_id, opened.credential_id, ID_CARD, opened.identity.birth_date)


def _held(known: Known, given: HeldCredential) -> HeldCredential | None:
    return known.people.credentials.get(given.credential_id, {}).get(given.person_id)


def _taken(known: Known, given: HeldCredential) -> Answer | None:
    """Refuses a credential that is another person's, unless it was revoked there: the person would be two."""
    holders = known.people.credentials.get(given.credential_id, {}).values()
    others = (one for one in holders if one.person_id != given.person_id and one.revoked_on is None)
    return refuse("CREDENTIAL_TAKEN", "sealed") if any(others) else None


def _changed(given: HeldCredential) -> CredentialChanged:
    return CredentialChanged(**given._asdict())


def _not_yours(known: Known, message: Message, person_id: str) -> Answer | None:
    """Refuses who does not answer for where the person is insured now; or was, where that is nowhere."""
    held = known.coverages.get(person_id, {}).values()
    if not held:
        return refuse("UNKNOWN_PERSON", "person_id")
    places = [one.insured_area for one in held if not one.is_over(message.day)]
    refusals = [
        require_area(known, message.source, area, "PERSON_NOT_YOURS", "persons")
        for area in places or [one.insured_area for one in held]
    ]
    return None if None in refusals else refusals[0]


def _no_desk(known: Known, message: Message, institution_id: str) -> Answer | None:
    institution = known.entry("institution", institution_id)
    if institution is None:
        return refuse("UNKNOWN_INSTITUTION", "institution_id")
    own = institution.content["node_id"] == message.source
    return None if own else refuse("INSTITUTION_NOT_YOURS", "institution_id")
