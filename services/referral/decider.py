"""Which rule hears which message of referral, and what it needs to know."""

from collections.abc import Callable, Iterable
from typing import Any

from services.referral import store
from services.referral.model import CoverageDue, Filing, FilingDue, Known, KnownCoverage
from services.referral.rules.ending import cancel_filing, end_filing
from services.referral.rules.lapse import expire, hear_coverage, lapse
from services.referral.rules.submission import submit_filing
from shared.bus.message import NOTHING, Changes, Decision, Message
from shared.bus.service import Key, Keys, Tx
from shared.messages.body import Body, CancelRequest
from shared.messages.enrollment import CoverageChanged
from shared.messages.referral import EndFiling, FilingEnded, SubmitFiling

_RULES: dict[type[Body], Callable[[Known, Message, Any], Decision]] = {
    SubmitFiling: submit_filing,
    EndFiling: end_filing,
    CancelRequest: cancel_filing,
    FilingDue: expire,
    CoverageDue: lapse,
    CoverageChanged: hear_coverage,
}


class ReferralDecider:
    """Message → rule, for filings."""

    def keys(self, message: Message) -> Iterable[Key]:
        """The person, and the id a new filing wants."""
        body = message.body
        if type(body) not in _RULES:
            return ()
        wanted = [("filing", body.filing_id)] if isinstance(body, SubmitFiling) else []
        return [("person", body.key), *wanted]

    async def load(self, tx: Tx, keys: Keys) -> Known:
        """The persons' coverages (locked) and filings, and which of the ids wanted are taken."""
        return await store.load(tx, keys.get("person", ()), keys.get("filing", ()))

    def decide(self, known: Known, message: Message) -> Decision:
        """What the rule for this message decides; other facts of enrollment are not referral's concern."""
        rule = _RULES.get(type(message.body))
        return rule(known, message, message.body) if rule else NOTHING

    def apply(self, known: Known, change: Any) -> None:
        """Lets the next message of the batch see what this one changed."""
        match change:
            case Filing():
                known.filings.setdefault(change.person_id, {})[change.filing_id] = change
                known.taken.add(change.filing_id)
            case FilingEnded():
                held = known.filings[change.person_id]
                held[change.filing_id] = held[change.filing_id].ended(change)
            case KnownCoverage():
                place = (change.scheme, change.insured_area)
                known.coverages.setdefault(change.person_id, {})[place] = change

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Keeps new filings, ended ones and coverages."""
        await store.save_filings(tx, changes.get(Filing, []), changes.get(FilingEnded, []))
        await store.save_coverages(tx, changes.get(KnownCoverage, []))
