"""Identities, encrypted, and credentials by their hashes: every SQL statement about persons.

What is sealed in a message is opened here, on the way to the rules, and what they keep is encrypted here, so
that no rule holds a key. The ring is read anew each time: a key that was turned meanwhile counts at once.
"""

from collections.abc import Iterable, Sequence

from services.enrollment.persons.keys import KEY_SEPARATOR
from services.enrollment.persons.model import HeldCredential, HeldIdentity, OpenedIdentity, People
from services.enrollment.persons.rules import ID_CARD, read_identity, read_token
from shared.bus.service import Keys, Tx
from shared.messages.answer import Answer
from shared.messages.settlement.visits import Credential
from shared.settings import Settings
from shared.trust.key_ring import Encrypted, KeyRing, ring_of

_SEALED = ("sealed_identity", "sealed_credential", "shown_credential", "sealing_key")
PAGE = 500

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name"
_IDENTITIES = """
SELECT person_id, version, digest, sex, birth_month FROM person_identity WHERE person_id = ANY($1)
"""
_CREDENTIALS = """
SELECT person_id, credential_id, credential, valid_from, valid_until, revoked_on
FROM credential WHERE credential_id = ANY($1)
"""
_SAVE_IDENTITY = """
INSERT INTO person_identity VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person_id) DO UPDATE SET version = $2, digest = $3, sex = $4, birth_month = $5, key_id = $6,
    content = $7
"""
_SAVE_CREDENTIAL = """
INSERT INTO credential VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person_id, credential_id) DO UPDATE SET valid_from = $4, valid_until = $5, revoked_on = $6
"""
_OF_OTHER_KEYS = """
SELECT person_id, key_id, content FROM person_identity WHERE key_id <> $1
ORDER BY person_id LIMIT $2 FOR UPDATE
"""
_TURN = "UPDATE person_identity SET key_id = $2, content = $3 WHERE person_id = $1"
_BY_KEY = "SELECT key_id, count(*) FROM person_identity GROUP BY key_id ORDER BY key_id"


async def load(tx: Tx, keys: Keys, people: People) -> set[str]:
    """Opens what is sealed and reads what is held; gives the persons whose credentials are shown."""
    if any(kind in keys for kind in _SEALED):
        _open(ring_of(Settings().home), keys, people)
    registered: set[str | Answer | None] = {
        one.credential_id for one in people.opened.values() if isinstance(one, OpenedIdentity)
    }
    registered |= {people.shown[name] for name in keys.get("sealed_credential", ())}
    if names := sorted(name for name in registered if isinstance(name, str)):
        await tx.execute(_LOCK, [f"credential {name}" for name in names])
    wanted = {one for one in people.shown.values() if isinstance(one, str)} | {*names}
    wanted |= {*keys.get("credential", ())}
    persons: set[str] = set()
    if wanted:
        for row in await tx.fetch(_CREDENTIALS, sorted(wanted)):
            people.keep_credential(HeldCredential(*row))
            persons.add(row["person_id"])
    if who := persons | {*keys.get("identity", ())}:
        for row in await tx.fetch(_IDENTITIES, sorted(who)):
            people.keep_identity(HeldIdentity(*row))
    return persons


def _open(ring: KeyRing, keys: Keys, people: People) -> None:
    for name in keys.get("sealed_identity", ()):
        person_id, sealed = name.split(KEY_SEPARATOR)
        people.opened[name] = _identity(ring, person_id, sealed)
    for name in (*keys.get("sealed_credential", ()), *keys.get("shown_credential", ())):
        subject, credential, sealed = name.split(KEY_SEPARATOR)
        people.shown[name] = _credential(ring, subject, credential, sealed)  # type: ignore[arg-type]
    if "sealing_key" in keys:
        people.sealing_key = ring.sealing_key()


def _identity(ring: KeyRing, person_id: str, sealed: str) -> OpenedIdentity | Answer:
    read = read_identity(ring.open(f"identity {person_id}", sealed))
    if isinstance(read, Answer):
        return read
    card = ring.hash(ID_CARD, read.number) if read.document == "id_card" else None
    return OpenedIdentity(read, ring.hash("identity", read.model_dump_json()), card)


def _credential(ring: KeyRing, subject: str, credential: Credential, sealed: str) -> str | Answer:
    token = read_token(credential, ring.open(f"credential {subject} {credential}", sealed))
    return token if isinstance(token, Answer) else ring.hash(credential, token)


async def save_identities(tx: Tx, identities: Sequence[HeldIdentity]) -> None:
    """Encrypts and keeps the last version of each identity."""
    last = {one.person_id: one for one in identities}
    ring = ring_of(Settings().home)
    await tx.executemany(_SAVE_IDENTITY, [_row(ring, last[name]) for name in sorted(last)])


def _row(ring: KeyRing, one: HeldIdentity) -> tuple[object, ...]:
    assert one.identity
    return (*one[:5], *ring.encrypt(one.person_id, one.identity.model_dump_json().encode()))


async def save_credentials(tx: Tx, credentials: Iterable[HeldCredential]) -> None:
    """Keeps each credential as it was told last; what is revoked first, so that another may hold it then."""
    last = {(one.person_id, one.credential_id): one for one in credentials}
    rows = sorted(last.values(), key=lambda one: (one.revoked_on is None, one))
    await tx.executemany(_SAVE_CREDENTIAL, rows)


async def turn_page(tx: Tx, ring: KeyRing, limit: int = PAGE) -> int:
    """Encrypts a page of identities anew with the newest key; how many there were, 0 at the end."""
    rows = await tx.fetch(_OF_OTHER_KEYS, ring.newest, limit)
    turned = [
        (person_id, *ring.encrypt(person_id, ring.decrypt(person_id, Encrypted(key_id, content))))
        for person_id, key_id, content in rows
    ]
    await tx.executemany(_TURN, turned)
    return len(turned)


async def count_by_key(tx: Tx) -> dict[str, int]:
    """How many identities each key encrypts."""
    return dict(map(tuple, await tx.fetch(_BY_KEY)))
