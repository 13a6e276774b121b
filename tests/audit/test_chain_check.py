"""One change anywhere in a chain is found, and its record named."""

from collections.abc import Callable
from datetime import date

import pytest

from services.audit.check.chain import ChainCheck, check_root
from services.audit.check.fault import Fault
from services.audit.model import Head, Record, Root, SealedHead
from services.audit.rules.merkle import root_of
from services.audit.rules.trail import append
from shared.bus.wire import decode
from tests.audit.given.records import CHAIN, chain_of, head_of, log_of

Change = Callable[[list[Record]], None]
FOUR = b"\4" * 32


def check(records: list[Record], head: Head | None, seals: list[SealedHead] | None = None) -> list[Fault]:
    """Faults of a chain as it stands."""
    found = ChainCheck(CHAIN, {seal.number: [seal] for seal in seals or ()})
    for record in sorted(records, key=lambda r: r.number):
        found.add(record)
    found.end(head)
    return found.faults


def put(which: int, **columns: object) -> Change:
    """Changes columns of one record."""

    def change(records: list[Record]) -> None:
        index = next(i for i, record in enumerate(records) if record.number == which)
        records[index] = records[index]._replace(**columns)  # type: ignore[arg-type]

    return change


def text_of(number: int, old: str, new: str) -> Change:
    """Changes the text of one record's envelope."""

    def change(records: list[Record]) -> None:
        envelope = records[number - 1].envelope
        assert old in envelope
        put(number, envelope=envelope.replace(old, new))(records)

    return change


def drop(number: int) -> Change:
    """Takes one record away."""
    return lambda records: records.__delitem__(number - 1)


def test_a_chain_as_it_was_written_has_no_fault() -> None:
    records = chain_of(log_of(9))
    assert check(records, head_of(records[-1])) == []
    assert check([], Head(*CHAIN)) == []


# fmt: off
CHANGES = [
    ("body digest", put(4, body_digest=FOUR), "RECORD_CHANGED", 3, "envelope or body_digest"),
    ("chain hash", put(4, chain_hash=FOUR), "RECORD_CHANGED", 3, "chain_hash"),
    ("offset column", put(4, log_offset=77), "RECORD_CHANGED", 77, "log_offset"),
    ("who said it", text_of(4, "huaxi", "huaxy"), "RECORD_CHANGED", 3, "envelope or body_digest"),
    ("what it names", text_of(4, '"V3"', '"V9"'), "RECORD_CHANGED", 3, "envelope or body_digest"),
    ("the time", text_of(4, "01:00", "02:00"), "RECORD_CHANGED", 3, "envelope or body_digest"),
    ("no envelope", put(4, envelope="gone"), "RECORD_CHANGED", 3, "envelope"),
    ("first record", put(1, body_digest=FOUR), "RECORD_CHANGED", 0, "envelope or body_digest"),
    ("last record", put(9, body_digest=FOUR), "RECORD_CHANGED", 8, "envelope or body_digest"),
    ("last hash", put(9, chain_hash=FOUR), "RECORD_CHANGED", 8, "chain_hash"),
    ("record gone", drop(4), "RECORD_MISSING", -1, "4..4"),
    ("first gone", drop(1), "RECORD_MISSING", -1, "1..1"),
    ("last gone", drop(9), "RECORD_MISSING", -1, "9..9"),
]
# fmt: on


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize(
    ("change", "code", "offset", "differs"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_a_change_is_named_at_its_record_and_nowhere_else(
    change: Change, code: str, offset: int, differs: str
) -> None:
    records = chain_of(log_of(9))
    head = head_of(records[-1])
    change(records)
    assert check(records, head) == [Fault(code, *CHAIN, offset, differs)]


def test_a_record_with_another_number_is_named_and_missed_in_its_place() -> None:
    records = chain_of(log_of(5))
    head = head_of(records[-1])
    put(3, number=50)(records)
    faults = check(records, head)
    assert [(f.code, f.log_offset, f.differs) for f in faults[:2]] == [
        ("RECORD_MISSING", -1, "3..3"),
        ("RECORD_CHANGED", 2, "number"),
    ]


def test_a_record_carried_to_another_chain_is_named_there() -> None:
    [*_, moved] = chain_of(log_of(3))
    faults = check([moved._replace(topic="other.topic")], None)
    assert faults[0] == Fault("RECORD_CHANGED", *CHAIN, 2, "topic")


@pytest.mark.parametrize("head", [None, Head(*CHAIN, 5, FOUR), Head(*CHAIN, 4, FOUR)])
def test_a_head_that_is_not_the_last_record_is_named(head: Head | None) -> None:
    assert [fault.code for fault in check(chain_of(log_of(5)), head)] == ["HEAD_CHANGED"]


def test_two_changes_are_two_faults() -> None:
    records = chain_of(log_of(9))
    head = head_of(records[-1])
    put(3, body_digest=FOUR)(records)
    put(7, chain_hash=FOUR)(records)
    assert [fault.log_offset for fault in check(records, head)] == [2, 6]


@pytest.mark.requirement("AUD-27")
def test_a_chain_computed_anew_after_a_change_breaks_the_seal_of_its_day() -> None:
    log = log_of(6)
    honest = chain_of(log)
    log[1] = log[1]._replace(value=log[1].value.replace(b"V1", b"V8"))
    forged = chain_of(log)
    seals = [SealedHead(date(2026, 3, 2), *head_of(honest[3]))]
    assert check(honest, head_of(honest[-1]), seals) == []
    [fault] = check(forged, head_of(forged[-1]), seals)
    assert (fault.code, fault.differs) == ("SEAL_BROKEN", "2026-03-02 number 4")


def test_a_trail_cut_back_behind_a_seal_is_noticed() -> None:
    honest = chain_of(log_of(6))
    seals = [SealedHead(date(2026, 3, 2), *head_of(honest[5]))]
    assert [f.code for f in check(honest[:3], head_of(honest[2]), seals)] == ["SEAL_BROKEN"]


TWO = [Head("a", 0, 4, FOUR), Head("b", 0, 5, FOUR)]
# fmt: off
ROOTS = [
    (None, "root missing"),
    (Root(date(2026, 3, 2), bytes(32), 9), "2026-03-02 root"),
    (Root(date(2026, 3, 2), root_of(TWO), 8), "2026-03-02 records"),
    (Root(date(2026, 3, 2), root_of(TWO), 9), ""),
]
# fmt: on


@pytest.mark.parametrize(("root", "differs"), ROOTS)
def test_a_root_must_be_that_of_its_heads(root: Root | None, differs: str) -> None:
    day = date(2026, 3, 2)
    assert check_root(root, [SealedHead(day, *head) for head in TWO]) == differs


def test_what_follows_a_record_can_be_forged_only_with_all_that_follows() -> None:
    records = chain_of(log_of(4))
    forged = append(head_of(records[1]), decode(log_of(9)[8]), {}, ())
    assert [f.log_offset for f in check([*records[:2], forged, records[3]], head_of(records[3]))] == [3]
