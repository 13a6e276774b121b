"""One JSON line an event, on standard output; only names from a list, so that no personal data leaks."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "service", "lane", "error", "messages", "streams", "decide_ms", "turn_ms"}
    | {"repeats", "deferred", "parked", "lag_ms", "generation", "limit", "pause_s", "type", "id", "port"}
)


def _only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in ALLOWED}


class _Quiet(logging.Filter):
    """At most one line a second from a chatty library."""

    last_s = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is said."""
        if record.created - self.last_s < 1:
            return False
        self.last_s = record.created
        return True


def start_logging() -> None:
    """Sets up structlog for this process; Kafka's client may say one warning a second."""
    logging.basicConfig(
        stream=sys.stdout, level=logging.WARNING, format='{"event":"library","level":"%(levelname)s"}'
    )
    for handler in logging.getLogger().handlers:
        handler.addFilter(_Quiet())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
