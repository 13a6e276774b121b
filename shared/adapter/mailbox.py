"""A node's mailbox (信箱): what was told to it without its asking, kept in a folder, each notice once.

It is read from the reply topic, so that nothing is lost that was told while the node was away.
"""

import json
from pathlib import Path

from shared.bus.client.listener import Listener
from shared.bus.message import Message
from shared.bus.topics import reply_topic
from shared.identity import derive
from shared.messages.body import Fact

_READ_TO = "position"


class Mailbox:
    """The notices of a node; the folder keeps a file each, and how far the topic was read."""

    def __init__(self, bootstrap: str, node_id: str, folder: Path) -> None:
        self._bootstrap, self._topic, self._folder = bootstrap, reply_topic(node_id), folder

    async def receive(self) -> tuple[Fact, ...]:
        """Reads on to the topic's present end, and gives what is new once it is kept.

        A notice that is said again, or read again after this process has died, has its file by then.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        position = self._folder / _READ_TO
        read_to = int(position.read_text()) if position.exists() else 0
        new: list[Fact] = []
        async with Listener(self._bootstrap, self._topic, {0: read_to}) as listener:
            async for message in listener.to_end():
                if isinstance(message.body, Fact) and self._keep(message):
                    new.append(message.body)
            self._write(position, str(listener.positions[0]))
        return tuple(new)

    def _keep(self, message: Message) -> bool:
        """Whether it is new; a file's name is made from the id, which may be no name of a file."""
        path = self._folder / f"{derive('notice', message.id)}.json"
        if path.exists():
            return False
        told = {"id": message.id, "type": message.type, "body": message.body.model_dump(mode="json")}
        self._write(path, json.dumps(told, ensure_ascii=False))
        return True

    def _write(self, path: Path, text: str) -> None:
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
