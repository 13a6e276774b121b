"""A process of the pool over which a command spreads its work: it never outlives the command."""

import os
import signal
from multiprocessing import connection, parent_process
from threading import Thread


def follow_the_command() -> None:
    """Begins such a process: an interrupt is the command's business, and its end is this one's too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command itself is interrupted, and ends the pool
    Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    # One that is killed closes nothing, and its pool would wait for work for ever.
    if command := parent_process():
        connection.wait([command.sentinel])
        os._exit(1)
