"""How a filing comes into force, as data of its insured area: the steps of a chain, and what an area set."""

from datetime import date
from typing import NamedTuple

from shared.messages.referral.filings import Channel, FilingKind
from shared.messages.referral.reviews import Chain, Listed, RequiredMaterials, Step

STEPS: dict[Chain, tuple[Step, ...]] = {
    "auto": (),
    "one_review": ("agency",),
    "three_steps": ("experts", "director", "agency"),
}
"""The reviews of a chain in their order: none (003 二), the agency's, or the three of 004-4 二(二)."""

AT_ONCE: frozenset[FilingKind] = frozenset({"emergency"})
"""Kinds that never wait for a review: who is rescued is treated (001 (二))."""

HOSPITAL_STEPS: frozenset[Step] = frozenset({"experts", "director"})
"""Steps that a hospital of the insured place takes; the agency may enter them for it (004-4 二(二))."""


class FilingRules(NamedTuple):
    """How an area takes filings (备案办理规则), from `applies_from` on; no channels named: by all."""

    insured_area: str
    applies_from: date
    chain: Chain
    audited: tuple[Channel, ...] = ()
    required_materials: tuple[RequiredMaterials, ...] = ()
    channels: tuple[Channel, ...] = ()
    listed: tuple[Listed, ...] = ()


AUTO = FilingRules("", date.min, "auto")
"""What holds where an area has set nothing: in force at once (003 二)."""


class Review(NamedTuple):
    """One review of a filing (审核): a step of its chain, or the audit afterwards."""

    filing_id: str
    step: str
    conclusion: str
    officer: str
    node_id: str
    reviewed_on: date
    opinion: str
