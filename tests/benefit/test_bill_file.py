"""Which bill files are not valid, and in which order a bill is answered."""

import json
from datetime import date
from typing import Any

import pytest

from shared.benefit.bill import Amounts, Bill, InvalidBillError
from shared.benefit.files.bill_file import InvalidBillFileError, read_bill
from shared.benefit.lines import Line, split_line
from shared.benefit.policy.checks import parse_policy
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from tests.benefit.given.cases import BILL, POLICY, Changes, changed, outcome, split_of

ONE_POLICY = {"P": [parse_policy(POLICY)]}
MISSING = object()
RETURN = {"item": "X", "category": "09", "level": "01", "quantity": "-1", "price": "1"}
BILLED = {**RETURN, "quantity": "2", "level": "03"}


def text_of(changes: dict[str, Any]) -> str:
    bill = changed(BILL, {place: value for place, value in changes.items() if value is not MISSING})
    for place in (place for place, value in changes.items() if value is MISSING):
        *tables, key = place.split(".")
        table = bill
        for name in tables:
            table = table[name]
        del table[key]
    return json.dumps(bill)


# bill, where the first finding stands
INVALID_BILLS = [
    ({"amounts.total_fen": -1}, "amounts.total_fen"),
    ({"amounts.total_fen": 1.0}, "amounts.total_fen"),
    ({"amounts.total_fen": "1"}, "amounts.total_fen"),
    ({"amounts.total_fen": True}, "amounts.total_fen"),
    ({"amounts.over_limit_fen": -1}, "amounts.over_limit_fen"),
    ({"amounts.over_limit_fen": 1_000_001}, "amounts"),
    ({"amounts.over_limit_fen": MISSING}, "amounts.over_limit_fen"),
    ({"amounts.other_fen": 0}, "amounts.other_fen"),
    ({"amounts": MISSING}, "amounts"),
    ({"lines": []}, "amounts"),
    ({"amounts": MISSING, "lines": [RETURN]}, "amounts"),
    ({"amounts": MISSING, "lines": [BILLED, RETURN]}, "amounts"),  # in scope below zero, total above
    ({"amounts": MISSING, "lines": {}}, "lines"),
    ({"year_to_date": {"stays": -1}}, "year_to_date.stays"),
    ({"year_to_date": {"pool_paid_fen": -1}}, "year_to_date.pool_paid_fen"),
    ({"year_to_date": {"unknown_fen": 1}}, "year_to_date.unknown_fen"),
    ({"account": {"use": True, "balance_fen": -1}}, "account.balance_fen"),
    ({"account": {"use": 1, "balance_fen": 1}}, "account.use"),
    ({"account": {"use": True}}, "account.balance_fen"),
    ({"transfer": {"deductible_paid_fen": -1}}, "transfer.deductible_paid_fen"),
    ({"transfer": {}}, "transfer.deductible_paid_fen"),
    ({"interim": {"deductible_left_fen": -1}}, "interim.deductible_left_fen"),
    ({"kind": "dental"}, "kind"),
    ({"kind": "outpatient_chronic"}, "disease"),
    ({"filing": "tourist"}, "filing"),
    ({"filing": MISSING}, "filing"),
    ({"person": {"retired": False}}, "person.identities"),
    ({"person": {"retired": "no", "identities": []}}, "person.retired"),
    ({"service_on": "2023-02-30"}, "service_on"),
    ({"service_on": "20230501"}, "service_on"),
    ({"service_on": "1672531200"}, "service_on"),
    ({"service_on": 1672531200}, "service_on"),
    ({"settled_on": MISSING}, "settled_on"),
    ({"treatment_area": "51010"}, "treatment_area"),
    ({"hospital_tier": 3}, "hospital_tier"),
    ({"bill_id": ""}, "bill_id"),
    ({"note": "x"}, "note"),
    ({"policy_id": "Q"}, "policy_id"),
    ({"policy_id": MISSING}, "policy_id"),
    ({"policy": POLICY}, "policy_id"),
]


@pytest.mark.parametrize(("changes", "place"), INVALID_BILLS)
def test_a_bill_out_of_form_is_invalid_with_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidBillFileError) as raised:
        read_bill(text_of(changes), ONE_POLICY)
    assert raised.value.findings[0].place == place


