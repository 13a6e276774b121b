"""`yidi ledger …`: what a center or an institution holds in the books, and whether the books agree."""

import json
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Annotated

import typer

from services.clearing.model.ledger import Account, Event
from services.clearing.queries.month import read_party
from services.clearing.queries.party_books import Held, Moved, PartyBooks
from services.cli.month.commands import AsJson, check
from services.cli.month.month_option import AMonthOption
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan
from shared.month.funds import Funds

ledger = typer.Typer(no_args_is_help=True, help="复式记账 / the double-entry ledger of clearing")
ACCOUNTS = {
    Account.BENEFIT_EXPENSE: "待遇支出 / benefit expense",
    Account.FUND_PAYABLE: "应付清算款 / payable to the treatment place",
    Account.PREPAID: "预付款项 / prepaid",
    Account.INSURED_BANK: "银行存款 / bank, insured place",
    Account.CENTER_RECEIVABLE: "应收清算款 / receivable of the insured place",
    Account.INSTITUTION_PAYABLE: "应付医药机构款 / payable to institutions",
    Account.ADVANCE: "垫付款 / advanced, claim not accepted yet",
    Account.PREFUND: "预付金 / prefund",
    Account.RESERVE: "周转金 / reserve",
    Account.RECEIVED_AHEAD: "暂收款项 / received ahead",
    Account.TREATMENT_BANK: "银行存款 / bank, treatment place",
    Account.INTEREST_PAYABLE: "应付利息 / interest payable",
    Account.OWN_ACCOUNT: "自有账户 / own account, no fund",
    Account.FINES_HELD: "罚没及违约金 / fines and penalties held",
    Account.ADMINISTRATIVE_EXPENSE: "业务经费支出 / administrative expense",
    Account.ADMINISTRATIVE_BUDGET: "行政经费 / administrative budget",
}
EVENTS = {
    Event.SETTLED: "结算、冲正 / settled, reversed",
    Event.ADVANCE_ACCEPTED: "申报审核通过 / claim accepted",
    Event.INSTITUTION_PAID: "拨付医药机构 / institution paid",
    Event.STATEMENT_PAID: "清算款拨付 / statement paid",
    Event.PAID_BEYOND_QUOTA: "超额度部分 / paid beyond the quota",
    Event.PREFUND_FUNDED: "拨入预付金 / prefund funded",
    Event.CENTERS_CHANGED: "经办机构变更 / centers changed",
    Event.INTEREST: "利息，归参保地 / interest of the insured place",
    Event.INTEREST_OF_TREATMENT: "利息，归就医地 / interest of the treatment place",
    Event.FINE: "罚款 / fine",
    Event.PENALTY: "违约金 / penalty",
    Event.BANK_FEE: "银行手续费 / bank fee",
    Event.BANK_SLIP: "票据工本费 / slips",
    Event.SERVICE_FEE: "服务费 / service fee",
}
FUNDS = Funds._make(("统筹", "大额", "大病", "救助", "个账"))


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(ledger, name="ledger")


@ledger.command()
def show(
    party: Annotated[str, typer.Argument(help="机构编码 / code of a center or an institution")],
    month: AMonthOption = None,
    as_json: AsJson = False,
) -> None:
    """显示台账 / Show what a party holds under each agreement, and with --month what moved it.

    Exit 0: shown. Exit 1: the party has no account. Exit 2: there are no books yet.

    Example: yidi ledger show 511900 --month 2026-03
    """
    books = read_database(lambda dsn: read_party(dsn, party, month))
    if as_json:
        typer.echo(json.dumps(books.as_json(), ensure_ascii=False))
    elif books.accounts:
        _print_books(books)
    else:
        typer.echo(f"{party} 没有账户 / {party} has no account in the books", err=True)
    raise typer.Exit(0 if books.accounts else 1)


def _print_books(books: PartyBooks) -> None:
    moved = {key: list(rows) for key, rows in groupby(books.moved, attrgetter("agreement_id", "account"))}
    for agreement_id, accounts in groupby(books.accounts, attrgetter("agreement_id")):
        typer.echo(f"协议 / agreement {agreement_id}")
        for row in accounts:
            print_record(_account(row), map(_movement, moved.get((agreement_id, row.account), ())))


def _account(row: Held) -> str:
    return f"  {ACCOUNTS[Account(row.account)]}: {_amount(row.funds)}"


def _movement(row: Moved) -> str:
    return f"{EVENTS[Event(row.event)]}, {row.entries:,} 笔 / entries: {_amount(row.funds)}"


def _amount(funds: Funds) -> str:
    """The sum with its side, and what it consists of where that is more than one fund."""
    sign = -1 if sum(funds) < 0 else 1
    parts = [f"{word} {yuan(sign * fen)}" for word, fen in zip(FUNDS, funds, strict=True) if fen]
    return f"{_side(sum(funds))} {yuan(sign * sum(funds))} 元{_within(parts)}"


def _side(fen: int) -> str:
    return "借 / debit" if fen > 0 else "贷 / credit" if fen < 0 else "平 / nil"


def _within(parts: Iterable[str]) -> str:
    listed = list(parts)
    return f" ({', '.join(listed)})" if len(listed) > 1 else ""


ledger.command()(check)
