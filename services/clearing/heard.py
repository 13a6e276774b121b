"""Makes facts of a month of what services have said, so that a running system can be computed again.

What a center took back was never disputed, a period signed anew is the newer one, and care at home is not
cleared: neither becomes a fact. Nor does a reversal that is held aside because money was recovered before it.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from services.clearing.lines.rules import was_at_home
from shared.messages.amounts import FundAmounts
from shared.messages.body import Body
from shared.messages.clearing.admissions import LineAdmitted
from shared.messages.clearing.claims import ClaimLinesReviewed
from shared.messages.clearing.confirmations import ConfirmationWithdrawn
from shared.messages.clearing.disputes import DisputeDecided, LinesDisputed
from shared.messages.clearing.investigations import RecoveryDecided
from shared.messages.clearing.months import AdvanceReviewed, LineSetAside
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed
from shared.month.facts import (
    Admitted,
    Agreement,
    Amounts,
    CasePage,
    Decided,
    Disputed,
    Fact,
    Recovered,
    Reversed,
    Reviewed,
    Settled,
    SignedAmounts,
)
from shared.month.funds import Funds

_TERMS = tuple(name for name in Agreement.__dataclass_fields__ if name != "type")
_SUBJECT = ("settlement_id", "visit_id", "person_id", "institution_id", "kind", "insured_area")
_CARE = ("treatment_area", "scheme", "service_on", "settled_on", "terms_on")


@lru_cache(maxsize=4096)
def agreement_fact(signed: AgreementSigned) -> Agreement:
    """An agreement as signed for a period, as a fact of the month; what was not said has its default."""
    said = {name: getattr(signed, name, None) for name in _TERMS}
    given: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    given["institutions"] = tuple(one.institution_id for one in signed.institutions)
    return Agreement(**given)


class Heard:
    """What was heard (已闻事实), turned into facts; a key's messages are heard in their order."""

    def __init__(self) -> None:
        self._agreements: dict[tuple[str, date], Agreement] = {}
        self._disputed: dict[str, Disputed] = {}
        self._settled: dict[str, Settled] = {}
        self._reversed: dict[str, Reversed] = {}
        self._recovered_before: set[str] = set()  # settlements whose reversal is held aside
        self._others: list[Fact] = []

    def hear(self, body: Body) -> None:
        """Hears a message; most are no facts of a month."""
        if hears := _HEARD.get(type(body)):
            hears(self, body)

    def facts(self) -> Iterator[Fact]:
        """All facts; a reversal whose settlement was never heard, or was recovered before, is none."""
        yield from self._agreements.values()
        yield from self._settled.values()
        counts = self._settled.keys() - self._recovered_before
        yield from (back for id, back in self._reversed.items() if id in counts)
        yield from self._others
        yield from self._disputed.values()

    def sign(self, body: AgreementSigned) -> None:
        """A period of an agreement was signed, perhaps anew."""
        self._agreements[body.agreement_id, body.in_force_from] = agreement_fact(body)

    def settle(self, body: SettlementCompleted) -> None:
        """A bill was settled."""
        if not was_at_home(body):
            paid = body.payments
            given: dict[str, Any] = {name: getattr(body, name) for name in (*_SUBJECT, *_CARE)}
            given |= {name: getattr(paid, name) for name in ("total_fen", *Funds._fields)}
            self._settled[body.settlement_id] = Settled(**given, at_home=False)

    def reverse(self, body: SettlementReversed) -> None:
        """A settlement was taken back."""
        self._reversed[body.settlement_id] = Reversed(body.settlement_id, body.reversed_on)

    def receive(self, body: CasePageReceived) -> None:
        """A case page came."""
        self._others.append(CasePage(body.visit_id, body.received_on))

    def review(self, body: AdvanceReviewed) -> None:
        """A claim was reviewed by rule: what of its settlements was accepted."""
        for verdict in body.verdicts:
            if verdict.accepted:
                self._accept(body, verdict.settlement_id, verdict.accepted)

    def review_lines(self, body: ClaimLinesReviewed) -> None:
        """Persons reviewed lines of a claim: what the last of two centers said counts."""
        for line in body.reviewed:
            if line.accepted and line.line_state == "REVIEWED":
                self._accept(body, line.settlement_id, line.accepted)

    def _accept(self, body: AdvanceReviewed | ClaimLinesReviewed, id: str, accepted: FundAmounts) -> None:
        funds = Amounts(**accepted.model_dump())
        self._others.append(Reviewed(id, body.claim_id, body.reviewed_on, funds))

    def dispute(self, body: LinesDisputed) -> None:
        """Lines of a statement were disputed."""
        for line in body.disputed:
            self._disputed[line.line_id] = Disputed(line.line_id, body.disputed_on)

    def take_back(self, body: ConfirmationWithdrawn) -> None:
        """A center took its disputes back."""
        for line in body.disputed:
            self._disputed.pop(line.line_id, None)

    def decide(self, body: DisputeDecided) -> None:
        """A dispute was decided."""
        accepted = SignedAmounts(**body.accepted.model_dump()) if body.accepted else None
        self._others.append(Decided(body.line_id, body.decided_on, body.ruling, accepted))

    def admit(self, body: LineAdmitted) -> None:
        """A late line was let in."""
        self._others.append(Admitted(body.line_id, body.admitted_on))

    def recover(self, body: RecoveryDecided) -> None:
        """Money of a settlement was recovered."""
        amounts = body.recovered.model_dump()
        self._others.append(
            Recovered(
                **amounts,
                recovery_id=body.recovery_id,
                settlement_id=body.settlement_id,
                decided_on=body.decided_on,
            )
        )

    def set_aside(self, body: LineSetAside) -> None:
        """A line is held aside; most are by their days, which the facts tell by themselves."""
        if body.why == "RECOVERED":
            self._recovered_before.add(body.settlement_id)


_HEARD: dict[type, Callable[[Heard, Any], None]] = {
    AgreementSigned: Heard.sign,
    SettlementCompleted: Heard.settle,
    SettlementReversed: Heard.reverse,
    CasePageReceived: Heard.receive,
    AdvanceReviewed: Heard.review,
    ClaimLinesReviewed: Heard.review_lines,
    LinesDisputed: Heard.dispute,
    ConfirmationWithdrawn: Heard.take_back,
    DisputeDecided: Heard.decide,
    LineAdmitted: Heard.admit,
    RecoveryDecided: Heard.recover,
    LineSetAside: Heard.set_aside,
}
