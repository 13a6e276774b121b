"""What a file of facts may hold: told twice counts once, and each thing that cannot be has its line."""

import json
from typing import Any

import pytest

from shared.month.compute import compute
from shared.month.facts import FACT
from shared.month.reading import Facts, InvalidFactsError, gather
from tests.month.given.facts import (
    admitted,
    agreement,
    decided,
    disputed,
    documents,
    funds,
    months_of,
    numbered,
    page,
    places,
    read,
    recovered,
    reversed_,
    reviewed,
    settled,
)

AGREED = agreement()
STAY = settled("S", "2026-03-05", funds(pool=500, account=10))
DISPUTE = disputed("S", "2026-04-02")
ALL = [
    AGREED,
    STAY,
    settled("T", "2026-03-05"),
    reversed_("T", "2026-03-31"),
    page("S", "2026-03-07"),
    reviewed("S", "2026-04-01", pool=400),
    DISPUTE,
    decided("S", "2026-04-03", "adjusted", funds(pool=300)),
    recovered("R", "S", "2026-05-03", pool=100),
    admitted("S", "2026-05-03"),
]


def changed(fact: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**fact, **changes}


def without(fact: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fact.items() if key != name}


# A line that is no fact by itself, what is said of it in Chinese and in English
BAD_FORM = [
    ("{", "不是有效的JSON", "is not JSON"),
    ("[]", "应为对象", "must be a table of keys"),
    ('"settled"', "应为对象", "must be a table of keys"),
    (without(STAY, "type"), "缺少 'type'", "'type' is missing"),
    (changed(STAY, type="paid"), "'type' 应为 'agreement', 'settled'", "'type' must be 'agreement'"),
    (changed(STAY, fund_fen=1), "settled.fund_fen: 没有这一项", "is not a known key"),
    (without(STAY, "account_fen"), "settled.account_fen: 缺少此项", "is missing"),
    (changed(STAY, pool_fen=-1), "settled.pool_fen: 不得小于 0", "must not be below 0"),
    (changed(STAY, pool_fen=1.0), "settled.pool_fen: 应为整数", "must be an integer"),
    (changed(STAY, pool_fen=True), "settled.pool_fen: 应为整数", "must be an integer"),
    (changed(STAY, pool_fen="5"), "settled.pool_fen: 应为整数", "must be an integer"),
    (changed(STAY, total_fen=10**14 + 1), "settled.total_fen: 不得大于", "must not be above"),
    (changed(STAY, total_fen=509), "不得大于 total_fen", "must not pay more than total_fen"),
    (changed(STAY, settled_on="2026-02-29"), "settled.settled_on: 应为日期", "must be a date YYYY-MM-DD"),
    (changed(STAY, settled_on="20260305"), "settled.settled_on: 应为日期", "must be a date YYYY-MM-DD"),
    (changed(STAY, settled_on="1772668800"), "settled.settled_on: 应为日期", "must be a date YYYY-MM-DD"),
    (changed(STAY, settled_on=5), "settled.settled_on: 应为日期", "must be a date YYYY-MM-DD"),
    (changed(STAY, settled_on="9999-12-31"), "settled.settled_on: 不得大于 2999-12-31", "must not be above"),
    (changed(STAY, settlement_id="a,b"), "settled.settlement_id: 格式应为", "must have the form"),
    (changed(STAY, insured_area="5119"), "settled.insured_area: 格式应为", "must have the form"),
    (changed(STAY, scheme="999"), "settled.scheme: 格式应为", "must have the form"),
    (changed(STAY, kind="stay"), "settled.kind: 只能是 'inpatient'", "must be 'inpatient'"),
    (changed(AGREED, claims="some"), "agreement.claims: 只能是 'required'", "must be 'required'"),
    (changed(AGREED, claims=None), "agreement.claims: 只能是 'required'", "must be 'required'"),
    (changed(AGREED, cut_off_day=29), "agreement.cut_off_day: 不得大于 28", "must not be above 28"),
    (changed(AGREED, declare_by_day=-1), "agreement.declare_by_day: 不得小于 0", "must not be below 0"),
    (changed(AGREED, max_delay_months=-1), "agreement.max_delay_months: 不得小于 0", "must not be below 0"),
    (changed(AGREED, year_close="02-29"), "agreement.year_close: 应为每年都有的月日", "of every year"),
    (changed(AGREED, year_close="3-31"), "agreement.year_close: 应为每年都有的月日", "of every year"),
    (changed(AGREED, funding_mode="CASH"), "agreement.funding_mode: 只能是", "must be 'HOSPITAL_ADVANCE'"),
    (recovered("R", "S", "2026-05-03"), "追回金额合计须大于 0", "must be above 0 together"),
    (recovered("R", "S", "2026-05-03", pool=2, account=-1), "不得小于 0", "must not be below 0"),
    (changed(reviewed("S", "2026-04-01"), accepted=[1, 2, 3, 4, 5]), "reviewed.accepted: 应为对象", "table"),
    (decided("S", "2026-04-03", "settled"), "decided.outcome: 只能是 'rejected'", "must be 'rejected'"),
    (decided("S", "2026-04-03", "adjusted"), "accepted 仅在", "accepted must stand where"),
    (decided("S", "2026-04-03", "upheld", funds()), "accepted 仅在", "accepted must stand where"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "zh", "en"), BAD_FORM)
