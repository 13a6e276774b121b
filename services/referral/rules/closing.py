"""The one way a filing closes: by its life cycle, said as `FilingEnded`, and kept as it is then."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast, get_args

from services.referral.model.filing import LIFE, ChangedFiling, Filing
from services.referral.model.known import Known
from shared.bus.message import Decision
from shared.messages.answer import Answer
from shared.messages.referral.filings import Ending, FilingEnded


def close(filing: Filing, because: str, ends_on: date) -> list[FilingEnded]:
    """The filing's end on a message of type `because`; empty if its state knows no such end."""
    reason = LIFE.get((filing.state, because))
    if reason not in get_args(Ending):
        return []
    names = {"filing_id": filing.filing_id, "person_id": filing.person_id}
    return [FilingEnded(**names, ends_on=ends_on, reason=cast(Ending, reason))]


def closed(known: Known, ends: Iterable[FilingEnded]) -> list[ChangedFiling]:
    """The filings as they are once their ends are said."""
    held = ((known.filings[end.person_id][end.filing_id], end) for end in ends)
    return [ChangedFiling(filing.ended(end)) for filing, end in held]


def closing(known: Known, ends: Sequence[FilingEnded], answer: Answer | None = None) -> Decision:
    """The decision that only ends filings."""
    return Decision(ends, closed(known, ends), answer)
