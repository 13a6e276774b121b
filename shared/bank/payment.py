"""Payment orders (拨付单): who pays whom how much, by when, and by which reference it is known again."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from shared.messages.body import BLANK, MOST_SUM_FEN

CURRENCY = "CNY"
CLOSED = ConfigDict(strict=True, extra="forbid", defer_build=True)
MAX_REFERENCE, MAX_TEXT, MAX_NAME, MAX_ACCOUNT = 35, 140, 140, 34
"""Max35Text, Max140Text and Max34Text of ISO 20022."""

# One line, not blank, and nothing that XML 1.0 (2.2) or a spreadsheet's cell could not hold.
_HIDDEN = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff"
_LINE = rf"^[^{_HIDDEN}]*[^{_HIDDEN}{BLANK}][^{_HIDDEN}]*$"
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=MAX_REFERENCE)]
AccountNumber = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=MAX_ACCOUNT)]
BankCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Name = Annotated[str, Field(pattern=_LINE, max_length=MAX_NAME)]
Purpose = Annotated[str, Field(pattern=_LINE, max_length=35)]
RemittanceText = Annotated[str, Field(pattern=_LINE, max_length=MAX_TEXT)]
PaidFen = Annotated[int, Field(ge=1, le=MOST_SUM_FEN)]


@dataclass(config=CLOSED, frozen=True, slots=True)
class Holder:
    """A party with its bank account (户名、账号、开户行); `bank_code` is the bank's CNAPS number (联行号)."""

    name: Name
    account: AccountNumber
    bank_code: BankCode
    bank_name: Name


@dataclass(config=CLOSED, frozen=True, slots=True)
class PaymentOrder:
    """A payment order (拨付单) of the debtor (付款人) to the creditor (收款人), in fen CNY.

    `reference` (付款参考号) identifies the order for ever: it travels as EndToEndId, and the bank's entry is
    known by it. Raises pydantic's ValidationError for a field that cannot be.
    """

    reference: Reference
    debtor: Holder
    creditor: Holder
    amount_fen: PaidFen
    due_on: date
    purpose: Purpose
    remittance_text: RemittanceText


def remittance_text(statement_ids: Sequence[str]) -> str:
    """The remittance text (附言) that names statements: all that fit into 140 characters, else how many more.

    `清算单 S-1 S-2`, or `清算单 S-1 等2张`. The words never name a payment's reference.
    """
    whole = f"清算单 {' '.join(statement_ids)}"
    if len(whole) <= MAX_TEXT:
        return whole
    ending = f" 等{len(statement_ids)}张"
    kept = whole[: MAX_TEXT - len(ending) + 1].rpartition(" ")[0]
    return kept + ending
