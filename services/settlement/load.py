"""Reads all that a batch needs: locks visits and accounts first, in key order; the rest in one round trip."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from services.settlement.cash_outs import store as cash_outs
from services.settlement.costs import store as uploads
from services.settlement.insured import store as insured
from services.settlement.keys import KEY_SEPARATOR
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.key_kind import Kind
from services.settlement.model.known import Known, Registers
from services.settlement.model.registers.catalogue import places
from services.settlement.model.settlement import Period
from services.settlement.model.upload import FEES_PAGE
from services.settlement.pages import store as page_versions
from services.settlement.prescriptions import store as prescriptions
from services.settlement.reconciliation import store as books
from services.settlement.registers import store as copies
from services.settlement.registers.cache import BOOKS, RegisterCache
from services.settlement.reimbursements import store as reimbursement_cases
from services.settlement.reimbursements.load import load_manual
from services.settlement.settlements import store as settlements
from services.settlement.settlements import store_accounts as accounts
from services.settlement.settlements import store_care as care
from services.settlement.visits import store as visits
from services.settlement.visits import store_case_pages as case_pages
from shared.bus.service import Keys, Tx
from shared.bus.together import Read, read_together

_VERSIONS = "versions"
_COPIES: tuple[tuple[Kind, str, Callable[[Sequence[str]], Read[Any]]], ...] = (
    (Kind.COVERAGE, "coverages", copies.coverages),
    (Kind.QUALIFIED, "qualifications", copies.qualifications),
    (Kind.FILING, "filings", copies.filings),
    (Kind.CREDENTIAL, "credentials", copies.credentials),
)


_BY_POLICY = frozenset({Kind.ACCOUNT, Kind.QUALIFIED})  # what goes by the text of the persons' policies


_WITH_BOOKS = frozenset({Kind.INSTITUTION, Kind.TOLD})
"""What goes by the registers in memory: requests of a desk, and what a filing means for stays (its pool)."""


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
    await _load_money(tx, keys, known, settled, is_locked=bool(to_change))
    await load_manual(tx, keys, known.manual, known.visits.values())
    await _load_whole_uploads(tx, keys, known)
    reads = {**_work_reads(keys, known, is_locked=bool(to_change)), **_copies_reads(keys, known)}
    if keys.keys() & _WITH_BOOKS:
        reads[_VERSIONS] = BOOKS
    found = await read_together(tx, reads)
    await _load_stays_seen(tx, keys, known)
    versions = found.pop(_VERSIONS, {})
    for name, rows in found.items():
        setattr(known, name, rows)
    await _load_parts(tx, keys, known)
    if keys.keys() & _WITH_BOOKS:
        await _load_registers(tx, keys, known, versions, cache)
    return known


async def _load_books(tx: Tx, keys: Keys, known: Known) -> None:
    for name in keys.get(Kind.SETTLED_AT, ()):
        *period, after, limit = name.split(KEY_SEPARATOR)
        known.books[name] = await books.settled(tx, _period(*period), after, int(limit))
    for name in keys.get(Kind.INSURED_VISITS, ()):
        node, person, after, visit = name.split(KEY_SEPARATOR)
        known.insured[name] = await insured.visits(tx, node, person, date.fromisoformat(after), visit)
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


async def _load_stays_seen(tx: Tx, keys: Keys, known: Known) -> None:
    """Reads the persons' other stays beside those that are locked, which stay as they were locked."""
    if persons := keys.get(Kind.STAYS_SEEN):
        seen = await visits.read_stays(tx, persons)
        for visit in (seen[visit_id] for visit_id in seen.keys() - known.visits.keys()):
            known.visits[visit.visit_id] = visit
            known.stays.setdefault(visit.person_id, []).append(visit.visit_id)


async def _load_parts(tx: Tx, keys: Keys, known: Known) -> None:
    """Reads what was uploaded to the parts (中途结算) that a transfer may leave out; few persons have one."""
    stays = (known.visits[id] for person in keys.get(Kind.PARTS, ()) for id in known.stays.get(person, ()))
    waiting = {stay.visit_id for stay in stays if stay.parts and stay.awaits_settlement}
    if rest := waiting - known.uploads.keys():
        read = uploads.of_visits(sorted(rest), known.uploads)
        known.uploads = (await read_together(tx, {"": read}))[""]


async def _load_money(tx: Tx, keys: Keys, known: Known, settled: Iterable[str], *, is_locked: bool) -> None:
    if is_locked and (persons := keys.get(Kind.ACCOUNT)):
        known.accounts = await accounts.lock(tx, persons, _first_year(keys))
    if persons := keys.get(Kind.PERSONAL_ACCOUNT):
        known.personal = await accounts.lock_personal(tx, persons)
    stays = (known.stays.get(person, ()) for person in keys.get(Kind.PAGES_OF, ()))
    if pages := {*keys.get(Kind.PAGE, ()), *chain.from_iterable(stays)}:
        known.pages = await case_pages.lock(tx, sorted(pages))
    if asked := keys.get(Kind.PRESCRIPTION):  # of few bills
        known.prescriptions = await prescriptions.used(tx, asked)
    if settled:
        known.settlements = await settlements.newest(tx, sorted(settled))


def _first_year(keys: Keys) -> int:
    return min(map(int, keys[Kind.YEAR]))


