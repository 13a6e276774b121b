"""Kafka and PostgreSQL as one: up, down, and the table of the two. Embedded unless others are given."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psutil

from shared.settings import Settings
from shared.stack import postgres
from shared.stack.broker import kafka
from shared.stack.dsn import check
from shared.stack.error import StackError
from shared.stack.private import make_folder, mend

PATIENCE_S = 4.0


@dataclass(frozen=True)
class Servers:
    """Where the running servers are: Kafka's bootstrap address, PostgreSQL's DSN (a superuser's)."""

    kafka: str
    postgres: str = field(repr=False)


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
    if settings.postgres:
        check(settings.postgres)
    if not (settings.kafka and settings.postgres):
        mend(make_folder(settings.home))
    with ThreadPoolExecutor(len(EMBEDDED)) as pool:
        addresses = {name: pool.submit(_up_one, settings, name) for name in EMBEDDED}
        return Servers(**{name: address.result() for name, address in addresses.items()})


def at_work(settings: Settings) -> Servers:
    """The servers that run already, or are given, and answer; nothing is started. Raises StackError."""
    servers = Servers(**{name: address_of(settings, name) for name in EMBEDDED})
    require_answers(servers)
    return servers


def database_at_work(settings: Settings) -> str:
    """The database that runs already, or is given, and answers; nothing is started. Raises StackError."""
    servers = Servers("", address_of(settings, "postgres"))
    require_answers(servers)
    return servers.postgres


def require_answers(servers: Servers) -> None:
    """Raises StackError, which says what to do, where a server named does not answer for a while."""
    for name, server in EMBEDDED.items():
        address, deadline = getattr(servers, name), time.monotonic() + PATIENCE_S
        while address and not server.answers(address):
            if time.monotonic() > deadline:
                raise StackError(
                    f"{name} 无应答。请查看 yidi status 与 yidi logs {name}；给定的服务器请检查网络。",
                    f"{name} does not answer. See `yidi status` and `yidi logs {name}`; of a given server"
                    f" check YIDI_{name.upper()} and the network.",
                )
            time.sleep(0.1)


def address_of(settings: Settings, name: str) -> str:
    """Where a server is that runs, or is given; nothing is started. Raises StackError."""
    address = given(settings, name)
    if address:
        return check(address) if name == "postgres" else address
    server = EMBEDDED[name]
    if server.running(settings) is None:
        raise StackError(
            f"{name} 未运行：请先执行 yidi up。", f"{name} is not running: start it with `yidi up`."
        )
    return server.address(settings)


def _up_one(settings: Settings, name: str) -> str:
    return given(settings, name) or EMBEDDED[name].start(settings)


def down(settings: Settings) -> None:
    """Stop the embedded servers cleanly. Given servers are not touched."""
    with ThreadPoolExecutor(len(EMBEDDED)) as pool:
        list(pool.map(lambda server: server.stop(settings), EMBEDDED.values()))
