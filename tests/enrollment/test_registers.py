"""The registers in the service, on a real database: who may register what, and when it is refused."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.registers import (
    BankAccount,
    CatalogueItem,
    CataloguePublished,
    CenterRegistered,
    InstitutionPublished,
    NodeRegistered,
    PublishCatalogue,
    PublishInstitution,
    RegisterCenter,
    Registered,
    RegisterNode,
)
from tests.given.driver import Driver


def node(node_id: str, kind: Any = "hospital") -> RegisterNode:
    """A node with an invented name."""
    return RegisterNode(node_id=node_id, name=f"节点 {node_id}", kind=kind)


def center(center_id: str, node_id: str, **more: Any) -> RegisterCenter:
    """A center with an invented name."""
    return RegisterCenter(center_id=center_id, name=f"中心 {center_id}", node_id=node_id, **more)


def institution(**changed: Any) -> PublishInstitution:
    """A tier-3 hospital of Chengdu at the node `huaxi`."""
    given = {
        "institution_id": "H51010000001",
        "name": "医院",
        "area": "510100",
        "tier": "3",
        "node_id": "huaxi",
        "services": ("inpatient", "outpatient"),
    }
    return PublishInstitution(**{**given, **changed})


def agreement(**changed: Any) -> SignAgreement:
    """Bazhong's agreement with Chengdu."""
    given = {
        "agreement_id": "A1",
        "insured_area": "511900",
        "treatment_area": "510100",
        "schemes": ("310", "390"),
        "insured_center": "511900",
        "treatment_center": "510100",
        "funding_mode": "AGENCY_PREFUND",
        "in_force_from": date(2023, 1, 1),
        "in_force_until": date(2028, 1, 1),
        "prefund_quota_fen": 100_000_000,
    }
    return SignAgreement(**{**given, **changed})


def page(page_id: str = "510100-1", area: str = "510100") -> PublishCatalogue:
    """One page with one item."""
    items = (CatalogueItem(item="X09-001", category="09", level="02", pre_self_pay_bp=1000),)
    return PublishCatalogue(page_id=page_id, area=area, in_force_from=date(2023, 1, 1), items=items)


def code(decision: Decision) -> str:
    """The answer's code; a refusal says nothing else."""
    assert decision.answer is not None
    if not decision.answer.accepted:
        assert not decision.facts and not decision.rows
    return decision.answer.code


def version(decision: Decision) -> int:
    """The version the answer tells."""
    assert decision.answer is not None and isinstance(decision.answer.result, Registered)
    return decision.answer.result.version


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with a hospital's node, and the nodes and centers of Bazhong, Chengdu and Sichuan."""
    driver = await driver_for(SERVICE)
    nodes = node("huaxi"), node("bazhong", "center"), node("chengdu", "center"), node("sichuan", "province")
    centers = center("511900", "bazhong"), center("510100", "chengdu"), center("510000", "sichuan")
    for decision in await driver.hear(*nodes, *centers):
        assert code(decision) == "OK"
    return driver


async def test_each_register_says_its_fact_as_given(enrollment: Driver) -> None:
    bodies = node("renmin"), center("500000", "renmin"), institution(), page()
    decisions = await enrollment.hear(*bodies)
    facts = [fact for decision in decisions for fact in decision.facts]
    said = [NodeRegistered, CenterRegistered, InstitutionPublished, CataloguePublished]
    assert [type(fact) for fact in facts] == said
    assert [dict(fact) for fact in facts] == [dict(body) for body in bodies]
    assert [version(decision) for decision in decisions] == [1] * 4


@pytest.mark.requirement("ENR-29")
async def test_a_center_is_told_with_its_operator_its_account_and_its_period(enrollment: Driver) -> None:
    account = BankAccount(
        account_name="四川结算户", account_number="9999-1", bank_name="示例银行", bank_code="999000000001"
    )
    told = center("510000", "sichuan", operated_by="insurer", bank_account=account, in_force_from=MARCH_2)
    first, again, back = await enrollment.hear(told, told, center("510000", "sichuan"))
    assert [dict(fact) for fact in first.facts] == [dict(told)]
    assert [version(decision) for decision in (first, again, back)] == [2, 2, 3]
    assert [dict(fact) for fact in back.facts] == [dict(center("510000", "sichuan"))]


async def test_a_version_counts_changes_and_the_same_again_is_none(enrollment: Driver) -> None:
    changed = institution(tier="2")
    first, *later = await enrollment.hear(institution(), institution(), changed)
    later += await enrollment.hear(changed, institution())
    assert [version(decision) for decision in (first, *later)] == [1, 1, 2, 2, 3]
    assert [len(decision.facts) for decision in (first, *later)] == [1, 0, 1, 0, 1]


MARCH_1, MARCH_2, MARCH_9 = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 9)
TOLD = [
    # told on 9 March after the first time, from which day on it holds; None: nothing new
    ("today", institution(tier="2"), MARCH_9),
    ("of a day before", institution(tier="2", applies_from=MARCH_1), MARCH_1),
    ("of a day to come", institution(status="suspended", applies_from=date(2026, 7, 1)), date(2026, 7, 1)),
    ("the same again", institution(), None),
    ("the same of another day", institution(applies_from=MARCH_1), None),
]


@pytest.mark.requirement("ENR-20")
@pytest.mark.parametrize(("case", "told", "since"), TOLD, ids=[case[0] for case in TOLD])
async def test_what_is_told_of_an_institution_holds_from_a_day_on(
    enrollment: Driver, case: str, told: PublishInstitution, since: date | None
) -> None:
    await enrollment.hear(institution(), day=MARCH_2)
    [decision] = await enrollment.hear(told, day=MARCH_9)
    assert [fact.applies_from for fact in decision.facts if isinstance(fact, InstitutionPublished)] == (
        [since] if since else []
    )
    [again] = await enrollment.hear(told, day=date(2026, 3, 10))
    assert not again.facts


