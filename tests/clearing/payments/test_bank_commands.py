"""From what a center owes to the bank's file, and from the bank's statement back, on a real database."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from services.cli.center.payments.bank_files import BankFiles
from shared.bank.pain import NAMESPACE
from shared.bank.run import read_run_csv
from shared.simulator.office.bank_statement import BankEntry
from tests.clearing.given.bank import (
    ACCOUNTS,
    registered,
    write_accounts,
    write_statement,
)
from tests.clearing.given.command import Wire, run
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    open_books,
    pay,
    sort,
)
from tests.clearing.given.facts import (
    CHONGQING,
    HUAXI,
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 2)
APRIL_3, APRIL_7, APRIL_8, APRIL_10 = (date(2026, 4, day) for day in (3, 7, 8, 10))
Command = Callable[..., Awaitable[dict[str, Any]]]


class Desk(NamedTuple):
    """The insured center's desk: a confirmed statement of 900 fen, its folder and its register."""

    driver: Driver
    statement_id: str
    folder: Path
    accounts: Path

    @property
    def reference(self) -> str:
        return f"S{self.statement_id[:24]}"

    async def run(self, *more: str, center: str = INSURED_CENTER, code: int = 0) -> dict[str, Any]:
        """Makes a payment run."""
        options = ("--accounts", str(self.accounts), "--out", str(self.folder), "--on", "2026-04-03")
        done = await run("center", "run", center, *options, *more, "--json")
        assert done.exit_code == code, done.output
        made: dict[str, Any] = json.loads(done.stdout) if code == 0 else {"said": done.stderr}
        return made

    async def bank(self, file: Path, code: int = 0) -> dict[str, Any]:
        """Takes a bank's statement in."""
        options = ("--accounts", str(self.accounts), "--out", str(self.folder))
        done = await run("center", "bank", INSURED_CENTER, str(file), *options, "--json")
        assert done.exit_code == code, done.output
        told: dict[str, Any] = json.loads(done.stdout) if code < 2 else {"said": done.stderr}
        return told

    async def state(self) -> str:
        """Where the statement stands."""
        [row] = await self.driver.fetch(
            "SELECT state FROM progress WHERE statement_id = $1", self.statement_id
        )
        return str(row[0])

    def debit(self, number: str, day: date, fen: int = 900, reference: str = "") -> BankEntry:
        """The bank's entry of a payment to the treatment center."""
        name = reference or self.reference
        return BankEntry(number, day, -fen, name, ACCOUNTS[TREATMENT_CENTER])


async def _kafka(_: object) -> str:
    return "nowhere"


@pytest.fixture
async def desk(driver_for: DriverFor, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement(), advance_agreement())
    body, hospital = settled("s1", MARCH_5, 600, 300), advanced("s2", MARCH_5, 80)
    await driver.hear(body, hospital, case_page(hospital), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s2", 80)), source="chongqing", day=MARCH_31)
    await sort(driver, date(2026, 4, 1))
    [row] = await driver.fetch("SELECT statement_id FROM statement WHERE agreement_id = 'prefund'")
    for center_id in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, row[0], center_id, APRIL_2)
    monkeypatch.setattr("services.cli.center.act.Connection", Wire(driver, APRIL_10))
    monkeypatch.setattr("services.cli.center.act.kafka_at_work", _kafka)
    return Desk(driver, row[0], tmp_path / "desk", write_accounts(tmp_path))


def _read(made: dict[str, Any]) -> list[bytes]:
    return [Path(made["files"][kind]).read_bytes() for kind in ("xml", "csv")]


def _take_away(made: dict[str, Any]) -> None:
    for path in made["files"].values():
        Path(path).unlink()


@pytest.mark.requirement("CLR-08")
@pytest.mark.requirement("CLR-15")
async def test_a_run_has_what_the_center_owes_each_once_as_xml_and_csv(desk: Desk) -> None:
    made = await desk.run()
    [order] = made["orders"]
    assert (order["reference"], order["amount_fen"], order["due_on"]) == (desk.reference, 900, "2026-04-17")
    assert order["creditor"]["account"] == ACCOUNTS[TREATMENT_CENTER]
    xml, csv = _read(made)
    names = etree.fromstring(xml).findall(f".//{{{NAMESPACE}}}EndToEndId")
    assert [name.text for name in names] == [desk.reference]
    assert [one.amount_fen for one in read_run_csv(csv)] == [900]
    assert "无应拨款项" in (await desk.run(code=1))["said"]
    _take_away(made)
    assert _read(await desk.run()) == [xml, csv]


