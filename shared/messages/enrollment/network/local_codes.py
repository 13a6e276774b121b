"""What travels about an area's own codes (地方编码) and the national ones they stand for, set by set."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages.body import INTEGER, Area, Body, Fact, Identifier, Request
from shared.messages.enrollment.network.code_sets import ACode

MapVersion = Annotated[int, Field(ge=1, le=10**6, description=INTEGER)]


class LocalCode(Body):
    """An area's own code (地方编码) and the national code of the set that it stands for."""

    local_code: ACode
    code: ACode


class LocalCodes(Body):
    """A version of what an area's own codes stand for in a code set (编码对照), from a day on until the next.

    003 一.二. A code that stands in none is a national one.
    """

    area: Area
    set_id: Identifier
    map_version: MapVersion
    in_force_from: date
    codes: tuple[LocalCode, ...] = Field(min_length=1, max_length=2_000)


class PublishLocalCodes(Request, LocalCodes):
    """Publishes the next version of an area's codes, whole; what was wrong in one is mended by another."""

    TOPICS = ("registry.commands",)
    KEY = "area"


class LocalCodesPublished(Fact, LocalCodes):
    """A version of an area's codes of a set is published as given."""

    TOPICS = ("enrollment.events",)
    KEY = "area"
