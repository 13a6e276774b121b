"""`yidi month compute` as an operator or an auditor runs it: files, output, exit codes."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from tests.house.test_house import ROOT
from tests.month.given.facts import (
    advance,
    agreement,
    decided,
    documents,
    funds,
    months_of,
    reversed_,
    settled,
)

FACTS = [agreement(), settled("S", "2026-03-05"), reversed_("S", "2026-04-06"), settled("T", "2026-03-07")]
NAMES = ["2026-03_A_310.csv", "2026-04_A_310.csv"]


def file_of(folder: Path, *facts: Any) -> Path:
    path = folder / "facts.jsonl"
    lines = (fact if isinstance(fact, str) else json.dumps(fact) for fact in facts)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def compute(*arguments: object, columns: str = "80") -> Result:
    return CliRunner().invoke(app, ["month", "compute", *map(str, arguments)], env={"COLUMNS": columns})


@pytest.mark.requirement("CLR-06")
def test_under_json_a_statement_is_a_line_and_the_last_lists_the_lines_of_none(tmp_path: Path) -> None:
    done = compute(file_of(tmp_path, *FACTS), "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert [json.loads(line) for line in done.stdout.splitlines()] == documents(months_of(*FACTS))


def test_the_bytes_do_not_depend_on_the_order_of_the_lines_nor_on_blank_ones(tmp_path: Path) -> None:
    whole = compute(file_of(tmp_path, *FACTS), "--json").stdout_bytes
    again = compute(file_of(tmp_path, "", *FACTS[::-1], " ", *FACTS), "--json").stdout_bytes
    assert again == whole != b""


@pytest.mark.requirement("CLR-18")
def test_with_out_the_lines_of_each_statement_are_written_to_a_file_with_its_digest(tmp_path: Path) -> None:
    done = compute(file_of(tmp_path, *FACTS), "--json", "--out", tmp_path / "new" / "out")
    written = sorted((tmp_path / "new" / "out").iterdir())
    assert [path.name for path in written] == NAMES
    digests = [json.loads(line).get("csv_sha256") for line in done.stdout.splitlines()[:-1]]
    assert digests == [hashlib.sha256(path.read_bytes()).hexdigest() for path in written]
    assert [len(path.read_text("utf-8-sig").splitlines()) for path in written] == [3, 2]


def test_through_a_day_only_what_is_sorted_by_then_is_told_and_written(tmp_path: Path) -> None:
    facts, out = file_of(tmp_path, *FACTS), tmp_path / "out"
    told = compute(facts, "--json", "--through", "2026-04-30", "--out", out).stdout.splitlines()
    assert [json.loads(line).get("month") for line in told] == ["2026-03", None]
    assert [path.name for path in out.iterdir()] == NAMES[:1]


def test_without_json_the_statements_are_tables_that_fit_80_columns(tmp_path: Path) -> None:
    long = "L" * 64
    facts = [*FACTS, agreement(long, insured_area="511902")]
    most = funds(pool=10**10)
    facts += [settled(f"M{i}", "2026-03-05", most, insured_area="511902") for i in range(1_000)]
    done = compute(file_of(tmp_path, *facts))
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    for shown in (f"agreement {long}", "2026-04-01", "1,000", "100000000000.00", "-100.00"):
        assert any(shown in line for line in done.stdout.splitlines()), (shown, done.stdout)


def test_without_json_the_lines_of_no_statement_are_told_with_the_reason(tmp_path: Path) -> None:
    alone = [settled(f"S{i:02}", "2026-03-05", insured_area="520100") for i in range(25)]
    told = compute(file_of(tmp_path, advance(), settled("T", "2026-03-05"), *alone)).stdout.splitlines()
    assert told[0] == "没有清算单 / no statement"
    assert "无协议 / without an agreement: 25" in told
    assert "    S00" in told and "    S19" in told and "    S20" not in told
    assert "    另有 / and 5" in told
    assert told[-1] == "    T"


# The lines of a file, what is said on standard error
INVALID = [
    ([agreement(), "{"], ":2: 不是有效的JSON"),
    ([agreement(), "", settled("S", "2026-02-30")], ":3: settled.service_on: 应为日期 YYYY-MM-DD / must be"),
    ([reversed_("S", "2026-03-05")], ":1: reversed: 没有这笔结算 / there is no such settlement"),
    ([*FACTS, decided("X", "2026-05-01", "upheld")], ":5: decided: 该明细没有争议可裁定 / the decision is"),
]


@pytest.mark.parametrize(("facts", "words"), INVALID)
def test_an_invalid_file_exits_2_and_names_the_file_the_line_and_the_reason(
    tmp_path: Path, facts: list[Any], words: str
) -> None:
    path = file_of(tmp_path, *facts)
    done = compute(path, "--json", "--out", tmp_path / "out")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"{path}{words}")
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_read_exits_2(tmp_path: Path) -> None:
    done = compute(tmp_path / "nowhere.jsonl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nowhere.jsonl: 无法读取 / cannot be read" in done.stderr


def test_a_folder_that_cannot_be_written_exits_2(tmp_path: Path) -> None:
    facts, in_the_way = file_of(tmp_path, *FACTS), tmp_path / "out"
    in_the_way.touch()
    done = compute(facts, "--json", "--out", in_the_way)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{in_the_way}: 无法写入 / cannot be written" in done.stderr
    in_the_way.unlink()
    (in_the_way / NAMES[1]).mkdir(parents=True)
    done = compute(facts, "--json", "--out", in_the_way)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{NAMES[1]}: 无法写入 / cannot be written" in done.stderr


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    assert compute(file_of(tmp_path, *FACTS), "--through", "2026-02-30").exit_code == 2


def test_help_shows_an_example() -> None:
    assert "Example: yidi month compute facts.jsonl" in compute("--help").stdout


def test_the_sample_of_the_manual_is_the_contracts_month_p() -> None:
    told = compute(ROOT / "tests" / "house" / "month.jsonl", "--json").stdout.splitlines()
    march, april, rest = map(json.loads, told)
    assert (march["sums"]["lines"], march["sums"]["fund_fen"]) == (5, 92_000)
    assert (april["sums"]["lines"], april["sums"]["fund_fen"]) == (1, 40_000)
    assert not any(rest.values())
