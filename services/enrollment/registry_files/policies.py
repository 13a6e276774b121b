"""Policy files `policies/*.toml`: each one version of an insured area's policy."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from services.enrollment.registry_files.origin import Entry, FileContent, FileFault
from services.enrollment.registry_files.table import read_text
from shared.messages.enrollment import PublishPolicy
from shared.messages.policy import InvalidPolicyError, parse_policy

FOLDER = "policies"


def read_policy(path: Path) -> FileContent:
    """The policy of one file, or each fault with its place."""
    file = f"{FOLDER}/{path.name}"
    text = read_text(path, file)
    if isinstance(text, FileFault):
        return FileContent(faults=[text])
    try:
        mapping = tomllib.loads(text)
        policy = parse_policy(mapping)
    except tomllib.TOMLDecodeError as error:
        return FileContent(faults=[_not_toml(file, str(error))])
    except InvalidPolicyError as error:
        return FileContent(
            faults=[FileFault(file, line_of(text, f.place), f.place, f.zh, f.en) for f in error.findings]
        )
    body = PublishPolicy(policy_id=policy.policy_id, policy=_as_json(mapping))
    return FileContent([Entry(body, file, line_of(text, "policy_id"))])


def line_of(text: str, place: str) -> int:
    """The line of the key or table that goes furthest towards `place` (`inpatient.tiers.3.ratio_bp`)."""
    wanted, table, best, depth = place.split("."), list[str](), 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([^\[\]]+)\]", line):
            path = table = _keys(header[1])
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            path = table + _keys(key[1])
        else:
            continue
        if depth < len(path) and path == wanted[: len(path)]:
            best, depth = number, len(path)
    return best


def _keys(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _not_toml(file: str, error: str) -> FileFault:
    found = re.search(r"line (\d+)", error)
    line = int(found[1]) if found else 0
    return FileFault(file, line, "", f"不是有效的TOML：{error}", f"is not TOML: {error}")


def _as_json(mapping: dict[str, Any]) -> dict[str, Any]:
    travelling: dict[str, Any] = json.loads(json.dumps(mapping, default=str))  # dates become ISO strings
    return travelling
