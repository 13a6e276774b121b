"""A statement as PDF: its pages, and that nothing leaves them."""

import re
import zlib
from base64 import a85decode
from pathlib import Path

import pytest

from shared.statements import pdf
from shared.statements.paper import Paper
from shared.statements.tables import printed
from tests.statements.test_files import HEADING, LONG, PAPER, line

TEXT = re.compile(rb"1 0 0 1 ([-\d.]+) ([-\d.]+) Tm /\w+\+?\d* ([\d.]+) Tf")


def pages(paper: Paper, folder: Path) -> list[bytes]:
    """What each page draws."""
    path = folder / "statement.pdf"
    pdf.write_pdf(printed(paper), path)
    streams = re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), flags=re.S)
    return [zlib.decompress(a85decode(stream.strip().removesuffix(b"~>"))) for stream in streams]


def test_a_short_statement_has_a_cover_its_sums_and_its_lines(tmp_path: Path) -> None:
    assert len(pages(PAPER, tmp_path)) == 3


def test_each_line_stands_on_one_page(tmp_path: Path) -> None:
    drawn = pages(Paper(HEADING, [line(f"S{i:04}") for i in range(200)]), tmp_path)
    ids = re.findall(rb"\((S\d{4})\) Tj", b"".join(drawn))
    # Each once as the line's id and once as its settlement's.
    assert sorted(ids) == sorted(2 * [f"S{i:04}".encode() for i in range(200)])
    assert len(drawn) > 5


def test_nothing_stands_beyond_the_pages_edges(tmp_path: Path) -> None:
    wide = Paper(HEADING, [line(LONG, 10**13), *(line(f"S{i}", -(10**13)) for i in range(80))])
    for drawn in pages(wide, tmp_path):
        places = [(float(x), float(y)) for x, y, _ in TEXT.findall(drawn)]
        assert places
        assert all(20 <= x <= 820 and 15 <= y <= 575 for x, y in places)


def test_of_a_very_long_statement_the_lines_stand_in_the_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_LINES", 2)
    assert len(pages(PAPER, tmp_path)) == 2


def test_the_same_statement_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        pdf.write_pdf(printed(PAPER), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
