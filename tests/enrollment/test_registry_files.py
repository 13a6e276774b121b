"""Registry folders: what is read, and how faults are told, as tables; files on disk, nothing sent."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.cli.registry_import.folder import SAMPLE, Registry, read_registry
from services.cli.registry_import.policies import line_of
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy, policy_digest
from shared.messages.enrollment.prices import PriceItem, PublishPrices
from shared.messages.enrollment.registers import (
    BankAccount,
    EnrollPerson,
    PublishCatalogue,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)
from shared.messages.enrollment.tiers import MapTiers, Tier, TierMapping


def read(folder: Path, file: str, content: str | bytes) -> Registry:
    """The registry of a folder with one file."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_registry(folder)


def test_the_sample_is_valid_and_comes_in_the_order_of_its_dependencies() -> None:
    registry = read_registry(SAMPLE)
    assert not registry.faults
    nodes, centers, others, approvals, editions, persons = registry.stages
    assert {type(entry.body).__name__ for entry in nodes} == {"RegisterNode"}
    assert {type(entry.body).__name__ for entry in centers} == {"RegisterCenter"}
    assert {type(entry.body).__name__ for entry in others} == {
        "PublishInstitution",
        "DraftPolicy",
        "PublishCatalogue",
        "PublishPrices",
        "MapTiers",
    }
    assert {type(entry.body).__name__ for entry in approvals} == {"ApprovePolicy", "SignAgreement"}
    assert {type(entry.body).__name__ for entry in editions} == {"PublishEdition"}
    assert {type(entry.body).__name__ for entry in persons} == {"EnrollPerson"}
    assert registry.rows > 100
    assert sum(entry.file == "agreements.csv" for entry in approvals) == 5


def test_the_sample_names_only_what_it_registers_itself() -> None:
    bodies = [entry.body for stage in read_registry(SAMPLE).stages for entry in stage]
    nodes = {body.node_id for body in bodies if isinstance(body, RegisterNode)}
    institutions = [body for body in bodies if isinstance(body, PublishInstitution)]
    catalogued = {body.area for body in bodies if isinstance(body, PublishCatalogue)}
    assert {institution.node_id for institution in institutions} <= nodes
    # Ningbo's go by the catalogue of their province.
    assert {institution.area for institution in institutions} - {"330200"} <= catalogued
    assert "330000" in catalogued
    assert {institution.tier for institution in institutions} == {"1", "2", "3"}


def test_the_sample_catalogues_cover_the_fourteen_categories_and_three_levels() -> None:
    for stage in read_registry(SAMPLE).stages:
        for page in (entry.body for entry in stage if isinstance(entry.body, PublishCatalogue)):
            assert {item.category for item in page.items} == {f"{n:02d}" for n in range(1, 15)}
            assert {item.level for item in page.items} == {"01", "02", "03"}


def test_a_row_is_read_with_its_line_in_any_order_of_columns(tmp_path: Path) -> None:
    header = "insured_area,scheme,person_id,status,retired,identities,covered_from,covered_until"
    row = "511900,310,P1,normal,是,low_income；orphan,2020-01-01,"
    content = f"\ufeff{header},account_balance_fen\r\n\r\n{row},1200\r\n"
    registry = read(tmp_path, "persons.csv", content)
    [entry] = registry.stages[-1]
    assert (entry.file, entry.line) == ("persons.csv", 3)
    assert entry.body == EnrollPerson(
        person_id="P1",
        scheme="310",
        insured_area="511900",
        status="normal",
        retired=True,
        identities=("low_income", "orphan"),
        covered_from=date(2020, 1, 1),
        account_balance_fen=1200,
    )


NODES = "node_id,name,kind\n"
PERSONS = (
    "person_id,scheme,insured_area,status,retired,identities,covered_from,covered_until,account_balance_fen\n"
)
ITEMS = "item,category,level,price_limit,pre_self_pay_bp,in_force_from\n"
PRICES = "item,tier,price,in_force_from\n"
TIERS = "insured_area,tier,home_tier\n"
DATED_TIERS = "insured_area,tier,home_tier,in_force_from\n"
OFFICERS = "policy_id,drafted_by,approved_by\n"
AGREEMENTS = (
    "agreement_id,insured_area,treatment_area,schemes,insured_center,treatment_center,funding_mode,"
    "catalog_mode,in_force_from,in_force_until,prefund_quota_fen,cut_off_day"
)
AGREED = "A1,511900,510100,310;390,511900,510100,AGENCY_PREFUND,treatment,2026-01-01,2028-01-01,0,0"


