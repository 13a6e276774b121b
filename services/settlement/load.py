"""Reads all that a batch needs: locks visits and accounts first, in key order, then one statement a table."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from services.settlement.costs import store as uploads
from services.settlement.keys import KEY_SEPARATOR
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.key_kind import Kind
from services.settlement.model.known import Known, Registers
from services.settlement.model.registers.catalogue import places
from services.settlement.model.settlement import Period
from services.settlement.model.upload import FEES_PAGE
from services.settlement.reconciliation import store as books
from services.settlement.registers import store as copies
from services.settlement.registers.cache import RegisterCache
from services.settlement.reimbursements import store as reimbursement_cases
from services.settlement.reimbursements.load import load_manual
from services.settlement.settlements import store as settlements
from services.settlement.settlements import store_accounts as accounts
from services.settlement.settlements import store_care as care
from services.settlement.visits import store as visits
from services.settlement.visits import store_case_pages as case_pages
from shared.bus.service import Keys, Tx


async def load(tx: Tx, keys: Keys, cache: RegisterCache) -> Known:
    """Loads the rows that the batch's messages need."""
    known = Known()
    await _load_books(tx, keys, known)  # before anything is locked, as all questions should
    await _load_fees(tx, keys, known)
    to_change = set(keys.get(Kind.VISIT, ()))
    settled = {*keys.get(Kind.SETTLEMENT, ()), *keys.get(Kind.EXPLAINED, ())}
    if persons := keys.get(Kind.STAYS):
        to_change.update(await visits.stays_of(tx, persons))
    if persons := keys.get(Kind.SETTLED_OF):
        to_change.update(await settlements.visits_in_force(tx, persons))
    if persons := keys.get(Kind.UPLOADS_OF):
        to_change.update(await uploads.visits_of_persons(tx, persons))
    if persons := keys.get(Kind.BILLS_OF):
        to_change.update(await reimbursement_cases.visits_of(tx, persons))
    await _load_visits(tx, keys, known, to_change)
    if Kind.SETTLED_OF in keys:
        settled.update(visit.visit_id for visit in known.visits.values() if visit.state == "settled")
    await _load_money(tx, keys, known, settled)
    await load_manual(tx, keys, known.manual, known.visits.values())
    await _load_uploads(tx, keys, known)
    await _load_copies(tx, keys, known, cache)
    return known


async def _load_books(tx: Tx, keys: Keys, known: Known) -> None:
    for name in keys.get(Kind.SETTLED_AT, ()):
        *period, after, limit = name.split(KEY_SEPARATOR)
        known.books[name] = await books.settled(tx, _period(*period), after, int(limit))
    for name in keys.get(Kind.SUMMED_AT, ()):
        known.sums[name] = await books.sums(tx, _period(*name.split(KEY_SEPARATOR)))


def _period(institution_id: str, from_on: str, until_on: str, insured_area: str) -> Period:
    return Period(institution_id, date.fromisoformat(from_on), date.fromisoformat(until_on), insured_area)


async def _load_visits(tx: Tx, keys: Keys, known: Known, to_change: set[str]) -> None:
    """Locks all visits in one statement, so that every batch locks them in the order of their ids."""
    added_to, seen = set(keys.get(Kind.VISIT_ADDED_TO, ())), set(keys.get(Kind.VISIT_SEEN, ()))
    if to_change:
        known.visits = await visits.lock_to_change(tx, sorted(to_change | added_to))
    elif added_to:
        known.visits = await visits.lock_to_add_to(tx, sorted(added_to))
    if rest := seen - known.visits.keys():
        known.visits |= await visits.read(tx, sorted(rest))
    for visit in known.visits.values():
        if visit.is_stay:
            known.stays.setdefault(visit.person_id, []).append(visit.visit_id)
    if (
        before := {earlier for visit in known.visits.values() for earlier in visit.chain}
        - known.visits.keys()
    ):
        known.visits |= await visits.read(tx, sorted(before))


async def _load_money(tx: Tx, keys: Keys, known: Known, settled: Iterable[str]) -> None:
    if persons := keys.get(Kind.ACCOUNT):
        known.accounts = await accounts.lock(tx, persons, min(map(int, keys[Kind.YEAR])))
    if persons := keys.get(Kind.PERSONAL_ACCOUNT):
        known.personal = await accounts.lock_personal(tx, persons)
    stays = (known.stays.get(person, ()) for person in keys.get(Kind.PAGES_OF, ()))
    if pages := {*keys.get(Kind.PAGE, ()), *chain.from_iterable(stays)}:
        known.pages = await case_pages.lock(tx, sorted(pages))
    if settled:
        known.settlements = await settlements.newest(tx, sorted(settled))
    if persons := keys.get(Kind.CARE):
        await _load_care(tx, keys, known, set(persons))


