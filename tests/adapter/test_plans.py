"""The simulated month as it is planned: the same for a seed, whole, and with everything that goes wrong."""

from collections import defaultdict
from pathlib import Path

import pytest

from services.clearing.ledger.prefund import Alert
from services.cli.registry_import.folder import read_registry
from services.enrollment import __file__ as enrollment
from shared.adapter.control import control_of, line_fen
from shared.messages.body import Body, Fact
from shared.messages.clearing.months import PrefundChanged
from shared.messages.enrollment.registers import PublishCatalogue
from shared.messages.referral.filings import SubmitFiling
from shared.messages.settlement.visits import SettleOutpatient, SettleVisit, UploadCosts
from shared.simulator.life.acts import FILED, MERGED, NEIGHBOUR, Life
from shared.simulator.mishap import SURE
from shared.simulator.office.ahead import used_up
from shared.simulator.plan import wares
from shared.simulator.plan.calendar_month import CalendarMonth
from shared.simulator.plan.plan import Plan
from shared.simulator.plan.visits import MOST, Lot, count_beside, plan_visit, plan_visits
from shared.simulator.plan.world import World, world_of

MONTH = CalendarMonth("2026-03")


@pytest.fixture(scope="module")
def requests() -> list[Body]:
    registry = read_registry(Path(enrollment).parent / "sample")
    return [entry.body for stage in registry.stages for entry in stage]


@pytest.fixture(scope="module")
def world(requests: list[Body]) -> World:
    return world_of(requests)


@pytest.fixture(scope="module")
def plans(world: World) -> list[Plan]:
    return list(plan_visits(5, 600, world, MONTH))


def test_a_visit_is_planned_alike_however_many_others_there_are(world: World, plans: list[Plan]) -> None:
    assert list(plan_visits(5, 600, world, MONTH)) == plans
    for number in (599, 47, 3):
        assert plan_visit(5, number, Lot(world.among(MOST)), MONTH) == plans[number]
    assert list(plan_visits(5, 300, world, MONTH))[:300] == plans[:300]


def test_the_visits_beside_go_by_the_agreements_of_cities_and_reserves(plans: list[Plan]) -> None:
    most, beside = plans[:600], plans[600:]
    assert len(beside) == count_beside(600) == 30
    assert [plan.kind for plan in beside[:2]] == ["inpatient"] * 2
    assert {plan.institution.area for plan in beside} == {"330200", "230600"}
    assert not {plan.person.person_id for plan in most} & {plan.person.person_id for plan in beside}
    assert not {plan.institution.area for plan in most} & {"330200", "230600"}


def test_what_happens_beside_the_visits_is_of_its_own_people_and_costs_nothing(
    world: World, plans: list[Plan]
) -> None:
    life = Life(5, MONTH, world)
    assert life.acts == Life(5, MONTH, world).acts
    assert len({act.id for act in life.acts}) == len(life.acts)
    assert life.acts != Life(6, MONTH, world).acts
    assert {act.body.key for act in life.acts} - {MERGED} <= {one.person_id for one in life.people}
    assert not {route.insured_area for route in world.routes} & {MERGED, NEIGHBOUR}
    assert not {one.person_id for one in life.people} & {plan.person.person_id for plan in plans}
    billed = [act for act in life.acts if isinstance(act.body, SettleVisit | SettleOutpatient | UploadCosts)]
    assert {act.body.key for act in billed} == {life.people[-1].person_id}  # at home, and settled in between
    assert life.people[-1].insured_area in {
        one.area for one in world.institutions if one.node_id in life.nodes
    }
    assert {(one.kind, one.channel) for act in life.acts if isinstance(one := act.body, SubmitFiling)} == {
        *FILED
    }


def test_a_top_up_is_asked_for_only_where_the_newest_alert_is_red(world: World) -> None:
    def told(id: str, *alerts: Alert) -> list[Fact]:
        return [PrefundChanged(agreement_id=id, balance_fen=0, quota_fen=1, alert=one) for one in alerts]

    agreements = world.agreements.values()
    reserve, other = (
        next(one.agreement_id for one in agreements if (one.funding_mode == "RESERVE_FUND") == is_reserve)
        for is_reserve in (True, False)
    )
    for facts, expected in (
        (told(reserve, "none", "red"), [reserve]),
        (told(reserve, "red", "yellow"), []),
        (told(other, "red"), []),
        ([], []),
    ):
        assert [one.agreement_id for one in used_up(agreements, facts)] == expected


