"""`yidi quote`: settles bills from a file offline, with the engine of the live service."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.console import Console

from services.cli.bill_source import bill_lines, bill_text, is_json_lines
from services.cli.policy_folder import SHIPPED, read_policy_folder
from services.cli.quote_table import print_split
from services.settlement.rules.bill_file import InvalidBillFileError, Policies, read_bill
from services.settlement.rules.quote import quote as settle
from services.settlement.rules.refusal import Refusal
from services.settlement.rules.split import Split
from services.settlement.rules.split_document import split_document
from shared.findings import Finding, InvalidFileError

SPLIT, REFUSED, INVALID = 0, 1, 2
"""Exit codes; over many bills the highest that occurred."""

_Outcome = Split | Refusal | InvalidBillFileError


def register(app: typer.Typer) -> None:
    """Adds `yidi quote`."""
    app.command()(quote)


def quote(
    bill: Annotated[Path, typer.Argument(help="账单文件 / bill file: JSON, or JSON Lines")],
    policies: Annotated[Path | None, typer.Option(help="政策文件夹 / folder of policy files")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每单一行JSON / one JSON object a bill")] = False,
) -> None:
    """离线计算账单 / Settle bills offline: the split and every step of its derivation."""
    show = _show_json if as_json else _table_shower()
    try:
        known = read_policy_folder(policies or SHIPPED)
        outcomes = _of_lines(bill, known) if is_json_lines(bill) else _of_object(bill, known)
        codes = {show(outcome) for outcome in outcomes}
    except InvalidFileError as error:
        raise _stopped(str(error)) from None
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise _stopped(f"{error.filename}: 无法读取 / cannot be read: {error.strerror}") from None
    raise typer.Exit(max(codes))


def _stopped(line: str) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(INVALID)


def _of_object(path: Path, policies: Policies) -> Iterator[_Outcome]:
    try:
        yield settle(*read_bill(bill_text(path), policies))
    except InvalidFileError as error:
        raise _at(str(path), error) from None


def _of_lines(path: Path, policies: Policies) -> Iterator[_Outcome]:
    number = 0
    for number, text in bill_lines(path):
        try:
            yield settle(*read_bill(text, policies))
        except InvalidBillFileError as error:
            yield InvalidBillFileError(error.bill_id, _at(f"{path.name}:{number}", error).findings)
    if not number:
        raise InvalidFileError([Finding(str(path), "文件中没有账单", "no bill in it")])


def _at(where: str, error: InvalidFileError) -> InvalidFileError:
    places = (f"{where}: {finding.place}" if finding.place else where for finding in error.findings)
    return InvalidFileError(
        finding._replace(place=place) for place, finding in zip(places, error.findings, strict=True)
    )


def _show_json(outcome: _Outcome) -> int:
    code, document = _document(outcome)
    sys.stdout.buffer.write(to_json(document) + b"\n")
    return code


def _document(outcome: _Outcome) -> tuple[int, dict[str, Any]]:
    if isinstance(outcome, Split):
        return SPLIT, split_document(outcome)
    if isinstance(outcome, Refusal):
        return REFUSED, {"bill_id": outcome.bill_id, "refused": outcome.code, "reason": outcome.reason}
    return INVALID, {"bill_id": outcome.bill_id, "invalid": str(outcome)}


def _table_shower() -> Callable[[_Outcome], int]:
    console = Console(markup=False, highlight=False)

    def show(outcome: _Outcome) -> int:
        if isinstance(outcome, Split):
            print_split(console, outcome)
            return SPLIT
        if isinstance(outcome, Refusal):
            console.print(f"{outcome.bill_id}: {outcome.code} {outcome.reason}", soft_wrap=True)
            return REFUSED
        console.print(f"{outcome.bill_id}: 无效 / invalid: {outcome}", soft_wrap=True)
        return INVALID

    return show
