"""Each requirement of a held family has a test that names it, and each mark names a requirement."""

import pytest

from tests.requirements import Requirement, faults, marks_of, read_marks, read_requirements

ROWS = read_requirements()


def row(name: str, priority: str = "must") -> Requirement:
    return Requirement(name, "", "", "", "", priority)


def test_the_table_has_each_row_once_with_a_known_priority() -> None:
    assert len({one.id for one in ROWS}) == len(ROWS) == 270
    assert {one.priority for one in ROWS} == {"must", "should", "context"}
    assert all(all(one) for one in ROWS)


def test_what_is_held_is_named_and_what_is_named_is_there() -> None:
    assert not faults(ROWS, read_marks())


FAULTS: list[tuple[list[Requirement], list[str], list[str]]] = [
    # the rows, what tests name, what is wrong where the family REF is held
    ([row("REF-01")], ["REF-01"], []),
    ([row("REF-01"), row("REF-02")], ["REF-01"], ["REF-02: no test names it"]),
    ([row("REF-01"), row("REF-02", "should")], ["REF-01"], []),
    ([row("REF-01"), row("ENR-01")], ["REF-01"], []),
    ([row("REF-01"), row("ENR-01")], ["REF-01", "ENR-01"], ["ENR: complete; add it to HELD"]),
    ([row("REF-01")], ["REF-01", "REF-09"], ["REF-09: no such row, named by t.py"]),
]


@pytest.mark.parametrize(("rows", "named", "expected"), FAULTS)
def test_what_is_wrong(rows: list[Requirement], named: list[str], expected: list[str]) -> None:
    assert faults(rows, {name: ["t.py"] for name in named}, frozenset({"REF"})) == expected


SOURCES: list[tuple[str, list[tuple[str, str]]]] = [
    # what stands in a file, and what its tests name
    ('@pytest.mark.requirement("A-1")\ndef test_a(): ...', [("A-1", "t.py::test_a")]),
    ('@pytest.mark.requirement("A-1")\nasync def test_a(): ...', [("A-1", "t.py::test_a")]),
    ('CASES = [pytest.param(1, marks=pytest.mark.requirement("A-2"))]', [("A-2", "t.py")]),
    ('@pytest.mark.requirement("A-1")\ndef given(): ...', []),
    ('# pytest.mark.requirement("A-1")\ndef test_a(): ...', []),
]


@pytest.mark.parametrize(("text", "expected"), SOURCES)
def test_a_mark_counts_where_it_stands_on_a_test(text: str, expected: list[tuple[str, str]]) -> None:
    assert [*marks_of(text, "t.py")] == expected
