"""A small invented world for the service's tests: places, a policy, a catalogue, persons, their requests."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from typing import Any

from services.settlement import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.answer import Answer
from shared.messages.body import Body
from shared.messages.enrollment.agreements import Agreement, AgreementSigned
from shared.messages.enrollment.prices import PriceItem, PricesPublished
from shared.messages.enrollment.qualification import DiseaseQualified
from shared.messages.enrollment.registers import (
    CatalogueItem,
    CataloguePublished,
    CoverageChanged,
    InstitutionPublished,
    PolicyPublished,
)
from shared.messages.enrollment.tiers import TierMapping, TiersMapped
from shared.messages.referral.filings import FilingAccepted
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.visits import (
    AdmitPatient,
    Control,
    DischargePatient,
    FeeLine,
    QuoteVisit,
    ReverseSettlement,
    SettlementCompleted,
    SettleOutpatient,
    SettleVisit,
    UploadCosts,
)
from tests.given.driver import Driver

DriverFor = Callable[[Service], Awaitable[Driver]]

HUAXI, PUREN, PHARMACY, BAZHONG = "H51010000001", "H51010000002", "P51010000001", "H51190000001"
NODE = "huaxi"
D1, D2, D3, D4, D5, D6, D9 = (date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 12))
UNGRADED = {"1": "1", "2": "2", "3": "3"}
KEYS = {"person_id": "Lin", "visit_id": "V1", "institution_id": HUAXI}


def institution(institution_id: str, tier: Any = "3", node: str = NODE, **given: Any) -> InstitutionPublished:
    services = given.pop("services", ("inpatient", "outpatient", "chronic", "pharmacy"))
    return InstitutionPublished(
        institution_id=institution_id,
        name=institution_id,
        area=institution_id[1:7],
        tier=tier,
        node_id=node,
        services=services,
        **given,
    )


def coverage(person_id: str, scheme: str = "390", area: str = "511900", **given: Any) -> CoverageChanged:
    values: dict[str, Any] = {"status": "normal", "covered_from": date(2020, 1, 1), **given}
    return CoverageChanged(person_id=person_id, scheme=scheme, insured_area=area, **values)


def policy(
    policy_id: str = "511900-390", scheme: str = "390", area: str = "511900", **given: Any
) -> PolicyPublished:
    """Tier 3: deductible 650, 65 %; tier 2: 350, 75 %; outpatients 60 % after 50 a year, up to 2 000."""
    fund = {"deductible_fen": 5_000, "cap_fen": 200_000, "tiers": {"2": 6000, "3": 6000}}
    content = {
        "version": 1,
        "policy_id": policy_id,
        "insured_area": area,
        "scheme": scheme,
        "in_force_from": "2023-01-01",
        "in_force_until": "2028-01-01",
        "issuer_level": "city",
        "sources": [{"document": "001", "clause": "(四)"}],
        "catalog_mode": "treatment",
        "out_of_area": {
            "long_term_cut_bp": 0,
            "referral_cut_bp": 500,
            "emergency_cut_bp": 500,
            "other_temporary_cut_bp": 1000,
            "unfiled": "cut",
            "cut_serious_illness": False,
        },
        "inpatient": {
            "pool_cap_fen": 20_000_000,
            "stay_deductible_bp": [10000, 5000],
            "deductible_transfer": "difference",
            "bands_from": "deductible",
            "tiers": {
                "2": {"deductible_fen": 35_000, "ratio_bp": 7500},
                "3": {"deductible_fen": 65_000, "ratio_bp": 6500},
            },
        },
        "outpatient_general": fund,
        "outpatient_chronic": {"M03900": {**fund, "deductible_fen": 0}},
        **given,
    }
    return PolicyPublished(policy_id=policy_id, policy=content)


def qualified(person_id: str = "Lin", disease: str = "M03900", **given: Any) -> DiseaseQualified:
    """The insured place has found a chronic disease in a person."""
    values: dict[str, Any] = {"insured_area": "511900", "qualified_from": date(2026, 1, 1), **given}
    return DiseaseQualified(person_id=person_id, disease=disease, **values)


def agreement(insured: str = "511900", treatment: str = "510000", **given: Any) -> AgreementSigned:
    values: dict[str, Any] = {
        "agreement_id": f"{insured}-{treatment}",
        "schemes": ("310", "390", "380"),
        "in_force_from": date(2023, 1, 1),
        "in_force_until": date(2028, 1, 1),
        **given,
    }
    signed = Agreement(
        insured_area=insured,
        treatment_area=treatment,
        insured_center=insured,
        treatment_center="510000",
        funding_mode="AGENCY_PREFUND",
        **values,
    )
    return AgreementSigned(**dict(signed))


def catalogue(page_id: str = "C1", start: date = date(2023, 1, 1), **levels: Any) -> CataloguePublished:
    """BED is class 甲; DRUG class 乙, 10 % first, up to 20 yuan."""
    items = [
        CatalogueItem(item=item, category="01", level=level)
        for item, level in (levels or {"BED": "01"}).items()
    ]
    if not levels:
        items.append(
            CatalogueItem(item="DRUG", category="09", level="02", price_limit="20", pre_self_pay_bp=1000)
        )
    return CataloguePublished(page_id=page_id, area="510000", in_force_from=start, items=tuple(items))


def tiers(
    home_tiers: Mapping[Any, str] = UNGRADED, area: str = "511900", start: date | None = None
) -> TiersMapped:
    """What tiers count as where persons are insured: as themselves, unless otherwise given."""
    mappings = tuple(TierMapping(tier=tier, home_tier=home) for tier, home in home_tiers.items())
    return TiersMapped(insured_area=area, mappings=mappings, in_force_from=start)


def prices(
    page_id: str = "PR1", start: date = date(2023, 1, 1), area: str = "511900", tier: Any = "3", **yuan: str
) -> PricesPublished:
    """What the public hospitals of a tier take; a bed 80 yuan."""
    items = [PriceItem(item=item, tier=tier, price=price) for item, price in (yuan or {"BED": "80"}).items()]
    return PricesPublished(page_id=page_id, area=area, in_force_from=start, items=tuple(items))


def filing(
    filing_id: str = "F1", kind: Any = "referral", person_id: str = "Lin", starts_on: date = D1, **given: Any
) -> FilingAccepted:
    long_term = kind in ("resettled_retiree", "long_term_resident", "posted_worker")
    values: dict[str, Any] = {
        "destination_area": "510100",
        "insured_area": "511900",
        "ends_on": None,
        "filed_on": starts_on,
        "channel": "agency",
        "filing_class": "long_term" if long_term else "temporary",
        **given,
    }
    return FilingAccepted(filing_id=filing_id, person_id=person_id, kind=kind, starts_on=starts_on, **values)


def line(
    number: int, item: str = "BED", quantity: str = "1", price: str = "100", category: str = "01"
) -> FeeLine:
    return FeeLine(line=f"L{number}", item=item, category=category, quantity=quantity, price=price)


def control(lines: int, total_fen: int) -> Control:
    return Control(lines=lines, total_fen=total_fen)


def admit(**given: Any) -> AdmitPatient:
    return AdmitPatient(**{**KEYS, "admitted_on": D1, "credential": "01", **given})


def upload(upload_id: str, *lines: FeeLine, total_fen: int, cost_on: date = D1, **given: Any) -> UploadCosts:
    control_of = given.pop("control", control(len(lines), total_fen))
    return UploadCosts(
        **{**KEYS, **given}, upload_id=upload_id, cost_on=cost_on, lines=lines, control=control_of
    )


def bed(upload_id: str, yuan: int, cost_on: date = D1, **given: Any) -> UploadCosts:
    """An upload of one line, all of it in scope."""
    return upload(upload_id, line(1, price=str(yuan)), total_fen=yuan * 100, cost_on=cost_on, **given)


def discharge(**given: Any) -> DischargePatient:
    return DischargePatient(**{**KEYS, "discharged_on": D3, "way": "1", **given})


def quote(lines: int, total_fen: int, **given: Any) -> QuoteVisit:
    return QuoteVisit(**{**KEYS, **given}, control=control(lines, total_fen))


def settle(lines: int, total_fen: int, **given: Any) -> SettleVisit:
    return SettleVisit(**{**KEYS, **given}, control=control(lines, total_fen))


def outpatient(*lines: FeeLine, total_fen: int, **given: Any) -> SettleOutpatient:
    values = {**KEYS, "kind": "outpatient_general", "service_on": D1, "credential": "01", **given}
    return SettleOutpatient(**values, lines=lines, control=control(len(lines), total_fen))


def reverse(settlement_id: str, **given: Any) -> ReverseSettlement:
    return ReverseSettlement(**{**KEYS, "reason": "billed twice", **given}, settlement_id=settlement_id)


def page(**given: Any) -> SubmitCasePage:
    values = {
        "page_id": "G1",
        "admitted_on": D1,
        "discharged_on": D3,
        "main_diagnosis": "I10",
        "total_fen": 0,
    }
    return SubmitCasePage(**{**KEYS, **values, **given})


async def open_world(driver_for: DriverFor, *more: Body) -> Driver:
    """A driver that has heard of the places, the policy, the catalogue, and Lin, a resident of Bazhong."""
    driver = await driver_for(SERVICE)
    await driver.hear(
        institution(HUAXI),
        institution(PUREN, tier="2"),
        institution(PHARMACY, tier="2"),
        institution(BAZHONG, node="bazhong"),
        agreement(),
        policy(),
        tiers(),
        catalogue(),
        coverage("Lin"),
        qualified(),
        *more,
        source="enrollment",
    )
    return driver


async def ask(driver: Driver, body: Body, *, day: date = D3, source: str = NODE, **envelope: Any) -> Answer:
    """The answer to one request."""
    [decision] = await driver.hear(body, day=day, source=source, **envelope)
    assert decision.answer is not None
    return decision.answer


async def accepted(driver: Driver, *bodies: Body, day: date = D3, source: str = NODE) -> list[Decision]:
    """Decides requests as one batch; all of them must be accepted."""
    decisions = await driver.hear(*bodies, day=day, source=source)
    answers = [(d.answer.code, d.answer.where) for d in decisions if d.answer]
    assert answers == [("OK", "")] * len(bodies), answers
    return decisions


def completed(decision: Decision) -> SettlementCompleted:
    """The settlement that a decision told."""
    [fact] = [fact for fact in decision.facts if isinstance(fact, SettlementCompleted)]
    return fact


def result(answer: Answer | None) -> Any:
    """What an accepted request brought about."""
    assert answer is not None and answer.result is not None
    return answer.result


async def rows(driver: Driver, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What stands in the service's tables."""
    return [tuple(row) for row in await driver.fetch(sql, *values)]


async def refusals(driver: Driver, asked: Iterable[Body], day: date = D3) -> list[str]:
    """The codes of requests asked one after the other, each of which must change nothing."""
    codes = []
    for body in asked:
        [decision] = await driver.hear(body, day=day, source=NODE)
        assert decision.answer and not decision.facts and not decision.rows, body
        codes.append(decision.answer.code)
    return codes


def stay(yuan: int = 1000, **given: Any) -> list[Body]:
    """A stay from admission to discharge, in scope as a whole, ready to be settled."""
    left_on, begun_on = given.pop("discharged_on", D3), given.get("admitted_on", D1)
    visit = {"visit_id": given.get("visit_id", "V1"), "institution_id": given.get("institution_id", HUAXI)}
    return [
        admit(**given),
        bed("U1", yuan, cost_on=begun_on, **visit),
        discharge(discharged_on=left_on, **visit),
    ]


def readmission(yuan: int = 1000, **given: Any) -> list[Body]:
    """A further stay of one day, begun on the day on which the first one ended."""
    return stay(yuan, **{"visit_id": "V2", "admitted_on": D3, **given})
