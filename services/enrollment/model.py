"""The nouns of enrollment: register entries, coverages, opened days, and an institution's life cycle.

Rows as the store keeps them and the rules see them; nothing here waits or decides.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

RegisterKind = Literal[
    "node", "institution", "center", "agreement", "policy", "draft", "catalogue", "mapping", "price", "tiers"
]

INSTITUTION_LIFE: dict[str | None, frozenset[str]] = {
    None: frozenset({"nominated", "published"}),
    "nominated": frozenset({"nominated", "published"}),
    "published": frozenset({"published", "suspended"}),
    "suspended": frozenset({"suspended", "published"}),
}
"""Status → the statuses it may be given (000 三(二)3): nominated, published in the directory, suspended."""


class Entry(NamedTuple):
    """A registered subject (登记项) as it was given last; `version` counts its changes."""

    kind: RegisterKind
    subject_id: str
    version: int
    content: dict[str, Any]


class HeldCoverage(NamedTuple):
    """A person's coverage (参保) by one scheme in one area; `covered_until` is exclusive."""

    person_id: str
    scheme: str
    insured_area: str
    version: int
    status: str
    retired: bool
    identities: tuple[str, ...]
    covered_from: date
    covered_until: date | None
    account_balance_fen: int

    @property
    def place(self) -> tuple[str, str]:
        """What distinguishes the coverages of one person: scheme and insured area."""
        return self.scheme, self.insured_area

    def overlaps(self, other: "HeldCoverage") -> bool:
        """Whether both cover some same day; a terminated coverage covers none."""
        if "terminated" in (self.status, other.status):
            return False
        return _starts_before_end(self, other) and _starts_before_end(other, self)


def _starts_before_end(one: HeldCoverage, other: HeldCoverage) -> bool:
    return other.covered_until is None or one.covered_from < other.covered_until


class OpenedDay(NamedTuple):
    """A business day (营业日) that was opened."""

    opened_on: date
    is_working_day: bool
    working_day_number: int
    provisional: bool


@dataclass(slots=True)
class Known:
    """What a batch knows: the entries its messages name, the persons' coverages, the last opened day."""

    entries: dict[tuple[RegisterKind, str], Entry]
    coverages: dict[str, dict[tuple[str, str], HeldCoverage]]
    first_opened_on: date | None = None
    last_opened_on: date | None = None

    def entry(self, kind: RegisterKind, subject_id: str) -> Entry | None:
        """The registered subject, or none."""
        return self.entries.get((kind, subject_id))
