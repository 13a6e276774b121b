"""The registers, settlements and requests that the tests of clearing hear; all persons are invented."""

from datetime import date
from typing import Any

from shared.messages.amounts import Payments
from shared.messages.clearing.months import ClaimAdvances, ClaimLine
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed

HUAXI, CHONGQING, WUXI = "H51010700001", "H50010500002", "H50023800003"
INSURED_CENTER, TREATMENT_CENTER, OTHER_CENTER = "511900", "510000", "500000"
MARCH = "2026-03"


def agreement(**changed: Any) -> AgreementSigned:
    """Residents and employees of Bazhong treated in Chengdu, under prefund."""
    given: dict[str, Any] = {
        "agreement_id": "prefund",
        "insured_area": "511900",
        "treatment_area": "510100",
        "schemes": ("310", "390"),
        "insured_center": INSURED_CENTER,
        "treatment_center": TREATMENT_CENTER,
        "funding_mode": "AGENCY_PREFUND",
        "in_force_from": date(2026, 1, 1),
        "in_force_until": date(2028, 1, 1),
        "prefund_quota_fen": 1_000_000,
    }
    return AgreementSigned(**{**given, **changed})


def advance_agreement(**changed: Any) -> AgreementSigned:
    """A county of the new rural scheme whose patients go to Chongqing, where hospitals advance."""
    given: dict[str, Any] = {
        "agreement_id": "advance",
        "insured_area": "511921",
        "treatment_area": "500000",
        "schemes": ("380",),
        "treatment_center": OTHER_CENTER,
        "funding_mode": "HOSPITAL_ADVANCE",
        "prefund_quota_fen": 0,
    }
    return agreement(**{**given, **changed})


def registers(*agreements: AgreementSigned) -> list[Any]:
    """Institutions and centers with their nodes, and the agreements given."""
    return [
        *(
            InstitutionPublished(
                institution_id=id,
                name=name,
                area=id[1:7],
                tier="3",
                node_id=name,
                services=("inpatient",),
            )
            for id, name in ((HUAXI, "huaxi"), (CHONGQING, "chongqing"), (WUXI, "wuxi"))
        ),
        *(
            CenterRegistered(center_id=id, name=name, node_id=name)
            for id, name in (
                (INSURED_CENTER, "bazhong-center"),
                (TREATMENT_CENTER, "sichuan-center"),
                (OTHER_CENTER, "chongqing-center"),
            )
        ),
        *agreements,
    ]


def payments(pool_fen: int, large_fen: int = 0, serious_fen: int = 0, aid_fen: int = 0) -> Payments:
    """A bill of which the funds pay what is given and the patient 1 000 fen."""
    fund_fen = pool_fen + large_fen + serious_fen + aid_fen
    return Payments(
        total_fen=fund_fen + 1_000,
        full_self_pay_fen=0,
        over_limit_fen=0,
        pre_self_pay_fen=0,
        in_scope_fen=fund_fen + 1_000,
        deductible_fen=1_000,
        ratio_bp=9_000,
        pool_fen=pool_fen,
        large_amount_fen=large_fen,
        serious_illness_fen=serious_fen,
        assistance_fen=aid_fen,
        fund_fen=fund_fen,
        account_fen=0,
        cash_fen=1_000,
        personal_fen=1_000,
    )


def settled(id: str, on: date, *fund_fen: int, **changed: Any) -> SettlementCompleted:
    """An inpatient settlement, of Bazhong in Chengdu unless changed; `fund_fen` from the pool on."""
    given: dict[str, Any] = {
        "visit_id": f"visit-{id}",
        "person_id": f"person-{id}",
        "institution_id": HUAXI,
        "settlement_id": id,
        "insured_area": "511902",
        "treatment_area": "510107",
        "scheme": "390",
        "kind": "inpatient",
        "settled_on": on,
        "payments": payments(*fund_fen),
        "attempt": 1,
        "service_on": on,
        "discharged_on": on,
        "filing": "referral",
        "filing_id": "f1",
        "policy_id": "p1",
        "by_category": {},
    }
    return SettlementCompleted(**{**given, **changed})


def advanced(id: str, on: date, *fund_fen: int, **changed: Any) -> SettlementCompleted:
    """A settlement of the county of the new rural scheme in Chongqing."""
    given = {
        "institution_id": CHONGQING,
        "insured_area": "511921",
        "treatment_area": "500105",
        "scheme": "380",
    }
    return settled(id, on, *fund_fen, **{**given, **changed})


def reversed_(body: SettlementCompleted, on: date) -> SettlementReversed:
    """The reversal of a settlement."""
    kept = body.model_dump(include=set(SettlementReversed.model_fields))
    return SettlementReversed(
        **{**kept, "payments": body.payments},
        reversal_id=f"r-{body.settlement_id}",
        reversed_on=on,
        reason="wrong bill",
    )


def case_page(body: SettlementCompleted) -> CasePageReceived:
    """The case page of a settled visit."""
    return CasePageReceived(
        visit_id=body.visit_id,
        person_id=body.person_id,
        institution_id=body.institution_id,
        page_id=f"page-{body.visit_id}",
        received_on=body.settled_on,
        due_on=body.settled_on,
        late=False,
        discharge_id=f"d-{body.visit_id}",
    )


def discharge_cancelled(body: SettlementCompleted) -> DischargeCancelled:
    """The discharge of a visit that was cancelled."""
    return DischargeCancelled(
        visit_id=body.visit_id,
        person_id=body.person_id,
        institution_id=body.institution_id,
        discharge_id=f"d-{body.visit_id}",
        discharged_on=body.settled_on,
        cancelled_on=body.settled_on,
    )


def claim(id: str, *lines: tuple[str, int], **changed: Any) -> ClaimAdvances:
    """A claim of the hospital in Chongqing for settlements, each with the fund's part."""
    given: dict[str, Any] = {
        "claim_id": id,
        "institution_id": CHONGQING,
        "month": MARCH,
        "lines": tuple(ClaimLine(settlement_id=line, fund_fen=fen) for line, fen in lines),
        "fund_fen": sum(fen for _, fen in lines),
    }
    return ClaimAdvances(**{**given, **changed})
