"""A center's bank in the tests: its register of accounts, and the statements that it writes; all invented."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.messages.enrollment.registers import BankAccount, CenterRegistered
from shared.simulator.office.bank_statement import BankEntry, statement_csv

ACCOUNTS = {
    "511900": "6200001",
    "510000": "6200002",
    "500000": "6200003",
    "H51010700001": "6200011",
    "H50010500002": "6200012",
}


def registered(center_id: str, node_id: str, number: str, **more: Any) -> CenterRegistered:
    """A center in the register, with this account."""
    account = BankAccount(
        account_name=f"{node_id}户", account_number=number, bank_name="示例银行", bank_code="990000000001"
    )
    given = {"center_id": center_id, "name": node_id, "node_id": node_id, "bank_account": account}
    return CenterRegistered(**{**given, **more})


def write_accounts(folder: Path, *left_out: str) -> Path:
    """A register of accounts."""
    rows = [
        f"{party},{party}结算户,{account},示例银行,990000000001"
        for party, account in ACCOUNTS.items()
        if party not in left_out
    ]
    path = folder / "accounts.csv"
    path.write_text("\n".join(["party,name,account,bank,bank_code", *rows]) + "\n")
    return path


def write_statement(folder: Path, name: str, entries: Iterable[BankEntry], account: str = "6200001") -> Path:
    """A bank's statement as CSV, whose balances fit its entries."""
    path = folder / f"{name}.csv"
    path.write_bytes(statement_csv(name, account, list(entries)))
    return path
