"""What travels when a center takes back that it confirmed a statement."""

from shared.messages.body import Area, Fact, Identifier, Request, Text
from shared.messages.clearing import DisputedLine


class WithdrawConfirmation(Request):
    """A center takes its confirmation and its disputes back (撤销确认), while nothing was built on them."""

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    reason: Text = ""


class ConfirmationWithdrawn(Fact):
    """A center's confirmation does not count any more; what it disputed stands in the statement again.

    `reopened`: both had confirmed, so that the day of payment and the months of disputed lines are void too.
    """

    TOPICS = ("clearing.events",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...]
    reopened: bool
    reason: Text = ""
