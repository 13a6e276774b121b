"""What is judged without a broker: sights that no adapter of ours gives."""

from typing import Any

import pytest

from shared.bus.partition import partition_of
from shared.certify.cases.catalogue import CATALOGUE
from shared.certify.judging.judge import judge
from shared.certify.judging.outcome import amounts
from shared.certify.seen import Answered, Asked, Seen, Telling

DESK, PERSON = "realtime.encounters", "CERT-r-12-A"
RIGHT = partition_of(PERSON, 6)
ADMIT = Asked(1, DESK, RIGHT, PERSON, "a", "AdmitPatient", "vendor", {})
REFUSED = Answered("a", "refused", "UNKNOWN_PERSON", PERSON, {})
STOPPED = Telling(went_through=False, amounts={})
GOOD = Seen((ADMIT,), (REFUSED,), (STOPPED,), {"A": None}, 6, unlucky=False)


def test_a_refusal_that_the_desk_is_told_of_is_right() -> None:
    assert judge(CATALOGUE[12], GOOD) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"asked": (), "answered": ()}, "never met"),
        ({"answered": ()}, "got no answer"),
        ({"asked": (ADMIT._replace(source="other"),), "answered": ()}, "(ce_source other) got no answer"),
        ({"tellings": (Telling(went_through=True, amounts={}),)}, "was not told"),
        ({"asked": (ADMIT._replace(partition=RIGHT + 1),)}, "murmur2"),
        ({"asked": (ADMIT, ADMIT._replace(body={"x": 1}))}, "different requests"),
        ({"asked": (ADMIT._replace(id=""),), "answered": (REFUSED._replace(id=""),)}, "different requests"),
        ({"answered": (REFUSED._replace(code="INVALID_FIELD"),)}, "was refused: INVALID_FIELD"),
        ({"answered": (Answered("a", "accepted", "OK", "", {}),)}, "took effect 1 times, 0 are right"),
        ({"visits": {"A": {"state": "announced"}}}, "announced"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], expected: str) -> None:
    assert any(expected in finding.en for finding in judge(CATALOGUE[12], GOOD._replace(**changed)))


def test_bad_luck_that_could_not_happen_shows_nothing() -> None:
    seen = Seen((), (), (STOPPED,), {"A": None}, 6, unlucky=False)
    assert "bad luck could not happen" in judge(CATALOGUE[8], seen)[0].en


@pytest.mark.parametrize("told", [None, [1], {"a": 1}, "500", 500.0, True])
def test_a_program_may_tell_anything_and_only_the_amount_is_right(told: Any) -> None:
    bill = Asked(1, DESK, RIGHT, PERSON, "b", "SettleOutpatient", "vendor", {})
    settled = Answered("b", "accepted", "OK", "", {"payments": {"personal_fen": 500}})
    right = Telling(went_through=True, amounts={2: {"personal_fen": 500}})
    seen = Seen((bill,), (settled,), (right,), {}, 6, unlucky=False)
    wrong = seen._replace(tellings=(right._replace(amounts={2: {"personal_fen": told}}),))
    assert not list(amounts(CATALOGUE[2], seen))
    assert len(list(amounts(CATALOGUE[2], wrong))) == 1
