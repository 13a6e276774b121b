"""A settlement slip as a page for a browser (结算单网页): whole in one file, printed on A4."""

from collections.abc import Sequence
from html import escape

from shared.statements.slip.paper import Part, SlipPaper

_STYLE = """
@page { size: A4; margin: 12mm }
body { font: 9.5pt/1.35 "SimSun", "Songti SC", "Noto Serif CJK SC", serif; max-width: 186mm; margin: auto }
h1 { font-size: 15pt; text-align: center; margin: 4mm 0 }
h2 { font-size: 10pt; margin: 3mm 0 1mm }
table { border-collapse: collapse; width: 100%; page-break-inside: auto }
td, th { border: 0.3mm solid #555; padding: 0.6mm 1.5mm; text-align: left; vertical-align: top;
         overflow-wrap: anywhere }
th { background: #eef2f5; font-weight: normal }
.money { text-align: right; white-space: nowrap }
tr.total td { font-weight: bold }
footer { display: flex; justify-content: space-between; margin-top: 9mm }
"""


def slip_html(paper: SlipPaper, language: str = "zh") -> str:
    """The slip as HTML; whatever others call themselves is text in it."""
    cells = [cell for pair in paper.head for cell in pair]
    pairs = [cells[at : at + 4] for at in range(0, len(cells), 4)]
    head = "".join(
        f"<tr>{''.join(_cell(text, 'td' if at % 2 else 'th') for at, text in enumerate(row))}</tr>"
        for row in pairs
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(paper.title)} {escape(paper.settlement_id)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(paper.title)}</h1>\n<table>{head}</table>\n"
        f"{''.join(map(_part, paper.parts))}"
        f"<footer>{''.join(f'<span>{escape(one)}</span>' for one in paper.signed)}</footer></body></html>\n"
    )


def _part(part: Part) -> str:
    last = len(part.rows) - 1 if part.is_summed else None
    rows = [_row(row, part, "total" if number == last else "") for number, row in enumerate(part.rows)]
    heads = "".join(_cell(head, "th", _look(at, part)) for at, head in enumerate(part.heads))
    below = f'<tr><td colspan="{len(part.heads)}">{escape(part.below)}</td></tr>' if part.below else ""
    return f"<h2>{escape(part.title)}</h2><table><tr>{heads}</tr>{''.join(rows)}{below}</table>\n"


def _look(column: int, part: Part) -> str:
    return "money" if column in part.money else ""


def _row(cells: Sequence[str], part: Part, kind: str) -> str:
    told = "".join(_cell(text, "td", _look(at, part)) for at, text in enumerate(cells))
    return f'<tr class="{kind}">{told}</tr>' if kind else f"<tr>{told}</tr>"


def _cell(text: str, tag: str, kind: str = "") -> str:
    look = f' class="{kind}"' if kind else ""
    return f"<{tag}{look}>{escape(text)}</{tag}>"