async def _load_care(tx: Tx, keys: Keys, known: Known, persons: set[str]) -> None:
    """Reads settled care, except what ended before any bill of the batch began: it cannot overlap one."""
    begun = [date.fromisoformat(day) for day in keys.get(Kind.CARE_SINCE, ())]
    begun += [visit.service_on for visit in known.visits.values() if visit.person_id in persons]
    if begun:
        known.care = await care.settled(tx, sorted(persons), min(begun))


async def _load_uploads(tx: Tx, keys: Keys, known: Known) -> None:
    """Reads uploads once their visits are locked: all earlier ones are seen, and none is added meanwhile."""
    if persons := keys.get(Kind.UPLOADS_OF):
        known.uploads = await uploads.whole_of_persons(tx, persons)
    whole = keys.get(Kind.UPLOADS_WHOLE, ())
    if whole:
        known.uploads |= await uploads.whole_of_visits(tx, whole)
    if rest := set(keys.get(Kind.UPLOADS, ())) - known.uploads.keys() - set(whole):
        known.uploads |= await uploads.of_visits(tx, sorted(rest))
    if names := keys.get(Kind.UPLOAD):
        pairs = [name.split(KEY_SEPARATOR) for name in names]
        known.upload_ids = await uploads.taken(tx, [(visit, upload) for visit, upload in pairs])


async def _load_fees(tx: Tx, keys: Keys, known: Known) -> None:
    for name in keys.get(Kind.FEES, ()):
        visit, person, institution, skip = name.split(KEY_SEPARATOR)
        subject = (visit, person, institution)
        known.fees[name] = await uploads.lines_page(tx, subject, int(skip), FEES_PAGE + 1)


async def _load_copies(tx: Tx, keys: Keys, known: Known, cache: RegisterCache) -> None:
    if persons := keys.get(Kind.COVERAGE):
        known.coverages = await copies.coverages(tx, persons)
    if persons := keys.get(Kind.QUALIFIED):
        known.qualifications = await copies.qualifications(tx, persons)
    if persons := keys.get(Kind.FILING):
        known.filings = await copies.filings(tx, persons)
    institutions = set(keys.get(Kind.INSTITUTION, ()))
    is_told = Kind.TOLD in keys or (institutions and Kind.SETTLED_OF in keys)  # of what changed for a visit
    told = {visit.institution_id for visit in known.visits.values()} if is_told else set[str]()
    if institutions or told:
        known.institutions = await copies.institutions(tx, sorted(institutions | told))
    if not institutions:
        return
    held = await _registers(tx, keys, known, cache)
    if Kind.ACCOUNT in keys:
        held = await cache.with_texts(tx, held, _insured_places(keys, known))
    if explained := keys.get(Kind.EXPLAINED):
        kept = [known.settlements[visit] for visit in explained if visit in known.settlements]
        held = await cache.with_digests(
            tx, held, {unpack_explanation(one.explanation).policy_digest for one in kept}
        )
    known.registers = held


async def _registers(tx: Tx, keys: Keys, known: Known, cache: RegisterCache) -> Registers:
    """The registers, with the catalogues of the treatment places, and of insured places that may count.

    Code mappings are read by institution; prices for the insured places asked for, and for those of persons
    whose self-paid lines are compared.
    """
    pairs = [name.split(KEY_SEPARATOR) for name in keys.get(Kind.CLASSIFIED, ())]
    treated = [(person, known.institutions[i].area) for i, person in pairs if i in known.institutions]
    areas = {area for _, area in treated} | set(keys.get(Kind.AREA, ()))
    mapped = {institution for institution, _ in pairs} | set(keys.get(Kind.MAPPED, ()))
    priced = _all_places({*keys.get(Kind.PRICES_OF, ()), *_homes(known, set(keys.get(Kind.COMPARED, ())))})
    held = await cache.fresh(tx, _all_places(areas), mapped, priced)
    all_may = Kind.CATALOGUES_OF in keys
    persons = {person for person, area in treated if all_may or held.agreements.varies(area)}
    if not persons:
        return held
    if missing := persons - known.coverages.keys():
        known.coverages |= await copies.coverages(tx, sorted(missing))
    areas |= _homes(known, persons)
    return await cache.fresh(tx, _all_places(areas), mapped, priced)


def _homes(known: Known, persons: set[str]) -> set[str]:
    """The areas where persons are or were insured."""
    found = {visit.insured_area for visit in known.visits.values() if visit.person_id in persons}
    return found | {one.insured_area for person in persons for one in known.coverages.get(person, ())}


def _all_places(areas: Iterable[str]) -> set[str]:
    return {place for area in areas for place in places(area)}


def _insured_places(keys: Keys, known: Known) -> set[tuple[str, str]]:
    found = {(visit.insured_area, visit.scheme) for visit in known.visits.values()}
    found |= {(one.insured_area, one.scheme) for held in known.coverages.values() for one in held}
    for name in keys.get(Kind.INSURED_AT, ()):
        area, scheme = name.split(KEY_SEPARATOR)
        found.add((area, scheme))
    return found
