"""The envelope (信封) of a record as it came: its attributes, and the body they speak of. Pure.

CloudEvents 1.0 knows two modes: binary (an attribute is a header `ce_…`, the value is the body) and
structured (one JSON object holds attributes and body). We write the first and take both.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from shared.messages.body import MAX_ID_CHARS

Headers = Sequence[tuple[str, bytes | None]]
MAX_HEADERS_CHARS = 8_192
UNREADABLE = "yidi_unreadable"  # the header of a batch that could not be unpacked: it says why
_REQUIRED = ("ce_id", "ce_type", "ce_source")
_READ = frozenset(
    f"ce_{name}"
    for name in (
        *("id", "type", "source", "subject", "time", "correlationid", "causationid", "traceparent"),
        *("after", "validuntil", "stream", "sequence", "previous"),
    )
)  # what else a client or a proxy adds means nothing here, and may be any bytes
Envelope = tuple[Mapping[str, str], bytes, str]
"""The attributes that could be read, by their names as headers; the body; what is wrong, "" if nothing."""
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
            fault = f"a batch that cannot be unpacked: {(given or b'')[:80].decode(errors='replace')}"
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


def _unfold(value: bytes) -> Envelope:
    try:
        event = json.loads(value)
        if not isinstance(event, dict):
            return {}, value, "a structured event is a JSON object"
        attributes = {f"ce_{name}": given for name, given in event.items() if f"ce_{name}" in _READ}
        texts = {name: str(given) for name, given in attributes.items() if type(given) in (str, int)}
        wrong = next((name for name in attributes if name not in texts), "")
        return texts, _data(event), f"{wrong}: no text" if wrong else ""
    except (ValueError, RecursionError):
        return {}, value, "a structured event that is no JSON"


def _data(event: Mapping[str, Any]) -> bytes:
    """The body of a structured event, as JSON. Raises ValueError."""
    if "data_base64" in event:
        return b64decode(event["data_base64"], validate=True)
    return json.dumps(event["data"], ensure_ascii=False).encode() if "data" in event else b""
