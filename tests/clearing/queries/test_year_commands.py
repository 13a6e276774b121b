"""`yidi month year` and `yidi month preview`, on a real database: equal to the statements, to the fen."""

import json
from datetime import date
from typing import Any

import pytest

from services.clearing.model.statement import funds_of
from shared.messages.clearing.months import StatementIssued
from shared.month.funds import Funds
from tests.clearing.given.command import run
from tests.clearing.given.desk import (
    DriverFor,
    admit,
    confirm,
    decide,
    open_books,
    pay,
    recover,
    said,
    sort,
)
from tests.clearing.given.facts import (
    TREATMENT_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_5, APRIL_1 = date(2026, 3, 5), date(2026, 4, 1)
APRIL_2, APRIL_9 = date(2026, 4, 2), date(2026, 4, 9)
MAY_1, JULY_1, JULY_2 = date(2026, 5, 1), date(2026, 7, 1), date(2026, 7, 2)


async def _told(*arguments: str) -> Any:
    done = await run("month", *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout.splitlines()[-1])


async def _both(driver: Driver, one: StatementIssued, day: date, *disputed: str) -> None:
    await confirm(driver, one.statement_id, one.head.insured_center, day, *disputed)
    await confirm(driver, one.statement_id, one.head.treatment_center, day)


@pytest.fixture
async def driver(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """An agreement in the province without claims, and one across provinces where hospitals advance."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    return await open_books(driver_for, agreement(), advance_agreement())


@pytest.mark.requirement("OPS-10")
@pytest.mark.requirement("CLR-08")
async def test_a_year_adds_up_to_its_statements_and_tells_provinces_apart(driver: Driver) -> None:
    home = settled("s1", MARCH_5, 70_000, 500), settled("s2", MARCH_5, 30_000)
    away = [advanced(id, MARCH_5, 1_000 * n) for n, id in enumerate(("a1", "a2", "late"), 1)]
    await driver.hear(*home, *away, *map(case_page, away), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("a1", 1_000)), source="chongqing", day=date(2026, 3, 31))
    issued = said(await sort(driver, APRIL_1), StatementIssued)
    for one in issued:
        await _both(driver, one, APRIL_2, *(["s2"] if one.head.agreement_id == "prefund" else []))
    first = next(one for one in issued if one.head.agreement_id == "prefund")
    await pay(driver, first.statement_id, 70_500, APRIL_2)
    await recover(driver, "s1", Funds(pool_fen=700), APRIL_2)
    await decide(driver, first.statement_id, TREATMENT_CENTER, APRIL_9, "s2", "rejected")
    issued += said(await sort(driver, MAY_1), StatementIssued)
    await driver.hear(claim("c2", ("late", 3_000)), source="chongqing", day=JULY_1)  # four months later

    told = await _told("year", "2026")
    sums = {(one["agreement_id"], one["in_province"]): one for one in told["agreements"]}
    assert list(sums) == [("advance", False), ("prefund", True)]
    for (id, _), one in sums.items():
        heads = [each.sums for each in issued if each.head.agreement_id == id]
        assert one["statements"] == len(heads)
        for name in ("lines", "total_fen", "fund_fen"):
            assert one[name] == sum(getattr(each, name) for each in heads)
        assert one["due_fen"] == sum(funds_of(each).due_fen for each in heads)
        assert one["due_fen"] == one["disputed_fen"] + one["paid_fen"] + one["open_fen"]
    mine, other = sums["prefund", True], sums["advance", False]
    assert (mine["paid_fen"], mine["disputed_fen"], mine["open_fen"]) == (70_500, 30_000, 29_300)
    assert (mine["recovered_fen"], mine["undecided"], mine["open_statements"]) == (700, 0, 1)
    assert (other["open_fen"], other["late_lines"], other["late_fen"]) == (1_000, 1, 3_000)
    assert (other["past_close"], other["closes_on"]) == (0, "2027-03-31")
    advanced_ = {(one["year"], one["in_province"]): one["fund_fen"] for one in told["advanced"]}
    assert advanced_ == {
        ("2026", True): 129_800,
        ("2026", False): 1_000,
        ("total", True): 129_800,
        ("total", False): 1_000,
    }


async def test_a_line_that_comes_after_the_year_closed_is_told_apart_from_one_late_by_months(
    driver: Driver,
) -> None:
    body = [advanced(id, on, 1_000) for id, on in (("dec", date(2026, 12, 5)), ("mar", MARCH_5))]
    await driver.hear(*body, *map(case_page, body), source="settlement", day=date(2026, 12, 5))
    await driver.hear(claim("c1", ("mar", 1_000)), source="chongqing", day=date(2026, 12, 31))
    asked = claim("c2", ("dec", 1_000), month="2026-12")
    await driver.hear(asked, source="chongqing", day=date(2027, 4, 1))
    told = await _told("year", "2026")
    [one] = told["agreements"]
    assert (one["statements"], one["late_lines"], one["past_close"]) == (0, 2, 1)
    words = (await run("month", "year", "2026")).stdout
    assert "年终关账后 / of them after the close of 2027-03-31: 1" in words
    assert (await run("month", "year", "2031")).exit_code == 1
    assert (await run("month", "year", "26")).exit_code == 2


@pytest.mark.requirement("CLR-06")
async def test_a_preview_is_what_the_sort_then_makes_and_names_what_each_other_line_wants(
    driver: Driver,
) -> None:
    home = settled("s1", MARCH_5, 70_000, 500), settled("s2", MARCH_5, 30_000, scheme="310")
    away = {id: advanced(id, MARCH_5, 1_000) for id in ("ok", "page", "claim", "back")}
    none = settled("none", MARCH_5, 9, insured_area="440100", treatment_area="110100")
    await driver.hear(*home, *away.values(), none, source="settlement", day=MARCH_5)
    pages = [case_page(body) for id, body in away.items() if id != "page"]
    back = reversed_(away["back"], date(2026, 3, 6))
    await driver.hear(*pages, back, source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("ok", 1_000)), source="chongqing", day=date(2026, 3, 31))
    before = await driver.fetch("SELECT * FROM line ORDER BY 1")
    told = await _told("preview", "2026-03")
    assert await driver.fetch("SELECT * FROM line ORDER BY 1") == before
    assert [(one["agreement_id"], one["scheme"], one["sorted_on"]) for one in told["expected"]] == [
        ("advance", "380", "2026-04-01"),
        ("prefund", "310", "2026-04-01"),
        ("prefund", "390", "2026-04-01"),
    ]
    asides = [(one["agreement_id"], one["why"], one["lines"], one["due_fen"]) for one in told["aside"]]
    assert asides == [
        (None, "NO_AGREEMENT", 1, 9),
        ("advance", "NOT_CLAIMED", 1, 1_000),
        ("advance", "NO_CASE_PAGE", 1, 1_000),
        ("advance", "REVERSED", 2, 0),
    ]
    words = (await run("month", "preview", "2026-03")).stdout
    assert "advance  380  2026-03  1 笔 / lines, 10.00 元: 缺病案首页 / without its case page" in words
    made = said(await sort(driver, APRIL_1), StatementIssued)
    assert {(one.head.agreement_id, one.head.scheme): one.sums.model_dump() for one in made} == {
        (one["agreement_id"], one["scheme"]): one["sums"] for one in told["expected"]
    }
    again = await run("month", "preview", "2026-03", "--json")
    assert json.loads(again.stdout)["sorted_already"] == ["advance", "prefund"]
    # A month later what is missing may still come; a late line waits for its second officer.
    await driver.hear(claim("c2", ("claim", 1_000)), source="chongqing", day=JULY_1)
    await admit(driver, "claim", "li", JULY_2)
    later = await _told("preview", "2026-05")
    assert [(one["month"], one["why"]) for one in later["aside"] if one["agreement_id"]] == [
        ("2026-03", "ADMISSION_ASKED"),
        ("2026-03", "NO_CASE_PAGE"),
        ("2026-03", "REVERSED"),
    ]
