"""What holds for every month: no order, repetition or batching of the facts changes a byte; sums add up."""

import json
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from shared.month.compute import Months, compute
from shared.month.reading import Facts, gather
from shared.month.statement import csv_of
from tests.month.given.facts import FUNDS, documents, months_of, numbered
from tests.month.given.random_facts import random_facts

pytestmark = pytest.mark.no_cover  # thousands of lines: what they reach, the tables reach too

SETTINGS = settings(derandomize=True, deadline=None, max_examples=60, database=None)
seeds = st.integers(0, 10**9)


def told(months: Months) -> bytes:
    """Every byte of the statements and of their files."""
    lines = [to_json(document) for document in documents(months)]
    return b"\n".join([*lines, *(piece for one in months.statements() for piece in csv_of(one.lines))])


def facts_of(seed: int) -> list[dict[str, Any]]:
    return random_facts(Random(seed), 12)


@SETTINGS
@given(seed=seeds, order=st.randoms(use_true_random=False))
def test_no_order_of_the_facts_changes_a_byte(seed: int, order: Random) -> None:
    facts = facts_of(seed)
    whole = told(months_of(*facts))
    order.shuffle(facts)
    assert told(months_of(*facts)) == whole


@SETTINGS
@given(seed=seeds, twice=st.lists(st.integers(0, 40), max_size=40))
def test_facts_told_twice_change_no_byte(seed: int, twice: list[int]) -> None:
    facts = facts_of(seed)
    again = [facts[index % len(facts)] for index in twice]
    assert told(months_of(*facts, *again)) == told(months_of(*facts))


@SETTINGS
@given(seed=seeds, cuts=st.lists(st.integers(0, 60), max_size=4))
def test_facts_that_come_in_pieces_change_no_byte(seed: int, cuts: list[int]) -> None:
    lines, kept = numbered(facts_of(seed)), Facts()
    borders = [0, *sorted(cuts), len(lines)]
    for first, last in pairwise(borders):
        gather(lines[first:last], kept)
    assert told(compute(kept)) == told(months_of(*facts_of(seed)))


@SETTINGS
@given(seed=seeds)
def test_every_line_stands_in_one_statement_or_is_listed_once(seed: int) -> None:
    months = months_of(*facts_of(seed))
    placed = [line.line_id for one in months.statements() for line in one.lines]
    ids = [*placed, *(id for listed in months.aside.values() for id in listed)]
    assert len(ids) == len(set(ids))


@SETTINGS
@given(seed=seeds)
def test_the_areas_of_a_statement_add_up_to_it_and_it_to_its_lines(seed: int) -> None:
    months = months_of(*facts_of(seed))
    for one, document in zip(months.statements(), documents(months), strict=False):
        for index, name in enumerate(FUNDS):
            assert document["sums"][name] == sum(line.funds[index] for line in one.lines)
            assert document["sums"][name] == sum(sums[name] for sums in document["by_area"].values())


@SETTINGS
@given(seed=seeds, through=st.dates(date(2025, 11, 1), date(2027, 1, 1)))
def test_through_a_day_are_the_statements_that_are_sorted_by_then(seed: int, through: date) -> None:
    months = months_of(*facts_of(seed))
    sorted_by_then = [one for one in months.statements() if one.sorted_on <= through]
    assert list(months.statements(through)) == sorted_by_then


def test_a_settlement_without_anything_beside_it_is_the_same_whatever_else_is_told() -> None:
    for seed in range(40):
        facts = facts_of(seed)
        kept = [fact for fact in facts if fact["type"] == "agreement"]
        alone = {
            fact["settlement_id"]: months_of(*kept, *_of(facts, fact["settlement_id"], fact["visit_id"]))
            for fact in facts
            if fact["type"] == "settled"
        }
        lines = [line for months in alone.values() for one in months.statements() for line in one.lines]
        together = [line for one in months_of(*facts).statements() for line in one.lines]
        assert sorted(lines) == sorted(together), json.dumps(facts)


def _of(facts: list[dict[str, Any]], settlement_id: str, visit_id: str) -> list[dict[str, Any]]:
    """What is told of one settlement and its lines."""
    return [
        fact
        for fact in facts
        if fact.get("settlement_id") == settlement_id
        or (fact.get("visit_id") == visit_id and fact["type"] == "case_page")
        or fact.get("line_id", "").split(".")[0] in (settlement_id, f"R{settlement_id}")
    ]
