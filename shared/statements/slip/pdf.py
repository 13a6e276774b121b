"""A settlement slip as PDF (结算单), on one A4 page where its rows let it, in type as large as they do.

Its font is one that every reader of PDF supplies for Chinese, so none is built in. The same slip is the same
bytes each time.
"""

import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from shared.statements.slip.paper import Part, SlipPaper

_FONT, _LATIN = "STSong-Light", "Helvetica"
_LATIN_RUN = re.compile("([ -~–]+)")
_SIZES = (9.5, 9, 8.5, 8, 7.5)  # points: the largest with which all is on one page, else the smallest
_EDGE = 12 * mm
_WIDTH = A4[0] - 2 * _EDGE
_SHADE = colors.HexColor("#EEF2F5")
_GRID = colors.HexColor("#555555")
_HEAD = (0.12, 0.38, 0.12, 0.38)  # of the width: caption, value, caption, value
_SHARES = {3: (0.17, 0.15, 0.68), 4: (0.16, 0.13, 0.44, 0.27), 6: (0.25, 0.15, 0.15, 0.15, 0.15, 0.15)}


def write_slip_pdf(paper: SlipPaper, path: Path) -> None:
    """Writes a slip as PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    for size in _SIZES:
        told, pages = _made(paper, size)
        if pages == 1:
            break
    path.write_bytes(told)


def _made(paper: SlipPaper, size: float) -> tuple[bytes, int]:
    """The file in type of a size, and how many pages it has."""
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_EDGE,
        rightMargin=_EDGE,
        topMargin=_EDGE,
        bottomMargin=_EDGE,
        title=f"{paper.title} {paper.settlement_id}",
        invariant=1,
    )

    def number(canvas: Canvas, at: Any) -> None:
        told = Paragraph(
            _marked(f"{paper.settlement_id}  {paper.page.format(at.page)}"), _style(8, TA_CENTER)
        )
        told.wrapOn(canvas, _WIDTH, _EDGE)
        told.drawOn(canvas, _EDGE, _EDGE / 3)

    document.build(_story(paper, size), onFirstPage=number, onLaterPages=number)
    return file.getvalue(), document.page


def _story(paper: SlipPaper, size: float) -> list[Any]:
    story: list[Any] = [Paragraph(_marked(paper.title), _style(16, TA_CENTER)), Spacer(0, 3 * mm)]
    story.append(_head(paper, size))
    for part in paper.parts:
        story += [Spacer(0, 2 * mm), Paragraph(_marked(part.title), _style(size + 1)), Spacer(0, 1 * mm)]
        story.append(_table(part, size))
    widths = [_WIDTH / len(paper.signed)] * len(paper.signed)
    signed = Table([[_text(one, size) for one in paper.signed]], colWidths=widths)
    return [*story, Spacer(0, 8 * mm), signed]


def _head(paper: SlipPaper, size: float) -> Table:
    cells = [_text(text, size) for pair in paper.head for text in pair]
    cells += [_text("", size)] * (-len(cells) % 4)
    rows = [cells[at : at + 4] for at in range(0, len(cells), 4)]
    look = [*_look(size), ("BACKGROUND", (0, 0), (0, -1), _SHADE), ("BACKGROUND", (2, 0), (2, -1), _SHADE)]
    return Table(rows, colWidths=[share * _WIDTH for share in _HEAD], style=TableStyle(look))


def _table(part: Part, size: float) -> Table:
    columns = len(part.heads)
    rows = [[_text(head, size, at in part.money) for at, head in enumerate(part.heads)]]
    rows += [[_text(text, size, at in part.money) for at, text in enumerate(row)] for row in part.rows]
    look = [*_look(size), ("BACKGROUND", (0, 0), (-1, 0), _SHADE)]
    if part.is_summed:
        look.append(("BACKGROUND", (0, len(part.rows)), (-1, len(part.rows)), _SHADE))
    if part.below:
        rows.append([_text(part.below, size), *[_text("", size)] * (columns - 1)])
        look.append(("SPAN", (0, -1), (-1, -1)))
    widths = [share * _WIDTH for share in _SHARES[columns]]
    return Table(rows, colWidths=widths, repeatRows=1, style=TableStyle(look))


def _look(size: float) -> list[tuple[Any, ...]]:
    beside = size * 0.2
    return [
        ("GRID", (0, 0), (-1, -1), 0.4, _GRID),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), beside),
        ("BOTTOMPADDING", (0, 0), (-1, -1), beside * 1.6),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]


def _text(text: str, size: float, is_money: bool = False) -> Paragraph:
    return Paragraph(_marked(text), _style(size, TA_RIGHT if is_money else 0))


def _marked(text: str) -> str:
    """A text as markup; what has no Chinese in it stands in a font whose widths are known everywhere."""
    runs = _LATIN_RUN.split(text.replace("−", "–"))  # that font has the dash only
    return "".join(
        f'<font name="{_LATIN}">{escape(run)}</font>' if at % 2 else escape(run)
        for at, run in enumerate(runs)
    )


def _style(size: float, alignment: int = 0) -> ParagraphStyle:
    return ParagraphStyle(
        str(size), fontName=_FONT, fontSize=size, leading=size * 1.25, wordWrap="CJK", alignment=alignment
    )
