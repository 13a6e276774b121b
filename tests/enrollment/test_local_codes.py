"""An area's own codes: published version by version, and read as national ones where files come in."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cli.registry_import.folder import read_registry
from services.cli.registry_import.sheets.local_codes import LocalCodes
from services.enrollment import SERVICE
from services.enrollment.registered import Registered
from shared.bus.service import Service
from shared.messages.body import Request
from shared.messages.enrollment.network.local_codes import LocalCode, LocalCodesPublished, PublishLocalCodes
from shared.messages.enrollment.registers import EnrollPerson, OpenDay
from tests.enrollment.test_registers import center, code, node
from tests.given.driver import Driver

CITY, JULY = "511900", date(2026, 7, 1)
OWN = {"ZG": "310", "JM": "390"}


def own_codes(codes: dict[str, str] = OWN, **given: Any) -> PublishLocalCodes:
    """What Bazhong's own codes of schemes stand for."""
    values = {"area": CITY, "set_id": "schemes", "map_version": 1, "in_force_from": date(2026, 1, 1), **given}
    return PublishLocalCodes(
        codes=tuple(LocalCode(local_code=one, code=national) for one, national in codes.items()), **values
    )


LATER = own_codes({"ZG": "391"}, map_version=2, in_force_from=JULY)
ASKED: list[tuple[str, PublishLocalCodes, str]] = [
    ("chengdu", own_codes(), "AREA_NOT_YOURS"),
    ("bazhong", own_codes({"ZG": "999"}), "INVALID_FIELD"),
    ("bazhong", own_codes(set_id="colours"), "INVALID_FIELD"),
    ("bazhong", own_codes(map_version=2), "INVALID_FIELD"),
    ("bazhong", own_codes(), "OK"),
    ("bazhong", own_codes(map_version=2), "DATE_NOT_POSSIBLE"),
    ("bazhong", LATER, "OK"),
]


@pytest.mark.requirement("ENR-22")
async def test_own_codes_are_published_by_version_and_the_version_of_the_day_counts(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(node("bazhong", "center"), node("chengdu", "center"))
    await driver.hear(center(CITY, "bazhong"), center("510100", "chengdu"))
    for source, body, expected in ASKED:
        [decision] = await driver.hear(body, source=source)
        assert code(decision) == expected, body
        assert list(decision.facts) == ([LocalCodesPublished(**dict(body))] if expected == "OK" else [])
    [again] = await driver.hear(own_codes(), source="bazhong")
    assert (code(again), again.facts) == ("OK", ())

    counts = []
    for opened in (date(2026, 6, 30), JULY):
        await driver.hear(OpenDay(opens_on=opened))
        async with driver.pool.acquire() as tx, tx.transaction():
            counts.append(await Registered(tx).local_codes(CITY))
            assert not await Registered(tx).local_codes("510100")
    assert counts == [{"schemes": OWN}, {"schemes": {"ZG": "391"}}]


@pytest.mark.requirement("ENR-22")
def test_the_own_codes_of_who_sends_a_file_are_read_as_what_they_stand_for(tmp_path: Path) -> None:
    header = "person_id,scheme,insured_area,status,retired,identities,covered_from,covered_until,"
    header += "account_balance_fen"
    rows = ["P1,ZG,BZ,normal,no,,2020-01-01,,0", "P2,390,511902,normal,no,,2020-01-01,,0"]
    (tmp_path / "persons.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    (tmp_path / "agreements.csv").write_text(
        "agreement_id,insured_area,treatment_area,schemes,funding_mode,catalog_mode,in_force_from,"
        "in_force_until,prefund_quota_fen,cut_off_day\n"
        "A1,BZ,510100,ZG; JM ;380,AGENCY_PREFUND,treatment,2026-01-01,2027-01-01,0,0\n",
        "utf-8",
    )
    local = LocalCodes({"schemes": OWN, "areas": {"BZ": CITY}})

    bodies = told(tmp_path, local)

    assert [(one.scheme, one.insured_area) for one in bodies if isinstance(one, EnrollPerson)] == [
        ("310", CITY),
        ("390", "511902"),
    ]
    assert bodies[0].schemes == ("310", "390", "380")  # type: ignore[attr-defined]
    assert {fault.column for fault in read_registry(tmp_path).faults} == {"scheme", "insured_area", "schemes"}


def told(folder: Path, local: LocalCodes) -> list[Request]:
    """The requests of a folder."""
    registry = read_registry(folder, local)
    assert not registry.faults
    return [entry.body for stage in registry.stages for entry in stage]
