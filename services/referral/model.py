"""The nouns of referral: filings, the coverage they rest on, and a filing's life cycle as a table.

Nothing here waits or decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from services.referral.issuers.model import KnownIssuers
from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.dated import on_day, with_told
from shared.messages.body import Fact
from shared.messages.enrollment.registers import CenterRegistered
from shared.messages.referral import FilingEnded, FilingKind

FilingClass = Literal["long_term", "temporary"]
Ending = Literal["ended", "expired", "replaced", "cancelled", "coverage_changed"]
FilingState = Literal["in_force"] | Ending

CLASSES: dict[FilingKind, FilingClass] = {
    "resettled_retiree": "long_term",
    "long_term_resident": "long_term",
    "posted_worker": "long_term",
    "referral": "temporary",
    "emergency": "temporary",
    "other_temporary": "temporary",
}
"""The class of a kind is derived, never given (001 (二))."""

STARTS: FilingState = "in_force"
"""A filing is effective at once (003 二): there is no state before."""

LIFE: dict[tuple[FilingState, str], Ending] = {
    ("in_force", "EndFiling"): "ended",
    ("in_force", "SubmitFiling"): "replaced",
    ("in_force", "CancelRequest"): "cancelled",
    ("in_force", "FilingDue"): "expired",
    ("in_force", "CoverageDue"): "coverage_changed",
    ("in_force", "CoverageChanged"): "coverage_changed",
    # Not over yet, but to end on a later day.
    ("ended", "EndFiling"): "ended",
    ("ended", "SubmitFiling"): "replaced",
    ("ended", "CoverageDue"): "coverage_changed",
    ("ended", "CoverageChanged"): "coverage_changed",
    ("replaced", "SubmitFiling"): "replaced",
    ("replaced", "CoverageDue"): "coverage_changed",
    ("replaced", "CoverageChanged"): "coverage_changed",
}
"""State, message → next state; an absent key is a refusal `FILING_STATE`, or nothing happens."""


class Filing(NamedTuple):
    """A filing (备案); `ends_on` is exclusive, none = open. `request_id` is what its submission derives.

    It belongs to the coverage it was made under: scheme and insured area. `made_by`: the node that filed it.
    """

    filing_id: str
    person_id: str
    partition: int
    request_id: str
    kind: FilingKind
    scheme: str
    insured_area: str
    destination_area: str
    starts_on: date
    ends_on: date | None
    filed_on: date
    channel: str
    certificate_id: str | None
    continues_filing_id: str | None
    replaces_filing_id: str | None
    evidence: tuple[str, ...]
    state: FilingState
    made_by: str

    @property
    def place(self) -> tuple[str, str]:
        """The coverage it belongs to."""
        return self.scheme, self.insured_area

    @property
    def filing_class(self) -> FilingClass:
        """Long-term (长期) or temporary (临时)."""
        return CLASSES[self.kind]

    def ended(self, end: FilingEnded) -> "Filing":
        """The filing after its end was said."""
        return self._replace(ends_on=end.ends_on, state=end.reason)

    def runs_after(self, day: date) -> bool:
        """Whether the filing still holds after the day."""
        return self.ends_on is None or self.ends_on > day


class KnownCoverage(NamedTuple):
    """What was told of a person's coverage (参保), from `applies_from` on; `covered_until` is exclusive."""

    person_id: str
    scheme: str
    insured_area: str
    status: str
    covered_from: date
    covered_until: date | None
    applies_from: date = date.min

    @property
    def place(self) -> tuple[str, str]:
        """What distinguishes the coverages of one person: scheme and insured area."""
        return self.scheme, self.insured_area

    def in_force(self, day: date) -> bool:
        """Whether the person is insured normally (参保状态正常) on the day."""
        runs = self.covered_from <= day and (self.covered_until is None or day < self.covered_until)
        return runs and self.status == "normal"


def is_covered(periods: Iterable[KnownCoverage], day: date) -> bool:
    """Whether a coverage is in force on a day, by what was told of that day."""
    told = on_day(periods, day)
    return told is not None and told.in_force(day)


class FilingDue(Fact):
    """A day brought the end of a temporary filing; stays inside the service."""

    KEY = "person_id"
    filing_id: str
    person_id: str


class CoverageDue(Fact):
    """A day brought the end of the coverage a filing rests on; stays inside the service."""

    KEY = "person_id"
    filing_id: str
    person_id: str


@dataclass(slots=True)
class Known:
    """What a batch knows: coverages and filings of its persons, which wanted filing ids are taken, for which
    areas the nodes that ask answer (`None`: for all), the policies that may hold for its persons, and who may
    issue certificates in the provinces they are insured in.
    """

    coverages: dict[str, dict[tuple[str, str], list[KnownCoverage]]] = field(default_factory=dict)
    filings: dict[str, dict[str, Filing]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    areas: dict[str, set[str | None]] = field(default_factory=dict)
    policies: PolicyBook = field(default_factory=lambda: PolicyBook(()))
    issuers: list[KnownIssuers] = field(default_factory=list)

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

    def keep_filing(self, filing: Filing) -> None:
        """A filing is made."""
        self.filings.setdefault(filing.person_id, {})[filing.filing_id] = filing
        self.taken.add(filing.filing_id)

    def end_filing(self, end: FilingEnded) -> None:
        """A filing ends."""
        held = self.filings[end.person_id]
        held[end.filing_id] = held[end.filing_id].ended(end)

    def keep_center(self, center: CenterRegistered) -> None:
        """The node answers for the area of a center, and none other does."""
        for areas in self.areas.values():
            areas.discard(center.center_id)
        self.areas.setdefault(center.node_id, set()).add(center.center_id)

    def keep_policy(self, head: PolicyHead) -> None:
        """A policy holds where and when it says."""
        self.policies = self.policies.with_head(head)

    def keep_issuers(self, told: KnownIssuers) -> None:
        """The list of an area is as told, for the rest of its year."""
        self.issuers = [one for one in self.issuers if not told.replaces(one)] + [told]

    def keep_coverage(self, told: KnownCoverage) -> None:
        """A coverage is as told from a day on."""
        periods = with_told(self.periods(told.person_id, told.place), told)
        self.coverages.setdefault(told.person_id, {})[told.place] = periods
