"""`yidi reconcile` as a finance clerk runs it: files, output, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.cli.reconcile import other_side
from tests.month.given.facts import FUNDS, agreement, funds, reversed_, settled

FACTS = [
    agreement(),
    settled("S1", "2026-03-05"),
    settled("S2", "2026-03-06"),
    reversed_("S2", "2026-03-09"),
    settled("S3", "2026-03-31"),
    settled("S4", "2026-03-12"),
]
HEAD = "type,settlement_id,day,total_fen," + ",".join(FUNDS)


def row(id: str, on: str = "2026-03-05", pool: int = 10_000, **more: Any) -> dict[str, Any]:
    """A settlement as the other side has it; one of less than nothing is a reversal."""
    kind, total = ("reversed", pool - 10_000) if pool < 0 else ("settled", pool + 10_000)
    return {"type": kind, "settlement_id": id, "day": on, "total_fen": total, **funds(pool=pool), **more}


SAME = [row("S1"), row("S2"), row("S2", pool=-10_000), row("S3"), row("S4")]
EACH_CAUSE = [row("S1"), row("S1"), row("S2"), row("S3", month="2026-04"), row("S4", pool=9_000), row("S5")]


def facts(folder: Path) -> Path:
    path = folder / "facts.jsonl"
    path.write_text("".join(json.dumps(fact) + "\n" for fact in FACTS), encoding="utf-8")
    return path


def as_json_lines(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "theirs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def as_csv(folder: Path, rows: list[dict[str, Any]]) -> Path:
    columns = (*HEAD.split(","), "month")
    lines = [",".join(columns), *(",".join(str(row.get(name, "")) for name in columns) for row in rows)]
    path = folder / "theirs.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def reconcile(file: Path, *arguments: str, party: str = "H1", month: str = "2026-03") -> Result:
    given = ["--facts", str(facts(file.parent)), "--party", party, "--month", month]
    return CliRunner().invoke(app, ["reconcile", str(file), *given, *arguments], env={"COLUMNS": "80"})


@pytest.mark.requirement("CLR-12")
@pytest.mark.parametrize("write", [as_csv, as_json_lines])
def test_lists_that_agree_exit_0(tmp_path: Path, write: Any) -> None:
    done = reconcile(write(tmp_path, SAME))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "账目一致 / the lists agree"


@pytest.mark.requirement("CLR-12")
@pytest.mark.parametrize("write", [as_csv, as_json_lines])
def test_each_difference_is_told_with_its_cause_and_they_add_up(tmp_path: Path, write: Any) -> None:
    done = reconcile(write(tmp_path, EACH_CAUSE), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (1, "")
    assert [
        (one["settlement_id"], one["cause"], one["difference"]["due_fen"]) for one in told["differences"]
    ] == [
        ("S1", "DUPLICATE", -10_000),
        ("S2", "REFUND_UNKNOWN", -10_000),
        ("S3", "DATE_CUT", 10_000),
        ("S4", "AMOUNT", 1_000),
        ("S5", "MISSING_HERE", -10_000),
    ]
    for name, fen in told["difference"].items():
        assert sum(one["difference"][name] for one in told["differences"]) == fen
        assert fen == told["here"][name] - told["there"][name]
    [cut] = [one for one in told["differences"] if one["cause"] == "DATE_CUT"]
    assert (cut["month_beside"], cut["there"], cut["here"][0]["day"]) == ("2026-04", [], "2026-03-31")


def test_people_see_both_sums_each_cause_and_what_to_do_in_80_columns(tmp_path: Path) -> None:
    long = "L" * 64
    many = [row(f"M{i:02}", pool=10**11) for i in range(25)]
    done = reconcile(as_csv(tmp_path, [*EACH_CAUSE, row(long), *many]))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "对账 / reconciliation H1 2026-03"
    assert any(line.startswith("差额 / difference") for line in lines)
    assert any(long in line for line in lines)
    assert any(line.startswith("AMOUNT 金额不一致 / the amounts differ: 1") for line in lines)
    assert any("总额 / total 10.00, 统筹 / pool 10.00" in line for line in lines)
    assert any("2026-03-31 | 2026-04" in line for line in lines)
    assert "    另有 / and 7" in lines
    assert any("L  结算 / settled  – | 2026-03-05  应付差额 / due -100.00" in line for line in lines)
    assert sum("→" in line for line in lines) == 5


def test_recoveries_and_carried_lines_are_told_beside_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery = {"type": "recovered", "recovery_id": "R1", "settlement_id": "S1", "decided_on": "2026-03-20"}
    monkeypatch.setattr("tests.reconcile.test_command.FACTS", [*FACTS, recovery | funds(pool=100)])
    done = reconcile(as_csv(tmp_path, SAME))
    assert done.exit_code == 0
    assert "recoveries and carried lines: 1, 应付 / due -1.00 元" in done.stdout


# The text of the file, what is told of it
INVALID = [
    ("", ":1: 文件是空的；"),
    (f"{HEAD}\nsettled,S1,2026-03-05,1,1,0,0,0", ":2: 有8格，应为9格；"),
    (f"{HEAD}\nsettled,S1,2026-03-05,1.00,1,0,0,0,0", ":2:total_fen: 应为整数；请更正该行 / must be"),
    (f"{HEAD}\nsettled,S1,2026-02-30,1,1,0,0,0,0", ":2:day: 应为日期 YYYY-MM-DD；"),
    (f"{HEAD}\nsettled,,2026-03-05,1,1,0,0,0,0", ":2:settlement_id: "),
    (f"{HEAD}\n\npaid,S1,2026-03-05,1,1,0,0,0,0", ":3:type: 只能是 'settled' or 'reversed'；"),
    (f"{HEAD}\nreversed,S1,2026-03-05,1,1,0,0,0,0", ":2:total_fen: 冲正的金额不得大于 0；"),
    (f"{HEAD}\nsettled,S1,2026-03-05,1,0,-1,0,0,0", ":2:large_amount_fen: 结算的金额不得小于 0；"),
    (f"{HEAD},month\nsettled,S1,2026-03-05,1,1,0,0,0,0,2026-05", ":2:month: 2026-05 不与 2026-03 相邻；"),
    (HEAD.replace("day,", ""), ":1:day: 缺少此列；"),
    (f"{HEAD},note", ":1:note: 没有这一列；"),
    ('{"type": "settled"}', ":1:pool_fen: 缺少此项；"),
    (json.dumps(row("S1")) + "\n{", ":2: 不是有效的JSON"),
    (json.dumps(row("S1", total_fen=1.0)), ":1:total_fen: 应为整数；"),
    (json.dumps(row("S1", who="P")), ":1:who: 没有这一项；"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), INVALID)
def test_a_list_that_is_not_valid_exits_2_with_file_line_what_and_what_to_do(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "theirs.txt"
    path.write_text(text, encoding="utf-8")
    done = reconcile(path, "--json")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"{path}{words}")
    assert " / " in done.stderr and "; " in done.stderr


def test_another_encoding_a_folder_and_a_file_too_large_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "theirs.csv"
    path.write_bytes(HEAD.encode("utf-16"))
    assert "不是UTF-8或GBK编码" in reconcile(path).stderr
    (tmp_path / "folder").mkdir()
    assert "不是文件；请给出" in reconcile(tmp_path / "folder").stderr
    assert "nowhere.csv: 无法读取 / cannot be read" in reconcile(tmp_path / "nowhere.csv").stderr
    monkeypatch.setattr(other_side, "MOST_BYTES", 2**20)
    path.write_bytes(b"x" * (2**20 + 1))
    done = reconcile(path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "超过 1 MiB；请按医药机构拆分" in done.stderr


def test_a_party_that_the_facts_do_not_name_and_a_month_that_is_none_are_refused(tmp_path: Path) -> None:
    path = as_csv(tmp_path, SAME)
    done = reconcile(path, party="H9")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--party H9" in done.stderr and "check the code" in done.stderr
    assert reconcile(path, month="2026-13").exit_code == 2


def test_help_shows_an_example() -> None:
    assert "Example: yidi reconcile hospital.csv" in CliRunner().invoke(app, ["reconcile", "--help"]).stdout
