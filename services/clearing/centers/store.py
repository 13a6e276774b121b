"""Stores the copy of the register of centers."""

from collections.abc import Iterable, Sequence

from services.clearing.centers.model import Center
from shared.bank.payment import Holder
from shared.bus.service import Tx
from shared.messages.enrollment.registers import BankAccount, CenterRegistered

_COLUMNS = ("center_id", "node_id", "name", "in_force_from", "in_force_until", "bank_account")
_KEEP = f"""
INSERT INTO known_center ({", ".join(_COLUMNS)}) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (center_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""  # noqa: S608 (our own words)


async def read_centers(tx: Tx, ids: Sequence[str]) -> dict[str, Center]:
    """Centers, by id."""
    rows = await tx.fetch(
        "SELECT center_id, node_id, in_force_from, in_force_until FROM known_center"
        " WHERE center_id = ANY($1)",
        ids,
    )
    return {row["center_id"]: Center(*tuple(row)[1:]) for row in rows}


async def read_names(tx: Tx) -> dict[str, str]:
    """The names of all centers, by id; one heard before names were kept has none."""
    rows = await tx.fetch("SELECT center_id, name FROM known_center WHERE name <> ''")
    return {row["center_id"]: row["name"] for row in rows}


async def read_accounts(tx: Tx) -> dict[str, Holder]:
    """The bank accounts of all centers that named one, by id."""
    rows = await tx.fetch("SELECT center_id, bank_account FROM known_center WHERE bank_account IS NOT NULL")
    return {id: _holder(BankAccount.model_validate_json(account)) for id, account in rows}


async def save_centers(tx: Tx, rows: Iterable[CenterRegistered]) -> None:
    """Keeps what was told last of each center."""
    latest = {row.center_id: row for row in rows}
    await tx.executemany(_KEEP, [_row(latest[id]) for id in sorted(latest)])


def _row(one: CenterRegistered) -> tuple[object, ...]:
    account = one.bank_account.model_dump_json() if one.bank_account else None
    return one.center_id, one.node_id, one.name, one.in_force_from, one.in_force_until, account


def _holder(account: BankAccount) -> Holder:
    return Holder(account.account_name, account.account_number, account.bank_code, account.bank_name)
