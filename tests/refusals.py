"""The refusals (拒绝原因), each with the test that provokes it: `shared/refusals.md` shows them.

`refusals.csv` names that test. Whether it stands there is read from its source: a code that no test expects
may be misspelt, or given to the wrong fault, and nobody would see.
"""

import ast
import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "tests" / "refusals.csv"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_provoking() -> dict[str, str]:
    """For each code the test that provokes it, as `file::name`. Raises ValueError for a code named twice."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        _, *rows = csv.reader(table)
    provoking = dict(rows)
    if len(provoking) != len(rows):
        raise ValueError(f"{TABLE.name}: a code stands twice")
    return provoking


def expects(test: str, code: str) -> bool:
    """Whether a test is there and has the code, in itself or in a table of its file that it uses."""
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.is_file() and name.startswith("test_") and code in _strings(path, name)


@cache
def _strings(path: Path, test: str) -> frozenset[str]:
    """The texts of a test and of what it uses in its file; none if the file has no such test."""
    named = dict(_named(ast.parse(path.read_text("utf-8"))))
    used, found, to_do = set[str](), set[str](), [test]
    while to_do:
        name = to_do.pop()
        if name in used or name not in named:
            continue
        used.add(name)
        for node in ast.walk(named[name]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Name):
                to_do.append(node.id)
    return frozenset(found)


def _named(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The functions and constants of a file, by name."""
    for node in module.body:
        if isinstance(node, _Function):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (one for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))
            yield from ((name.id, node.value) for name in names)
