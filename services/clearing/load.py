"""Loads what a batch needs to know.

Rows are locked in one order: statements, institutions, lines held aside, books of agreements.
"""

from collections.abc import Iterable, Sequence

from services.clearing.agreements import store as agreements
from services.clearing.agreements import store_copies as copies
from services.clearing.centers import store as center_copies
from services.clearing.charges import store as charges
from services.clearing.claims import store as claims
from services.clearing.claims import store_reviewing as reviewing
from services.clearing.claims.found import A_PAGE
from services.clearing.investigations import store as investigations
from services.clearing.keys import Kind
from services.clearing.ledger import store as ledger
from services.clearing.ledger import store_books as books
from services.clearing.lines import store as lines
from services.clearing.lines import store_evidence as evidence
from services.clearing.model.known import Known
from services.clearing.months import store as month
from services.clearing.payments import store as payments
from services.clearing.prefund import store as prefund
from services.clearing.statements import store as statements
from shared.areas import widened
from shared.bus.service import Keys, Tx
from shared.month.outcome import Aside


async def load(tx: Tx, keys: Keys) -> Known:
    """Loads everything that the keys of a batch name."""
    known = Known()
    to_change = set(keys.get(Kind.AGREEMENT, ()))
    to_change |= await _load_statements(tx, keys, known)
    await _load_institutions(tx, keys, known)
    await _load_lines(tx, keys, known)
    await _load_agreements(tx, keys, known, to_change)
    if ahead := keys.get(Kind.AHEAD):
        await prefund.read_ahead(tx, ahead, known.ahead)
    if quarters := keys.get(Kind.QUARTER):
        known.payables = await prefund.read_payables(tx, quarters)
    if ids := keys.get(Kind.CHARGE):
        known.charges = await charges.read_charges(tx, ids)
        known.charges_reversed = await charges.read_reversed(tx, ids)
    return known


async def _load_statements(tx: Tx, keys: Keys, known: Known) -> set[str]:
    """Loads statements, their disputes and centers; gives the agreements of the statements to be paid."""
    to_pay = keys.get(Kind.STATEMENT_TO_PAY, ())
    named = {*keys.get(Kind.STATEMENT, ()), *to_pay}
    if in_doubt := keys.get(Kind.IN_DOUBT):
        named |= await statements.find_of_lines(tx, in_doubt)
    ids = sorted(named)
    if ids:
        known.statements = await statements.lock_statements(tx, ids)
        known.disputes = await statements.read_disputes(tx, ids)
        known.chunks = await statements.read_chunk_numbers(tx, ids)
    if to_pay:
        known.remittances = await payments.read_remittances(tx, to_pay)
        known.returned = await payments.read_returned(tx, to_pay)
    await _load_resent(tx, keys.get(Kind.RESENT, ()), known)
    if reminded := keys.get(Kind.REMINDED):
        known.reminders = await statements.read_reminders(tx, reminded)
    heads = [statement.head for statement in known.statements.values()]
    told = {id for head in heads for id in (head.insured_center, head.treatment_center)}
    if centers := {*keys.get(Kind.CENTER, ()), *told}:
        known.centers = await center_copies.read_centers(tx, sorted(centers))
    return {known.statements[id].head.agreement_id for id in to_pay if id in known.statements}


async def _load_resent(tx: Tx, asked: Iterable[str], known: Known) -> None:
    """Loads what is to be sent again of batches, each named by its statement and number."""
    parts = [one.partition("/")[::2] for one in sorted(asked)]
    if ids := sorted({id for id, _ in parts if id in known.statements}):
        known.manifests = await statements.read_manifests(tx, ids)
        known.digests = await statements.read_digests(tx, ids)
    for id, number in parts:
        if number and id in known.manifests and int(number) < known.manifests[id].chunks:
            lines = await statements.read_chunk(tx, known.statements[id].head, int(number))
            known.resent[id, int(number)] = lines


async def _load_institutions(tx: Tx, keys: Keys, known: Known) -> None:
    claimants = set(keys.get(Kind.CLAIMANT, ()))
    if taken := keys.get(Kind.WORTH):
        claimants |= await lines.find_institutions(tx, taken)
    if claimants:
        found = await copies.lock_institutions(tx, sorted(claimants), to_change=True)
        known.institutions.update(found)
    if told := keys.get(Kind.TOLD):
        known.institutions.update(await copies.read_institutions(tx, told))
    if others := keys.get(Kind.INSTITUTION):
        known.institutions.update(await copies.lock_institutions(tx, others, to_change=False))


