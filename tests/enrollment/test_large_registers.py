"""Registers of very many rows: in little memory, read again each time, and not to the end if all is wrong."""

import ast
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from services.cli.registry_import.folder import Registry, read_registry
from services.cli.registry_import.origin import MOST_FAULTS
from services.cli.registry_import.pages import row_pages
from services.cli.registry_import.pages.row_pages import by_partition, singly
from services.cli.registry_import.send import Tally, sending
from services.cli.registry_import.sheets.local_codes import NATIONAL
from services.cli.registry_import.side_by_side import foresee
from services.cli.registry_import.side_by_side import read as apart
from services.cli.registry_import.side_by_side.second import Second
from shared.adapter import Operator
from shared.bus.partition import partition_of
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Body, Paged
from shared.messages.enrollment.register_pages import EnrollPersons
from shared.messages.enrollment.registers import Registered
from tests.enrollment.test_registry_files import NODES, PERSONS, read


def test_a_register_of_many_rows_is_read_again_each_time_and_kept_in_a_few_bytes_a_row(
    tmp_path: Path,
) -> None:
    count = 4_000
    rows = "".join(f"P{n},310,511900,normal,no,,2020-01-01,,\n" for n in range(count))
    tracemalloc.start()
    registry = read(tmp_path, "persons.csv", PERSONS + rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 100 * count + 2_000_000
    assert registry.rows == len(registry.stages[-1]) == count
    first, again = list(registry.stages[-1]), list(registry.stages[-1])
    assert [one.body for one in first] == [one.body for one in again]
    assert (first[-1].line, first[-1].body.key) == (count + 1, f"P{count - 1}")
    assert not registry.is_named_later("P1")

    pages = list(registry.stages[-1].in_pages(by_partition(6)))
    assert len(pages) == 6
    assert sorted(row.line for row in singly(pages)) == [one.line for one in first]
    for page in pages:
        assert isinstance(page.body, EnrollPersons)
        assert {partition_of(key, 6) for key in page.body.row_keys} == {partition_of(page.body.key, 6)}

    with (tmp_path / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("P1,390,511900,normal,no,,2020-01-01,,\nP2,310,511900,normal,no,,2020-01-01,,\n")
    registry = read_registry(tmp_path)
    assert [(fault.line, fault.en) for fault in registry.faults] == [
        (count + 3, "P2 310 511900 stands on line 4 already")
    ]
    assert registry.is_named_later("P1")


def test_a_register_that_is_wrong_throughout_is_not_read_to_its_end(tmp_path: Path) -> None:
    faults = read(tmp_path, "nodes.csv", NODES + "n1,x,clinic\n" * (2 * MOST_FAULTS)).faults
    assert len(faults) == MOST_FAULTS
    assert faults[-1].en == "has too many faults: not read any further"


class Desk:
    """Takes no page and no person whose number ends in 7; remembers how many requests were sent at once."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def ask_many(self, bodies: Sequence[Body]) -> list[Answer]:
        """Answers in their order."""
        self.asked.append(len(bodies))
        return [
            refuse("ALREADY_ENROLLED")
            if isinstance(body, Paged) or body.key.endswith("7")
            else accept(Registered(subject_id=body.key))
            for body in bodies
        ]


async def test_the_rows_of_a_page_that_is_refused_are_sent_one_by_one_and_told_by_their_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_pages, "PAGED_FROM", 10)
    rows = "".join(f"P{n},310,511900,normal,no,,2020-01-01,,\n" for n in range(20))
    registry, desk, tally = read(tmp_path, "persons.csv", PERSONS + rows), Desk(), Tally()
    async for outcomes in sending(cast(Operator, desk), registry, partitions=1):
        for outcome in outcomes:
            tally.add(outcome)
    assert desk.asked == [1, 20]
    assert (tally.accepted["persons.csv"], tally.refused["persons.csv"]) == (18, 2)
    assert [outcome.place for outcome in tally.refusals] == ["persons.csv:9", "persons.csv:19"]


_APART = """
import os, sys
from pathlib import Path
from services.cli.registry_import.folder import read_registry
from services.cli.registry_import.side_by_side import read
from services.cli.registry_import.sheets.local_codes import NATIONAL

read.APART_FROM, folder, here = 1, Path(sys.argv[1]), os.getpid()
os.cpu_count = lambda: 2
apart = read.begin_apart(folder, NATIONAL)
forked = apart.second._pid
both, alone = read_registry(folder, NATIONAL, apart), read_registry(folder)
os.write(1, repr((
    apart.name, forked not in (0, here), both.rows, both.faults == alone.faults, both.named == alone.named,
    *([[(e.line, e.body.key) for e in stage] for stage in r.stages] for r in (both, alone)),
)).encode())
"""


def test_the_largest_register_is_read_by_a_second_process_as_the_first_would_have(tmp_path: Path) -> None:
    rows = "".join(f"P{n % 90},310,511900,normal,no,,2020-01-01,,\n" for n in range(100))
    (tmp_path / "nodes.csv").write_text(NODES + "n1,x,center\n", encoding="utf-8")
    (tmp_path / "persons.csv").write_text(PERSONS + rows, encoding="utf-8")
    told = subprocess.run([sys.executable, "-c", _APART, str(tmp_path)], capture_output=True, check=True)
    name, forked, count, faults, named, both, alone = ast.literal_eval(told.stdout.decode())
    assert (name, forked, count, faults, named) == ("persons", True, 101, True, True)
    assert both == alone and len(both[-1]) == 100


_ENDED = """
import os, time
from services.cli.registry_import.side_by_side.second import Second

os.cpu_count = lambda: 2
second = Second(lambda done: time.sleep(60))
pid = second._pid
second.end()
second.end()
try:
    os.kill(pid, 0)
except ProcessLookupError:
    os.write(1, b"gone" if pid else b"none")
"""


def test_a_second_process_that_nobody_waits_for_is_ended() -> None:
    told = subprocess.run([sys.executable, "-c", _ENDED], capture_output=True, check=True, timeout=30)
    assert told.stdout == b"gone"


class Beside:
    """Stands for a second process."""

    ended = 0

    def end(self) -> None:
        """Counts that it was ended."""
        self.ended += 1


async def test_the_second_process_is_ended_where_the_first_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> Tally:
        raise OSError("no database")

    def unreadable(*_: object) -> None:
        raise OSError("no file")

    beside: Any = Beside()
    monkeypatch.setattr(foresee, "foresee_share", failing)
    monkeypatch.setattr(apart, "read_register", unreadable)
    with pytest.raises(OSError, match="no database"):
        await foresee.foresee("", Registry((), ()), lambda _: None, beside)
    with pytest.raises(OSError, match="no file"):
        apart.read_registers(tmp_path, NATIONAL, apart.Apart("persons", beside, beside))
    assert beside.ended == 2


def test_rows_that_have_no_pages_are_no_reason_for_a_second_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(row_pages, "PAGED_FROM", 2)
    monkeypatch.setattr(foresee, "SHARED_FROM", 3)
    header = "person_id,insured_area,disease,qualified_from,qualified_until\n"
    rows = "".join(f"P{n},511900,M03900,2026-01-01,\n" for n in range(5))
    registry = read(tmp_path, "qualifications.csv", header + rows)
    assert registry.rows == 5
    assert foresee.begin_second("", registry) is None
    rows = "".join(f"P{n},310,511900,normal,no,,2020-01-01,,\n" for n in range(3))
    assert foresee.begin_second("", read(tmp_path, "persons.csv", PERSONS + rows))


def test_what_a_second_process_fails_at_is_done_by_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    second = Second(lambda done: 7)
    assert (second.new_rows(), second.wait()) == (0, 7)
