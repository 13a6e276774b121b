"""Who may command which register, every command by every kind of node; what is held is asked as well."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

import pytest

from services.enrollment import SERVICE
from services.enrollment.decider import DECIDER
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.credentials import RegisterCredential, RevokeCredential
from shared.messages.enrollment.editions import PublishEdition
from shared.messages.enrollment.mappings import MappedCode, PublishMapping
from shared.messages.enrollment.network.assessments import RecordAssessment
from shared.messages.enrollment.network.institutions import HandOverInstitution, TakeOverInstitution
from shared.messages.enrollment.network.issuers import Issuer, PublishIssuers
from shared.messages.enrollment.persons import FindPerson, QuerySealingKey, RegisterPerson
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy, policy_digest
from shared.messages.enrollment.prices import PriceItem, PublishPrices
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.register_pages import EnrollPersons, PublishInstitutions
from shared.messages.enrollment.registers import EnrollPerson, OpenDay, PublishInstitution, PublishPolicy
from shared.messages.enrollment.tiers import MapTiers, TierMapping
from tests.enrollment.test_agencies import agency
from tests.enrollment.test_assessments import assessed
from tests.enrollment.test_code_sets import code_set
from tests.enrollment.test_institutions import applies, move
from tests.enrollment.test_local_codes import own_codes
from tests.enrollment.test_policies import text
from tests.enrollment.test_pooling import set_pooling
from tests.enrollment.test_registers import agreement, center, code, institution, node, page
from tests.enrollment.test_rollout import rollout
from tests.given.driver import Driver

SOURCES = ("operator", "sichuan", "bazhong", "enyang", "chengdu", "huaxi", "stranger")
"""An operator, a province, its city, the city's county, another city, a hospital, nobody."""

START = date(2026, 1, 1)
OK, ONLY, AREA, PERSON, LEVEL = "OK", "OPERATOR_ONLY", "AREA_NOT_YOURS", "PERSON_NOT_YOURS", "LEVEL_NOT_YOURS"
HAND = "HAND_OVER_FIRST"
NOT_CENTERS = (ONLY, ONLY)
OPERATORS = (OK, ONLY, ONLY, ONLY, ONLY, *NOT_CENTERS)
OF_THE_CITY = (OK, OK, OK, AREA, AREA, *NOT_CENTERS)
SEALED = f"k1.{'A' * 80}"  # for nobody: who may send it is told that it cannot be opened
ABOUT_A_PERSON = (*(["SEAL_UNREADABLE"] * 3), PERSON, PERSON, *NOT_CENTERS)
OF_THE_PROVINCE = (OK, OK, AREA, AREA, AREA, *NOT_CENTERS)


def hospital(**given: Any) -> PublishInstitution:
    """A hospital of Bazhong at huaxi's node."""
    return institution(**{"institution_id": "H51190000001", "area": "511900", **given})


def person() -> EnrollPerson:
    return EnrollPerson(
        person_id="P1", scheme="390", insured_area="511900", status="normal", covered_from=START
    )


def finding() -> QualifyDisease:
    return QualifyDisease(person_id="P1", insured_area="511900", disease="M03900", qualified_from=START)


def codes() -> PublishMapping:
    mapped = (MappedCode(local_item="L1", item="X1"),)
    return PublishMapping(page_id="M1", institution_id="H51190000001", in_force_from=START, codes=mapped)


def issuers() -> PublishIssuers:
    return PublishIssuers(area="511900", year=2026, institutions=(Issuer(institution_id="H51190000001"),))


def prices() -> PublishPrices:
    items = (PriceItem(item="X1", tier="3", price="1"),)
    return PublishPrices(page_id="PR1", area="511900", in_force_from=START, items=items)


def tiers() -> MapTiers:
    return MapTiers(insured_area="511900", mappings=(TierMapping(tier="3", home_tier="3"),))


def edition(register_of: Any, whose: str, page_id: str) -> PublishEdition:
    start = START if register_of != "catalogue" else date(2023, 1, 1)
    return PublishEdition(register_of=register_of, whose=whose, pages=(page_id,), starts=(start,))


def draft(level: str = "city", **given: Any) -> DraftPolicy:
    policy = text(policy_id="N1", issuer_level=level, **given)
    return DraftPolicy(policy_id="N1", policy=policy, officer="li")


def approval(level: str = "city") -> ApprovePolicy:
    digest = policy_digest(text(policy_id="N1", issuer_level=level))
    return ApprovePolicy(policy_id="N1", officer="wang", sha256=digest)


class Of(NamedTuple):
    """What another than an operator said before."""

    source: str
    body: Body


COUNTYS = hospital(institution_id="H51190200001", area="511902")


def failed(outcome: str = "failed") -> RecordAssessment:
    return assessed(institution_id=COUNTYS.institution_id, outcome=outcome)


