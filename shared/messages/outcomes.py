"""What settlement's answers carry: the result of each accepted request."""

from datetime import date
from typing import Literal

from shared.benefit.policy.form import FilingUsed
from shared.messages.amounts import FeeAmounts, Payments
from shared.messages.body import Body, Fen, Result
from shared.messages.scope import Scope


class Admitted(Result):
    """The visit is open."""

    result: Literal["admitted"] = "admitted"
    visit_id: str
    filing: FilingUsed
    filing_id: str | None = None


class Uploaded(Result):
    """The upload is kept; the sums of its split, and the lines that no catalogue knew."""

    result: Literal["uploaded"] = "uploaded"
    upload_id: str
    amounts: FeeAmounts
    late: bool
    unknown_items: tuple[str, ...] = ()


class Discharged(Result):
    """The discharge is registered; of `missing_days` of the stay nothing was uploaded yet."""

    result: Literal["discharged"] = "discharged"
    visit_id: str
    case_page_due_on: date
    missing_days: tuple[date, ...] = ()


class Quoted(Result):
    """What a settlement would be."""

    result: Literal["quoted"] = "quoted"
    visit_id: str
    policy_id: str
    filing: FilingUsed
    payments: Payments
    scope: Scope | None = None


class Settled(Result):
    """The settlement; the patient pays `payments.personal_fen`."""

    result: Literal["settled"] = "settled"
    visit_id: str
    settlement_id: str
    policy_id: str
    filing: FilingUsed
    settled_on: date
    payments: Payments
    scope: Scope | None = None


class LaterSettlement(Body):
    """A settlement that counts after one taken back: as it is, and as it becomes without that one (连带冲正).

    `code` is OK, or why it could not be settled again: then nothing new is told. `new_settlement_id` is given
    once it was done.
    """

    visit_id: str
    institution_id: str
    settlement_id: str
    fund_fen: Fen
    personal_fen: Fen
    code: str = "OK"
    new_settlement_id: str | None = None
    new_fund_fen: Fen | None = None
    new_personal_fen: Fen | None = None


class Reversed(Result):
    """The settlement is taken back; `later`: those settled again without it, in the order of care.

    Of a claim, the order to recover what was paid, `order_fen` below 0, or that nothing is to be paid, 0.
    """

    result: Literal["reversed"] = "reversed"
    visit_id: str
    settlement_id: str
    reversal_id: str
    later: tuple[LaterSettlement, ...] = ()
    order_id: str | None = None
    order_fen: Fen | None = None


class PageReceived(Result):
    """The case page is accepted."""

    result: Literal["page_received"] = "page_received"
    visit_id: str
    late: bool
    due_on: date


class Cancelled(Result):
    """The earlier request has no effect (any more)."""

    result: Literal["cancelled"] = "cancelled"
    original_id: str
