"""`yidi trace ID`: a case through all services, as the evidence trail tells it."""

import json
from typing import Annotated

import typer

from services.audit.rules.case import Step
from services.audit.trace import trace as trace_case
from services.cli.reading import read_database


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command("trace")(trace)


def trace(
    id: Annotated[
        str,
        typer.Argument(
            help="A visit, settlement, filing, statement or message / 就诊、结算、备案、清算单或报文号"
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the story as JSON, last line.")] = False,
) -> None:
    """Tell a case through all services / 追溯一个案件.

    Exit 0: told. Exit 1: the trail knows nothing of this id. Exit 2: there is no trail to read.
    """
    story = read_database(lambda dsn: trace_case(dsn, id))
    if as_json:
        typer.echo(json.dumps([step._asdict() for step in story], ensure_ascii=False))
    elif story:
        _print(story)
    else:
        typer.echo(f"存证中没有 {id}；请核对编号 / the trail knows nothing of {id}; check the id", err=True)
    raise typer.Exit(0 if story else 1)


def _print(story: list[Step]) -> None:
    """Two lines a step, whole whatever the terminal's width: they are copied from."""
    for step in story:
        about = " ".join(f"{name.removesuffix('_id')}={value}" for name, value in step.subjects.items())
        typer.echo(f"{step.time}  {step.type}  {step.source}  {step.outcome}".rstrip())
        typer.echo(f"    {step.topic}/{step.partition}@{step.log_offset}  {about}".rstrip())
