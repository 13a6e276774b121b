"""A large file of bills is answered over several processes as over one, a few chunks at a time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from services.cli.policy.folder import SHIPPED, read_policy_folder
from services.cli.quote.many import (
    CHUNK_BYTES,
    LARGE_BYTES,
    Answers,
    Chunk,
    Tell,
    answers,
    chunks_of,
    in_order,
    processes_for,
)
from services.cli.quote.outcome import json_line, plain_text
from tests.benefit.given.cases import BILL, POLICY, changed

GOOD = changed(BILL, {"policy_id": "511900-390-2023", "filing": "referral"})
INLINE = {**{key: GOOD[key] for key in GOOD if key != "policy_id"}, "policy": POLICY}
LINES = (
    json.dumps(GOOD),
    json.dumps(INLINE),
    json.dumps(changed(GOOD, {"hospital_tier": "9"})),
    json.dumps(changed(GOOD, {"amounts.total_fen": -5})),
    "",
    '{"bill_id": "X", ',
)


def bills_file(folder: Path, least_bytes: int) -> Path:
    """Bills of every outcome, over and over; an invalid one tells the number of its line."""
    once = "\n".join(LINES) + "\n"
    path = folder / "bills.jsonl"
    path.write_text(once * (least_bytes // len(once) + 1), "utf-8-sig")
    return path


@pytest.mark.parametrize("tell", [json_line, plain_text])
def test_several_processes_answer_what_one_answers_byte_for_byte(tmp_path: Path, tell: Tell) -> None:
    path, known = bills_file(tmp_path, 5 * CHUNK_BYTES), read_policy_folder(SHIPPED)
    alone = list(answers(path, known, tell, 1))
    together = list(answers(path, known, tell, 3))
    assert len(together) > 3
    assert together == alone
    assert {part.code for part in together} == {2}


def test_every_bill_of_a_parted_file_is_told_with_the_number_of_its_line(tmp_path: Path) -> None:
    path = bills_file(tmp_path, 3 * CHUNK_BYTES)
    parts = answers(path, read_policy_folder(SHIPPED), json_line, 2)
    told = b"".join(part.told for part in parts).splitlines()
    last = path.read_text("utf-8-sig").count("\n")
    assert len(told) == last // len(LINES) * (len(LINES) - 1)
    assert f"bills.jsonl:{last}: " in json.loads(told[-1])["invalid"]


def test_only_a_large_file_is_worth_all_cores(tmp_path: Path) -> None:
    cores = len(os.sched_getaffinity(0))
    assert processes_for(bills_file(tmp_path, 0)) == 1
    assert processes_for(bills_file(tmp_path, LARGE_BYTES)) == cores


@pytest.mark.parametrize("ahead", [1, 2, 5])
def test_no_more_than_a_few_chunks_are_in_hand(ahead: int) -> None:
    taken, most = 0, 0

    def chunks() -> Iterator[Chunk]:
        nonlocal taken
        for number in range(20):
            taken += 1
            yield [(number, b"")]

    def done(chunk: Chunk) -> Future[Answers]:
        future: Future[Answers] = Future()
        future.set_result(Answers(b"", chunk[0][0]))
        return future

    codes: list[int] = []
    for answer in in_order(chunks(), done, ahead):
        most = max(most, taken - len(codes))
        codes.append(answer.code)
    assert codes == list(range(20))
    assert most == ahead


def test_chunks_hold_whole_lines_in_order_and_end_at_their_size() -> None:
    lines = [(number, b"x" * size) for number, size in enumerate((3, 4, 9, 1, 1), 1)]
    chunks = list(chunks_of(lines, 6))
    assert [line for chunk in chunks for line in chunk] == lines
    assert [len(chunk) for chunk in chunks] == [2, 1, 2]


def test_a_reader_that_leaves_ends_the_command_quietly(tmp_path: Path) -> None:
    path = bills_file(tmp_path, LARGE_BYTES)
    program = "import typer; from services.cli.quote.command import quote; typer.run(quote)"
    command = subprocess.Popen(
        [sys.executable, "-c", program, path, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout and command.stderr
    assert json.loads(command.stdout.readline())["bill_id"] == "B"
    command.stdout.close()
    assert command.stderr.read() == b""
    command.stderr.close()
    command.wait(timeout=60)
