"""Facts as they stand in a file, each made in one line; what a test does not name has a plain value."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from shared.month.compute import Months, compute
from shared.month.outcome import Aside
from shared.month.reading import Facts, gather
from shared.month.statement import Statement, csv_of, csv_sha256, document

Fact = dict[str, Any]
FUNDS = ("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen", "account_fen")
ALL_DAYS = {"in_force_from": "2025-01-01", "in_force_until": "2028-01-01"}


def funds(**fen: int) -> Fact:
    """The five amounts, 0 where not named: `pool=300` is 300 fen of the pool."""
    return dict.fromkeys(FUNDS, 0) | {f"{name}_fen": amount for name, amount in fen.items()}


def agreement(agreement_id: str = "A", **changes: Any) -> Fact:
    """An agreement of Sichuan with Shanghai, by which agencies prefund."""
    return {
        "type": "agreement",
        "agreement_id": agreement_id,
        "insured_area": "510000",
        "treatment_area": "310000",
        "schemes": ["310"],
        "insured_center": "510000",
        "treatment_center": "310000",
        "funding_mode": "AGENCY_PREFUND",
        **ALL_DAYS,
        **changes,
    }


def advance(**changes: Any) -> Fact:
    """An agreement by which hospitals advance, and declare by the 20th as in national practice."""
    return agreement(**{"funding_mode": "HOSPITAL_ADVANCE", "declare_by_day": 20, **changes})


def settled(settlement_id: str, on: str, fen: Fact | None = None, **changes: Any) -> Fact:
    """A stay in Shanghai settled on a day; its total is what the funds paid, and 100 yuan in cash."""
    paid = funds(pool=10_000) if fen is None else fen
    return {
        "type": "settled",
        "settlement_id": settlement_id,
        "visit_id": f"V-{settlement_id}",
        "person_id": "P",
        "institution_id": "H1",
        "kind": "inpatient",
        "insured_area": "511900",
        "treatment_area": "310101",
        "scheme": "310",
        "service_on": on,
        "settled_on": on,
        "total_fen": sum(paid.values()) + 10_000,
        **paid,
        **changes,
    }


def reversed_(settlement_id: str, on: str) -> Fact:
    """A reversal."""
    return {"type": "reversed", "settlement_id": settlement_id, "reversed_on": on}


def page(settlement_id: str, on: str) -> Fact:
    """The case page of a settlement's visit."""
    return {"type": "case_page", "visit_id": f"V-{settlement_id}", "received_on": on}


def reviewed(settlement_id: str, on: str, **fen: int) -> Fact:
    """A review that accepted these amounts."""
    head = {"type": "reviewed", "settlement_id": settlement_id, "claim_id": "C", "reviewed_on": on}
    return {**head, "accepted": funds(**fen)}


def disputed(line_id: str, on: str) -> Fact:
    """A dispute."""
    return {"type": "disputed", "line_id": line_id, "disputed_on": on}


def decided(line_id: str, on: str, outcome: str, accepted: Fact | None = None) -> Fact:
    """A decision of a dispute; what was accepted only where it was adjusted."""
    head = {"type": "decided", "line_id": line_id, "decided_on": on, "outcome": outcome}
    return head if accepted is None else {**head, "accepted": accepted}


def recovered(recovery_id: str, settlement_id: str, on: str, **fen: int) -> Fact:
    """A recovery of these amounts."""
    head = {"type": "recovered", "recovery_id": recovery_id, "settlement_id": settlement_id}
    return {**head, "decided_on": on, **funds(**fen)}


def admitted(line_id: str, on: str) -> Fact:
    """A late line was let in."""
    return {"type": "admitted", "line_id": line_id, "admitted_on": on}


def numbered(facts: Iterable[Fact | str]) -> list[tuple[int, bytes]]:
    """The facts as the lines of a file."""
    texts = (fact if isinstance(fact, str) else json.dumps(fact) for fact in facts)
    return [(number, text.encode()) for number, text in enumerate(texts, 1)]


def read(*facts: Fact | str) -> Facts:
    """The facts, read."""
    return gather(numbered(facts))


def months_of(*facts: Fact) -> Months:
    """All months of the facts."""
    return compute(read(*facts))


def statements(*facts: Fact, through: str | None = None) -> list[Statement]:
    """The statements of the facts."""
    return list(months_of(*facts).statements(date.fromisoformat(through) if through else None))


def aside(why: Aside, *facts: Fact) -> list[str]:
    """The lines aside for one reason."""
    return list(months_of(*facts).aside[why])


def places(*facts: Fact) -> dict[str, str]:
    """Where each line stands: its month, or why it stands in none."""
    months = months_of(*facts)
    found = {line.line_id: one.month for one in months.statements() for line in one.lines}
    return found | {id: str(why) for why, ids in months.aside.items() for id in ids}


def worth(*facts: Fact) -> dict[str, tuple[int, int, int]]:
    """Of each line that stands in a statement: its total, its pool and what is due of it."""
    lines = [line for one in statements(*facts) for line in one.lines]
    return {line.line_id: (line.total_fen, line.funds.pool_fen, line.funds.due_fen) for line in lines}


def documents(months: Months) -> list[Fact]:
    """What `yidi month compute --json` tells, a line each."""
    told = [document(one, csv_sha256(csv_of(one.lines))) for one in months.statements()]
    return [*told, {str(why): list(ids) for why, ids in months.aside.items()}]
