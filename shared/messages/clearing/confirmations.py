"""What travels when one center has confirmed a statement, or takes that back."""

from shared.messages.body import Area, Fact, Identifier, Request, SumFen, Text
from shared.messages.clearing.months import DisputedLine


class WithdrawConfirmation(Request):
    """A center takes its confirmation and its disputes back (撤销确认), while nothing was built on them."""

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    reason: Text = ""


class CenterConfirmed(Fact):
    """One center has confirmed, the other not yet; what it disputes would drop out, so much would be left."""

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...]
    confirmed_fen: SumFen


class ConfirmationWithdrawn(Fact):
    """A center's confirmation does not count any more; what it disputed stands in the statement again.

    `reopened`: both had confirmed, so that the day of payment and the months of disputed lines are void too.
    """

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...]
    reopened: bool
    reason: Text = ""
