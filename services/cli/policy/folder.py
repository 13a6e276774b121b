"""Policy files (*.toml): one, or a folder of them, read and validated as a whole."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from shared.benefit.policy.checks import Policy, parse_policy
from shared.findings import Finding, InvalidFileError

SHIPPED = Path(__file__).parents[2] / "settlement" / "policies"
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
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".toml"]
    if not files:
        raise InvalidFileError(
            [Finding(str(folder), "没有政策文件（*.toml）", "has no policy file (*.toml)")]
        )
    for path in files:
        try:
            yield read_policy_file(path)
        except InvalidFileError as error:
            raise at_file(path, error) from None


def read_policy_file(path: Path) -> Policy:
    """The policy in a file.

    Raises InvalidFileError with every finding, at its place inside the file; the file itself is not named.
    """
    try:
        return parse_policy(tomllib.loads(path.read_text(encoding="utf-8")))
    except InvalidFileError:
        raise
    except OSError as error:
        found = Finding("", f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}")
    except (ValueError, RecursionError) as error:
        found = Finding("", f"不是有效的TOML：{error}", f"is not TOML: {error}")
    raise InvalidFileError([found])


def at_file(path: Path, error: InvalidFileError) -> InvalidFileError:
    """The same findings, each place beginning with the file."""
    places = (f"{path}: {finding.place}" if finding.place else str(path) for finding in error.findings)
    return InvalidFileError(
        finding._replace(place=place) for place, finding in zip(places, error.findings, strict=True)
    )
