"""The nouns of persons: an identity as it is kept, a credential, and what was opened of a sealed text.

Nothing here waits or decides. What names a person is in an `Identity` alone, on its way from a sealed message
to the encrypted column.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.id_number import Sex
from shared.messages.answer import Answer
from shared.messages.enrollment.persons import Identity
from shared.messages.settlement.visits import Credential
from shared.trust.sealed import SealingKey


class HeldIdentity(NamedTuple):
    """A person's identity (身份信息): `digest` tells whether another is the same, without opening either.

    `identity` is there to be encrypted and kept; it is None in a row that was read.
    """

    person_id: str
    version: int
    digest: str
    sex: Sex
    birth_month: str
    identity: Identity | None = None


class HeldCredential(NamedTuple):
    """A credential of a person, from `valid_from` until `valid_until` or `revoked_on`, both exclusive.

    `credential_id` is the keyed hash of its kind and number.
    """

    person_id: str
    credential_id: str
    credential: Credential
    valid_from: date
    valid_until: date | None = None
    revoked_on: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it may be shown on a day."""
        ends = (self.valid_until, self.revoked_on)
        return self.valid_from <= day and all(end is None or day < end for end in ends)


class OpenedIdentity(NamedTuple):
    """What was opened of a sealed identity; `credential_id`: of an identity card's number, else None."""

    identity: Identity
    digest: str
    credential_id: str | None


@dataclass(slots=True)
class People:
    """What a batch knows of persons: identities by person, credentials by their hash, what was opened.

    `opened` and `shown`: by the key of the sealed text, which names whose it says it is; a refusal for what
    could not be opened or says nothing sensible. `sealing_key`: where a message asks for it.
    """

    identities: dict[str, HeldIdentity] = field(default_factory=dict)
    credentials: dict[str, dict[str, HeldCredential]] = field(default_factory=dict)
    opened: dict[str, OpenedIdentity | Answer] = field(default_factory=dict)
    shown: dict[str, str | Answer] = field(default_factory=dict)
    sealing_key: SealingKey | None = None

    def keep_identity(self, identity: HeldIdentity) -> None:
        """It is known who a person is."""
        self.identities[identity.person_id] = identity

    def keep_credential(self, credential: HeldCredential) -> None:
        """A credential is as given."""
        self.credentials.setdefault(credential.credential_id, {})[credential.person_id] = credential
