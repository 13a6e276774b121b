"""The requirements (需求) and the tests that name them: `make requirements` prints both, and what is missing.

A test names the row of `requirements.csv` it stands for: `@pytest.mark.requirement("REF-06")`. The marks are
read from the source, so that no test runs. A family of rows is held once each of its `must` rows is named:
from then on a row without a test is an error. The others are open, and what they lack is printed.
"""

import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent
TABLE = TESTS / "requirements.csv"
HELD = frozenset({"CLR", "ENR", "MAN", "OUT", "REF", "SET"})
"""The families that are held today; a family that becomes complete is added."""

Named = Mapping[str, Sequence[str]]


class Requirement(NamedTuple):
    """A row (需求): what the document says, what the system must do for it, and how much it matters."""

    id: str
    area: str
    source: str
    requirement: str
    the_system_must: str
    priority: str

    @property
    def family(self) -> str:
        """The letters its id begins with."""
        return self.id.split("-")[0]


def read_requirements() -> list[Requirement]:
    """All rows of the table."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        _, *rows = csv.reader(table)
    return [Requirement(*row) for row in rows]


def read_marks() -> dict[str, list[str]]:
    """For each id that a test names, where: file and function, or the file whose table of cases has it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, place in marks_of(path.read_text("utf-8"), str(path.relative_to(TESTS.parent))):
            found[name].append(place)
    return found


def marks_of(text: str, file: str) -> Iterator[tuple[str, str]]:
    """The ids that a file's tests name, each with its place; a mark on what is no test names nothing."""
    if "mark.requirement(" not in text:
        return
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test_"):
                yield from ((name, f"{file}::{node.name}") for name in _ids(node.decorator_list))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from ((name, file) for name in _ids([node]))


def _ids(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in (inner for one in nodes for inner in ast.walk(one)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement":
            yield ast.literal_eval(node.args[0])


def unnamed(rows: Iterable[Requirement], named: Named) -> dict[str, list[str]]:
    """For each family the `must` rows that no test names."""
    missing: dict[str, list[str]] = {}
    for row in rows:
        of_family = missing.setdefault(row.family, [])
        if row.priority == "must" and not named.get(row.id):
            of_family.append(row.id)
    return missing


def faults(rows: Sequence[Requirement], named: Named, held: frozenset[str] = HELD) -> list[str]:
    """What is wrong: a held row without a test, a mark of no row, a complete family that is not held."""
    missing, ids = unnamed(rows, named), {row.id for row in rows}
    return [
        *(f"{one}: no test names it" for family in sorted(held) for one in missing[family]),
        *(f"{name}: no such row, named by {named[name][0]}" for name in sorted(set(named) - ids)),
        *(f"{name}: complete; add it to HELD" for name in missing if not missing[name] and name not in held),
    ]


def _row(row: Requirement, places: Sequence[str]) -> str:
    first = f"  [{places[0]}]" if places else ""
    return f"{row.id:<8}{row.priority:<8}{len(places):>3}  {row.requirement}{first}"


def _family(name: str, rows: Sequence[Requirement], missing: Sequence[str]) -> str:
    must = sum(row.family == name and row.priority == "must" for row in rows)
    state = "held" if name in HELD else "open"
    lacks = f"; without a test: {' '.join(missing)}" if missing else ""
    return f"{name}  {state}  {must - len(missing):>2} of {must:>2} must rows named{lacks}"


def main() -> int:
    """Prints each row with how many tests name it, each family with what it lacks, and what is wrong."""
    rows, named = read_requirements(), read_marks()
    for row in rows:
        print(_row(row, named.get(row.id, ())))
    print()
    for name, missing in unnamed(rows, named).items():
        print(_family(name, rows, missing))
    wrong = faults(rows, named)
    for fault in wrong:
        print(fault, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
