"""What travels about agencies (经办机构): a tree of five levels, from which follows who may do what."""

from typing import Literal

from pydantic import Field

from shared.messages.body import Area, Body, Fact, Identifier, NodeId, Request, Text
from shared.messages.enrollment.registers import OperatedBy

AgencyLevel = Literal["national", "province", "city", "county", "township"]
Role = Literal["registers", "persons", "policies"]


class Agency(Body):
    """An agency (经办机构) of an area, the one above it, and what it may do there and below.

    003 一.三: five levels. One without a node of its own is reached through the one above it (004-5 三(一): a
    county's affairs go by its city). A body that was charged with it may run it (000 三(三)1).
    """

    agency_id: Identifier
    name: Text
    level: AgencyLevel
    area: Area
    under_agency_id: Identifier | None = None
    node_id: NodeId | None = None
    roles: tuple[Role, ...] = Field(max_length=10)
    operated_by: OperatedBy | None = None


class RegisterAgency(Request, Agency):
    """Adds or changes an agency; registered once more as it was, a change is undone."""

    TOPICS = ("registry.commands",)
    KEY = "agency_id"


class AgencyRegistered(Fact, Agency):
    """An agency is in the tree as given."""

    TOPICS = ("enrollment.events",)
    KEY = "agency_id"
