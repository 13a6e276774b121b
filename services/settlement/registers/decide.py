"""Keeps copies of the facts of enrollment and referral; a filing that comes late opens a case. Pure."""

from datetime import date
from hashlib import blake2b

from pydantic_core import to_json

from services.settlement.model.filing_used import filing_used, is_for
from services.settlement.model.known import Known
from services.settlement.model.registers.coverages import of_place
from services.settlement.model.registers.credential import Credential
from services.settlement.model.registers.registry import (
    Agreement,
    CataloguePage,
    Center,
    Coverage,
    Edition,
    Filing,
    HomeTiers,
    Institution,
    MappingPage,
    PricePage,
    PublishedPolicy,
    Qualification,
)
from services.settlement.model.visit import Visit
from services.settlement.visits.notices import tell_institution
from shared.areas import same_province
from shared.benefit.policy.book import policy_head
from shared.benefit.policy.checks import parse_policy
from shared.benefit.policy.form import FilingUsed
from shared.bus.message import NOTHING, Decision, Message
from shared.dated import newest
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.credentials import CredentialChanged
from shared.messages.enrollment.editions import EditionPublished
from shared.messages.enrollment.mappings import MappingPublished
from shared.messages.enrollment.network.pooling import PoolingSet
from shared.messages.enrollment.prices import PricesPublished
from shared.messages.enrollment.qualification import DiseaseQualified
from shared.messages.enrollment.registers import (
    CataloguePublished,
    CenterRegistered,
    CoverageChanged,
    InstitutionPublished,
    PolicyPublished,
)
from shared.messages.enrollment.tiers import TiersMapped
from shared.messages.referral.filings import FilingAccepted, FilingEnded, FilingKind
from shared.messages.settlement.notices import FilingCounts
from shared.messages.settlement.reimbursement import ManualCaseOpened
from shared.messages.settlement.visits import CorrectionCaseOpened, VisitSubject
from shared.pools import Pool, PoolBook

_COUNTS_AS: dict[FilingKind, FilingUsed] = {
    "resettled_retiree": "long_term",
    "long_term_resident": "long_term",
    "posted_worker": "long_term",
    "referral": "referral",
    "emergency": "emergency",
    "other_temporary": "other_temporary",
}
"""What a filing's kind means for the ratio (001 (二)(四))."""


def keep_coverage(known: Known, message: Message, body: CoverageChanged) -> Decision:
    """Keeps a person's coverage from a day on; the statements for earlier days stay.

    A new balance of the personal account without a day counts from the day on which the fact comes.
    """
    given = Coverage(*(getattr(body, name) for name in Coverage._fields))
    given = given._replace(applies_from=body.applies_from or date.min)
    held = of_place(known.coverages.get(body.person_id, ()), given.place)
    if held and given.account_balance_on is None:
        before = newest(held)
        is_same = before.account_balance_fen == given.account_balance_fen
        given = given._replace(account_balance_on=before.account_balance_on if is_same else message.day)
    return Decision(rows=[given])


def keep_qualification(known: Known, message: Message, body: DiseaseQualified) -> Decision:
    """Keeps a person's qualification for a disease."""
    return Decision(rows=[Qualification(*(getattr(body, name) for name in Qualification._fields))])


def keep_credential(known: Known, message: Message, body: CredentialChanged) -> Decision:
    """Keeps a person's credential: what is shown with an admission or a bill is compared with it."""
    return Decision(rows=[Credential(*(getattr(body, name) for name in Credential._fields))])


def keep_institution(known: Known, message: Message, body: InstitutionPublished) -> Decision:
    """Keeps an institution from a day on; its tier includes its grade (2甲), as in tier mappings."""
    given = Institution(
        body.institution_id,
        body.node_id,
        body.area,
        f"{body.tier}{body.grade or ''}",
        body.services,
        body.status,
        body.applies_from or date.min,
    )
    return Decision(rows=[given])


