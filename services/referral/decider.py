"""Which rule hears which message of referral, and what it needs to know."""

from collections.abc import Callable, Iterable
from typing import Any

from services.referral import store
from services.referral.model import CoverageDue, Filing, FilingDue, Known, KnownCoverage
from services.referral.rules.ending import cancel_filing, end_filing
from services.referral.rules.lapse import expire, hear_coverage, lapse
from services.referral.rules.submission import submit_filing
from shared.benefit.policy.book import PolicyHead, policy_head
from shared.benefit.policy.checks import parse_policy
from shared.bus.message import NOTHING, Changes, Decision, Message
from shared.bus.service import Key, Keys, Tx
from shared.messages.body import Body, CancelRequest
from shared.messages.enrollment.registers import CenterRegistered, CoverageChanged, PolicyPublished
from shared.messages.referral import EndFiling, FilingEnded, SubmitFiling


def _keep_center(known: Known, message: Message, body: CenterRegistered) -> Decision:
    return Decision(rows=[body])


def _keep_policy(known: Known, message: Message, body: PolicyPublished) -> Decision:
    return Decision(rows=[policy_head(parse_policy(body.policy))])


_RULES: dict[type[Body], Callable[[Known, Message, Any], Decision]] = {
    SubmitFiling: submit_filing,
    EndFiling: end_filing,
    CancelRequest: cancel_filing,
    FilingDue: expire,
    CoverageDue: lapse,
    CoverageChanged: hear_coverage,
    CenterRegistered: _keep_center,
    PolicyPublished: _keep_policy,
}


def _person(message: Message, body: Body) -> list[Key]:
    return [("person", body.key)]


_KEYS: dict[type[Body], Callable[[Message, Any], list[Key]]] = {
    SubmitFiling: lambda message, body: [
        ("person", body.person_id),
        ("filing", body.filing_id),
        ("node", message.source),
    ],
    EndFiling: lambda message, body: [("person", body.person_id), ("node", message.source)],
    CancelRequest: _person,
    FilingDue: _person,
    CoverageDue: _person,
    CoverageChanged: lambda message, body: [("person", body.person_id), ("area", body.insured_area)],
}


class ReferralDecider:
    """Message → rule, for filings."""

    def keys(self, message: Message) -> Iterable[Key]:
        """The person, the id a new filing wants, and who asks to make or end one."""
        find = _KEYS.get(type(message.body))
        return find(message, message.body) if find else ()

    async def load(self, tx: Tx, keys: Keys) -> Known:
        """The persons' coverages (locked) and filings, which of the ids wanted are taken, and who answers."""
        return await store.load(tx, keys)

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
                known.keep_coverage(change)
            case CenterRegistered():
                known.keep_center(change.center_id, change.node_id)
            case PolicyHead():
                known.policies = known.policies.with_head(change)

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Keeps new filings, ended ones, coverages, agencies and policies."""
        await store.save_filings(tx, changes.get(Filing, []), changes.get(FilingEnded, []))
        await store.save_coverages(tx, changes.get(KnownCoverage, []))
        await store.save_centers(tx, changes.get(CenterRegistered, []))
        await store.save_policies(tx, changes.get(PolicyHead, []))
