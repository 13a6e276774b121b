"""Each refusal has a test that provokes it and words in both languages, and the page shows them all."""

from pathlib import Path

import pytest

from shared.errors import REFUSALS, Refusal
from tests.house.readme_parts import refusals
from tests.refusals import ROOT, expects, read_provoking

PROVOKING = read_provoking()


def test_each_refusal_is_provoked_by_a_test_that_expects_it() -> None:
    assert list(PROVOKING) == list(REFUSALS), (
        "each code in tests/refusals.csv, in the order of shared/refusals.csv"
    )
    assert not [f"{code}: {test}" for code, test in PROVOKING.items() if not expects(test, code)]


def test_each_refusal_says_what_happened_and_what_to_do_in_both_languages() -> None:
    for code, (text_zh, text_en, advice_zh, advice_en) in REFUSALS.items():
        assert all(_is_chinese(one) for one in (text_zh, advice_zh)), code
        assert all(one and not _is_chinese(one) for one in (text_en, advice_en)), code
    texts = [one.text_en for one in REFUSALS.values()]
    assert len(set(texts)) == len(texts), "two codes that say the same"


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_the_page_has_a_line_for_each_refusal() -> None:
    lines = refusals().splitlines()[2:]
    assert len(lines) == len(REFUSALS)
    for line, (code, refusal) in zip(lines, REFUSALS.items(), strict=True):
        assert all(part.replace("|", "\\|") in line for part in (f"`{code}`", *Refusal(*refusal))), code
    assert (ROOT / "shared" / "refusals.md").is_file()


SOURCE = """
NO = "NOT_HERE"
A, B = "ONE", "TWO"
CASES = [(1, "IN_A_TABLE"), (2, A)]

def given(): return "IN_A_HELPER"

@pytest.mark.parametrize(("number", "code"), CASES)
def test_tables(number, code): assert given() == code

async def test_own(): assert ask() == "OWN"
"""


@pytest.mark.parametrize(
    ("test", "code", "expected"),
    [
        ("test_own", "OWN", True),
        ("test_own", "IN_A_TABLE", False),
        ("test_tables", "IN_A_TABLE", True),
        ("test_tables", "IN_A_HELPER", True),
        ("test_tables", "ONE", True),
        ("test_tables", "NOT_HERE", False),
        ("test_gone", "OWN", False),
        ("given", "IN_A_HELPER", False),
    ],
)
def test_a_test_expects_what_stands_in_it_or_in_what_it_uses(
    tmp_path: Path, test: str, code: str, expected: bool
) -> None:
    (tmp_path / "test_x.py").write_text(SOURCE, "utf-8")
    assert expects(f"{tmp_path}/test_x.py::{test}", code) is expected