LINE = {**RETURN, "quantity": "1"}
# bill, what its first finding says
TOLD = [
    ({"lines": []},
     "amounts: amounts 与 lines 必须且只能有一项 / needs either amounts or lines, not both"),
    ({"policy_id": "Q"}, "policy_id: 无此政策：Q / no such policy: Q"),
    ({"policy": POLICY},
     "policy_id: policy_id 与 policy 必须且只能有一项 / needs either policy_id or policy, not both"),
    ({"amounts": MISSING, "lines": [RETURN]},
     "amounts: 合计或某一部分为负 / the total or a part is negative"),
    ({"amounts.over_limit_fen": 1_000_001}, "amounts: 各部分之和超过总费用 / the parts are above the total"),
    ({"kind": "outpatient_chronic"}, "disease: 慢特病账单缺少病种 / a chronic bill needs its disease"),
    ({"lines": [{**LINE, "quantity": "+1"}]},
     "lines.0.quantity: 数量应为至多4位小数的数字串 / must be a decimal string with up to 4 decimals"),
    ({"lines": [{**LINE, "price": "-1"}]},
     "lines.0.price: 价格应为至多6位小数的非负数字串 / must be a decimal string with up to 6 decimals"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), TOLD)
def test_what_is_wrong_with_a_bill_is_said_in_chinese_and_english(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidBillFileError) as raised:
        read_bill(text_of(changes), ONE_POLICY)
    assert str(raised.value.findings[0]) == told
    assert raised.value.bill_id == "B"


# text, the bill's id where it could be read
UNREADABLE = [
    ("", None),
    ("{", None),
    ("[]", None),
    ("null", None),
    ("3", None),
    ('"B"', None),
    ("[" * 100_000, None),
    ('{"bill_id": 5}', None),
    ('{"note": "B"}', None),
    ('{"bill_id": "X"}', "X"),
    ('{"bill_id": "B\\ud800"}', "B\\ud800"),
]


@pytest.mark.parametrize(("text", "bill_id"), UNREADABLE)
def test_what_is_no_bill_at_all_is_invalid_with_its_id_where_it_has_one(
    text: str, bill_id: str | None
) -> None:
    with pytest.raises(InvalidBillFileError) as raised:
        read_bill(text, ONE_POLICY)
    assert raised.value.bill_id == bill_id
    assert raised.value.findings


# the policy in a bill that is itself out of form, where the first finding stands
POLICIES_INSIDE = [
    (changed(POLICY, {"scheme": "391"}), "policy.scheme"),
    (POLICY, "filing"),
    ("P", "policy"),
]


@pytest.mark.parametrize(("policy", "place"), POLICIES_INSIDE)
def test_a_faulty_policy_inside_a_bill_is_told_before_the_bills_own_form(policy: Any, place: str) -> None:
    with pytest.raises(InvalidBillFileError) as raised:
        read_bill(text_of({"policy_id": MISSING, "policy": policy, "filing": "tourist"}), {})
    assert raised.value.findings[0].place == place


def test_two_policies_with_one_id_make_its_bills_invalid() -> None:
    policy = parse_policy(POLICY)
    with pytest.raises(InvalidBillFileError) as raised:
        read_bill(json.dumps(BILL), {"P": [policy, policy]})
    assert str(raised.value) == "policy_id: 该政策有两份：P / two policies have this id: P"


def test_a_bill_may_carry_its_policy_and_leave_out_what_is_none() -> None:
    carried = read_bill(text_of({"policy_id": MISSING, "policy": POLICY}), {})
    named = read_bill(text_of({"disease": None, "transfer": None, "year_to_date": {}}), ONE_POLICY)
    assert quote(*carried) == quote(*named)


def test_a_bill_made_in_code_with_nothing_before_it_is_the_one_read_from_a_bare_file() -> None:
    made = Bill("B", "inpatient", "3", date(2023, 5, 1), "home", Amounts(1_000_000, 0, 0, 0))
    assert read_bill(json.dumps(BILL), ONE_POLICY) == (ONE_POLICY["P"][0], made)
    assert split_line(Line("09", "02", 10_000, 20_000_000_000)) == (2_000_000, 0, 0, 0)


def test_the_engine_itself_refuses_sums_that_are_not_possible() -> None:
    policy = ONE_POLICY["P"][0]
    _, bill = read_bill(json.dumps(BILL), ONE_POLICY)
    for amounts in (Amounts(1, 2, 0, 0), Amounts(-1, 0, 0, 0), Amounts(1, -1, 0, 0)):
        impossible = Bill("B", "inpatient", "3", bill.service_on, "home", amounts)
        with pytest.raises(InvalidBillError):
            quote(policy, impossible)


