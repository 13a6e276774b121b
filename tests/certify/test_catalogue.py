"""The catalogue is whole: numbered, told in both languages, each step in the guide and the example."""

import json
from datetime import date

import pytest

from shared.certify.cases.case import Case
from shared.certify.cases.catalogue import CATALOGUE, cases_for
from shared.certify.cases.document import Place, Scene, write
from shared.certify.example.adapter import STEPS
from shared.certify.judging.expected import bill_of, effects_of
from tests.given.pages import TEXT

SCENE = Scene("r-07", "vendor", "127.0.0.1:9", Place("H51010090001", "510100"), date(2026, 1, 1), "/tmp/x")
CASES = list(CATALOGUE.values())


def test_cases_are_numbered_from_one() -> None:
    assert list(CATALOGUE) == list(range(1, len(CATALOGUE) + 1))
    assert [*cases_for("hospital"), *cases_for("center")] == CASES
    assert [one.number for one in cases_for("center", {19, 1})] == [19]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.number))
def test_a_cases_document_is_plain_json_with_known_steps(case: Case) -> None:
    for number in range(1, len(case.sittings) + 1):
        document = json.loads(json.dumps(write(case, number, SCENE)))
        assert {step["do"] for step in document["steps"]} <= STEPS
        assert not [step for step in document["steps"] if "of" in step]
    assert all((case.title.zh, case.title.en, case.must.zh, case.must.en))


def test_every_step_stands_in_the_guide() -> None:
    assert not [step for step in STEPS if f"| `{step}` |" not in TEXT]


def test_days_and_months_are_counted_from_the_sittings_own() -> None:
    claim = write(CATALOGUE[17], 2, SCENE)["steps"][-1]
    assert claim == {"do": "claim", "claim": "r-07-c", "month": "2025-12"}
    [early, *_] = write(CATALOGUE[16], 2, SCENE)["steps"]
    [upload] = early["uploads"]
    assert (upload["cost_on"], upload["upload"]) == ("2025-12-31", "r-07-Au1")


def test_what_a_case_must_come_to_follows_from_its_steps() -> None:
    assert bill_of(CATALOGUE[1], "A") == (3, 24_000 + 444_691 + 7_100)
    assert bill_of(CATALOGUE[5], "A") == (2, 24_000 + 444_691)
    [sitting] = CATALOGUE[13].sittings
    assert effects_of(sitting) == {"AdmitPatient": 1, "UploadCosts": 1, "DischargePatient": 1}
