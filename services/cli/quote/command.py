"""`yidi quote`: settles bills from a file offline, with the engine of the live service."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from services.cli.policy.folder import SHIPPED, read_policy_folder
from services.cli.quote.bill_source import bill_text, is_json_lines
from services.cli.quote.many import Tell, answers, processes_for
from services.cli.quote.outcome import INVALID, code_of, json_line, outcome_of, plain_text
from shared.benefit.files.bill_file import InvalidBillFileError, Policies
from shared.findings import Finding, InvalidFileError


def register(app: typer.Typer) -> None:
    """Adds `yidi quote`."""
    app.command()(quote)


def quote(
    bill: Annotated[Path, typer.Argument(help="账单文件 / bill file: JSON, or JSON Lines")],
    policies: Annotated[Path | None, typer.Option(help="政策文件夹 / folder of policy files")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每单一行JSON / one JSON object a bill")] = False,
) -> None:
    """离线计算账单 / Settle bills offline: the split and every step of its derivation."""
    tell = json_line if as_json else plain_text
    try:
        known = read_policy_folder(policies or SHIPPED)
        if is_json_lines(bill):
            codes = set(_codes_of_lines(bill, known, tell))
        else:
            codes = {_code_of_object(bill, known, tell)}
        if not codes:
            raise InvalidFileError([Finding(str(bill), "文件中没有账单", "no bill in it")])
        sys.stdout.flush()
    except InvalidFileError as error:
        raise _stopped(str(error)) from None
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise _stopped(f"{error.filename}: 无法读取 / cannot be read: {error.strerror}") from None
    raise typer.Exit(max(codes))


def _stopped(line: str) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(INVALID)


def _code_of_object(path: Path, policies: Policies, tell: Tell) -> int:
    outcome = outcome_of(bill_text(path), str(path), policies)
    if isinstance(outcome, InvalidBillFileError):
        raise outcome
    sys.stdout.buffer.write(tell(outcome))
    return code_of(outcome)


def _codes_of_lines(path: Path, policies: Policies, tell: Tell) -> Iterator[int]:
    with closing(answers(path, policies, tell, processes_for(path))) as parts:
        for part in parts:
            sys.stdout.buffer.write(part.told)
            yield part.code
