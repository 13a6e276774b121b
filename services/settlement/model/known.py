"""What a batch knows: the rows it loaded, and how each thing decided changes them for the next message."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.settlement.model.account import PersonalAccount, YearAccount
from services.settlement.model.care import CareOf, care_of
from services.settlement.model.case_page import CasePage
from services.settlement.model.claims.manual import Manual
from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder
from services.settlement.model.claims.reimbursement import ReimbursementCase
from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal
from services.settlement.model.registers.agreement_book import AgreementBook
from services.settlement.model.registers.catalogue import Terms, empty_catalogue, places
from services.settlement.model.registers.code_map import empty_code_map
from services.settlement.model.registers.coverages import of_place
from services.settlement.model.registers.paged import Amended, Paged
from services.settlement.model.registers.price_list import empty_price_list, price_key
from services.settlement.model.registers.registry import (
    Agreement,
    CataloguePage,
    Center,
    Coverage,
    Filing,
    HomeTiers,
    Institution,
    MappingPage,
    PricePage,
    PublishedPolicy,
    Qualification,
)
from services.settlement.model.registers.tier_book import TierBook
from services.settlement.model.settlement import Settlement
from services.settlement.model.upload import Upload, Withdrawal
from services.settlement.model.visit import Visit
from shared.benefit.policy.book import PolicyBook
from shared.benefit.policy.checks import Policy, parse_policy
from shared.dated import newest, with_told

AccountKey = tuple[str, str, int, str]
PersonalKey = tuple[str, str, str]


@dataclass(slots=True)
class Registers:
    """The registers a process keeps in memory; replaced, never changed."""

    policies: PolicyBook = field(default_factory=lambda: PolicyBook(()))
    texts: Mapping[str, Policy] = field(default_factory=dict)
    agreements: AgreementBook = field(default_factory=lambda: AgreementBook(()))
    catalogues: Mapping[str, Paged[Terms] | Amended[Terms]] = field(default_factory=dict)
    code_maps: Mapping[str, Paged[str] | Amended[str]] = field(default_factory=dict)
    tiers: TierBook = field(default_factory=lambda: TierBook(()))
    prices: Mapping[str, Paged[int | None] | Amended[int | None]] = field(default_factory=dict)

    def home_tier(self, insured_area: str, tier: str, day: date) -> str | None:
        """What an insured area counts a tier as (`dedc_hosp_lv`); None where it does not map it. 001 (四).

        The day is the visit's `service_on`, as for the policy, whose tiers these are. The newest mapping of
        the area itself on it counts, else its city's, else its province's; never two of them.
        """
        held = (self.tiers.on(place, day) for place in places(insured_area))
        mapping = next((tiers for tiers in held if tiers is not None), None)
        return mapping.get(tier) if mapping is not None else None


@dataclass(slots=True)
class Known:
    """Rows by what names them; lists of rows by whose they are."""

    registers: Registers = field(default_factory=Registers)
    visits: dict[str, Visit] = field(default_factory=dict)
    stays: dict[str, list[str]] = field(default_factory=dict)
    uploads: dict[str, list[Upload]] = field(default_factory=dict)
    upload_ids: set[tuple[str, str]] = field(default_factory=set)
    accounts: dict[AccountKey, YearAccount] = field(default_factory=dict)
    personal: dict[PersonalKey, dict[date, PersonalAccount]] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    care: CareOf = field(default_factory=dict)
    pages: dict[str, CasePage] = field(default_factory=dict)
    coverages: dict[str, list[Coverage]] = field(default_factory=dict)
    filings: dict[str, list[Filing]] = field(default_factory=dict)
    qualifications: dict[str, list[Qualification]] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    manual: Manual = field(default_factory=Manual)

    def account(self, person_id: str, scheme: str, year: int, account: str) -> YearAccount:
        """A person's year account; empty before the year's first settlement."""
        found = self.accounts.get((person_id, scheme, year, account))
        return found or YearAccount(person_id, scheme, year, account)

    def personal_account(self, visit: Visit, day: date) -> PersonalAccount:
        """What was taken on a day from the personal account that a visit may use."""
        key = visit.person_id, visit.scheme, visit.insured_area
        return self.personal.get(key, {}).get(day) or PersonalAccount(*key, day)

    def balance_fen(self, coverage: Coverage) -> int:
        """What a personal account has left: its balance as told last, less what was spent from its day on."""
        told = newest(of_place(self.coverages[coverage.person_id], coverage.place))
        since, by_day = told.account_balance_on or date.min, self.personal.get(coverage[:3], {})
        spent = sum(one.spent_fen for day, one in by_day.items() if day >= since)
        return max(0, told.account_balance_fen - spent)

    def catalogue(self, area: str) -> Paged[Terms] | Amended[Terms] | None:
        """The catalogue of an area, or of what it lies in."""
        catalogues = self.registers.catalogues
        return next((found for place in places(area) if (found := catalogues.get(place))), None)

    def home_price_e6(self, insured_area: str, item: str, home_tier: str, day: date) -> int | None:
        """What the insured place's public hospitals of a tier take for an item, in yuan × 10⁶. 001 (三).

        None where no price is published. Only for insured places among the batch's "prices_of"; the nearest
        area that has a price on that day counts.
        """
        lists = (self.registers.prices.get(place) for place in places(insured_area))
        told = (held.on(day)[price_key(item, home_tier)] for held in lists if held)
        return next((price_e6 for price_e6 in told if price_e6 is not None), None)

    def apply(self, change: Any) -> None:
        """Changes what is known by one thing that was decided; facts say nothing the rows do not."""
        if applied := _APPLY.get(type(change)):
            applied(self, change)


def _visit(known: Known, visit: Visit) -> None:
    if visit.is_stay and visit.visit_id not in known.visits:
        known.stays.setdefault(visit.person_id, []).append(visit.visit_id)
    known.visits[visit.visit_id] = visit
    held = known.care.setdefault(visit.person_id, {})
    held.pop(visit.visit_id, None)
    if visit.state == "settled":
        held[visit.visit_id] = care_of(visit, known.settlements[visit.visit_id].total_fen)


def _upload(known: Known, upload: Upload) -> None:
    known.uploads.setdefault(upload.visit_id, []).append(upload)
    known.upload_ids.add((upload.visit_id, upload.upload_id))


def _withdrawal(known: Known, gone: Withdrawal) -> None:
    uploads = known.uploads[gone.visit_id]
    known.uploads[gone.visit_id] = [one for one in uploads if one.upload_id != gone.upload_id]


def _account(known: Known, account: YearAccount) -> None:
    known.accounts[account[:4]] = account


def _personal(known: Known, account: PersonalAccount) -> None:
    known.personal[account[:3]] = {**known.personal.get(account[:3], {}), account.spent_on: account}


def _settlement(known: Known, settlement: Settlement) -> None:
    known.settlements[settlement.visit_id] = settlement


def _page(known: Known, page: CasePage) -> None:
    known.pages[page.visit_id] = page


def _coverage(known: Known, coverage: Coverage) -> None:
    held = known.coverages.get(coverage.person_id, ())
    others = [one for one in held if one.place != coverage.place]
    known.coverages[coverage.person_id] = others + with_told(of_place(held, coverage.place), coverage)


def _filing(known: Known, filing: Filing) -> None:
    held = known.filings.get(filing.person_id, ())
    known.filings[filing.person_id] = [f for f in held if f.filing_id != filing.filing_id] + [filing]


def _qualification(known: Known, given: Qualification) -> None:
    held = known.qualifications.get(given.person_id, ())
    known.qualifications[given.person_id] = [one for one in held if one[:4] != given[:4]] + [given]


def _institution(known: Known, institution: Institution) -> None:
    held = known.institutions.get(institution.institution_id)
    known.institutions[institution.institution_id] = held.with_told(institution) if held else institution


def _policy(known: Known, policy: PublishedPolicy) -> None:
    held = known.registers
    texts = {**held.texts, policy.head.digest: parse_policy(json.loads(policy.body))}
    known.registers = replace(held, policies=held.policies.with_head(policy.head), texts=texts)


def _agreement(known: Known, agreement: Agreement) -> None:
    held = known.registers
    known.registers = replace(held, agreements=held.agreements.with_agreement(agreement))


def _catalogue(known: Known, page: CataloguePage) -> None:
    if page.in_edition:  # counts once its edition is whole, as committed
        return
    held = known.registers.catalogues
    amended = (held.get(page.area) or empty_catalogue()).amended(page)
    known.registers = replace(known.registers, catalogues={**held, page.area: amended})


def _mapping(known: Known, page: MappingPage) -> None:
    if page.in_edition:  # counts once its edition is whole, as committed
        return
    held = known.registers.code_maps
    amended = (held.get(page.institution_id) or empty_code_map()).amended(page)
    known.registers = replace(known.registers, code_maps={**held, page.institution_id: amended})


def _tiers(known: Known, given: HomeTiers) -> None:
    held = known.registers
    known.registers = replace(held, tiers=held.tiers.with_mapping(given))


def _prices(known: Known, page: PricePage) -> None:
    if page.in_edition:  # counts once its edition is whole, as committed
        return
    held = known.registers.prices
    amended = (held.get(page.area) or empty_price_list()).amended(page)
    known.registers = replace(known.registers, prices={**held, page.area: amended})


def _bill(known: Known, bill: SelfPaidBill) -> None:
    known.manual.bills[bill.visit_id] = bill


def _center(known: Known, center: Center) -> None:
    known.manual.centers[center.center_id] = center.node_id


_APPLY: dict[type, Callable[[Known, Any], None]] = {
    Visit: _visit,
    Upload: _upload,
    Withdrawal: _withdrawal,
    YearAccount: _account,
    PersonalAccount: _personal,
    Settlement: _settlement,
    CasePage: _page,
    Coverage: _coverage,
    Filing: _filing,
    Qualification: _qualification,
    Institution: _institution,
    PublishedPolicy: _policy,
    Agreement: _agreement,
    CataloguePage: _catalogue,
    MappingPage: _mapping,
    ReimbursementCase: lambda known, case: known.manual.keep_case(case),
    SelfPaidBill: _bill,
    SelfPaidWithdrawal: lambda known, gone: known.manual.keep_withdrawal(gone),
    PaymentOrder: lambda known, order: known.manual.keep_order(order),
    OrderPaid: lambda known, paid: known.manual.keep_paid(paid),
    Center: _center,
    HomeTiers: _tiers,
    PricePage: _prices,
}
