"""`yidi quote` as a hospital or an auditor runs it: files, output, exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.cli.policy.folder import SHIPPED
from tests.benefit.given.cases import BILL, POLICY, changed

EMPLOYEE, RESIDENT = "511900-310-2023", "511900-390-2023"
GOOD = changed(BILL, {"policy_id": RESIDENT, "filing": "referral"})
UNKNOWN_TIER = changed(GOOD, {"bill_id": "T", "hospital_tier": "9"})
NEGATIVE = changed(GOOD, {"bill_id": "N", "amounts.total_fen": -5})


QUOTE_ALONE = "import typer; from services.cli.quote.command import quote; typer.run(quote)"
WHOLE_COMMAND = "from services.cli.main import app; app(prog_name='yidi')"


def run_python(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def quote(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command without its neighbours, which take long to import."""
    return run_python(QUOTE_ALONE, *arguments)


def file_of(folder: Path, name: str, *bills: Any, indent: int | None = None) -> Path:
    lines = [bill if isinstance(bill, str) else json.dumps(bill, indent=indent) for bill in bills]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def results(run: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("indent", [None, 2])
def test_one_bill_prints_its_split_and_exits_0(tmp_path: Path, indent: int | None) -> None:
    run = quote(file_of(tmp_path, "bill.json", GOOD, indent=indent), "--json")
    (split,) = results(run)
    assert (run.returncode, run.stderr) == (0, "")
    assert (split["bill_id"], split["fund_fen"], split["cash_fen"]) == ("B", 561_000, 439_000)
    assert [step["amount_fen"] for step in split["derivation"] if step["step"] == "total"] == [1_000_000]


def test_the_yidi_command_knows_quote(tmp_path: Path) -> None:
    path = file_of(tmp_path, "bill.json", GOOD)
    assert run_python(WHOLE_COMMAND, "quote", path, "--json").stdout == quote(path, "--json").stdout != ""


def test_without_json_the_split_and_its_derivation_are_tables(tmp_path: Path) -> None:
    run = quote(file_of(tmp_path, "bill.json", GOOD))
    assert run.returncode == 0
    assert "统筹基金 / Pool" in run.stdout
    assert "Paid by the pool: 5610.00 yuan" in run.stdout


def test_a_refused_bill_exits_1_with_its_code(tmp_path: Path) -> None:
    path = file_of(tmp_path, "bill.json", UNKNOWN_TIER)
    run = quote(path, "--json")
    (refusal,) = results(run)
    assert run.returncode == 1
    assert (refusal["bill_id"], refusal["refused"], sorted(refusal)) == (
        "T",
        "TIER_UNKNOWN",
        ["bill_id", "reason", "refused"],
    )
    assert "TIER_UNKNOWN" in quote(path).stdout


def test_many_bills_are_answered_in_order_and_an_invalid_one_stops_nothing(tmp_path: Path) -> None:
    broken, no_object = '{"bill_id": "X", ', "[1]"
    bills = [GOOD, UNKNOWN_TIER, NEGATIVE, broken, "", no_object, changed(GOOD, {"bill_id": "Z"})]
    run = quote(file_of(tmp_path, "bills.jsonl", *bills), "--json")
    lines = results(run)
    kinds = [next(key for key in ("fund_fen", "refused", "invalid") if key in line) for line in lines]
    assert kinds == ["fund_fen", "refused", "invalid", "invalid", "invalid", "fund_fen"]
    assert [line["bill_id"] for line in lines] == ["B", "T", "N", None, None, "Z"]
    assert "bills.jsonl:3: amounts.total_fen: " in lines[2]["invalid"]
    assert run.returncode == 2


def test_bills_that_carry_policies_are_each_settled_under_their_own(tmp_path: Path) -> None:
    bare = {key: GOOD[key] for key in GOOD if key != "policy_id"}
    lower, wrong = (changed(POLICY, {"inpatient.tiers.3.ratio_bp": bp}) for bp in (6_400, True))
    bills = [{**bare, "policy": policy} for policy in (POLICY, lower, POLICY, wrong, wrong)]
    run = quote(file_of(tmp_path, "bills.jsonl", *bills), "--json")
    assert [line.get("pool_fen") for line in results(run)] == [561_000, 551_650, 561_000, None, None]
    assert run.returncode == 2


# bills, exit code
MIXES = [([GOOD, GOOD], 0), ([GOOD, UNKNOWN_TIER], 1), ([UNKNOWN_TIER, NEGATIVE, GOOD], 2)]


@pytest.mark.parametrize(("bills", "code"), MIXES)
def test_the_exit_code_is_the_worst_of_the_bills(tmp_path: Path, bills: list[Any], code: int) -> None:
    run = quote(file_of(tmp_path, "bills.json", *bills), "--json")
    assert (len(results(run)), run.returncode) == (len(bills), code)


# content of bill.json, words of the one line
INVALID_FILES = [
    (json.dumps(NEGATIVE), "amounts.total_fen: 不得小于 0"),
    (json.dumps(NEGATIVE, indent=1), "amounts.total_fen"),
    ('{"bill_id": "X",\n "kind": ', "JSON"),
    ("", "JSON"),
    ("[]", "bill.json"),
    ('{"bill_id": "\\ud800"}', "JSON"),
    (json.dumps(changed(GOOD, {"year_to_date": {"stays": 10_001}})), "year_to_date.stays: 不得大于 10000"),
    (json.dumps(changed(GOOD, {"policy_id": "none"})), "policy_id: 无此政策：none"),
]


@pytest.mark.parametrize(("content", "words"), INVALID_FILES)
def test_an_invalid_bill_file_exits_2_with_one_line(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "bill.json"
    path.write_text(content, encoding="utf-8")
    run = quote(path, "--json")
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
    assert str(path) in run.stderr
    assert words in run.stderr


def test_an_invalid_or_missing_policy_folder_exits_2_with_one_line(tmp_path: Path) -> None:
    bill, folder = file_of(tmp_path, "bill.json", GOOD), tmp_path / "policies"
    folder.mkdir()
    source = (SHIPPED / f"{EMPLOYEE}.toml").read_text(encoding="utf-8")
    for content, words in [
        (source.replace("9200", "92.0"), "inpatient.tiers.1.ratio_bp"),
        ("version = ", "TOML"),
    ]:
        file_of(folder, "draft.toml", content)
        run = quote(bill, "--policies", folder, "--json")
        assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
        assert "draft.toml" in run.stderr
        assert words in run.stderr
    file_of(folder, "draft.TOML", "version = ")  # no ending hides a file
    (folder / "draft.toml").unlink()
    assert "draft.TOML" in quote(bill, "--policies", folder).stderr
    (folder / "draft.TOML").unlink()
    assert "has no policy file" in quote(bill, "--policies", folder).stderr
    missing = quote(bill, "--policies", tmp_path / "nowhere")
    assert (missing.returncode, "nowhere" in missing.stderr) == (2, True)
    assert quote(tmp_path / "nothing.json").returncode == 2


def test_two_files_with_one_policy_id_make_only_its_bills_invalid(tmp_path: Path) -> None:
    source = {name: (SHIPPED / f"{name}.toml").read_text(encoding="utf-8") for name in (EMPLOYEE, RESIDENT)}
    for name, content in [("a", source[EMPLOYEE]), ("b", source[EMPLOYEE]), ("c", source[RESIDENT])]:
        file_of(tmp_path, f"{name}.toml", content)
    bills = file_of(tmp_path, "bills.jsonl", changed(GOOD, {"policy_id": EMPLOYEE}), GOOD)
    run = quote(bills, "--policies", tmp_path, "--json")
    assert ["invalid" in line for line in results(run)] == [True, False]
    assert run.returncode == 2


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    for name, content in [("one.json", json.dumps(GOOD)), ("many.jsonl", f"{json.dumps(GOOD)}\n")]:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8-sig")
        assert quote(path, "--json").returncode == 0
