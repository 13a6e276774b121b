"""Tally as a process of its own, to be killed: `python -m tests.bus.given.run_tally ORDINAL`."""

import sys

from shared.bus.process.process import run_service
from tests.bus.given.tally import TALLY

if __name__ == "__main__":
    run_service(TALLY, "live", int(sys.argv[1]), 0)
