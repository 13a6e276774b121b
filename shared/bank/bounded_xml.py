"""Reads a small XML file that a stranger may have written: bounded, and nothing outside of it is fetched.

UTF-8 only, no document type, no entities, at most 32 MiB and 32 elements deep. What is wrong is said with the
path of its element, such as `BkToCstmrStmt/Stmt[1]/Ntry[3]/Amt`.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from shared.bank.amounts import MISSING, Problem, read_text, refuse
from shared.bank.payment import MAX_REFERENCE, MAX_TEXT

MAX_BYTES, MAX_DEPTH = 32 * 2**20, 32
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
}
TOO_LARGE = Problem("文件不得超过 32 MiB", "must not be larger than 32 MiB")
_TOO_DEEP = Problem(
    f"元素嵌套不得超过 {MAX_DEPTH} 层", f"must not be nested deeper than {MAX_DEPTH} elements"
)
_DOCTYPE = Problem("不得含有 DOCTYPE 或实体定义", "must have no DOCTYPE and define no entities")
NOT_UTF8 = Problem("不是UTF-8编码，请另存为UTF-8", "is not UTF-8; save it as UTF-8")


class Node:
    """An element with its path from the root, for what is said of it; names are those of one namespace."""

    def __init__(self, element: Any, place: str) -> None:
        self._element, self.place = element, place

    @property
    def text(self) -> str:
        """The element's own text, without the blanks around it."""
        return (self._element.text or "").strip()

    def attribute(self, name: str) -> str:
        """An attribute's value; "" where there is none."""
        return str(self._element.get(name, ""))

    def find(self, *names: str) -> "Node | None":
        """The first element down a path of names; None where there is none."""
        element, namespace = self._element, etree.QName(self._element).namespace
        for name in names:
            element = element.find(f"{{{namespace}}}{name}")
            if element is None:
                return None
        return Node(element, self._below(*names))

    def need(self, *names: str) -> "Node":
        """The element down a path of names. Raises InvalidFileError where there is none."""
        return self.find(*names) or refuse(self._below(*names), MISSING)

    def every(self, name: str) -> Iterator["Node"]:
        """All children of a name, numbered from 1."""
        namespace = etree.QName(self._element).namespace
        for number, child in enumerate(self._element.iterfind(f"{{{namespace}}}{name}"), 1):
            yield Node(child, self._below(f"{name}[{number}]"))

    def line(self, *names: str, most: int = MAX_REFERENCE) -> str:
        """The text down a path on one line, or "". Raises InvalidFileError for a longer one."""
        found = self.find(*names)
        return read_text(found.text, most, found.place) if found else ""

    def lines(self, name: str, most: int = MAX_TEXT) -> list[str]:
        """The texts of all children of a name. Raises InvalidFileError for a longer one."""
        return [read_text(child.text, most, child.place) for child in self.every(name)]

    def _below(self, *names: str) -> str:
        return "/".join([self.place, *names] if self.place else names)


def read_document(data: bytes, namespace: str) -> Node:
    """The `Document` of a namespace. Raises InvalidFileError for another file, or an unsafe one."""
    root = _parse(_checked(data))
    name = etree.QName(root)
    if (name.namespace, name.localname) != (namespace, "Document"):
        found = f"{{{name.namespace or ''}}}{name.localname}"[:100]
        zh, en = (
            f"应为 {namespace} 的 Document，而不是 {found}",
            f"must be a Document of {namespace}, not {found}",
        )
        refuse("", Problem(zh, en))
    return Node(root, "")


def _checked(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        refuse("", TOO_LARGE)
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        refuse("", NOT_UTF8)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        refuse("", NOT_UTF8)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        refuse("", _DOCTYPE)
    return data


def _parse(data: bytes) -> Any:
    parsing = etree.iterparse(BytesIO(data), events=("start", "end"), **_SAFE)
    depth = 0
    try:
        for event, element in parsing:
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                refuse(f"{element.sourceline}", _TOO_DEEP)
    except etree.XMLSyntaxError as error:
        refuse(f"{error.lineno or 1}", Problem(f"不是有效的XML：{error.msg}", f"is not XML: {error.msg}"))
    return parsing.root
