"""What the embedded stack raises. Nothing else."""


class StackError(RuntimeError):
    """The stack cannot do what was asked: what happened and what to do, in Chinese and English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
        self.chinese = chinese
        self.english = english


class ServerDiedError(StackError):
    """A server's process ended before the server was ready."""
