"""TCP ports on this machine, chosen free once and then kept in the home folder."""

import logging
import random
import socket
import time
from pathlib import Path

from shared.stack.private import make_folder, write_text

HOST = "127.0.0.1"
# Below every system's ephemeral range: a client that keeps reconnecting while its server is down
# would otherwise be given the server's own port, connect to itself and block the server's return.
CHOICES = range(15_000, 32_000)
RELEASE_S = 3.0
log = logging.getLogger(__name__)


def is_free(port: int) -> bool:
    """Nobody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def read(home: Path, name: str) -> int | None:
    """The kept port of a server, or None before its first start."""
    kept = home / "ports" / name
    text = kept.read_text().strip() if kept.exists() else ""
    return int(text) if text.isdigit() else None


def is_open(port: int) -> bool:
    """Somebody accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def claim(home: Path, name: str) -> int:
    """The kept port if nobody else took it meanwhile; else a new free one, kept from now on and told."""
    kept = read(home, name)
    if kept is not None and _becomes_free(kept):
        return kept
    make_folder(home / "ports")
    taken = {read(home, file.name) for file in (home / "ports").iterdir()}  # kept, though not yet bound
    choices = (port for port in iter(lambda: random.choice(CHOICES), None) if port not in taken)
    port = next(port for port in choices if is_free(port))
    write_text(home / "ports" / name, f"{port}\n")
    if kept is not None:
        log.warning(
            "%s 的端口 %d 被其他程序占用，改用 %d / port %d of %s is taken by another program, it is %d now",
            *(name, kept, port, kept, name, port),
        )
    return port


def _becomes_free(port: int) -> bool:
    """Free now or soon: a server that was just killed holds its port for some moments more."""
    deadline = time.monotonic() + RELEASE_S
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
