"""`yidi directory`: the public directory with its update time, and whom it leaves out."""

import json
from collections.abc import Awaitable, Callable

import pytest

from services.enrollment import SERVICE
from services.enrollment.queries.coverage import Counts, coverage_of
from shared.bus.service import Service
from shared.messages.enrollment.network.agencies import RegisterAgency
from tests.clearing.given.command import run
from tests.enrollment.test_code_sets import code_set
from tests.enrollment.test_issuers import publish
from tests.enrollment.test_registers import agreement, center, institution, node
from tests.given.driver import Driver

BAZHOU, WUHAN = "511902", "H42010000001"


@pytest.fixture
async def registers(
    driver_for: Callable[[Service], Awaitable[Driver]], database: str, monkeypatch: pytest.MonkeyPatch
) -> Driver:
    """Sichuan's and Wuhan's registers; the commands are pointed at their database."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await driver_for(SERVICE)
    await driver.hear(node("huaxi"), center("510000", "huaxi"), center("420000", "huaxi"))
    await driver.hear(
        institution(),
        institution(institution_id="H51190200001", area=BAZHOU, tier="2", grade="甲"),
        institution(institution_id="H51190200002", area=BAZHOU, status="nominated"),
        institution(institution_id="P51192100001", area="511921", tier="1", services=("pharmacy",)),
        institution(institution_id=WUHAN, area="420102"),
        institution(institution_id="H51190200003", area=BAZHOU),
        publish("H51190200001", "H51190200003"),
        agreement(insured_center="510000", treatment_center="510000"),
        agreement(
            agreement_id="A2", insured_center="510000", treatment_area="420100", treatment_center="420000"
        ),
    )
    return driver


@pytest.mark.requirement("ENR-09")
@pytest.mark.requirement("ENR-34")
async def test_the_directory_says_who_is_open_for_what_and_as_of_when(registers: Driver) -> None:
    first = json.loads((await run("directory", "list", "--json")).stdout)
    assert [one["institution_id"][:9] for one in first] == [
        "H42010000",
        "H51010000",
        "H51190200",
        "H51190200",
        "P51192100",
    ]
    await registers.hear(institution(tier="2"), institution(institution_id=WUHAN, area="420102"))
    after = json.loads((await run("directory", "list", "--json")).stdout)
    newer = [
        one["institution_id"]
        for one, before in zip(after, first, strict=True)
        if one["updated_at"] > before["updated_at"]
    ]
    assert newer == ["H51010000001"]  # what was told again as it is has not changed
    shown = (await run("directory", "list", "--area", "511900", "--service", "inpatient")).stdout.splitlines()
    assert [line.split()[0] for line in shown[::2]] == ["H51190200001", "H51190200003"]


@pytest.mark.requirement("REF-17")
@pytest.mark.requirement("ENR-33")
async def test_lists_of_issuers_and_agreements_are_open_to_all(registers: Driver) -> None:
    [one] = json.loads((await run("directory", "issuers", "--area", "511900", "--json")).stdout)
    assert (one["area"], one["year"], one["published_on"]) == (BAZHOU, 2026, "2026-03-02")
    assert not json.loads((await run("directory", "issuers", "--area", "510100", "--json")).stdout)
    signed = json.loads((await run("directory", "agreements", "--json")).stdout)
    assert [one["agreement_id"] for one in signed] == ["A1", "A2"] and all(one["signed_at"] for one in signed)


@pytest.mark.requirement("ENR-22")
@pytest.mark.requirement("ENR-30")
async def test_code_sets_and_agencies_are_open_to_all(registers: Driver) -> None:
    await registers.hear(code_set(), province())
    sets = json.loads((await run("directory", "codes", "--json")).stdout)
    assert len(sets) >= 15
    newest = {one["set_id"]: (one["set_version"], one["codes"], one["in_force_from"]) for one in sets}
    assert newest["discharge_ways"] == (2, 4, "2026-07-01")
    assert newest["schemes"][::2] == (1, None)
    [one] = json.loads((await run("directory", "agencies", "--area", "510000", "--json")).stdout)
    assert (one["agency_id"], one["operated_by"], one["under_agency_id"]) == ("SC", "delegated", None)
    assert (await run("directory", "agencies", "--area", "420000")).stdout == ""


def province() -> RegisterAgency:
    """A province's agency, which a body that was charged with it runs."""
    return RegisterAgency(
        agency_id="SC",
        name="川",
        level="province",
        area="510000",
        node_id="huaxi",
        roles=("registers",),
        operated_by="delegated",
    )


@pytest.mark.requirement("ENR-10")
@pytest.mark.requirement("ENR-31")
@pytest.mark.requirement("ENR-32")
async def test_counties_without_an_institution_and_provinces_without_one_elsewhere_are_told(
    registers: Driver,
) -> None:
    done = await run("directory", "coverage", "--json")
    assert done.exit_code == 1
    told = {one["area"]: one for one in json.loads(done.stdout)}
    sichuan, hubei = told["510000"], told["420000"]
    assert (sichuan["hospitals"], sichuan["pharmacies"]) == ({"1": 0, "2": 1, "3": 2}, 1)
    assert BAZHOU not in sichuan["without"] and "511921" in sichuan["without"]  # a pharmacy takes nobody in
    assert (sichuan["elsewhere"], hubei["elsewhere"], len(told)) == (1, 0, 31)
    one = await run("directory", "coverage", "--province", "510000")
    assert "511921 四川省巴中市通江县" in one.stdout and "420103" not in one.stdout


def test_a_province_is_complete_when_no_county_and_nobody_is_left_out() -> None:
    areas = ("510000", "511900", "511902", "511903")
    told = [
        coverage_of(Counts({}, frozenset(covered), elsewhere), areas, "510000")[0].is_complete
        for covered in (("511902",), ("511902", "511903"))
        for elsewhere in ({}, {"51": 1})
    ]
    assert told == [False, False, False, True]