def test_what_is_no_fact_by_itself_is_told_with_its_line(bad: Any, zh: str, en: str) -> None:
    with pytest.raises(InvalidFactsError) as told:
        read(AGREED, bad, STAY)
    assert told.value.line == 2
    assert zh in str(told.value) and en in str(told.value)


REVERSAL = reversed_("S", "2026-03-31")
RECOVERY = recovered("R", "S", "2026-05-03", pool=100)
LATE = [agreement(case_page_required=True), STAY, page("S", "2026-09-01")]
# Facts of which one cannot be beside the others, its line, what is said of it in Chinese and in English
BAD_BESIDE: list[tuple[list[dict[str, Any]], int, str, str]] = [
    # The same identity, another content.
    ([AGREED, STAY, changed(AGREED, cut_off_day=1)], 3, "A 2025-01-01 前后两条内容不同", "another content"),
    ([STAY, STAY, changed(STAY, pool_fen=1)], 3, "S 前后两条内容不同", "S stands in an earlier line"),
    ([STAY, REVERSAL, changed(REVERSAL, reversed_on="2026-04-01")], 3, "前后两条", "another content"),
    ([STAY, reviewed("S", "2026-04-01"), reviewed("S", "2026-04-02")], 3, "前后两条", "another content"),
    ([AGREED, STAY, DISPUTE, disputed("S", "2026-04-03")], 4, "前后两条", "another content"),
    ([AGREED, STAY, DISPUTE, decided("S", "2026-04-03", "upheld"), decided("S", "2026-04-03", "rejected")],
     5, "前后两条", "another content"),
    ([AGREED, STAY, RECOVERY, changed(RECOVERY, pool_fen=1)], 4, "R 前后两条", "another content"),
    ([admitted("S", "2026-04-03"), admitted("S", "2026-04-04")], 2, "前后两条", "another content"),
    # Of an unknown settlement, or before it.
    ([AGREED, reversed_("S", "2026-03-31")], 2, "没有这笔结算", "there is no such settlement"),
    ([AGREED, reversed_("S", "2026-03-04"), STAY], 2, "冲正早于其结算", "lies before its settlement"),
    ([reviewed("S", "2026-04-01"), AGREED], 1, "没有这笔结算", "there is no such settlement"),
    ([AGREED, RECOVERY], 2, "没有这笔结算", "there is no such settlement"),
    # More than there was.
    ([STAY, reviewed("S", "2026-04-01", pool=501)], 2, "核准金额须在 0 与结算金额之间", "fund by fund"),
    ([STAY, reviewed("S", "2026-04-01", assistance=1)], 2, "核准金额须在 0 与结算金额之间", "fund by fund"),
    ([AGREED, STAY, changed(RECOVERY, pool_fen=501)], 3, "追回合计超过", "more is recovered"),
    ([AGREED, STAY, changed(RECOVERY, assistance_fen=1)], 3, "追回合计超过", "more is recovered"),
    ([AGREED, STAY, changed(RECOVERY, pool_fen=400), recovered("Q", "S", "2026-06-03", pool=101)],
     4, "追回合计超过", "more is recovered"),
    ([AGREED, STAY, REVERSAL, RECOVERY], 4, "追回合计超过", "more is recovered"),
    ([AGREED, STAY, DISPUTE, decided("S", "2026-04-03", "upheld"), RECOVERY], 5, "追回合计超过", "more is"),
    # A settlement without a line has nothing to recover.
    ([STAY, RECOVERY], 2, "该结算没有清算明细", "has no line"),
    ([*LATE, RECOVERY], 4, "该结算没有清算明细", "has no line"),
    ([LATE[0], STAY, RECOVERY], 3, "该结算没有清算明细", "has no line"),
    ([AGREED, changed(STAY, insured_area="310000"), RECOVERY], 3, "该结算没有清算明细", "has no line"),
    # Disputes and decisions.
    ([AGREED, STAY, decided("S", "2026-04-03", "upheld")], 3, "没有争议可裁定", "without its dispute"),
    ([AGREED, STAY, DISPUTE, decided("S", "2026-04-01", "upheld")], 4, "裁定早于其争议", "before its"),
    ([AGREED, STAY, DISPUTE, decided("S", "2026-04-03", "adjusted", funds(pool=501))],
     4, "accepted 须在 0 与该明细金额之间", "fund by fund"),
    ([AGREED, STAY, DISPUTE, decided("S", "2026-04-03", "adjusted", funds(pool=-1))],
     4, "accepted 须在 0 与该明细金额之间", "fund by fund"),
    ([AGREED, STAY, REVERSAL, disputed("S.r", "2026-04-02"),
      decided("S.r", "2026-04-03", "adjusted", funds(pool=1))],
     5, "accepted 须在 0 与该明细金额之间", "fund by fund"),
    # Two lines of one id.
    ([AGREED, STAY, recovered("S", "S", "2026-05-03", pool=1)], 3, "明细号已被占用", "another line's"),
    ([AGREED, STAY, REVERSAL, settled("S.r", "2026-03-05")], 3, "明细号已被占用", "another line's"),
    ([AGREED, STAY, changed(RECOVERY, recovery_id="S.d"), DISPUTE, decided("S", "2026-04-03", "rejected")],
     5, "明细号已被占用", "another line's"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "line", "zh", "en"), BAD_BESIDE)
