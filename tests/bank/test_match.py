"""Matching: tables of entries and what comes of them, and what holds for all entries in any order."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.bank.camt import read_camt
from shared.bank.entry import Entry, Identity
from shared.bank.match import Cause, Matching, match
from shared.findings import InvalidFileError
from tests.bank.given.entries import came_back, paid
from tests.bank.given.orders import HOSPITAL, PAYEE, order

ORDERS = [order("A", 100), order("B", 50), order("C", 70)]
SETTINGS = settings(derandomize=True, deadline=None, max_examples=300, database=None)


def words(matching: Matching) -> tuple[list[str], list[str]]:
    """Who was paid by what, and what is left why: `A<1`, `2 ALREADY_PAID`."""
    by = [
        f"{'+'.join(one.references)}<{'+'.join(entry.identity.bank_reference for entry in one.entries)}"
        for one in matching.paid
    ]
    left = [
        f"{one.entry.identity.bank_reference} {one.cause}"
        + (f" {one.difference_fen}" if one.difference_fen else "")
        for one in matching.unmatched
    ]
    return by, left


def both(day: int, bank_reference: str, fen: int = 150, text: str = "付 A、B。") -> Entry:
    """An entry that pays A and B at once, and names them in its words."""
    return paid("", fen, day, bank_reference, text=text)


TABLE: list[tuple[str, list[Entry], list[str], list[str]]] = [
    ("one to one", [paid("A", 100, 1, "1")], ["A<1"], []),
    ("several for one", [paid("A", 60, 1, "1"), paid("A", 40, 3, "2")], ["A<1+2"], []),
    ("one for several", [both(1, "1")], ["A+B<1"], []),
    ("less", [paid("A", 99, 1, "1")], [], ["1 AMOUNT_DIFFERS -1"]),
    ("more", [paid("A", 101, 1, "1")], [], ["1 AMOUNT_DIFFERS 1"]),
    ("several, too little", [paid("A", 60, 1, "1"), paid("A", 30, 2, "2")], [],
     ["1 AMOUNT_DIFFERS -10", "2 AMOUNT_DIFFERS -10"]),
    ("one for several, too little", [both(1, "1", 149)], [], ["1 AMOUNT_DIFFERS -1"]),
    ("twice", [paid("A", 100, 1, "1"), paid("A", 100, 2, "2")], ["A<1"], ["2 ALREADY_PAID"]),
    ("once alone, once with another", [paid("A", 100, 1, "1"), both(2, "2")], ["A<1"], ["2 ALREADY_PAID"]),
    ("what reaches it first", [paid("A", 60, 1, "1"), paid("A", 40, 2, "2"), paid("A", 100, 3, "3")],
     ["A<1+2"], ["3 ALREADY_PAID"]),
    ("unknown", [paid("X", 100, 1, "1")], [], ["1 UNKNOWN_REFERENCE"]),
    ("a part of a reference", [paid("", 100, 1, "1", text="AA A-1 xA")], [], ["1 UNKNOWN_REFERENCE"]),
    ("from another account", [paid("A", 100, 1, "", identity=Identity("9", "1"))], [], ["1 OTHER_ACCOUNT"]),
    ("to another account", [paid("A", 100, 1, "1", counter_account="9")], [], ["1 OTHER_ACCOUNT"]),
    ("to its account", [paid("A", 100, 1, "1", counter_account=PAYEE)], ["A<1"], []),
    ("came back", [paid("A", 100, 1, "1"), came_back("A", 100, 2, "2")], [], []),
    ("came back from a bank's account",
     [paid("A", 100, 1, "1"), came_back("A", 100, 2, "2", counter_account="9")], [], []),
    ("came back unsaid", [paid("A", 100, 1, "1"), came_back("A", 100, 2, "2", return_reason=None)], [], []),
    ("alone before with another, within a day", [both(1, "1"), paid("A", 100, 1, "2")], ["A<2"],
     ["1 ALREADY_PAID"]),
    ("named at the end of a sentence", [both(1, "1", text="for A, B.")], ["A+B<1"], []),
    ("the first of one day", [paid("A", 100, 1, "2"), paid("A", 100, 1, "1")], ["A<1"], ["2 ALREADY_PAID"]),
    ("paid again",
     [paid("A", 100, 1, "1"), came_back("A", 100, 2, "2"), paid("A", 100, 3, "3")], ["A<3"], []),
    ("came back again and again",
     [paid("A", 100, 1, "P"), *(came_back("A", 100, 2, str(at)) for at in range(5))], [],
     [f"{at} AMOUNT_DIFFERS 100" for at in range(1, 5)]),
    ("a part came back of what one order was taken from",
     [both(1, "1", 90), both(1, "2", 60), came_back("A", 100, 2, "3"), came_back("B", 60, 3, "4")],
     ["B<1+2"], ["4 AMOUNT_DIFFERS 10"]),
    ("paid again within a day", [paid("A", 100, 1, "1"), paid("A", 100, 1, "2"), came_back("A", 100, 1, "3")],
     ["A<2"], []),
    ("a second payment that came back, leaves one",
     [paid("A", 100, 1, "1"), paid("A", 100, 2, "2"), came_back("A", 100, 3, "3")], ["A<2"], []),
    ("one of two came back", [both(1, "1"), came_back("A", 100, 2, "2")], ["B<1"], []),
    ("one of two came back and is paid again",
     [both(1, "1"), came_back("A", 100, 2, "2"), paid("A", 100, 3, "3")], ["A<3", "B<1"], []),
    ("two came back at once", [paid("A", 100, 1, "1"), paid("B", 50, 1, "2"),
     came_back("", 150, 2, "3", text="A B")], [], []),
    ("a part came back", [paid("A", 60, 1, "1"), paid("A", 40, 1, "2"), came_back("A", 40, 2, "3")], [],
     ["1 AMOUNT_DIFFERS -40"]),
    ("a part came back and is paid again", [paid("A", 60, 1, "1"), paid("A", 40, 1, "2"),
     came_back("A", 40, 2, "3"), paid("A", 40, 3, "4")], ["A<1+4"], []),
    ("a wrong amount came back", [paid("A", 90, 1, "1"), came_back("A", 90, 2, "2"), paid("A", 100, 3, "3")],
     ["A<3"], []),
    ("too little came back", [paid("A", 100, 1, "1"), came_back("A", 99, 2, "2")], ["A<1"],
     ["2 AMOUNT_DIFFERS -1"]),
    ("came back before it went", [came_back("A", 100, 1, "1"), paid("A", 100, 2, "2")], ["A<2"],
     ["1 AMOUNT_DIFFERS 100"]),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "by", "left"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_matches_what(entries: list[Entry], by: list[str], left: list[str]) -> None:
    assert words(match(ORDERS, entries)) == (by, left)
    assert words(match(ORDERS, list(reversed(entries)))) == (by, left)


def test_a_returned_payment_reopens_its_order_with_the_reason() -> None:
    matching = match(ORDERS, [paid("A", 100, 1, "1"), came_back("A", 100, 2, "2")])
    [back] = matching.returned
    assert (back.references, back.entry.return_reason, len(back.payments)) == (("A",), "AC04", 1)
    assert matching.open == ("A", "B", "C")


def test_a_statement_read_again_changes_nothing() -> None:
    statement = read_camt((Path(__file__).parent / "golden" / "statement.xml").read_bytes())[0]
    orders = [
        order(f"PAY-{number}", fen) for number, fen in enumerate((300_00, 100_00, 150_00, 60_00, 40_00), 1)
    ]
    once = match(orders, statement.entries)
    assert match(orders, statement.entries * 2) == once
    assert words(once) == (["PAY-1<B-1", "PAY-3<B-2", "PAY-4+PAY-5<"], ["B-5 UNKNOWN_REFERENCE"])
    assert once.open == ("PAY-2",)


def test_orders_to_two_accounts_are_not_paid_by_one_entry_to_one_of_them() -> None:
    other = order("B", 50, creditor=replace(HOSPITAL, account="7"))
    [left] = match([ORDERS[0], other], [both(1, "1")._replace(counter_account=PAYEE)]).unmatched
    assert (left.cause, left.references) == (Cause.OTHER_ACCOUNT, ("A", "B"))


@pytest.mark.parametrize(
    ("orders", "entries", "place"),
    [
        ([order("A", 100), order("A", 99)], [], "A"),
        ([], [paid("A", 100, 1, "1"), paid("A", 99, 1, "1")], "0000111122223333 1"),
    ],
)
def test_two_contents_under_one_name_are_refused(
    orders: list[object], entries: list[Entry], place: str
) -> None:
    with pytest.raises(InvalidFileError) as caught:
        match(orders, entries)  # type: ignore[arg-type]
    assert caught.value.findings[0].place == place


def some_entries(luck: Random) -> list[Entry]:
    """Payments and returns of a few days that often fit: one reference, several, or an unknown one."""
    names = ["A", "B", "C", "A B", "B C", "A B C", "X"]
    fens = [30, 40, 50, 60, 70, 100, 120, 150, 220]
    return [
        luck.choice([paid, paid, came_back])(
            "", luck.choice(fens), luck.randint(1, 4), str(at), text=luck.choice(names)
        )
        for at in range(luck.randint(0, 14))
    ]


@SETTINGS
@given(seed=st.integers(0, 10**9), order_of=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_the_entries_changes_anything(seed: int, order_of: Random) -> None:
    entries, orders = some_entries(Random(seed)), list(ORDERS)
    whole = match(orders, entries)
    shuffled = entries + entries[:5]
    order_of.shuffle(shuffled)
    order_of.shuffle(orders)
    assert match(orders, shuffled) == whole


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_the_entries_that_match_come_to_what_is_paid(seed: int) -> None:
    entries = some_entries(Random(seed))
    matching = match(ORDERS, entries)
    left = {one.entry for one in matching.unmatched}
    names = [name for one in matching.paid for name in one.references]
    assert sorted([*names, *matching.open]) == ["A", "B", "C"]
    due = {one.reference: one.amount_fen for one in ORDERS}
    assert -sum(one.signed_fen for one in set(entries) - left) == sum(due[name] for name in names)


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_every_entry_is_accounted_for_once(seed: int) -> None:
    entries = some_entries(Random(seed))
    matching = match(ORDERS, entries)
    used = {one for paid_ in matching.paid for one in paid_.entries}
    used |= {back.entry for back in matching.returned}.union(*(back.payments for back in matching.returned))
    left = [one.entry for one in matching.unmatched]
    assert len(left) == len(set(left))
    assert used | set(left) == set(entries)
    assert not used & set(left)


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_payments_of_later_days_never_change_who_paid_before(seed: int) -> None:
    entries = [one for one in some_entries(Random(seed)) if one.direction == "debit"]
    before = match(ORDERS, [one for one in entries if one.booked_on.day < 3]).paid
    assert set(before) <= set(match(ORDERS, entries).paid)