async def _load_lines(tx: Tx, keys: Keys, known: Known) -> None:
    settlements = set(keys.get(Kind.SETTLEMENT, ()))
    disputed = {*keys.get(Kind.LINE, ()), *(id for rows in known.disputes.values() for id in rows)}
    if issued := keys.get(Kind.ISSUED):
        disputed |= await investigations.find_investigated(tx, issued)
    if disputed:
        settlements |= await lines.find_settlements(tx, sorted(disputed))
    if visits := keys.get(Kind.WAITING):
        known.pages = await evidence.read_pages(tx, visits)
        settlements |= await lines.find_waiting(tx, visits)
    settlements |= await _load_claims(tx, keys, known)
    if settlements:
        await _load_settlements(tx, sorted(settlements), known)
    claim_ids, named = keys.get(Kind.CLAIM, ()), keys.get(Kind.SETTLEMENT, ())
    if claim_ids or (named and known.lines):
        known.reviewing = await reviewing.read_reviewing(tx, claim_ids, named)
    if claim_ids and named:
        known.doubts = await claims.read_doubts(tx, named)
    if disputed or claim_ids:
        await _load_told(tx, known)
        known.investigations = await investigations.read_open(tx, sorted(known.lines))
    if discharges := keys.get(Kind.DISCHARGE):
        known.void_discharges = await copies.read_void_discharges(tx, discharges)
    if claim_ids:
        visits = sorted({line.visit_id for line in known.lines.values()})
        known.case_pages = await copies.read_case_pages(tx, visits)


async def _load_claims(tx: Tx, keys: Keys, known: Known) -> set[str]:
    """Loads claims and the pages of lines that are asked for; gives the settlements of these."""
    ids = keys.get(Kind.CLAIM, ())
    if ids:
        known.claims = await claims.read_claims(tx, ids)
        known.withdrawals = await claims.read_withdrawals(tx, ids)
    for page in keys.get(Kind.CLAIM_PAGE, ()):
        id, _, skip = page.partition("/")
        known.claim_pages[page] = await claims.read_lines(tx, id, int(skip), A_PAGE + 1)
    return {line.settlement_id for lines in known.claim_pages.values() for line in lines}


async def _load_told(tx: Tx, known: Known) -> None:
    """Loads whom it is told what becomes of lines: their institutions and their centers."""
    lines_ = known.lines.values()
    institutions = sorted({line.institution_id for line in lines_})
    known.institutions.update(await copies.read_institutions(tx, institutions))
    centers = {id for line in lines_ for id in (line.insured_center, line.treatment_center) if id}
    steps = [steps for lines in known.reviewing.values() for steps in lines.values()]
    centers |= {one[-1].waits_for for one in steps}
    known.centers.update(await center_copies.read_centers(tx, sorted(centers)))


async def _load_settlements(tx: Tx, ids: Sequence[str], known: Known) -> None:
    # Lines held aside are locked first: one that another batch places meanwhile is then read as it stands.
    await lines.lock_aside(tx, ids)
    known.lines, known.told = await lines.read_lines(tx, ids)
    if not known.lines:
        return
    known.pages |= await evidence.read_pages(tx, sorted({line.visit_id for line in known.lines.values()}))
    known.reviews = await evidence.read_reviews(tx, ids)
    known.decisions = await evidence.read_decisions(tx, sorted(known.lines))
    known.admissions = await evidence.read_admissions(tx, sorted(known.lines))
    if any(line.aside == Aside.LATE for line in known.lines.values()):
        known.asked = await evidence.read_asked(tx, sorted(known.lines))


async def _load_agreements(tx: Tx, keys: Keys, known: Known, to_change: set[str]) -> None:
    places = {*keys.get(Kind.AREA, ()), *(line.insured_area for line in known.lines.values() if line.aside)}
    areas = {wide for area in places for wide in widened(area)}
    named = to_change | {line.agreement_id for line in known.lines.values() if line.agreement_id}
    named |= {statement.head.agreement_id for statement in known.statements.values()}
    if not (areas or named):
        return
    if to_change:
        known.books = await books.lock_books(tx, sorted(to_change), to_change=True)
        known.prefunds = await ledger.read_prefunds(tx, sorted(to_change))
        known.paid = await month.read_paid(tx, sorted(to_change))
        await prefund.read_quotas(tx, sorted(to_change), known.ahead)
    found = await agreements.read_in_use(tx, sorted(named), sorted(areas))
    known.agreements = {agreement.agreement_id: agreement for agreement in found}
    for terms in await agreements.read_periods(tx, sorted(known.agreements)):
        known.keep_period(terms)
    # A stay that is entered may be investigated, a recovery be made: the centers of the day are told.
    are_told = any(keys.get(kind) for kind in (Kind.TOLD, Kind.INSTITUTION, Kind.WORTH))
    told_of = known.periods if are_told else to_change
    changed = [terms for id in told_of for terms in known.periods.get(id, {}).values()]
    if told := sorted({id for one in changed for id in (one.insured_center, one.treatment_center)}):
        known.centers.update(await center_copies.read_centers(tx, told))
    others = sorted(known.agreements.keys() - to_change)
    known.books.update(await books.lock_books(tx, others, to_change=False))
