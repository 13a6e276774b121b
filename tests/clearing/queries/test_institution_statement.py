"""`yidi center statement`: what one hospital is owed, was paid, and why not, on a real database."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from services.clearing.queries.payments.institution import stand_of
from services.clearing.queries.payments.store_institution import StoredLine
from shared.statements.institution import Stand
from tests.clearing.given.command import run
from tests.clearing.given.desk import DriverFor, confirm, open_books, sort
from tests.clearing.given.facts import (
    CHONGQING,
    HUAXI,
    INSURED_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    settled,
)

MARCH_5, MARCH_31, APRIL_1, APRIL_2 = (
    date(2026, 3, 5),
    date(2026, 3, 31),
    date(2026, 4, 1),
    date(2026, 4, 2),
)


@pytest.fixture
async def books(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """March of a hospital paid from a prefund that falls short, and of one that advances and claims."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement(prefund_quota_fen=1_000), advance_agreement())
    own = [settled("s1", MARCH_5, 900), settled("s2", MARCH_5, 300), settled("s3", MARCH_5, 7, scheme="380")]
    own += [advanced("a1", MARCH_5, 80), advanced("a2", MARCH_5, 60), advanced("a3", MARCH_5, 50)]
    pages = [case_page(own[3]), case_page(own[4])]
    await driver.hear(*own, *pages, source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("a1", 80), ("a3", 50)), source="chongqing", day=MARCH_31)
    await sort(driver, APRIL_1)
    [row] = await driver.fetch("SELECT statement_id FROM statement WHERE agreement_id = 'prefund'")
    await confirm(driver, row[0], INSURED_CENTER, APRIL_2, "s2")
    await driver.hear(settled("s4", APRIL_1, 40), source="settlement", day=APRIL_1)


async def _shown(institution: str, *more: str) -> dict[str, Any]:
    done = await run("center", "statement", institution, *more, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.requirement("CLR-15")
@pytest.mark.usefixtures("books")
async def test_a_hospital_sees_of_each_line_whether_it_was_paid_and_why_not() -> None:
    found = await _shown(HUAXI)
    stands = {line["line_id"]: line["stand"] for line in found["lines"]}
    assert stands == {"s1": "PARTLY_PAID", "s2": "IN_DISPUTE", "s3": "NO_AGREEMENT", "s4": "NOT_SORTED"}
    assert (found["due_fen"], found["paid_fen"], found["open_fen"]) == (1_200, 1_000, 200)
    assert sum(one["due_fen"] for one in found["sums"].values()) == 1_247
    march = await _shown(HUAXI, "--month", "2026-03")
    assert [line["line_id"] for line in march["lines"]] == ["s1", "s2", "s3"]
    found = await _shown(CHONGQING)
    stands = {line["line_id"]: line["stand"] for line in found["lines"]}
    assert stands == {"a1": "PAID", "a2": "NOT_CLAIMED", "a3": "NOT_ELIGIBLE"}
    assert (found["due_fen"], found["paid_fen"]) == (80, 80)


@pytest.mark.usefixtures("books")
async def test_it_is_shown_in_words_and_written_as_xlsx_and_pdf(tmp_path: Path) -> None:
    done = await run("center", "statement", HUAXI, "--month", "2026-03", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "s2  2026-03-05  511902 巴州区  3.00 元  争议中" in done.stdout
    assert "应付 / due 12.00 元, 已拨付 / paid 10.00 元, 结转 / carried on 2.00 元" in done.stdout
    book = load_workbook(tmp_path / f"2026-03_{HUAXI}.xlsx")
    assert book.sheetnames == ["封面", "汇总", "明细"]
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows() if row[0].value}
    assert cover["医药机构"] == f"huaxi（{HUAXI}）"
    assert (cover["应付合计（元）"], cover["已拨付（元）"], cover["明细：争议中（元）"]) == (12, 10, 3)
    assert (tmp_path / f"2026-03_{HUAXI}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("books")
async def test_an_institution_without_a_line_is_told_so() -> None:
    done = await run("center", "statement", "H99999999999")
    assert (done.exit_code, "没有清算明细" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("given", "stand"),
    [
        ({"aside": "late"}, Stand.LATE),
        ({"aside": "unheard"}, Stand.HELD),
        ({"aside": "not_eligible"}, Stand.NOT_ELIGIBLE),
        ({"aside": "not_eligible", "needs_claim": True}, Stand.NOT_CLAIMED),
        ({"is_disputed": True, "outcome": "upheld"}, Stand.NOT_OWED),
        ({"is_disputed": True, "outcome": "rejected", "is_paid": True}, Stand.PAID),
        ({}, Stand.DUE),
    ],
)
def test_where_a_line_stands(given: dict[str, Any], stand: Stand) -> None:
    line = StoredLine(
        *("l", "s", "settled", "2026-03", "a", "511902", "390", "inpatient", MARCH_5, 0, 0, 0, 0, 0, 0),
        aside="",
        is_sorted=True,
        is_disputed=False,
        outcome="",
        is_claimed=False,
        needs_claim=False,
        is_paid=False,
        is_paid_partly=False,
    )
    assert stand_of(line._replace(**given)) == stand
