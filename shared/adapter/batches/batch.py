"""A monthly batch as a center receives it: nothing counts before all of it is checked. Pure.

Chunks stand before their manifest on one partition; a repeat of what is there already changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from shared.messages.body import Body
from shared.messages.clearing.batches import (
    BatchChunk,
    BatchManifest,
    ClearingLine,
    file_of,
    sum_lines,
)

_FUNDS = ("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen")


class Batch(NamedTuple):
    """A batch (清算批次) that was found whole and right: its manifest, all its lines in order, and its file.

    `csv` is the statement's file (清算明细表), whose digest is the manifest's: UTF-8 with its mark, in fen.
    """

    manifest: BatchManifest
    lines: tuple[ClearingLine, ...]
    csv: bytes


class BatchRefusedError(Exception):
    """A batch is not what its manifest says; `faults` name each difference. Not one line of it counts."""

    def __init__(self, statement_id: str, faults: Sequence[str]) -> None:
        self.statement_id, self.faults = statement_id, tuple(faults)
        super().__init__(
            f"清算批次 {statement_id} 校验不符，整批不予接收，请联系发送方重发 / "
            f"batch {statement_id} does not check, none of it counts, ask for it again: {'; '.join(faults)}"
        )


def check_batch(manifest: BatchManifest, chunks: Mapping[int, BatchChunk]) -> Batch:
    """The batch, if chunks, counts, sums per fund and SHA-256 are as the manifest says.

    Raises BatchRefusedError with every fault found.
    """
    if faults := _missing(manifest, chunks):
        raise BatchRefusedError(manifest.statement_id, faults)
    lines = tuple(line for number in range(manifest.chunks) for line in chunks[number].lines)
    csv, digest = file_of(lines)
    if faults := [*_sums(manifest, lines), *_lines(lines), *_digest(manifest, csv, digest)]:
        raise BatchRefusedError(manifest.statement_id, faults)
    return Batch(manifest, lines, csv)


def _missing(manifest: BatchManifest, chunks: Mapping[int, BatchChunk]) -> list[str]:
    missing = sorted(set(range(manifest.chunks)) - chunks.keys())
    extra = sorted(chunks.keys() - set(range(manifest.chunks)))
    faults = [f"缺第 {number} 块 / chunk {number} is missing" for number in missing]
    return faults + [f"多第 {number} 块 / chunk {number} is beyond the manifest" for number in extra]


def _sums(manifest: BatchManifest, lines: Sequence[ClearingLine]) -> list[str]:
    found, told = sum_lines(lines), manifest.sums
    return [
        f"{name} 应为 {getattr(told, name)}，实为 {getattr(found, name)} / "
        f"{name} should be {getattr(told, name)}, is {getattr(found, name)}"
        for name in type(told).model_fields
        if getattr(found, name) != getattr(told, name)
    ]


def _lines(lines: Sequence[ClearingLine]) -> list[str]:
    wrong = [line.line_id for line in lines if line.fund_fen != sum(getattr(line, f) for f in _FUNDS)]
    wrong += [line.line_id for line in lines if line.due_fen not in (None, line.fund_fen + line.account_fen)]
    faults = [f"明细 {name} 各基金之和不等于总额 / line {name}: its funds do not add up" for name in wrong]
    if len({line.line_id for line in lines}) != len(lines):
        faults.append("明细号重复 / a line id stands twice")
    return faults


def _digest(manifest: BatchManifest, csv: bytes, digest: str) -> list[str]:
    pairs = [("SHA-256", manifest.sha256, digest)]
    if manifest.csv_sha256:
        pairs.append(("csv_sha256", manifest.csv_sha256, sha256(csv).hexdigest()))
    return [
        f"{name} 应为 {told}，实为 {found} / {name} should be {told}, is {found}"
        for name, told, found in pairs
        if told != found
    ]


@dataclass(slots=True)
class Assembly:
    """Batches under way (组批): what was heard of each statement that is not `done`, and where it began.

    A refused batch may be sent again; what is done stays as it is, whatever is repeated of it. With a
    `center_id` only that center's statements count: chunks that name other centers are not kept, those that
    name none only until their manifest says whose they are.
    """

    done: set[str] = field(default_factory=set)
    center_id: str = ""
    _chunks: dict[str, dict[int, BatchChunk]] = field(default_factory=dict)
    _torn: dict[str, list[str]] = field(default_factory=dict)
    _began: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, partition: int, offset: int, body: Body) -> Batch | None:
        """The batch that this message completes, if it does. Raises BatchRefusedError."""
        if not isinstance(body, BatchChunk | BatchManifest) or body.statement_id in self.done:
            return None
        if isinstance(body, BatchManifest):
            return self._complete(body)
        if body.insured_center is None or self._concerns(body.insured_center, body.treatment_center):
            self._began.setdefault(body.statement_id, (partition, offset))
            self._keep(body)
        return None

    def began(self) -> dict[int, int]:
        """Partition → offset of the first chunk whose manifest has not come: to be read again."""
        return dict(sorted(self._began.values(), reverse=True))

    def kept_chunks(self) -> int:
        """How many chunks are held in memory for manifests that have not come."""
        return sum(map(len, self._chunks.values()))

    def _concerns(self, *centers: str | None) -> bool:
        return not self.center_id or self.center_id in centers

    def _complete(self, manifest: BatchManifest) -> Batch | None:
        name, head = manifest.statement_id, manifest.head
        self._began.pop(name, None)
        chunks, torn = self._chunks.pop(name, {}), self._torn.pop(name, [])
        if not self._concerns(head.insured_center, head.treatment_center):
            return None
        if torn:
            raise BatchRefusedError(name, torn)
        batch = check_batch(manifest, chunks)
        self.done.add(name)
        return batch

    def _keep(self, chunk: BatchChunk) -> None:
        first = self._chunks.setdefault(chunk.statement_id, {}).setdefault(chunk.number, chunk)
        if first != chunk:
            fault = f"第 {chunk.number} 块前后不一 / chunk {chunk.number} came twice and differs"
            self._torn.setdefault(chunk.statement_id, []).append(fault)
