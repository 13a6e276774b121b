"""What the environment may set for every yidi process. Read once, passed on; no other module reads it."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs


def _home() -> Path:
    given = os.environ.get("YIDI_HOME")
    return Path(given).expanduser().resolve() if given else platformdirs.user_data_path("yidi")


def _cache() -> Path:
    return platformdirs.user_cache_path("yidi")


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        sys.exit(f"{variable}={text}：应为正整数 / is to be a whole number above 0")
    return int(text)


def _given(variable: str) -> str | None:
    return os.environ.get(variable) or None


@dataclass(frozen=True)
class Settings:
    """Where data lives and which servers to use.

    ``home``: the one folder with all data, logs and kept ports (``YIDI_HOME``).
    ``kafka``: bootstrap address of a given broker (``YIDI_KAFKA``); None: the embedded one.
    ``postgres``: DSN of a given database (``YIDI_POSTGRES``); None: the embedded one.
    ``partitions``: how many partitions a person topic has (``YIDI_PARTITIONS``); chosen for years.
    ``session_ms``: after which silence a process loses its partitions (``YIDI_SESSION_MS``).
    ``health_host``: where a process tells its health (``YIDI_HEALTH_HOST``); in a container 0.0.0.0.
    ``cache``: what can be made again at any time and is shared by all homes.
    """

    home: Path = field(default_factory=_home)
    kafka: str | None = field(default_factory=lambda: _given("YIDI_KAFKA"))
    postgres: str | None = field(default_factory=lambda: _given("YIDI_POSTGRES"), repr=False)
    cache: Path = field(default_factory=_cache)
    partitions: int = field(default_factory=lambda: _number("YIDI_PARTITIONS", 6))
    session_ms: int = field(default_factory=lambda: _number("YIDI_SESSION_MS", 10_000))
    health_host: str = field(default_factory=lambda: os.environ.get("YIDI_HEALTH_HOST", "127.0.0.1"))