def keep_center(known: Known, message: Message, body: CenterRegistered) -> Decision:
    """Keeps the node of an area's agency."""
    return Decision(rows=[Center(body.center_id, body.node_id)])


def keep_agreement(known: Known, message: Message, body: AgreementSigned) -> Decision:
    """Keeps an agreement."""
    row = Agreement(*(getattr(body, name) for name in Agreement._fields))
    return Decision(rows=[row._replace(institutions=[one.institution_id for one in body.institutions])])


def keep_policy(known: Known, message: Message, body: PolicyPublished) -> Decision:
    """Keeps a policy under the digest of its exact text."""
    text = to_json(body.policy)
    head = policy_head(parse_policy(body.policy), blake2b(text, digest_size=16).hexdigest())
    return Decision(rows=[PublishedPolicy(head, text.decode())])


def keep_catalogue(known: Known, message: Message, body: CataloguePublished) -> Decision:
    """Keeps a page of a catalogue; of its items, only what classifies a line."""
    items = [(one.item, one.level, one.price_limit, one.pre_self_pay_bp) for one in body.items]
    page = CataloguePage(
        body.page_id, body.area, body.in_force_from, to_json(items).decode(), body.in_edition
    )
    return Decision(rows=[page])


def keep_mapping(known: Known, message: Message, body: MappingPublished) -> Decision:
    """Keeps a page of an institution's item codes."""
    codes = to_json([(one.local_item, one.item) for one in body.codes]).decode()
    page = MappingPage(body.page_id, body.institution_id, body.in_force_from, codes, body.in_edition)
    return Decision(rows=[page])


def keep_tiers(known: Known, message: Message, body: TiersMapped) -> Decision:
    """Keeps an area's mapping of tiers, in place of an earlier one for the same day."""
    tiers = {str(one.tier): one.home_tier for one in body.mappings}
    return Decision(rows=[HomeTiers(body.insured_area, body.in_force_from or date.min, tiers)])


def keep_pool(known: Known, message: Message, body: PoolingSet) -> Decision:
    """Keeps who pools for an area from a day on."""
    return Decision(rows=[Pool(*(getattr(body, name) for name in Pool._fields))])


def keep_prices(known: Known, message: Message, body: PricesPublished) -> Decision:
    """Keeps a page of public hospitals' prices."""
    items = to_json([(one.item, one.tier, one.price) for one in body.items]).decode()
    return Decision(rows=[PricePage(body.page_id, body.area, body.in_force_from, items, body.in_edition)])


def keep_edition(known: Known, message: Message, body: EditionPublished) -> Decision:
    """Keeps which pages an edition of a register has; it counts once all of them have come."""
    return Decision(rows=[Edition(f"{body.register_of} {body.whose}", body.number, body.pages)])


def keep_filing(known: Known, message: Message, body: FilingAccepted) -> Decision:
    """Keeps a filing, which counts from now on; each stay settled or paid without it gets a case."""
    # Living elsewhere without a way into the insurance there is paid as a referral (000 五(三)).
    counts_as = "referral" if body.cannot_join_locally else _COUNTS_AS[body.kind]
    filing = Filing(
        body.person_id,
        body.filing_id,
        counts_as,
        body.destination_area,
        body.starts_on,
        body.ends_on,
        body.insured_area,
        body.scheme,
        _listed(body),
    )
    filings = [*known.filings.get(body.person_id, ()), filing]
    stays = [known.visits[visit_id] for visit_id in known.stays.get(body.person_id, ())]
    pools = known.registers.pools
    cases = [case for stay in stays if (case := _case(pools, message, body, stay, filing, filings))]
    counts = [told for stay in stays if (told := _counts(pools, body, stay, filing, filings))]
    return Decision(facts=cases, rows=[filing], notices=tell_institution(known, *cases, *counts))


