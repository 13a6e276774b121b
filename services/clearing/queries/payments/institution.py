"""Reports what one institution is owed, was paid, and why not, line by line. Reads only."""

from services.clearing.queries.month import snapshot
from services.clearing.queries.payments import store_institution as store
from services.clearing.queries.payments.store_institution import StoredLine
from shared.month.outcome import Aside
from shared.statements.institution import InstitutionLine, InstitutionStatement, Stand

_ASIDE: dict[str, Stand] = {Aside.LATE: Stand.LATE, Aside.UNAGREED: Stand.NO_AGREEMENT}


async def read_institution(dsn: str, institution_id: str, month: str | None) -> InstitutionStatement:
    """An institution's statement of a month; without one of all lines, with what was last due and paid."""
    async with snapshot(dsn) as tx:
        lines = [_line(one) for one in await store.read_lines(tx, institution_id, month)]
        due_fen, paid_fen = await store.read_totals(tx, institution_id, month)
        name = await store.read_name(tx, institution_id)
        return InstitutionStatement(institution_id, name, month or "", due_fen, paid_fen, lines)


def stand_of(line: StoredLine) -> Stand:
    """Where a line stands: first why it is in no statement, then what was disputed, then the payment."""
    if line.aside == Aside.NOT_ELIGIBLE:
        return Stand.NOT_CLAIMED if line.needs_claim and not line.is_claimed else Stand.NOT_ELIGIBLE
    if line.aside:
        return _ASIDE.get(line.aside, Stand.HELD)
    if line.is_disputed and line.outcome in ("", "upheld"):
        return Stand.NOT_OWED if line.outcome else Stand.IN_DISPUTE
    if not line.is_sorted:
        return Stand.NOT_SORTED
    if not line.is_paid:
        return Stand.DUE
    return Stand.PARTLY_PAID if line.is_paid_partly else Stand.PAID


def _line(one: StoredLine) -> InstitutionLine:
    return InstitutionLine(
        line_id=one.line_id,
        settlement_id=one.settlement_id,
        why=one.why,
        stand=stand_of(one),
        month=one.month,
        agreement_id=one.agreement_id,
        insured_area=one.insured_area,
        scheme=one.scheme,
        visit_kind=one.visit_kind,
        business_on=one.business_on,
        total_fen=one.total_fen,
        funds=one.funds,
    )
