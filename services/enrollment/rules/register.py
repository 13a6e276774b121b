"""Putting a subject into its register: a new version if it changed, an acceptance alone if it did not."""

from typing import Any

from services.enrollment.model import Entry, Known, RegisterKind
from shared.bus.message import Decision
from shared.messages.answer import accept
from shared.messages.body import Body, Fact
from shared.messages.enrollment.registers import Registered


def register(
    known: Known,
    kind: RegisterKind,
    body: Body,
    said: type[Fact],
    warnings: tuple[str, ...] = (),
    sha256: str | None = None,
    subject_id: str | None = None,
) -> Decision:
    """Registers `body` and says it as a `said`; the same content again says nothing new.

    It stands under `subject_id`, where one key has several subjects, else under its key. `sha256` is for the
    answer alone.
    """
    subject_id = subject_id or body.key
    held = known.entry(kind, subject_id)
    content: dict[str, Any] = body.model_dump(mode="json")
    if held and held.content == content:
        return Decision(answer=accept(_registered(held, warnings, sha256)))
    entry = Entry(kind, subject_id, held.version + 1 if held else 1, content)
    fact = said.of_valid(dict(vars(body)))  # validated as a request already, whose fields are the fact's
    return Decision([fact], [entry], accept(_registered(entry, warnings, sha256)))


def _registered(entry: Entry, warnings: tuple[str, ...], sha256: str | None) -> Registered:
    return Registered(subject_id=entry.subject_id, version=entry.version, warnings=warnings, sha256=sha256)