def agreed(**cells: str) -> str:
    """A file of one agreement, with these further cells."""
    header, row = ",".join([AGREEMENTS, *cells]), ",".join([AGREED, *cells.values()])
    return f"{header}\n{row}\n"


FAULTS: list[tuple[str, str, str | bytes, list[tuple[int, str, str]]]] = [
    ("an encoding of another kind", "nodes.csv", "node_id,name,kind\nn1,成都市,hospital".encode("utf-16"),
     [(0, "", "is neither UTF-8 nor GBK")]),
    ("an encoding of another country", "nodes.csv", "node_id,name,kind\nn1,Malmö,hospital".encode("latin-1"),
     [(0, "", "is neither UTF-8 nor GBK")]),
    ("a formula", "nodes.csv", NODES + "n1,=1+1,hospital\n",
     [(2, "name", "is a formula, which is never calculated")]),
    ("a spreadsheet's error", "nodes.csv", NODES + "n1,#N/A,hospital\n",
     [(2, "name", "is a spreadsheet's error")]),
    ("zeros that are lost", "catalogues/510100.csv", ITEMS + "X1,1,01,,,2023-01-01\n",
     [(2, "category", "has 1 digits, not 2: are zeros before it lost?")]),
    ("digits that are lost", "persons.csv", PERSONS + "1.1E+17,310,511900,normal,no,,2020-01-01,,\n",
     [(2, "person_id", "was rounded to a power of ten: its last digits are lost")]),
    ("an empty file", "nodes.csv", "", [(1, "", "is empty")]),
    ("a column is missing", "nodes.csv", "node_id,name\nn1,x\n", [(1, "kind", "the column is missing")]),
    ("a column too many", "nodes.csv", "node_id,name,kind,age\n", [(1, "age", "is not a known column")]),
    ("a column twice", "nodes.csv", "node_id,name,kind,name\n", [(1, "name", "the column stands twice")]),
    ("a cell too many", "nodes.csv", NODES + "n1,a,b,hospital\n", [(2, "", "has 4 cells, not 3")]),
    ("a broken quote", "nodes.csv", NODES + 'n1,"a"b,hospital\n',
     [(2, "", "is not CSV: ',' expected after '\"'")]),
    ("an empty cell", "nodes.csv", NODES + "n1,,hospital\n", [(2, "name", "is missing")]),
    ("an unknown kind", "nodes.csv", NODES + "n1,x,clinic\n",
     [(2, "kind", "must be 'hospital', 'group', 'province', 'region', 'center' or 'operator'")]),
    ("two faults in two rows", "nodes.csv", NODES + "N 1,x,center\nn2,x,\n",
     [(2, "node_id", "must have the form ^[a-z0-9][a-z0-9.-]{0,39}$"), (3, "kind", "is missing")]),
    ("a row twice", "nodes.csv", NODES + "n1,x,center\nn1,y,center\n",
     [(3, "", "n1 stands on line 2 already")]),
    ("a date in another form", "persons.csv", PERSONS + "P1,310,511900,normal,no,,1/13/2020,,\n",
     [(2, "covered_from", "must be a date YYYY-MM-DD")]),
    ("a day that is none", "persons.csv", PERSONS + "P1,310,511900,normal,no,,2021-02-29,,\n",
     [(2, "covered_from", "must be a date YYYY-MM-DD")]),
    ("neither yes nor no", "persons.csv", PERSONS + "P1,310,511900,normal,maybe,,2020-01-01,,\n",
     [(2, "retired", "must be true or false")]),
    ("an amount in yuan", "persons.csv", PERSONS + "P1,310,511900,normal,no,,2020-01-01,,12.50\n",
     [(2, "account_balance_fen", "must be an integer")]),
    ("a catalogue without area", "catalogues/chengdu.csv", ITEMS,
     [(0, "", "must be named by its six-digit area")]),
    ("an unknown category", "catalogues/510100.csv", ITEMS + "X1,15,01,,,2023-01-01\n",
     [(2, "category", "must have the form ^(0[1-9]|1[0-4])$")]),
    ("an item twice", "catalogues/510100.csv", ITEMS + "X1,01,01,,,2023-01-01\nX1,02,01,,,2023-01-01\n",
     [(3, "", "X1 2023-01-01 stands on line 2 already")]),
    ("a file with a slip in its name", "node.csv", NODES, [(0, "", "is not a known name")]),
    ("a file whose name ends in capitals", "persons.CSV", NODES, [(0, "", "is not a known name")]),
    ("a file whose name begins with one", "Nodes.csv", NODES, [(0, "", "is not a known name")]),
    ("an old spreadsheet", "persons.xls", b"PK", [(0, "", "is not a known name")]),
    ("no spreadsheet", "persons.xlsx", b"PK", [(0, "", "is not XLSX: File is not a zip file")]),
    ("a text", "README.md", "words", [(0, "", "is not a known name")]),
    ("a folder with a slip in its name", "catalogue/511900.csv", "item\n",
     [(0, "", "is not a known name")]),
    ("a catalogue that ends in capitals", "catalogues/511900.CSV", "item\n",
     [(0, "", "is not a known name")]),
    ("prices in a spreadsheet in capitals", "prices/511900.XLSX", b"PK",
     [(0, "", "is not a known name")]),
    ("a policy that ends in capitals", "policies/one.TOML", "version = 1\n",
     [(0, "", "is not a known name")]),
    ("codes of no institution", "mappings/h51010000001.csv", "local_item,item,in_force_from\n",
     [(0, "", "must be named by its institution's code")]),
    ("a folder named as a file", "persons.csv/1.csv", NODES, [(0, "", "must be a file")]),
    ("a file named as a folder", "catalogues", NODES, [(0, "", "must be a folder")]),
    ("a folder within", "catalogues/old/511900.csv", "item\n", [(0, "", "is not a known name")]),
    ("an empty folder", ".DS_Store", "", [(0, "", "has nothing to import")]),
    ("not TOML", "policies/p.toml", "version = 1\nscheme = \n",
     [(2, "", "is not TOML: Invalid value (at line 2, column 10)")]),
    ("a price without area", "prices/bazhong.csv", PRICES, [(0, "", "must be named by its six-digit area")]),
    ("a price in another form", "prices/511900.csv", PRICES + "X1,3,1e2,2023-01-01\n",
     [(2, "price", "must have the form ^[0-9]{1,10}(\\.[0-9]{1,6})?$")]),
    ("a price of no tier", "prices/511900.csv", PRICES + "X1,,12,2023-01-01\n", [(2, "tier", "is missing")]),
    ("a price twice", "prices/511900.csv", PRICES + "X1,3,1,2023-01-01\nX1,3,2,2023-01-01\n",
     [(3, "", "X1 3 2023-01-01 stands on line 2 already")]),
    ("a tier mapped twice", "tiers.csv", TIERS + "511900,2甲,2\n511900,2甲,3\n",
     [(3, "", "511900 2甲 stands on line 2 already")]),
    ("a tier mapped twice from a day on", "tiers.csv",
     DATED_TIERS + "511900,2甲,2,2024-01-01\n511900,2甲,3,2024-01-01\n",
     [(3, "", "511900 2甲 2024-01-01 stands on line 2 already")]),
    ("a tier mapped from no day", "tiers.csv", DATED_TIERS + "511900,2甲,2,2024\n",
     [(2, "in_force_from", "must be a date YYYY-MM-DD")]),
    ("a tier mapped to nothing", "tiers.csv", TIERS + "511900,2甲,\n", [(2, "home_tier", "is missing")]),
    ("approved by the drafter", "approvals.csv", OFFICERS + "P1,li,li\n",
     [(2, "approved_by", "is the officer who drafted it")]),
    ("approved by nobody", "approvals.csv", OFFICERS + "P1,li,\n", [(2, "approved_by", "is missing")]),
    ("drafted by nobody", "approvals.csv", OFFICERS + "P1,,li\n", [(2, "drafted_by", "is missing")]),
    ("a policy approved twice", "approvals.csv", OFFICERS + "P1,li,wang\nP1,li,zhao\n",
     [(3, "", "P1 stands on line 2 already")]),
    ("an unknown funding mode", "agreements.csv", agreed().replace("AGENCY_PREFUND", "PREFUND"),
     [(2, "funding_mode",
       "must be 'HOSPITAL_ADVANCE', 'AGENCY_PREFUND', 'CITY_ADVANCE' or 'RESERVE_FUND'")]),
    ("a declaration day that some months lack", "agreements.csv", agreed(declare_by_day="29"),
     [(2, "declare_by_day", "must not be above 28")]),
    ("a cut-off day below zero", "agreements.csv", agreed()[:-2] + "-1\n",
     [(2, "cut_off_day", "must not be below 0")]),
    ("claims that are neither", "agreements.csv", agreed(claims="yes"),
     [(2, "claims", "must be 'required' or 'none'")]),
    ("a page that is perhaps required", "agreements.csv", agreed(case_page_required="perhaps"),
     [(2, "case_page_required", "must be true or false")]),
    ("a delay below zero", "agreements.csv", agreed(max_delay_months="-1"),
     [(2, "max_delay_months", "must not be below 0")]),
    ("a year that closes on no day of each year", "agreements.csv", agreed(year_close="02-29"),
     [(2, "year_close", "must be a month and day MM-DD of every year")]),
    ("days that are no number", "agreements.csv", agreed(pay_working_days="ten"),
     [(2, "pay_working_days", "must be an integer")]),
    ("more than a year of working days", "agreements.csv", agreed(pay_working_days="251"),
     [(2, "pay_working_days", "must not be above 250")]),
    ("a negative amount", "agreements.csv", agreed(investigate_above_fen="-1"),
     [(2, "investigate_above_fen", "must not be below 0")]),
    ("a negative quota", "agreements.csv", agreed().replace(",0,0\n", ",-5,0\n"),
     [(2, "prefund_quota_fen", "must not be below 0")]),
    ("an agreement's period twice", "agreements.csv", agreed() + AGREED + "\n",
     [(3, "", "A1 2026-01-01 stands on line 2 already")]),
    ("an approval of no policy", "approvals.csv", OFFICERS + "P1,li,wang\n",
     [(2, "policy_id", "is the id of no policy file")]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "file", "content", "expected"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_names_its_line_and_column(
    tmp_path: Path, case: str, file: str, content: str | bytes, expected: list[tuple[int, str, str]]
) -> None:
    registry = read(tmp_path, file, content)
    assert [(fault.line, fault.column, fault.en) for fault in registry.faults] == expected
    for fault in registry.faults:
        assert fault.zh and fault.remedy.zh and fault.remedy.en


def test_a_fault_of_a_policy_names_its_place_and_line(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "policies", tmp_path / "policies")
    path = tmp_path / "policies" / "511900-390-2023.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("ratio_bp = 6500\n", "ratio_bp = 65000\n"), encoding="utf-8")
    [fault] = read_registry(tmp_path).faults
    assert fault.file == "policies/511900-390-2023.toml"
    assert fault.column == "inpatient.tiers.3.ratio_bp"
    assert path.read_text(encoding="utf-8").splitlines()[fault.line - 1] == "ratio_bp = 65000"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("version", 1),
        ("inpatient", 2),
        ("inpatient.pool_cap_fen", 3),
        ("inpatient.tiers.3", 4),
        ("inpatient.tiers.3.ratio_bp", 5),
        ("inpatient.tiers.3.bands.1", 4),
        ("surprise.here", 1),
    ],
)
def test_a_place_is_found_at_the_line_that_goes_furthest_towards_it(place: str, expected: int) -> None:
    text = 'version = 1\n[inpatient]\npool_cap_fen = 1\n[inpatient.tiers."3"]\nratio_bp = 2\n'
    assert line_of(text, place) == expected


