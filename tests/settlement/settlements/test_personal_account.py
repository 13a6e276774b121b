"""The personal account (个人账户): one a person, scheme and insured area; its balance is of a day."""

from datetime import date
from typing import Any

import pytest

from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    D3,
    D4,
    D9,
    DriverFor,
    accepted,
    completed,
    coverage,
    line,
    open_world,
    outpatient,
    policy,
    reverse,
    rows,
    tiers,
)

D20 = date(2026, 3, 20)


def bill(visit_id: str, day: date, yuan: int = 300) -> Any:
    """A bill of which the patient's part is taken from the account as far as it goes."""
    return outpatient(
        line(1, price=str(yuan)), total_fen=yuan * 100, visit_id=visit_id, service_on=day, use_account=True
    )


def paid_from_account(memory: Memory, visit_id: str, day: date) -> int:
    """What the account pays of a bill of 300 yuan."""
    memory.accepted(bill(visit_id, day), day=day)
    return memory.in_force[visit_id].account_fen


def saving(balance_fen: int) -> Memory:
    """Lin's year begins with money in the account."""
    return Memory(coverage("Lin", account_balance_fen=balance_fen, account_balance_on=date(2026, 1, 1)))


def told(memory: Memory, balance_fen: int, day: date, **given: Any) -> None:
    """The insured area tells the coverage anew."""
    body = coverage("Lin", account_balance_fen=balance_fen, **given)
    memory.decide(memory.message(body, source="enrollment", day=day))


async def test_what_was_spent_where_one_was_insured_before_is_not_taken_off_here(
    driver_for: DriverFor,
) -> None:
    here: dict[str, Any] = {"area": "510100", "covered_from": D4}
    driver = await open_world(
        driver_for,
        policy("510100-390", area="510100"),
        tiers(area="510100"),
        coverage("Lin", covered_until=D4, account_balance_fen=1_000_000),
        coverage("Lin", account_balance_fen=10_000, **here),
    )

    first, second = await accepted(driver, bill("O1", D3), bill("O2", D4), day=D4)

    assert (completed(first).payments.account_fen, completed(second).payments.account_fen) == (15_000, 10_000)
    held = await rows(driver, "SELECT insured_area, spent_on, spent_fen FROM personal_account ORDER BY 1")
    assert held == [("510100", D4, 10_000), ("511900", D4, 15_000)]


ANEW: list[tuple[dict[str, Any], int]] = [
    # how 9 000 fen are told on the 20th, after 15 000 were spent on the 4th; what pays then
    ({"account_balance_on": D9}, 9_000),  # what was spent before is in it
    ({"account_balance_on": D4}, 0),  # the balance in the morning of that day
    ({}, 9_000),  # of the day on which it is heard
]


@pytest.mark.parametrize(("given", "account_fen"), ANEW)
def test_a_balance_told_anew_has_what_was_spent_before_taken_off_already(
    given: dict[str, Any], account_fen: int
) -> None:
    memory = saving(24_000)
    assert paid_from_account(memory, "O1", D4) == 15_000

    told(memory, 9_000, D20, **given)

    assert paid_from_account(memory, "O2", D20) == account_fen


def test_the_same_balance_told_again_for_another_reason_is_no_newer_one() -> None:
    memory = saving(15_000)
    assert paid_from_account(memory, "O1", D4) == 15_000

    told(memory, 15_000, D20, retired=True)

    assert paid_from_account(memory, "O2", D20) == 0


def test_what_comes_back_after_the_day_of_the_balance_is_there_to_be_used() -> None:
    memory = saving(15_000)
    assert paid_from_account(memory, "O1", D4) == 15_000
    told(memory, 0, D9, account_balance_on=D9)

    memory.accepted(reverse(memory.in_force["O1"].settlement_id, visit_id="O1"), day=D9)

    assert paid_from_account(memory, "O2", D20) == 15_000
