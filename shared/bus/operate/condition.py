"""Reads the condition of services (业务状态): the days passed, and what is unread, unsent or parked.

It asks the database and the broker, not the processes, so these may be frozen, or run elsewhere.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

import asyncpg

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.database import CONNECT_S
from shared.bus.service import Service, Tx
from shared.bus.store import TopicRow
from shared.bus.topics import SERVICES, TOPICS, partition_count, read_by
from shared.bus.turn.days import job_names
from shared.stack import Servers

FACTS, REGISTRY = "facts", "registry"


class Condition(NamedTuple):
    """The condition of a service in one exchange class; the class `facts` is what services say.

    `marks`: its streams carry days; `day`: the last day that all of them have passed, None if one has passed
    none; `lag`: records not yet read, None if Kafka was not asked; `unsent`: records not yet on Kafka.
    """

    service: str
    exchange: str
    marks: bool
    day: date | None
    lag: int | None
    unsent: int
    unsent_since: datetime | None
    parked: int
    parked_since: datetime | None


class Overview(NamedTuple):
    """The condition of all services.

    `sessions`: how many database sessions each service's processes have; `unknown_jobs`: open jobs that this
    version does not know, as (service, job, first day).
    """

    conditions: list[Condition]
    sessions: dict[str, int]
    unknown_jobs: list[tuple[str, str, date]]


async def read_overview(servers: Servers, services: Sequence[Service], partitions: int) -> Overview:
    """Reads the condition of all services that have a schema; without a broker's address, without lags.

    Raises StackError if the topics do not fit the settings.
    """
    async with _connect(servers.postgres) as tx:
        sessions = await store.count_sessions(tx, SERVICES)
        present = await store.present(tx, SERVICES)
    ends = await _ends(servers.kafka, partitions) if servers.kafka and present else {}
    conditions: list[Condition] = []
    unknown: list[tuple[str, str, date]] = []
    for service in [one for one in services if one.name in present]:
        async with _connect(servers.postgres, service.name) as tx:
            rows, next_offsets = await store.read_topics(tx), await store.positions(tx)
            open_ = await store.read_unknown_jobs(tx, job_names(service))
            unknown += [(service.name, *job) for job in open_]
        lags = _lags(service.name, ends, next_offsets)
        conditions += _by_class(service.name, {row.topic: row for row in rows}, lags, partitions)
    return Overview(conditions, sessions, unknown)


def _by_class(
    service: str, rows: dict[str, TopicRow], lags: dict[str, int], partitions: int
) -> list[Condition]:
    topics = sorted(read_by(service), key=lambda topic: _exchange(topic.name))
    return [
        _condition(service, exchange, [rows.get(t.name) or _unread(t.name) for t in group], lags, partitions)
        for exchange, group in groupby(topics, key=lambda topic: _exchange(topic.name))
    ]


def _condition(
    service: str, exchange: str, rows: list[TopicRow], lags: dict[str, int], partitions: int
) -> Condition:
    marking = [row for row in rows if TOPICS[row.topic].marks]
    days = [row.passed if row.streams == partition_count(row.topic, partitions) else None for row in marking]
    return Condition(
        service=service,
        exchange=exchange,
        marks=bool(marking),
        day=min((day for day in days if day), default=None) if all(days) else None,
        lag=sum(lags[row.topic] for row in rows) if lags else None,
        unsent=sum(row.unsent for row in rows),
        unsent_since=min((row.unsent_since for row in rows if row.unsent_since), default=None),
        parked=sum(row.parked for row in rows),
        parked_since=min((row.parked_since for row in rows if row.parked_since), default=None),
    )


def _exchange(topic: str) -> str:
    declared = TOPICS[topic]
    if not declared.asks:
        return FACTS
    return declared.frequency if declared.frequency != "none" else REGISTRY


def _unread(topic: str) -> TopicRow:
    return TopicRow(topic, 0, None, 0, None, 0, None)


def _lags(
    service: str, ends: dict[tuple[str, int], int], next_offsets: dict[tuple[str, int], int]
) -> dict[str, int]:
    """Counts the records of each topic that come after the service's positions."""
    mine = {topic.name for topic in read_by(service)}
    lags = dict.fromkeys(mine if ends else (), 0)
    for (topic, partition), end in ends.items():
        if topic in mine:
            lags[topic] += max(0, end - next_offsets.get((topic, partition), 0))
    return lags


async def _ends(kafka: str, partitions: int) -> dict[tuple[str, int], int]:
    admin = Admin(kafka)
    await admin.check_topics(partitions)
    places = [(name, number) for name in TOPICS for number in range(partition_count(name, partitions))]
    return await admin.ends(places)


@asynccontextmanager
async def _connect(dsn: str, service: str = "") -> AsyncIterator[Tx]:
    settings = {"search_path": service, "role": f"yidi_{service}"} if service else {}
    connection = await asyncpg.connect(dsn, timeout=CONNECT_S, command_timeout=30, server_settings=settings)
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT_S)
