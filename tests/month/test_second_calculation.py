"""The engine against the contract calculated a second time, naively, on random facts."""

import json
from collections import Counter
from random import Random

import pytest

from tests.month.given.facts import documents, months_of
from tests.month.given.naive import Naive
from tests.month.given.random_facts import random_facts

FILES, SETTLEMENTS_EACH, LINES, SEED = 1_000, 33, 100_000, 20260401

pytestmark = pytest.mark.no_cover  # thousands of lines: what they reach, the tables reach too


@pytest.mark.requirement("CLR-06")
def test_a_thousand_random_files_agree_with_the_naive_calculation() -> None:
    draw = Random(SEED)
    seen: Counter[str] = Counter()
    for _ in range(FILES):
        facts = random_facts(draw, SETTLEMENTS_EACH)
        expected = Naive(facts)
        assert documents(months_of(*facts)) == expected.documents(), json.dumps(facts)
        seen.update(line["why"] for line in expected.lines)
        seen.update({why: len(ids) for why, ids in expected.aside.items()})
        seen.update(lines=len(facts), again=sum(one["line_id"].endswith(".d.d") for one in expected.lines))
    whys = ("settled", "reversed", "carried", "recovered", "late", "unagreed", "not_eligible", "again")
    assert seen["lines"] >= LINES
    assert all(seen[why] >= 300 for why in whys), seen
