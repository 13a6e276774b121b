"""Which result answers which request, as the rules of the services have it: the table of the wire guide."""

import types
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from services.__main__ import all_services
from shared.messages.body import Body, Request, Result
from shared.messages.wire_types import REQUESTS


def results_of() -> Mapping[type[Body], frozenset[str]]:
    """The words of `result.result` by request; none of one that is never accepted, or answered by the bus."""
    found: dict[type[Body], frozenset[str]] = {kind: frozenset() for kind in REQUESTS.values()}
    for service in all_services():
        decider = getattr(import_module(f"services.{service.name}.decider"), "DECIDER", None)
        for kind, rule in getattr(decider, "rules", {}).items():
            if issubclass(kind, Request):
                found[kind] |= _nearest(rule.decide)
    return found


def _nearest(decide: Any) -> frozenset[str]:
    """The results that a rule names, or else those that what it calls names.

    What only deeper functions name is not its answer, nor what it takes from them to make one.
    """
    level, seen, found = [decide], {decide}, list[frozenset[str]]()
    while level:
        named = [value for function in level for value in _named(function)]
        found.append(frozenset(_word(one) for one in named if isinstance(one, type)))
        functions = (one for one in named if not isinstance(one, type))
        level = [one for one in dict.fromkeys(functions) if one not in seen]
        seen.update(level)
    nearest, *deeper = [each for each in found if each] or [frozenset[str]()]
    return nearest.difference(*deeper) or nearest


def _word(kind: type[Result]) -> str:
    return str(kind.model_fields["result"].default)


def _named(function: types.FunctionType) -> Iterator[Any]:
    """What a function's code names of ours: functions of services, results; also through modules."""
    yield from (one.cell_contents for one in function.__closure__ or () if _is_ours(one.cell_contents))
    for code in _codes(function.__code__):
        for name in code.co_names:
            value = function.__globals__.get(name)
            inner = (getattr(value, each, None) for each in code.co_names)
            values = inner if isinstance(value, types.ModuleType) else (value,)
            yield from (one for one in values if _is_ours(one))


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _is_ours(value: Any) -> bool:
    if isinstance(value, types.FunctionType):
        return value.__module__.startswith("services.")
    return isinstance(value, type) and issubclass(value, Result) and value is not Result
