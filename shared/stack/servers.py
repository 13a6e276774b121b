"""Kafka and PostgreSQL as one: up, down, and the table of the two. Embedded unless others are given."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil

from shared.settings import Settings
from shared.stack import kafka, postgres
from shared.stack.error import StackError


@dataclass(frozen=True)
class Servers:
    """Where the running servers are: Kafka's bootstrap address, PostgreSQL's DSN (a superuser's)."""

    kafka: str
    postgres: str


@dataclass(frozen=True)
class Embedded:
    """How to start an embedded server (giving its address), stop it, find its process, and ask it."""

    start: Callable[[Settings], str]
    stop: Callable[[Settings], None]
    running: Callable[[Settings], psutil.Process | None]
    answers: Callable[[str], bool]
    address: Callable[[Settings], str]


# The names are also the fields of Settings and Servers.
EMBEDDED = {
    "kafka": Embedded(kafka.start_kafka, kafka.stop_kafka, kafka.running, kafka.answers, kafka.address),
    "postgres": Embedded(
        postgres.start_postgres, postgres.stop_postgres, postgres.running, postgres.answers, postgres.address
    ),
}


def given(settings: Settings, name: str) -> str | None:
    """Address of a server that was given instead of the embedded one."""
    address: str | None = getattr(settings, name)
    return address


def up(settings: Settings) -> Servers:
    """The servers to use, embedded ones started unless they run already or others are given.

    May be called by several processes at once. Raises StackError.
    """
    with ThreadPoolExecutor(len(EMBEDDED)) as pool:
        addresses = {name: pool.submit(_up_one, settings, name) for name in EMBEDDED}
        return Servers(**{name: address.result() for name, address in addresses.items()})


def at_work(settings: Settings) -> Servers:
    """The servers that run already, or are given; nothing is started. Raises StackError."""
    addresses = {
        name: given(settings, name) or (server.running(settings) and server.address(settings))
        for name, server in EMBEDDED.items()
    }
    found = {name: address for name, address in addresses.items() if address}
    if len(found) < len(EMBEDDED):
        raise StackError("未运行：请先执行 yidi up。", "Not running: start it with `yidi up`.")
    return Servers(**found)


def _up_one(settings: Settings, name: str) -> str:
    return given(settings, name) or EMBEDDED[name].start(settings)


def down(settings: Settings) -> None:
    """Stop the embedded servers cleanly. Given servers are not touched."""
    with ThreadPoolExecutor(len(EMBEDDED)) as pool:
        list(pool.map(lambda server: server.stop(settings), EMBEDDED.values()))
