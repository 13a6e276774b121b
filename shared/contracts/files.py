"""The generated files of this folder, by name."""

import json
from pathlib import Path
from typing import Any

from shared.contracts.asyncapi import asyncapi
from shared.contracts.examples import example
from shared.contracts.schemas import closed, opened
from shared.contracts.visit import visit
from shared.errors import NOT_FIRST, REFUSALS
from shared.messages.wire_types import TYPES

HOME = Path(__file__).parent


def build() -> dict[str, str]:
    """Every generated file as it should stand."""
    files = {
        "asyncapi.json": _text(asyncapi()),
        "errors.json": _text(_errors()),
        "visits/stay.json": _text(visit()),
    }
    for wire, kind in TYPES.items():
        files[f"schemas/{wire}.closed.json"] = _text(closed(kind))
        files[f"schemas/{wire}.open.json"] = _text(opened(kind))
        files[f"examples/{wire}.json"] = _text(example(kind).model_dump(mode="json"))
    return files


def released() -> dict[str, dict[str, Any]]:
    """The schemas as they were released, by wire type."""
    found = (HOME / "released").glob("*.json")
    return {path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8")) for path in found}


def _errors() -> dict[str, Any]:
    """Every code of a refusal; `same_id`: the same request may be sent again with its id and be accepted."""
    return {code: {**texts._asdict(), "same_id": code in NOT_FIRST} for code, texts in REFUSALS.items()}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
