"""Reads the document of a sitting on standard input and does it: `python -m shared.certify.example`."""

import asyncio
import json
import sys
from functools import partial

from shared.certify.example.adapter import Adapter

if __name__ == "__main__":
    sys.exit(asyncio.run(Adapter.run(json.load(sys.stdin), partial(print, flush=True))))
