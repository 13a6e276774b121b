"""What travels about credentials (就医凭证): several a person, each of a kind, dated, and revoked."""

from datetime import date

from shared.messages.body import Fact, Identifier, Proof, Request
from shared.messages.enrollment.persons import Sealed
from shared.messages.settlement.visits import Credential, CredentialId

_COMMANDS, _EVENTS = ("registry.commands",), ("enrollment.events",)


class RegisterCredential(Request):
    """Registers a credential of a person, or changes its days; its number is sealed.

    Sealed for `credential <person_id> <credential>`. It counts from `valid_from` until `valid_until`
    (exclusive; none: open), 001 (十六). `RevokeCredential` undoes it; what was revoked by mistake is
    registered again.
    """

    TOPICS = _COMMANDS
    KEY = "person_id"
    person_id: Identifier
    credential: Credential
    sealed: Sealed
    valid_from: date
    valid_until: date | None = None


class RevokeCredential(Request):
    """Revokes a credential from a day on (挂失、注销): a card that was lost, or registered by mistake."""

    TOPICS = _COMMANDS
    KEY = "person_id"
    person_id: Identifier
    credential_id: CredentialId
    revoked_on: date
    reason: Proof


class CredentialChanged(Fact):
    """A credential is as given: never its number, but a keyed hash; revoked from `revoked_on` on."""

    TOPICS = _EVENTS
    KEY = "person_id"
    person_id: Identifier
    credential_id: CredentialId
    credential: Credential
    valid_from: date
    valid_until: date | None = None
    revoked_on: date | None = None
