"""The tree of agencies: five levels, who may do what by it, and through whose node a county's affairs go."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.enrollment import SERVICE
from services.enrollment.agencies.tree import agencies_over, route
from services.enrollment.model import Entry, Known
from shared.bus.service import Service
from shared.messages.enrollment.network.agencies import AgencyLevel, AgencyRegistered, RegisterAgency
from shared.messages.enrollment.policy_versions import DraftPolicy
from tests.enrollment.test_policies import text
from tests.enrollment.test_registers import center, code, institution, node
from tests.given.driver import Driver

ALL: tuple[Any, ...] = ("registers", "persons", "policies")
ZONE = "511980"  # 经开区：代码在巴中市下，由达州市经办
NODES = {"nation": "province", "sichuan": "province", "bazhong": "center", "dazhou": "center"}


def agency(name: str, area: str, level: AgencyLevel, **given: Any) -> RegisterAgency:
    """An agency with all roles at the node `sichuan`."""
    values = {"node_id": "sichuan", "roles": ALL, **given}
    return RegisterAgency(agency_id=name, name=f"经办 {name}", area=area, level=level, **values)


TREE = (
    agency("N", "000000", "national", node_id="nation", roles=("policies",)),
    agency("S", "510000", "province", under_agency_id="N"),
    agency("B", "511900", "city", node_id="bazhong", under_agency_id="S"),
    agency("D", "511700", "city", node_id="dazhou", under_agency_id="S"),
    agency("B-02", "511902", "county", node_id=None, under_agency_id="B", roles=("persons",)),
    agency("Z", ZONE, "county", node_id=None, under_agency_id="D"),
    agency("T", "511902", "township", node_id=None, under_agency_id="B-02", operated_by="insurer"),
)


@pytest.fixture
async def tree(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service with the tree, and centers as before it was there."""
    driver = await driver_for(SERVICE)
    await driver.hear(*(node(name, kind) for name, kind in NODES.items()), node("huaxi"))
    await driver.hear(center("510000", "sichuan"), center("511900", "bazhong"), center("511700", "dazhou"))
    for one in TREE:
        [decision] = await driver.hear(one)
        assert [*decision.facts] == [AgencyRegistered(**dict(one))]
    return driver


@pytest.mark.requirement("ENR-25")
@pytest.mark.requirement("ENR-28")
@pytest.mark.requirement("ENR-30")
async def test_the_tree_says_who_commands_where_codes_would_say_otherwise(tree: Driver) -> None:
    zone = institution(institution_id=f"H{ZONE}00001", area=ZONE)
    county = institution(institution_id="H51190200001", area="511902")
    asked = [
        ("bazhong", zone, "AREA_NOT_YOURS"),  # by its code it would be Bazhong's
        ("dazhou", zone, "OK"),
        ("sichuan", zone, "OK"),
        ("nation", zone, "AREA_NOT_YOURS"),  # has policies alone
        ("dazhou", county, "AREA_NOT_YOURS"),
        ("bazhong", county, "OK"),  # the county's affairs go by its city
        ("huaxi", county, "OPERATOR_ONLY"),
    ]
    for source, body, expected in asked:
        [decision] = await tree.hear(body, source=source)
        assert code(decision) == expected, (source, body.institution_id)


@pytest.mark.requirement("ENR-28")
async def test_policies_are_issued_at_the_level_of_the_agency(tree: Driver) -> None:
    answers = {}
    for level in ("city", "province", "national"):
        draft = DraftPolicy(policy_id=level, policy=text(policy_id=level, issuer_level=level), officer="li")
        for source in NODES:
            [decision] = await tree.hear(draft, source=source)
            answers[level, source] = code(decision)
    allowed = {pair for pair, answer in answers.items() if answer == "OK"}
    assert allowed == {
        ("city", "nation"),
        ("city", "sichuan"),
        ("city", "bazhong"),
        ("province", "sichuan"),
        ("national", "nation"),
    }


@pytest.mark.requirement("ENR-25")
async def test_an_agency_stands_below_one_of_a_higher_level(tree: Driver) -> None:
    wrong = [
        agency("X", "511903", "county", under_agency_id="T"),
        agency("X", "511903", "county", under_agency_id="nobody"),
        agency("X", "511903", "county", node_id=None),
        agency("S", "510000", "county", under_agency_id="N"),  # would turn the tree round
        agency("X", "511903", "county", under_agency_id="B", node_id="nobody"),
    ]
    answers = [code((await tree.hear(one))[0]) for one in wrong]
    assert answers == ["INVALID_FIELD"] * 4 + ["UNKNOWN_NODE"]


@pytest.mark.requirement("ENR-25")
def test_a_county_is_reached_through_its_city() -> None:
    entries = [Entry("agency", one.agency_id, 1, one.model_dump(mode="json")) for one in TREE]
    known = Known({(one.kind, one.subject_id): one for one in entries}, {})
    chains = {area: agencies_over(known, area) for area in ("511902", ZONE, "511903", "420100")}
    assert [one.subject_id for one in chains["511902"]] == ["T", "B-02", "B", "S", "N"]
    assert {area: route(chain) for area, chain in chains.items()} == {
        "511902": "bazhong",
        ZONE: "dazhou",
        "511903": "bazhong",
        "420100": None,
    }
