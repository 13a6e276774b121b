"""How an area comes to take part (接入、公布、开通), as a table: which stage follows which."""

from shared.messages.enrollment.network.rollout import RolloutStage

LIFE: dict[tuple[RolloutStage, RolloutStage], str] = {
    ("connected", "published"): "publish",
    ("published", "connected"): "withdraw",
    ("published", "started"): "start",
    ("started", "published"): "stop",
}
"""Stage, next stage → what is done (000 二(四)); an absent key is refused."""

BEGINS: tuple[RolloutStage, ...] = ("connected", "published")
"""What may be said first of an area, which has started while nobody says anything."""