@pytest.mark.requirement("CLR-04")
@pytest.mark.requirement("CLR-26")
@pytest.mark.parametrize(
    ("center", "institution", "fen"), [(TREATMENT_CENTER, HUAXI, 900), (OTHER_CENTER, CHONGQING, 80)]
)
async def test_a_treatment_center_pays_its_institutions_from_the_same_run(
    desk: Desk, center: str, institution: str, fen: int
) -> None:
    [order] = (await desk.run(center=center))["orders"]
    assert (order["creditor"]["account"], order["amount_fen"]) == (ACCOUNTS[institution], fen)
    assert order["reference"].startswith("I")
    assert (await desk.run("--month", "2026-02", center=center, code=1))["said"]


@pytest.mark.requirement("CLR-12")
async def test_what_the_bank_paid_and_sent_back_goes_to_the_books_once_however_often_it_is_read(
    desk: Desk,
) -> None:
    await desk.run()
    paid = write_statement(desk.folder, "b1", [desk.debit("1", APRIL_3)])
    first = await desk.bank(paid)
    assert [(one["what"], one["day"]) for one in first["reported"]] == [("paid", "2026-04-03")]
    assert await desk.state() == "PAID"
    assert (await desk.bank(paid))["reported"] == []
    back = BankEntry("2", APRIL_7, 900, desk.reference, "", "户名不符")
    fees = BankEntry("3", APRIL_7, -5)
    second = write_statement(desk.folder, "b2", [back, fees])
    told = await desk.bank(second, code=1)
    assert [one["what"] for one in told["reported"]] == ["returned"]
    assert [(one["cause"], one["amount_fen"]) for one in told["unmatched"]] == [("UNKNOWN_REFERENCE", -5)]
    assert (await desk.state(), told["open"]) == ("CONFIRMED", [desk.reference])
    [order] = (await desk.run())["orders"]
    assert order["reference"] == f"{desk.reference}-2"
    for file in (paid, second):
        assert (await desk.bank(file, code=int(file == second)))["reported"] == []
    third = write_statement(desk.folder, "b3", [desk.debit("4", APRIL_8, reference=order["reference"])])
    assert [one["what"] for one in (await desk.bank(third))["reported"]] == ["paid"]
    assert (await desk.state(), await balance(desk.driver, "insured_bank")) == ("PAID", -1_000_900)
    await assert_books_agree(desk.driver)


async def test_a_desk_that_lost_its_folder_reads_its_statements_again_and_pays_nothing_twice(
    desk: Desk,
) -> None:
    both = [desk.debit("1", APRIL_3), BankEntry("2", APRIL_7, 900, desk.reference)]
    file = write_statement(desk.accounts.parent, "b1", both)
    assert [one["what"] for one in (await desk.bank(file))["reported"]] == ["paid", "returned"]
    anew = desk._replace(folder=desk.folder / "anew")
    assert (await anew.bank(file))["reported"] == []
    assert [one["reference"] for one in (await anew.run())["orders"]] == [f"{desk.reference}-2"]


async def test_what_an_officer_reported_by_hand_is_not_reported_again(desk: Desk) -> None:
    await pay(desk.driver, desk.statement_id, 900, APRIL_3)
    file = write_statement(desk.accounts.parent, "b1", [desk.debit("1", APRIL_3)])
    told = await desk.bank(file)
    assert (told["reported"], told["unmatched"], await desk.state()) == ([], [], "PAID")


@pytest.mark.parametrize(
    ("case", "day", "said"),
    [
        ("before both had confirmed", date(2026, 4, 1), "2026-04-02 … 2026-04-10"),
        ("after today", date(2026, 4, 11), "2026-04-02 … 2026-04-10"),
    ],
)
async def test_a_payment_on_a_day_that_cannot_be_is_listed_with_the_refusal(
    desk: Desk, case: str, day: date, said: str
) -> None:
    file = write_statement(desk.accounts.parent, "b1", [desk.debit("1", day)])
    [one] = (await desk.bank(file, code=1))["reported"]
    assert "DATE_NOT_POSSIBLE" in one["refused"] and said in one["refused"], case
    assert await desk.state() == "CONFIRMED"


