"""What bad luck does to answers on their way, without a broker."""

from typing import Any

import pytest

from shared.bus.wire import Raw
from shared.certify.cases.case import Luck
from shared.certify.delivery import Delivery
from shared.certify.seen import Asked

SETTLE = "SettleVisit"


def answer(name: str) -> Raw:
    """An answer that can be told by its bytes."""
    return Raw("reply.vendor", 0, 0, b"", name.encode(), [], 0)


def asked(id: str, kind: str = SETTLE) -> Asked:
    """A request."""
    return Asked(1, "realtime.encounters", 0, "P", id, kind, "vendor", {})


def handed(delivery: Delivery, *events: Any) -> list[str]:
    """What was handed on of requests (`?a`) and answers (`a`), in their order; `!` releases what was kept."""
    records: list[Raw] = []
    for event in events:
        if event == "!":
            records += delivery.release()
        elif event.startswith("?"):
            records += delivery.asked(asked(event[1:], "QuoteVisit" if event == "?q" else SETTLE))
        else:
            records += delivery.answered(
                event[0], answer(event), "TRY_AGAIN" if event[1:] == "again" else "OK"
            )
    return [one.value.decode() for one in records]


@pytest.mark.parametrize(
    ("kind", "events", "expected"),
    [
        ("lost", ("?a", "a", "?a", "a2"), ["a2"]),
        ("late", ("?a", "a", "?a", "a2", "!"), ["a2", "a"]),
        ("killed", ("?a", "a", "!", "?a", "a2"), ["a", "a2"]),
        ("twice", ("?a", "a", "?a", "a2", "?q", "q"), ["a", "a2", "a", "q"]),
        ("swapped", ("?a", "?b", "a", "b", "?c", "c"), ["b", "a", "c"]),
        ("swapped", ("?a", "a", "!", "?b", "b", "!"), ["a", "b"]),
        ("lost", ("?q", "q", "?a", "a"), ["q"]),
        ("lost", ("?a", "aagain", "?a", "a", "?a", "a2"), ["aagain", "a2"]),
    ],
)
def test_one_stroke_of_bad_luck(kind: Any, events: tuple[str, ...], expected: list[str]) -> None:
    delivery = Delivery(Luck(kind, SETTLE))
    assert handed(delivery, *events) == expected
    assert delivery.struck


def test_without_bad_luck_all_is_handed_on() -> None:
    delivery = Delivery(None)
    assert handed(delivery, "?a", "a", "?b", "b") == ["a", "b"]
    assert not delivery.struck
