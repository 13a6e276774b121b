"""Charges: interest, fines and fees that an officer has booked on an agreement's accounts."""

from datetime import date
from typing import NamedTuple

from shared.messages.clearing.payments import ChargedAccount, ChargeKind


class Charge(NamedTuple):
    """A charge that was booked (杂项收支), between the centers of its day; `event` says how."""

    charge_id: str
    agreement_id: str
    center_id: str
    officer: str
    kind: ChargeKind
    account: ChargedAccount
    event: str
    insured_center: str
    treatment_center: str
    amount_fen: int
    charged_on: date
    reason: str


class ChargeReversed(NamedTuple):
    """A charge was taken back (已冲销)."""

    charge_id: str
    officer: str
    reversed_on: date
    reason: str
