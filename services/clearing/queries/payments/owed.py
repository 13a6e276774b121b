"""Reports what a center has to pay, and what of it the books have as paid. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from services.clearing.agreements.store import read_periods
from services.clearing.centers.store import read_accounts
from services.clearing.model.statement import State
from services.clearing.model.terms import terms_of_month
from services.clearing.payments import store
from services.clearing.payments.model import Remittance, Returned
from services.clearing.payments.orders import Owed
from services.clearing.queries.desk_report import DeskStatement
from services.clearing.queries.month import snapshot
from services.clearing.queries.payments import store_owed
from services.clearing.queries.payments.store_owed import InstitutionPayment
from services.clearing.statements.rules import pay_by, payer
from shared.bank.payment import Holder
from shared.bus.service import Tx
from shared.identity import derive
from shared.messages.enrollment.agreements import AgreementSigned

Periods = Mapping[str, Sequence[AgreementSigned]]


class CenterPayments(NamedTuple):
    """What a center has to pay (应拨款项), the banks' entries in the books, the day, centers' accounts."""

    owed: Sequence[Owed]
    reported: Mapping[str, frozenset[str]]  # statement → bank entries
    day: date | None
    accounts: Mapping[str, Holder]


async def read_payments(dsn: str, center_id: str, month: str | None = None) -> CenterPayments:
    """What a center has to pay of a month, or of all; statements first."""
    async with snapshot(dsn) as tx:
        statements = [
            one
            for one in await store_owed.read_confirmed(tx, center_id, month)
            if one.payable_fen and payer(one, one.payable_fen) == center_id
        ]
        institutions = await store_owed.read_institution_payments(tx, center_id, month)
        ids = [one.statement_id for one in statements]
        paid, returned = await store.read_remittances(tx, ids), await store.read_returned(tx, ids)
        signed = {one.agreement_id for one in statements} | {one.agreement_id for one in institutions}
        periods = await _periods(tx, signed)
        owed = [_of_statement(one, periods, len(returned.get(one.statement_id, ()))) for one in statements]
        owed += await _of_institutions(tx, center_id, institutions, periods)
        day = await store_owed.read_business_day(tx)
        return CenterPayments(owed, _reported(paid, returned), day, await read_accounts(tx))


async def _periods(tx: Tx, agreement_ids: set[str]) -> Periods:
    signed = await read_periods(tx, sorted(agreement_ids))
    return {id: list(terms) for id, terms in groupby(signed, key=lambda one: one.agreement_id)}


def _of_statement(one: DeskStatement, periods: Periods, returned: int) -> Owed:
    to = one.treatment_center if one.payable_fen > 0 else one.insured_center
    return Owed(
        payer=payer(one, one.payable_fen),
        payee=to,
        month=one.month,
        agreement_id=one.agreement_id,
        amount_fen=abs(one.payable_fen),
        due_on=pay_by(one.since, terms_of_month(periods[one.agreement_id], one.month)),
        statement_id=one.statement_id,
        is_open=one.state == State.CONFIRMED,
        returned=returned,
    )


async def _of_institutions(
    tx: Tx, center_id: str, payments: Sequence[InstitutionPayment], periods: Periods
) -> list[Owed]:
    """Those that the center itself pays: the entry in the books moved money of its own."""
    entries = {derive("payment", one.agreement_id, one.month, one.institution_id): one for one in payments}
    posted = await store_owed.read_posted(tx, list(entries), center_id)
    return [
        Owed(
            payer=center_id,
            payee=one.institution_id,
            month=one.month,
            agreement_id=one.agreement_id,
            amount_fen=one.paid_fen,
            due_on=pay_by(posted[id], terms_of_month(periods[one.agreement_id], one.month)),
        )
        for id, one in entries.items()
        if id in posted
    ]


def _reported(
    paid: Mapping[str, Sequence[Remittance]], returned: Mapping[str, Sequence[Returned]]
) -> dict[str, frozenset[str]]:
    given = {id: {row.bank_entry_id for row in rows} for id, rows in paid.items()}
    return {
        id: frozenset(entries | {row.bank_entry_id for row in returned.get(id, ())})
        for id, entries in given.items()
    }
