"""A settlement slip: every fund, ratio and clause of one settlement, its sums in words, on one A4 page."""

import re
from datetime import date
from pathlib import Path

import pytest

from shared.benefit.words.derivation import languages
from shared.messages.amounts import CategoryAmounts
from shared.messages.settlement.found import StayPart, VisitFound
from shared.messages.settlement.queries import QueryVisit
from shared.money import yuan
from shared.statements.shown import grouped_yuan
from shared.statements.slip.captions import STEPS
from shared.statements.slip.found import slip_of
from shared.statements.slip.html import slip_html
from shared.statements.slip.paper import slip_paper
from shared.statements.slip.pdf import write_slip_pdf
from shared.statements.slip.slip import Slip
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import HUAXI, KEYS, reverse, settle, stay

DAY = date(2026, 3, 9)


@pytest.fixture(scope="module")
def memory() -> Memory:
    """A stay of Lin that is settled."""
    memory = Memory()
    memory.accepted(*stay(100_000), settle(1, 10_000_000))
    return memory


@pytest.fixture(scope="module")
def slip(memory: Memory) -> Slip:
    """The slip of that stay, as its hospital asks for it."""
    return asked(memory)


def asked(memory: Memory) -> Slip:
    found = memory.ask(QueryVisit(**KEYS)).result
    assert isinstance(found, VisitFound)
    slip = slip_of(found, "Lin", HUAXI, "<b>示例</b>医院")
    assert slip
    return slip


def pages(slip: Slip, path: Path, *, english: bool = False) -> int:
    """How many pages the PDF of a slip has."""
    write_slip_pdf(slip_paper(slip, english=english), path)
    return len(re.findall(rb"/Type /Page\b", path.read_bytes()))


def test_every_step_stands_on_it_with_its_amount_and_the_parts_add_up(slip: Slip) -> None:
    head, (fees, steps, sums) = dict(slip_paper(slip).head), slip_paper(slip).parts
    assert [row[:2] for row in steps.rows] == [
        (STEPS[step.step][0], grouped_yuan(step.amount_fen)) for step in slip.steps
    ]
    assert {"统筹基金", "大病保险", "起付线", "支付比例"} <= {row[0] for row in steps.rows}
    assert steps.below == f"各项依据：{slip.steps[0].clause}"
    assert fees.rows[-1][1] == sums.rows[-1][1] == grouped_yuan(slip.payments.total_fen) == "100,000.00"
    assert sums.rows[-1][2] == "壹拾万元整"
    paid = slip.payments.fund_fen + slip.payments.account_fen + slip.payments.cash_fen
    assert paid == slip.payments.total_fen
    assert head["计算平台"] == "省级平台"
    assert head["医疗类别"] == "住院"


def test_a_part_of_a_stay_says_of_which_stay_it_is_one(slip: Slip) -> None:
    assert "所属住院" not in dict(slip_paper(slip).head)
    told = {
        goes_on: slip._replace(stay_part=StayPart(first_visit_id="V1", part=2, goes_on=goes_on))
        for goes_on in (True, False)
    }
    assert dict(slip_paper(told[True]).head)["所属住院"] == "V1，第 2 段，中途结算"
    assert dict(slip_paper(told[False], english=True).head)["Part of the stay"] == "V1, part 2, the last"


def test_both_languages_of_a_step_come_apart_without_its_amount(slip: Slip) -> None:
    for step in slip.steps:
        zh, en = languages(step.text)
        assert step.text == f"{zh} {yuan(step.amount_fen)} 元 / {en}: {yuan(step.amount_fen)} yuan"
        assert en.isascii() or "−" in en
    english = slip_paper(slip, english=True)
    assert english.title.startswith("Settlement of medical costs")
    assert english.parts[1].rows[0][0] == "Total of the bill"


def test_one_that_was_taken_back_says_so() -> None:
    memory = Memory()
    memory.accepted(*stay(1000), settle(1, 100_000))
    memory.accepted(reverse(memory.in_force["V1"].settlement_id))
    assert slip_paper(asked(memory)).title.endswith("（已冲正，作废）")


def test_nothing_settled_is_no_slip() -> None:
    memory = Memory()
    memory.accepted(*stay(1000))
    found = memory.ask(QueryVisit(**KEYS)).result
    assert isinstance(found, VisitFound)
    assert slip_of(found, "Lin", HUAXI) is None


def test_steps_of_several_clauses_each_name_their_own(slip: Slip) -> None:
    first, *others = slip.steps
    mixed = slip._replace(steps=[first.model_copy(update={"clause": "003 五"}), *others])  # type: ignore[attr-defined]
    part = slip_paper(mixed).parts[1]
    assert (part.heads[-1], part.rows[0][-1], part.below) == ("依据", "003 五", "")


def test_the_page_for_a_browser_takes_names_as_text(slip: Slip) -> None:
    page = slip_html(slip_paper(slip))
    assert "<b>" not in page
    assert "&lt;b&gt;示例" in page
    assert "壹拾万元整" in page


@pytest.mark.parametrize("english", [False, True])
def test_all_fourteen_categories_stand_on_one_page(slip: Slip, tmp_path: Path, english: bool) -> None:
    large = CategoryAmounts(amount_fen=10**11, class_a_fen=10**11, class_b_fen=0, self_pay_fen=0)
    full = slip._replace(
        by_category={f"{number:02}": large for number in range(1, 15)},
        institution_name="示例" * 20,
        visit_id="V" * 64,
        filing_id="F" * 64,
    )
    assert pages(full, tmp_path / "slip.pdf", english=english) == 1


def test_what_is_too_much_for_a_page_goes_on_and_the_same_slip_is_the_same_bytes(
    slip: Slip, tmp_path: Path
) -> None:
    long = slip._replace(steps=[*slip.steps] * 8)
    assert pages(long, tmp_path / "a") > 1
    pages(long, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
