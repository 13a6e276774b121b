"""What is foretold of a registry folder is what the service then decides, and foretelling changes nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.cli.registry_import.folder import SAMPLE, Registry, read_registry
from services.cli.registry_import.pages import row_pages
from services.cli.registry_import.side_by_side import foresee as side_by_side
from services.cli.registry_import.side_by_side.foresee import Share, foresee_share
from services.enrollment import SERVICE
from services.enrollment.dry_run import DryRun
from shared.bus.message import Decision
from shared.bus.service import Service
from tests.given.driver import FIRST_DAY, Driver

PERSONS = (
    "person_id,scheme,insured_area,status,retired,identities,covered_from,covered_until,account_balance_fen"
)
NEW = {
    "nodes.csv": "node_id,name,kind\nnew,新,center\n",
    "centers.csv": "center_id,name,node_id\n640000,宁夏,new\n",
    "institutions.csv": "institution_id,name,area,tier,node_id,services,status\n"
    "H64010000001,一,640100,3,new,inpatient,published\nH65010000001,二,650100,3,new,inpatient,published\n",
    "mappings/H64010000001.csv": "local_item,item,in_force_from\nL1,X1,2026-01-01\n",
    "mappings/H64010000009.csv": "local_item,item,in_force_from\nL1,X1,2026-01-01\n",
    "persons.csv": f"{PERSONS}\nN1,310,640100,normal,no,,2026-01-01,,\n"
    "N1,390,640100,normal,no,,2026-01-01,,\n"
    "N2,390,640100,normal,no,,2026-01-01,2025-01-01,\nN3,310,640100,normal,no,,2026-01-01,,\n",
    "qualifications.csv": "person_id,insured_area,disease,qualified_from,qualified_until\n"
    "N3,640100,M03900,2026-01-01,\nN4,640100,M03900,2026-01-01,\n",
}
"""A folder whose rows build on each other; some of them are wrong, as only the service can know."""


async def foretell(driver: Driver, registry: Registry) -> list[Decision]:
    """What a dry run says of each entry."""
    async with driver.pool.acquire() as tx:
        dry_run = DryRun(tx, "operator", FIRST_DAY, registry.is_named_later)
        return [one for stage in registry.stages for one in await dry_run.decide([e.body for e in stage])]


async def test_what_is_foretold_is_what_the_service_decides(
    driver_for: Callable[[Service], Awaitable[Driver]], tmp_path: Path
) -> None:
    for file, text in NEW.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    driver, refused = await driver_for(SERVICE), []
    for registry in (read_registry(SAMPLE), read_registry(tmp_path), read_registry(SAMPLE)):
        assert not registry.faults
        before = await driver.fetch("SELECT * FROM register")
        foretold = await foretell(driver, registry)
        assert await driver.fetch("SELECT * FROM register") == before

        decided = [one for stage in registry.stages for one in await driver.hear(*(e.body for e in stage))]
        assert [one.answer for one in decided] == [one.answer for one in foretold]
        assert [one.facts for one in decided] == [one.facts for one in foretold]
        refused += [one.answer.code for one in decided if one.answer and not one.answer.accepted]
    assert refused == [
        "UNKNOWN_AREA",
        "UNKNOWN_INSTITUTION",
        "UNKNOWN_INSTITUTION",
        "ALREADY_ENROLLED",
        "DATE_NOT_POSSIBLE",
        "UNKNOWN_PERSON",
    ]


async def test_two_processes_foretell_together_what_one_does(
    driver_for: Callable[[Service], Awaitable[Driver]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file, text in NEW.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    with (tmp_path / "persons.csv").open("a", encoding="utf-8") as more:
        more.writelines(f"M{number},310,640100,normal,no,,2026-01-01,,\n" for number in range(40))
        more.write("M90,310,990100,normal,no,,2026-01-01,,\n")
    driver = await driver_for(SERVICE)

    @asynccontextmanager
    async def open_dry_run(dsn: str, source: str, later: Callable[[str], bool]) -> AsyncIterator[DryRun]:
        async with driver.pool.acquire() as tx:
            yield DryRun(tx, source, FIRST_DAY, later)

    monkeypatch.setattr(side_by_side, "open_dry_run", open_dry_run)
    monkeypatch.setattr(row_pages, "PAGED_FROM", 2)
    registry, looked = read_registry(tmp_path), list[int]()
    alone = await foresee_share("", registry, looked.append, Share())
    assert (sum(looked), len(alone.refusals)) == (registry.rows, 7)
    first, second = [await foresee_share("", registry, looked.append, Share(n, 2)) for n in (0, 1)]
    assert first.accepted["persons.csv"] > 10 < second.accepted["persons.csv"]
    first.join(second)
    assert first.files(sent=False) == alone.files(sent=False)
    told = [[(one.place, one.answer) for one in tally.refusals] for tally in (first, alone)]
    assert told[0] == sorted(told[1], key=told[0].index)
    assert sum(looked) == 2 * registry.rows
