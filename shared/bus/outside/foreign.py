"""Ids that nodes send (外来标识): each must have the form of an id, or is replaced by a digest. Pure.

An id is kept for years: in the inbox, in keys, in log lines and in the trail. So a name, or the number of a
person's identity card (居民身份证号, GB 11643), is not accepted as an id. It is refused without being quoted,
and kept only as `~` and the first 40 hex digits of its SHA-256, by which the sender recognises its answer.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from operator import attrgetter
from typing import Any, get_args

from pydantic import BaseModel

from shared.bus.message import Message
from shared.id_number import check_digit
from shared.messages.body import MAX_ID_CHARS

INVALID_ID = "INVALID_ID"
_ATTRIBUTES = (
    *("id", "key", "source", "type", "correlation_id", "causation_id"),
    *("time", "valid_until", "trace_parent", "stream"),
)
_attributes_of = attrgetter(*_ATTRIBUTES)
_CHARS = r"A-Za-z0-9._:~/+=@\-"
_ONE, _ALL = re.compile(f"[{_CHARS}]*"), re.compile(rf"[{_CHARS}\n]*")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_BORN = re.compile(r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_NUMBER_CHARS = 18
_AS_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_ROW_OF_DIGITS = b"0" * (_NUMBER_CHARS - 1)
_PART = re.compile(r"[A-Za-z_0-9]{1,40}")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def fault_of(message: Message) -> str:
    """Names the first field that should be an id and is none; "" if there is none.

    Replaces such attributes of the message by their digests; a field of the body is only named, and of a fact
    not looked for: our services may quote an id that a node sent.
    """
    text = "\n".join(_attributes_of(message))
    one_line_each = text.count("\n") == len(_ATTRIBUTES) - 1
    if one_line_each and _ALL.fullmatch(text) and not names_person(text):
        return "" if message.stream else next(wrong_in(message.body), "")
    wrong = [name for name in _ATTRIBUTES if not is_id(getattr(message, name))]
    for name in wrong:
        setattr(message, name, masked(getattr(message, name)))
    return wrong[0]


def is_id(text: str) -> bool:
    """Whether a text has the form of an id and is not a person's number."""
    return _ONE.fullmatch(text) is not None and not names_person(text)


def masked(text: str) -> str:
    """The text that is kept of an id: the id itself, or a digest if it has not the form of an id."""
    return text if is_id(text) else _digest(text)


def shortened(text: str) -> str:
    """The text that is kept of an id that may be too long as well."""
    return masked(text) if len(text) <= MAX_ID_CHARS else _digest(text)


def _digest(text: str) -> str:
    return "~" + sha256(text.encode()).hexdigest()[:40]


def names_person(text: str) -> bool:
    """Whether a text contains a valid identity card number that is not part of a longer word.

    Looks for 17 digits in a row first: that takes a fifth of the time, and nearly no text has them.
    """
    if len(text) < _NUMBER_CHARS or _ROW_OF_DIGITS not in text.encode().translate(_AS_DIGITS):
        return False
    return any(map(_is_valid, _NUMBER.findall(text)))


def place_of(parts: tuple[int | str, ...]) -> str:
    """The path of a fault in a body; a part that has not the form of a field name becomes "?", unquoted."""
    return ".".join(str(part) if _PART.fullmatch(str(part)) else "?" for part in parts)


def unquoted(reason: str) -> str:
    """A reason why something cannot be read, without the quotations of the input."""
    return _QUOTED.sub("…", reason)


def _is_valid(number: str) -> bool:
    return check_digit(number) == number[-1].upper() and _BORN.match(number, 6) is not None


def wrong_in(body: BaseModel) -> Iterator[str]:
    """Names a body's ids that have not the form of one, and fields that contain an identity card number."""
    ids, deeper = _fields(type(body))
    for name, value in vars(body).items():
        if type(value) is str and (names_person(value) or (name in ids and not _ONE.fullmatch(value))):
            yield name
    for name in deeper:
        held = getattr(body, name)
        for inner in held if isinstance(held, tuple) else (held,):
            yield from (f"{name}.{field}" for field in wrong_in(inner)) if inner else ()


@cache
def _fields(kind: type[BaseModel]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Names the fields of a class that are ids, and those whose values are bodies that have ids."""
    fields = kind.model_fields.items()
    deeper = tuple(name for name, field in fields if any(map(_has_ids, _kinds(field.annotation))))
    return frozenset(name for name, _ in fields if name.endswith("_id")), deeper


@cache
def _has_ids(kind: type[BaseModel]) -> bool:
    return any(name.endswith("_id") for name in kind.model_fields)


def _kinds(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _kinds(argument)
