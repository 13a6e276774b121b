"""The one way a filing closes: by its life cycle, said as `FilingEnded`."""

from datetime import date

from services.referral.model import LIFE, Filing
from shared.messages.referral import FilingEnded


def close(filing: Filing, because: str, ends_on: date) -> list[FilingEnded]:
    """The filing's end on a message of type `because`; empty if its state knows no such end."""
    reason = LIFE.get((filing.state, because))
    if reason is None:
        return []
    names = {"filing_id": filing.filing_id, "person_id": filing.person_id}
    return [FilingEnded(**names, ends_on=ends_on, reason=reason)]
