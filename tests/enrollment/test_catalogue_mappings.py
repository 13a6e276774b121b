"""Code mappings of institutions: who may publish them, and what is said of them."""

from collections.abc import Awaitable, Callable
from datetime import date

from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.mappings import MappedCode, MappingPublished, PublishMapping
from shared.messages.enrollment.registers import PublishInstitution, RegisterCenter, RegisterNode
from tests.given.driver import Driver

DriverFor = Callable[[Service], Awaitable[Driver]]
HUAXI, PUREN = "H51010000001", "H51010000002"


def institution(institution_id: str, node_id: str) -> PublishInstitution:
    """A hospital of Chengdu."""
    return PublishInstitution(
        institution_id=institution_id,
        name=node_id,
        area="510100",
        tier="3",
        node_id=node_id,
        services=("inpatient",),
    )


def mapping(institution_id: str = HUAXI, page_id: str = "M1", item: str = "BED") -> PublishMapping:
    """A page with one code."""
    codes = (MappedCode(local_item="B1", item=item),)
    return PublishMapping(
        page_id=page_id, institution_id=institution_id, in_force_from=date(2023, 1, 1), codes=codes
    )


async def opened(driver_for: DriverFor) -> Driver:
    """Two hospitals of Chengdu with a node each, the city's center, and that of Bazhong."""
    driver = await driver_for(SERVICE)
    nodes = [RegisterNode(node_id=name, name=name, kind="hospital") for name in ("huaxi", "puren")]
    nodes += [RegisterNode(node_id=name, name=name, kind="center") for name in ("chengdu", "bazhong")]
    centers = [
        RegisterCenter(center_id=area, name=name, node_id=name)
        for area, name in (("510100", "chengdu"), ("511900", "bazhong"))
    ]
    hospitals = [institution(HUAXI, "huaxi"), institution(PUREN, "puren")]
    for decision in await driver.hear(*nodes, *centers, *hospitals):
        assert decision.answer and decision.answer.accepted
    return driver


ASKED = [
    # by whom, what, answer, whether a fact is said
    ("bazhong", mapping(), "AREA_NOT_YOURS", False),
    ("puren", mapping(), "OPERATOR_ONLY", False),
    ("operator", mapping("H51010000009"), "UNKNOWN_INSTITUTION", False),
    ("huaxi", mapping(), "OK", True),
    ("huaxi", mapping(), "OK", False),
    ("chengdu", mapping(item="COT"), "OK", True),
    ("puren", mapping(PUREN), "INSTITUTION_NOT_YOURS", False),
    ("operator", mapping(PUREN, "M2"), "OK", True),
]


async def test_an_institution_maps_its_codes_and_whoever_answers_for_its_area(driver_for: DriverFor) -> None:
    driver = await opened(driver_for)

    for source, asked, code, said in ASKED:
        [decision] = await driver.hear(asked, source=source)

        assert decision.answer and decision.answer.code == code, (source, asked)
        assert [type(fact) for fact in decision.facts] == [MappingPublished] * said
        assert all(dict(fact) == dict(asked) for fact in decision.facts)


def test_a_mapping_never_takes_the_place_of_a_catalogues_page_in_the_compacted_topic() -> None:
    fact = MappingPublished(**dict(mapping(page_id="510100-20230101-001")))

    assert fact.key == "mapping:510100-20230101-001"
