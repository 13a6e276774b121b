"""The settlement list of a visit tells what it lacks until it is complete; its amounts are the settled."""

from decimal import Decimal

from shared.gateway.forms.settlement_list import settlement_list
from shared.messages.body import Body
from shared.messages.settlement.found import VisitFound
from shared.messages.settlement.queries import QueryVisit
from tests.settlement.admissions.test_interim import in_parts
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D2,
    D6,
    HUAXI,
    KEYS,
    admit,
    bed,
    discharge,
    line,
    outpatient,
    page,
    reverse,
    settle,
)


def found(memory: Memory, visit_id: str = "V1") -> VisitFound:
    result = memory.ask(QueryVisit(**{**KEYS, "visit_id": visit_id})).result
    assert isinstance(result, VisitFound)
    return result


STEPS: list[tuple[Body, tuple[str, ...]]] = [
    (admit(), ("SETTLEMENT", "DISCHARGE", "CASE_PAGE")),
    (bed("U1", 1000), ("SETTLEMENT", "DISCHARGE", "CASE_PAGE")),
    (discharge(), ("SETTLEMENT", "COSTS", "CASE_PAGE")),
    (bed("U2", 500, D2), ("SETTLEMENT", "CASE_PAGE")),
    (settle(2, 150_000), ("CASE_PAGE",)),
    (page(total_fen=150_000), ()),
]


def test_a_list_lacks_less_with_each_step_of_a_stay_until_it_is_complete() -> None:
    memory = Memory()
    for body, lacks in STEPS:
        memory.accepted(body)
        assert found(memory).list_lacks == lacks, body
    memory.accepted(reverse(memory.in_force["V1"].settlement_id))
    assert found(memory).list_lacks == ("SETTLEMENT",)


def test_a_part_of_a_stay_needs_no_page_and_the_last_has_the_diagnoses_of_the_one_that_counts() -> None:
    memory = Memory()
    memory.accepted(*in_parts(500, 500, 500))
    lacks = [found(memory, name).list_lacks for name in ("V1", "P2", "P3")]
    assert lacks == [("COSTS",), ("COSTS",), ("COSTS", "CASE_PAGE")]  # each has costs of its first day alone
    parts = [found(memory, name).stay_part for name in ("V1", "P2", "P3")]
    assert [(one.first_visit_id, one.part, one.goes_on) for one in parts if one] == [
        ("V1", 1, True), ("V1", 2, True), ("V1", 3, False),
    ]  # fmt: skip
    whole = {"visit_id": "P3", "discharged_on": D6, "total_fen": 150_000}
    memory.accepted(page(**whole, main_diagnosis="I10", other_diagnoses=("E11.9",)))
    assert found(memory, "P3").diagnoses == ("I10", "E11.9")
    memory.accepted(page(**whole, page_id="C2", corrects_page_id="G1", main_diagnosis="J18.9"))
    told = settlement_list(found(memory, "P3"), HUAXI, "Lin")
    assert told["diseinfo"] == [{"diag_code": "J18.9", "maindiag_flag": "1"}]
    assert (told["lack"][0][:5], len(told["lack"]), found(memory).diagnoses) == ("COSTS", 1, ())


def test_of_a_bill_that_came_whole_only_the_settlement_is_asked_for() -> None:
    memory = Memory()
    memory.accepted(outpatient(line(1), total_fen=100_00))
    assert found(memory).list_lacks == ()


def test_the_form_has_the_amounts_of_the_settlement_and_its_state() -> None:
    memory = Memory()
    memory.accepted(*(body for body, _ in STEPS[:-1]))
    told = settlement_list(found(memory), HUAXI, "Lin")
    head, paid = told["setlinfo"], found(memory).settlement
    assert paid is not None
    assert (told["stas"], [lack.split()[0] for lack in told["lack"]]) == ("0", ["CASE_PAGE"])
    assert (head["act_ipt_days"], head["medfee_sumamt"]) == (2, Decimal("1500.00"))
    assert sum(one["amt"] for one in told["iteminfo"]) == head["medfee_sumamt"]
    fund = sum(one["fund_payamt"] for one in told["payinfo"])
    patient = head["acct_pay"] + head["psn_cashpay"]
    assert fund + patient == head["medfee_sumamt"]
    assert head["psn_ownpay"] + head["psn_selfpay"] == patient


def test_what_is_not_settled_has_a_form_without_amounts() -> None:
    memory = Memory()
    memory.accepted(admit())
    told = settlement_list(found(memory), HUAXI, "Lin")
    assert (told["payinfo"], told["iteminfo"], told["stas"]) == ([], [], "0")
