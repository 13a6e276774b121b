"""The forged run's records: a seed decides them all, and every shape comes, of known and of unknown nodes."""

from itertools import islice

from shared.bus.wire import Raw, decode
from tests.bench.forged.desks import HOSPITALS, own_visits, reach
from tests.bench.forged.shapes import HEAVY, SHAPES, forge
from tests.bench.visits import NODES


def test_a_seed_decides_every_record() -> None:
    assert list(forge(300, 6, 50, 3, 7)) == list(forge(300, 6, 50, 3, 7))
    assert list(forge(300, 6, 50, 3, 7)) != list(forge(300, 6, 50, 3, 8))


def test_every_shape_comes_in_turn_and_the_heavy_ones_seldom() -> None:
    names = [name for name, _ in forge(1_000, 6, 50, 4, 1)]
    assert set(names) == {*SHAPES, *HEAVY}
    assert sum(name in HEAVY for name in names) == 4


def test_registered_and_unknown_nodes_forge_alike() -> None:
    sources = {decode(_raw(record)).source.partition("-")[0] for _, record in forge(2_000, 6, 50, 0, 1)}
    assert {"forger", "stranger"} <= sources


def test_a_shape_breaks_nothing_but_what_it_names() -> None:
    """The request that the shapes are made of is one that the border lets through."""
    name, record = next(islice(forge(1, 6, 50, 0, 1), 1))
    assert name == next(iter(SHAPES))
    sound = record._replace(headers=[h for h in record.headers if isinstance(h[0], str)])
    assert decode(_raw(sound)).type == "yidi.QuoteVisit.v1"


def test_the_hospitals_work_on_visits_of_their_own_only() -> None:
    numbers = own_visits(reach(500), 500)
    assert {number % NODES for number in numbers} == set(range(HOSPITALS))
    assert max(numbers) < 2 * reach(500)


def _raw(record: object) -> Raw:
    """As it would come; names of headers that are not text are left out."""
    r = record
    named = [(n, v) for n, v in r.headers if isinstance(n, str) and v is not None]  # type: ignore[attr-defined]
    return Raw(r.topic, r.partition, 0, r.key or b"", r.value, named, 0)  # type: ignore[attr-defined]