REFUSALS: list[tuple[str, str, Body, str]] = [
    ("a hospital registers a node", "huaxi", node("other"), "OPERATOR_ONLY"),
    ("a center registers a center", "chengdu", center("420000", "chengdu"), "OPERATOR_ONLY"),
    ("a center signs alone", "chengdu", agreement(), "OPERATOR_ONLY"),
    ("a hospital publishes itself", "huaxi", institution(), "OPERATOR_ONLY"),
    ("a node nobody knows", "nobody", institution(), "OPERATOR_ONLY"),
    ("another city's center publishes it", "bazhong", institution(), "AREA_NOT_YOURS"),
    ("its own center", "chengdu", institution(), "OK"),
    ("the province above it", "sichuan", institution(), "OK"),
    ("at a node nobody registered", "operator", institution(node_id="nobody"), "UNKNOWN_NODE"),
    ("a center at such a node", "operator", center("420000", "nobody"), "UNKNOWN_NODE"),
    (
        "a center that ends as it begins",
        "operator",
        center("510000", "sichuan", in_force_from=MARCH_2, in_force_until=MARCH_2),
        "DATE_NOT_POSSIBLE",
    ),
    ("in an area without a center", "operator", institution(area="420100"), "UNKNOWN_AREA"),
    ("its code lies elsewhere", "operator", institution(area="511900"), "INVALID_FIELD"),
    ("a grade that its tier has", "operator", institution(tier="2", grade="甲"), "OK"),
    ("a grade that its tier has not", "operator", institution(tier="2", grade="特"), "INVALID_FIELD"),
    ("another city's catalogue", "bazhong", page(), "AREA_NOT_YOURS"),
    ("its own catalogue", "chengdu", page(), "OK"),
    ("a catalogue without a center", "operator", page(area="420100"), "UNKNOWN_AREA"),
    ("an agreement", "operator", agreement(), "OK"),
    ("with a center nobody registered", "operator", agreement(treatment_center="500000"), "UNKNOWN_AREA"),
    ("with a third place's center", "operator", agreement(insured_center="510100"), "CENTER_NOT_YOURS"),
    (
        "that ends before it begins",
        "operator",
        agreement(in_force_until=date(2022, 1, 1)),
        "DATE_NOT_POSSIBLE",
    ),
]


@pytest.mark.parametrize(("case", "source", "body", "expected"), REFUSALS, ids=[case[0] for case in REFUSALS])
async def test_who_may_register_what(
    enrollment: Driver, case: str, source: str, body: Body, expected: str
) -> None:
    [decision] = await enrollment.hear(body, source=source)
    assert code(decision) == expected


async def test_a_batch_sees_what_it_registered_itself(enrollment: Driver) -> None:
    bodies = node("wuhan", "center"), center("420000", "wuhan"), page("420100-1", "420100")
    assert [code(decision) for decision in await enrollment.hear(*bodies)] == ["OK"] * 3
    [decision] = await enrollment.hear(page("420100-2", "420100"), source="wuhan")
    assert code(decision) == "OK"


async def test_a_page_stays_with_its_area(enrollment: Driver) -> None:
    decisions = await enrollment.hear(page(), page(area="511900"))
    assert [code(decision) for decision in decisions] == ["OK", "AREA_NOT_YOURS"]


@pytest.mark.requirement("ENR-12")
async def test_an_agreement_names_both_sides_its_time_and_who_advances(enrollment: Driver) -> None:
    [decision] = await enrollment.hear(agreement())
    [fact] = decision.facts
    assert dict(fact) == dict(agreement())


async def test_an_agreement_is_renewed_under_its_id_but_another_mode_needs_another(
    enrollment: Driver,
) -> None:
    other = "HOSPITAL_ADVANCE"
    decisions = await enrollment.hear(
        agreement(),
        agreement(funding_mode=other),
        agreement(in_force_until=date(2029, 1, 1)),
        agreement(agreement_id="A2", funding_mode=other),
    )
    assert [code(decision) for decision in decisions] == ["OK", "FUNDING_MODE_FIXED", "OK", "OK"]
    assert decisions[1].facts == ()


LIVES = [
    (("nominated", "published", "suspended", "published"), "OK"),
    (("published", "suspended"), "OK"),
    (("nominated", "suspended"), "INSTITUTION_STATE"),
    (("published", "nominated"), "INSTITUTION_STATE"),
    (("suspended",), "INSTITUTION_STATE"),
]


@pytest.mark.requirement("ENR-08")
@pytest.mark.parametrize(("statuses", "expected"), LIVES)
async def test_an_institution_is_nominated_published_and_suspended_in_order(
    enrollment: Driver, statuses: tuple[str, ...], expected: str
) -> None:
    decisions = await enrollment.hear(*(institution(status=status) for status in statuses))
    assert [code(decision) for decision in decisions] == ["OK"] * (len(statuses) - 1) + [expected]


@pytest.mark.requirement("ENR-09")
async def test_the_directory_lists_who_is_open_for_what(enrollment: Driver) -> None:
    nominated = institution(institution_id="H51010000002", status="nominated")
    pharmacy = institution(institution_id="P51010000003", tier="1", services=("pharmacy",))
    await enrollment.hear(institution(), nominated, pharmacy)
    rows = await enrollment.fetch("SELECT institution_id, area, services FROM directory ORDER BY 1")
    assert [tuple(row) for row in rows] == [
        ("H51010000001", "510100", ["inpatient", "outpatient"]),
        ("P51010000003", "510100", ["pharmacy"]),
    ]
