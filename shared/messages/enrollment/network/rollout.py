"""What travels about the rollout (开通进度): which areas take part, for which care, and from when on."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import Area, Body, Fact, Identifier, NodeId, Proof, Request
from shared.messages.enrollment.registers import Service

RolloutStage = Literal["connected", "published", "started"]


class Rollout(Body):
    """How far an area is: connected, published, started (接入、公布、开通, 000 二(四), 四).

    Of everything, or of one kind of care, or of one disease of its chronic care, so that outpatient care is
    widened and diseases are brought in step by step (001 (一)). Of what nobody has said a word about, an area
    has started.
    """

    area: Area
    service: Service | None = Field(default=None, description="缺省为全部 / none: of all care")
    disease: Identifier | None = Field(default=None, description="仅用于慢特病 / of chronic care alone")
    stage: RolloutStage
    reason: Proof


class MoveRollout(Request, Rollout):
    """Moves an area to its next stage, or one back; moved back, a step is undone."""

    TOPICS = ("registry.commands",)
    KEY = "area"
    applies_from: date | None = Field(
        default=None, description="缺省为当日 / by default the day on which it is told"
    )


class RolloutMoved(Fact, Rollout):
    """An area is at a stage from a day on, by the word of a node."""

    TOPICS = ("enrollment.events",)
    KEY = "area"
    applies_from: date
    moved_on: date | None
    node_id: NodeId
