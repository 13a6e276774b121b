"""How bad luck (意外) is brought about: which records reach the adapter, when, and how often. Pure."""

from dataclasses import dataclass, field

from shared.bus.wire import Raw
from shared.certify.cases.case import Luck
from shared.certify.seen import TRY_AGAIN, Asked


@dataclass(slots=True)
class Delivery:
    """A case's luck while it is played. It strikes once; before and after, all is handed on at once.

    `kept` is what waits to be handed on: `release` gives it, after `luck.seconds` or when the caller says so.
    """

    luck: Luck | None
    struck: bool = False
    kept: list[Raw] = field(default_factory=list)
    _marked: list[str] = field(default_factory=list)
    _copies: list[Raw] = field(default_factory=list)

    def asked(self, request: Asked) -> list[Raw]:
        """What is handed on just before the request goes on its way: a second copy of an earlier answer."""
        if self._copies and request.id not in self._marked:
            copies, self._copies, self.struck = self._copies, [], True
            return copies
        if self.luck and request.kind == self.luck.message and not self.struck:
            self._mark(request.id)
        return []

    def answered(self, id: str, record: Raw, code: str = "") -> list[Raw]:
        """What is handed on now that this answer has come; one that only asks to come again meets no luck."""
        if self.luck is None or id not in self._marked or self.struck or code == TRY_AGAIN:
            return [record]
        return _STRIKES[self.luck.kind](self, record)

    def release(self) -> list[Raw]:
        """What was kept, to be handed on now."""
        if self.kept:
            self.struck = True
        kept, self.kept = self.kept, []
        return kept

    def _mark(self, id: str) -> None:
        most = 2 if self.luck and self.luck.kind == "swapped" else 1
        if len(self._marked) < most and id not in self._marked:
            self._marked.append(id)

    def _lost(self, record: Raw) -> list[Raw]:
        self.struck = True
        return []

    def _kept_back(self, record: Raw) -> list[Raw]:
        self.struck, self.kept = True, [record]
        return []

    def _twice(self, record: Raw) -> list[Raw]:
        if not self._copies:
            self._copies = [record]
        return [record]

    def _swapped(self, record: Raw) -> list[Raw]:
        if not self.kept:
            self.kept = [record]
            return []
        self.struck = True
        return [record, *self.release()]


_STRIKES = {
    "lost": Delivery._lost,
    "late": Delivery._kept_back,
    "killed": Delivery._kept_back,
    "twice": Delivery._twice,
    "swapped": Delivery._swapped,
}