def test_what_cannot_be_beside_other_facts_is_told_with_its_line(
    facts: list[dict[str, Any]], line: int, zh: str, en: str
) -> None:
    with pytest.raises(InvalidFactsError) as told:
        months_of(*facts)
    assert told.value.line == line
    assert zh in str(told.value) and en in str(told.value)


def test_each_of_the_nine_types_is_read() -> None:
    assert len({fact["type"] for fact in ALL}) == 9
    assert places(*ALL) == {
        "S": "2026-03",
        "T": "2026-03",
        "T.r": "2026-03",
        "S.d": "2026-04",
        "R": "2026-05",
    }


def test_the_same_object_twice_counts_once_also_with_a_default_named() -> None:
    once = documents(months_of(*ALL))
    assert documents(months_of(*ALL, *ALL)) == once
    assert documents(months_of(*ALL, {**AGREED, "claims": "none", "declare_by_day": 0})) == once


def test_an_agreement_is_another_one_by_its_first_day() -> None:
    assert len(read(AGREED, {**AGREED, "in_force_from": "2026-07-01"}).agreements) == 2


def test_of_two_case_pages_of_a_visit_the_first_received_counts() -> None:
    facts = [agreement(case_page_required=True), STAY, page("S", "2026-05-01"), page("S", "2026-03-31")]
    assert places(*facts) == places(*facts[::-1]) == {"S": "2026-03"}


def test_a_file_without_a_fact_has_no_statement() -> None:
    assert documents(months_of()) == [{"unagreed": [], "late": [], "not_eligible": []}]


def test_facts_that_come_in_pieces_are_those_of_the_whole() -> None:
    facts = Facts()
    for piece in (numbered(ALL[:3]), numbered(ALL[3:])):
        assert gather(piece, facts) is facts
    assert documents(compute(facts)) == documents(months_of(*ALL))


def test_a_fact_can_be_made_without_a_file() -> None:
    facts = Facts()
    for fact in ALL:
        facts.keep(FACT.validate_json(json.dumps(fact)))
    assert documents(compute(facts)) == documents(months_of(*ALL))


# Facts, and what changes nothing beside them
IDLE: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = [
    ([AGREED, STAY], [disputed("X", "2026-04-02")]),
    ([AGREED, STAY], [admitted("S", "2026-04-02")]),
    (LATE, [DISPUTE, decided("S", "2026-04-03", "rejected")]),
    ([AGREED, STAY, DISPUTE, decided("S", "2026-04-03", "upheld")], [disputed("S.d", "2026-05-02")]),
]


@pytest.mark.parametrize(("facts", "idle"), IDLE)
def test_a_dispute_of_no_line_and_the_admission_of_one_in_time_change_nothing(
    facts: list[dict[str, Any]], idle: list[dict[str, Any]]
) -> None:
    assert documents(months_of(*facts, *idle)) == documents(months_of(*facts))
