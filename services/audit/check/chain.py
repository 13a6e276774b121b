"""Whether a chain of the trail is whole: numbers, links, head, and what the days' roots sealed. Pure."""

from collections.abc import Iterable, Mapping

from services.audit.check.fault import Fault
from services.audit.model import Chain, Envelope, Head, Record, Root, SealedHead
from services.audit.rules.merkle import root_of
from services.audit.rules.trail import generation_of, link, read_envelope

FAULTS_PER_CHAIN = 20


class ChainCheck:
    """Takes the records of one chain in order; holds none but a suspect one.

    A record whose hash does not follow is suspect until the next one, or the head, tells which is wrong: if
    they go on from its stored hash, what it says was changed; else the hash was.
    """

    def __init__(self, chain: Chain, seals: Mapping[int, Iterable[SealedHead]]) -> None:
        self.faults: list[Fault] = []
        self._head = Head(*chain)
        self._seals = seals
        self._highest_seal = max(seals, default=0)
        self._suspect: Record | None = None
        self.generation, self.begins = 1, 0  # as of the chain; the number of the record that began it

    def add(self, record: Record) -> None:
        """The next record of the chain."""
        if self._suspect:
            stored = self._suspect.chain_hash
            self._resolve(link(stored, record.body_digest, record.envelope) == record.chain_hash)
        if generation_of(record) > self.generation:
            self.generation, self.begins = generation_of(record), record.number
        moved = _moved(record)
        if record.number != self._head.number + 1:
            self._gap(record, moved)
            computed = record.chain_hash
        else:
            computed = link(self._head.chain_hash, record.body_digest, record.envelope)
            if computed != record.chain_hash:
                self._suspect = record
            elif moved:
                self._fault("RECORD_CHANGED", record.log_offset, moved)
        self._head = Head(record.topic, record.partition, record.number, computed)
        if not self._suspect:
            self._check_seals()

    def end(self, head: Head | None) -> None:
        """The chain's head, after its last record."""
        stored = head or self._head._replace(number=0)
        if self._suspect:
            self._resolve(stored.chain_hash == self._suspect.chain_hash)
        if stored.number > self._head.number:
            self._fault("RECORD_MISSING", -1, f"{self._head.number + 1}..{stored.number}")
        elif stored[2:] != self._head[2:]:
            self._fault("HEAD_CHANGED", -1, "number" if stored.number != self._head.number else "chain_hash")
        elif self._highest_seal > self._head.number:
            self._fault("SEAL_BROKEN", -1, f"number {self._highest_seal}")

    def _gap(self, record: Record, moved: str) -> None:
        if moved:
            self._fault("RECORD_CHANGED", record.log_offset, moved)
        else:
            self._fault("RECORD_MISSING", -1, f"{self._head.number + 1}..{record.number - 1}")

    def _resolve(self, hash_is_right: bool) -> None:
        assert self._suspect
        record, self._suspect = self._suspect, None
        said = "envelope or body_digest" if hash_is_right else "chain_hash"
        self._fault("RECORD_CHANGED", record.log_offset, _moved(record) or said)
        if hash_is_right:
            self._head = self._head._replace(chain_hash=record.chain_hash)
        self._check_seals()

    def _check_seals(self) -> None:
        for seal in self._seals.get(self._head.number, ()):
            if seal.chain_hash != self._head.chain_hash:
                self._fault("SEAL_BROKEN", -1, f"{seal.sealed_on} number {seal.number}")

    def _fault(self, code: str, log_offset: int, differs: str) -> None:
        if len(self.faults) < FAULTS_PER_CHAIN:
            self.faults.append(Fault(code, self._head.topic, self._head.partition, log_offset, differs))


def _moved(record: Record) -> str:
    """The columns that are not what the record's own envelope says; "" when they agree."""
    topic, partition, number, log_offset = record[:4]
    if record.envelope.startswith(f'[1,"{topic}",{partition},{number},{log_offset},'):
        return ""
    try:
        envelope, _ = read_envelope(record.envelope)
    except ValueError:
        return "envelope"
    return ", ".join(
        name for name in Envelope._fields[:4] if getattr(envelope, name) != getattr(record, name)
    )


def check_root(root: Root | None, heads: Iterable[SealedHead]) -> str:
    """What differs between a day's root and its sealed heads; "" when they agree."""
    if root is None:
        return "root missing"
    held = list(heads)
    if root_of(held) != root.root:
        return f"{root.sealed_on} root"
    return "" if sum(head.number for head in held) == root.records else f"{root.sealed_on} records"
