"""What the policies of a province's areas say differently: pure, and by the command on the registers."""

import json
from datetime import date
from typing import Any

import pytest

from services.enrollment.queries.policies import AreaPolicy, province_differences
from shared.benefit.policy.checks import Policy, parse_policy
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy, policy_digest
from shared.messages.enrollment.registers import OpenDay
from tests.clearing.given.command import run
from tests.enrollment.test_policies import text
from tests.enrollment.test_registers import enrollment
from tests.given.driver import Driver

__all__ = ["enrollment"]

TODAY = date(2026, 3, 2)


def policy(area: str, cap_fen: int, **changed: Any) -> Policy:
    """Bazhong's policy as another area's, with a cap of its own."""
    return parse_policy(mapping(area, cap_fen, **changed))


def mapping(area: str, cap_fen: int, **changed: Any) -> dict[str, Any]:
    """The policy's text."""
    given = text(policy_id=f"{area}-390", insured_area=area, **changed)
    return given | {"inpatient": given["inpatient"] | {"pool_cap_fen": cap_fen}}


def shown(told: list[AreaPolicy]) -> list[str]:
    """Each area with what it is compared with and how it differs, in short."""
    return [
        f"{one.area} {one.province_policy_id or '-'}"
        + "".join(f" {each.place} {each.before} {each.after}" for each in one.differences)
        for one in told
    ]


CAP = "inpatient.pool_cap_fen"
SETS: list[tuple[str, list[Policy], list[str]]] = [
    ("no policy", [], []),
    ("one area is as most are", [policy("511900", 5)], ["511900 -"]),
    (
        "most areas",
        [policy("511900", 5), policy("510100", 7), policy("510300", 7)],
        ["510100 -", "510300 -", f"511900 - {CAP} 7 5"],
    ),
    ("as many: the first", [policy("511900", 5), policy("510100", 7)], ["510100 -", f"511900 - {CAP} 7 5"]),
    (
        "the province's own, though most say otherwise, each place by what is in force there",
        [policy("510000", 9), policy("511900", 5), policy("510100", 5), policy("440100", 1)],
        ["440100 -", "510000 510000-390", f"510100 510000-390 {CAP} 9 5", f"511900 510000-390 {CAP} 9 5"],
    ),
    (
        "a province's issue goes before a city's, which then is the province's",
        [policy("510000", 9, issuer_level="province"), policy("511900", 5)],
        ["510000 510000-390", "511900 510000-390"],
    ),
]


@pytest.mark.requirement("ENR-15")
@pytest.mark.parametrize(("case", "policies", "expected"), SETS, ids=[case[0] for case in SETS])
def test_areas_are_compared_with_their_province_or_with_most_of_it(
    case: str, policies: list[Policy], expected: list[str]
) -> None:
    assert shown(province_differences(policies, TODAY)) == expected
    assert not province_differences(policies, date(1999, 1, 1))  # none in force


def test_what_one_area_alone_has_or_lacks_is_a_difference() -> None:
    lacking = parse_policy({k: v for k, v in mapping("511900", 7).items() if k != "outpatient_general"})
    others = [policy("510100", 7), policy("510300", 7)]
    *_, odd = province_differences([lacking, *others], TODAY)
    assert odd.differences and all(one.place.startswith("outpatient_general") for one in odd.differences)
    assert {one.after for one in odd.differences} == {None}
    assert all("→ 无" in one.zh and "→ none" in one.en for one in odd.differences)


@pytest.mark.requirement("ENR-15")
async def test_the_report_is_made_of_the_registered_policies(
    enrollment: Driver, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    await enrollment.hear(OpenDay(opens_on=TODAY), day=None)
    for given in (mapping("511900", 5), mapping("510100", 7)):
        name = given["policy_id"]
        await enrollment.hear(DraftPolicy(policy_id=name, policy=given, officer="li"))
        await enrollment.hear(ApprovePolicy(policy_id=name, officer="wang", sha256=policy_digest(given)))
    done = await run("policy", "province", "511902", "--json")
    assert done.exit_code == 1
    assert [(one["area"], len(one["differences"])) for one in json.loads(done.stdout)] == [
        ("510100", 0),
        ("511900", 1),
    ]
    [*_, last] = (await run("policy", "province", "510000")).stdout.splitlines()
    assert last.split(" / ")[1].startswith("yearly cap of the pool: 0.07 yuan → 0.05")
    elsewhere = await run("policy", "province", "440000")
    assert (elsewhere.stdout, elsewhere.exit_code) == ("", 0)
