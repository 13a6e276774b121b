"""What the tests of clearing do again and again: open the books, sort a month, confirm, pay, check."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from services.clearing import SERVICE
from services.clearing.agreements import store_holders as holders
from services.clearing.ledger import store as ledger
from services.clearing.lines import store_days as days
from services.clearing.months.jobs import JOBS
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.amounts import FundAmounts
from shared.messages.body import Fact
from shared.messages.clearing.admissions import AdmitLine
from shared.messages.clearing.batches import BatchChunk, BatchManifest, ClearingLine
from shared.messages.clearing.confirmations import WithdrawConfirmation
from shared.messages.clearing.disputes import DecideDispute, Ruling
from shared.messages.clearing.investigations import (
    AnswerInvestigation,
    CloseInvestigation,
    OpenInvestigation,
    OrderRecovery,
)
from shared.messages.clearing.months import ConfirmStatement, DisputedLine, ReportPayment, StatementIssued
from shared.messages.clearing.payments import ReportReturn
from shared.month.funds import Funds
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, registers
from tests.given.driver import Driver

DriverFor = Callable[[Service], Awaitable[Driver]]
F = TypeVar("F", bound=Fact)
NODES = {INSURED_CENTER: "bazhong-center", TREATMENT_CENTER: "sichuan-center", "500000": "chongqing-center"}


async def open_books(driver_for: DriverFor, *agreements: Any) -> Driver:
    """A driver that has heard the registers and the agreements given."""
    driver = await driver_for(SERVICE)
    await driver.hear(*registers(*agreements), source="enrollment")
    return driver


def said(decisions: list[Decision], kind: type[F]) -> list[F]:
    """The facts of one kind, in order."""
    return [fact for decision in decisions for fact in decision.facts if isinstance(fact, kind)]


async def sort(driver: Driver, day: date) -> list[Decision]:
    """Everything that a day brings, job by job."""
    return [decision for job in JOBS for decision in await driver.due(job.name, 0, day)]


async def sort_month(driver: Driver, last: date) -> StatementIssued:
    """The only statement of the month whose last day is given."""
    [issued] = said(await sort(driver, last + timedelta(days=1)), StatementIssued)
    return issued


def batch(decisions: list[Decision]) -> tuple[BatchManifest, list[BatchChunk], list[ClearingLine]]:
    """The only batch: its manifest, its chunks, all its lines in order."""
    chunks = said(decisions, BatchChunk)
    [manifest] = said(decisions, BatchManifest)
    return manifest, chunks, [line for chunk in chunks for line in chunk.lines]


async def confirm(
    driver: Driver, statement_id: str, center_id: str, day: date, *disputed: str, source: str = ""
) -> Decision:
    """One center confirms, and disputes lines."""
    lines = tuple(DisputedLine(line_id=line_id, reason="not ours") for line_id in disputed)
    body = ConfirmStatement(statement_id=statement_id, center_id=center_id, disputed=lines)
    [decision] = await driver.hear(body, source=source or NODES[center_id], day=day)
    return decision


async def decide(
    driver: Driver,
    statement_id: str,
    center_id: str,
    day: date,
    line_id: str,
    ruling: Ruling,
    accepted: Funds | None = None,
) -> Decision:
    """A center decides the dispute of a line."""
    amounts = FundAmounts(**accepted._asdict()) if accepted is not None else None
    body = DecideDispute(
        statement_id=statement_id, center_id=center_id, line_id=line_id, ruling=ruling, accepted=amounts
    )
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def admit(
    driver: Driver, line_id: str, officer: str, day: date, center_id: str = INSURED_CENTER, source: str = ""
) -> Decision:
    """An officer of a center lets a late line in, or asks for it."""
    body = AdmitLine(line_id=line_id, center_id=center_id, officer=officer, reason="页在途中 / the post")
    [decision] = await driver.hear(body, source=source or NODES[center_id], day=day)
    return decision


async def recover(
    driver: Driver,
    settlement_id: str,
    funds: Funds,
    day: date,
    center_id: str = TREATMENT_CENTER,
    source: str = "",
) -> Decision:
    """A center orders that money of a settlement go back."""
    body = OrderRecovery(
        settlement_id=settlement_id,
        center_id=center_id,
        officer="zhao",
        recovered=FundAmounts(**funds._asdict()),
        reason="分解住院 / split stay",
    )
    [decision] = await driver.hear(body, source=source or NODES[center_id], day=day)
    return decision


async def investigate(driver: Driver, line_id: str, day: date, center_id: str = INSURED_CENTER) -> Decision:
    """A center has a line investigated."""
    body = OpenInvestigation(
        line_id=line_id, center_id=center_id, officer="li", reason="费用异常", evidence=("清单 3 页",)
    )
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def answer(
    driver: Driver,
    line_id: str,
    day: date,
    undue: Funds | None = None,
    center_id: str = TREATMENT_CENTER,
) -> Decision:
    """The treatment center answers an investigation."""
    amounts = FundAmounts(**undue._asdict()) if undue is not None else None
    body = AnswerInvestigation(
        line_id=line_id, center_id=center_id, officer="zhao", findings="病历已核", undue=amounts
    )
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def close(
    driver: Driver,
    line_id: str,
    day: date,
    recovered: Funds | None = None,
    center_id: str = INSURED_CENTER,
) -> Decision:
    """The insured center closes an investigation."""
    amounts = FundAmounts(**recovered._asdict()) if recovered is not None else None
    body = CloseInvestigation(
        line_id=line_id, center_id=center_id, officer="li", recovered=amounts, reason="协查办结"
    )
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def withdraw(driver: Driver, statement_id: str, center_id: str, day: date) -> Decision:
    """One center takes back what it confirmed."""
    body = WithdrawConfirmation(statement_id=statement_id, center_id=center_id, reason="typed wrongly")
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def pay(
    driver: Driver,
    statement_id: str,
    fen: int,
    day: date,
    center_id: str = INSURED_CENTER,
    paid_on: date | None = None,
    **more: Any,
) -> Decision:
    """A center reports that it has paid, on that day unless it names another."""
    body = ReportPayment(
        statement_id=statement_id, center_id=center_id, paid_fen=fen, paid_on=paid_on or day, **more
    )
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def send_back(
    driver: Driver,
    statement_id: str,
    fen: int,
    day: date,
    center_id: str = INSURED_CENTER,
    returned_on: date | None = None,
    **more: Any,
) -> Decision:
    """A center reports that the bank has sent its payment back, on that day unless it names another."""
    body = ReportReturn(
        statement_id=statement_id,
        center_id=center_id,
        returned_fen=fen,
        returned_on=returned_on or day,
        reason="账号户名不符",
        **more,
    )
    [decision] = await driver.hear(body, source=NODES[center_id], day=day)
    return decision


async def balance(driver: Driver, account: str, party: str = "") -> int:
    """What an account holds in the ledger, fen, all funds together."""
    [row] = await driver.fetch(
        "SELECT coalesce(sum(pool_fen + large_amount_fen + serious_illness_fen + assistance_fen"
        " + account_fen), 0)::bigint"
        " FROM posting WHERE account = $1 AND ($2 = '' OR party = $2)",
        account,
        party,
    )
    return int(row[0])


async def assert_books_agree(driver: Driver) -> None:
    """The ledger sums to zero in each fund and entry, each center holds what is open, caches are right."""
    async with driver.pool.acquire() as tx:
        assert await ledger.sum_ledger(tx) == (0, 0, 0, 0, 0)
        assert await ledger.find_unbalanced(tx, 10) == []
        assert await ledger.find_differing(tx, 10) == []
        assert await holders.find_unexplained(tx, 10) == []
        assert await holders.find_misposted(tx, 10) == []
        assert await days.find_differing(tx, 10) == []
        before = await tx.fetch("SELECT * FROM balance ORDER BY 1, 2, 3, 4")
        async with tx.transaction():
            await ledger.rebuild_balances(tx)
        assert await tx.fetch("SELECT * FROM balance ORDER BY 1, 2, 3, 4") == before
