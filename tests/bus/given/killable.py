"""A tally process that a test may kill, freeze or ask to leave."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from shared.settings import Settings
from shared.stack import Servers


class Killable:
    """`python -m tests.bus.given.run_tally`, on the servers of a stage."""

    def __init__(
        self, settings: Settings, servers: Servers, log: Path, *, ordinal: int = 0, crash_at: str = ""
    ) -> None:
        env = {
            **os.environ,
            "YIDI_HOME": str(settings.home),
            "YIDI_KAFKA": servers.kafka,
            "YIDI_POSTGRES": servers.postgres,
            "YIDI_PARTITIONS": str(settings.partitions),
            "YIDI_SESSION_MS": str(settings.session_ms),
            "YIDI_CRASH_AT": crash_at,
        }
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.bus.given.run_tally", str(ordinal)],
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def signal(self, number: int) -> None:
        """Freezes, thaws, or asks it to leave."""
        self.process.send_signal(number)

    def code(self, within_s: float = 30) -> int:
        """Its exit code, once it has ended; minus the signal that killed it."""
        return self.process.wait(within_s)

    def end(self) -> None:
        """Kills it if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
