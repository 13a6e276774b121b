"""A bill the policy does not settle: the stable code, and what it is about."""

from dataclasses import dataclass

from shared.errors import REFUSALS


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of NO_POLICY_IN_FORCE, KIND_NOT_COVERED, NOT_FILED, DISEASE_NOT_COVERED, TIER_UNKNOWN."""

    bill_id: str
    code: str
    where: str

    @property
    def reason(self) -> str:
        """What happened and what to do, for people, in Chinese and English."""
        words = REFUSALS[self.code]
        zh = f"{words.text_zh}（{self.where}）：{words.advice_zh}"
        return f"{zh} / {words.text_en} ({self.where}). {words.advice_en}"
