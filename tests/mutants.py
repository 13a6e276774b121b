"""Mutants of what mutmut passes over in the benefit engine, tried one by one; `make mutants` runs both.

mutmut changes the insides of plain functions. Here stands the rest, changed by mutmut's own operators:
functions with a decorator or in a class with one, what stands outside functions, and functions called only
while a module is imported. To be run in a copy of the product: its files are changed in place.
"""

import difflib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

OUTSIDE = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator)
"""Never changed: neither types, nor what is imported, nor the arguments of a decorator."""
ONLY_TYPES = {"Kind", "Level", "Path", "Plan", "Policies", "Ranking", "Scale", "Words", "_Id", "_InWords",
              "_PlanKey", "_Price", "_Quantity"}  # fmt: skip
CALLED_AT_IMPORT = {"_choice", "_one"}
LABELS = {"policy_members.py", "ratio_words.py"}
"""Their strings outside functions are labels for people, not of what is paid, and are left as they are."""
LONG_S = 60


class Mutant(NamedTuple):
    """A file with one thing in it changed."""

    path: Path
    before: str
    after: str


class PassedOver(cst.CSTVisitor):  # type: ignore[misc]  # it stands beside the lock, without types here
    """Collects what may be changed: a place in the file, and what stands there instead."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, has_labels: bool) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._around: list[cst.FunctionDef | cst.ClassDef] = []
        self._has_labels = has_labels

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Not into what is never changed, nor into docstrings."""
        if isinstance(node, OUTSIDE) or _is_text_alone(node) or _names_a_type(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._around.append(node)
        elif self._is_passed_over() and not (self._has_labels and isinstance(node, cst.BaseString)):
            operators = (operator for kind, operator in mutation_operators if isinstance(node, kind))
            self.found += [(node, instead) for operator in operators for instead in operator(node)]
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Out of a function or class."""
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._around.pop()

    def _is_passed_over(self) -> bool:
        functions = [around for around in self._around if isinstance(around, cst.FunctionDef)]
        if any(around.decorators for around in self._around) or not functions:
            return True
        return functions[0].name.value in CALLED_AT_IMPORT


def _is_text_alone(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString)


def _names_a_type(node: cst.CSTNode) -> bool:
    target = node.targets[0].target if isinstance(node, cst.Assign) else None
    return isinstance(target, cst.Name) and target.value in ONLY_TYPES


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text."""
    before = path.read_text("utf-8")
    module = MetadataWrapper(cst.parse_module(before))
    visitor = PassedOver(path.name in LABELS)
    module.visit(visitor)
    for node, instead in visitor.found:
        yield Mutant(path, before, module.module.deep_replace(node, instead).code)


def is_killed(mutant: Mutant, tests: list[str]) -> bool:
    """Whether the tests fail, or do not end, with it."""
    mutant.path.write_text(mutant.after, "utf-8")
    try:
        command = [sys.executable, "-B", "-m", "pytest", "-x", *tests]
        return subprocess.run(command, capture_output=True, timeout=LONG_S, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        mutant.path.write_text(mutant.before, "utf-8")


def told(mutant: Mutant) -> str:
    """What is changed, as a difference."""
    before, after = mutant.before.splitlines(), mutant.after.splitlines()
    return "\n".join(difflib.unified_diff(before, after, str(mutant.path), n=0, lineterm=""))


def main() -> None:
    """Tries all; prints those that survive, and how many there were."""
    config = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    tests = [*config["pytest_add_cli_args"], *config["pytest_add_cli_args_test_selection"]]
    sources = [Path(source) for source in config["source_paths"]]
    paths = [path for one in sources for path in (sorted(one.glob("*.py")) if one.is_dir() else [one])]
    tried = survived = 0
    for mutant in (mutant for path in paths for mutant in mutants_of(path)):
        tried += 1
        if not is_killed(mutant, tests):
            survived += 1
            print(told(mutant), flush=True)
    print(f"{tried - survived} of {tried} killed, {survived} survived")


if __name__ == "__main__":
    main()
