"""Speaks for a clearing center: as its node, with an answer or a clear word why there is none."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from confluent_kafka import KafkaException
from pydantic import ValidationError

from services.clearing.queries.desk import read_node
from services.cli.reading import NO_DATA, read_database
from services.cli.stack.readiness import kafka_at_work
from shared.adapter import Center, Connection, OutcomeUnknownError, RefusedError
from shared.findings import Finding, words_of
from shared.messages.amounts import FundAmounts
from shared.messages.body import Result
from shared.month.funds import Funds
from shared.settings import Settings
from shared.stack import StackError

REFUSED = 1
T = TypeVar("T")
ACenter = Annotated[str, typer.Argument(metavar="CENTER", help="结算中心编码 / code of the clearing center")]
AStatement = Annotated[str, typer.Argument(metavar="STATEMENT", help="清算单号 / the statement's id")]
AsJson = Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")]


def act(center_id: str, step: Callable[[Center], Awaitable[Result]], done: str, as_json: bool) -> None:
    """Takes a step as the center, and prints the answer: `done`, or JSON alone.

    Exit 1: refused. Exit 2: nothing to reach, no answer yet, or what was typed has not the form of a message.
    """
    tell(as_center(center_id, step), done, as_json)


def tell(result: Result, said: str, as_json: bool) -> None:
    """Prints what a step gave: in words, or as JSON alone."""
    typer.echo(result.model_dump_json() if as_json else said)


def as_center(center_id: str, step: Callable[[Center], Awaitable[T]], folder: Path | None = None) -> T:
    """What a step as the center gives; its files lie in `folder`, or below the home."""
    node_id = read_database(lambda dsn: read_node(dsn, center_id))
    if node_id is None:
        _stop(f"{center_id}: 没有此结算中心 / there is no such clearing center", REFUSED)
    try:
        return asyncio.run(_step(node_id, center_id, folder_of(center_id, folder), step))
    except RefusedError as refused:
        _stop(str(refused), REFUSED)
    except ValidationError as error:  # what was typed has not the form of a message
        first = error.errors()[0]
        told = Finding(".".join(map(str, first["loc"])), *words_of(first))
        _stop(f"格式不符 / not possible: {told}", NO_DATA)
    except OutcomeUnknownError as error:
        _stop(f"已发出，尚无应答 / sent, not answered yet: yidi status, yidi center list\n{error}", NO_DATA)
    except (StackError, KafkaException, OSError) as error:
        _stop(f"无法送达 / cannot be reached: {error}", NO_DATA)


def amounts_of(text: str) -> FundAmounts:
    """Five amounts in fen, as they are written on the command line. Raises BadParameter for anything else."""
    try:
        amounts = dict(zip(Funds._fields, map(int, text.split(",")), strict=True))
        return FundAmounts(**amounts)
    except ValueError:
        raise typer.BadParameter("应为五个整数 / must be five integers: 100,0,0,0,0") from None


def folder_of(center_id: str, given: Path | None) -> Path:
    """Where the center's files lie: the folder given, or one below the home."""
    return given or Settings().home / "centers" / center_id


def a_day(text: str) -> date:
    """A day as it is given to a command; anything else is a wrong use of it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("应为 YYYY-MM-DD / must be a day YYYY-MM-DD") from None


async def _step(node_id: str, center_id: str, folder: Path, step: Callable[[Center], Awaitable[T]]) -> T:
    async with Connection(await kafka_at_work(Settings()), node_id) as connection:
        return await step(Center(connection, center_id, folder))


def _stop(why: str, code: int) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(code)
