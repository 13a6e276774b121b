"""Reading what runs, for a command: nothing is started, and what keeps a server from answering is told.

It is read in a thread beside: a server that is frozen in the middle would else keep the command waiting.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any, TypeVar

import asyncpg
import typer

from shared.bus.fault import SERVER_FAULTS, describe
from shared.settings import Settings
from shared.stack import Servers, StackError, at_work, database_at_work, require_answers
from shared.stack.dsn import mask

LOOK_S = 3.0
NO_DATA = 2
NOT_READY = "尚无数据：请先执行 yidi up / there is no data yet: run `yidi up` first"
_NOT_MIGRATED = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.InvalidParameterValueError,  # no such role
)
UNREADABLE = (*_NOT_MIGRATED, *SERVER_FAULTS, asyncpg.InterfaceError, OSError, StackError)
T = TypeVar("T")


def read_database(step: Callable[[str], Coroutine[Any, Any, T]], code: int = NO_DATA) -> T:
    """What a step reads of the database at this address; exits with `code` where that cannot be."""
    with reading(code):
        dsn = database_at_work(Settings())
        return _run(step(dsn), Servers("", dsn))


def read_servers(step: Callable[[Servers], Coroutine[Any, Any, T]], code: int = NO_DATA) -> T:
    """What a step reads of both servers; exits with `code` where that cannot be."""
    with reading(code):
        servers = at_work(Settings())
        return _run(step(servers), servers)


@contextmanager
def reading(code: int = NO_DATA) -> Iterator[None]:
    """Tells what keeps a server from being read, and what to do; exits with `code` then."""
    try:
        yield
    except UNREADABLE as error:
        typer.echo(why_unread(error), err=True)
        raise typer.Exit(code) from None


def why_unread(error: Exception) -> str:
    """What kept a server from being read, and what to do."""
    if isinstance(error, StackError):
        return str(error)
    if isinstance(error, _NOT_MIGRATED):
        return NOT_READY
    return f"无法读取，请查看 yidi status / cannot be read, see `yidi status`: {mask(describe(error))}"


def _run(step: Coroutine[Any, Any, T], servers: Servers) -> T:
    """Runs the step to its end, or until a server is silent. Raises StackError then."""
    done: Future[T] = Future()
    Thread(target=_settle, args=(step, done), daemon=True).start()
    while not _is_done(done):
        require_answers(servers)
    return done.result()


def _is_done(done: "Future[T]") -> bool:
    with suppress(TimeoutError):
        done.exception(LOOK_S)
    return done.done()


def _settle(step: Coroutine[Any, Any, T], done: "Future[T]") -> None:
    try:
        done.set_result(asyncio.run(step))
    except BaseException as error:
        done.set_exception(error)
