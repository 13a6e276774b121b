"""The split as a JSON object, members in the order of the contract."""

from typing import Any

from services.settlement.rules.derivation import derive
from services.settlement.rules.split import Split

_MEMBERS = (
    "bill_id",
    "policy_id",
    "total_fen",
    "full_self_pay_fen",
    "over_limit_fen",
    "pre_self_pay_fen",
    "in_scope_fen",
    "deductible_fen",
    "ratio_bp",
    "pool_fen",
    "large_amount_fen",
    "serious_illness_fen",
    "assistance_fen",
    "fund_fen",
    "account_fen",
    "cash_fen",
    "personal_fen",
)


def split_document(split: Split) -> dict[str, Any]:
    """The split with its derivation; `by_category` only where the bill came with lines."""
    document: dict[str, Any] = {name: getattr(split, name) for name in _MEMBERS}
    if split.by_category is not None:
        document["by_category"] = {category: sums._asdict() for category, sums in split.by_category.items()}
    document["derivation"] = [
        {"step": step, "text": text, "clause": clause, "amount_fen": fen}
        for step, text, clause, fen in derive(split)
    ]
    return document
