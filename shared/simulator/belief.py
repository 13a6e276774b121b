"""What the simulated hospitals and centers believe of the month, from the answers they were given alone."""

from collections import Counter
from dataclasses import dataclass, field

from shared.messages.amounts import Payments
from shared.messages.outcomes import Settled


@dataclass
class Belief:
    """Counts and sums of the answers; to be compared with what the services hold."""

    visits: int = 0
    settlements: int = 0
    reversed: int = 0
    fund_fen: int = 0
    personal_fen: int = 0
    late_uploads: int = 0
    late_pages: int = 0
    claimed_fen: int = 0
    advances_fen: int = 0
    statements: int = 0
    disputed_lines: int = 0
    cleared_fen: int = 0
    deducted_fen: int = 0
    came_back: int = 0
    topped_up_fen: int = 0
    recovered_fen: int = 0
    mishaps: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    in_parts: Counter[str] = field(default_factory=Counter)

    def settled(self, settled: Settled) -> None:
        """A settlement was answered."""
        self.settlements += 1
        self._add(settled.payments, 1)

    def settled_in_part(self, settled: Settled) -> None:
        """A part of a stay (中途结算) was answered; it is no settlement of the month's visits."""
        paid = settled.payments
        self.in_parts += Counter(settlements=1, total_fen=paid.total_fen, fund_fen=paid.fund_fen)

    def taken_back(self, settled: Settled) -> None:
        """A settlement was taken back."""
        self.reversed += 1
        self.undone["settlement"] += 1
        self._add(settled.payments, -1)

    def lacking(self) -> list[str]:
        """What should have gone wrong in the month and did not: it would have shown nothing of it.

        No top-up is among it: whether a reserve is used up depends on what its few visits cost.
        """
        counts = {
            "reversed": self.reversed,
            "late uploads": self.late_uploads,
            "late case pages": self.late_pages,
            "disputed lines": self.disputed_lines,
            "deductions in review": self.deducted_fen,
            "payments sent back": self.came_back,
            "recoveries": self.recovered_fen,
            **{name: self.mishaps[name] for name in ("twice", "answer lost", "CONTROL_TOTAL")},
        }
        return [name for name, count in counts.items() if not count]

    def _add(self, payments: Payments, sign: int) -> None:
        self.fund_fen += sign * payments.fund_fen
        self.personal_fen += sign * payments.personal_fen
