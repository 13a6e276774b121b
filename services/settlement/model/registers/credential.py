"""A credential (就医凭证) as enrollment has told it: a keyed hash and its days."""

from datetime import date
from typing import NamedTuple


class Credential(NamedTuple):
    """A credential of a person, from `valid_from` until `valid_until` or `revoked_on`, both exclusive."""

    person_id: str
    credential_id: str
    credential: str
    valid_from: date
    valid_until: date | None
    revoked_on: date | None

    def counts_on(self, day: date) -> bool:
        """Whether it may be shown for care of a day."""
        ends = (self.valid_until, self.revoked_on)
        return self.valid_from <= day and all(end is None or day < end for end in ends)
