"""What becomes of one bill of a file: its split, a refusal, or what is wrong with it and where.

Each is told as a line of JSON or as text for people; how they are gathered over a file is not here.
"""

from typing import Any

from pydantic_core import to_json

from services.cli.quote.table import split_text
from shared.benefit.files.bill_file import InvalidBillFileError, Policies, read_bill
from shared.benefit.files.split_document import split_document
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split

SPLIT, REFUSED, INVALID = 0, 1, 2
"""Exit codes; over many bills the highest that occurred."""

Outcome = Split | Refusal | InvalidBillFileError


def outcome_of(text: bytes, where: str, policies: Policies) -> Outcome:
    """Settles one bill; what is wrong with it is told with `where` before each place."""
    try:
        return quote(*read_bill(text, policies))
    except InvalidBillFileError as error:
        places = (f"{where}: {finding.place}" if finding.place else where for finding in error.findings)
        located = [
            finding._replace(place=place) for place, finding in zip(places, error.findings, strict=True)
        ]
        return InvalidBillFileError(error.bill_id, located)


def code_of(outcome: Outcome) -> int:
    """The exit code this outcome alone would give."""
    if isinstance(outcome, Split):
        return SPLIT
    return REFUSED if isinstance(outcome, Refusal) else INVALID


def json_line(outcome: Outcome) -> bytes:
    """The outcome as one line of JSON."""
    return to_json(_document(outcome)) + b"\n"


def plain_text(outcome: Outcome) -> bytes:
    """The outcome for people: a split with its derivation, or one line."""
    if isinstance(outcome, Split):
        text = split_text(outcome)
    elif isinstance(outcome, Refusal):
        text = f"{outcome.bill_id}: {outcome.code} {outcome.reason}\n"
    else:
        named = f"{outcome.bill_id}: " if outcome.bill_id else ""
        text = f"{named}无效 / invalid: {outcome}\n"
    return text.encode("utf-8", "backslashreplace")


def _document(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Split):
        return split_document(outcome)
    if isinstance(outcome, Refusal):
        return {"bill_id": outcome.bill_id, "refused": outcome.code, "reason": outcome.reason}
    return {"bill_id": outcome.bill_id, "invalid": str(outcome)}
