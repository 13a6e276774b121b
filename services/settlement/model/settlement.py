"""A settlement (结算) and its reversal (冲正): rows that are never changed, and what explains them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgpack

from services.settlement.rules.bill import CategorySum
from services.settlement.rules.derivation import Step


class Settlement(NamedTuple):
    """One settlement of a visit; `explanation` and `lines` are packed.

    `account` is the year account it counts in, `previous_visit_id` whose settlement was the newest there.
    """

    visit_id: str
    attempt: int
    settlement_id: str
    settled_on: date
    account: str
    previous_visit_id: str | None
    policy_id: str
    filing_id: str | None
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    explanation: bytes
    lines: bytes | None = None


class Reversal(NamedTuple):
    """A settlement taken back; points at it by visit and attempt."""

    visit_id: str
    attempt: int
    reversal_id: str
    reversed_on: date
    reason: str


class Explanation(NamedTuple):
    """Why a settlement is what it is: payments, categories, every step, what it added to the year.

    `payments` in the order of the message's `Payments`; `policy_digest` names the exact text of the policy.
    """

    payments: tuple[int | None, ...]
    by_category: Mapping[str, CategorySum]
    added: tuple[int, ...]
    policy_digest: str
    steps: Sequence[Step]

    def pack(self) -> bytes:
        """As one value."""
        packed: bytes = msgpack.packb(self)
        return packed


def unpack_explanation(packed: bytes) -> Explanation:
    """The explanation of a settlement."""
    payments, categories, added, digest, steps = msgpack.unpackb(packed)
    by_category = {category: CategorySum(*sums) for category, sums in categories.items()}
    return Explanation(tuple(payments), by_category, tuple(added), digest, [Step(*step) for step in steps])
