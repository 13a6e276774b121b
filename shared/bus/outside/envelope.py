"""The envelope (信封) of a record as it came: its attributes, and the body they speak of. Pure.

CloudEvents 1.0 knows two modes: binary (an attribute is a header `ce_…`, the value is the body) and
structured (one JSON object holds attributes and body). We write the first and take both.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from shared.bus.outside.foreign import masked
from shared.messages.body import MAX_ID_CHARS

Headers = Sequence[tuple[str, bytes | None]]
MAX_HEADERS_CHARS = 8_192
UNREADABLE = "yidi_unreadable"  # the header of a batch that could not be unpacked: it says why
_REQUIRED = ("ce_id", "ce_type", "ce_source")
_READ = frozenset(
    f"ce_{name}"
    for name in (
        *("id", "type", "source", "time", "correlationid", "causationid", "traceparent"),
        *("after", "validuntil", "stream", "sequence", "previous"),
    )
)  # what else a client or a proxy adds means nothing here, and may be any bytes
Envelope = tuple[Mapping[str, str], bytes, str]
"""The attributes that could be read, by their names as headers; the body; what is wrong, "" if nothing."""
_BODY = ("data", "data_base64")
_FORM, _STRUCTURED = "content-type", b"application/cloudevents+json"


def read_envelope(headers: Headers, value: bytes | None) -> Envelope:
    """Reads the attributes that mean something here, in either mode; and names the first wrong one."""
    found: dict[str, str] = {}
    fault, structured = "", False
    for name, given in headers:
        if name in _READ:
            try:
                text = given.decode()  # type: ignore[union-attr]  # null is told below
            except (UnicodeDecodeError, AttributeError):
                fault = fault or f"{name}: no text"
                continue
            if name in found and found[name] != text:
                fault = fault or f"{name}: given twice"
            found[name] = text
        elif name == _FORM:
            structured = (given or b"").lower().startswith(_STRUCTURED)
        elif name == UNREADABLE:
            why = (given or b"")[:80].decode(errors="replace")
            fault = f"a batch that cannot be unpacked: {masked(why)}"
    return _unfold(value or b"") if structured else (found, value or b"", fault)


def fault_of(attributes: Mapping[str, str], key: str) -> str:
    """What is wrong with attributes that could be read, or with the record's key; "" if nothing."""
    for name in _REQUIRED:
        if not attributes.get(name):
            return f"{name}: missing"
    lengths = len(attributes["ce_id"]), len(key), len(attributes.get("ce_stream", ""))
    if max(lengths) > MAX_ID_CHARS:
        name = ("ce_id", "key", "ce_stream")[lengths.index(max(lengths))]
        return f"{name}: longer than {MAX_ID_CHARS}"
    text = "".join(attributes.values())
    if len(text) > MAX_HEADERS_CHARS:
        return f"headers: longer than {MAX_HEADERS_CHARS}"
    if "\0" in text or "\0" in key:  # PostgreSQL keeps no zero character
        return "headers or key: a zero character"
    return ""


def without_body(headers: Headers, value: bytes | None) -> bytes:
    """The value of a record without its body: nothing, or in structured mode the rest of the event."""
    if not any(name == _FORM and (given or b"").lower().startswith(_STRUCTURED) for name, given in headers):
        return b""
    try:
        event = json.loads(value or b"")
        return json.dumps({name: given for name, given in event.items() if name not in _BODY}).encode()
    except (ValueError, RecursionError, AttributeError):
        return b""


def _unfold(value: bytes) -> Envelope:
    try:
        event = json.loads(value)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return {}, value, "a structured event is a JSON object"
    given = {f"ce_{name}": one for name, one in event.items() if f"ce_{name}" in _READ and one is not None}
    texts = {name: text for name, one in given.items() if (text := _text(one)) is not None}
    fault = next((f"{name}: no text" for name in given if name not in texts), "")
    try:
        return texts, _data(event), fault
    except (ValueError, RecursionError, TypeError):
        return texts, b"", fault or "data: cannot be read"


def _text(given: Any) -> str | None:
    """An attribute as a text that can be written; None where it is none."""
    if type(given) not in (str, int):
        return None
    text = str(given)
    return text if text.isascii() or text.encode(errors="replace").decode() == text else None


def _data(event: Mapping[str, Any]) -> bytes:
    """The body of a structured event, as JSON. Raises ValueError, RecursionError, TypeError."""
    if event.get("data_base64") is not None:
        return b64decode(event["data_base64"], validate=True)
    return json.dumps(event["data"], ensure_ascii=False).encode() if "data" in event else b""
