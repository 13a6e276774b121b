"""Each transaction of the national form against the live services, as its golden pair has it."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import simplejson

from shared.gateway.page.openapi import make
from shared.gateway.page.words import meanings, words
from shared.gateway.table import TABLE
from tests.adapter.gateway.given.golden import PART, golden, path_of
from tests.adapter.gateway.given.his import HOSPITAL, His

NUMBERS = sorted(["9001", "9002", *TABLE])


@pytest.fixture(scope="module")
def pairs(address: str) -> dict[str, Any]:
    return golden(His(address, HOSPITAL))


@pytest.mark.requirement("HUB-16")
@pytest.mark.parametrize("infno", [*NUMBERS, PART])
def test_a_transaction_is_answered_as_its_golden_pair_says(pairs: dict[str, Any], infno: str) -> None:
    text = simplejson.dumps(pairs[infno], use_decimal=True, ensure_ascii=False, indent=1, sort_keys=True)
    assert text + "\n" == path_of(infno).read_text("utf-8")


def test_the_page_of_interfaces_names_each_transaction_and_its_examples_are_valid() -> None:
    page = make()
    assert sorted(page["paths"]) == [f"/{infno}" for infno in NUMBERS]
    for infno in NUMBERS:
        content = page["paths"][f"/{infno}"]["post"]["requestBody"]["content"]["application/json"]
        schema = {**content["schema"], "components": page["components"]}
        jsonschema.Draft202012Validator(schema).validate(_as_numbers(content["example"]))


def test_the_page_of_interfaces_says_what_each_field_means() -> None:
    told = list(_fields(make()))
    assert len(told) > 900
    assert [name for name, field in told if " / " not in field["description"]] == []
    assert {name for name, _ in told} == set(meanings())


def _fields(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield from part.get("properties", {}).items()
        for name, value in part.items():
            yield from _fields(value) if name != "example" else ()
    for one in part if isinstance(part, list) else ():
        yield from _fields(one)


def _as_numbers(example: Any) -> Any:
    return json.loads(json.dumps(example))


def test_the_table_for_people_is_the_table_that_runs() -> None:
    assert [row.infno for row in words()] == NUMBERS
