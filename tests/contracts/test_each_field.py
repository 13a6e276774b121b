"""The examples changed in each field, one at a time: each is one fault with its place, and nothing else."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from shared.bus.wire import Undecoded, decode_body
from shared.contracts.files import HOME
from shared.messages.wire_types import REQUESTS

Path = tuple[str | int, ...]
# Of any field: what is no value of its kind, whatever it is.
WRONG: tuple[Any, ...] = ({"no": "such"}, 1.5, "\N{BELL}" * 300, -(10**30))


def _fields(body: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield (*path, name)
            yield from _fields(value, (*path, name))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from _fields(value, (*path, number))


def _changed(body: Any, path: Path, value: Any) -> Any:
    copy = deepcopy(body)
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return copy


EXAMPLES = {name: json.loads((HOME / "examples" / f"{name}.json").read_text("utf-8")) for name in REQUESTS}
OWN_CHECKS = {"policy"}  # the text of a policy, which `yidi policy lint` checks and the service too


@pytest.mark.requirement("HUB-13")
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_field_changed_to_what_it_cannot_be_is_one_fault_that_names_it(name: str) -> None:
    for path in _fields(EXAMPLES[name]):
        if path[0] in OWN_CHECKS:
            continue
        for wrong in WRONG:
            body = decode_body(name, json.dumps(_changed(EXAMPLES[name], path, wrong)).encode())
            assert isinstance(body, Undecoded), (path, wrong)
            assert body.code == "INVALID_FIELD"
            assert str(next(step for step in reversed(path) if isinstance(step, str))) in body.where
            assert "such" not in body.where  # never what was sent, which may be about a person


@pytest.mark.requirement("HUB-13")
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_field_that_no_version_has_is_named(name: str) -> None:
    body = decode_body(name, json.dumps({**EXAMPLES[name], "no_such_field": 1}).encode())
    assert isinstance(body, Undecoded)
    assert (body.code, "no_such_field" in body.where) == ("INVALID_FIELD", True)
