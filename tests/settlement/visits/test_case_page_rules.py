"""What a case page says is checked by the rules of its filling; every version of it is kept."""

from datetime import date
from typing import Any

import pytest

from shared.messages.settlement.case_pages import (
    CasePageCorrected,
    CasePageReceived,
    DrgGroup,
    Procedure,
    QueryCasePages,
)
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D2,
    D3,
    D4,
    D5,
    KEYS,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    open_world,
    page,
    result,
    rows,
    settle,
)

GROUP = DrgGroup(group="ES31", weight="0.9153", standard_payment_fen=800_000)
BEFORE = date(2026, 3, 1)
ALIVE, DEAD = "1", "5"
# fmt: off
BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (ALIVE, {"main_diagnosis": "Z03.900"}, "main_diagnosis: suspected"),
    (ALIVE, {"main_diagnosis": "E11", "other_diagnoses": ("I10", "I10")}, "other_diagnoses: twice"),
    (ALIVE, {"other_diagnoses": ("i10",)}, "other_diagnoses: twice"),
    (ALIVE, {"stay_days": 4}, "stay_days: stay_days"),
    (ALIVE, {"by_category": {"01": 90_000, "09": 9_998}}, "by_category: sum"),
    (ALIVE, {"way": "4"}, "way: way"),
    (DEAD, {}, "died_on: death"),
    (DEAD, {"died_on": D4}, "died_on: death"),
    (ALIVE, {"died_on": D3}, "died_on: death"),
    (ALIVE, {"main_diagnosis": "O80.0", "sex": "male"}, "sex: pregnancy"),
    (ALIVE, {"main_diagnosis": "P22.0"}, "age_days: newborn"),
    (ALIVE, {"other_diagnoses": ("P59.9",), "age_days": 29}, "age_days: newborn"),
    (ALIVE, {"main_diagnosis": "S72.0"}, "external_causes: injury"),
    (ALIVE, {"main_diagnosis": "S72.0", "external_causes": ("S72.1",)}, "external_causes: injury"),
    (ALIVE, {"main_diagnosis": "T81.4"}, "other_diagnoses: complication"),
    (ALIVE, {"main_diagnosis": "C34.9"}, "pathology: tumour"),
    (ALIVE, {"main_diagnosis": "D37.0"}, "pathology: tumour"),
    (ALIVE, {"procedures": (Procedure(procedure="51.23", done_on=BEFORE),)}, "procedures: procedure"),
    (ALIVE, {"drg": GROUP.model_copy(update={"weight": "0.0"})}, "drg.weight: drg"),
]
KEPT: list[tuple[str, dict[str, Any]]] = [
    (ALIVE, {"stay_days": 2, "by_category": {"01": 90_000, "09": 9_999}, "way": "1", "drg": GROUP}),
    (ALIVE, {"stay_days": 3, "procedures": (Procedure(procedure="51.23", done_on=D2),)}),
    (DEAD, {"died_on": D3, "way": "5"}),
    (ALIVE, {"main_diagnosis": "O80.0", "sex": "female"}),
    (ALIVE, {"main_diagnosis": "P22.0", "age_days": 28}),
    (ALIVE, {"main_diagnosis": "S72.0", "external_causes": ("W19.0",)}),
    (ALIVE, {"main_diagnosis": "T81.4", "other_diagnoses": ("K35.9",)}),
    (ALIVE, {"main_diagnosis": "C34.9", "pathology": ("M81400",)}),
    (ALIVE, {"main_diagnosis": "D50.9"}),
]
# fmt: on


def left(way: Any = ALIVE) -> Memory:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 1000), discharge(way=way))
    return memory


def filled(**given: Any) -> Any:
    return page(**{"total_fen": 100_000, **given})


@pytest.mark.parametrize(("way", "said", "where"), BROKEN)
def test_a_page_that_breaks_a_rule_is_told_which(way: str, said: dict[str, Any], where: str) -> None:
    memory = left(way)
    told = memory.ask(filled(**said))
    assert (told.code, told.where) == ("CASE_PAGE_RULE", where)
    assert memory.known.pages["V1"].page_id is None


@pytest.mark.parametrize(("way", "said"), KEPT)
def test_a_page_that_keeps_the_rules_is_taken(way: str, said: dict[str, Any]) -> None:
    left(way).accepted(filled(**said))


@pytest.mark.requirement("SET-22")
def test_the_group_of_a_drg_goes_to_the_institutions_side_and_never_to_the_patients() -> None:
    plain, grouped = left(), left()
    for memory, group in ((plain, None), (grouped, GROUP)):
        [*_, fact] = memory.decide(memory.message(filled(drg=group))).facts
        assert isinstance(fact, CasePageReceived)
        assert fact.drg == group
        memory.accepted(settle(1, 100_000))
    assert plain.paid == grouped.paid
    assert plain.years == grouped.years
    mended = filled(page_id="G2", corrects_page_id="G1", drg=GROUP)
    [corrected] = plain.decide(plain.message(mended)).facts
    assert isinstance(corrected, CasePageCorrected)
    assert corrected.drg == GROUP
    assert plain.paid == grouped.paid


async def test_all_versions_are_kept_the_last_counts_and_strangers_see_none(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    mended = filled(page_id="G2", corrects_page_id="G1", main_diagnosis="E11", drg=GROUP)
    await accepted(driver, admit(), bed("U1", 1000), discharge(), filled(), mended, day=D4)
    again = filled(page_id="G1", corrects_page_id="G2")
    assert (await ask(driver, again, day=D5)).code == "CASE_PAGE_TAKEN"

    asked = QueryCasePages(**KEYS)
    found = result(await ask(driver, asked, day=D5)).versions

    told = [(one.page_id, one.corrects_page_id, one.counts, one.content.main_diagnosis) for one in found]
    assert told == [("G2", "G1", True, "E11"), ("G1", None, False, "I10")]
    assert found[0].content.drg == GROUP
    assert await rows(driver, "SELECT number, page_id FROM case_page_version") == [(1, "G1"), (2, "G2")]
    assert (await ask(driver, asked, source="bazhong")).code == "INSTITUTION_NOT_YOURS"
    elsewhere = QueryCasePages(**{**KEYS, "institution_id": PUREN})
    assert (await ask(driver, elsewhere)).code == "UNKNOWN_VISIT"
