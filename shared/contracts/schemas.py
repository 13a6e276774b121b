"""Two JSON Schemas from one model: closed for who writes a message, open for who reads it."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from shared.contracts.words import described
from shared.messages.body import Body, Identifier, Request, RequestId

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_NULL: Schema = {"type": "null"}
_WORDS = frozenset(("title", "description", "default", "$ref"))


def form(kind: Any) -> Schema:
    """The JSON Schema of a plain type without its words."""
    return _form(TypeAdapter(kind).json_schema())


def closed(kind: type[Body]) -> Schema:
    """What a producer validates against: nothing but the declared properties."""
    return {"$schema": DIALECT, "$id": f"{kind.wire_type()}.closed.json", **_schema(kind, False)}


def opened(kind: type[Body]) -> Schema:
    """What a consumer validates against: unknown properties are from a newer writer."""
    return {"$schema": DIALECT, "$id": f"{kind.wire_type()}.open.json", **_schema(kind, None)}


@cache
def _schema(kind: type[Body], closed: bool | None) -> Schema:
    return dict(described(_close(kind.model_json_schema(mode="validation"), closed)))


def _close(node: Any, closed: bool | None) -> Any:
    if isinstance(node, list):
        return [_close(item, closed) for item in node]
    if not isinstance(node, dict):
        return node
    # `discriminator` is OpenAPI's word: here a constant in each choice says the same to every validator.
    passed = ("additionalProperties", "discriminator")
    inner = {name: _close(value, closed) for name, value in node.items() if name not in passed}
    if "properties" in node:  # a class has a title; that of a field would be its name once more
        inner["properties"] = {name: _untitled(value) for name, value in inner["properties"].items()}
    if node.get("type") == "object" and "properties" in node:
        return inner if closed is None else {**inner, "additionalProperties": closed}
    if "additionalProperties" in node:  # a map, not a record
        inner["additionalProperties"] = _close(node["additionalProperties"], closed)
    return inner


def _untitled(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "title"}


def standalone(schema: Schema) -> Schema:
    """The same schema without references, to stand inside another document."""
    held = schema.get("$defs", {})

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            rest = {name: value for name, value in node.items() if name != "$ref"}
            return {**inlined(held[node["$ref"].rsplit("/", 1)[1]]), **rest}
        return {name: inlined(value) for name, value in node.items() if name not in ("$defs", "$schema")}

    return dict(inlined(schema))


def breaks(released: Schema, current: Schema, kind: type[Body]) -> list[str]:
    """What a change to a released version would break, in words; none when it is compatible.

    A request may only ask for less than before; a fact or answer may only tell more. Properties keep their
    form: a changed range, pattern or choice needs a new version of the message, except that a request may
    take none as well, or one of the forms in WIDENED, and that a fact or answer may name the values of what
    was any text.
    """
    return _compare(released, current, released, current, issubclass(kind, Request), "")


def _compare(old: Schema, new: Schema, old_root: Schema, new_root: Schema, asks: bool, at: str) -> list[str]:
    old, new = _resolve(old, old_root), _resolve(new, new_root)
    faults = []
    if "properties" in old:
        faults += _compare_required(old, new, asks, at)
        for name, before in old["properties"].items():
            after = new.get("properties", {}).get(name)
            if after is None:
                faults.append(f"{at}/{name}: removed")
            else:
                faults += _compare(before, after, old_root, new_root, asks, f"{at}/{name}")
        return faults
    for choice in ("items", "anyOf", "oneOf", "prefixItems"):
        if choice in old:
            return _compare_parts(old, new, old_root, new_root, asks, at, choice)
    before, after = _form(old), _form(new)
    if _may_become(before, after, asks):
        return []
    differing = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    return [f"{at}: {name} changed" for name in sorted(differing)]


def _may_become(before: Schema, after: Schema, asks: bool) -> bool:
    if asks:
        return (before, after) in WIDENED or list(map(_form, after.get("anyOf", ()))) == [before, _NULL]
    return before == {"type": "string"} == {name: value for name, value in after.items() if name != "enum"}


def _form(schema: Schema) -> Schema:
    r"""What a value must look like. In JSON Schema `\d` is `[0-9]` (ECMA-262), however it is spelt."""
    kept: Schema = {
        name: _form(value) if isinstance(value, dict) else value
        for name, value in schema.items()
        if name not in _WORDS
    }
    if "pattern" in kept:
        kept["pattern"] = kept["pattern"].replace(r"\d", "[0-9]")
    return kept


def _compare_required(old: Schema, new: Schema, asks: bool, at: str) -> list[str]:
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    wrong = after - before if asks else before - after
    word = "became required" if asks else "is no longer certain"
    return [f"{at}/{name}: {word}" for name in sorted(wrong)]


def _compare_parts(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, asks: bool, at: str, choice: str
) -> list[str]:
    before, after = old[choice], new.get(choice)
    if isinstance(before, dict) and isinstance(after, dict):
        return _compare(before, after, old_root, new_root, asks, f"{at}[]")
    if not isinstance(after, list) or len(after) < len(before):
        return [f"{at}: {choice} changed"]
    pairs = zip(before, after, strict=False)
    return [fault for one, two in pairs for fault in _compare(one, two, old_root, new_root, asks, at)]


def _resolve(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


# What a request may ask for instead: a form that takes all that the earlier one did. A test tries each pair.
WIDENED = ((form(Identifier), form(RequestId)),)
