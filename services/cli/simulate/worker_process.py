"""A pool of processes over which a command spreads its work; none of them outlives the command."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process
from threading import Thread


def open_pool(
    processes: int, begin: Callable[..., None], begin_with: tuple[object, ...] = ()
) -> ProcessPoolExecutor:
    """A pool whose processes each call `begin` first.

    They are forked from a server that has no threads: to fork a process that has some, as the command does
    while it shows progress, may leave a lock held for ever.
    """
    context = get_context("forkserver")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=begin, initargs=begin_with)


def follow_the_command() -> None:
    """Begins such a process: an interrupt is the command's business, and its end is this one's too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command itself is interrupted, and ends the pool
    Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    # One that is killed closes nothing, and its pool would wait for work for ever.
    if command := parent_process():
        connection.wait([command.sentinel])
        os._exit(1)
