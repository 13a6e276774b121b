"""Lines (队): what waits for one another because it is about one subject. Pure."""

from collections.abc import Container

from shared.bus.message import Message
from shared.bus.stream import Line
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
