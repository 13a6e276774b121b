"""What each field (字段) and each of its values means, in Chinese and English, written into the schemas.

`meanings/fields.csv` has one meaning for a name, since a word stands for one thing; `values.csv` has those of
choices.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.errors import REFUSALS

Schema = dict[str, Any]
# Whose `code` is one of `shared.errors`; others have choices of their own.
_CODED = frozenset({"Answer", "Eligibility", "LaterSettlement", "RequestRefused"})


def _read(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / "meanings" / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


FIELDS = {row["field"]: f"{row['zh']} / {row['en']}" for row in _read("fields.csv")}
VALUES = {(row["field"], row["value"]): f"{row['zh']} / {row['en']}" for row in _read("values.csv")}


def described(node: Any) -> Any:
    """The schema with the meaning of every property, and of every value where there is a choice.

    A choice has a name, that of its class and field, by which makers of models call it.
    """
    if isinstance(node, list):
        return [described(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {name: described(value) for name, value in node.items()}
    if "properties" in node:
        fields = inner["properties"]
        if node.get("title") in _CODED:
            fields["code"]["enum"] = ["OK", *REFUSALS]
        inner["properties"] = {
            name: _named(f"{node['title']}{_title(name)}", _told(name, value))
            for name, value in fields.items()
        }
    return inner


def choices(schema: Schema) -> Iterator[str]:
    """The values that a property may have, where it has a choice."""
    yield from schema.get("enum", ())
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from choices(inner)


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _named(name: str, schema: Schema) -> Schema:
    """The schema of a property whose choice, its own or of its items, has this name."""
    if "enum" in schema:
        return {**schema, "title": name}
    if "items" in schema:
        return {**schema, "items": _named(name, schema["items"])}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_named(name, one) for one in schema["anyOf"]]}
    return schema


def _told(name: str, schema: Schema) -> Schema:
    form = [schema["description"]] if "description" in schema else []
    values = [f"- {value}: {VALUES[name, value]}" for value in choices(schema) if (name, value) in VALUES]
    return {**schema, "description": "\n".join([FIELDS[name], *form, *values])}
