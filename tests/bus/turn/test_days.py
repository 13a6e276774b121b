"""A day is a message: it stands in the logs, its work is done in pages, and it is told on after that."""

import re
import signal
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
import structlog

import shared.bus
from services.__main__ import all_services
from shared.bus.partition import partition_of
from shared.bus.service import Service
from shared.bus.topics import marking_streams
from shared.bus.turn.days import PAGE, job_names
from shared.messages.body import DayReached
from shared.messages.referral.filings import FilingAccepted, FilingEnded
from tests.bus.given.killable import Killable
from tests.bus.given.made import opened
from tests.bus.given.scene import Scene, filing
from tests.bus.given.writer import STREAM

DAY = date(2026, 3, 2)
DUE = 2 * PAGE + 100
PASSED = "SELECT passed = $1 FROM referral.stream WHERE topic LIKE 'real%' AND partition = 0"
FILL = f"INSERT INTO referral.lasting SELECT 'x' || to_char(n, 'FM00000') FROM generate_series(1, {DUE}) n"  # noqa: S608


@pytest.fixture
def person_of_0(scene: Scene) -> str:
    """A person whose requests stand in partition 0."""
    return next(p for p in (f"P{n}" for n in range(99)) if partition_of(p, scene.settings.partitions) == 0)


async def open_in(scene: Scene, partition: int, day: date) -> None:
    """A day begins in one partition of the requests."""
    await scene.enrollment.say(opened(day), topic="realtime.filings", partition=partition)


@pytest.mark.requirement("HUB-14")
async def test_what_is_decided_carries_the_day_its_stream_has_reached(scene: Scene, person_of_0: str) -> None:
    await scene.start()
    for number in range(3):
        await open_in(scene, 0, DAY + timedelta(days=number))
        await scene.ask(filing(f"f{number}", person=person_of_0))
    await scene.collect(lambda: len(scene.said(FilingAccepted)) == 3, "not all was told")
    filed = [message.body.filed_on for message in scene.said(FilingAccepted)]  # type: ignore[attr-defined]
    assert filed == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]


async def test_a_days_work_is_done_in_pages_before_the_next_message(scene: Scene, person_of_0: str) -> None:
    await scene.database.execute(FILL)
    await open_in(scene, 0, DAY)
    await scene.send(filing("after", person=person_of_0), id="after")
    await scene.start()
    await scene.hear("after")
    await scene.collect(lambda: len(scene.said(FilingEnded)) == DUE, "not all of the work was told")
    await scene.collect(lambda: scene.said(FilingAccepted), "the request was not told")
    ended, [accepted] = scene.said(FilingEnded), scene.said(FilingAccepted)
    assert max(message.sequence for message in ended) < accepted.sequence
    assert {message.body.ends_on for message in ended} == {DAY}  # type: ignore[attr-defined]
    pages = await scene.fetch(
        "SELECT count(*), max(records) FROM referral.outbox"
        " WHERE to_topic = 'referral.events' AND records > 6"
    )
    assert pages == [(3, PAGE)]


@pytest.mark.parametrize("turn", [2, 3, 4])
async def test_a_service_killed_between_pages_goes_on_where_it_was(
    scene: Scene, killable: Callable[..., Killable], turn: int
) -> None:
    await scene.database.execute(FILL)
    await open_in(scene, 0, DAY)
    killed = killable(crash_at=f"before_commit:{turn}")
    assert killed.code() == -signal.SIGKILL
    await scene.start()
    await scene.until_sql(PASSED, DAY)
    await scene.collect(lambda: len({m.id for m in scene.said(FilingEnded)}) == DUE, "not all was told")
    assert len({message.body.filing_id for message in scene.said(FilingEnded)}) == DUE  # type: ignore[attr-defined]
    assert await scene.fetch("SELECT count(*), bool_and(done) FROM referral.job") == [(2, True)]


async def test_a_stream_tells_a_day_in_every_partition_it_feeds_after_its_last_fact(
    scene: Scene, person_of_0: str
) -> None:
    await scene.send(filing("f1", person=person_of_0))
    await open_in(scene, 0, DAY)
    await scene.start()
    await scene.collect(lambda: len(scene.said(DayReached)) == 1, "the day was not told")
    assert [message.partition for message in scene.said(DayReached)] == [0]
    assert {message.body for message in scene.said(DayReached)} == {
        DayReached(stream="referral/realtime.filings/0", reached_on=DAY)
    }
    last_fact = max(message.sequence for message in scene.said(FilingEnded))
    assert last_fact < min(message.sequence for message in scene.said(DayReached))


async def test_a_service_passes_a_day_once_all_its_streams_have(scene: Scene) -> None:
    await scene.start()
    streams = marking_streams("enrollment", scene.settings.partitions)
    for partition in range(scene.settings.partitions):
        await open_in(scene, partition, DAY)
    for stream in streams[:-1]:
        await scene.enrollment.reach_day(stream, DAY)
    await scene.until_sql("SELECT count(passed) = 11 FROM referral.stream")
    assert await scene.fetch("SELECT day FROM referral.service_day") == [(None,)]
    await scene.enrollment.reach_day(streams[-1], DAY)
    await scene.until_sql("SELECT count(*) = 1 FROM referral.closed")
    told = len(marking_streams("referral", scene.settings.partitions))
    await scene.collect(lambda: len(scene.said(DayReached)) == told, "not every stream told the day")
    assert await scene.fetch("SELECT day FROM referral.service_day") == [(DAY,)]


async def test_days_that_come_all_at_once_are_closed_one_by_one(scene: Scene) -> None:
    await scene.start()
    for n in range(4):
        await scene.enrollment.open_day(DAY + timedelta(days=n))
    await scene.until_sql("SELECT count(*) = 4 FROM referral.closed")
    days = await scene.fetch("SELECT day FROM referral.closed ORDER BY day")
    assert days == [(DAY + timedelta(days=n),) for n in range(4)]


