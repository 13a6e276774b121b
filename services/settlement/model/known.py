"""What a batch knows: the rows it loaded, and how each row decided changes them for the next message."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.settlement.cash_outs.model import CashOut
from services.settlement.model.account import AccountKey, AccountOwner, PersonalAccount, YearAccount
from services.settlement.model.case_page import CasePage
from services.settlement.model.claims.manual import Manual
from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder
from services.settlement.model.claims.reimbursement import ReimbursementCase
from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal
from services.settlement.model.registers.agreement_book import AgreementBook
from services.settlement.model.registers.catalogue import Terms, empty_catalogue, places
from services.settlement.model.registers.code_map import empty_code_map
from services.settlement.model.registers.coverages import of_place
from services.settlement.model.registers.credential import Credential
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
from services.settlement.model.same_care import CareOf, care_of
from services.settlement.model.settlement import Entry, Settlement
from services.settlement.model.upload import Upload, UploadedLine, Withdrawal
from services.settlement.model.visit import Visit
from services.settlement.pages.version import CasePageVersion
from services.settlement.rollout.model import AreaStage, RolloutBook
from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.benefit.policy.checks import Policy, parse_policy
from shared.dated import newest, with_told
from shared.messages.settlement.insured import InsuredVisit
from shared.pools import Pool, PoolBook


@dataclass(slots=True)
class Registers:
    """The registers that a process keeps in memory; each is replaced as a whole, never changed."""

    policies: PolicyBook = field(default_factory=lambda: PolicyBook(()))
    texts: Mapping[str, Policy] = field(default_factory=dict)
    agreements: AgreementBook = field(default_factory=lambda: AgreementBook(()))
    catalogues: Mapping[str, Paged[Terms] | Amended[Terms]] = field(default_factory=dict)
    code_maps: Mapping[str, Paged[str] | Amended[str]] = field(default_factory=dict)
    tiers: TierBook = field(default_factory=lambda: TierBook(()))
    rollout: RolloutBook = field(default_factory=RolloutBook)
    prices: Mapping[str, Paged[int | None] | Amended[int | None]] = field(default_factory=dict)
    pools: PoolBook = field(default_factory=PoolBook)

    def pooling_area(self, insured_area: str, scheme: str, day: date) -> str:
        """The pooling area (统筹区) of those insured in an area: as was told of it, else by the policy."""
        told = self.pools.pool_of(insured_area, scheme, day)
        return told or self.policies.pooling_area(insured_area, scheme, day)

    def policy_on(self, insured_area: str, scheme: str, day: date) -> PolicyHead | None:
        """The policy in force for an insured area: that of the pool which the area is part of by then."""
        pool = self.pools.pool_of(insured_area, scheme, day)
        return self.policies.in_force(pool or insured_area, scheme, day)

    def heads_ever(self, insured_area: str, scheme: str) -> list[PolicyHead]:
        """Every policy that may hold for an insured area on some day."""
        areas = (insured_area, *self.pools.pools_ever(insured_area, scheme))
        return [head for area in areas for head in self.policies.heads_for(area, scheme)]

    def home_tier(self, insured_area: str, scheme: str, tier: str, day: date) -> str | None:
        """The insured area's tier for a hospital's (`dedc_hosp_lv`); None where it maps none. 001 (四).

        `day` is the visit's `service_on`, as for the policy, whose tiers these are. The newest mapping of the
        area itself (or the pool it is part of) on that day counts, else its city's, else its province's; two
        mappings are never combined.
        """
        for place in places(self.pools.pool_of(insured_area, scheme, day) or insured_area):
            mapping = self.tiers.on(place, day)
            if mapping is not None:
                return mapping.get(tier)
        return None


@dataclass(slots=True)
class Known:
    """The rows that a batch loaded, by their keys; lists of rows by the person or visit they belong to."""

    registers: Registers = field(default_factory=Registers)
    visits: dict[str, Visit] = field(default_factory=dict)
    stays: dict[str, list[str]] = field(default_factory=dict)
    uploads: dict[str, list[Upload]] = field(default_factory=dict)
    upload_ids: set[tuple[str, str]] = field(default_factory=set)
    accounts: dict[AccountKey, YearAccount] = field(default_factory=dict)
    personal: dict[AccountOwner, dict[date, PersonalAccount]] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    care: CareOf = field(default_factory=dict)
    pages: dict[str, CasePage] = field(default_factory=dict)
    page_versions: dict[str, list[CasePageVersion]] = field(default_factory=dict)
    coverages: dict[str, list[Coverage]] = field(default_factory=dict)
    filings: dict[str, list[Filing]] = field(default_factory=dict)
    qualifications: dict[str, list[Qualification]] = field(default_factory=dict)
    cash_outs: Mapping[str, CashOut] = field(default_factory=dict)  # not undone
    prescriptions: dict[str, str] = field(default_factory=dict)  # used, by the visit
    credentials: dict[str, list[Credential]] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    manual: Manual = field(default_factory=Manual)
    fees: dict[str, Sequence[UploadedLine]] = field(default_factory=dict)
    books: dict[str, Sequence[Entry]] = field(default_factory=dict)
    sums: dict[str, tuple[int, ...]] = field(default_factory=dict)
    insured: dict[str, Sequence[InsuredVisit]] = field(default_factory=dict)

    def account(self, person_id: str, scheme: str, year: int, account: str) -> YearAccount:
        """A person's year account; empty before the year's first settlement."""
        found = self.accounts.get((person_id, scheme, year, account))
        return found or YearAccount(person_id, scheme, year, account)

    def personal_account(self, visit: Visit, day: date) -> PersonalAccount:
        """What was taken on a day from the personal account that a visit may use."""
        key = visit.person_id, visit.scheme, visit.insured_area
        return self.personal.get(key, {}).get(day) or PersonalAccount(*key, day)

    def balance_fen(self, coverage: Coverage) -> int:
        """What is left in a personal account: the balance reported last, less what was spent since."""
        told = newest(of_place(self.coverages[coverage.person_id], coverage.place))
        since, by_day = told.account_balance_on or date.min, self.personal.get(coverage.account_owner, {})
        spent = sum(one.spent_fen for day, one in by_day.items() if day >= since)
        return max(0, told.account_balance_fen - spent)

    def catalogue(self, area: str) -> Paged[Terms] | Amended[Terms] | None:
        """The catalogue of an area, else of its city, else of its province; None where there is none."""
        catalogues = self.registers.catalogues
        return next((found for place in places(area) if (found := catalogues.get(place))), None)

    def home_price_e6(self, insured_area: str, item: str, home_tier: str, day: date) -> int | None:
        """The price of an item at the insured place's public hospitals of a tier, in yuan × 10⁶. 001 (三).

        None where no price is published. Only for insured places whose prices the batch loaded (`PRICES_OF`,
        `COMPARED`); the nearest area that has a price on that day counts.
        """
        lists = (self.registers.prices.get(place) for place in places(insured_area))
        told = (held.on(day)[price_key(item, home_tier)] for held in lists if held)
        return next((price_e6 for price_e6 in told if price_e6 is not None), None)

    def keep_visit(self, visit: Visit) -> None:
        """Replaces a visit. If it is settled, later bills of the person are compared with its care."""
        if visit.is_stay and visit.visit_id not in self.visits:
            self.stays.setdefault(visit.person_id, []).append(visit.visit_id)
        self.visits[visit.visit_id] = visit
        held = self.care.setdefault(visit.person_id, {})
        held.pop(visit.visit_id, None)
        if visit.state == "settled":
            held[visit.visit_id] = care_of(visit, self.settlements[visit.visit_id].total_fen)

    def keep_upload(self, upload: Upload) -> None:
        """Adds an upload to its visit."""
        self.uploads.setdefault(upload.visit_id, []).append(upload)
        self.upload_ids.add((upload.visit_id, upload.upload_id))
        self._forget_fees(upload.visit_id)

    def withdraw_upload(self, gone: Withdrawal) -> None:
        """Removes an upload that was withdrawn; its id stays taken."""
        uploads = self.uploads[gone.visit_id]
        self.uploads[gone.visit_id] = [one for one in uploads if one.upload_id != gone.upload_id]
        self._forget_fees(gone.visit_id)

    def keep_account(self, account: YearAccount) -> None:
        """Replaces a year account."""
        self.accounts[account.key] = account

    def keep_personal(self, account: PersonalAccount) -> None:
        """Replaces what was spent of a personal account on a day."""
        self.personal[account.owner] = {**self.personal.get(account.owner, {}), account.spent_on: account}

    def keep_settlement(self, settlement: Settlement) -> None:
        """Replaces a visit's newest settlement, which uses the prescriptions that it names."""
        self.settlements[settlement.visit_id] = settlement
        if settlement.prescriptions:
            used = dict.fromkeys(settlement.prescriptions.split(" "), settlement.visit_id)
            self.prescriptions = {**self.prescriptions, **used}

    def keep_page(self, page: CasePage) -> None:
        """Replaces a case page."""
        self.pages[page.visit_id] = page

    def keep_coverage(self, coverage: Coverage) -> None:
        """Adds a statement about a coverage, which replaces those from its own day on."""
        held = self.coverages.get(coverage.person_id, ())
        others = [one for one in held if one.place != coverage.place]
        self.coverages[coverage.person_id] = others + with_told(of_place(held, coverage.place), coverage)

    def keep_filing(self, filing: Filing) -> None:
        """Replaces a filing, or adds it."""
        held = self.filings.get(filing.person_id, ())
        self.filings[filing.person_id] = [f for f in held if f.filing_id != filing.filing_id] + [filing]

    def keep_qualification(self, given: Qualification) -> None:
        """Replaces a qualification, or adds it."""
        held = self.qualifications.get(given.person_id, ())
        self.qualifications[given.person_id] = [one for one in held if one.key != given.key] + [given]

    def keep_credential(self, given: Credential) -> None:
        """Replaces a credential, or adds it."""
        held = self.credentials.get(given.person_id, ())
        others = [one for one in held if one.credential_id != given.credential_id]
        self.credentials[given.person_id] = [*others, given]

    def keep_institution(self, institution: Institution) -> None:
        """Adds a statement about an institution, which replaces those from its own day on."""
        held = self.institutions.get(institution.institution_id)
        self.institutions[institution.institution_id] = held.with_told(institution) if held else institution

    def keep_policy(self, policy: PublishedPolicy) -> None:
        """Adds a published policy and its text."""
        held = self.registers
        texts = {**held.texts, policy.head.digest: parse_policy(json.loads(policy.body))}
        self.registers = replace(held, policies=held.policies.with_head(policy.head), texts=texts)

    def keep_agreement(self, agreement: Agreement) -> None:
        """Adds an agreement for the period it was signed for."""
        held = self.registers
        self.registers = replace(held, agreements=held.agreements.with_agreement(agreement))

    def keep_catalogue_page(self, page: CataloguePage) -> None:
        """Puts a page into an area's catalogue."""
        self._put("catalogues", page.area, empty_catalogue, page)

    def keep_mapping_page(self, page: MappingPage) -> None:
        """Puts a page into an institution's code mapping."""
        self._put("code_maps", page.institution_id, empty_code_map, page)

    def keep_tiers(self, given: HomeTiers) -> None:
        """Adds an insured area's mapping of tiers, in place of one for the same day."""
        held = self.registers
        self.registers = replace(held, tiers=held.tiers.with_mapping(given))

    def keep_pool(self, told: Pool) -> None:
        """Adds who pools for an area from a day on."""
        self.registers = replace(self.registers, pools=self.registers.pools.with_told(told))

    def keep_stage(self, told: AreaStage) -> None:
        """Adds the stage of an area."""
        self.registers = replace(self.registers, rollout=self.registers.rollout.with_stage(told))

    def keep_price_page(self, page: PricePage) -> None:
        """Puts a page into an area's price list."""
        self._put("prices", page.area, empty_price_list, page)

    def keep_bill(self, bill: SelfPaidBill) -> None:
        """Replaces a visit's self-paid bill."""
        self.manual.bills[bill.visit_id] = bill

    def keep_center(self, center: Center) -> None:
        """Notes on which node a center answers."""
        self.manual.centers[center.center_id] = center.node_id

    def keep_case(self, case: ReimbursementCase) -> None:
        """Replaces a case of reimbursement."""
        self.manual.keep_case(case)

    def keep_withdrawal(self, gone: SelfPaidWithdrawal) -> None:
        """Removes a self-paid bill that was withdrawn."""
        self.manual.keep_withdrawal(gone)

    def keep_order(self, order: PaymentOrder) -> None:
        """Adds a payment order."""
        self.manual.keep_order(order)

    def keep_paid(self, paid: OrderPaid) -> None:
        """Marks a payment order as paid."""
        self.manual.keep_paid(paid)

    def _put(self, name: str, whose: str, empty: Callable[[], Any], page: Any) -> None:
        if page.in_edition:  # it counts once all pages of its edition are committed
            return
        held = getattr(self.registers, name)
        changed: dict[str, Any] = {name: {**held, whose: (held.get(whose) or empty()).amended(page)}}
        self.registers = replace(self.registers, **changed)

    def _forget_fees(self, visit_id: str) -> None:
        """Drops the pages of lines that were read before the visit's uploads changed in this batch."""
        if self.fees:
            self.fees = {name: page for name, page in self.fees.items() if name.split(" ")[0] != visit_id}
