"""How fast registers are imported: persons and institutions by `yidi import`, while all services hear of it.

The command runs as people start it, on files of its own; its memory is read while it runs, so that what grows
with the rows shows. CPU is told of each process, since the machine's cores are shared by all of them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from services.cli.stack.processes import LANES
from shared.stack import kafka_pid, postgres_pid
from tests.bench.place import ROOT, Place, Tell, bench_place
from tests.bench.running import Running, memory_mb

PARTITIONS = 6
LOOK_S = 1.0
_COMMAND = (sys.executable, "-c", "from services.cli.main import app; app()", "import")
# Bars, of a million persons and 700 000 institutions.
ROWS_PER_S, PROCESS_MB = 5_667, 400
_KINDS = (("H", "inpatient;outpatient"), ("P", "pharmacy"))
AREAS = ("511900", "510100", "410000", "330100")


def measure(persons: int, institutions: int, tell: Tell) -> dict[str, float]:
    """Seconds from the start of the command to its end, rows a second; of each process the most memory, and
    CPU µs a row.
    """
    rows = persons + institutions
    with bench_place("registers", PARTITIONS) as place, tempfile.TemporaryDirectory() as folder:
        running = Running(place)
        try:
            for service, lane, nice in LANES:
                running.start(service, lane, nice=nice)
            running.wait_ready()
            _write(Path(folder), persons, institutions)
            _tell_fault(place, Path(folder), persons)
            before, started = _cpu(running, place), time.monotonic()
            command_s, most = _import(running, Path(folder), lambda done: tell("seconds", done, done + 1))
            seconds = time.monotonic() - started
            used = {name: now - before[name] for name, now in _cpu(running, place).items()}
        finally:
            running.stop()
    figures = {"rows": rows, "seconds": round(seconds, 1), "rows_per_s": round(rows / seconds)}
    used["command"] = command_s
    each = {f"cpu_us_{name}": round(cpu_s / rows * 1e6, 1) for name, cpu_s in used.items()}
    return {**figures, **{f"{name}_mb": mb for name, mb in most.items()}, **each}


def _tell_fault(place: Place, folder: Path, persons: int) -> None:
    """Plants a fault in the last line of a file: it must be told with its line, and nothing sent."""
    file = folder / "persons.csv"
    size, line = file.stat().st_size, persons + 2
    with file.open("a", encoding="utf-8") as rows:
        rows.write(f"{_person(persons).replace('2020-01-01', '2020-02-30')}\n")
    argv = [*_COMMAND, str(folder), "--json"]
    told = subprocess.run(
        argv, env=place.environment(), cwd=ROOT, capture_output=True, text=True, check=False
    )
    faults = json.loads(told.stdout.splitlines()[-1])["invalid"]
    if [(one["file"], one["line"], one["column"]) for one in faults] != [(file.name, line, "covered_from")]:
        raise RuntimeError(f"the fault in line {line} is told as {faults}")
    os.truncate(file, size)


def _write(folder: Path, persons: int, institutions: int) -> None:
    sheets: dict[str, tuple[str, Iterable[str]]] = {
        "nodes": ("node_id,name,kind", (f"center-{area},中心,center" for area in AREAS)),
        "centers": ("center_id,name,node_id", (f"{area},结算中心,center-{area}" for area in AREAS)),
        "institutions": (
            "institution_id,name,area,tier,node_id,services,status,grade",
            map(_institution, range(institutions)),
        ),
        "persons": (
            "person_id,scheme,insured_area,status,retired,identities,covered_from,covered_until,account_balance_fen",
            map(_person, range(persons)),
        ),
    }
    for name, (header, rows) in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8") as file:
            file.write(f"{header}\n")
            file.writelines(f"{row}\n" for row in rows)


def _person(number: int) -> str:
    area, scheme = AREAS[number % len(AREAS)], ("310", "390")[number % 2]
    return f"BENCH-{number:07d},{scheme},{area},normal,no,,2020-01-01,,{number % 100_000}"


def _institution(number: int) -> str:
    area, serial = AREAS[number % len(AREAS)], number // (2 * len(AREAS))
    kind, services = _KINDS[number // len(AREAS) % 2]
    name = f"示例机构{number}（虚构）"
    return f"{kind}{area}{serial:05d},{name},{area},2,center-{area},{services},published,甲"


def _import(running: Running, folder: Path, tell: Callable[[int], None]) -> tuple[float, dict[str, float]]:
    """The command's CPU seconds, and the most memory of it and each process, MB.

    Raises RuntimeError if it did not accept all.
    """
    place, started, cpu_s = running.place, time.monotonic(), 0.0
    most: dict[str, float] = {}
    with tempfile.TemporaryFile("w+") as output:
        argv, environment = [*_COMMAND, str(folder), "--json"], place.environment()
        process = psutil.Popen(argv, env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        while process.poll() is None:
            try:
                held = memory_mb(place, {"command": process, **running.processes})
                children = sum(one.memory_info().rss for one in process.children())
                held["command"] = round(held["command"] + children / 1e6, 1)
                cpu_s = sum(process.cpu_times()[:4])  # its second process counts once it has ended
            except psutil.NoSuchProcess:
                break
            most = {name: max(mb, most.get(name, 0.0)) for name, mb in held.items()}
            tell(int(time.monotonic() - started))
            time.sleep(LOOK_S)
        output.seek(0)
        if process.wait():
            raise RuntimeError(f"the import failed: {output.read()[-2000:]}")
    return cpu_s, most


def _cpu(running: Running, place: Place) -> dict[str, float]:
    """CPU seconds so far, of each service process and of the servers."""
    used = {name: sum(process.cpu_times()[:2]) for name, process in running.processes.items()}
    for name, pid in (("kafka", kafka_pid(place.settings)), ("postgres", postgres_pid(place.settings))):
        first = psutil.Process(pid)
        used[name] = sum(sum(one.cpu_times()[:2]) for one in (first, *first.children(recursive=True)))
    return used
