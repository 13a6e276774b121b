"""What travels about late lines (逾期准入): let into a month by two officers of the center that pays them."""

from datetime import date

from shared.messages.body import Area, Fact, Identifier, InstitutionId, Month, Proof, Request


class AdmitLine(Request):
    """An officer of the insured center asks that a late line be let in; another one lets it in (双人复核).

    What was let in by mistake is disputed in its statement, as any line is.
    """

    TOPICS = ("monthly.claims",)
    KEY = "line_id"
    line_id: Identifier
    center_id: Area
    officer: Identifier
    reason: Proof


class LineAdmitted(Fact):
    """A late line was let in (已准入) and stands in a month."""

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "settlement_id"
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    center_id: Area
    asked_by: Identifier
    admitted_by: Identifier
    admitted_on: date
    month: Month
    reason: Proof
