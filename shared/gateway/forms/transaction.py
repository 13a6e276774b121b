"""What a transaction of the national form is (交易): its input, and what it asks the bus, in order.

A transaction is a generator: it yields a request, is given the result, and returns the output. It waits for
nothing itself, so that it is pure; who runs it gives each change an id made from `msgid`, and throws a
refusal into it, so that what was done before can be undone.
"""

from collections.abc import Callable, Generator
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from shared.bus.client.unanswered import Asked
from shared.gateway.forms.draft import Draft
from shared.gateway.forms.envelope import Envelope
from shared.gateway.forms.fields import Form
from shared.messages.body import Request, Result

F = TypeVar("F", bound=Form)
Output = dict[str, Any]
Manner = Literal["kept", "desk", "question"]


class Wanted(NamedTuple):
    """A request that a transaction has for the bus, and the topic it goes to."""

    body: Request
    topic: str


class Told(NamedTuple):
    """What a transaction came to: its output (输出), and the outpatient bill as it stands then, if changed.

    `reverses`: the msgid that can never take effect from now on.
    """

    output: Output
    draft: Draft | None = None
    reverses: str = ""


class Call(NamedTuple, Generic[F]):
    """One request in the national form, and what the gateway holds of what it names.

    `draft`: the outpatient bill under way; `asked`: what the transaction to reverse has asked the bus.
    """

    envelope: Envelope
    form: F
    draft: Draft | None = None
    asked: tuple[Asked, ...] = ()

    @property
    def institution_id(self) -> str:
        """The institution that asks."""
        return self.envelope.fixmedins_code

    @property
    def msgid(self) -> str:
        """Its number, from which the ids of all that it makes are derived."""
        return self.envelope.msgid


AnyCall = Call[Any]
Steps = Generator[Wanted, Result, Told]


class Transaction(NamedTuple):
    """One row of the table: how its input is read, what it does, and what becomes of it in an outage.

    kept: it is stored and delivered later, in order. desk: somebody waits; without an answer in time it never
    takes effect. question: it changes nothing and is not stored. `changes`: what it asks first that changes
    anything, so that it can be reversed where it was never heard. `original`: the field that names the msgid
    of what it takes back, which is one `of` these transactions. `is_reversible`: whether 2601 takes it back.
    """

    form: type[Form]
    run: Callable[[Call[Any]], Steps]
    manner: Manner = "kept"
    changes: type[Request] | None = None
    original: str = ""
    of: tuple[str, ...] = ()
    is_reversible: bool = True
