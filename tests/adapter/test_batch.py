"""A batch counts when chunks, counts, sums and hash are as its manifest says, and not before."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.adapter.batches.batch import Assembly, Batch, BatchRefusedError, check_batch
from shared.messages.clearing.batches import BatchChunk, BatchManifest
from tests.adapter.given.batches import batch, line


def check(chunks: list[BatchChunk], manifest: BatchManifest) -> Batch:
    return check_batch(manifest, {chunk.number: chunk for chunk in chunks})


def with_sum(manifest: BatchManifest, **changed: int) -> BatchManifest:
    return manifest.model_copy(update={"sums": manifest.sums.model_copy(update=changed)})


def with_lines(chunk: BatchChunk, change: Callable[[list[Any]], list[Any]]) -> BatchChunk:
    return chunk.model_copy(update={"lines": tuple(change(list(chunk.lines)))})


def test_a_whole_batch_gives_its_lines_in_order() -> None:
    chunks, manifest = batch(1203)
    assert [one.line_id for one in check(chunks[::-1], manifest).lines] == [f"L{n:05d}" for n in range(1203)]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda chunks, manifest: (chunks[:1] + chunks[2:], manifest), "chunk 1 is missing"),
        (lambda chunks, manifest: ([], manifest), "chunk 0 is missing"),
        (
            lambda chunks, manifest: (chunks, manifest.model_copy(update={"chunks": 2})),
            "chunk 2 is beyond the manifest",
        ),
        (
            lambda chunks, manifest: ([with_lines(chunks[0], lambda ls: ls[1:]), *chunks[1:]], manifest),
            "lines should be 1100, is 1099",
        ),
        (
            lambda chunks, manifest: (
                [with_lines(chunks[0], lambda ls: [line(0, pool_fen=60_001), *ls[1:]]), *chunks[1:]],
                manifest,
            ),
            "pool_fen should be 66000000, is 66000001",
        ),
        (
            lambda chunks, manifest: (chunks, with_sum(manifest, serious_illness_fen=1)),
            "serious_illness_fen should be 1, is 604450",
        ),
        (
            lambda chunks, manifest: (chunks, manifest.model_copy(update={"sha256": "0" * 64})),
            "SHA-256 should be 0",
        ),
        (
            lambda chunks, manifest: (
                [with_lines(chunks[0], lambda ls: [ls[0], ls[2], ls[1], *ls[3:]]), *chunks[1:]],
                manifest,
            ),
            "SHA-256 should be",
        ),
        (
            lambda chunks, manifest: (
                [with_lines(chunks[0], lambda ls: [ls[0], ls[0], *ls[2:]]), *chunks[1:]],
                manifest,
            ),
            "a line id stands twice",
        ),
        (
            lambda chunks, manifest: (
                [
                    with_lines(chunks[0], lambda ls: [ls[0].model_copy(update={"fund_fen": 1}), *ls[1:]]),
                    *chunks[1:],
                ],
                manifest,
            ),
            "line L00000: its funds do not add up",
        ),
    ],
)
def test_a_batch_that_is_not_what_its_manifest_says_is_refused_whole(spoil: Any, fault: str) -> None:
    chunks, manifest = spoil(*batch(1100))
    with pytest.raises(BatchRefusedError, match=r"none of it counts") as refused:
        check(chunks, manifest)
    assert any(fault in told for told in refused.value.faults)


def test_one_fen_moved_from_one_line_to_another_is_noticed_by_the_hash() -> None:
    chunks, manifest = batch(10)
    moved = with_lines(chunks[0], lambda ls: [line(0, 60_001), line(1, 59_999), *ls[2:]])
    with pytest.raises(BatchRefusedError) as refused:
        check([moved], manifest)
    assert [fault.split("/")[0].split()[0] for fault in refused.value.faults] == ["SHA-256", "csv_sha256"]


def heard(assembly: Assembly, *bodies: Any) -> list[Batch]:
    found = [assembly.take(0, offset, body) for offset, body in enumerate(bodies)]
    return [one for one in found if one]


def test_a_batch_is_complete_with_its_manifest() -> None:
    chunks, manifest = batch(700)
    assembly = Assembly()
    assert heard(assembly, *chunks) == []
    assert assembly.began() == {0: 0}
    assert len(heard(assembly, manifest)[0].lines) == 700
    assert assembly.began() == {}


def test_repeats_of_chunks_and_of_the_whole_batch_change_nothing() -> None:
    chunks, manifest = batch(700)
    assembly = Assembly()
    assert len(heard(assembly, chunks[0], chunks[0], chunks[1], manifest)) == 1
    assert heard(assembly, *chunks, manifest, chunks[1]) == []
    assert assembly.began() == {}


def test_two_batches_on_one_partition_do_not_mix() -> None:
    (first, one), (second, other) = batch(700), batch(600, "S2")
    found = heard(Assembly(), first[0], second[0], first[1], one, second[1], other)
    assert [len(b.lines) for b in found] == [700, 600]


def test_a_chunk_that_comes_twice_and_differs_spoils_its_batch() -> None:
    chunks, manifest = batch(700)
    other = with_lines(chunks[0], lambda ls: ls[1:])
    with pytest.raises(BatchRefusedError, match="chunk 0 came twice and differs"):
        heard(Assembly(), chunks[0], other, chunks[1], manifest)


def test_a_refused_batch_may_be_sent_again() -> None:
    chunks, manifest = batch(700)
    assembly = Assembly()
    with pytest.raises(BatchRefusedError):
        heard(assembly, chunks[0], manifest)
    assert len(heard(assembly, *chunks, manifest)) == 1


@pytest.mark.parametrize(("told", "held"), [(True, [0, 0, 0]), (False, [1, 2, 0])])
def test_a_batch_of_other_centers_is_not_kept_and_not_checked(told: bool, held: list[int]) -> None:
    chunks, manifest = batch(700, told=told)
    assembly, found = Assembly(center_id="500000"), []
    for offset, body in enumerate((*chunks, manifest.model_copy(update={"sha256": "0" * 64}))):
        assert assembly.take(0, offset, body) is None
        found.append(assembly.kept_chunks())
    assert found == held
    assert (assembly.began(), assembly.done) == ({}, set())


@pytest.mark.parametrize("told", [True, False])
def test_years_of_batches_keep_no_more_than_is_under_way(told: bool) -> None:
    assembly, most, found = Assembly(center_id="511900"), 0, 0
    for number in range(24):
        own, mine = batch(700, f"own-{number}", told=told)
        other, its = batch(1_100, f"other-{number}", "500000", told=told)
        for offset, body in enumerate((*other, *own, its, mine)):
            found += assembly.take(0, offset, body) is not None
            most = max(most, assembly.kept_chunks())
    assert (found, most, assembly.kept_chunks()) == (24, 2 if told else 5, 0)
