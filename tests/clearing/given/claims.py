"""Claims that persons review: agreements that ask for it, and what officers and hospitals say."""

from datetime import date
from typing import Any

from shared.bus.message import Decision
from shared.messages.amounts import FundAmounts
from shared.messages.audit.supervision import CareInDoubt
from shared.messages.clearing.claims import (
    AnswerReview,
    CenterVerdict,
    LineVerdict,
    QueryClaim,
    ReviewClaim,
    WithdrawClaim,
)
from shared.messages.clearing.outcomes import ClaimFound
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.settlement.visits import SettlementCompleted
from tests.clearing.given.desk import NODES
from tests.clearing.given.facts import CHONGQING, HUAXI, WUXI, advance_agreement, agreement
from tests.given.driver import Driver

INSTITUTION_NODES = {CHONGQING: "chongqing", HUAXI: "huaxi"}


def reviewed_agreement(review: str = "ONE_STEP", **changed: Any) -> AgreementSigned:
    """The county whose patients go to Chongqing, where hospitals advance and persons review."""
    return advance_agreement(review=review, **changed)


def reserve_agreement(**changed: Any) -> AgreementSigned:
    """Bazhong's insured in Chengdu under a reserve fund, with claims reviewed in two steps (004-5)."""
    given: dict[str, Any] = {
        "funding_mode": "RESERVE_FUND",
        "claims": "required",
        "case_page_required": True,
        "review": "TWO_STEP",
    }
    return agreement(**{**given, **changed})


def doubt(body: SettlementCompleted, other_visit_id: str = "other", **changed: Any) -> CareInDoubt:
    """What is told of a settlement that may be about care paid before, in another hospital."""
    given: dict[str, Any] = {
        "visit_id": body.visit_id,
        "person_id": body.person_id,
        "institution_id": body.institution_id,
        "settlement_id": body.settlement_id,
        "other_visit_id": other_visit_id,
        "other_institution_id": WUXI,
        "doubt": "overlapping_stays",
        "told_on": body.settled_on,
    }
    return CareInDoubt(**{**given, **changed})


def amounts(*fen: int) -> FundAmounts:
    """Amounts from the pool on; what is not given is zero."""
    names = FundAmounts.model_fields
    return FundAmounts(**dict(zip(names, (*fen, *[0] * len(names)), strict=False)))


def said_of(settlement_id: str, verdict: CenterVerdict, *fen: int, reason: str = "超标准收费") -> LineVerdict:
    """What an officer says of a line; a deduction with what is accepted."""
    return LineVerdict(
        settlement_id=settlement_id,
        verdict=verdict,
        accepted=amounts(*fen) if fen else None,
        reason="" if verdict == "accept" else reason,
    )


async def review(
    driver: Driver,
    claim_id: str,
    center_id: str,
    day: date | None,
    *verdicts: LineVerdict,
    officer: str = "li",
    institution_id: str = CHONGQING,
    source: str = "",
) -> Decision:
    """An officer of a center reviews lines of a claim."""
    body = ReviewClaim(
        claim_id=claim_id,
        institution_id=institution_id,
        center_id=center_id,
        officer=officer,
        verdicts=verdicts,
    )
    [decision] = await driver.hear(body, source=source or NODES[center_id], day=day)
    return decision


async def answer(
    driver: Driver, claim_id: str, settlement_id: str, day: date, source: str = "chongqing"
) -> Decision:
    """The hospital in Chongqing answers what was asked about a line."""
    body = AnswerReview(
        claim_id=claim_id,
        institution_id=CHONGQING,
        settlement_id=settlement_id,
        answer="医嘱见附件",
        evidence=("医嘱单 7",),
    )
    [decision] = await driver.hear(body, source=source, day=day)
    return decision


async def withdraw_claim(driver: Driver, claim_id: str, day: date, source: str = "chongqing") -> Decision:
    """The hospital in Chongqing takes a claim back."""
    body = WithdrawClaim(claim_id=claim_id, institution_id=CHONGQING, reason="误报")
    [decision] = await driver.hear(body, source=source, day=day)
    return decision


async def found(driver: Driver, claim_id: str, skip: int = 0, institution_id: str = CHONGQING) -> ClaimFound:
    """How a claim stands, as its institution is told."""
    body = QueryClaim(claim_id=claim_id, institution_id=institution_id, skip=skip)
    [decision] = await driver.hear(body, source=INSTITUTION_NODES[institution_id])
    assert decision.answer
    assert isinstance(decision.answer.result, ClaimFound), decision.answer
    return decision.answer.result


def code(decision: Decision) -> str:
    """The code of a decision's answer."""
    assert decision.answer
    return decision.answer.code
