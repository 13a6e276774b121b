"""The nouns of enrollment: register entries, coverages and opened days.

Rows as the store keeps them and the rules see them; nothing here waits or decides.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from services.enrollment.persons.model import HeldCredential, HeldIdentity, People
from shared.dated import in_force, with_told

RegisterKind = Literal[
    "node",
    "institution",
    "center",
    "agreement",
    "policy",
    "draft",
    "catalogue",
    "mapping",
    "price",
    "tiers",
    "edition",
    "qualification",
    "issuers",
    "steps",
    "hand_over",
    "agency",
    "code_set",
    "pooling",
    "rollout",
    "local_codes",
    "assessment",
]


class Entry(NamedTuple):
    """A registered subject (登记项) as it was given last; `version` counts its changes."""

    kind: RegisterKind
    subject_id: str
    version: int
    content: dict[str, Any]


class CoveragePeriod(NamedTuple):
    """What was told of a coverage: from `applies_from` on, until `applies_until`, when something else was.

    Both ends, and `covered_until`, are exclusive; `version` counts what was told of the coverage.
    """

    applies_from: date
    applies_until: date | None
    version: int
    status: str
    retired: bool
    identities: tuple[str, ...]
    covered_from: date
    covered_until: date | None
    account_balance_fen: int
    account_balance_on: date | None = None
    ended_because: str | None = None

    def says_the_same(self, other: "CoveragePeriod") -> bool:
        """Whether both tell the same, of whatever days."""
        return self[3:] == other[3:]

    def covers(self, day: date) -> bool:
        """Whether it is what was told of a day, and covers it."""
        applies = self.applies_from <= day and (self.applies_until is None or day < self.applies_until)
        return applies and self.covered_from <= day and not self.ends_by(day)

    def ends_by(self, day: date) -> bool:
        """Whether the coverage has ended when a day begins."""
        return self.covered_until is not None and self.covered_until <= day

    def overlaps(self, other: "CoveragePeriod") -> bool:
        """Whether both cover some same day; a terminated coverage covers none."""
        if "terminated" in (self.status, other.status):
            return False
        begins_on = max(self.applies_from, self.covered_from, other.applies_from, other.covered_from)
        ends = (self.applies_until, self.covered_until, other.applies_until, other.covered_until)
        return all(end is None or begins_on < end for end in ends)


class HeldCoverage(NamedTuple):
    """A person's coverage (参保) by one scheme in one area, period by period, each until the next begins."""

    person_id: str
    scheme: str
    insured_area: str
    periods: tuple[CoveragePeriod, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """What distinguishes the coverages of one person: scheme and insured area."""
        return self.scheme, self.insured_area

    @property
    def version(self) -> int:
        """How often something was told of it."""
        return self.periods[-1].version if self.periods else 0

    def is_over(self, day: date | None) -> bool:
        """Whether the person has left, as was told last; without a day, whether that was told at all."""
        last = self.periods[-1]
        return last.status == "terminated" or (day is not None and last.ends_by(day))

    def with_period(self, told: CoveragePeriod) -> "HeldCoverage":
        """The coverage after something was told of it, which replaces what was told of the same days."""
        if not self.periods:  # of nearly all in a large register
            return HeldCoverage(self.person_id, self.scheme, self.insured_area, (told,))
        *earlier, last = with_told(self.periods, told)
        if earlier:
            earlier[-1] = earlier[-1]._replace(applies_until=told.applies_from)
        return self._replace(periods=(*earlier, last))

    def overlaps(self, other: "HeldCoverage") -> bool:
        """Whether both cover some same day."""
        return any(one.overlaps(another) for one in self.periods for another in other.periods)


class EditionPage(NamedTuple):
    """A page that counts as part of an edition: whose it is, and the day it begins on, as in its content."""

    whose: str
    in_force_from: str


class OpenedDay(NamedTuple):
    """A business day (营业日) that was opened."""

    opened_on: date
    is_working_day: bool
    working_day_number: int
    provisional: bool


@dataclass(slots=True)
class Known:
    """What a batch knows: the entries its messages name, the persons' coverages, the last opened day, and the
    pages of the editions that are published.
    """

    entries: dict[tuple[RegisterKind, str], Entry]
    coverages: dict[str, dict[tuple[str, str], HeldCoverage]]
    first_opened_on: date | None = None
    last_opened_on: date | None = None
    edition_pages: dict[tuple[str, str], EditionPage] = field(default_factory=dict)
    people: People = field(default_factory=People)
    _of_kind: dict[RegisterKind, dict[str, Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sorts what is given by kind."""
        for entry in self.entries.values():
            self.keep(entry)

    def of_kind(self, kind: RegisterKind) -> Collection[Entry]:
        """The entries of a kind: those of others may be thousands, which nobody has to look through."""
        return self._of_kind.get(kind, {}).values()

    def policies(self, area: str, scheme: str) -> dict[str, dict[str, Any]]:
        """The texts of an area's and scheme's published policies by id, where a message names both."""
        texts = (entry.content["policy"] for entry in self.of_kind("policy"))
        return {text["policy_id"]: text for text in texts if _is_of(text, area, scheme)}

    def periods(self, agreement_id: str) -> list[Entry]:
        """The periods of an agreement that are registered, where a message names it."""
        return [entry for entry in self.of_kind("agreement") if entry.content["agreement_id"] == agreement_id]

    def is_center_in_force(self, center_id: str, day: date) -> bool:
        """Whether a center is registered and in force on a day."""
        center = self.entry("center", center_id)
        return center is not None and in_force(
            day, *(_day(center.content[name]) for name in ("in_force_from", "in_force_until"))
        )

    def keep(self, entry: Entry) -> None:
        """A subject is as given."""
        self.entries[entry.kind, entry.subject_id] = entry
        self._of_kind.setdefault(entry.kind, {})[entry.subject_id] = entry
        if entry.content.get("in_edition"):
            whose = entry.content.get("area") or entry.content["institution_id"]
            page = EditionPage(whose, entry.content["in_force_from"])
            self.edition_pages[entry.kind, entry.subject_id] = page

    def keep_coverage(self, coverage: HeldCoverage) -> None:
        """A person's coverage of one place is as given."""
        self.coverages.setdefault(coverage.person_id, {})[coverage.place] = coverage

    def keep_identity(self, identity: HeldIdentity) -> None:
        """It is known who a person is."""
        self.people.keep_identity(identity)

    def keep_credential(self, credential: HeldCredential) -> None:
        """A credential is as given."""
        self.people.keep_credential(credential)

    def keep_day(self, day: OpenedDay) -> None:
        """A day is open."""
        self.first_opened_on = self.first_opened_on or day.opened_on
        self.last_opened_on = day.opened_on

    def entry(self, kind: RegisterKind, subject_id: str) -> Entry | None:
        """The registered subject, or none."""
        return self.entries.get((kind, subject_id))


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _is_of(text: dict[str, Any], area: str, scheme: str) -> bool:
    return (text["insured_area"], text["scheme"]) == (area, scheme)
