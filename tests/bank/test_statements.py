"""A bank's statements as XML and CSV: what is read, and the one error about what cannot be."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from shared.bank.bounded_xml import MAX_BYTES
from shared.bank.camt import read_camt
from shared.bank.entry import BankStatement, Identity
from shared.bank.statement_csv import read_statement_csv
from shared.findings import InvalidFileError
from tests.bank.given.orders import PAYEE, PAYER
from tests.bank.given.structure import CAMT_TYPES, faults

GOLDEN = Path(__file__).parent / "golden"
XML, CSV = (GOLDEN / "statement.xml").read_bytes(), (GOLDEN / "statement.csv").read_bytes()
DAY = date(2026, 4, 10)


def finding(read: Callable[[bytes], list[BankStatement]], data: bytes) -> tuple[str, str]:
    """The place and the English words of the one error about a file; the Chinese ones stand beside them."""
    with pytest.raises(InvalidFileError) as caught:
        read(data)
    [one] = caught.value.findings
    assert any("\u4e00" <= character <= "\u9fff" for character in one.zh)
    return one.place, one.en


def test_the_golden_statement_has_the_structure_of_its_public_definition() -> None:
    assert faults(etree.fromstring(XML, etree.XMLParser(remove_comments=True)), CAMT_TYPES) == []


def test_a_statement_of_xml_is_read_entry_by_entry() -> None:
    [statement] = read_camt(XML)
    assert statement[:4] == ("STMT-20260410", PAYER, 1000_00, 445_50)
    told = [
        (one.identity, one.direction, one.amount_fen, one.reference, one.text) for one in statement.entries
    ]
    assert told == [
        (Identity(PAYER, "B-1"), "debit", 300_00, "PAY-1", "清算单 S-2026-03"),
        (Identity(PAYER, "B-2", part=1), "debit", 100_00, "PAY-2", ""),
        (Identity(PAYER, "B-2", part=2), "debit", 150_00, "PAY-3", ""),
        (Identity(PAYER, "B-3"), "credit", 100_00, "PAY-2", ""),
        (Identity(PAYER, "", "STMT-20260410", 4), "debit", 100_00, "", "付PAY-4、PAY-5。"),
        (Identity(PAYER, "B-5"), "debit", 4_50, "", "手续费"),
    ]
    assert {one.booked_on for one in statement.entries} == {DAY}
    assert statement.entries[0][6:8] == (PAYEE, "乙市示例医院")
    reasons = [one.return_reason for one in statement.entries]
    assert reasons == [None, None, None, "AC04 账户已销户", None, None]


def test_a_statement_of_csv_is_read_entry_by_entry() -> None:
    [statement] = read_statement_csv(CSV)
    assert statement[:4] == ("STMT-20260410", PAYER, 1000_00, 995_50)
    first, back, fee = statement.entries
    assert first == read_camt(XML)[0].entries[0]
    assert (back.direction, back.amount_fen, back.return_reason) == ("credit", 300_00, "AC04 账户已销户")
    assert (fee.identity, fee.amount_fen) == (Identity(PAYER, "", "STMT-20260410", 3), 4_50)


def test_words_for_no_reference_are_none() -> None:
    said = CSV.replace(b"CNY,,,,,\xe6", b"CNY,NOTPROVIDED,NONREF,,,\xe6")
    assert said != CSV
    assert read_statement_csv(said) == read_statement_csv(CSV)


def test_the_balance_that_was_closed_before_opens_a_statement() -> None:
    assert read_camt(XML.replace(b"OPBD", b"PRCD")) == read_camt(XML)


def test_a_mark_windows_lines_and_another_order_of_columns_change_nothing() -> None:
    rows = [line.split(",") for line in CSV.decode().splitlines()]
    turned = "\r\n".join(",".join(reversed(row)) for row in rows)
    assert read_statement_csv(turned.encode("utf-8-sig")) == read_statement_csv(CSV)


def test_transactions_without_amounts_stay_one_entry_that_names_them_all() -> None:
    bare = XML
    for fen in (b"100.00", b"150.00"):
        bare = bare.replace(
            b'</Refs>\n            <Amt Ccy="CNY">%s</Amt><CdtDbtInd>DBIT</CdtDbtInd>' % fen, b"</Refs>"
        )
    assert bare != XML
    entry = read_camt(bare)[0].entries[1]
    told = (entry.identity, entry.amount_fen, entry.reference, entry.text.split())
    assert told == (Identity(PAYER, "B-2"), 250_00, "", ["PAY-2", "PAY-3"])


def test_a_reversed_booking_is_a_return_without_a_reason() -> None:
    reversal = XML.replace(
        b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>"
    )
    start, end = reversal.index(b"<RtrInf>"), reversal.index(b"</RtrInf>") + len(b"</RtrInf>")
    assert read_camt(reversal[:start] + reversal[end:])[0].entries[3].return_reason == ""


_STMT = "BkToCstmrStmt/Stmt[1]"
_ENTITY = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><Document>&e;</Document>'
_UTF8 = "is not UTF-8; save it as UTF-8"
_DTD = "must have no DOCTYPE and define no entities"
# What is changed in the golden statement, into what, where it is found, and what is said of it.
BAD_XML = [
    (
        b"camt.053.001.08",
        b"camt.053.001.02",
        "",
        "must be a Document of urn:iso:std:iso:20022:tech:xsd:camt.053",
    ),
    (b'"CNY">300.00', b'"USD">300.00', f"{_STMT}/Ntry[1]/Amt", "must be in CNY, not 'USD'"),
    (b"<Ccy>CNY", b"<Ccy>EUR", f"{_STMT}/Acct/Ccy", "must be in CNY, not 'EUR'"),
    (b">300.00", b">300.000", f"{_STMT}/Ntry[1]/Amt", "must have two decimals at most"),
    (b">300.00", b">-300.00", f"{_STMT}/Ntry[1]/Amt", "must be an amount without a sign"),
    (b">300.00", b">3e2", f"{_STMT}/Ntry[1]/Amt", "must be an amount without a sign"),
    (b">300.00", b">300.01", _STMT, "opening and entries come to 445.49 yuan, the closing balance is 445.50"),
    (b">150.00", b">150.01", f"{_STMT}/Ntry[2]", "its details come to -250.01, not -250.00"),
    (b"<Id>0000111122223333</Id>", b"", f"{_STMT}/Acct/Id/Othr/Id", "is missing"),
    (b"<Id>0000111122223333</Id>", b"<Id> </Id>", f"{_STMT}/Acct/Id/Othr/Id", "is missing"),
    (b"<Id>STMT-20260410</Id>", b"", f"{_STMT}/Id", "is missing"),
    (b"<Cd>CLBD</Cd>", b"<Cd>CLAV</Cd>", _STMT, "the balance CLBD is missing"),
    (b"<Cd>CLBD</Cd>", b"<Cd>OPBD</Cd>", f"{_STMT}/Bal[2]", "the balance OPBD stands twice"),
    (
        b"<Dt>2026-04-10</Dt></BookgDt>",
        b"<Dt>2026-02-30</Dt></BookgDt>",
        f"{_STMT}/Ntry[1]/BookgDt/Dt",
        "date",
    ),
    (
        b"CRDT</CdtDbtInd><Sts>",
        b"NONE</CdtDbtInd><Sts>",
        f"{_STMT}/Ntry[3]/CdtDbtInd",
        "must be CRDT or DBIT",
    ),
    (b"B-3", b"B-1", f"{PAYER} B-1", "stands for two entries that differ"),
    (b"B-3", b"B" * 36, f"{_STMT}/Ntry[3]/AcctSvcrRef", "must not be longer than 35 characters"),
    (b"</Stmt>", b"", "", "is not XML: "),
    (b'encoding="UTF-8"', b'encoding="GB18030"', "", _UTF8),
    ("账户".encode(), "账户".encode("gb18030"), "", _UTF8),
    (b"<Document ", b'<!DOCTYPE d SYSTEM "http://invalid/d.dtd"><Document ', "", _DTD),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), BAD_XML)
def test_xml_that_cannot_be_is_refused_with_its_place(old: bytes, new: bytes, place: str, said: str) -> None:
    assert old in XML
    found, words = finding(read_camt, XML.replace(old, new, 1))
    assert said in words
    assert found == place or (not place and found.isdecimal())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not XML"),
        (b"kind,statement_id", "is not XML"),
        (_ENTITY, _DTD),
        (XML.decode().replace("UTF-8", "UTF-16").encode("utf-16"), _UTF8),
        (XML.replace(b">B-5<", b">&unknown;<"), "is not XML"),
        (b"<a>" * 33 + b"</a>" * 33, "must not be nested deeper than 32 elements"),
        (b" " * (MAX_BYTES + 1), "must not be larger than 32 MiB"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "is missing"),
    ],
    ids=["empty", "csv", "entity", "utf-16", "undefined entity", "deep", "large", "no statement"],
)
def test_a_file_that_is_no_statement_or_no_safe_one_is_refused(data: bytes, said: str) -> None:
    assert said in finding(read_camt, data)[1]


BAD_CSV = [
    (b"amount_yuan", b"amount", "1", "the columns must be kind,"),
    (b"debit,300.00,CNY", b"debit,300.00,HKD", "3.currency", "must be in CNY, not 'HKD'"),
    (b"debit,300.00", b"debit,300.001", "3.amount_yuan", "must have two decimals at most"),
    (b"debit,300.00", b"out,300.00", "3.direction", "must be credit or debit"),
    (b"debit,300.00", b"debit,300.01", "6", "opening and entries come to 995.49 yuan"),
    (b"entry,STMT-20260410,0000111122223333", b"entry,STMT-20260410,", "3.account", "is missing"),
    (b"entry,STMT-20260410", b"entry,", "3.statement_id", "is missing"),
    (b"entry,STMT", b"line,STMT", "3.kind", "must be one of opening, entry, closing"),
    (b"closing,", b"opening,", "6.kind", "the balance stands twice"),
    (b"closing,STMT-20260410", b"closing,STMT-2", "2", "the statement has no row closing"),
    (b"3,2026-04-10,debit", b"3,10.04.2026,debit", "3.day", "must be a date YYYY-MM-DD"),
    (b"PAY-1,B-1,", b"PAY-1,B-1,,", "3", "has another number of cells"),
    (b"B-2", b"B-1", f"{PAYER} B-1", "stands for two entries that differ"),
    (b"B-2", b"B\x00", "4", "has a control character in it"),
    (b"B-2", b'"B-2', "6", "is not CSV: "),
    ("乙市".encode(), "乙市".encode("gb18030"), "", _UTF8),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), BAD_CSV)
def test_csv_that_cannot_be_is_refused_with_its_place(old: bytes, new: bytes, place: str, said: str) -> None:
    assert old in CSV
    found, words = finding(read_statement_csv, CSV.replace(old, new, 1))
    assert (found, said in words) == (place, True)


def test_csv_without_rows_or_too_large_is_refused() -> None:
    assert finding(read_statement_csv, CSV.splitlines()[0]) == ("", "the file has no statement")
    assert finding(read_statement_csv, b" " * (MAX_BYTES + 1)) == ("", "must not be larger than 32 MiB")
