"""`yidi export`: what is registered, written as files and imported again, is as it was; CSV and XLSX."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.cli.registry_export.command import NAMES, export_all
from services.cli.registry_export.sheet import SheetFullError, open_sheet
from services.cli.registry_import.folder import SAMPLE, read_registry
from services.cli.registry_import.table import read_rows
from services.enrollment import SERVICE
from services.enrollment.registered import Registered
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.network.agencies import RegisterAgency
from shared.messages.enrollment.network.code_sets import Code, PublishCodeSet
from shared.messages.enrollment.network.issuers import Issuer, PublishIssuers
from shared.messages.enrollment.network.pooling import SetPooling
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.registers import EnrollPerson, PublishInstitution, RegisterNode
from tests.enrollment.test_assessments import assessed
from tests.enrollment.test_local_codes import own_codes
from tests.given.driver import Driver

REGISTERED = "SELECT kind, subject_id, content FROM register"
FORMATS = (".csv", ".xlsx")
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff", exclude_categories=["Cs"]))
NASTY = (
    "",
    "=1+1",
    "+86",
    "-",
    "@名",
    "'",
    "'x",
    "#N/A",
    " 前后 ",
    "a\tb",
    "\r",
    "\n",
    '"',
    "a,b",
    "１２",
    "_x0041_",
    "0012",
)


@pytest.mark.parametrize("ending", FORMATS)
@given(rows=st.lists(st.tuples(WORDS, st.none() | WORDS), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_whatever_words_a_file_is_written_with_are_read_again(
    tmp_path_factory: pytest.TempPathFactory, ending: str, rows: list[tuple[str, str | None]]
) -> None:
    path = tmp_path_factory.mktemp("sheet") / f"words{ending}"
    with open_sheet(path, ["one", "other"]) as write:
        for row in rows:
            write(row)
    read = [row.cells for row in read_rows(path, path.name, ["one", "other"]) if not hasattr(row, "remedy")]
    assert read == [{"one": one} | ({} if other is None else {"other": other}) for one, other in rows]


async def register_all(driver: Driver, folder: Path) -> None:
    """The sample, and of what it has none: names that are hard to write, history, mappings, lists."""
    day = date(2026, 1, 1)
    for stage in read_registry(SAMPLE).stages:
        await hear(driver, *(entry.body for entry in stage))
    await hear(
        driver, *(RegisterNode(node_id=f"n{n}", name=name, kind="hospital") for n, name in enumerate(NASTY))
    )
    hospital: dict[str, Any] = {"area": "510100", "tier": "3", "node_id": "jinsha"}
    await hear(
        driver,
        *(
            PublishInstitution(institution_id=f"H510100001{n:02}", name=name, services=(), **hospital)
            for n, name in enumerate(NASTY)
        ),
    )
    history: list[tuple[Any, date | None]] = [
        ("normal", None),
        ("suspended", day),
        ("normal", date(2026, 2, 1)),
    ]
    for status, since in history:
        coverage: dict[str, Any] = {"person_id": "P1", "scheme": "310", "insured_area": "511900"}
        told = {"status": status, "applies_from": since, "account_balance_fen": 7}
        identities: Any = ("orphan", "low_income")
        await hear(
            driver, EnrollPerson(**coverage, **told, covered_from=date(2020, 1, 1), identities=identities)
        )
    await hear_network(driver, date(2026, 4, 1))
    await hear(
        driver,
        QualifyDisease(person_id="P1", insured_area="511900", disease="M03900", qualified_from=day),
        PublishIssuers(area="510100", year=2026, institutions=(Issuer(institution_id="H51010000001"),)),
        assessed(),
        assessed(year=2024, outcome="withdrawn", reason=NASTY[1]),
    )
    (folder / "mappings").mkdir()
    mapping = "local_item,item,in_force_from\nL1,X1,2026-01-01\nL2,X2,2025-01-01\n"
    (folder / "mappings" / "H51010000001.csv").write_text(mapping, encoding="utf-8")
    for stage in read_registry(folder).stages:
        await hear(driver, *(entry.body for entry in stage))


async def hear_network(driver: Driver, day: date) -> None:
    """Agencies in a tree, pools, and two versions of a code set."""
    country = RegisterAgency(
        agency_id="N", name="国", level="national", area="110000", node_id="jinsha", roles=()
    )
    city = {"agency_id": "C", "level": "city", "under_agency_id": "N", "roles": ("persons", "registers")}
    await hear(driver, country, country.model_copy(update=city))
    pooling = SetPooling(area="511902", scheme="390", pooling_area="511900", applies_from=day)
    undone = {"pooling_area": None, "applies_from": date(2026, 5, 1)}
    codes = PublishCodeSet(
        set_id="discharge_ways",
        set_version=2,
        in_force_from=day,
        source="示例",
        codes=(Code(code="1", name_zh="医嘱离院"), Code(code="9", name_zh="其他", name_en="other")),
    )
    later = {"set_version": 3, "in_force_from": date(2026, 5, 1)}
    await hear(driver, pooling, pooling.model_copy(update=undone), codes, codes.model_copy(update=later))
    own = own_codes()
    await hear(driver, own, own.model_copy(update={"map_version": 2, "in_force_from": day}))


async def hear(driver: Driver, *bodies: Body) -> list[Decision]:
    """What is decided of requests that are all accepted."""
    decisions = await driver.hear(*bodies)
    for body, decision in zip(bodies, decisions, strict=True):
        assert decision.answer and decision.answer.accepted, (body, decision.answer)
    return decisions


async def export(driver: Driver, folder: Path, ending: str) -> dict[str, int]:
    """Writes every register into a new folder."""
    folder.mkdir()  # noqa: ASYNC240 (a test waits for nobody)
    async with driver.pool.acquire() as tx, tx.transaction():
        written, left_out = await export_all(Registered(tx), folder, list(NAMES), ending)
    assert not left_out
    return written


@pytest.mark.parametrize("ending", FORMATS)
async def test_an_export_that_is_imported_again_makes_no_difference(
    driver_for: Callable[[Service], Awaitable[Driver]], tmp_path: Path, ending: str
) -> None:
    driver = await driver_for(SERVICE)
    await register_all(driver, tmp_path)
    first = tmp_path / "first"
    written = await export(driver, first, ending)
    assert {Path(file).parts[0].split(".")[0] for file in written} == {*NAMES, "approvals"} - {"policies"}

    registry = read_registry(first)
    assert not registry.faults
    for stage in registry.stages:
        for entry, decision in zip(stage, await hear(driver, *(entry.body for entry in stage)), strict=True):
            assert not decision.facts, (entry, decision.facts)
    assert await export(driver, tmp_path / "second", ending) == written


async def test_an_export_fills_an_empty_system_alike(
    driver_for: Callable[[Service], Awaitable[Driver]], tmp_path: Path
) -> None:
    driver = await driver_for(SERVICE)
    await register_all(driver, tmp_path)
    await export(driver, tmp_path / "first", ".csv")
    kept = await driver.fetch(REGISTERED)
    await driver.fetch("DELETE FROM register WHERE subject_id <> 'operator'")
    await driver.fetch("DELETE FROM coverage")

    for stage in read_registry(tmp_path / "first").stages:
        await hear(driver, *(entry.body for entry in stage))
    now = await driver.fetch(REGISTERED)
    assert sorted(map(tuple, now)) == sorted(map(tuple, kept))


def test_no_cell_of_a_workbook_is_a_formula_or_a_number(tmp_path: Path) -> None:
    with open_sheet(tmp_path / "words.xlsx", ["one"]) as write:
        for word in NASTY:
            write([word])
    sheet = load_workbook(tmp_path / "words.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_a_sheet_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.registry_export.sheet.MOST_ROWS", 2)
    with open_sheet(tmp_path / "words.xlsx", ["one"]) as write:
        write(["first"])
        with pytest.raises(SheetFullError, match=r"words\.xlsx"):
            write(["second"])
