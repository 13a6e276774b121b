"""`yidi policy catalog-effect`: what each choice of an agreement's catalogue would have the funds pay."""

import json
import re
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from services.cli.output import notes, screen
from services.cli.reading import read_database
from services.cli.simulate.command import read_month
from services.cli.simulate.table import signed
from services.settlement.queries.catalogue_effect import MODES, Between, Effect, read_effect
from shared.benefit.compare.simulation import Sums
from shared.findings import InvalidFileError
from shared.money import yuan

SHOWN, NO_BILLS, INVALID = 0, 1, 2
"""Exit codes."""
_AREA = "[0-9]{6}"
_WORDS = {"treatment": "就医地 treatment", "insured": "参保地 insured", "provincial": "参保省 provincial"}


def catalog_effect(
    insured: Annotated[str, typer.Option(metavar="AREA", help="参保地 / insured area")],
    treated: Annotated[str, typer.Option(metavar="AREA", help="就医地 / treatment area")],
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="已结算的月份 / a month that is settled")],
    scheme: Annotated[str, typer.Option(help="险种 / scheme: 310, 390 or 380")] = "390",
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """执行目录影响 / Show what the funds would pay of a month's bills by each catalogue of an agreement.

    The bills of persons insured in one area who were treated in the other (or in parts of them) are
    classified anew, line by line: by the catalogue of the treatment place, the insured place, its province.
    Each keeps the policy and the year-to-date that it was settled with; nothing that is settled is touched.
    Bills at home and those reimbursed by hand are left out. Exit 0: shown. Exit 1: no such bill in the month.
    Exit 2: an area, the scheme or the month is not valid, or there is no data.

    Example: yidi policy catalog-effect --insured 511900 --treated 510100 --month 2026-03
    """
    between = _between(insured, treated, month, scheme)
    effect = read_database(lambda dsn: read_effect(dsn, between), INVALID)
    if not effect.bills:
        raise _stopped(f"{insured} {treated} {scheme} {month}: 当月没有此类结算 / no such bill", NO_BILLS)
    (notes() if as_json else screen()).print(_table(effect, f"{insured} → {treated}, {scheme}, {month}"))
    if as_json:
        typer.echo(json.dumps(_document(effect, between), ensure_ascii=False))


def _between(insured: str, treated: str, month: str, scheme: str) -> Between:
    wrong = [(name, text) for name, text, form in (
        ("--insured", insured, _AREA), ("--treated", treated, _AREA), ("--scheme", scheme, "310|380|390"),
    ) if not re.fullmatch(form, text)]  # fmt: skip
    if wrong:
        name, text = wrong[0]
        raise _stopped(f"{name} {text}: 不是有效代码 / is not a valid code", INVALID)
    try:
        asked = read_month(month)
    except InvalidFileError as error:
        raise _stopped(str(error), INVALID) from None
    return Between(asked.first, asked.last, scheme, insured, treated)


def _stopped(line: str, code: int) -> typer.Exit:
    typer.echo(" ".join(line.splitlines()), err=True)
    return typer.Exit(code)


def _table(effect: Effect, title: str) -> Table:
    """Three lines a catalogue, so that it fits a terminal of 80 columns."""
    heads = ("例数 cases\n拒付 refused\n无目录 none", "基金 funds\n结算时 settled\n差 moved", "个人 patients")
    columns = (Column(head, justify="right", overflow="fold") for head in heads)
    name = f"执行目录影响 / by catalogue: {title}"
    table = Table("目录\ncatalogue", *columns, title=name, show_lines=True)
    for mode in MODES:
        table.add_row(_WORDS[mode], *_figures(effect.sums[mode], effect.without[mode]))
    return table


def _figures(sums: Sums, without: int) -> tuple[str, ...]:
    before_fen, after_fen = sums.fund_before_fen, sums.fund_after_fen
    return (
        f"{sums.cases:,}\n{sums.refused:,}\n{without:,}",
        f"{yuan(after_fen)}\n{yuan(before_fen)}\n{signed(after_fen - before_fen)}",
        yuan(sums.personal_after_fen),
    )


def _document(effect: Effect, between: Between) -> dict[str, Any]:
    return {
        "insured_area": between.insured_area,
        "treatment_area": between.treatment_area,
        "scheme": between.scheme,
        "month": f"{between.first:%Y-%m}",
        "bills": effect.bills,
        "modes": {
            mode: {
                **asdict(effect.sums[mode]),
                "fund_difference_fen": effect.sums[mode].fund_after_fen - effect.sums[mode].fund_before_fen,
                "without_catalogue": effect.without[mode],
            }
            for mode in MODES
        },
    }
