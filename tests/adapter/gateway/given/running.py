"""A gateway as users start it: `yidi gateway`, a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE_S = 30.0


@contextmanager
def running_gateway(
    kafka: str, folder: Path, *, node: str = "jinsha", patience_s: float = 20.0, port: int = 0
) -> Iterator[str]:
    """Its address; it is killed at the end, as a power cut would."""
    port = port or free_port()
    words = ["gateway", node, "--folder", str(folder), "--port", str(port), "--patience", str(patience_s)]
    process = subprocess.Popen(
        [sys.executable, "-c", "from services.cli.main import app; app()", *words],
        env=os.environ | {"YIDI_KAFKA": kafka},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address, process)
        yield address
    finally:
        process.kill()
        process.wait()


def _await(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert process.poll() is None, "the gateway has ended"
        try:
            urlopen(f"{address}/health", timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
