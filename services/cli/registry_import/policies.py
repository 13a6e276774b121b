"""Policy files `policies/*.toml`: each one version of an insured area's policy."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.cli.registry_import.origin import NAME_REPLACED, SAVE_AS_UTF8, FileFault, fault_of
from shared.benefit.policy.checks import InvalidPolicyError, parse_policy
from shared.benefit.policy.collisions import collisions
from shared.findings import form_findings
from shared.messages.body import Body, Identifier

FOLDER = "policies"


class PolicyVersion(Body):
    """A policy as it travels, and where a person finds its `policy_id`."""

    policy_id: Identifier
    policy: dict[str, Any]
    file: str
    line: int
    day_line: int = 0

    @property
    def replaces(self) -> str | None:
        """The policy in whose place it comes."""
        replaced: str | None = self.policy.get("replaces")
        return replaced


def read_policies(folder: Path) -> tuple[list[PolicyVersion], list[FileFault]]:
    """The policies of a registry folder, in the order of their files' names, and every fault."""
    versions: dict[str, PolicyVersion] = {}
    faults: list[FileFault] = []
    for path in sorted(path for path in (folder / FOLDER).glob("*.toml") if path.is_file()):
        read = read_policy(path, f"{FOLDER}/{path.name}")
        if isinstance(read, list):
            faults += read
        elif (first := versions.setdefault(read.policy_id, read)) is not read:
            faults.append(_taken(read, first))
    return list(versions.values()), faults or _colliding(versions)


def read_policy(path: Path, file: str) -> PolicyVersion | list[FileFault]:
    """The policy of one file, which people know as `file`; or each fault with its place."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return [FileFault(file, 0, "", "不是UTF-8编码", "is not UTF-8", SAVE_AS_UTF8)]
    try:
        mapping = tomllib.loads(text)
        policy_id = parse_policy(mapping).policy_id
    except tomllib.TOMLDecodeError as error:
        return [_not_toml(file, str(error))]
    except InvalidPolicyError as error:
        return [FileFault(file, line_of(text, f.place), f.place, f.zh, f.en) for f in error.findings]
    line, day_line = line_of(text, "policy_id"), line_of(text, "in_force_from")
    try:
        return PolicyVersion(
            policy_id=policy_id, policy=_as_json(mapping), file=file, line=line, day_line=day_line
        )
    except ValidationError as error:
        return [fault_of(finding, file, line) for finding in form_findings(error)]


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


def _colliding(versions: dict[str, PolicyVersion]) -> list[FileFault]:
    """Policies of which none would go before the other."""
    faults = []
    for found in collisions(parse_policy(version.policy) for version in versions.values()):
        version, earlier = versions[found.policy.policy_id], versions[found.earlier.policy_id]
        zh, en = (
            f"与 {earlier.file} 同地同险种同层级同日施行",
            f"has the place, level and first day of {earlier.file}",
        )
        faults.append(FileFault(version.file, version.day_line, "in_force_from", zh, en, NAME_REPLACED))
    return faults


def _taken(version: PolicyVersion, first: PolicyVersion) -> FileFault:
    zh, en = f"与 {first.file} 编号相同", f"has the id of {first.file}"
    return FileFault(version.file, version.line, "policy_id", zh, en)


def _not_toml(file: str, error: str) -> FileFault:
    found = re.search(r"line (\d+)", error)
    line = int(found[1]) if found else 0
    return FileFault(file, line, "", f"不是有效的TOML：{error}", f"is not TOML: {error}")


def _as_json(mapping: dict[str, Any]) -> dict[str, Any]:
    travelling: dict[str, Any] = json.loads(json.dumps(mapping, default=str))  # dates become ISO strings
    return travelling