# What an operator registered before, what is asked, and the answer to each of SOURCES.
TABLE: list[tuple[str, Sequence[Body | Of], Body, tuple[str, ...]]] = [
    ("a node", [], node("new"), OPERATORS),
    ("a node changed", [node("new")], node("new", "center"), OPERATORS),
    ("a center", [], center("510300", "huaxi"), OPERATORS),
    ("a center moved", [center("510300", "huaxi")], center("510300", "chengdu"), OPERATORS),
    ("an agency", [], agency("A-51", "510000", "province"), OPERATORS),
    ("a code set", [], code_set(), OPERATORS),
    ("an agreement", [], agreement(), OPERATORS),
    ("an agreement renewed", [agreement()], agreement(in_force_from=date(2027, 1, 1)), OPERATORS),
    ("a day", [], OpenDay(opens_on=START), OPERATORS),
    ("a hospital", [], hospital(), OF_THE_CITY),
    ("a hospital changed", [hospital()], hospital(tier="2"), OF_THE_CITY),
    ("a page of hospitals", [], PublishInstitutions(rows=(hospital(),)), OF_THE_CITY),
    ("a county's own hospital", [], hospital(institution_id="H51190200001", area="511902"),
     (OK, OK, OK, OK, AREA, *NOT_CENTERS)),
    ("a city's hospital, as a county's", [], hospital(area="511902"), OF_THE_CITY),
    ("a city's hospital, taken down into a county", [hospital()], hospital(area="511902"), OF_THE_CITY),
    ("a province's hospital, as a city's", [], hospital(institution_id="H51000000001"), OF_THE_PROVINCE),
    ("a province's hospital, taken down into a city",
     [hospital(institution_id="H51000000001", area="510000")],
     hospital(institution_id="H51000000001"), OF_THE_PROVINCE),
    ("another city's hospital", [hospital(institution_id="H51010000001", area="510100")],
     hospital(institution_id="H51010000001", area="510100", tier="2"),
     (OK, OK, AREA, AREA, OK, *NOT_CENTERS)),
    ("a hospital applies", [], applies("H51190000001", area="511900"), (OK, OK, OK, AREA, AREA, OK, ONLY)),
    ("a hospital's application", [applies("H51190000001", area="511900")],
     move("accepted", "H51190000001"), OF_THE_CITY),
    ("a hospital offered to another node", [hospital()],
     HandOverInstitution(institution_id="H51190000001", to_node_id="chengdu"),
     (OK, OK, OK, AREA, AREA, OK, ONLY)),
    ("a hospital taken over",
     [hospital(), HandOverInstitution(institution_id="H51190000001", to_node_id="chengdu")],
     TakeOverInstitution(institution_id="H51190000001", from_node_id="huaxi"),
     (HAND, HAND, HAND, HAND, OK, HAND, HAND)),
    ("who may issue certificates", [hospital()], issuers(), OF_THE_CITY),
    ("how a hospital was assessed", [hospital()], assessed(institution_id="H51190000001"), OF_THE_CITY),
    ("a county's hospital that its province failed", [COUNTYS, Of("sichuan", failed())], failed("passed"),
     (OK, OK, LEVEL, LEVEL, AREA, *NOT_CENTERS)),
    ("a county's hospital that its city failed", [COUNTYS, Of("bazhong", failed())], failed("withdrawn"),
     (OK, OK, OK, LEVEL, AREA, *NOT_CENTERS)),
    ("a county's hospital that a file failed", [COUNTYS, failed()], failed("to_improve"),
     (OK, OK, OK, OK, AREA, *NOT_CENTERS)),
    ("an assessment withdrawn that nobody recorded", [COUNTYS], failed("withdrawn"),
     (OK, *(["NOT_ASSESSED"] * 3), AREA, *NOT_CENTERS)),
    ("a rollout", [], rollout("connected"), OF_THE_CITY),
    ("a province's rollout", [], rollout("connected", "510000"), OF_THE_PROVINCE),
    ("a pool", [], set_pooling("511900", "511900"), OF_THE_CITY),
    ("a city pooled by its province", [], set_pooling("511900", "510000"), OF_THE_PROVINCE),
    ("a county that leaves its province's pool", [set_pooling("510000", "510000")],
     set_pooling("511902", "511902", date(2026, 5, 1)), OF_THE_PROVINCE),
    ("an area's own codes", [], own_codes(), OF_THE_CITY),
    ("a catalogue's page", [], page("C1", "511900"), OF_THE_CITY),
    ("prices", [], prices(), OF_THE_CITY),
    ("tiers", [], tiers(), OF_THE_CITY),
    ("an edition of a catalogue", [page("C1", "511900").model_copy(update={"in_edition": True})],
     edition("catalogue", "511900", "C1"), OF_THE_CITY),
    ("an edition of prices", [prices().model_copy(update={"in_edition": True})],
     edition("prices", "511900", "PR1"), OF_THE_CITY),
    ("an edition of codes", [hospital(), codes().model_copy(update={"in_edition": True})],
     edition("mapping", "H51190000001", "M1"), (OK, OK, OK, AREA, AREA, OK, ONLY)),
    ("codes of a hospital", [hospital()], codes(), (OK, OK, OK, AREA, AREA, OK, ONLY)),
    ("a person", [], person(), (OK, OK, OK, PERSON, PERSON, *NOT_CENTERS)),
    ("a page of persons", [], EnrollPersons(rows=(person(),)), (OK, OK, OK, PERSON, PERSON, *NOT_CENTERS)),
    ("a person's coverage changed", [person()], person().model_copy(update={"retired": True}),
     (OK, OK, OK, PERSON, PERSON, *NOT_CENTERS)),
    ("a disease of a person", [person()], finding(), (OK, OK, OK, PERSON, PERSON, *NOT_CENTERS)),
    ("a person's identity", [person()], RegisterPerson(person_id="P1", sealed=SEALED), ABOUT_A_PERSON),
    ("a credential", [person()],
     RegisterCredential(person_id="P1", credential="03", sealed=SEALED, valid_from=START), ABOUT_A_PERSON),
    ("a credential revoked", [person()],
     RevokeCredential(person_id="P1", credential_id="0" * 32, revoked_on=START, reason="lost"),
     (*(["UNKNOWN_CREDENTIAL"] * 3), PERSON, PERSON, *NOT_CENTERS)),
    ("whose a credential is", [hospital(node_id="huaxi")],
     FindPerson(institution_id="H51190000001", credential="03", sealed=SEALED),
     (*(["INSTITUTION_NOT_YOURS"] * 5), "SEAL_UNREADABLE", "INSTITUTION_NOT_YOURS")),
    ("the key to seal with", [], QuerySealingKey(), (OK,) * 7),
    ("a city's policy", [], draft(), OF_THE_CITY),
    ("a province's policy", [], draft("province"), (OK, OK, LEVEL, AREA, AREA, *NOT_CENTERS)),
    ("a nation's policy", [], draft("national"), (OK, LEVEL, LEVEL, AREA, AREA, *NOT_CENTERS)),
    ("a province's draft replaced by a city's", [draft("province")], draft(),
     (OK, OK, LEVEL, AREA, AREA, *NOT_CENTERS)),
    ("a city's draft approved", [draft()], approval(), OF_THE_CITY),
    ("a province's draft approved", [draft("province")], approval("province"),
     (OK, OK, LEVEL, AREA, AREA, *NOT_CENTERS)),
    ("a nation's draft approved", [draft("national")], approval("national"),
     (OK, LEVEL, LEVEL, AREA, AREA, *NOT_CENTERS)),
    ("a policy at once", [], PublishPolicy(policy_id="N1", policy=text()), ("DRAFT_AND_APPROVE",) * 7),
]  # fmt: skip


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with a node of each kind and the centers of a province, two cities and a county."""
    driver = await driver_for(SERVICE)
    places = {"sichuan": "510000", "bazhong": "511900", "enyang": "511902", "chengdu": "510100"}
    bodies = [node("huaxi"), node("sichuan", "province")]
    bodies += [node(name, "center") for name in places if name != "sichuan"]
    decisions = await driver.hear(*bodies, *(center(area, name) for name, area in places.items()))
    assert {code(decision) for decision in decisions} == {"OK"}
    return driver


@pytest.mark.requirement("ENR-08")
@pytest.mark.parametrize(("case", "held", "body", "expected"), TABLE, ids=[row[0] for row in TABLE])
async def test_every_command_is_for_who_answers_for_it(
    enrollment: Driver, case: str, held: Sequence[Body | Of], body: Body, expected: tuple[str, ...]
) -> None:
    for one in held:
        said = one if isinstance(one, Of) else Of("operator", one)
        await enrollment.hear(said.body, source=said.source)
    before = await enrollment.fetch("SELECT * FROM register ORDER BY 1, 2")
    answers = {}
    for source in reversed(SOURCES):  # who may least first: until then nothing has changed
        [decision] = await enrollment.hear(body, source=source)
        answers[source] = code(decision)
        if answers[source] != "OK" and "OK" not in answers.values():
            assert await enrollment.fetch("SELECT * FROM register ORDER BY 1, 2") == before
    assert answers == dict(zip(SOURCES, expected, strict=True))


def test_every_command_of_the_registers_stands_in_the_table() -> None:
    assert {type(body) for _, _, body, _ in TABLE} == {*DECIDER.rules}


async def test_the_first_operator_stays_one_whatever_is_asked(enrollment: Driver) -> None:
    kinds = ("hospital", "group", "province", "region", "center")
    refused = await enrollment.hear(*(node("operator", kind) for kind in kinds))
    assert {code(decision) for decision in refused} == {"OPERATOR_STAYS"}
    renamed, second, demoted, new = await enrollment.hear(
        node("operator", "operator"),
        node("second", "operator"),
        node("second", "center"),
        node("another", "hospital"),
    )
    assert {code(decision) for decision in (renamed, second, demoted, new)} == {"OK"}