def test_another_seed_is_another_month(world: World, plans: list[Plan]) -> None:
    others = list(plan_visits(6, 600, world, MONTH))
    assert not {plan.visit.visit_id for plan in plans} & {plan.visit.visit_id for plan in others}
    assert [plan.begins_on for plan in plans] != [plan.begins_on for plan in others]


def test_the_registries_order_does_not_matter(requests: list[Body], world: World) -> None:
    assert world_of(requests[::-1]) == world


def test_every_mishap_is_in_the_smallest_month(world: World) -> None:
    steps = {
        plan.number: [step.action for step in plan.steps] for plan in plan_visits(1, len(SURE), world, MONTH)
    }
    few = [plan_visit(1, n, Lot(world.among(MOST)), MONTH) for n in range(len(SURE))]
    delivered = [step.delivery for plan in few for step in plan.steps]
    assert [kind for kind, _ in SURE] == [plan.kind for plan in few]
    assert steps[0].index("file") > steps[0].index("quote")
    assert steps[1].count("settle") == 2
    assert {"answer lost", "twice"} <= set(delivered)
    assert steps[5].index("upload") < steps[5].index("admit")


def test_money_does_not_move_outside_the_month(plans: list[Plan]) -> None:
    for plan in plans:
        assert MONTH.first <= plan.begins_on <= plan.ends_on <= plan.settled_on <= MONTH.last
        assert all(MONTH.first <= step.day for step in plan.steps)


def test_steps_stand_in_the_order_of_their_days(plans: list[Plan]) -> None:
    for plan in plans:
        assert list(plan.steps) == sorted(plan.steps, key=lambda step: step.day)


def test_a_person_comes_again_only_when_the_visit_before_is_settled_for_good(plans: list[Plan]) -> None:
    stories: dict[str, list[Plan]] = defaultdict(list)
    for plan in plans:
        stories[plan.person.person_id].append(plan)
    again = [story for story in stories.values() if len(story) > 1]
    assert len(again) > 20
    for first, second in again:
        assert second.begins_on > first.settled_on
        assert second.person == first.person
        assert not (first.filing and second.filing)


def test_every_upload_of_a_stay_is_sent_but_the_forgotten_one(plans: list[Plan]) -> None:
    for plan in plans:
        sent = [step.upload for step in plan.steps if step.upload >= 0]
        missing = set(range(len(plan.uploads))) - set(sent)
        assert plan.kind != "inpatient" or len(missing) <= 1
        assert len(sent) == len(set(sent))


def test_ids_are_used_once(plans: list[Plan]) -> None:
    ids = [
        plan.message_id(f"{number}.{step.action}") for plan in plans for number, step in enumerate(plan.steps)
    ]
    uploads = [upload.upload_id for plan in plans if plan.kind == "inpatient" for upload in plan.uploads]
    assert len(ids) == len(set(ids))
    assert len(uploads) == len(set(uploads))


def test_line_ids_are_used_once_in_a_visit_and_no_bill_is_negative(plans: list[Plan]) -> None:
    for plan in plans:
        assert len({line.line for line in plan.lines}) == len(plan.lines)
        assert control_of(plan.lines).total_fen > 0


def test_returns_and_unknown_items_occur(plans: list[Plan]) -> None:
    lines = [line for plan in plans for line in plan.lines]
    assert any(line.quantity.startswith("-") for line in lines)
    assert any(line.item == wares.UNKNOWN.item for line in lines)


def test_wares_are_those_of_the_catalogues(requests: list[Body], world: World) -> None:
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for page in requests:
        if isinstance(page, PublishCatalogue):
            known[page.area] |= {item.item: item.category for item in page.items}
    used = [*wares.DAILY, *wares.EXAMINATIONS, *wares.OPERATIONS, *wares.CLINIC, *wares.SHOP]
    for area in {route.treatment_area for route in world.routes}:
        listed = known[area] or known[f"{area[:2]}0000"]  # a province's own catalogue
        assert {ware.item: ware.category for ware in used}.items() <= listed.items()
        assert wares.UNKNOWN.item not in known[area]


def test_nothing_is_returned_before_it_was_billed(plans: list[Plan]) -> None:
    for plan in plans:
        billed: dict[str, int] = defaultdict(int)
        for step in plan.steps if plan.kind == "inpatient" else ():
            for line in plan.uploads[step.upload].lines if step.upload >= 0 else ():
                billed[line.item] += line_fen(line)
            assert all(fen >= 0 for fen in billed.values())
