"""`yidi verify`: is the evidence trail whole, and does the log still say what was heard?"""

import json
from typing import Annotated

import typer
from rich.progress import Progress

from services.audit.check.fault import FAULTS, Report
from services.audit.check.verify import count_records
from services.audit.check.verify import verify as verify_trail
from services.cli.output import notes
from services.cli.reading import read_servers

_notes = notes()


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command("verify")(verify)


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, last line.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Decode every body too, and compare what the trail says of it.")
    ] = False,
) -> None:
    """Verify the evidence trail against itself, its roots and the log / 核验存证.

    Exit 0: whole. Exit 1: broken; each broken record is named. Exit 2: there is no trail to read.
    """
    report = read_servers(lambda servers: _run(servers.postgres, servers.kafka, deep))
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print(report)
    raise typer.Exit(0 if report.ok else 1)


async def _run(dsn: str, bootstrap: str, deep: bool) -> Report:
    total = 2 * await count_records(dsn)
    with Progress(console=_notes, transient=True) as bar:
        task = bar.add_task("核验存证 / verifying", total=total)
        return await verify_trail(
            dsn, bootstrap, deep=deep, progress=lambda records: bar.advance(task, records)
        )


def _print(report: Report) -> None:
    """Counts, then each fault with its place, whole whatever the terminal's width."""
    typer.echo(
        f"{report.records:,} 条记录 / records, {report.chains} 条链 / chains, "
        f"{report.roots} 个日根 / daily roots, {report.log_records:,} 条日志比对 / log records compared"
    )
    for fault in report.faults:
        words = FAULTS[fault.code]
        typer.echo(f"{fault.code}  {fault.place}  {fault.differs}\n    {words.zh}\n    {words.en}")
    typer.echo("存证完整 / the trail is whole" if report.ok else "存证不完整 / the trail is broken")
