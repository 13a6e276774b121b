"""What travels about code sets (业务编码标准): their versions, each whole, and what a version changes."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages.body import INTEGER, Body, Count, Fact, Identifier, Request, Text

ACode = Annotated[str, Field(min_length=1, max_length=20)]
Version = Annotated[int, Field(ge=2, le=10**6, description=INTEGER)]


class Code(Body):
    """A code (编码) and what it means."""

    code: ACode
    name_zh: Text
    name_en: Text = ""


class CodeSet(Body):
    """A version of a code set (编码集), in force from a day on until the next; version 1 is built in.

    001 (二十六), 003 一.二.
    """

    set_id: Identifier
    set_version: Version
    in_force_from: date
    source: Text
    codes: tuple[Code, ...] = Field(min_length=1, max_length=2_000)


class PublishCodeSet(Request, CodeSet):
    """Publishes the next version of a code set, whole; what was wrong in one is mended by another."""

    TOPICS = ("registry.commands",)
    KEY = "set_id"


class CodeSetPublished(Fact, CodeSet):
    """A version of a code set is published; how many codes are new, mean another thing, or are gone."""

    TOPICS = ("enrollment.events",)
    KEY = "set_id"
    added: Count
    changed: Count
    removed: Count
