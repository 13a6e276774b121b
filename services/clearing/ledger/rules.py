"""The posting table: which accounts an event moves under which funding mode, summing to zero fund by fund.

Fees of banks, slips and services have rows on the administrative budget alone: no fund ever bears them (001
(二十三)). Fines and penalties stay with the treatment place, on an account that is no fund's (001 (十八)).
"""

from datetime import date
from typing import Literal, NamedTuple, Protocol, get_args

from services.clearing.model.ledger import FEES, Account, Event, Posting
from shared.messages.enrollment.agreements import FundingMode
from shared.month.funds import ZERO, Funds

Role = Literal["insured_center", "treatment_center", "institution", "booking_center"]


class Leg(NamedTuple):
    """One side of an entry in the table (借贷方): the account, who holds it, debit (+1) or credit (-1)."""

    account: Account
    role: Role
    sign: int


class Parties(Protocol):
    """The parties (结算双方) of an entry: given by an agreement's terms of the day or a statement's head."""

    @property
    def agreement_id(self) -> str:
        """The agreement between the two centers."""

    @property
    def funding_mode(self) -> str:
        """The funding mode: who advances the money."""

    @property
    def insured_center(self) -> str:
        """The center that owes."""

    @property
    def treatment_center(self) -> str:
        """The center that is owed."""


class Sides(NamedTuple):
    """The two centers (结算双方) between which an agreement's money moves."""

    agreement_id: str
    funding_mode: str
    insured_center: str
    treatment_center: str

    @classmethod
    def of(cls, parties: Parties) -> "Sides":
        """The same, of whatever names them."""
        return cls(*(getattr(parties, name) for name in cls._fields))


class NoPostingError(ValueError):
    """The event has no posting under this funding mode, such as interest where no money lies ahead."""


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
_FROM_BANK = Leg(Account.TREATMENT_BANK, "treatment_center", -1)
_TO_BANK = Leg(Account.TREATMENT_BANK, "treatment_center", 1)
AHEAD = {"AGENCY_PREFUND": Account.PREFUND, "RESERVE_FUND": Account.RESERVE}
"""The account in which money lies ahead with the treatment center, by funding mode."""


def _ahead(mode: str, account: Account) -> dict[tuple[Event, str], tuple[Leg, ...]]:
    """The rows of a mode in which the insured place pays ahead (001 (二十一), 004-5 三(七))."""
    return {
        (Event.PREFUND_FUNDED, mode): (
            Leg(Account.PREPAID, "insured_center", 1),
            Leg(Account.INSURED_BANK, "insured_center", -1),
            Leg(account, "treatment_center", 1),
            Leg(Account.RECEIVED_AHEAD, "treatment_center", -1),
        ),
        (Event.SETTLED, mode): (*_OWED_BETWEEN_CENTERS, _INSTITUTION),
        (Event.INSTITUTION_PAID, mode): (_INSTITUTION_HAS_IT, Leg(account, "treatment_center", -1)),
        (Event.STATEMENT_PAID, mode): (*_PAID_BETWEEN_CENTERS, Leg(account, "treatment_center", 1)),
        (Event.PAID_BEYOND_QUOTA, mode): (*_PAID_BETWEEN_CENTERS, _TO_BANK),
        (Event.INTEREST, mode): (
            Leg(account, "treatment_center", 1),
            Leg(Account.RECEIVED_AHEAD, "treatment_center", -1),
        ),
        (Event.INTEREST_OF_TREATMENT, mode): (
            Leg(account, "treatment_center", 1),
            Leg(Account.INTEREST_PAYABLE, "treatment_center", -1),
        ),
    }


MODES = get_args(FundingMode)
_FINED = (
    Leg(Account.OWN_ACCOUNT, "treatment_center", 1),
    Leg(Account.FINES_HELD, "treatment_center", -1),
)
_BORNE_BY_BUDGET = (
    Leg(Account.ADMINISTRATIVE_EXPENSE, "booking_center", 1),
    Leg(Account.ADMINISTRATIVE_BUDGET, "booking_center", -1),
)


POSTINGS: dict[tuple[Event, str], tuple[Leg, ...]] = {
    **{row: legs for mode, account in AHEAD.items() for row, legs in _ahead(mode, account).items()},
    (Event.SETTLED, "CITY_ADVANCE"): (*_OWED_BETWEEN_CENTERS, _INSTITUTION),
    (Event.INSTITUTION_PAID, "CITY_ADVANCE"): (_INSTITUTION_HAS_IT, _FROM_BANK),
    (Event.STATEMENT_PAID, "CITY_ADVANCE"): (*_PAID_BETWEEN_CENTERS, _TO_BANK),
    (Event.SETTLED, "HOSPITAL_ADVANCE"): (
        *_OWED_BETWEEN_CENTERS,
        Leg(Account.ADVANCE, "institution", -1),
    ),
    (Event.ADVANCE_ACCEPTED, "HOSPITAL_ADVANCE"): (
        Leg(Account.ADVANCE, "institution", 1),
        _INSTITUTION,
    ),
    (Event.INSTITUTION_PAID, "HOSPITAL_ADVANCE"): (_INSTITUTION_HAS_IT, _FROM_BANK),
    (Event.STATEMENT_PAID, "HOSPITAL_ADVANCE"): (*_PAID_BETWEEN_CENTERS, _TO_BANK),
    **{(event, mode): _FINED for event in (Event.FINE, Event.PENALTY) for mode in MODES},
    **{(event, mode): _BORNE_BY_BUDGET for event in FEES for mode in MODES},
}


class Entry(NamedTuple):
    """A journal entry (凭证) to be made: what happened, when, and the money per fund.

    `slot` is the inbound partition: each has cached balances of its own, so that streams do not wait for each
    other. `institution_id`: to which institution; `center_id`: which center books it, where that decides.
    """

    entry_id: str
    event: Event
    posted_on: date
    funds: Funds
    slot: int
    institution_id: str = ""
    center_id: str = ""


def postings(entry: Entry, parties: Parties) -> list[Posting]:
    """The postings of an entry; none if it moves no money. Raises NoPostingError if no row applies."""
    legs = POSTINGS.get((entry.event, parties.funding_mode))
    if legs is None:
        raise NoPostingError(f"{entry.event} under {parties.funding_mode}")
    if entry.funds == ZERO:
        return []
    return [_posting(entry, parties, leg, leg.sign) for leg in legs]


def moved(entry: Entry, event: Event, before: Parties, after: Parties) -> list[Posting]:
    """The postings that move what an event gave the parties `before` to the parties `after`.

    They take it back account by account and give it anew; an account that keeps its holder is not moved.
    """
    if entry.funds == ZERO:
        return []
    legs = [
        leg
        for leg in POSTINGS[event, after.funding_mode]
        if _holder(entry, before, leg) != _holder(entry, after, leg)
    ]
    given = [_posting(entry, before, leg, -leg.sign) for leg in legs]
    return [*given, *(_posting(entry, after, leg, leg.sign) for leg in legs)]


def _posting(entry: Entry, parties: Parties, leg: Leg, sign: int) -> Posting:
    return Posting(
        entry.entry_id,
        parties.agreement_id,
        entry.event,
        leg.account,
        _holder(entry, parties, leg),
        entry.posted_on,
        entry.slot,
        *entry.funds.times(sign),
    )


def _holder(entry: Entry, parties: Parties, leg: Leg) -> str:
    held = {
        "insured_center": parties.insured_center,
        "treatment_center": parties.treatment_center,
        "institution": entry.institution_id,
        "booking_center": entry.center_id,
    }
    return held[leg.role]
