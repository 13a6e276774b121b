"""A payment run: its files to the byte, its sums, and what cannot be one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from pydantic import ValidationError

from shared.bank.pain import pain_bytes
from shared.bank.payment import PaymentOrder, remittance_text
from shared.bank.run import PaymentRun, RunHead, make_run, parts, run_csv
from shared.findings import InvalidFileError
from shared.messages.body import MOST_SUM_FEN
from tests.bank.given.orders import CENTER, DAY, HEAD, HOSPITAL, MADE_AT, order
from tests.bank.given.structure import PAIN, PAIN_TYPES, faults

GOLDEN = Path(__file__).parent / "golden"
NS = {"p": PAIN}
ORDERS = [
    order("PAY-2", 5, due_on=date(2026, 4, 20)),
    order("PAY-1", 123_456_78),
    order("PAY-3", 7_00, creditor=replace(HOSPITAL, name="丙<县>&医院"), remittance_text='"两"个,字'),
]


def run_of(*orders: PaymentOrder) -> PaymentRun:
    return make_run(HEAD, orders)


@pytest.mark.parametrize(("name", "write"), [("run.xml", pain_bytes), ("run.csv", run_csv)])
def test_a_run_is_the_same_bytes_in_whatever_order_it_comes(name: str, write: object) -> None:
    assert callable(write)
    golden = (GOLDEN / name).read_bytes()
    assert write(run_of(*ORDERS)) == golden
    assert write(run_of(*reversed(ORDERS))) == golden


def test_the_xml_has_the_structure_of_its_public_definition() -> None:
    assert faults(etree.fromstring(pain_bytes(run_of(*ORDERS))), PAIN_TYPES) == []


@pytest.mark.parametrize(
    ("taken_out", "told"),
    [
        ("CdtTrfTxInf/p:PmtId", "/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf: PmtId stands 0 times"),
        ("DbtrAgt", "/CstmrCdtTrfInitn/PmtInf: DbtrAgt stands 0 times"),
    ],
)
def test_the_check_of_the_structure_can_fail(taken_out: str, told: str) -> None:
    document = etree.fromstring(pain_bytes(run_of(*ORDERS)))
    found = document.find(f".//p:{taken_out}", NS)
    found.getparent().remove(found)
    assert faults(document, PAIN_TYPES) == [told]


def test_the_check_of_the_structure_sees_the_order() -> None:
    document = etree.fromstring(pain_bytes(run_of(order())))
    transfer = document.find(".//p:CdtTrfTxInf", NS)
    transfer.append(transfer[0])
    assert "out of order" in faults(document, PAIN_TYPES)[0]


def test_sums_and_counts_are_those_of_the_orders() -> None:
    document = etree.fromstring(pain_bytes(run_of(*ORDERS)))
    sums = [(one.find("p:NbOfTxs", NS).text, one.find("p:CtrlSum", NS).text) for one in document[0]]
    assert sums == [("3", "123463.83"), ("2", "123463.78"), ("1", "0.05")]
    amounts = [one.text for one in document.iterfind(".//p:InstdAmt", NS)]
    assert amounts == ["123456.78", "7.00", "0.05"]


def test_each_account_and_day_is_a_part_with_its_id() -> None:
    other = replace(CENTER, account="0000111122224444")
    run = run_of(*ORDERS, order("PAY-4", debtor=other))
    told = [(part.part_id, part.debtor.account[-4:], len(part.orders)) for part in parts(run)]
    assert told == [("RUN-2026-04-1", "3333", 2), ("RUN-2026-04-2", "4444", 1), ("RUN-2026-04-3", "3333", 1)]


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ([], "orders: 批次中没有拨付单 / the run has no order"),
        ([order(), order(fen=1)], "PAY-1: 付款参考号重复 / the reference stands twice in the run"),
        (
            [order("A", MOST_SUM_FEN), order("B", 1)],
            "orders: 合计金额过大，请分批 / come to too much; make several runs",
        ),
    ],
)
def test_what_is_no_run_is_refused(orders: list[PaymentOrder], told: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        make_run(HEAD, orders)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": ""},
        {"reference": "P" * 36},
        {"reference": "PAY 1"},
        {"fen": 0},
        {"fen": -1},
        {"fen": 1.0},
        {"fen": MOST_SUM_FEN + 1},
        {"purpose": "款" * 36},
        {"remittance_text": " \t"},
        {"remittance_text": "字\x00"},
        {"remittance_text": "字" * 141},
        {"due_on": "2026-04-10"},
    ],
)
def test_an_order_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        order(**changes)  # type: ignore[arg-type]


def test_a_time_without_its_offset_and_a_long_id_are_refused() -> None:
    for message_id, made_at in (("RUN", MADE_AT.replace(tzinfo=None)), ("R" * 30, MADE_AT)):
        with pytest.raises(ValidationError):
            RunHead(message_id, made_at, "甲省结算中心")


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["S-1", "S-2"], "清算单 S-1 S-2"),
        (["S" * 60, "T" * 60, "U" * 60], f"清算单 {'S' * 60} {'T' * 60} 等3张"),
    ],
)
def test_the_remittance_text_names_what_fits(ids: list[str], told: str) -> None:
    assert remittance_text(ids) == told
    assert order(remittance_text=told, due_on=DAY).remittance_text == told


def test_the_remittance_text_is_never_too_long() -> None:
    for count in range(1, 200):
        for length in (1, 17, 64):
            assert 4 < len(remittance_text(["S" * length] * count)) <= 140
