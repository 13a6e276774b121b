"""Lines (队): what waits for one another because it is about one subject, and which wait in a turn. Pure."""

from collections import Counter
from collections.abc import Container

from shared.bus.message import Message
from shared.bus.stream import Line, Stream
from shared.bus.topics import TOPICS
from shared.messages.body import Paged


def line_of(message: Message) -> Line:
    """A message's line: the requests of one node for a key are decided in order, and so are a key's facts."""
    return (message.key, message.source if is_request(message) else "")


def lines_of(message: Message) -> tuple[Line, ...]:
    """The lines of a message: its own; of a page, those of its rows.

    A page waits behind what stands aside of any of its rows, and what comes of any of them behind a page that
    stands aside: else what was told of a row later would be overwritten once the page is decided.
    """
    line = line_of(message)
    return (
        tuple((key, line[1]) for key in message.body.row_keys) if isinstance(message.body, Paged) else (line,)
    )


def is_request(message: Message) -> bool:
    """Whether a message is a request of a node, to be decided and answered."""
    return TOPICS[message.topic].asks and not message.stream


def waits(line: Line, waiting: Container[Line]) -> bool:
    """Whether an earlier message holds this line back: one of this line, or a fact of its key."""
    return line in waiting or (line[0], "") in waiting


class WaitingLines:
    """The lines whose messages have to wait in one turn (等候的队), by stream; the turn adds what it holds.

    Those of what stood aside before count less what is freed: where all of a line is, it waits no longer.
    """

    def __init__(self) -> None:
        self._lines: dict[str, set[Line]] = {}
        self._freed: Counter[tuple[str, Line]] = Counter()
        self._past_freed: set[str] = set()  # streams whose freed messages have all been checked

    def free(self, stream: str, message: Message) -> None:
        """Counts a message that stood aside and is looked at again."""
        self._freed.update((stream, line) for line in lines_of(message))

    def before(self, stream: Stream, *, is_freed: bool) -> set[Line]:
        """The lines that wait before a message; before a freed one, only those put aside in this turn."""
        lines = self._lines.setdefault(stream.name, set())
        if not is_freed and stream.name not in self._past_freed:
            self._past_freed.add(stream.name)
            lines |= {line for line, n in stream.held.items() if n > self._freed[stream.name, line]}
        return lines
