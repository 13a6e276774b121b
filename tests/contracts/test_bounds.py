"""Nothing that is asked from outside is without a bound: no list, no text and no map, however deep."""

from collections.abc import Iterator

import pytest

from shared.contracts.schemas import Schema, closed
from shared.messages.wire_types import REQUESTS

_OF_TEXT = {"pattern", "enum", "const", "maxLength", "format"}
_BY_ITS_CHECK = {"PublishPolicy.policy", "DraftPolicy.policy"}
"""The text of a policy, which is one page of known names (`yidi policy lint`)."""


def _unbounded(node: Schema, at: str) -> Iterator[str]:
    """Where a schema leaves open how much may be told; what a class holds is named by the class."""
    kind, owner = node.get("type"), at.partition(".")[0]
    if kind == "array" and "maxItems" not in node:
        yield f"{at}: list"
    if kind == "string" and not _OF_TEXT & node.keys():
        yield f"{at}: text"
    if kind == "object" and not {"properties", "patternProperties"} & node.keys():
        yield f"{at}: map"
    parts = [
        (at, node[name]) for name in ("items", "additionalProperties") if isinstance(node.get(name), dict)
    ]
    parts += [(at, one) for name in ("anyOf", "oneOf", "prefixItems") for one in node.get(name, ())]
    parts += [(at, one) for one in node.get("patternProperties", {}).values()]
    parts += [(f"{owner}.{name}", one) for name, one in node.get("properties", {}).items()]
    for place, part in parts:
        yield from _unbounded(part, place)


def _of_request(name: str) -> Iterator[str]:
    root = closed(REQUESTS[name])
    yield from _unbounded(root, REQUESTS[name].__name__)
    for held, part in root.get("$defs", {}).items():  # each class once, however it is reached
        yield from _unbounded(part, held)


@pytest.mark.requirement("HUB-13")
def test_whatever_is_asked_from_outside_is_bounded() -> None:
    found = {where for name in REQUESTS for where in _of_request(name)}
    assert found == {f"{place}: map" for place in _BY_ITS_CHECK}


def test_a_list_a_text_and_a_map_without_a_bound_are_found() -> None:
    inner = {"properties": {"b": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "type": "object"}
    root = {"properties": {"a": {"type": "array", "items": inner}, "c": {"type": "object"}}, "type": "object"}
    assert list(_unbounded(root, "X")) == ["X.a: list", "X.b: text", "X.c: map"]
