"""Filings of the system before: taken over as they stand there, and no way around a lock."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from services.cli.registry_export.registers import export_filings
from services.cli.registry_import.folder import read_registry
from services.cli.registry_import.rows import as_cell, proofs
from services.referral import SERVICE
from services.referral.dry_run import FilingDryRun
from services.referral.queries import store as queries
from shared.bus.message import Original
from shared.bus.service import Service
from shared.messages.body import CancelRequest
from shared.messages.referral.changes import TakeOverFiling
from shared.messages.referral.filings import FilingAccepted
from tests.given.driver import Driver
from tests.referral.given.desk import Desk, said, told
from tests.referral.given.nodes import AGENCIES, HOSPITALS
from tests.referral.test_chosen import chosen
from tests.referral.test_filings import DAY, code, coverage, end, submit

OCTOBER, NOVEMBER, JANUARY, MAY = (
    date(2025, 10, 8),
    date(2025, 11, 3),
    date(2026, 1, 5),
    date(2026, 5, 3),
)


def old(filing: str = "OLD-1", **more: Any) -> TakeOverFiling:
    """A retiree of Bazhong lives in Chengdu since November, as the old system has it."""
    given = {
        "filing_id": filing,
        "person_id": "P1",
        "scheme": "390",
        "insured_area": "511900",
        "kind": "resettled_retiree",
        "destination_area": "510104",
        "filed_on": OCTOBER,
        "starts_on": NOVEMBER,
        "channel": "agency",
        "evidence": ("户口簿",),
    }
    return TakeOverFiling(**{**given, **more})


def desk() -> Desk:
    """Referral in March, which knows P1 of Bazhong."""
    return told(coverage(), *AGENCIES, *HOSPITALS, day=DAY)


@pytest.mark.requirement("OPS-19")
def test_an_old_filing_is_in_force_as_it_was_and_its_lock_counts_from_its_own_days() -> None:
    here = desk()
    [fact] = said([here.hear(old(), source="bazhong")], FilingAccepted)
    assert (fact.filed_on, fact.starts_on, fact.ends_on) == (OCTOBER, NOVEMBER, None)
    assert (fact.destination_area, fact.taken_over_on) == ("510100", DAY)
    assert here.filing("OLD-1").evidence == ("户口簿",)
    again = here.hear(old(), source="bazhong")
    assert code(again) == "OK" and not again.facts and not again.rows
    assert code(here.hear(end("OLD-1"), source="bazhong")) == "FILING_LOCKED"
    here.day = MAY
    assert code(here.hear(end("OLD-1", MAY), source="bazhong")) == "OK"


@pytest.mark.parametrize(
    ("given", "source", "refused"),
    [
        ({}, "huaxi", "AREA_NOT_YOURS"),
        ({}, "henan", "AREA_NOT_YOURS"),
        ({"insured_area": "410000"}, "henan", "UNKNOWN_PERSON"),
        ({"scheme": "310"}, "bazhong", "UNKNOWN_PERSON"),
        ({"person_id": "P2"}, "bazhong", "UNKNOWN_PERSON"),
        ({"destination_area": "511902"}, "bazhong", "FILING_AT_HOME"),
        ({"destination_area": "999999"}, "bazhong", "UNKNOWN_AREA"),
        ({"filed_on": DAY, "starts_on": DAY}, "bazhong", "DATE_NOT_POSSIBLE"),
        ({"starts_on": date(2024, 11, 3)}, "bazhong", "DATE_NOT_POSSIBLE"),
        ({"ends_on": DAY}, "bazhong", "DATE_NOT_POSSIBLE"),
        ({"ends_on": MAY}, "bazhong", "OK"),
        ({"cannot_join_locally": True}, "bazhong", "INVALID_FIELD"),
        ({"institutions": chosen("H51010400009")}, "bazhong", "LIST_NOT_POSSIBLE"),
        ({"institutions": chosen("H41010000001")}, "bazhong", "LIST_NOT_POSSIBLE"),
        (
            {"institutions": chosen("H41010000001"), "destination_area": "410100"},
            "bazhong",
            "LIST_NOT_POSSIBLE",
        ),
        (
            {
                "institutions": chosen("H51010400001"),
                "kind": "referral",
                "filed_on": JANUARY,
                "starts_on": JANUARY,
            },
            "bazhong",
            "LIST_NOT_POSSIBLE",
        ),
        ({"institutions": chosen("H51010400001")}, "bazhong", "OK"),
        (
            {"kind": "referral", "filed_on": JANUARY, "starts_on": JANUARY, "ends_on": DAY},
            "bazhong",
            "DATE_NOT_POSSIBLE",
        ),
        (
            {"kind": "referral", "filed_on": JANUARY, "starts_on": JANUARY, "ends_on": date(2026, 7, 6)},
            "bazhong",
            "DATE_NOT_POSSIBLE",
        ),
        ({"kind": "referral", "filed_on": JANUARY, "starts_on": JANUARY}, "sichuan", "OK"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], source: str, refused: str) -> None:
    assert code(desk().hear(old(**given), source=source)) == refused


def test_a_filing_of_who_left_is_not_taken_over() -> None:
    here = told(coverage(status="terminated"), *AGENCIES, day=DAY)
    assert code(here.hear(old(), source="bazhong")) == "INSURANCE_SUSPENDED"


def test_nothing_gives_way_to_it_so_that_no_lock_is_evaded() -> None:
    here = desk()
    assert code(here.hear(submit(kind="long_term_resident"))) == "OK"
    assert code(here.hear(old(), source="bazhong")) == "ALREADY_FILED"
    assert code(here.hear(end(evidence=("moved",)), source="bazhong")) == "OK"
    assert code(here.hear(old(), source="bazhong")) == "ALREADY_FILED"
    assert code(here.hear(old("F1"), source="bazhong")) == "FILING_ID_TAKEN"


@pytest.mark.parametrize(
    "otherwise",
    [{"ends_on": MAY}, {"institutions": chosen("H51010400001")}, {"evidence": ()}, {"kind": "posted_worker"}],
)
def test_what_is_told_otherwise_is_refused(otherwise: dict[str, Any]) -> None:
    here = desk()
    assert code(here.hear(old(), source="bazhong")) == "OK"
    assert code(here.hear(old(**otherwise), source="bazhong")) == "FILING_ID_TAKEN"


def test_what_decides_money_is_taken_over() -> None:
    here = told(coverage(scheme="380"), *AGENCIES, *HOSPITALS, day=DAY)
    given: dict[str, Any] = {
        "scheme": "380",
        "cannot_join_locally": True,
        "institutions": chosen("H51010400001"),
    }
    [fact] = said([here.hear(old(**given), source="bazhong")], FilingAccepted)
    assert fact.cannot_join_locally and fact.institutions == given["institutions"]
    referred: dict[str, Any] = {
        "kind": "referral",
        "filed_on": JANUARY,
        "starts_on": JANUARY,
        "certificate_id": "C1",
    }
    body = old("OLD-2", scheme="380", certificate_issuer_id="H51190200001", **referred)
    here.hear(body, source="bazhong")
    assert here.filing("OLD-2").referring_tier == "3"


def test_one_that_is_to_end_is_followed_by_another_whichever_comes_first() -> None:
    ending = old(ends_on=MAY)
    following = old("OLD-2", filed_on=date(2026, 2, 2), starts_on=MAY, destination_area="510700")
    early = old("OLD-3", filed_on=date(2026, 2, 2), starts_on=date(2026, 5, 2), destination_area="510700")
    for first, second in ((ending, following), (following, ending)):
        here = desk()
        assert [code(here.hear(one, source="bazhong")) for one in (first, second)] == ["OK", "OK"]
    here = desk()
    assert [code(here.hear(one, source="bazhong")) for one in (ending, early)] == ["OK", "ALREADY_FILED"]


def test_it_is_undone_on_the_day_on_which_it_was_told() -> None:
    here = desk()
    here.hear(old(), source="bazhong", id="m-1")
    undo = CancelRequest(subject_id="P1", original_id="m-1")
    original = Original("m-1", TakeOverFiling.wire_type(), True)
    here.day = MAY
    assert code(here.hear(undo, source="bazhong", original=original)) == "NOT_CANCELLABLE"
    here.day = DAY
    assert code(here.hear(undo, source="bazhong", original=original)) == "OK"
    assert code(here.hear(old(destination_area="510700"), source="bazhong")) == "OK"
    assert here.filing("OLD-1").destination_area == "510700"
    assert code(here.hear(old(), source="bazhong")) == "FILING_ID_TAKEN"


OLD = "filing_id,person_id,scheme,insured_area,kind,destination_area,filed_on,starts_on,channel"
MORE = "evidence,ends_on,certificate_issuer_id,cannot_join_locally,institutions"
ROWS = rf"""{OLD},{MORE}
OLD-1,P1,390,511900,resettled_retiree,510104,2025/10/8,2025-11-03,agency,户口簿;居住证（复印件）；单位\;证明,,,,
OLD-2,P1,390,511900,posted_worker,510104,2025-10-08,2025-11-03,agency,,,,,
OLD-3,P9,390,511900,referral,410100,2026-01-05,2026-01-05,township,,2026-05-03,H51190200001,,
OLD-4,P4,380,511900,long_term_resident,510104,2025-10-08,2025-11-03,agency,,2026-05-03,,是,H51010400001
"""
TEXTS = (r"a\\;b", " 居住证（复印件）；全 ", "\\", "a\n;", "'=1+1")


def test_evidence_is_read_as_it_was_written() -> None:
    assert proofs(as_cell(TEXTS)) == TEXTS
    assert proofs("户口簿; 居住证 甲 ;;") == ("户口簿", "居住证 甲")


async def test_what_was_undone_is_told_anew_and_kept_as_told_last(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), *AGENCIES, *HOSPITALS, source="enrollment", day=DAY)
    first = driver.message(old(), source="bazhong", day=DAY)
    undo = CancelRequest(subject_id="P1", original_id=first.id)
    undoing = driver.message(undo, source="bazhong", day=DAY)
    undoing.original = Original(first.id, first.type, True)
    mended = driver.message(old(evidence=("b", "c"), destination_area="510700"), source="bazhong", day=DAY)
    told = [
        *await driver.hear(first),
        *await driver.hear(undoing, mended),
        *await driver.hear(old(), source="bazhong", day=DAY),
    ]
    assert [code(one) for one in told] == ["OK", "OK", "OK", "FILING_ID_TAKEN"]
    [row] = await driver.fetch("SELECT state, ends_on, destination_area, evidence FROM filing")
    assert tuple(row) == ("in_force", None, "510700", ["b", "c"])


async def test_a_file_is_foretold_as_it_is_decided_and_written_as_it_was_read(
    driver_for: Callable[[Service], Awaitable[Driver]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "filings.csv").write_text(ROWS, encoding="utf-8")
    registry = read_registry(tmp_path)
    assert not registry.faults and registry.are_filings
    driver = await driver_for(SERVICE)
    await driver.hear(
        coverage(),
        coverage("P9"),
        coverage("P4", scheme="380"),
        *AGENCIES,
        *HOSPITALS,
        source="enrollment",
        day=DAY,
    )
    bodies = [entry.body for stage in registry.stages for entry in stage]
    async with driver.pool.acquire() as tx:
        dry_run = FilingDryRun(tx, "bazhong", DAY, registry.is_named_later)
        foretold = [one for body in bodies for one in await dry_run.decide([body])]
    assert not await driver.fetch("SELECT FROM filing")
    decided = await driver.hear(*bodies, source="bazhong", day=DAY)
    assert [code(one) for one in decided] == ["OK", "ALREADY_FILED", "OK", "OK"]
    assert [(one.answer, one.facts) for one in foretold] == [(one.answer, one.facts) for one in decided]

    assert [
        row[0] for row in await driver.fetch("SELECT evidence FROM filing WHERE filing_id = 'OLD-1'")
    ] == [["户口簿", "居住证（复印件）；单位;证明"]]
    tiers = await driver.fetch("SELECT referring_tier FROM filing WHERE filing_id = 'OLD-3'")
    assert [row[0] for row in tiers] == ["3"]
    await driver.hear(end("OLD-1", MAY, evidence=TEXTS), source="bazhong", day=DAY)

    async def connect_pool(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(fetch=driver.pool.fetch, close=AsyncMock())

    monkeypatch.setattr(queries, "connect_pool", connect_pool)
    (tmp_path / "again").mkdir()
    assert await export_filings("", tmp_path / "again", ".csv") == {"filings.csv": 3}
    again = [entry.body for stage in read_registry(tmp_path / "again").stages for entry in stage]
    told = await driver.hear(*again, source="bazhong", day=DAY)
    assert [(code(one), one.facts) for one in told] == [("OK", ())] * 3

    (tmp_path / "nodes.csv").write_text("node_id,name,kind\nn1,x,center\n", encoding="utf-8")
    *_, fault = read_registry(tmp_path).faults
    assert (fault.file, fault.en) == (
        "filings.csv",
        "are imported by themselves, once all else is registered",
    )
