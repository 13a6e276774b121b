"""A service process prints lines of JSON and nothing else, whatever its libraries do."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

NOISE = """
import asyncio, gc, logging, sys, threading, warnings
from shared.log import start_logging

start_logging()
for node in range(50):
    logging.getLogger("aiokafka.conn").warning("Unable connect to node %s: refused", node)
logging.getLogger("asyncpg.pool").warning("resetting connection of P1-secret")
warnings.warn("this is old")

async def fail():
    raise KeyError("P1-secret")

async def main():
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.1)
    gc.collect()

class Unraisable:
    def __del__(self):
        raise KeyError("P1-secret")

asyncio.run(main())
Unraisable()
thread = threading.Thread(target=lambda: {}["P1-secret"])
thread.start()
thread.join()
raise KeyError("P1-secret")
"""


def _lines(program: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_libraries_warnings_and_exceptions_are_lines_of_json_that_name_no_person() -> None:
    lines = _lines(NOISE)
    assert "P1-secret" not in str(lines)
    assert all(line["timestamp"] and line["error"] for line in lines)
    assert [line.get("library") for line in lines if line["event"] != "process.fault"] == [
        "aiokafka.conn",
        "asyncpg.pool",
        "py.warnings",
        "asyncio",
    ]
    assert [line["error"].partition(" at ")[0] for line in lines if line["event"] == "process.fault"] == [
        "KeyError",
        "KeyError",
        "KeyError",
    ]


def test_kafka_away_is_one_line_with_its_text_since_when_and_what_to_do() -> None:
    [line] = [line for line in _lines(NOISE) if line["event"] == "kafka.away"]
    assert line["error"] == "Unable connect to node 0: refused"
    assert line["since"]
    assert "yidi logs kafka" in line["advice_zh"]
    assert "yidi logs kafka" in line["advice_en"]


def test_a_log_on_a_full_disk_ends_nothing() -> None:
    program = """
import sys, structlog
from shared.log import start_logging
start_logging()
for _ in range(10_000):
    structlog.get_logger().info("bus.batch", messages=500)
sys.stdout = None
print("went on", file=sys.stderr)
"""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.stderr.startswith("went on")