async def test_a_day_heard_twice_is_worked_once(scene: Scene) -> None:
    await scene.start()
    await scene.ask(filing("f1"))
    for _ in range(2):
        await open_in(scene, 0, DAY)
    await open_in(scene, 0, DAY + timedelta(days=1))
    await scene.until_sql("SELECT day = $1 FROM referral.stream WHERE passed = day", DAY + timedelta(days=1))
    await scene.collect(lambda: len(scene.said(FilingEnded)) == 2, "not all of the work was told")
    assert await scene.fetch("SELECT DISTINCT day FROM referral.job ORDER BY day") == [
        (DAY,),
        (DAY + timedelta(days=1),),
    ]


async def test_days_go_on_after_a_restart_where_they_were(scene: Scene, person_of_0: str) -> None:
    process = await scene.start()
    await open_in(scene, 0, DAY)
    await scene.ask(filing("f1", person=person_of_0))
    await scene.stop(process)
    await scene.start()
    await scene.ask(filing("f2", person=person_of_0))
    await scene.collect(lambda: len(scene.said(FilingAccepted)) == 2, "not all was told")
    assert [message.body.filed_on for message in scene.said(FilingAccepted)] == [DAY, DAY]  # type: ignore[attr-defined]


@pytest.mark.parametrize("forged", [opened(DAY), DayReached(stream=STREAM, reached_on=DAY)])
async def test_a_node_that_says_a_day_is_refused_and_opens_none(scene: Scene, forged: DayReached) -> None:
    await scene.start()
    await scene.send(forged, id="a", topic="realtime.filings", key="P1")  # type: ignore[arg-type]
    assert (await scene.hear("a"))[0].code == "WRONG_TOPIC"
    assert await scene.fetch("SELECT count(day) FROM referral.stream") == [(0,)]
    assert (await scene.ask(filing("f1"))).accepted


FORGED_MARKS: dict[str, tuple[bytes, str, str]] = {  # the body, its stream, its sequence
    "a sequence that no table holds": (b"", STREAM, str(2**63)),
    "a sequence below none": (b"", STREAM, "-1"),
    "a sequence far ahead": (b"", STREAM, str(2**62)),
    "an endless stream": (b"", "s" * 4_000, "7"),
    "a stream of nobody": (b"", "enrollment/registry.commands/x", "7"),
    "a stream that opens no days": (b"", "settlement/realtime.encounters/0", "7"),
    "a body that is none": (b"junk", STREAM, "7"),
}


@pytest.mark.parametrize("key", ["days", "P1", (DAY + timedelta(days=1)).isoformat()])
async def test_a_mark_that_a_stranger_writes_holds_up_nobody(scene: Scene, key: str) -> None:
    await scene.enrollment.open_day(DAY)
    later = opened(DAY + timedelta(days=40)).model_dump_json().encode()
    for body, stream, sequence in FORGED_MARKS.values():
        headers = {"id": "d", "source": "enrollment", "type": opened(DAY).wire_type(), "stream": stream}
        named = [(f"ce_{name}", text.encode()) for name, text in {**headers, "sequence": sequence}.items()]
        for partition in range(scene.settings.partitions):
            await scene.send_raw(body or later, named, key=key.encode(), partition=partition)
    await scene.start()
    assert (await scene.ask(filing("f1"))).accepted
    await scene.enrollment.open_day(DAY + timedelta(days=1))
    await scene.until_sql(
        "SELECT bool_and(coalesce(day = $1, false)) FROM referral.stream WHERE topic = 'realtime.filings'",
        DAY + timedelta(days=1),
    )
    assert (await scene.ask(filing("f2"))).accepted
    told = len(FORGED_MARKS) * scene.settings.partitions
    await scene.collect(lambda: len(scene.dead) == told, "not all was told")
    assert await scene.fetch("SELECT DISTINCT why FROM referral.held") == [("JUNK",)]


async def test_work_that_no_version_here_knows_stays_open_is_told_and_stops_nothing(scene: Scene) -> None:
    await scene.database.execute(
        "INSERT INTO referral.job (topic, partition, day, name, number) VALUES ($1, 0, $2, 'old-work', 0)",
        "realtime.filings",
        DAY - timedelta(days=1),
    )
    with structlog.testing.capture_logs() as said:
        await scene.start()
        await open_in(scene, 0, DAY)
        await scene.until_sql(PASSED, DAY)
    assert await scene.fetch("SELECT name FROM referral.job WHERE NOT done") == [("old-work",)]
    assert ("old-work", "2026-03-01") in {
        (line["job"], line["day"]) for line in said if line["event"] == "bus.unknown_job"
    }


async def test_work_that_was_kept_in_words_is_known_by_its_code_after_the_migration(scene: Scene) -> None:
    renamed = Path(shared.bus.__file__).parent / "migrations" / "030_job_names.sql"
    await scene.database.execute(
        "INSERT INTO referral.job (topic, partition, day, name, number)"
        " VALUES ($1, 0, $2, 'tell the day', 0)",
        "realtime.filings",
        DAY,
    )
    await scene.database.execute(f"SET search_path = referral; {renamed.read_text()}")
    await scene.start()
    await scene.until_sql(PASSED, DAY)


@pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)
def test_the_names_of_a_days_work_are_codes(service: Service) -> None:
    names = [job.name for job in service.jobs]
    assert [name for name in names if not isinstance(name, StrEnum)] == []
    assert [name for name in job_names(service) if not re.fullmatch("[a-z]+(-[a-z]+)*", name)] == []
