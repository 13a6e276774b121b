"""Whether fees were uploaded as the desk booked them (费用评判): their day and their lines. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.certify.cases.case import Case, Words
from shared.certify.seen import Seen

_TEXTS, _NUMBERS = ("line", "item", "category"), ("quantity", "price")


def fees(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds uploads that took effect and are not as the desk's document has them."""
    booked = {
        one["upload"]: one
        for document in seen.documents
        for step in document["steps"]
        for one in step.get("uploads", ())
    }
    for asked, _ in seen.accepted():
        if asked.kind == "UploadCosts" and seen.documents:
            name = str(asked.body.get("upload_id"))
            yield from _compare(name, asked.body, booked.get(name))


def _compare(name: str, sent: Mapping[str, Any], booked: Mapping[str, Any] | None) -> Iterator[Words]:
    if booked is None:
        yield Words(f"办理单中没有这批费用：{name}", f"no upload {name} stands in the document")
        return
    if sent.get("cost_on") != booked["cost_on"]:
        yield Words(
            f"费用 {name} 的发生日为 {sent.get('cost_on')}，应为 {booked['cost_on']}",
            f"{name}: cost_on is {sent.get('cost_on')}, {booked['cost_on']} is right",
        )
    if _plain(sent.get("lines", ())) != _plain(booked["lines"]):
        yield Words(f"费用 {name} 的明细与办理单不符", f"{name}: its lines are not those of the document")


def _plain(lines: Sequence[Mapping[str, str]]) -> list[tuple[Any, ...]]:
    """Lines as they can be compared: 3.0 is 3."""
    return sorted((*map(line.get, _TEXTS), *(_short(line[name]) for name in _NUMBERS)) for line in lines)


def _short(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