@pytest.mark.parametrize(
    ("case", "change", "said"),
    [
        ("another currency", (b"CNY", b"USD"), ".currency: 币种应为 CNY"),
        ("another encoding", (b"entry", "流水".encode("gb18030")), "不是UTF-8编码"),
        ("balances that do not fit", (b"10000000000.00", b"10000000000.01"), "期末余额"),
        ("no statement at all", (b"kind,", b"art,"), "1: 列应为"),
    ],
)
async def test_a_bank_file_that_cannot_be_is_refused_whole_with_its_place(
    desk: Desk, case: str, change: tuple[bytes, bytes], said: str
) -> None:
    file = write_statement(desk.accounts.parent, "b1", [desk.debit("1", APRIL_3)])
    file.write_bytes(file.read_bytes().replace(*change, 1))
    told = (await desk.bank(file, code=2))["said"]
    assert f"{file}:" in told, case
    assert said in told, case
    assert (await desk.state(), (desk.folder / "bank").exists()) == ("CONFIRMED", False)


async def test_the_bank_entry_that_comes_again_with_another_content_is_refused(desk: Desk) -> None:
    folder = desk.accounts.parent
    await desk.bank(write_statement(folder, "b1", [desk.debit("1", APRIL_3)]))
    file = write_statement(folder, "b2", [desk.debit("1", APRIL_3, 800)])
    assert "同一流水号前后内容不同" in (await desk.bank(file, code=2))["said"]


@pytest.mark.parametrize(
    ("case", "change", "said"),
    [
        ("an account that is none", ("6200002", "一二三"), "3.account"),
        ("a bank's number that is none", ("990000000001", "99"), "2.bank_code"),
        ("a party twice", ("510000,", "511900,"), "3.party: 511900 重复"),
        ("another heading", ("party,", "code,"), "1: 列应为"),
        ("a row that is cut off", (",示例银行,990000000001", ""), "2: 格数"),
    ],
)
async def test_a_register_of_accounts_that_is_not_valid_is_told_with_line_and_column(
    desk: Desk, case: str, change: tuple[str, str], said: str
) -> None:
    desk.accounts.write_text(desk.accounts.read_text().replace(*change, 1))
    assert said in (await desk.run(code=2))["said"], case


async def test_a_run_names_whose_account_is_missing(desk: Desk) -> None:
    write_accounts(desk.accounts.parent, TREATMENT_CENTER)
    assert (
        f"未登记账户，可用 --accounts 补充 / no account known, give --accounts: {TREATMENT_CENTER}"
        in (await desk.run(code=2))["said"]
    )


async def test_no_order_stands_in_two_runs_that_are_made_at_once(desk: Desk) -> None:
    with BankFiles(desk.folder).alone():
        assert "another run is being made" in (await desk.run(code=2))["said"]
    assert [order["reference"] for order in (await desk.run())["orders"]] == [desk.reference]


@pytest.mark.requirement("ENR-29")
@pytest.mark.requirement("CLR-31")
async def test_centers_are_paid_to_the_accounts_of_the_register_whoever_operates_them(desk: Desk) -> None:
    await desk.driver.hear(
        registered(INSURED_CENTER, "bazhong-center", ACCOUNTS[INSURED_CENTER]),
        registered(TREATMENT_CENTER, "sichuan-center", "7700001", operated_by="insurer"),
        source="enrollment",
    )
    out = ("--out", str(desk.folder))
    done = await run("center", "run", INSURED_CENTER, *out, "--on", "2026-04-03")
    assert done.exit_code == 0, done.output
    assert f"{INSURED_CENTER} bazhong-center户" in done.stdout
    paid = desk.debit("1", APRIL_3)._replace(counter_account="7700001")
    told = await run("center", "bank", INSURED_CENTER, str(write_statement(desk.folder, "b1", [paid])), *out)
    assert (told.exit_code, await desk.state()) == (0, "PAID"), told.output


@pytest.mark.requirement("ENR-29")
async def test_an_account_in_the_list_comes_before_that_of_the_register(desk: Desk) -> None:
    await desk.driver.hear(registered(TREATMENT_CENTER, "sichuan-center", "7700001"), source="enrollment")
    [order] = (await desk.run())["orders"]
    assert order["creditor"]["account"] == ACCOUNTS[TREATMENT_CENTER]
