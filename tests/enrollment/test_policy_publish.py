"""`yidi policy draft` and `approve`, over a broker and a database of their own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.cli.policy.publish import DONE, INVALID, REFUSED
from services.cli.registry_import.folder import SAMPLE

RESIDENTS = (SAMPLE / "policies" / "511900-390-2023.toml").read_text(encoding="utf-8")

BEGINS = {"shown": "2024-01-01", "replaced": "2025-01-01", "bad": "2026-01-01", "good": "2026-01-01"}


def yidi(*arguments: str, types: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=types)


def draft_of(folder: Path, policy_id: str, text: str = RESIDENTS) -> str:
    """A file with this version, which begins on a day of its own: it stands beside the sample's."""
    path = folder / f"{policy_id}.toml"
    begun = text.replace("in_force_from = 2023-01-01", f"in_force_from = {BEGINS[policy_id]}")
    path.write_text(begun.replace("511900-390-2023", policy_id), encoding="utf-8")
    return str(path)


@pytest.fixture
def registered(environment: None) -> None:
    """The sample registers, whose center answers for the policy's area."""
    done = yidi("import", str(SAMPLE))
    assert done.exit_code == 0, done.output


@pytest.mark.usefixtures("registered")
def test_a_draft_is_shown_confirmed_and_published_by_another(tmp_path: Path) -> None:
    drafted = yidi("policy", "draft", draft_of(tmp_path, "shown"), "--officer", "li", "--json")
    assert drafted.exit_code == DONE, drafted.output
    digest = json.loads(drafted.stdout.splitlines()[-1])["result"]["sha256"]

    own = yidi("policy", "approve", "shown", "--officer", "li", types="y\n")
    assert own.exit_code == REFUSED
    assert "SAME_OFFICER" in own.output

    declined = yidi("policy", "approve", "shown", "--officer", "wang", types="n\n")
    assert declined.exit_code == REFUSED
    approved = yidi("policy", "approve", "shown", "--officer", "wang", types="y\n")
    assert approved.exit_code == DONE, approved.output
    for shown in ("起草人 / drafted by: li", digest, "650.00", "政策已发布"):
        assert shown in approved.stdout

    changed = draft_of(tmp_path, "shown", RESIDENTS.replace("2028-01-01", "2029-01-01"))
    taken = yidi("policy", "draft", changed, "--officer", "li")
    assert taken.exit_code == REFUSED
    assert "POLICY_ID_TAKEN" in taken.output


@pytest.mark.usefixtures("registered")
def test_a_draft_that_was_replaced_is_not_approved_by_the_earlier_digest(tmp_path: Path) -> None:
    path = draft_of(tmp_path, "replaced")
    first = yidi("policy", "draft", path, "--officer", "li", "--json")
    digest = json.loads(first.stdout.splitlines()[-1])["result"]["sha256"]
    second = yidi("policy", "draft", draft_of(tmp_path, "replaced", RESIDENTS.replace("2028", "2029")),
                  "--officer", "zhao")  # fmt: skip
    assert second.exit_code == DONE, second.output
    refused = yidi("policy", "approve", "replaced", "--officer", "wang", "--sha256", digest, "--json")
    assert refused.exit_code == REFUSED
    assert json.loads(refused.stdout.splitlines()[-1])["code"] == "DRAFT_DIFFERS"


@pytest.mark.usefixtures("registered")
def test_without_a_draft_there_is_nothing_to_approve() -> None:
    result = yidi("policy", "approve", "never-drafted", "--officer", "wang")
    assert result.exit_code == REFUSED
    assert "没有草案" in result.output


def test_a_file_or_officer_that_is_not_valid_is_not_sent(tmp_path: Path) -> None:
    path = draft_of(tmp_path, "bad", RESIDENTS.replace("ratio_bp = 6500\n", "ratio_bp = 65000\n"))
    wrong = yidi("policy", "draft", path, "--officer", "li")
    assert wrong.exit_code == INVALID
    assert "inpatient.tiers.3.ratio_bp" in wrong.output
    nobody = yidi("policy", "draft", draft_of(tmp_path, "good"), "--officer", "李")
    assert nobody.exit_code == INVALID
    assert "officer" in nobody.output
    digest = yidi("policy", "approve", "good", "--officer", "li", "--sha256", "abc")
    assert digest.exit_code == INVALID
    assert "sha256" in digest.output
