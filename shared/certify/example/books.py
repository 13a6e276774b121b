"""What an adapter must not forget (台账): message ids before they are sent, bills and settlements after.

What a sitting changes in the bills is written at its end: after a kill it is done again from the beginning,
with the same ids, so that every request has the same body again.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from shared.messages.settlement.visits import FeeLine


class Books:
    """The books of a hospital or center in a folder; `close` them at the end of a sitting."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sent: dict[str, Any] = _read(folder / "sent.json", {"ids": {}, "received": []})
        self._bills: dict[str, Any] = _read(folder / "bills.json", {"uploads": {}, "settled": {}})

    def id_of(self, what: str) -> str:
        """The message id of a thing to do: drawn once, kept before it is sent, the same after a restart."""
        ids: dict[str, str] = self._sent["ids"]
        if what not in ids:
            ids[what] = uuid4().hex
            _write(self._folder / "sent.json", self._sent)
        return ids[what]

    def charge(self, visit: str, upload: dict[str, Any]) -> None:
        """Books an upload of fee lines of a visit."""
        self._bills["uploads"].setdefault(visit, {})[upload["upload"]] = upload

    def take_back(self, visit: str, upload: str) -> None:
        """Takes an upload out of the visit's bill."""
        self._bills["uploads"][visit].pop(upload, None)

    def uploads(self, visit: str) -> list[dict[str, Any]]:
        """The uploads of a visit that count."""
        return list(self._bills["uploads"].get(visit, {}).values())

    def lines(self, visit: str) -> list[FeeLine]:
        """All fee lines of a visit's bill."""
        return [line for upload in self.uploads(visit) for line in lines_of(upload["lines"])]

    def settle(self, visit: str, settlement: dict[str, Any] | None) -> None:
        """Keeps the settlement of a visit that is in force; none once it was taken back."""
        self._bills["settled"][visit] = settlement

    def settlement(self, visit: str) -> dict[str, Any]:
        """The settlement of a visit."""
        found: dict[str, Any] = self._bills["settled"][visit]
        return found

    def settled_in(self, month: str) -> list[tuple[str, int]]:
        """The settlements of a month that are in force, with what the fund pays of each."""
        held = [one for one in self._bills["settled"].values() if one and one["settled_on"].startswith(month)]
        return [(one["settlement_id"], one["fund_fen"]) for one in held]

    def receive(self, statements: Sequence[str]) -> None:
        """Keeps which statements have come whole: they are not given again."""
        self._sent["received"] += statements
        _write(self._folder / "sent.json", self._sent)

    def has_received(self, statement: str) -> bool:
        """Whether a statement has come whole."""
        return statement in self._sent["received"]

    def close(self) -> None:
        """Writes the bills."""
        _write(self._folder / "bills.json", self._bills)


def lines_of(lines: Sequence[dict[str, str]]) -> list[FeeLine]:
    """Fee lines as the adapter sends them."""
    return [FeeLine.model_validate(line) for line in lines]


def _read(path: Path, empty: dict[str, Any]) -> dict[str, Any]:
    if not path.exists():
        return empty
    held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return held


def _write(path: Path, held: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(held, ensure_ascii=False), "utf-8")
    fresh.replace(path)
