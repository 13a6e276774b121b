"""Loads what a batch needs to know.

Rows are locked in one order: statements, institutions, lines held aside, books of agreements.
"""

from services.clearing.agreements import store as agreements
from services.clearing.agreements import store_copies as copies
from services.clearing.claims import store as claims
from services.clearing.ledger import store as ledger
from services.clearing.ledger import store_books as books
from services.clearing.lines import store as lines
from services.clearing.model.known import Kind, Known
from services.clearing.model.line import reversal_line_id
from services.clearing.model.terms import covering_areas
from services.clearing.months import store as month
from services.clearing.statements import store as statements
from shared.bus.service import Keys, Tx


async def load(tx: Tx, keys: Keys) -> Known:
    """Loads everything that the keys of a batch name."""
    known = Known()
    to_change = set(keys.get(Kind.AGREEMENT, ()))
    to_change |= await _load_statements(tx, keys, known)
    await _load_institutions(tx, keys, known)
    await _load_lines(tx, keys, known)
    await _load_agreements(tx, keys, known, to_change)
    return known


async def _load_statements(tx: Tx, keys: Keys, known: Known) -> set[str]:
    """Loads statements, their disputes and centers; gives the agreements of the statements to be paid."""
    to_pay = keys.get(Kind.STATEMENT_TO_PAY, ())
    ids = sorted({*keys.get(Kind.STATEMENT, ()), *to_pay})
    if ids:
        known.statements = await statements.lock_statements(tx, ids)
        known.disputes = await statements.read_disputes(tx, ids)
        known.chunks = await statements.read_chunk_numbers(tx, ids)
    heads = [statement.head for statement in known.statements.values()]
    told = {id for head in heads for id in (head.insured_center, head.treatment_center)}
    if centers := {*keys.get(Kind.CENTER, ()), *told}:
        known.centers = await copies.read_centers(tx, sorted(centers))
    return {known.statements[id].head.agreement_id for id in to_pay if id in known.statements}


async def _load_institutions(tx: Tx, keys: Keys, known: Known) -> None:
    if claimants := keys.get(Kind.CLAIMANT):
        known.institutions.update(await copies.lock_institutions(tx, claimants, to_change=True))
    if told := keys.get(Kind.TOLD):
        known.institutions.update(await copies.read_institutions(tx, told))
    if others := keys.get(Kind.INSTITUTION):
        known.institutions.update(await copies.lock_institutions(tx, others, to_change=False))


async def _load_lines(tx: Tx, keys: Keys, known: Known) -> None:
    # Lines held aside come first: one that another batch enters meanwhile is then read as a line.
    if unagreed := keys.get(Kind.UNAGREED):
        known.unagreed = await lines.lock_unagreed(tx, unagreed)
    if settled := keys.get(Kind.SETTLEMENT):
        known.claimed = await claims.read_claimed(tx, settled)
        reversals = [reversal_line_id(settlement_id) for settlement_id in settled]
        known.lines = await lines.read_lines(tx, [*settled, *reversals])
    if discharges := keys.get(Kind.DISCHARGE):
        known.void_discharges = await copies.read_void_discharges(tx, discharges)
    if claim_ids := keys.get(Kind.CLAIM):
        known.claims = await claims.read_claims(tx, claim_ids)
        visits = sorted({line.visit_id for line in known.lines.values()})
        known.case_pages = await copies.read_case_pages(tx, visits)
    if disputed := keys.get(Kind.LINE):
        known.lines.update(await lines.read_lines(tx, disputed))
    if known.disputes or disputed:
        earlier = {line_id for rows in known.disputes.values() for line_id in rows} - set(disputed or ())
        known.lines.update(await lines.read_lines(tx, sorted(earlier)))
        known.reentries = await lines.read_reentries(tx, sorted({*earlier, *(disputed or ())}))


async def _load_agreements(tx: Tx, keys: Keys, known: Known, to_change: set[str]) -> None:
    areas = {wide for area in keys.get(Kind.AREA, ()) for wide in covering_areas(area)}
    named = to_change | {line.agreement_id for line in known.lines.values()}
    named |= {statement.head.agreement_id for statement in known.statements.values()}
    if not (areas or named):
        return
    if to_change:
        known.books = await books.lock_books(tx, sorted(to_change), to_change=True)
        known.prefunds = await ledger.read_prefunds(tx, sorted(to_change))
        known.paid = await month.read_paid(tx, sorted(to_change))
    found = await agreements.read_in_use(tx, sorted(named), sorted(areas))
    known.agreements = {agreement.agreement_id: agreement for agreement in found}
    for terms in await agreements.read_periods(tx, sorted(known.agreements)):
        known.keep_period(terms)
    changed = [terms for id in to_change for terms in known.periods.get(id, {}).values()]
    if told := sorted({id for one in changed for id in (one.insured_center, one.treatment_center)}):
        known.centers.update(await copies.read_centers(tx, told))
    others = sorted(known.agreements.keys() - to_change)
    known.books.update(await books.lock_books(tx, others, to_change=False))
