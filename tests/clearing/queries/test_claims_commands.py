"""`yidi center claims` and `review`, and the hospital's side of a claim, on a real database."""

import json
from datetime import date

import pytest

from shared.adapter import Hospital, RefusedError
from tests.clearing.given.claims import doubt, reviewed_agreement
from tests.clearing.given.command import Wire, run
from tests.clearing.given.desk import DriverFor, open_books
from tests.clearing.given.facts import CHONGQING, INSURED_CENTER, OTHER_CENTER, advanced, case_page

MARCH_5, APRIL_2 = date(2026, 3, 5), date(2026, 4, 2)


async def _kafka(_: object) -> str:
    return "nowhere"


@pytest.fixture
async def hospital(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> Hospital:
    """A hospital with two settlements to claim, under review in two steps; the commands are pointed there."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, reviewed_agreement("TWO_STEP"))
    bodies = advanced("s1", MARCH_5, 70_000), advanced("s2", MARCH_5, 30_000)
    told = *map(case_page, bodies), doubt(bodies[0])
    await driver.hear(*bodies, *told, source="settlement", day=MARCH_5)
    monkeypatch.setattr("services.cli.center.act.Connection", Wire(driver, APRIL_2))
    monkeypatch.setattr("services.cli.center.act.kafka_at_work", _kafka)
    return Hospital(Wire(driver, APRIL_2)("", "chongqing"), CHONGQING)  # type: ignore[arg-type]


@pytest.mark.requirement("CLR-13")
@pytest.mark.requirement("CLR-14")
async def test_a_claim_goes_from_desk_to_desk_by_the_commands_and_the_adapter(hospital: Hospital) -> None:
    claimed = await hospital.claim_advances("c1", "2026-03", [("s1", 70_000), ("s2", 30_000)])
    assert [one.settlement_id for one in claimed.to_review] == ["s1", "s2"]
    asked = await run(
        "center", "review", INSURED_CENTER, "c1", "s1",
        "--verdict", "ask", "--reason", "医嘱单", "--officer", "li",
    )  # fmt: skip
    assert asked.exit_code == 0, asked.output
    await hospital.answer_review("c1", "s1", "见附件", ("医嘱单 7",))
    less = ("--verdict", "deduct", "--accepted", "60000,0,0,0,0", "--reason", "超标准", "--officer", "li")
    await run("center", "review", INSURED_CENTER, "c1", "s1", *less)
    listed = await run("center", "claims", OTHER_CENTER)
    assert listed.exit_code == 0
    assert listed.stdout.splitlines() == [
        f"c1  {CHONGQING}  2026-03",
        "    s1  inpatient  2026-03-05  511921  总额 / total 710.00 元, 申请 / claimed 700.00 元",
        "        待就医地审核 / to be reviewed by the treatment place (2026-04-02)",
        "        存疑 / in doubt: 与另一次住院重叠 / shares nights with another stay",
        f"        {INSURED_CENTER} 要求补充材料 / asked for: 医嘱单 (li, 2026-04-02)",
        f"        {CHONGQING} 答复 / answered: 见附件 [医嘱单 7] (2026-04-02)",
        f"        {INSURED_CENTER} 核减 / deducted 600.00 元: 超标准 (li, 2026-04-02)",
    ]
    accept = ("--verdict", "accept", "--officer", "wang", "--json")
    done = await run("center", "review", OTHER_CENTER, "c1", "s1", *accept)
    assert json.loads(done.stdout) == {
        "result": "claim_stands", "claim_id": "c1", "accepted_fen": 60_000, "open_lines": 1,
    }  # fmt: skip
    [left] = json.loads((await run("center", "claims", INSURED_CENTER, "--json")).stdout)
    assert (left["settlement_id"], left["due_fen"], left["line_state"]) == ("s2", 30_000, "WITH_INSURED")
    stands = await hospital.query_claim("c1")
    assert [(one.line_state, len(one.opinions)) for one in stands.lines] == [
        ("REVIEWED", 2),
        ("WITH_INSURED", 0),
    ]
    with pytest.raises(RefusedError, match="NOT_CANCELLABLE"):
        await hospital.withdraw_claim("c1", "误报")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("claims", OTHER_CENTER), 1, "没有待审核"),
        (("review", OTHER_CENTER, "c9", "s1", "--verdict", "accept", "--officer", "li"), 1, "没有此申请"),
        (("review", OTHER_CENTER, "c1", "s1", "--verdict", "perhaps", "--officer", "li"), 2, "deduct"),
        (("review", OTHER_CENTER, "c1", "s1", "--verdict", "accept", "--officer", "li"), 1, "CLAIM_STATE"),
        (("review", OTHER_CENTER, "c1", "s1", "--verdict", "accept", "--officer", "李"), 2, "officer"),
        (("review", OTHER_CENTER, "c1", *["s1"] * 501, "--verdict", "accept", "--officer", "li"), 2, "500"),
    ],
)
async def test_a_review_that_cannot_be_done_is_told_with_its_reason(
    hospital: Hospital, command: tuple[str, ...], code: int, said: str
) -> None:
    await hospital.claim_advances("c1", "2026-03", [("s1", 70_000)])
    done = await run("center", *command)
    assert (done.exit_code, said in done.output) == (code, True), done.output
