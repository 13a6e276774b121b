"""Copies of what other services own: coverage, filings, institutions, and what is published for areas."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from services.settlement.model.account import AccountOwner
from shared.benefit.policy.book import PolicyHead
from shared.benefit.policy.form import FilingUsed
from shared.dated import on_day, with_told
from shared.messages.enrollment.agreements import CatalogMode


class Coverage(NamedTuple):
    """A person's coverage by a basic scheme (参保) from `applies_from` on, until the next statement of it.

    `applies_from` is `date.min` for what holds from the beginning. `account_balance_on`: the day at whose
    beginning the personal account held the balance; None: before anything was spent.
    """

    person_id: str
    scheme: str
    insured_area: str
    status: str
    retired: bool
    identities: tuple[str, ...] | list[str]
    covered_from: date
    covered_until: date | None
    account_balance_fen: int
    applies_from: date = date.min
    account_balance_on: date | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What distinguishes the coverages of one person: scheme and insured area."""
        return self.scheme, self.insured_area

    @property
    def account_owner(self) -> AccountOwner:
        """The key of the personal account (个人账户) that belongs to this coverage."""
        return self.person_id, self.scheme, self.insured_area

    def is_normal_on(self, day: date) -> bool:
        """Whether the person is insured normally (参保状态正常) on the day; the end itself is not covered."""
        runs = self.covered_from <= day and (self.covered_until is None or day < self.covered_until)
        return runs and self.status == "normal"


class Qualification(NamedTuple):
    """A person's qualification (病种认定) for a chronic disease; the end is exclusive."""

    person_id: str
    insured_area: str
    disease: str
    qualified_from: date
    qualified_until: date | None

    @property
    def key(self) -> tuple[str, str, str, date]:
        """Identifies the qualification; a later fact may change only its end."""
        return self.person_id, self.insured_area, self.disease, self.qualified_from

    def includes(self, day: date) -> bool:
        """Whether the person qualifies on the day."""
        return self.qualified_from <= day and (self.qualified_until is None or day < self.qualified_until)


class Institution(NamedTuple):
    """A designated institution (定点医药机构) as published last; `tier` includes its grade, if any: 3甲.

    Its tier, services and status hold from `applies_from` on; `earlier`: the statements for days before that,
    oldest first. `node_id` does not depend on the day.
    """

    institution_id: str
    node_id: str
    area: str
    tier: str
    services: tuple[str, ...] | list[str]
    status: str
    applies_from: date = date.min
    earlier: tuple["Institution", ...] = ()

    def on(self, day: date) -> "Institution | None":
        """The institution as it was on a day; None before the first statement about it."""
        return on_day((*self.earlier, self), day)

    def with_told(self, told: "Institution") -> "Institution":
        """The institution after one more statement about it, which replaces those from its own day on."""
        *earlier, last = with_told((*self.earlier, self._replace(earlier=())), told)
        return last._replace(earlier=tuple(earlier))


class Center(NamedTuple):
    """An agency (经办机构) and its node; `center_id` is the code of its area."""

    center_id: str
    node_id: str


class Agreement(NamedTuple):
    """An agreement (协议) between an insured and a treatment area; the end is exclusive.

    `catalog_mode`: whose catalogue classifies the lines. `institutions`: those it opens; none named: all.
    """

    agreement_id: str
    insured_area: str
    treatment_area: str
    schemes: tuple[str, ...] | list[str]
    in_force_from: date
    in_force_until: date
    catalog_mode: CatalogMode = "treatment"
    institutions: tuple[str, ...] | list[str] = ()


class PublishedPolicy(NamedTuple):
    """A policy (待遇政策) with its text as JSON."""

    head: PolicyHead
    body: str


class CataloguePage(NamedTuple):
    """A page of an area's catalogue (三大目录); `items` is JSON, [[item, level, limit in yuan, bp], …]."""

    page_id: str
    area: str
    in_force_from: date
    items: str
    in_edition: bool = False


class MappingPage(NamedTuple):
    """A page of an institution's item codes (院内编码对照); `items` is JSON, [[local item, item], …]."""

    page_id: str
    institution_id: str
    in_force_from: date
    items: str
    in_edition: bool = False


class PricePage(NamedTuple):
    """A page of an area's public-hospital prices (公立医院价格); `items` is JSON, [[item, tier, yuan], …]."""

    page_id: str
    area: str
    in_force_from: date
    items: str
    in_edition: bool = False


class Edition(NamedTuple):
    """An edition (版本) of a register: once all its pages have come, they count and no others.

    `subject` names the register in the table of versions.
    """

    subject: str
    number: int
    page_ids: tuple[str, ...]


class HomeTiers(NamedTuple):
    """An insured area's mapping (医院等级对应) of hospital tiers to its own (`dedc_hosp_lv`), always whole.

    `in_force_from` is `date.min` for what counts from the beginning.
    """

    insured_area: str
    in_force_from: date
    tiers: Mapping[str, str]


class Filing(NamedTuple):
    """A filing (备案), in force from `starts_on` until `ends_on` (exclusive; None = open).

    It counts for the coverage it was made under: insured area and scheme (None in old rows: for any).
    `institutions`: those that its person has chosen there (异地定点医院, 004-4 二); none named: all.
    """

    person_id: str
    filing_id: str
    counts_as: FilingUsed
    destination_area: str
    starts_on: date
    ends_on: date | None
    insured_area: str | None = None
    scheme: str | None = None
    institutions: tuple[str, ...] | list[str] = ()
