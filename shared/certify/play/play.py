"""A case under way: its luck, and what was seen of it so far."""

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.bus.wire import Raw
from shared.certify.cases.case import Case
from shared.certify.delivery import Delivery
from shared.certify.seen import Answered, Asked


class Play:
    """One case while it is played; `marks`: a record that holds one of them is the case's."""

    def __init__(self, case: Case, *marks: str) -> None:
        self.case, self.sitting = case, 1
        self.asked: list[Asked] = []
        self.answered: list[Answered] = []
        self.documents: list[Mapping[str, Any]] = []
        self.delivery = Delivery(case.luck)
        self.kill = asyncio.Event()
        self._marks = tuple(mark.encode() for mark in marks)

    @property
    def is_killed(self) -> bool:
        """Whether the adapter is to be killed in this case."""
        return self.case.luck is not None and self.case.luck.kind == "killed"

    def is_about(self, raw: Raw) -> bool:
        """Whether a record of the vendor's belongs to this case."""
        return any(mark in (raw.key or b"") or mark in (raw.value or b"") for mark in self._marks)

    def hear_asked(self, request: Asked) -> list[Raw]:
        """Notes a request; gives what is handed on before it."""
        self.asked.append(request)
        luck = self.case.luck
        if luck and self.is_killed and luck.message == request.kind and not self.delivery.struck:
            self.kill.set()
        return self.delivery.asked(request)

    def hear_answer(self, answer: Answered, record: Raw) -> list[Raw]:
        """Notes an answer; gives what is handed on now."""
        self.answered.append(answer)
        return self.delivery.answered(answer.id, record, answer.code)

    def open_requests(self) -> set[str]:
        """The requests that no service has answered yet."""
        return {one.id for one in self.asked} - {one.id for one in self.answered}