def _listed(body: FilingAccepted) -> list[str]:
    """The institutions that a filing leads to; across provinces to all, whatever it names (003 二)."""
    within = same_province(body.insured_area, body.destination_area)
    return [one.institution_id for one in body.institutions] if within else []


def _counts(
    pools: PoolBook, body: FilingAccepted, stay: Visit, filing: Filing, filings: list[Filing]
) -> FilingCounts | None:
    """Tells that a filing counts for a stay under way, so that its hospital may quote anew (001 (九))."""
    until = stay.discharged_on or max(body.filed_on, stay.service_on)
    if stay.state not in ("admitted", "discharged") or not is_for(pools, filing, stay, until):
        return None
    used = filing_used(pools, stay, filings, until)
    if used.filing_id != filing.filing_id:
        return None
    names = {"visit_id": stay.visit_id, "person_id": stay.person_id, "institution_id": stay.institution_id}
    return FilingCounts(**names, filing_id=filing.filing_id, filing=used.kind, filed_on=body.filed_on)


def _case(
    pools: PoolBook,
    message: Message,
    body: FilingAccepted,
    stay: Visit,
    filing: Filing,
    filings: list[Filing],
) -> VisitSubject | None:
    """The case that a filing opens for a stay: a correction, or a manual reimbursement (001 (九)); else None.

    A settlement gets a correction, never a silent change; a self-paid stay gets a manual reimbursement. The
    case is dated by the day on which the filing was told here, since this stream's day may not have come as
    far; and never before what it corrects, for one that is opened again is told with its first day.
    """
    until = stay.discharged_on if stay.manual else stay.settled_on or stay.discharged_on
    if until is None or not is_for(pools, filing, stay, until):
        return None
    used = filing_used(pools, stay, filings, until)
    if used.filing_id != filing.filing_id or used.kind == stay.filing:
        return None
    opened_on = max(until, body.taken_over_on or body.filed_on)
    if stay.state == "settled":
        return _correction(message, stay, filing.filing_id, opened_on)
    subject = _subject(message, stay, filing.filing_id, opened_on)
    return ManualCaseOpened.model_validate(subject) if stay.state in ("self_paid", "uploaded") else None


def _correction(
    message: Message, stay: Visit, filing_id: str, opened_on: date | None
) -> CorrectionCaseOpened:
    subject = _subject(message, stay, filing_id, opened_on)
    return CorrectionCaseOpened.model_validate({**subject, "settlement_id": stay.settlement_id})


def _subject(message: Message, stay: Visit, filing_id: str, opened_on: date | None) -> dict[str, object]:
    return {
        "visit_id": stay.visit_id,
        "person_id": stay.person_id,
        "institution_id": stay.institution_id,
        "case_id": message.derive(f"case {stay.visit_id}"),
        "filing_id": filing_id,
        "opened_on": opened_on,
    }


def end_filing(known: Known, message: Message, body: FilingEnded) -> Decision:
    """Ends a filing from a day on; a filing that was cancelled never was in force.

    Each stay settled under a cancelled filing gets a case, dated by its settlement: a filing is cancelled on
    the day it was made, and this stream's day may not have come as far.
    """
    held = known.filings.get(body.person_id, ())
    ended = [filing._replace(ends_on=body.ends_on) for filing in held if filing.filing_id == body.filing_id]
    stays = _settled_under(known, body) if body.reason == "cancelled" else []
    cases = [_correction(message, stay, body.filing_id, stay.settled_on) for stay in stays]
    notices = tell_institution(known, *cases)
    return Decision(facts=cases, rows=ended, notices=notices) if ended else NOTHING


def _settled_under(known: Known, body: FilingEnded) -> list[Visit]:
    stays = [known.visits[visit_id] for visit_id in known.stays.get(body.person_id, ())]
    settled = [stay for stay in stays if stay.state == "settled"]
    return [stay for stay in settled if known.settlements[stay.visit_id].filing_id == body.filing_id]
