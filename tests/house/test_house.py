"""The house rules that a machine can check: where SQL lives, what rules may not do, how long things get."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent.parent
CODE = sorted(p for folder in ("services", "shared") for p in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FILE_LINES, TEST_LINES, FUNCTION_LINES, FOLDER_FILES = 300, 500, 40, 12
# Each file of these stands for one thing of the same kind, and is found by its name.
LISTS = {"migrations", "sample", "policies", "released", "schemas", "examples", "__pycache__"}
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
# One list says what is pure: what it may not import is checked there, what it may not do here.
[PURE] = [one["source_modules"] for one in CONTRACTS if one["name"] == "what decides waits for nothing"]
SQL = re.compile(
    r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|TRUNCATE|WITH|LOCK)\s+\S+", re.I
)
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_pure(path: Path) -> bool:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return any(module == pure or module.startswith(f"{pure}.") for pure in PURE)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = _tree(path)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.lineno, node.value


def _is_store(path: Path) -> bool:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return any(part == "store" or part.startswith("store_") for part in parts)


# One test a rule, for all files: thousands of small ones take longer to count than to run.
def test_sql_stands_in_stores_only() -> None:
    assert not [found for path in CODE if not _is_store(path) for found in _sql(path)]


def _sql(path: Path) -> list[str]:
    found = [
        f"{_name(path)}:{line}: {text[:50]}"
        for line, text in _strings(path)
        if SQL.match(text) and " " in text.strip()
    ]
    return [f for f in found if re.search(r"SELECT .*|INSERT INTO|UPDATE \w+ SET|DELETE FROM|TABLE|FROM", f)]


def test_rules_have_no_clock_and_no_float() -> None:
    assert not [found for path in CODE if _is_pure(path) for found in _impure(path)]


def _impure(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        where = f"{_name(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{where}: a float"
        if isinstance(node, ast.Name) and node.id in {"float", "Decimal"}:
            yield f"{where}: {node.id}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield f"{where}: a clock"
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{where}: something that waits"


def test_files_hold_one_noun() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in CODE + TESTS}
    limits = {path: TEST_LINES if path in TESTS else FILE_LINES for path in lengths}
    assert not [f"{_name(path)}: {n} lines" for path, n in lengths.items() if n > limits[path]]


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("services", "shared", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError


def test_folders_have_a_dozen_files_at_most() -> None:
    folders = [path for top in ("services", "shared") for path in (ROOT / top).rglob("*") if path.is_dir()]
    rooms = [path for path in folders if not LISTS & set(path.relative_to(ROOT).parts)]
    files = {room: [one for one in room.iterdir() if one.is_file() and one.suffix != ".md"] for room in rooms}
    crowded = [_name(room) for room, held in files.items() if len(held) > FOLDER_FILES]
    assert not crowded


def test_files_say_at_their_top_what_lives_there() -> None:
    assert not [_name(path) for path in CODE if _tree(path).body and not ast.get_docstring(_tree(path))]


def test_functions_are_short() -> None:
    lengths = {
        f"{_name(path)}:{node.lineno}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in CODE
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {where: lines for where, lines in lengths.items() if lines > FUNCTION_LINES}


def test_public_functions_have_a_docstring() -> None:
    assert not [
        f"{_name(path)}: {node.name}"
        for path in CODE
        for node in _tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def test_no_room_is_called_utils() -> None:
    banned = {"utils", "util", "common", "helpers", "helper", "base", "misc"}
    assert not [_name(p) for p in CODE if banned & set(p.with_suffix("").parts)]


def test_the_top_level_is_what_the_house_says() -> None:
    allowed = {"pyproject.toml", "services", "shared", "deploy", "tests", "Makefile", "README.md", "LICENSE"}
    allowed |= {"NOTICE", "CHANGELOG.md"}
    tracked = {
        p.name for p in ROOT.iterdir() if not p.name.startswith(".") and not p.name.endswith(".egg-info")
    }
    assert tracked - {"build", "out"} <= allowed


def test_no_file_names_a_host_of_a_registry_or_a_path_of_a_machine() -> None:
    banned = re.compile(
        "|".join(
            (
                "pypi" + r"\.",
                "python" + "hosted",
                "maven" + r"\.org",
                "repo1" + r"\.",
                "/ro" + "ot/",
                "/wo" + "rk/",
            )
        )
    )
    assert _found(banned) == []


def test_no_merge_was_left_half_done() -> None:
    assert _found(re.compile("^(<{7}|>{7}) ", re.M)) == []


def _found(words: re.Pattern[str]) -> list[str]:
    """The files for people and programs in which the words stand."""
    return [name for name, text in _texts() if words.search(text)]


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    kinds = {".py", ".md", ".toml", ".lock", ".yaml", ".sql", ".csv"}
    texts = [p for p in ROOT.rglob("*") if p.suffix in kinds]
    ours = [p for p in texts if not {".venv", ".git", "build"} & set(p.parts)]
    return tuple((_name(p), p.read_text(encoding="utf-8", errors="replace")) for p in ours)
