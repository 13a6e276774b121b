"""The posting table: which accounts an event moves under which funding mode. Sums to zero, fund by fund.

Bank fees and slip costs stand in no row of it: they are never borne by a fund (001 (二十三)).
"""

from datetime import date
from typing import Literal, NamedTuple

from services.clearing.model.ledger import Account, Event, Posting
from shared.funds import ZERO, Funds
from shared.messages.enrollment import AgreementSigned

Role = Literal["insured_center", "treatment_center", "institution"]


class Leg(NamedTuple):
    """One side of an entry: the account, who holds it, debit (+1) or credit (-1)."""

    account: Account
    role: Role
    sign: int


class NotBorneByFundsError(ValueError):
    """The event has no posting under this funding mode; fees of banks are never borne by a fund."""


_OWED_BETWEEN_CENTERS = (
    Leg(Account.BENEFIT_EXPENSE, "insured_center", 1),
    Leg(Account.FUND_PAYABLE, "insured_center", -1),
    Leg(Account.CENTER_RECEIVABLE, "treatment_center", 1),
)
_PAID_BETWEEN_CENTERS = (
    Leg(Account.FUND_PAYABLE, "insured_center", 1),
    Leg(Account.INSURED_BANK, "insured_center", -1),
    Leg(Account.CENTER_RECEIVABLE, "treatment_center", -1),
)
_INSTITUTION = Leg(Account.INSTITUTION_PAYABLE, "institution", -1)
_INSTITUTION_HAS_IT = Leg(Account.INSTITUTION_PAYABLE, "institution", 1)

POSTINGS: dict[tuple[Event, str], tuple[Leg, ...]] = {
    (Event.PREFUND_FUNDED, "AGENCY_PREFUND"): (
        Leg(Account.PREPAID, "insured_center", 1),
        Leg(Account.INSURED_BANK, "insured_center", -1),
        Leg(Account.PREFUND, "treatment_center", 1),
        Leg(Account.RECEIVED_AHEAD, "treatment_center", -1),
    ),
    (Event.SETTLED, "AGENCY_PREFUND"): (*_OWED_BETWEEN_CENTERS, _INSTITUTION),
    (Event.INSTITUTION_PAID, "AGENCY_PREFUND"): (
        _INSTITUTION_HAS_IT,
        Leg(Account.PREFUND, "treatment_center", -1),
    ),
    (Event.STATEMENT_PAID, "AGENCY_PREFUND"): (
        *_PAID_BETWEEN_CENTERS,
        Leg(Account.PREFUND, "treatment_center", 1),
    ),
    (Event.SETTLED, "HOSPITAL_ADVANCE"): (
        *_OWED_BETWEEN_CENTERS,
        Leg(Account.ADVANCE, "institution", -1),
    ),
    (Event.ADVANCE_ACCEPTED, "HOSPITAL_ADVANCE"): (
        Leg(Account.ADVANCE, "institution", 1),
        _INSTITUTION,
    ),
    (Event.INSTITUTION_PAID, "HOSPITAL_ADVANCE"): (
        _INSTITUTION_HAS_IT,
        Leg(Account.TREATMENT_BANK, "treatment_center", -1),
    ),
    (Event.STATEMENT_PAID, "HOSPITAL_ADVANCE"): (
        *_PAID_BETWEEN_CENTERS,
        Leg(Account.TREATMENT_BANK, "treatment_center", 1),
    ),
}
MODES = frozenset(mode for _, mode in POSTINGS)


class Entry(NamedTuple):
    """A journal entry (凭证) to be made: what happened, when, to whom, and the money per fund.

    `slot` divides the cached balances, so that streams do not wait for each other.
    """

    entry_id: str
    event: Event
    posted_on: date
    funds: Funds
    slot: int
    institution_id: str = ""


def postings(entry: Entry, agreement: AgreementSigned) -> list[Posting]:
    """The postings of an entry; none for no money. Raises NotBorneByFundsError where the table has no row."""
    legs = POSTINGS.get((entry.event, agreement.funding_mode))
    if legs is None:
        raise NotBorneByFundsError(f"{entry.event} under {agreement.funding_mode}")
    if entry.funds == ZERO:
        return []
    sides = {1: entry.funds, -1: entry.funds.times(-1)}
    parties = {
        "insured_center": agreement.insured_center,
        "treatment_center": agreement.treatment_center,
        "institution": entry.institution_id,
    }
    return [
        Posting(
            entry.entry_id,
            agreement.agreement_id,
            entry.event,
            leg.account,
            parties[leg.role],
            entry.posted_on,
            entry.slot,
            *sides[leg.sign],
        )
        for leg in legs
    ]
