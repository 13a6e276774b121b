"""What the people of a sandbox can show (就医凭证): invented numbers, told in the clear by it alone.

One electronic credential each, a card beside it that counts, and one that was replaced: so that an admission
with a credential can be tried, and what happens with one that is not valid.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from services.cli.certify.kit import Kit
from shared.adapter import Operator
from shared.adapter.refused import accepted
from shared.messages.enrollment.credentials import RegisterCredential
from shared.messages.enrollment.persons import QuerySealingKey, SealingKeyFound
from shared.messages.settlement.visits import Credential
from shared.trust.sealed import SealingKey, seal

_FIRST, _REPLACED = date(2016, 1, 1), date(2026, 1, 1)


class Shown(NamedTuple):
    """A credential by its kind and number; `until`: from that day on it is not valid any more."""

    person_id: str
    credential: Credential
    number: str
    until: date | None = None


def credentials_of(kit: Kit) -> Iterator[Shown]:
    """What each person of a kit can show."""
    for person in (one.person_id for one in kit.people):
        yield Shown(person, "01", f"{person}-token")
        yield Shown(person, "03", f"{person}-card")
        yield Shown(person, "03", f"{person}-old-card", _REPLACED)


async def register_credentials(operator: Operator, shown: Sequence[Shown]) -> None:
    """Registers them, as the insured place does; may be repeated. Raises RefusedError."""
    if not shown:
        return
    found = accepted(await operator.ask(QuerySealingKey())).result
    assert isinstance(found, SealingKeyFound)
    key = SealingKey(found.key_id, found.public_key)
    for answer in await operator.ask_many([_request(key, one) for one in shown]):
        accepted(answer)


def _request(key: SealingKey, one: Shown) -> RegisterCredential:
    purpose = f"credential {one.person_id} {one.credential}"
    return RegisterCredential(
        person_id=one.person_id,
        credential=one.credential,
        sealed=seal(key, purpose, one.number.encode()),
        valid_from=_FIRST,
        valid_until=one.until,
    )
