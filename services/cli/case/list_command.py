"""`yidi settlement-list ID`: the national settlement list of a visit, and what it still lacks."""

from typing import Annotated

import simplejson
import typer

from services.cli.output import notes, print_record
from services.cli.reading import read_database
from services.settlement.queries.settlement_list import read_list
from shared.gateway.forms.settlement_list import LACKS, settlement_list

COMPLETE, LACKING, UNKNOWN = 0, 1, 2
"""Exit codes."""

_notes = notes()


def register(app: typer.Typer) -> None:
    """Adds this command to the yidi command."""
    app.command("settlement-list")(show_list)


def show_list(
    id: Annotated[str, typer.Argument(help="就诊号或结算号 / a visit or a settlement")],
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """显示结算清单 / Show a visit's settlement list in the national form (4101), and what it still lacks.

    Exit 0: it is complete. Exit 1: something is missing. Exit 2: no such visit, or no data.

    Example: yidi settlement-list V1-000000 --json
    """
    listed = read_database(lambda dsn: read_list(dsn, id), UNKNOWN)
    if listed is None:
        _notes.print(f"{id}: 没有这次就诊 / no such visit", style="red", soft_wrap=True)
        raise typer.Exit(UNKNOWN)
    document = settlement_list(listed.found, listed.institution_id, listed.person_id)
    lacks = listed.found.list_lacks or ()
    if as_json:
        typer.echo(simplejson.dumps(document, use_decimal=True, ensure_ascii=False))
    else:
        state = "不完整 / incomplete" if lacks else "完整 / complete"
        print_record(f"{listed.found.visit_id}  {state}", [LACKS[lack] for lack in lacks])
        print_record("setlinfo", [f"{name} {value}" for name, value in document["setlinfo"].items()])
        for name in ("diseinfo", "payinfo", "iteminfo"):
            print_record(name, ["  ".join(f"{key} {one[key]}" for key in one) for one in document[name]])
    raise typer.Exit(LACKING if lacks else COMPLETE)
