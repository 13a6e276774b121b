"""Reads what a batch needs of manual reimbursement, after the visits and accounts are locked."""

from collections.abc import Iterable

from services.settlement.keys import KEY_SEPARATOR
from services.settlement.model.claims.manual import Manual
from services.settlement.model.key_kind import Kind
from services.settlement.model.registers.catalogue import places
from services.settlement.model.visit import Visit
from services.settlement.registers import store_centers as centers
from services.settlement.reimbursements import store as reimbursement_cases
from services.settlement.reimbursements import store_bills as self_paid_bills
from services.settlement.reimbursements import store_orders as payment_orders
from shared.bus.service import Keys, Tx


async def load_manual(tx: Tx, keys: Keys, manual: Manual, visits: Iterable[Visit]) -> None:
    """Loads the cases, bills, orders and agencies that the batch's messages and `visits` need."""
    cases = set(keys.get(Kind.CASE, ()))
    if persons := keys.get(Kind.CASES_OF):
        cases.update(await reimbursement_cases.visits_of(tx, persons))
    if cases:
        manual.cases = await reimbursement_cases.lock(tx, sorted(cases))
    if names := keys.get(Kind.INVOICE):
        pairs = [name.split(KEY_SEPARATOR) for name in names]
        manual.invoices = await reimbursement_cases.invoices(tx, [(one, other) for one, other in pairs])
    if billed := {*keys.get(Kind.BILL, ()), *(manual.cases if Kind.BILLS_OF in keys else ())}:
        manual.bills = await self_paid_bills.newest(tx, sorted(billed))
    if persons := keys.get(Kind.ORDERS_OF):
        manual.orders = await payment_orders.of_persons(tx, persons)
    nodes, ids = keys.get(Kind.AGENCY, ()), keys.get(Kind.CENTER, ())
    if nodes or ids:
        homes = {place for visit in visits if visit.manual for place in places(visit.insured_area)}
        manual.centers = await centers.read(tx, sorted({*ids, *homes}), nodes)
