"""Whom it concerns is told: both centers of a statement, the institution that is paid or has to wait."""

from datetime import date

from shared.bus.message import Decision
from shared.messages.clearing.confirmations import CenterConfirmed, ConfirmationWithdrawn
from shared.messages.clearing.disputes import DisputeDecided, LinesDisputed
from shared.messages.clearing.months import (
    AdvancePaid,
    LineSetAside,
    PrefundChanged,
    StatementConfirmed,
    StatementPaid,
)
from shared.messages.clearing.notices import InstitutionPaid
from tests.clearing.given.desk import (
    DriverFor,
    confirm,
    decide,
    open_books,
    pay,
    sort,
    sort_month,
    withdraw,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    TREATMENT_CENTER,
    WUXI,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    settled,
)

MARCH_5, MARCH_31, APRIL_1 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1)
APRIL_2, APRIL_3 = date(2026, 4, 2), date(2026, 4, 3)
CENTERS = ["bazhong-center", "sichuan-center"]


def told(decision: Decision, kind: type) -> list[str]:
    """The nodes that were told a fact of this kind."""
    return [notice.node_id for notice in decision.notices if isinstance(notice.body, kind)]


async def test_both_centers_are_told_what_is_left_of_a_statement_who_pays_it_and_by_when(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 900), settled("s2", MARCH_5, 50, 7)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    first = await confirm(driver, id, INSURED_CENTER, APRIL_2)
    second = await confirm(driver, id, TREATMENT_CENTER, APRIL_2, "s2")
    assert (told(first, CenterConfirmed), told(second, StatementConfirmed)) == (CENTERS, CENTERS)
    [left, *_] = [notice.body for notice in second.notices if isinstance(notice.body, StatementConfirmed)]
    assert left.sums
    assert (left.confirmed_fen, left.payer, left.pay_by) == (900, INSURED_CENTER, date(2026, 4, 17))
    assert (left.sums.lines, left.sums.fund_fen, left.sums.total_fen) == (1, 900, 1_900)
    assert (left.sums.pool_fen, left.sums.large_amount_fen) == (900, 0)
    paid = await pay(driver, id, 900, APRIL_3)
    assert (told(paid, StatementPaid), told(paid, PrefundChanged)) == (CENTERS, CENTERS)


async def test_each_center_is_told_what_the_other_disputes_and_takes_back(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 900), source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    disputed = await confirm(driver, id, TREATMENT_CENTER, APRIL_2, "s1")
    assert told(disputed, LinesDisputed) == CENTERS
    [body, *_] = [notice.body for notice in disputed.notices if isinstance(notice.body, CenterConfirmed)]
    assert ([line.line_id for line in body.disputed], body.confirmed_fen) == (["s1"], 0)
    back = await withdraw(driver, id, TREATMENT_CENTER, APRIL_2)
    assert told(back, ConfirmationWithdrawn) == CENTERS


async def test_how_a_dispute_was_decided_is_told_to_both_centers_and_the_institution(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 900), source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    decided = await decide(driver, id, TREATMENT_CENTER, APRIL_3, "s1", "upheld")
    assert told(decided, DisputeDecided) == [*CENTERS, "huaxi"]


async def test_centers_are_told_of_their_prefund_when_it_is_funded_and_paid_from(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for)
    [signed] = await driver.hear(agreement(), source="enrollment")
    assert told(signed, PrefundChanged) == CENTERS
    await driver.hear(agreement(in_force_from=APRIL_1, prefund_quota_fen=5), source="enrollment")
    await driver.hear(settled("s1", MARCH_5, 900), source="settlement", day=MARCH_5)
    nodes = [node for decision in await sort(driver, APRIL_1) for node in told(decision, PrefundChanged)]
    assert nodes == CENTERS * 2  # the payment of March, and the quota of April


async def test_an_institution_is_told_what_it_is_paid_and_what_waits(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=500), advance_agreement())
    one, uncovered = settled("s1", MARCH_5, 900), settled("s3", MARCH_5, 9, scheme="380", institution_id=WUXI)
    two = advanced("s2", MARCH_5, 80)
    await driver.hear(one, two, case_page(two), uncovered, source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s2", 80)), source="chongqing", day=MARCH_31)
    notices = [notice for decision in await sort(driver, APRIL_1) for notice in decision.notices]
    told_to = {(notice.node_id, type(notice.body)): notice.body for notice in notices}
    paid = told_to["huaxi", InstitutionPaid]
    assert isinstance(paid, InstitutionPaid) and (paid.due_fen, paid.paid_fen) == (900, 500)
    assert ("chongqing", AdvancePaid) in told_to
    assert ("wuxi", LineSetAside) in told_to
    assert ("huaxi", LineSetAside) not in told_to


async def test_a_node_that_speaks_for_both_centers_is_told_once(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(treatment_center=INSURED_CENTER))
    await driver.hear(settled("s1", MARCH_5, 900), source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    assert told(await confirm(driver, id, INSURED_CENTER, APRIL_2), StatementConfirmed) == CENTERS[:1]
