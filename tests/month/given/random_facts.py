"""Random facts, valid and lively: agreements over each other, days around every border, all nine types."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.month.given.naive import FUNDS, Naive

Mapping = dict[str, Any]
INSURED = ("510000", "511900", "511900", "511902", "511902", "511920", "520100", "310000", "310101")
TREATMENT = ("310000", "310101", "310101", "310101", "310100", "320500", "510000", "511902")
MODES = ("HOSPITAL_ADVANCE", "AGENCY_PREFUND", "CITY_ADVANCE", "RESERVE_FUND")
KINDS = ("inpatient", "inpatient", "outpatient_general", "outpatient_chronic", "pharmacy")
BEGIN = date(2025, 10, 1)


def _day(draw: Random, first: date, most: int) -> date:
    """Any day from the first on; often the first or last of a month, or around the 20th."""
    day = first + timedelta(days=draw.randrange(most))
    if draw.random() < 0.3:
        day = max(first, day.replace(day=draw.choice((1, 20, 21, 28))))
    return day


def _agreement(draw: Random, agreement_id: str) -> Mapping:
    begins = _day(draw, date(2025, 6, 1), draw.choice((60, 240)))
    signed: Mapping = {
        "type": "agreement",
        "agreement_id": agreement_id,
        "insured_area": draw.choice(("510000",) * 6 + INSURED),
        "treatment_area": draw.choice(("310000",) * 6 + TREATMENT),
        "schemes": draw.choice((["310"], ["390", "310"], ["310", "390"], ["390", "310", "380"])),
        "insured_center": "510000",
        "treatment_center": "310000",
        "funding_mode": draw.choice(MODES),
        "in_force_from": str(begins),
        "in_force_until": str(_day(draw, begins, 900)) if draw.random() < 0.4 else "9999-12-31",
    }
    parameters: Mapping = {
        "cut_off_day": draw.choice((0, 1, 20, 28)),
        "declare_by_day": draw.choice((0, 1, 20, 28)),
        "claims": draw.choice(("required", "none")),
        "case_page_required": draw.random() < 0.5,
        "max_delay_months": draw.choice((0, 1, 5)),
        "year_close": draw.choice(("01-10", "03-31", "12-31")),
    }
    return signed | {name: value for name, value in parameters.items() if draw.random() < 0.4}


def _fen(draw: Random, most: int) -> int:
    return draw.choice((0, most, draw.randint(0, most)))


def _part(draw: Random, whole: Mapping) -> Mapping:
    """Some of each fund, with its sign."""
    return {name: (1 if whole[name] > 0 else -1) * _fen(draw, abs(whole[name])) for name in FUNDS}


def _settlement(draw: Random, id: str) -> list[Mapping]:
    """A settlement, and what may come with it."""
    service = _day(draw, BEGIN, 300)
    on = _day(draw, service, 25)
    paid = {name: _fen(draw, 100_000) for name in FUNDS}
    settled = {
        "type": "settled",
        "settlement_id": id,
        "visit_id": f"V{draw.randrange(40)}",
        "person_id": f"P{draw.randrange(9)}",
        "institution_id": draw.choice(("H1", "H10", "H2")),
        "kind": draw.choice(KINDS),
        "insured_area": draw.choice(INSURED),
        "treatment_area": draw.choice(TREATMENT),
        "scheme": draw.choice(("310", "310", "390")),
        "service_on": str(service),
        "settled_on": str(on),
        "total_fen": sum(paid.values()) + _fen(draw, 9_000),
        **paid,
    }
    if draw.random() < 0.1:
        settled["terms_on"] = str(service - timedelta(days=draw.randrange(1, 40)))
    return [settled, *_beside(draw, settled, on, paid)]


def _beside(draw: Random, settled: Mapping, on: date, paid: Mapping) -> list[Mapping]:
    id: str = settled["settlement_id"]
    facts: list[Mapping] = []
    if draw.random() < 0.75:
        received = str(_day(draw, on - timedelta(days=9), draw.choice((30, 200))))
        facts.append({"type": "case_page", "visit_id": settled["visit_id"], "received_on": received})
    if draw.random() < 0.8:
        reviewed_on = str(_day(draw, on, draw.choice((40, 200))))
        review = {"type": "reviewed", "settlement_id": id, "claim_id": "C", "reviewed_on": reviewed_on}
        facts.append({**review, "accepted": _part(draw, paid)})
    if draw.random() < 0.3:
        facts.append({"type": "reversed", "settlement_id": id, "reversed_on": str(_day(draw, on, 120))})
    for line_id in (id, f"{id}.r"):
        if draw.random() < 0.15:
            let_in = str(_day(draw, on, 300))
            facts.append({"type": "admitted", "line_id": line_id, "admitted_on": let_in})
    return facts


def _dispute(draw: Random, line: Mapping, line_id: str, since: date) -> list[Mapping]:
    """A dispute, mostly decided, and sometimes disputed once more."""
    on = _day(draw, since, 60)
    disputed = {"type": "disputed", "line_id": line_id, "disputed_on": str(on)}
    if draw.random() < 0.2:
        return [disputed]
    decided_on, outcome = _day(draw, on, 60), draw.choice(("rejected", "upheld", "adjusted"))
    decided: Mapping = {"type": "decided", "line_id": line_id, "decided_on": str(decided_on)}
    decided["outcome"] = outcome
    if outcome == "adjusted":
        decided["accepted"] = line = _part(draw, line)
    # At the end of a year the carried line may itself be late, and cannot be disputed then.
    if outcome == "upheld" or draw.random() < 0.6 or decided_on.month >= 11:
        return [disputed, decided]
    return [disputed, decided, *_dispute(draw, line, f"{line_id}.d", decided_on)]


def _recovery(draw: Random, line: Mapping, id: str) -> list[Mapping]:
    """A recovery of some of a line that is neither disputed nor reversed."""
    back = _part(draw, line)
    if not any(back.values()):
        return []
    on = _day(draw, date.fromisoformat(line["business_on"]), 200)
    head = {"type": "recovered", "recovery_id": id, "settlement_id": line["settled"]["settlement_id"]}
    return [{**head, "decided_on": str(on), **back}]


def random_facts(draw: Random, settlements: int) -> list[Mapping]:
    """The facts of so many settlements, in any order, some of them told twice."""
    facts = [_agreement(draw, id) for id in ("A", "A1", "B", "a")[: draw.randint(1, 4)] for _ in range(2)]
    facts = list({(one["agreement_id"], one["in_force_from"]): one for one in facts}.values())
    for number in range(settlements):
        facts += _settlement(draw, f"S{number}")
    reversed_ids = {fact["settlement_id"] for fact in facts if fact["type"] == "reversed"}
    for line in Naive(facts).lines:
        chance, id = draw.random(), line["settled"]["settlement_id"]
        if chance < 0.3:
            facts += _dispute(draw, line, line["line_id"], date.fromisoformat(line["business_on"]))
        elif chance < 0.6 and id not in reversed_ids:
            facts += _recovery(draw, line, f"R{id}")
    facts += draw.choices(facts, k=len(facts) // 10)
    draw.shuffle(facts)
    return facts