# Faults from the last to be answered to the first; each is added to those before it.
BAD_POLICY = {"policy_id": MISSING, "policy": changed(POLICY, {"scheme": "391"})}
STAY_FAULTS = [
    ({"hospital_tier": "9"}, "TIER_UNKNOWN"),
    ({"filing": "none"}, "NOT_FILED"),
    ({"service_on": "2028-01-01"}, "NO_POLICY_IN_FORCE"),
    ({"amounts.over_limit_fen": 1_000_001}, "amounts"),
    (BAD_POLICY, "policy.scheme"),
]
CHRONIC_FAULTS = [
    ({"hospital_tier": "9"}, "TIER_UNKNOWN"),
    ({"disease": "M00001"}, "DISEASE_NOT_COVERED"),
    ({"service_on": "2022-12-31"}, "NO_POLICY_IN_FORCE"),
    ({"account": {"use": True, "balance_fen": -1}}, "account.balance_fen"),
    (BAD_POLICY, "policy.scheme"),
]
REFUSING = {
    "out_of_area.unfiled": "refuse",
    "outpatient_chronic": {"M03900": {"deductible_fen": 0, "cap_fen": 1, "tiers": {"3": 5_000}}},
}


def answer(policies: dict[str, Any], changes: dict[str, Any]) -> str:
    try:
        answered = quote(*read_bill(text_of(changes), policies))
    except InvalidBillFileError as error:
        return error.findings[0].place
    return answered.code if isinstance(answered, Refusal) else "split"


@pytest.mark.requirement("SET-06")
@pytest.mark.requirement("ENR-18")
@pytest.mark.parametrize(
    ("plain", "faults"),
    [({}, STAY_FAULTS), ({"kind": "outpatient_chronic", "disease": "M03900"}, CHRONIC_FAULTS)],
)
def test_of_several_faults_the_first_in_order_is_answered(
    plain: Changes, faults: list[tuple[dict[str, Any], str]]
) -> None:
    policies = {"P": [parse_policy(changed(POLICY, REFUSING))]}
    changes = dict(plain)
    answers = [answer(policies, changes)]
    for fault, _ in faults:
        changes |= fault
        answers.append(answer(policies, changes))
    assert answers == ["split", *(code for _, code in faults)]


GENERAL = {"deductible_fen": 0, "cap_fen": 1, "tiers": {"3": 5_000}}
NO_STAYS = {"inpatient": None, "out_of_area.unfiled": "refuse"}
CHRONIC = {"kind": "outpatient_chronic", "disease": "M1"}

# policy, bill, code, what it is about
REFUSALS = [
    ({"in_force_from": "2023-05-02"}, {}, "NO_POLICY_IN_FORCE", "P, 2023-05-01"),
    ({"in_force_until": "2023-05-01"}, {}, "NO_POLICY_IN_FORCE", "P, 2023-05-01"),
    (NO_STAYS, {"filing": "none", "hospital_tier": "9"}, "KIND_NOT_COVERED", "inpatient"),
    ({}, {"kind": "outpatient_general"}, "KIND_NOT_COVERED", "outpatient_general"),
    ({}, {"kind": "pharmacy"}, "KIND_NOT_COVERED", "pharmacy"),
    ({}, CHRONIC, "KIND_NOT_COVERED", "outpatient_chronic"),
    ({"outpatient_general": GENERAL}, CHRONIC, "KIND_NOT_COVERED", "outpatient_chronic"),
    ({"outpatient_chronic": {}}, CHRONIC, "DISEASE_NOT_COVERED", "M1"),
    ({"pharmacy": GENERAL}, {"kind": "outpatient_general"}, "KIND_NOT_COVERED", "outpatient_general"),
    ({"outpatient_general": GENERAL}, {"kind": "pharmacy", "hospital_tier": "1"}, "TIER_UNKNOWN", "1"),
    ({}, {"hospital_tier": "2"}, "TIER_UNKNOWN", "2"),
    ({}, {"hospital_tier": ""}, "TIER_UNKNOWN", ""),
    ({"out_of_area.unfiled": "refuse"}, {"filing": "none"}, "NOT_FILED", "P"),
]


@pytest.mark.parametrize(("policy", "bill", "code", "where"), REFUSALS)
def test_a_bill_the_policy_does_not_settle_is_refused_by_code_and_told_what_it_is_about(
    policy: Changes, bill: Changes, code: str, where: str
) -> None:
    refusal = outcome(policy, bill)
    assert isinstance(refusal, Refusal)
    assert (refusal.bill_id, refusal.code, refusal.where) == ("B", code, where)
    assert f"（{where}）：" in refusal.reason
    assert f" ({where}). " in refusal.reason


@pytest.mark.requirement("OUT-03")
@pytest.mark.parametrize("kind", ["outpatient_general", "pharmacy"])
def test_outpatient_care_needs_no_filing_even_where_stays_do(kind: str) -> None:
    policy = {"out_of_area.unfiled": "refuse", "outpatient_general": GENERAL}
    assert split_of(policy, {"kind": kind, "filing": "none"}).pool_fen == 1


def test_the_last_day_before_the_end_is_still_in_force() -> None:
    assert split_of({"in_force_until": "2023-05-02"}, {}).pool_fen == 607_750