def test_a_catalogue_is_published_in_pages(tmp_path: Path) -> None:
    rows = [f"X{n:04d},01,01,,,{2023 + n % 2}-01-01" for n in range(1203)]
    registry = read(tmp_path, "catalogues/510100.csv", ITEMS + "\n".join(rows))
    pages = [entry.body for stage in registry.stages for entry in stage]
    assert [
        (page.key.rpartition("-")[0], len(page.items)) for page in pages if isinstance(page, PublishCatalogue)
    ] == [
        ("510100-20230101-001", 500),
        ("510100-20230101-002", 102),
        ("510100-20240101-001", 500),
        ("510100-20240101-002", 101),
    ]


def test_a_folder_that_is_none_is_a_fault(tmp_path: Path) -> None:
    [fault] = read_registry(tmp_path / "nowhere").faults
    assert fault.en == "is not a folder"


SAMPLE_APPROVALS = (SAMPLE / "approvals.csv").read_text(encoding="utf-8")
FIRST = "411525-380-sample,officer-0101,officer-0102\n"
TWICE = (SAMPLE / "policies" / "511900-390-2023.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("case", "file", "content", "expected"),
    [
        ("no file of approvals", "approvals.csv", None,
         [("policies/230100-390-sample.toml", "policy_id", "has no row in approvals.csv"),
          ("policies/330100-310-sample.toml", "policy_id", "has no row in approvals.csv"),
          ("policies/411525-380-sample.toml", "policy_id", "has no row in approvals.csv"),
          ("policies/511900-310-2023.toml", "policy_id", "has no row in approvals.csv"),
          ("policies/511900-390-2023.toml", "policy_id", "has no row in approvals.csv")]),
        ("a policy without a row", "approvals.csv", SAMPLE_APPROVALS.replace(FIRST, ""),
         [("policies/411525-380-sample.toml", "policy_id", "has no row in approvals.csv")]),
        ("an id that no policy can have on the bus", "policies/511900-390-2023.toml",
         TWICE.replace("511900-390-2023", "巴中居民"),
         [("policies/511900-390-2023.toml", "policy_id",
           "must have the form ^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]),
        ("two files of one id", "policies/zzz.toml", TWICE,
         [("policies/zzz.toml", "policy_id", "has the id of policies/511900-390-2023.toml")]),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 50 else "",
)  # fmt: skip
def test_every_policy_has_two_officers(
    tmp_path: Path, case: str, file: str, content: str | None, expected: list[tuple[str, str, str]]
) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path / "registry")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content, encoding="utf-8")
    faults = read_registry(folder).faults
    assert [(fault.file, fault.column, fault.en) for fault in faults] == expected


def test_a_draft_and_its_approval_name_two_officers_and_one_text() -> None:
    bodies = [entry.body for stage in read_registry(SAMPLE).stages for entry in stage]
    drafts = {body.policy_id: body for body in bodies if isinstance(body, DraftPolicy)}
    approvals = {body.policy_id: body for body in bodies if isinstance(body, ApprovePolicy)}
    assert drafts.keys() == approvals.keys()
    for policy_id, draft in drafts.items():
        assert approvals[policy_id].sha256 == policy_digest(draft.policy)
        assert approvals[policy_id].officer != draft.officer


@pytest.mark.requirement("ENR-19")
def test_prices_are_published_in_pages_by_start(tmp_path: Path) -> None:
    rows = [f"X{n:04d},{n % 3 + 1},{n}.5,{2023 + n % 2}-01-01" for n in range(1203)]
    registry = read(tmp_path, "prices/511900.csv", PRICES + "\n".join(rows))
    pages = [entry.body for stage in registry.stages for entry in stage]
    assert [
        (page.key.rpartition("-")[0], len(page.items)) for page in pages if isinstance(page, PublishPrices)
    ] == [
        ("511900-20230101-001", 500),
        ("511900-20230101-002", 102),
        ("511900-20240101-001", 500),
        ("511900-20240101-002", 101),
    ]
    first = pages[0]
    assert isinstance(first, PublishPrices)
    assert first.items[1] == PriceItem(item="X0002", tier="3", price="2.5")


@pytest.mark.requirement("ENR-20")
def test_the_tiers_of_an_area_are_mapped_as_one(tmp_path: Path) -> None:
    rows = "511900,2甲,2\n411525,3甲,3\n511900,1,1\n"
    registry = read(tmp_path, "tiers.csv", TIERS + rows)
    assert [(entry.line, entry.body) for stage in registry.stages for entry in stage] == [
        (2, MapTiers(insured_area="511900", mappings=(mapping("2甲", "2"), mapping("1", "1")))),
        (3, MapTiers(insured_area="411525", mappings=(mapping("3甲", "3"),))),
    ]


@pytest.mark.requirement("ENR-20")
def test_an_area_may_map_its_tiers_anew_from_a_day_on(tmp_path: Path) -> None:
    rows = "511900,2甲,2,\n511900,2甲,3,2024-01-01\n511900,1,1,\n511900,1,1,2024-01-01\n"
    registry = read(tmp_path, "tiers.csv", DATED_TIERS + rows)
    start = date(2024, 1, 1)
    old, new = (mapping("2甲", "2"), mapping("1", "1")), (mapping("2甲", "3"), mapping("1", "1"))
    assert [(entry.line, entry.body) for stage in registry.stages for entry in stage] == [
        (2, MapTiers(insured_area="511900", mappings=old)),
        (3, MapTiers(insured_area="511900", mappings=new, in_force_from=start)),
    ]


def mapping(tier: Tier, home_tier: str) -> TierMapping:
    return TierMapping(tier=tier, home_tier=home_tier)


@pytest.mark.requirement("ENR-20")
@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [("", "", None), (",grade", ",甲", "甲"), (",grade", ",", None)],
)
def test_an_institution_may_have_a_grade_within_its_tier(
    tmp_path: Path, columns: str, cells: str, expected: str | None
) -> None:
    header = f"institution_id,name,area,tier,node_id,services,status{columns}\n"
    row = f"H51010000001,医院,510100,2,n1,inpatient,published{cells}\n"
    registry = read(tmp_path, "institutions.csv", header + row)
    [body] = [entry.body for stage in registry.stages for entry in stage]
    assert isinstance(body, PublishInstitution)
    assert (body.tier, body.grade) == ("2", expected)


# The mode, the parameters that a row names, and what the request then says of claims and the case page
PARAMETERS: list[tuple[str, dict[str, str], str, bool]] = [
    ("AGENCY_PREFUND", {}, "none", False),
    ("HOSPITAL_ADVANCE", {}, "required", True),
    ("HOSPITAL_ADVANCE", {"claims": "none"}, "none", False),
    ("HOSPITAL_ADVANCE", {"claims": "", "case_page_required": "否"}, "required", False),
    ("CITY_ADVANCE", {"claims": "required", "case_page_required": ""}, "required", True),
]


@pytest.mark.requirement("CLR-27")
@pytest.mark.parametrize(("mode", "cells", "claims", "page"), PARAMETERS)
def test_an_agreement_may_name_the_parameters_of_its_months(
    tmp_path: Path, mode: str, cells: dict[str, str], claims: str, page: bool
) -> None:
    content = agreed(**cells, declare_by_day="20", pay_working_days="", year_close="01-31")
    registry = read(tmp_path, "agreements.csv", content.replace("AGENCY_PREFUND", mode))
    [body] = [entry.body for stage in registry.stages for entry in stage]
    assert isinstance(body, SignAgreement)
    assert (body.claims, body.case_page_required) == (claims, page)
    assert (body.declare_by_day, body.pay_working_days, body.year_close) == (20, 10, "01-31")


@pytest.mark.requirement("ENR-12")
def test_an_agreement_may_have_a_row_for_each_of_its_periods(tmp_path: Path) -> None:
    later = AGREED.replace("2026-01-01,2028-01-01", "2028-01-01,2030-01-01")
    registry = read(tmp_path, "agreements.csv", f"{AGREEMENTS}\n{AGREED}\n{later}\n")
    assert not registry.faults
    bodies = [entry.body for stage in registry.stages for entry in stage]
    assert [body.in_force_from for body in bodies if isinstance(body, SignAgreement)] == [
        date(2026, 1, 1),
        date(2028, 1, 1),
    ]


ACCOUNT = ",".join(
    f"bank_account.{name}" for name in ("account_name", "account_number", "bank_name", "bank_code")
)


@pytest.mark.requirement("ENR-29")
def test_a_center_is_read_with_its_operator_its_account_and_its_period_and_without_them(
    tmp_path: Path,
) -> None:
    lines = [
        f"center_id,name,node_id,operated_by,{ACCOUNT},in_force_from,in_force_until",
        "510000,四川,sichuan,insurer,四川结算户,99-1,示例银行,999000000001,2026-01-01,2027-01-01",
        "511900,巴中,bazhong,,,,,,,",
    ]
    full, bare = (entry.body for entry in read(tmp_path, "centers.csv", "\n".join(lines)).stages[1])
    assert isinstance(full, RegisterCenter)
    account = BankAccount(
        account_name="四川结算户", account_number="99-1", bank_name="示例银行", bank_code="999000000001"
    )
    assert (full.operated_by, full.bank_account, str(full.in_force_until)) == (
        "insurer",
        account,
        "2027-01-01",
    )
    assert bare == RegisterCenter(center_id="511900", name="巴中", node_id="bazhong")


@pytest.mark.requirement("ENR-29")
@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ("四川结算户,99-1,示例银行,", "bank_account.bank_code"),
        ("四川结算户,99-1,示例银行,999", "bank_account.bank_code"),
        ("四川结算户,九九,示例银行,999000000001", "bank_account.account_number"),
    ],
)
def test_an_account_that_cannot_be_paid_to_is_told_with_its_line_and_column(
    tmp_path: Path, cells: str, place: str
) -> None:
    text = f"center_id,name,node_id,{ACCOUNT}\n510000,四川,sichuan,{cells}"
    [fault] = read(tmp_path, "centers.csv", text).faults
    assert (fault.line, fault.column) == (2, place)
