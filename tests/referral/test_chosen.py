"""Where its area asks for it, a long-term filing names 2-3 institutions of distinct tiers (004-4 二)."""

from datetime import date
from typing import Any

import pytest

from services.referral.rules.validity import locked_until
from shared.messages.referral.filings import ChosenInstitution, FilingAccepted, FilingEnded
from shared.messages.referral.reviews import SetFilingRules
from tests.referral.given.desk import said
from tests.referral.given.nodes import hospital
from tests.referral.test_filings import code, submit
from tests.referral.test_reviews import asked

NAMES = [f"H510104{number:05d}" for number in (2, 3, 4)]
OTHERS = [
    hospital("510104", "second", 2).model_copy(update={"tier": "2"}),
    hospital("510104", "third", 3),
    hospital("510104", "fourth", 4),
]


def chosen(*names: str) -> tuple[ChosenInstitution, ...]:
    """A list of institutions."""
    return tuple(ChosenInstitution(institution_id=name) for name in names)


LIST = {"institutions": chosen(*NAMES[:2])}
POSTED: dict[str, Any] = {**LIST, "applicant": "employer", "posted_until": date(2026, 9, 2)}
UNTIL = {"posted_until": date(2026, 12, 1)}
LIVES: dict[str, Any] = {**LIST, "materials": ("long_stay_proof",), "lives_there_since": date(2025, 3, 3)}

CASES: list[tuple[str, Any, dict[str, Any], str]] = [
    ("by the employer", "posted_worker", POSTED, ""),
    ("by the person", "posted_worker", {**POSTED, "applicant": "person"}, "applicant: employer"),
    (
        "for six months",
        "posted_worker",
        {**POSTED, "posted_until": date(2026, 9, 1)},
        "posted_until: > 2026-09-01",
    ),
    ("lives there for a year", "long_term_resident", LIVES, ""),
    (
        "for a day less",
        "long_term_resident",
        {**LIVES, "lives_there_since": date(2025, 3, 4)},
        "lives_there_since: <= 2025-03-03",
    ),
    ("without proof", "resettled_retiree", LIST, "materials: long_stay_proof"),
    ("none", "posted_worker", {**POSTED, "institutions": ()}, "institutions: >= 2"),
    (
        "of one tier",
        "posted_worker",
        {**POSTED, "institutions": chosen(*NAMES[1:])},
        "institutions: tier 3 3",
    ),
    (
        "elsewhere",
        "posted_worker",
        {**POSTED, "institutions": chosen(NAMES[0], "H41010000001")},
        "institutions: H41010000001",
    ),
    ("of a kind that has none", "referral", LIST, "institutions: referral"),
]


@pytest.mark.requirement("REF-32")
def test_no_hospital_is_named_across_provinces_whatever_an_area_asks() -> None:
    desk = asked("auto", listed=("posted_worker",))
    named = desk.hear(submit(kind="posted_worker", to="370100", **POSTED))
    assert (code(named), named.answer and named.answer.where) == (
        "LIST_NOT_POSSIBLE",
        "institutions: 511900 → 370100",
    )
    assert code(desk.hear(submit(kind="posted_worker", to="370100"))) == "OK"


@pytest.mark.requirement("REF-40")
@pytest.mark.requirement("REF-41")
@pytest.mark.parametrize(("case", "kind", "given", "wrong"), CASES, ids=[case[0] for case in CASES])
def test_institutions_are_chosen_as_the_area_asks(
    case: str, kind: Any, given: dict[str, Any], wrong: str
) -> None:
    desk = asked("auto", listed=("posted_worker", "long_term_resident", "resettled_retiree"))
    for one in OTHERS:
        desk.hear(one, source="enrollment")
    decision = desk.hear(submit(kind=kind, **given))
    assert code(decision) == ("LIST_NOT_POSSIBLE" if wrong else "OK"), case
    assert decision.answer and decision.answer.where == wrong
    assert [one.institutions for one in said([decision], FilingAccepted)] == (
        [] if wrong else [chosen(*NAMES[:2])]
    )


@pytest.mark.requirement("REF-41")
def test_the_institutions_are_changed_by_a_filing_that_continues_the_one_before() -> None:
    desk = asked("auto", listed=("posted_worker",))
    for one in OTHERS:
        desk.hear(one, source="enrollment")
    assert code(desk.hear(submit(kind="posted_worker", **POSTED))) == "OK"
    begun, desk.day = desk.day, date(2026, 4, 1)
    others = {**POSTED, "institutions": chosen(NAMES[0], NAMES[2]), "posted_until": date(2026, 12, 1)}
    again: dict[str, Any] = {"kind": "posted_worker", "starts_on": desk.day}
    refused = [
        ("ALREADY_FILED", submit("F2", **again, **others)),
        ("ALREADY_FILED", submit("F2", **again, **{**POSTED, **UNTIL}, continues_filing_id="F1")),
        (
            "LIST_NOT_POSSIBLE",
            submit("F2", **again, **{**others, "applicant": "person"}, continues_filing_id="F1"),
        ),
    ]
    for expected, body in refused:
        assert code(desk.hear(body)) == expected
    changed = desk.hear(submit("F2", **again, **others, continues_filing_id="F1"))
    [accepted], [ended] = said([changed], FilingAccepted), said([changed], FilingEnded)
    assert (ended.filing_id, ended.ends_on, ended.reason) == ("F1", desk.day, "replaced")
    assert (accepted.starts_on, accepted.institutions) == (desk.day, others["institutions"])
    locked = desk.hear(submit("F3", "posted_worker", "370100", starts_on=desk.day))
    assert (locked.answer and locked.answer.where) == f"F2: {locked_until(begun, begun)}"


@pytest.mark.requirement("REF-41")
def test_a_list_is_dropped_by_a_filing_that_continues_once_the_area_asks_for_none() -> None:
    desk = asked("auto", listed=("posted_worker",))
    for one in OTHERS:
        desk.hear(one, source="enrollment")
    assert code(desk.hear(submit(kind="posted_worker", **POSTED))) == "OK"
    free = SetFilingRules(insured_area="511900", chain="auto", in_force_from=date(2026, 4, 1))
    assert code(desk.hear(free, source="bazhong")) == "OK"
    without: dict[str, Any] = {"kind": "posted_worker", "continues_filing_id": "F1"}
    assert code(desk.hear(submit("F2", **without))) == "ALREADY_FILED"
    desk.day = date(2026, 4, 1)
    dropped = desk.hear(submit("F2", **without, starts_on=desk.day))
    [accepted], [ended] = said([dropped], FilingAccepted), said([dropped], FilingEnded)
    assert (accepted.institutions, ended.filing_id, ended.ends_on) == ((), "F1", desk.day)
    again = submit("F3", "posted_worker", starts_on=desk.day, continues_filing_id="F2")
    assert code(desk.hear(again)) == "ALREADY_FILED"


def test_a_referral_from_the_chosen_place_does_not_inherit_its_institutions() -> None:
    desk = asked("auto", listed=("posted_worker",))
    for one in OTHERS:
        desk.hear(one, source="enrollment")
    desk.hear(submit(kind="posted_worker", **POSTED))
    onward = desk.hear(submit("F2", "other_temporary", "510700", continues_filing_id="F1"))
    assert [one.institutions for one in said([onward], FilingAccepted)] == [()]


def test_an_area_that_asks_for_none_takes_none() -> None:
    assert code(asked("auto").hear(submit(kind="posted_worker"))) == "OK"
