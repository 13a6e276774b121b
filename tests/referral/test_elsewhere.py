"""Who lives elsewhere and cannot join the insurance there, and why somebody taken ill was away."""

from typing import Any

import pytest

from shared.messages.referral.filings import FilingAccepted
from tests.referral.given.desk import said, told
from tests.referral.test_filings import code, coverage, submit

ELSEWHERE = [
    ("of NRCMS", "380", "long_term_resident", "OK"),
    ("of another scheme", "390", "long_term_resident", "INVALID_FIELD"),
    ("for a time", "380", "other_temporary", "INVALID_FIELD"),
]


@pytest.mark.requirement("REF-30")
@pytest.mark.parametrize(("case", "scheme", "kind", "expected"), ELSEWHERE, ids=[one[0] for one in ELSEWHERE])
def test_a_person_of_nrcms_elsewhere_who_cannot_join_there_says_so(
    case: str, scheme: str, kind: Any, expected: str
) -> None:
    decision = told(coverage(scheme=scheme)).hear(submit(kind=kind, cannot_join_locally=True))
    assert code(decision) == expected, case
    assert [one.cannot_join_locally for one in said([decision], FilingAccepted)] == [True] * (
        expected == "OK"
    )


@pytest.mark.requirement("REF-43")
@pytest.mark.parametrize("reason", ["business", "study", "holiday"])
def test_an_emergency_tells_why_the_person_was_away(reason: Any) -> None:
    [fact] = said([told(coverage()).hear(submit(kind="emergency", trip_reason=reason))], FilingAccepted)
    assert (fact.kind, fact.trip_reason) == ("emergency", reason)
