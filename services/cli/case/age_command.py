"""`yidi cases`: how long manual reimbursements wait, and for what."""

import json
from typing import Annotated

import typer

from services.cli.output import print_record
from services.cli.reading import read_database
from services.settlement.queries.store_case_age import STAGES, CaseAge, read_ages
from shared.names.areas import area_name


def register(app: typer.Typer) -> None:
    """Adds this command to the yidi command."""
    app.command("cases")(cases)


def cases(
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """手工报销办理时长 / Show how long manual reimbursements wait, by insured area and for what.

    In days up to the last business day. Exit 0: shown. Exit 2: no data.

    Example: yidi cases --json
    """
    found = read_database(read_ages)
    if as_json:
        typer.echo(json.dumps([one._asdict() for one in found], ensure_ascii=False))
        return
    for one in found:
        print_record(f"{one.insured_area} {area_name(one.insured_area)}", [_line(one)])
    if not found:
        typer.echo("没有手工报销 / no manual reimbursements")


def _line(one: CaseAge) -> str:
    zh, en = STAGES[one.stage]
    days = f"{one.median_days} / {one.p95_days} / {one.oldest_days}"
    return f"{zh} / {en}: {one.cases:,}; 中位、95%、最长（天）/ median, p95, oldest (days): {days}"
