"""The live views: windows of a minute by exchange class and area, from a real broker."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from services.audit.views import NAME, as_page
from shared.messages.body import Fact
from shared.stack import ports
from tests.audit.given.facts import admitted, confirmed, settled, uploaded

START = 1_772_413_200.0
# The views, where Faust takes a second from going back to the committed position to letting the flow go on.
SLOW = """
import asyncio
from faust.transport.consumer import Consumer
from services.audit.views import main

back = Consumer.perform_seek

async def slowly(consumer):
    await back(consumer)
    await asyncio.sleep(1)

Consumer.perform_seek = slowly
main()
"""
PATIENCE_S = 180  # a group may wait a whole session of 30 s for the member that left, and Faust as long again


def test_the_windows_of_all_partitions_are_one_newest_first() -> None:
    minute, next_minute = (START, START + 59.9), (START + 60, START + 119.9)
    items = [
        (("daily 510100 0", minute), [3, 1, 0]),
        (("daily 510100 1", minute), [57, 2, 0]),
        (("at_once 510100 0", next_minute), [1, 0, 900]),
    ]
    assert as_page(items) == [
        {
            "from": "2026-03-02T01:01:00+00:00",
            "seconds": 60,
            "exchange": "at_once",
            "area": "510100",
            "heard": 1,
            "late": 0,
            "per_s": 0.02,
            "fund_fen": 900,
        },
        {
            "from": "2026-03-02T01:00:00+00:00",
            "seconds": 60,
            "exchange": "daily",
            "area": "510100",
            "heard": 60,
            "late": 3,
            "per_s": 1.0,
            "fund_fen": 0,
        },
    ]


async def say(bootstrap: str, *facts: Fact) -> None:
    """Says facts of settlement at one moment."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for fact in facts:
        await producer.send_and_wait(
            "settlement.events",
            fact.model_dump_json().encode(),
            b"P1",
            headers=[("ce_type", fact.wire_type().encode())],
            timestamp_ms=int(time.time() // 60 * 60_000),
        )
    await producer.stop()


@contextmanager
def views(bootstrap: str, home: Path, *program: str) -> Iterator[None]:
    """The process of the views, stopped as the supervisor stops it."""
    environment = {
        "YIDI_KAFKA": bootstrap,
        "YIDI_POSTGRES": "not used",
        "YIDI_HOME": str(home),
        "YIDI_PARTITIONS": "1",
    }
    with (home / "views.log").open("a") as log:
        command = [sys.executable, *(program or ("-m", "services", NAME))]
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
    try:
        yield
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    finally:
        process.kill()


def read(home: Path) -> list[dict[str, Any]]:
    """The page; empty while it is not there."""
    address = f"http://127.0.0.1:{ports.read(home, NAME) or 1}/windows"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return list(json.load(answer))
    except OSError:
        return []


def wait_for(home: Path, heard: int) -> dict[str, tuple[int, int, int]]:
    """What was heard, late and paid by class over all windows, once so many exchanges were heard."""
    sums: dict[str, tuple[int, int, int]] = {}
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        sums = {}
        for row in read(home):
            before = sums.get(row["exchange"], (0, 0, 0))
            sums[row["exchange"]] = (
                before[0] + row["heard"],
                before[1] + row["late"],
                before[2] + row["fund_fen"],
            )
        if sum(held for held, _, _ in sums.values()) >= heard:
            return sums
        time.sleep(0.1)
    raise AssertionError(f"{sums}\n{(home / 'views.log').read_text()}")


@pytest.mark.requirement("HUB-14")
async def test_rates_and_lateness_are_seen_by_class_and_outlive_a_stop(
    bootstrap: str, tmp_path: Path
) -> None:
    facts = (admitted(on=3, heard=3), uploaded(on=3, heard=9), confirmed(pay_by=3), settled(None, on=4))
    await say(bootstrap, *facts)
    with views(bootstrap, tmp_path):
        assert wait_for(tmp_path, 3) == {"at_once": (2, 1, 0), "daily": (1, 1, 0)}
    await say(bootstrap, uploaded(on=3, heard=4))
    with views(bootstrap, tmp_path, "-c", SLOW):
        assert wait_for(tmp_path, 4) == {"at_once": (2, 1, 0), "daily": (2, 1, 0)}
