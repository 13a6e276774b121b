"""One JSON line an event, on standard output; only names from a list, so that no personal data leaks.

What libraries, warnings and uncaught exceptions say takes the same way: no text stands between the lines.
"""

import logging
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

from shared.bus.fault import describe

ALLOWED = frozenset(
    {"event", "level", "timestamp", "service", "lane", "error", "messages", "streams", "decide_ms", "turn_ms"}
    | {"repeats", "deferred", "parked", "lag_ms", "generation", "limit", "pause_s", "type", "id", "port"}
    | {"since", "left_out", "library", "advice_zh", "advice_en", "job", "day"}
)
PAUSE_S, QUIET_S = 10.0, 60.0
_KAFKA = {
    "advice_zh": "请查看 yidi status 与 yidi logs kafka；恢复后自动继续",
    "advice_en": "see `yidi status` and `yidi logs kafka`; it goes on by itself once Kafka is back",
}
# Libraries whose first lines speak of servers, tasks and files; those of others may quote a person's data.
_PLAIN = {"aiokafka", "asyncio", "py"}


def _only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in ALLOWED}


class _Streak:
    """A library that has begun to complain: since when, when it was told last, how much was left out."""

    def __init__(self, began_s: float) -> None:
        self.began_s = self.last_s = began_s
        self.told_s = 0.0
        self.left_out = 0


class _Libraries(logging.Handler):
    """Tells what libraries log: with time and text, and seldom; each library has its own turn."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._streaks: dict[str, _Streak] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Tells a record, unless its library was told of a moment ago."""
        library = record.name.partition(".")[0]
        streak = self._streaks.get(library)
        if streak is None or record.created - streak.last_s > QUIET_S:
            streak = self._streaks[library] = _Streak(record.created)
        streak.last_s = record.created
        if record.created - streak.told_s < PAUSE_S:
            streak.left_out += 1
            return
        self._tell(library, record, streak)
        streak.told_s, streak.left_out = record.created, 0

    def _tell(self, library: str, record: logging.LogRecord, streak: _Streak) -> None:
        structlog.get_logger().log(
            record.levelno,
            "kafka.away" if library == "aiokafka" else "library",
            library=record.name,
            error=_words(library, record),
            since=datetime.fromtimestamp(streak.began_s, UTC).isoformat(timespec="seconds"),
            left_out=streak.left_out,
            **(_KAFKA if library == "aiokafka" else {}),
        )


def _words(library: str, record: logging.LogRecord) -> str:
    words = [record.getMessage().partition("\n")[0][:300]] if library in _PLAIN else []
    if record.exc_info and record.exc_info[1]:
        words.append(describe(record.exc_info[1]))
    return "; ".join(words) or f"{record.module}:{record.lineno}"


class _Steadfast:
    """Standard output, though the disk it goes to is full: a line that cannot be written is no failure."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Writes what can be written."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Hands over what can be handed over."""
        with suppress(OSError):
            self._file.flush()


def start_logging() -> None:
    """Begins a service's log, which is its standard output, and sends through it what others would print."""
    log_lines_to(sys.stdout)
    structlog.configure(cache_logger_on_first_use=True)
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _tell_uncaught(error)
    sys.unraisablehook = lambda unraised: _tell_uncaught(unraised.exc_value)
    threading.excepthook = lambda thrown: _tell_uncaught(thrown.exc_value)


def log_lines_to(file: TextIO) -> None:
    """Sends this process's own log lines to a file; a command's go to standard error, beside its result."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=_Steadfast(file)),  # type: ignore[arg-type]
    )


def _tell_uncaught(error: BaseException | None) -> None:
    structlog.get_logger().error("process.fault", error=describe(error) if error else "unknown")
