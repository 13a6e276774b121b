"""Every field, every value of a choice and every code is explained, in Chinese and English."""

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.files import HOME
from shared.contracts.schemas import Schema, breaks, opened
from shared.contracts.words import FIELDS, VALUES, choices
from shared.errors import NOT_FIRST, REFUSALS, refuse
from shared.messages.answer import Answer
from shared.messages.body import Fact
from shared.messages.wire_types import TYPES

BOTH = re.compile(r"[\u4e00-\u9fff].* / .*[a-z]", re.S)
# As they are drawn: test_contracts.py.
SCHEMAS = {wire: json.loads((HOME / f"schemas/{wire}.closed.json").read_text("utf-8")) for wire in TYPES}


def properties(node: Any) -> Iterator[tuple[str, Schema]]:
    """Every property of every record in a schema, by its name."""
    if isinstance(node, list):
        for item in node:
            yield from properties(item)
    elif isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for value in node.values():
            yield from properties(value)


@pytest.mark.requirement("HUB-13")
def test_every_field_and_every_value_is_explained_in_both_languages() -> None:
    for wire in sorted(TYPES):
        for name, schema in properties(SCHEMAS[wire]):
            assert BOTH.search(schema["description"]), name
            for value in choices(schema):
                assert value in REFUSALS or value == "OK" or f"- {value}: " in schema["description"], name


def test_the_tables_explain_nothing_that_does_not_travel() -> None:
    met = [pair for schema in SCHEMAS.values() for pair in properties(schema)]
    assert {name for name, _ in met} == FIELDS.keys()
    assert {(name, value) for name, schema in met for value in choices(schema)} >= VALUES.keys()


def test_each_name_is_explained_once() -> None:
    for name, key in (("fields", ("field",)), ("values", ("field", "value"))):
        with (HOME / "meanings" / f"{name}.csv").open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        keys = [tuple(row[column] for column in key) for row in rows]
        assert len(set(keys)) == len(keys)
        assert all(row["zh"] and row["en"] and None not in row for row in rows)


def test_a_refusals_code_is_one_of_those_that_are_listed() -> None:
    answers = Draft202012Validator(opened(Answer))
    listed = json.loads((HOME / "errors.json").read_text(encoding="utf-8"))
    for code in sorted(REFUSALS):
        answers.validate(json.loads(refuse(code).model_dump_json()))
        assert listed[code] == {**REFUSALS[code]._asdict(), "same_id": code in NOT_FIRST}
        assert all(REFUSALS[code])


def test_a_code_that_is_not_listed_is_none() -> None:
    told = json.loads(refuse("TRY_AGAIN").model_dump_json())
    assert not Draft202012Validator(opened(Answer)).is_valid({**told, "code": "TRY_LATER"})


def one_field(form: Schema) -> Schema:
    """The schema of a message that is one such field."""
    return {"required": ["a"], "properties": {"a": form}}


def test_a_fact_may_name_the_values_of_what_was_any_text_and_more_of_them_later() -> None:
    text, choice = {"type": "string"}, {"type": "string", "enum": ["A"]}
    assert breaks(one_field(text), one_field(choice), Fact) == []
    assert breaks(one_field(choice), one_field({**choice, "enum": ["A", "B"]}), Fact) == ["/a: enum changed"]
    assert breaks(one_field({**text, "minLength": 1}), one_field(choice), Fact)
