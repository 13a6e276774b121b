"""How members of a policy read that a difference between two shipped ones does not show: tables."""

from typing import Any

import pytest

from shared.benefit.policy.checks import Policy
from shared.benefit.policy.members import Member, members
from tests.benefit.given.cases import POLICY, Changes, changed, read

TWO = [{"document": "001", "clause": "(四)"}, {"document": "002", "clause": ""}]
# change, place, value, in words
TOLD: list[tuple[Changes, str, Any, tuple[str, str]]] = [
    ({"sources": TWO}, "sources", TWO, ("001 (四); 002", "001 (四); 002")),
    ({"sources": []}, "sources", [], ("-", "-")),
    ({"assistance": {}}, "assistance", {}, ("空表", "an empty table")),
    ({"inpatient.tiers": {}}, "inpatient.tiers", {}, ("空表", "an empty table")),
    ({"outpatient_chronic": {}}, "outpatient_chronic", {}, ("空表", "an empty table")),
]


@pytest.mark.parametrize(("changes", "place", "value", "words"), TOLD)
def test_sources_and_empty_tables_have_their_words(
    changes: Changes, place: str, value: Any, words: tuple[str, str]
) -> None:
    found = members(read(changes, {})[0])[tuple(place.split("."))]
    zh, en = ("依据", "sources") if place == "sources" else (place, place)
    assert found == Member(place, zh, en, value, words)


# place, value, in words
CHOICES: list[tuple[str, str, tuple[str, str]]] = [
    ("scheme", "310", ("职工", "employees")),
    ("scheme", "390", ("居民", "residents")),
    ("scheme", "380", ("新农合", "NRCMS")),
    ("issuer_level", "national", ("国家", "national")),
    ("issuer_level", "province", ("省", "province")),
    ("issuer_level", "city", ("市", "city")),
    ("catalog_mode", "treatment", ("就医地", "treatment place")),
    ("catalog_mode", "insured", ("参保地", "insured place")),
    ("catalog_mode", "provincial", ("全省", "provincial")),
    ("calculator", "PROVINCE", ("省级平台", "the province's platform")),
    ("calculator", "NATIONAL_HOSTED", ("国家平台代算", "hosted on the national one")),
    ("out_of_area.unfiled", "cut", ("按其他临时外出降低", "cut as other temporary")),
    ("out_of_area.unfiled", "refuse", ("不予直接结算", "refused")),
    ("inpatient.deductible_transfer", "none", ("不连续计算", "not continued")),
    ("inpatient.deductible_transfer", "difference", ("补差额", "the difference")),
    ("inpatient.deductible_transfer", "waive", ("免收", "waived")),
    ("inpatient.bands_from", "zero", ("从零起", "zero")),
    ("inpatient.bands_from", "deductible", ("从起付线起", "the deductible")),
]


@pytest.mark.parametrize(("place", "value", "words"), CHOICES)
def test_every_choice_a_policy_may_make_has_its_words(place: str, value: str, words: tuple[str, str]) -> None:
    found = members(read({place: value}, {})[0])[tuple(place.split("."))]
    assert (found.value, found.words) == (value, words)


class Painted(Policy):
    """A later form, with a table that nobody has named yet."""

    paint: dict[str, int]


def test_a_member_that_has_no_name_is_an_error_with_its_place() -> None:
    policy = Painted.model_validate(changed(POLICY, {"paint": {"wall": 1}}))
    with pytest.raises(LookupError) as raised:
        members(policy)
    assert raised.value.args == ("paint.wall",)
