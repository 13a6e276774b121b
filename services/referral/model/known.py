"""What a batch of referral's messages knows."""

from dataclasses import dataclass, field
from datetime import date

from services.referral.checks.model import KnownCredential, KnownCuts
from services.referral.delegations.model import KnownDelegation
from services.referral.issuers.model import KnownIssuers
from services.referral.lists.model import WorkPage
from services.referral.model.chain import AUTO, FilingRules, Review
from services.referral.model.coverage import KnownCoverage
from services.referral.model.filing import ChangedFiling, Filing
from services.referral.model.institution import KnownInstitution
from services.referral.worklist.model import Announcement, WorklistPage
from shared.areas import widened
from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.dated import on_day, with_told
from shared.messages.enrollment.registers import CenterRegistered
from shared.messages.referral.worklist import ListedReferral
from shared.pools import Pool, PoolBook


@dataclass(slots=True)
class Known:
    """What a batch knows: coverages, filings and reviews of its persons, which wanted filing ids are taken,
    for which areas the nodes that ask answer (`None`: for all), where their institutions lie, how areas take
    filings, the policies that may hold for its persons, who pools there and where filings lead, and who may
    issue certificates around them. What filings are checked by: institutions, credentials, policies' cuts,
    areas that are `opened`, reviews that agreements delegate. What is asked for: what was announced of its
    persons, and pages of lists.
    """

    coverages: dict[str, dict[tuple[str, str], list[KnownCoverage]]] = field(default_factory=dict)
    filings: dict[str, dict[str, Filing]] = field(default_factory=dict)
    reviews: dict[str, list[Review]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    areas: dict[str, set[str | None]] = field(default_factory=dict)
    hospitals: dict[str, dict[str, str]] = field(default_factory=dict)
    rules: dict[str, list[FilingRules]] = field(default_factory=dict)
    policies: PolicyBook = field(default_factory=lambda: PolicyBook(()))
    pools: PoolBook = field(default_factory=PoolBook)
    issuers: list[KnownIssuers] = field(default_factory=list)
    institutions: dict[str, KnownInstitution] = field(default_factory=dict)
    credentials: dict[str, dict[str, KnownCredential]] = field(default_factory=dict)
    cuts: dict[str, KnownCuts] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    delegations: list[KnownDelegation] = field(default_factory=list)
    announcements: dict[tuple[str, str], Announcement] = field(default_factory=dict)
    worklists: dict[WorklistPage, list[ListedReferral]] = field(default_factory=dict)
    work: dict[WorkPage, list[Filing]] = field(default_factory=dict)

    def filing(self, person_id: str, filing_id: str) -> Filing | None:
        """The person's filing, or none."""
        return self.filings.get(person_id, {}).get(filing_id)

    def of_person(self, person_id: str) -> list[Filing]:
        """The person's filings, in the order of their ids."""
        held = self.filings.get(person_id, {})
        return [held[name] for name in sorted(held)]

    def periods(self, person_id: str, place: tuple[str, str]) -> list[KnownCoverage]:
        """All that was told of a coverage of the person's."""
        return self.coverages.get(person_id, {}).get(place, [])

    def answers_for(self, node_id: str, area: str) -> bool:
        """Whether a node is an operator's, or that of an agency of the area, its city or its province."""
        return not self.areas.get(node_id, set()).isdisjoint({None, *widened(area)})

    def rules_of(self, insured_area: str, day: date) -> FilingRules:
        """How an area takes filings on a day: by its own rules, or else its city's, or its province's."""
        held = (on_day(self.rules.get(area, ()), day) for area in widened(insured_area))
        return next((rules for rules in held if rules), AUTO)

    def pooling_area(self, insured_area: str, scheme: str, day: date) -> str:
        """The pooling area (统筹区) of those insured in an area: as was told of it, else by the policy."""
        told = self.pools.pool_of(insured_area, scheme, day)
        return told or self.policies.pooling_area(insured_area, scheme, day)

    def keep_filing(self, filing: Filing) -> None:
        """A filing is made."""
        self.filings.setdefault(filing.person_id, {})[filing.filing_id] = filing
        self.taken.add(filing.filing_id)

    def change_filing(self, changed: ChangedFiling) -> None:
        """A filing has become another."""
        self.keep_filing(changed.filing)

    def keep_review(self, review: Review) -> None:
        """A filing was reviewed."""
        self.reviews.setdefault(review.filing_id, []).append(review)

    def keep_rules(self, rules: FilingRules) -> None:
        """An area takes filings by these rules from a day on; those of other days stay."""
        held = self.rules.get(rules.insured_area, [])
        others = [one for one in held if one.applies_from != rules.applies_from]
        self.rules[rules.insured_area] = [*others, rules]

    def keep_center(self, center: CenterRegistered) -> None:
        """The node answers for the area of a center, and none other does."""
        for areas in self.areas.values():
            areas.discard(center.center_id)
        self.areas.setdefault(center.node_id, set()).add(center.center_id)

    def keep_hospital(self, told: KnownInstitution) -> None:
        """The institution is the node's, and none other's."""
        for places in self.hospitals.values():
            places.pop(told.institution_id, None)
        self.hospitals.setdefault(told.node_id, {})[told.institution_id] = told.area
        self.institutions[told.institution_id] = told

    def keep_announcement(self, row: Announcement) -> None:
        """A referral is announced to an institution, or was answered or withdrawn."""
        self.announcements[row.place] = row

    def keep_policy(self, head: PolicyHead) -> None:
        """A policy holds where and when it says."""
        self.policies = self.policies.with_head(head)

    def keep_pool(self, told: Pool) -> None:
        """An area is pooled as told, from a day on."""
        self.pools = self.pools.with_told(told)

    def keep_cuts(self, told: KnownCuts) -> None:
        """A policy's cuts are as told."""
        self.cuts[told.policy_id] = told

    def keep_credential(self, told: KnownCredential) -> None:
        """A person's credential is as told."""
        self.credentials.setdefault(told.person_id, {})[told.credential_id] = told

    def keep_delegation(self, told: KnownDelegation) -> None:
        """An agreement says of a period who reviews, whatever it said of it before."""
        name = told.agreement_id, told.in_force_from
        others = [one for one in self.delegations if (one.agreement_id, one.in_force_from) != name]
        self.delegations = [*others, told]

    def keep_issuers(self, told: KnownIssuers) -> None:
        """The list of an area is as told, for the rest of its year."""
        self.issuers = [one for one in self.issuers if not told.replaces(one)] + [told]

    def keep_coverage(self, told: KnownCoverage) -> None:
        """A coverage is as told from a day on."""
        periods = with_told(self.periods(told.person_id, told.place), told)
        self.coverages.setdefault(told.person_id, {})[told.place] = periods
