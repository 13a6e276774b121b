"""Published policies as the files that people wrote: TOML, and who drafted and approved each."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.cli.registry_export.sheet import open_sheet
from services.cli.registry_import import approvals
from services.cli.registry_import.policies import FOLDER
from services.enrollment.registered import Registered

_BARE = re.compile("[A-Za-z0-9_-]+")


async def export_policies(
    registered: Registered, folder: Path, ending: str
) -> tuple[dict[str, int], list[str]]:
    """Writes every published policy and `approvals`; gives the rows of each file, and what was left out.

    A policy from before two officers were asked for names none, so that it could not be imported again.
    """
    kept, left_out = list[dict[str, Any]](), list[str]()
    async for content in registered.contents("policy"):
        if content["drafted_by"] and _toml(content["policy"]) is not None:
            kept.append(content)
        else:
            left_out.append(content["policy_id"])
    if not kept:
        return {}, left_out
    (folder / FOLDER).mkdir()
    for content in kept:
        path = folder / FOLDER / f"{_file_name(content['policy_id'])}.toml"
        path.write_text(_toml(content["policy"]) or "", encoding="utf-8")
    with open_sheet(folder / f"{approvals.NAME}{ending}", list(approvals.COLUMNS)) as write:
        for content in kept:
            write([content[name] for name in approvals.COLUMNS])
    return {f"{approvals.NAME}{ending}": len(kept)}, left_out


def _file_name(policy_id: str) -> str:
    """A policy's id as a file's name, on every system; no id has a percent sign."""
    return policy_id.replace(":", "%3A")


def _toml(policy: dict[str, Any]) -> str | None:
    """A policy's text; None for one that TOML has no words for, as it would be another policy."""
    try:
        text = "\n".join(_lines(policy, ())) + "\n"
        return text if tomllib.loads(text) == policy else None
    except (TypeError, tomllib.TOMLDecodeError):
        return None


def _lines(table: dict[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    if place:
        yield f"\n[{'.'.join(place)}]"
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    yield from (f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in tables)
    for key, value in tables.items():
        yield from _lines(value, (*place, _key(key)))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    """A value on one line. Raises TypeError for one that TOML does not have."""
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
    if value is None:
        raise TypeError
    return json.dumps(value, ensure_ascii=False)
