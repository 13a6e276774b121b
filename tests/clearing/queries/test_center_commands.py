"""`yidi center`: what a center has to do, and doing it, on a real database."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.messages.clearing.outcomes import Confirmed
from tests.clearing.given.command import Wire, run
from tests.clearing.given.desk import DriverFor, confirm, open_books, sort_month
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, agreement, settled

MARCH_5, MARCH_31, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 2)


async def _kafka(_: object) -> str:
    return "nowhere"


@pytest.fixture
async def statement(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An issued statement of two lines; the commands are pointed at its database and its rules."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 70_000, 500), settled("s2", MARCH_5, 30_000)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    monkeypatch.setattr("services.cli.center.act.Connection", Wire(driver, APRIL_2))
    monkeypatch.setattr("services.cli.center.act.kafka_at_work", _kafka)
    return (await sort_month(driver, MARCH_31)).statement_id


async def _desk(center: str, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((await run("center", "list", center, *more, "--json")).stdout)
    return told


@pytest.mark.requirement("CLR-20")
@pytest.mark.requirement("CLR-21")
async def test_a_month_goes_from_issued_to_paid_by_the_commands_of_both_centers(statement: str) -> None:
    steps = (
        ("dispute", INSURED_CENTER, statement, "s2", "--reason", "重复收费"),
        ("confirm", INSURED_CENTER, statement),
        ("confirm", TREATMENT_CENTER, statement),
        ("decide", TREATMENT_CENTER, statement, "s2", "--ruling", "adjusted", "--accepted", "10000,0,0,0,0"),
        ("pay", INSURED_CENTER, statement, "--fen", "70500", "--on", "2026-04-02"),
    )
    waits = []
    for step in steps:
        done = await run("center", *step)
        assert done.exit_code == 0, done.output
        [one] = (await _desk(INSURED_CENTER, "--month", "2026-03"))["statements"]
        waits.append((one["state"], one["waits_for"], one["payable_fen"]))
    assert waits == [
        ("ISSUED", [INSURED_CENTER, TREATMENT_CENTER], 70_500),
        ("INSURED_CONFIRMED", [TREATMENT_CENTER], 70_500),
        ("CONFIRMED", [INSURED_CENTER], 70_500),
        ("CONFIRMED", [INSURED_CENTER], 70_500),
        ("PAID", [], 70_500),
    ]
    assert (await _desk(INSURED_CENTER))["statements"] == []


async def test_the_list_says_in_words_where_a_statement_stands_and_what_is_disputed_by_whom_and_why(
    statement: str,
) -> None:
    await run("center", "dispute", INSURED_CENTER, statement, "s2", "--reason", "重复收费")
    done = await run("center", "list", TREATMENT_CENTER)
    assert done.exit_code == 0
    insured, treatment = f"{INSURED_CENTER} bazhong-center", f"{TREATMENT_CENTER} sichuan-center"
    assert done.stdout.splitlines() == [
        statement,
        f"    2026-03  390  {insured} → {treatment}  协议 / agreement prefund",
        f"    待双方确认 / to be confirmed by both: {insured}, {treatment} (2026-04-01)",
        "    2 笔 / lines, 应付 / due 1005.00 元, 争议 / disputed 300.00 元, 应拨付 / payable 705.00 元",
        f"    争议 / dispute s2 300.00 元, {insured}: 重复收费 (裁定截止 / decide by 2026-05-06)",
    ]


async def test_what_is_withdrawn_is_to_be_confirmed_again(statement: str) -> None:
    await run("center", "confirm", INSURED_CENTER, statement)
    done = await run("center", "withdraw", INSURED_CENTER, statement, "--reason", "误操作", "--json")
    assert (done.exit_code, json.loads(done.stdout)["result"]) == (0, "confirmation_withdrawn")
    assert (await _desk(INSURED_CENTER))["statements"][0]["state"] == "ISSUED"


@pytest.mark.requirement("CLR-30")
async def test_a_doubt_goes_from_opened_to_recovered_by_the_commands_of_both_centers(statement: str) -> None:
    told = []
    for step in (
        ("investigate", INSURED_CENTER, "s1", "--officer", "li", "--reason", "费用异常"),
        (
            *("answer", TREATMENT_CENTER, "s1", "--officer", "zhao", "--findings", "分解收费"),
            *("--undue", "20000,0,0,0,0"),
        ),
    ):
        assert (await run("center", *step)).exit_code == 0
        told.append((await run("center", "investigations", INSURED_CENTER)).stdout.splitlines())
    assert told == [
        [
            "s1",
            "    705.00 元, H51010700001, 结算 / settlement s1",
            f"    费用异常 ({INSURED_CENTER}, 2026-04-02)",
            f"    暂缓于 / held out of {statement}",
            f"    待 / to be 反馈 / answered: {TREATMENT_CENTER}, 2026-05-06",
        ],
        [
            *told[0][:4],
            "    反馈 / found: 分解收费, 不应支付 / undue 200.00 元",
            f"    待 / to be 办结 / closed: {INSURED_CENTER}, 2026-05-06",
        ],
    ]
    end = ("close", INSURED_CENTER, "s1", "--officer", "li", "--reason", "核实", "--recover", "20000,0,0,0,0")
    back = (
        "recover",
        TREATMENT_CENTER,
        "s2",
        "--officer",
        "zhao",
        "--fen",
        "1,0,0,0,0",
        "--reason",
        "分解住院",
    )
    assert [(await run("center", *step)).exit_code for step in (end, back)] == [0, 0]
    assert (await run("center", "investigations", INSURED_CENTER, "--json")).stdout == "[]\n"


@pytest.mark.requirement("CLR-17")
async def test_the_shares_of_pooling_areas_add_up_to_the_statement_and_to_what_is_paid(
    driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement())
    areas = ("511902", "511902", "511903", "511921")
    bodies = [
        settled(f"s{number}", MARCH_5, 30_001 * number, 7, insured_area=area)
        for number, area in enumerate(areas, 1)
    ]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    issued = await sort_month(driver, MARCH_31)
    await confirm(driver, issued.statement_id, INSURED_CENTER, APRIL_2, "s2", "s3")
    done = await confirm(driver, issued.statement_id, TREATMENT_CENTER, APRIL_2)
    assert done.answer
    assert isinstance(done.answer.result, Confirmed)
    file = tmp_path / "shares.csv"
    told = await run("center", "shares", INSURED_CENTER, "--month", "2026-03", "--out", str(file), "--json")
    shares = json.loads(told.stdout)
    assert [(one["insured_area"], one["lines"], one["disputed_fen"]) for one in shares] == [
        ("511902", 2, 60_009),
        ("511903", 1, 90_010),
        ("511921", 1, 0),
    ]
    for name in ("lines", "pool_fen", "large_amount_fen", "account_fen", "due_fen"):
        assert sum(one[name] for one in shares) == getattr(issued.sums, name)
    assert sum(one["payable_fen"] for one in shares) == done.answer.result.confirmed_fen
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert rows == [{name: str(value) for name, value in one.items()} for one in shares]
    words = (await run("center", "shares", INSURED_CENTER)).stdout.splitlines()
    assert words[0] == issued.statement_id
    assert words[2] == (
        "    2026-03  390  511903  1 笔 / lines, 应付 / due 900.10 元, 争议 / disputed 900.10 元, "
        "应上解 / owed 0.00 元"
    )
    assert (await run("center", "shares", TREATMENT_CENTER)).exit_code == 1


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("confirm", INSURED_CENTER, "nothing"), 1, "UNKNOWN_STATEMENT"),
        (("confirm", "999999", "nothing"), 1, "没有此结算中心"),
        (("admit", INSURED_CENTER, "s1", "--officer", "li", "--reason", "迟到"), 1, "LINE_NOT_LATE"),
        (("decide", INSURED_CENTER, "S", "s1", "--ruling", "perhaps"), 2, "upheld"),
        (("decide", INSURED_CENTER, "S", "s1", "--ruling", "adjusted", "--accepted", "1,2"), 2, "五个整数"),
        (("pay", INSURED_CENTER, "S", "--fen", "1", "--on", "April"), 2, "YYYY-MM-DD"),
        (("list", "999999"), 1, "没有待办"),
    ],
)
async def test_what_cannot_be_done_is_told_with_its_reason(
    statement: str, command: tuple[str, ...], code: int, said: str
) -> None:
    done = await run("center", *command)
    assert (done.exit_code, said in done.output) == (code, True), done.output
