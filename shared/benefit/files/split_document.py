"""The split as a JSON object, members in the order of the contract."""

from typing import Any

from shared.benefit.split import Split
from shared.benefit.words.derivation import derive

_MEMBERS = Split._fields[: Split._fields.index("by_category")]


def split_document(split: Split) -> dict[str, Any]:
    """The split with its derivation; `by_category` only where the bill came with lines."""
    document: dict[str, Any] = dict(zip(_MEMBERS, split, strict=False))
    if split.by_category is not None:
        document["by_category"] = {category: sums._asdict() for category, sums in split.by_category.items()}
    document["derivation"] = [
        {"step": step, "text": text, "clause": clause, "amount_fen": fen}
        for step, text, clause, fen in derive(split)
    ]
    return document