def _work_reads(keys: Keys, known: Known, *, is_locked: bool) -> dict[str, Read[Any]]:
    """What to read of settlement's own, by field of `Known`, once its visits are locked.

    All earlier uploads are seen then, and none is added meanwhile. Where nothing is locked, nothing is to
    change either: accounts are only read. Of care, what ended before any bill of the batch began is left
    out: it cannot overlap one.
    """
    reads: dict[str, Read[Any]] = {}
    if not is_locked and (persons := keys.get(Kind.ACCOUNT)):
        reads["accounts"] = accounts.read(persons, _first_year(keys))
    if persons := keys.get(Kind.CASH_OUTS_OF):
        reads["cash_outs"] = cash_outs.standing(persons)
    paged = (known.visits[visit] for visit in keys.get(Kind.PAGE_VERSIONS, ()) if visit in known.visits)
    summed = {*keys.get(Kind.UPLOADS, ()), *(part for visit in paged for part in visit.earlier_parts)}
    if rest := summed - known.uploads.keys() - {*keys.get(Kind.UPLOADS_WHOLE, ())}:
        reads["uploads"] = uploads.of_visits(sorted(rest), known.uploads)
    if versions := keys.get(Kind.PAGE_VERSIONS):
        reads["page_versions"] = page_versions.of_visits(sorted(versions))
    cared_for = set(keys.get(Kind.CARE, ()))
    begun = [date.fromisoformat(day) for day in keys.get(Kind.CARE_SINCE, ())]
    begun += [visit.service_on for visit in known.visits.values() if visit.person_id in cared_for]
    if cared_for and begun:
        reads["care"] = care.settled(sorted(cared_for), min(begun))
    return reads


def _copies_reads(keys: Keys, known: Known) -> dict[str, Read[Any]]:
    """What to read of the copies of what other services own, by field of `Known`."""
    reads: dict[str, Read[Any]] = {}
    for kind, name, read in _COPIES:
        if persons := keys.get(kind):
            reads[name] = read(persons)
    institutions = set(keys.get(Kind.INSTITUTION, ()))
    if Kind.TOLD in keys or (institutions and Kind.SETTLED_OF in keys):  # of what changed for a visit
        institutions |= {visit.institution_id for visit in known.visits.values()}
    if institutions:
        reads["institutions"] = copies.institutions(sorted(institutions))
    return reads


async def _load_whole_uploads(tx: Tx, keys: Keys, known: Known) -> None:
    if persons := keys.get(Kind.UPLOADS_OF):
        known.uploads = await uploads.whole_of_persons(tx, persons)
    if whole := keys.get(Kind.UPLOADS_WHOLE):
        known.uploads |= await uploads.whole_of_visits(tx, whole)
    if names := keys.get(Kind.UPLOAD):
        pairs = [name.split(KEY_SEPARATOR) for name in names]
        known.upload_ids = await uploads.taken(tx, [(visit, upload) for visit, upload in pairs])


async def _load_fees(tx: Tx, keys: Keys, known: Known) -> None:
    for name in keys.get(Kind.FEES, ()):
        visit, person, institution, skip = name.split(KEY_SEPARATOR)
        subject = (visit, person, institution)
        known.fees[name] = await uploads.lines_page(tx, subject, int(skip), FEES_PAGE + 1)


async def _load_registers(
    tx: Tx, keys: Keys, known: Known, versions: Mapping[str, UUID], cache: RegisterCache
) -> None:
    held = await _registers(tx, keys, known, versions, cache)
    if keys.keys() & _BY_POLICY:
        held = await cache.with_texts(tx, held, _insured_places(keys, known))
    if explained := keys.get(Kind.EXPLAINED):
        kept = [known.settlements[visit] for visit in explained if visit in known.settlements]
        held = await cache.with_digests(
            tx, held, {unpack_explanation(one.explanation).policy_digest for one in kept}
        )
    known.registers = held


async def _registers(
    tx: Tx, keys: Keys, known: Known, versions: Mapping[str, UUID], cache: RegisterCache
) -> Registers:
    """The registers, with the catalogues of the treatment places, and of insured places that may count.

    Code mappings are read by institution; prices for the insured places asked for, and for those of persons
    whose self-paid lines are compared.
    """
    pairs = [name.split(KEY_SEPARATOR) for name in keys.get(Kind.CLASSIFIED, ())]
    treated = [(person, known.institutions[i].area) for i, person in pairs if i in known.institutions]
    areas = {area for _, area in treated} | set(keys.get(Kind.AREA, ()))
    mapped = {institution for institution, _ in pairs} | set(keys.get(Kind.MAPPED, ()))
    priced = _all_places({*keys.get(Kind.PRICES_OF, ()), *_homes(known, set(keys.get(Kind.COMPARED, ())))})
    held = await cache.fresh(tx, versions, _all_places(areas), mapped, priced)
    all_may = Kind.CATALOGUES_OF in keys
    persons = {person for person, area in treated if all_may or held.agreements.varies(area)}
    if not persons:
        return held
    if missing := persons - known.coverages.keys():
        known.coverages |= (await read_together(tx, {"": copies.coverages(sorted(missing))}))[""]
    areas |= _homes(known, persons)
    return await cache.fresh(tx, versions, _all_places(areas), mapped, priced)


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
