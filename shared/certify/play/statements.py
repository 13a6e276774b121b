"""The statements of a center as they came on the real broker (清算单批次), one for each case. Pure."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from shared.bus.wire import Raw
from shared.messages.clearing.batches import BatchManifest

_MANIFEST = BatchManifest.wire_type().encode()


class Statement(NamedTuple):
    """A statement whose batch has come whole: its records in their order, the manifest last."""

    statement_id: str
    records: tuple[Raw, ...]

    @property
    def half(self) -> tuple[Raw, ...]:
        """The batch without its first chunk: its manifest is there."""
        return self.records[1:]

    @property
    def altered(self) -> tuple[Raw, ...]:
        """The batch with one fen more in its first line than its manifest says."""
        first, *others = self.records
        body = json.loads(first.value)
        body["lines"][0]["total_fen"] += 1
        return (first._replace(value=json.dumps(body, ensure_ascii=False).encode()), *others)


def statements_of(center: str, month: str, records: Sequence[Raw]) -> list[Statement]:
    """The center's statements of a month, in the order of their ids."""
    found = []
    for number, record in enumerate(records):
        head = _head(record)
        if head and head["month"] == month and center in (head["insured_center"], head["treatment_center"]):
            name = head["statement_id"]
            before = [one for one in records[:number] if (one.key or b"").decode() == name]
            found.append(Statement(name, (*before, record)))
    return sorted(found)


def _head(record: Raw) -> dict[str, str] | None:
    """The head of a manifest; None of another record."""
    if dict(record.headers).get("ce_type") != _MANIFEST:
        return None
    head: dict[str, str] = json.loads(record.value)["head"]
    return head
