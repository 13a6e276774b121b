"""A folder of policy files (*.toml), read and validated as a whole."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from shared.findings import Finding, InvalidFileError
from shared.messages.policy import Policy, parse_policy

SHIPPED = Path(__file__).parents[1] / "enrollment" / "sample" / "policies"
"""The policies that come with the product."""


def read_policy_folder(folder: Path) -> dict[str, list[Policy]]:
    """The folder's policies by policy_id; two with one id stand side by side.

    Raises InvalidFileError, its place beginning with the file, for the first file that is not valid.
    """
    policies: dict[str, list[Policy]] = {}
    for policy in _policies(folder):
        policies.setdefault(policy.policy_id, []).append(policy)
    return policies


def _policies(folder: Path) -> Iterator[Policy]:
    if not folder.is_dir():
        raise InvalidFileError([Finding(str(folder), "没有这个文件夹", "is not a folder")])
    for path in sorted(folder.glob("*.toml")):
        yield _policy(path)


def _policy(path: Path) -> Policy:
    try:
        return parse_policy(tomllib.loads(path.read_text(encoding="utf-8")))
    except InvalidFileError as error:
        findings = [finding._replace(place=f"{path}: {finding.place}") for finding in error.findings]
        raise InvalidFileError(findings) from None
    except (OSError, ValueError) as error:
        raise InvalidFileError(
            [Finding(str(path), f"不是有效的TOML：{error}", f"is not TOML: {error}")]
        ) from None
