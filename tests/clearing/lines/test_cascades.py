"""What a cascade of reversals says, as lines: each is taken back and entered again by itself."""

from datetime import date

from shared.messages.body import Body
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed
from tests.clearing.given.desk import DriverFor, assert_books_agree, balance, open_books, sort
from tests.clearing.given.facts import agreement
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import D1, D2, D3, reverse, settle, stay

APRIL_7 = date(2026, 4, 7)


async def test_a_cascade_is_cleared_line_by_line_in_the_month_of_its_day(driver_for: DriverFor) -> None:
    memory = Memory()
    said = [memory.decide(memory.message(body, day=D3)) for name in "ABC" for body in _settled(name)]
    asked = reverse(memory.in_force["A"].settlement_id, visit_id="A", cascade=True)
    cascade = memory.decide(memory.message(asked, day=APRIL_7))
    facts = [fact for decision in (*said, cascade) for fact in decision.facts]
    told = [fact for fact in facts if isinstance(fact, SettlementCompleted | SettlementReversed)]
    assert len(told) == 3 + 3 + 2

    driver = await open_books(driver_for, agreement())
    await driver.hear(*told[:3], source="settlement", day=D3)
    await sort(driver, date(2026, 4, 1))
    await driver.hear(*told[3:], source="settlement", day=APRIL_7)

    months = await driver.fetch("SELECT month, count(*) FROM line GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in months] == [("2026-03", 3), ("2026-04", 5)]
    of_visits = await driver.fetch(
        "SELECT visit_id, sum(pool_fen + large_amount_fen + serious_illness_fen + assistance_fen)::bigint"
        " FROM line GROUP BY 1 ORDER BY 1"
    )
    in_force = {name: one.fund_fen for name, one in memory.in_force.items()}
    assert dict(tuple(row) for row in of_visits) == {"A": 0, **in_force}
    assert await balance(driver, "benefit_expense") == sum(in_force.values())
    await assert_books_agree(driver)


def _settled(name: str) -> list[Body]:
    """A stay of one day, settled; one a day."""
    day = {"A": D1, "B": D2, "C": D3}[name]
    return [
        *stay(3000, visit_id=name, admitted_on=day, discharged_on=day),
        settle(1, 300_000, visit_id=name),
    ]
