"""Policy files that would collide are told before anything is sent, and approved after what they replace."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from services.cli.registry_import.folder import SAMPLE, Registry, read_registry
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy

TEXT = (SAMPLE / "policies" / "511900-390-2023.toml").read_text(encoding="utf-8")


def policy_file(folder: Path, policy_id: str, replaces: str = "", day: str = "2023-01-01") -> Path:
    """A version of the residents' policy of Bazhong, by another id."""
    text = TEXT.replace('"511900-390-2023"', f'"{policy_id}"').replace("2023-01-01", day, 1)
    path = folder / f"{policy_id}.toml"
    path.write_text((f'replaces = "{replaces}"\n' if replaces else "") + text, encoding="utf-8")
    return path


def registry(folder: Path, **replaces: str) -> Registry:
    """A folder of policies, each with what it replaces."""
    (folder / "policies").mkdir()
    for policy_id, replaced in replaces.items():
        policy_file(folder / "policies", policy_id, replaced)
    rows = [f"{policy_id},li,wang\n" for policy_id in replaces]
    (folder / "approvals.csv").write_text("policy_id,drafted_by,approved_by\n" + "".join(rows))
    return read_registry(folder)


@pytest.mark.requirement("ENR-18")
def test_an_import_tells_two_policies_that_would_collide_and_sends_nothing(tmp_path: Path) -> None:
    read = registry(tmp_path, A="", B="")
    [fault] = read.faults
    assert (fault.file, fault.column) == ("policies/B.toml", "in_force_from")
    assert "policies/A.toml" in fault.en and "replaces" in fault.remedy.en
    assert TEXT.splitlines()[fault.line - 1].startswith("in_force_from")


def test_a_policy_is_approved_after_what_it_replaces(tmp_path: Path) -> None:
    read = registry(tmp_path, C="B", B="A", A="")
    assert not read.faults
    stages = [[type(e.body).__name__ + " " + e.body.key for e in stage] for stage in read.stages if stage]
    drafts, *approvals = stages
    assert sorted(drafts) == [f"{DraftPolicy.__name__} {one}" for one in "ABC"]
    assert approvals == [[f"{ApprovePolicy.__name__} {one}"] for one in "ABC"]


def test_lint_tells_two_policies_that_would_collide(tmp_path: Path) -> None:
    one, other = policy_file(tmp_path, "A"), policy_file(tmp_path, "B")
    mended, later = policy_file(tmp_path, "C", "A"), policy_file(tmp_path, "D", day="2024-01-01")

    def linted(*files: Path) -> tuple[int, list[bool]]:
        done = CliRunner().invoke(app, ["policy", "lint", *map(str, files), "--json"])
        return done.exit_code, [report["valid"] for report in json.loads(done.stdout)]

    assert linted(one, other) == (2, [True, False])
    assert linted(one, mended, later) == (0, [True, True, True])
    told = CliRunner().invoke(app, ["policy", "lint", str(one), str(other)]).stdout
    assert f"{other}: 错误 error: in_force_from: " in told and str(one) in told
