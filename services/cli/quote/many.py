"""A JSON Lines file of bills answered in the file's order, over all cores when it is large.

The file goes by in chunks of lines, few at a time, so that memory does not grow with it.
"""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from services.cli.json_lines import numbered_lines
from services.cli.quote.outcome import Outcome, code_of, outcome_of
from services.cli.simulate.worker_process import follow_the_command, open_pool
from shared.benefit.files.bill_file import Policies

CHUNK_BYTES = 256 * 1024
# A smaller file is done before other processes have begun.
LARGE_BYTES = 4 * 1024 * 1024
AHEAD = 2  # chunks in hand for each process

Chunk = list[tuple[int, bytes]]
"""Some lines that follow each other, each with its number in the file."""


Tell = Callable[[Outcome], bytes]
"""How an outcome is told: a function of a module, which another process can find."""


class Answers(NamedTuple):
    """What became of a chunk's bills: all that is told of them, and the worst of their exit codes."""

    told: bytes
    code: int


def processes_for(path: Path) -> int:
    """How many processes a file is worth: every core for a large one."""
    return len(os.sched_getaffinity(0)) if path.stat().st_size > LARGE_BYTES else 1


def answers(path: Path, policies: Policies, tell: Tell, processes: int) -> Generator[Answers, None, None]:
    """The answers to a file's bills, in its order; what they are does not depend on `processes`."""
    chunks = chunks_of(numbered_lines(path), CHUNK_BYTES)
    if processes == 1:
        yield from (_answer(path.name, chunk, policies, tell) for chunk in chunks)
        return
    pool = open_pool(processes, _begin, (path.name, policies, tell))
    try:
        yield from in_order(chunks, lambda chunk: pool.submit(_answer_as_begun, chunk), AHEAD * processes)
    finally:
        pool.shutdown(cancel_futures=True)


def chunks_of(lines: Iterable[tuple[int, bytes]], size: int) -> Iterator[Chunk]:
    """The lines in chunks of about `size` bytes; a line is never parted."""
    chunk: Chunk = []
    held = 0
    for line in lines:
        chunk.append(line)
        held += len(line[1])
        if held >= size:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def in_order(
    chunks: Iterable[Chunk], submit: Callable[[Chunk], Future[Answers]], ahead: int
) -> Iterator[Answers]:
    """The results in the order of the chunks, of which no more than `ahead` are in hand at a time."""
    waiting: deque[Future[Answers]] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _answer(file_name: str, chunk: Chunk, policies: Policies, tell: Tell) -> Answers:
    outcomes = [outcome_of(text, f"{file_name}:{number}", policies) for number, text in chunk]
    return Answers(b"".join(map(tell, outcomes)), max(map(code_of, outcomes)))


_begun: list[Callable[[Chunk], Answers]] = []
"""In a process of the pool: how it answers, sent once, so that what is worked out of a policy is kept."""


def _begin(file_name: str, policies: Policies, tell: Tell) -> None:
    follow_the_command()
    _begun.append(lambda chunk: _answer(file_name, chunk, policies, tell))


def _answer_as_begun(chunk: Chunk) -> Answers:
    return _begun[0](chunk)
