"""Whose a credential is that a patient shows (出示凭证); its number goes to enrollment alone, sealed."""

from collections.abc import Generator

from shared.gateway.forms.asking import ask
from shared.gateway.forms.fields import Credential
from shared.gateway.forms.transaction import Wanted
from shared.messages.body import Result
from shared.messages.enrollment import persons
from shared.messages.enrollment.persons import PersonIdentified
from shared.trust.sealed import SealingKey, seal


def whose(institution_id: str, kind: Credential, number: str) -> Generator[Wanted, Result, PersonIdentified]:
    """Whose the credential of this kind and number is."""
    key = yield from ask(persons.QuerySealingKey(), persons.SealingKeyFound)
    purpose = f"credential {institution_id} {kind}"
    sealed = seal(SealingKey(key.key_id, key.public_key), purpose, number.encode())
    body = persons.FindPerson(institution_id=institution_id, credential=kind, sealed=sealed)
    return (yield from ask(body, PersonIdentified))


def credential_of(
    institution_id: str, kind: Credential, number: str | None
) -> Generator[Wanted, Result, str | None]:
    """The id of a credential that is told with care; None where only its kind was told.

    Whether it is the person's, and counts on the day, settlement says.
    """
    return (yield from whose(institution_id, kind, number)).credential_id if number else None
