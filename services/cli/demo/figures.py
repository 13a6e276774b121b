"""The month's figures as the services hold them, read from their schemas in the reading role."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

import asyncpg

from services.audit.check.verify import verify
from services.audit.store.evidence import count_late
from services.clearing.model.report import StatementStatus
from services.clearing.queries import store as report
from services.clearing.queries.month import check_books
from services.referral.store_report import count_filings, count_mergers
from services.settlement.settlements.store import count_visits, month_figures
from shared.bus.store import parked_count
from shared.bus.topics import SERVICES
from shared.simulator.belief import Belief
from shared.stack import Servers


class DayFigures(NamedTuple):
    """Settlements of a day and a kind of visit, in force or taken back; parts of stays (中途结算) apart."""

    settled_on: date
    kind: str
    taken_back: bool
    settlements: int
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    in_parts: bool = False


@dataclass
class Figures:
    """What became of a month. Money in fen; settlements taken back count in `reversed` alone.

    Parts of stays that were settled in between count in `in_parts` alone.
    """

    visits: int
    settlements: int
    reversed: int
    total_fen: int
    fund_fen: int
    personal_fen: int
    funds: dict[str, int]
    claimed_fen: int
    advances_fen: int
    statements: int
    cleared_fen: int
    disputed_lines: int
    disputed_fen: int
    deducted_fen: int
    came_back: int
    topped_up_fen: int
    recovered_fen: int
    late: dict[str, int]
    filings: dict[str, dict[str, int]]
    pools_merged: int
    refused: dict[str, int]
    undone: dict[str, int]
    parked: int
    conservation_fen: int
    books_ok: bool
    chain_ok: bool
    in_parts: dict[str, int]
    by_kind: dict[str, dict[str, int]]
    by_mode: dict[str, dict[str, int]]
    days: list[DayFigures] = field(repr=False)

    def summary(self) -> dict[str, Any]:
        """The figures but for the days, which are in the pictures."""
        return {name: value for name, value in asdict(self).items() if name != "days"}


async def read_figures(servers: Servers, month: str, belief: Belief) -> Figures:
    """Reads all services' figures of a month, but for refusals, and verifies books and trail."""
    visits, rows = await _settled(servers.postgres)
    async with _reading(servers.postgres, "clearing") as tx:
        statements = await report.read_status(tx, month)
        funds, claimed_fen, advances_fen = await report.month_figures(tx, month)
        deducted_fen, came_back, topped_up_fen, recovered_fen = await report.read_exceptions(tx)
    books = await check_books(servers.postgres)
    days, apart = ([row for row in rows if row.in_parts == is_part] for is_part in (False, True))
    in_force = [row for row in days if not row.taken_back]
    return Figures(
        visits=visits,
        settlements=sum(row.settlements for row in days),
        reversed=sum(row.settlements for row in days if row.taken_back),
        total_fen=sum(row.total_fen for row in in_force),
        fund_fen=sum(row.fund_fen for row in in_force),
        personal_fen=sum(row.account_fen + row.cash_fen for row in in_force),
        funds=funds._asdict(),
        claimed_fen=claimed_fen,
        advances_fen=advances_fen,
        statements=len(statements),
        cleared_fen=sum(map(_paid_fen, statements)),
        disputed_lines=sum(row.disputed_lines for row in statements),
        disputed_fen=sum(row.disputed_fen for row in statements),
        deducted_fen=deducted_fen,
        came_back=came_back,
        topped_up_fen=topped_up_fen,
        recovered_fen=recovered_fen,
        late=await _count_late(servers.postgres),
        **await _count_filings(servers.postgres),
        **_answered(belief),
        parked=await _count_parked(servers.postgres),
        conservation_fen=books.conservation_fen,
        books_ok=books.ok,
        chain_ok=(await verify(servers.postgres, servers.kafka)).ok,
        in_parts=_by_kind(row for row in apart if not row.taken_back).get("inpatient", {}),
        by_kind=_by_kind(in_force),
        by_mode=_by_mode(statements),
        days=days,
    )


def _answered(belief: Belief) -> dict[str, Any]:
    """What only the answers say: refusals, and what was taken back."""
    return {name: dict(sorted(getattr(belief, name).items())) for name in ("refused", "undone")}


async def _settled(dsn: str) -> tuple[int, list[DayFigures]]:
    async with _reading(dsn, "settlement") as tx:
        return await count_visits(tx), [DayFigures(*row) for row in await month_figures(tx)]


def differences(figures: Figures, belief: Belief) -> list[str]:
    """Where what the services hold is not what hospitals and centers were told."""
    pairs: dict[str, tuple[Any, Any]] = {
        name: (getattr(figures, name), getattr(belief, name))
        for name in (
            "visits",
            "settlements",
            "reversed",
            "fund_fen",
            "personal_fen",
            "claimed_fen",
            "advances_fen",
            "statements",
            "cleared_fen",
            "disputed_lines",
            "deducted_fen",
            "came_back",
            "topped_up_fen",
            "recovered_fen",
        )
    }
    of_funds = sum(fen for name, fen in figures.funds.items() if name != "account_fen")
    pairs["fund_fen in clearing"] = (of_funds + figures.deducted_fen, figures.fund_fen)
    pairs["late.daily"] = (figures.late.get("daily", 0), belief.late_uploads)
    pairs["late.case_page"] = (figures.late.get("case_page", 0), belief.late_pages)
    pairs["in_parts"] = (figures.in_parts, dict(belief.in_parts))
    return [f"{name}: {held} ≠ {told}" for name, (held, told) in pairs.items() if held != told]


def _paid_fen(statement: StatementStatus) -> int:
    return statement.due_fen - statement.disputed_fen if statement.state == "PAID" else 0


def _by_kind(rows: Iterable[DayFigures]) -> dict[str, dict[str, int]]:
    kinds: dict[str, dict[str, int]] = {}
    for row in rows:
        sums = kinds.setdefault(row.kind, {"settlements": 0, "total_fen": 0, "fund_fen": 0})
        sums["settlements"] += row.settlements
        sums["total_fen"] += row.total_fen
        sums["fund_fen"] += row.fund_fen
    return dict(sorted(kinds.items()))


def _by_mode(statements: Iterable[StatementStatus]) -> dict[str, dict[str, int]]:
    """What the statements come to under each funding mode (资金方式)."""
    modes: dict[str, dict[str, int]] = {}
    for one in statements:
        sums = modes.setdefault(one.funding_mode, {"statements": 0, "lines": 0, "fund_fen": 0, "due_fen": 0})
        sums["statements"] += 1
        for name in ("lines", "fund_fen", "due_fen"):
            sums[name] += getattr(one, name)
    return dict(sorted(modes.items()))


async def _count_late(dsn: str) -> dict[str, int]:
    async with _reading(dsn, "audit") as tx:
        return {row["exchange"]: row["late"] + row["overdue"] for row in await count_late(tx)}


async def _count_filings(dsn: str) -> dict[str, Any]:
    async with _reading(dsn, "referral") as tx:
        return {"filings": await count_filings(tx), "pools_merged": await count_mergers(tx)}


async def _count_parked(dsn: str) -> int:
    parked = 0
    for service in SERVICES:
        async with _reading(dsn, service) as tx:
            parked += (await parked_count(tx))[0]
    return parked


@asynccontextmanager
async def _reading(dsn: str, service: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    settings = {"search_path": service, "role": "yidi_reader"}
    connection = await asyncpg.connect(dsn, server_settings=settings)
    try:
        yield connection
    finally:
        await connection.close()
