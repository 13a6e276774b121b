"""What travels when the bank sends a payment back."""

from datetime import date

from shared.messages.body import AmountSumFen, Area, Fact, Identifier, Request, Text


class ReportReturn(Request):
    """The center that paid a statement reports that the bank has sent the money back (退汇).

    The statement is to be paid again. What was no return after all is reported as paid anew, with
    ReportPayment. `bank_entry_id` identifies the bank's entry, so that the same entry never counts twice.
    """

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    returned_fen: AmountSumFen
    returned_on: date
    reason: Text = ""
    bank_entry_id: Identifier | None = None


class PaymentReturned(Fact):
    """A statement's payment came back (退汇): it is not paid any more, and owed by the same center.

    `top_up_fen`: what had filled a prefund and is missing there now.
    """

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    returned_fen: AmountSumFen
    paid_on: date
    returned_on: date
    top_up_fen: AmountSumFen
    pay_by: date
    reason: Text
    booked_on: date
