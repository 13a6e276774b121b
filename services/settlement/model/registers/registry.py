"""Copies of what other services own: coverage, filings, institutions, and what is published for areas."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from services.settlement.model.account import AccountOwner
from shared.benefit.policy.book import PolicyHead
from shared.benefit.policy.form import FilingUsed
from shared.dated import on_day, with_told
from shared.messages.enrollment.registers import CatalogMode


class Coverage(NamedTuple):
    """What a person's coverage by a basic scheme (参保) is from `applies_from` on, until something else was
    told of it; `date.min`: from the beginning.

    `account_balance_on`: the day at whose beginning the personal account held the balance; None: before
    anything was spent.
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
        """Whose personal account it stands for."""
        return self.person_id, self.scheme, self.insured_area

    def is_normal_on(self, day: date) -> bool:
        """Whether the person is insured normally (参保状态正常) on the day; the end itself is not covered."""
        runs = self.covered_from <= day and (self.covered_until is None or day < self.covered_until)
        return runs and self.status == "normal"


class Qualification(NamedTuple):
    """A person qualifies (病种认定) for a chronic disease; the end is exclusive."""

    person_id: str
    insured_area: str
    disease: str
    qualified_from: date
    qualified_until: date | None

    @property
    def key(self) -> tuple[str, str, str, date]:
        """What names it; only its end may be told anew."""
        return self.person_id, self.insured_area, self.disease, self.qualified_from

    def includes(self, day: date) -> bool:
        """Whether the person qualifies on the day."""
        return self.qualified_from <= day and (self.qualified_until is None or day < self.qualified_until)


class Institution(NamedTuple):
    """A designated institution (定点医药机构) as it was told last; `tier` with its grade, if it has one: 3甲.

    Its tier, services and status hold from `applies_from` on; `earlier`: what was told of days before, oldest
    first. Whose node it has is asked of no day.
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
        """The institution as it was on a day; None before anything was told of it."""
        return on_day((*self.earlier, self), day)

    def with_told(self, told: "Institution") -> "Institution":
        """The institution after something more was told of it."""
        *earlier, last = with_told((*self.earlier, self._replace(earlier=())), told)
        return last._replace(earlier=tuple(earlier))


class Center(NamedTuple):
    """An agency (经办机构) of the area that names it, and its node."""

    center_id: str
    node_id: str


class Agreement(NamedTuple):
    """An agreement (协议) between an insured and a treatment area; the end is exclusive.

    `catalog_mode`: whose catalogue classifies the lines.
    """

    agreement_id: str
    insured_area: str
    treatment_area: str
    schemes: tuple[str, ...] | list[str]
    in_force_from: date
    in_force_until: date
    catalog_mode: CatalogMode = "treatment"


class PublishedPolicy(NamedTuple):
    """A policy with its text, JSON."""

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
    """An edition (版本) of a register: its pages count, and no others, once all of them are here.

    `subject` is what the version of the register's pages is called.
    """

    subject: str
    number: int
    page_ids: tuple[str, ...]


class HomeTiers(NamedTuple):
    """What an insured area counts the tiers of other places as (`dedc_hosp_lv`); always the whole mapping.

    `in_force_from` is `date.min` for what counts from the beginning.
    """

    insured_area: str
    in_force_from: date
    tiers: Mapping[str, str]


class Filing(NamedTuple):
    """A filing (备案), in force from `starts_on` until `ends_on` (exclusive; None = open).

    It belongs to the coverage it was made under: insured area and scheme (None: kept before that was told).
    """

    person_id: str
    filing_id: str
    counts_as: FilingUsed
    destination_area: str
    starts_on: date
    ends_on: date | None
    insured_area: str | None = None
    scheme: str | None = None
