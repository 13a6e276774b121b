"""What each field (字段) and each of its values means, in Chinese and English, written into the schemas.

`fields.csv` has one meaning for a name, since a word stands for one thing; `values.csv` those of choices.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.errors import REFUSALS

Schema = dict[str, Any]
# Whose `code` is one of `shared.errors`; others have choices of their own.
_CODED = frozenset({"Answer", "LaterSettlement", "RequestRefused"})


def _read(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


FIELDS = {row["field"]: f"{row['zh']} / {row['en']}" for row in _read("fields.csv")}
VALUES = {(row["field"], row["value"]): f"{row['zh']} / {row['en']}" for row in _read("values.csv")}


def described(node: Any) -> Any:
    """The schema with the meaning of every property, and of every value where there is a choice."""
    if isinstance(node, list):
        return [described(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {name: described(value) for name, value in node.items()}
    if "properties" in node:
        inner["properties"] = {name: _told(name, value) for name, value in inner["properties"].items()}
    if node.get("title") in _CODED:
        inner["properties"]["code"]["enum"] = ["OK", *REFUSALS]
    return inner


def choices(schema: Schema) -> Iterator[str]:
    """The values that a property may have, where it has a choice."""
    yield from schema.get("enum", ())
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from choices(inner)


def _told(name: str, schema: Schema) -> Schema:
    form = [schema["description"]] if "description" in schema else []
    values = [f"- {value}: {VALUES[name, value]}" for value in choices(schema)]
    return {**schema, "description": "\n".join([FIELDS[name], *form, *values])}
