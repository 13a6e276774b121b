"""Random policies and bills, valid and lively: small amounts where rounding shows, caps that are reached."""

from random import Random
from typing import Any

Mapping = dict[str, Any]
TIERS = ("1", "2", "3")
FILINGS = ("home", "long_term", "referral", "emergency", "other_temporary", "none")
IDENTITIES = ("low_income", "orphan", "disabled")
DISEASES = ("M03900", "M03900", "M03900", "M01600")
YEAR = ("pool_paid_fen", "large_amount_paid_fen", "serious_illness_base_fen", "serious_illness_paid_fen",
        "assistance_base_fen", "assistance_paid_fen", "outpatient_deductible_paid_fen", "outpatient_paid_fen",
        )  # fmt: skip
KINDS = ("inpatient", "inpatient", "inpatient", "outpatient_general", "outpatient_chronic", "pharmacy")


def _fen(draw: Random, top: int) -> int:
    """Often tiny, sometimes zero, else anything up to `top`."""
    return draw.choice((0, draw.randrange(1, 60), draw.randrange(top), draw.randrange(top)))


def _bands(draw: Random, top: int, low_bp: int, high_bp: int) -> list[Mapping]:
    limits = sorted({1 + _fen(draw, top) for _ in range(draw.randrange(4))})
    ratios = [draw.randint(low_bp, high_bp) for _ in range(len(limits) + 1)]
    bands: list[Mapping] = [
        {"up_to_fen": limit, "ratio_bp": ratio} for limit, ratio in zip(limits, ratios, strict=False)
    ]
    return [*bands, {"ratio_bp": ratios[-1]}]


def _tier(draw: Random, top: int, cut: int, bonus: int) -> Mapping:
    tier: Mapping = {"deductible_fen": _fen(draw, top // 4)}
    if draw.random() < 0.5:
        return tier | {"bands": _bands(draw, top, cut, 10_000 - bonus)}
    return tier | {"ratio_bp": draw.randint(cut, 10_000 - bonus)}


def _outpatient(draw: Random, top: int, cut: int) -> Mapping:
    bonus = draw.choice((0, draw.randrange(2_000)))
    is_cut = draw.random() < 0.4
    low = cut if is_cut else 0
    tiers = {tier: draw.randint(low, 10_000 - bonus) for tier in TIERS if draw.random() < 0.9}
    table: Mapping = {"deductible_fen": _fen(draw, top // 4), "cap_fen": _fen(draw, top), "tiers": tiers}
    if draw.random() < 0.7:
        table |= {"retired_ratio_bonus_bp": bonus, "cut": is_cut}
        table |= {"retired_cap_fen": _fen(draw, top)} if draw.random() < 0.5 else {}
    return table


def _assistance(draw: Random, top: int) -> Mapping:
    deductible, cap = draw.choice((0, 30, 5_000)), _fen(draw, top)
    return {"ratio_bp": draw.choice((7_000, 8_000)), "deductible_fen": deductible, "cap_fen": cap}


def random_policy(draw: Random, top: int) -> Mapping:
    """A valid policy as a mapping, for amounts up to about `top` fen."""
    cuts = [draw.choice((0, 500, draw.randrange(3_000))) for _ in range(4)]
    names = ("long_term_cut_bp", "referral_cut_bp", "emergency_cut_bp", "other_temporary_cut_bp")
    cut, bonus, serious_cut = max(cuts), draw.choice((0, 300, draw.randrange(2_000))), draw.random() < 0.5
    low = cut if serious_cut else 0
    policy: Mapping = {
        "version": 1, "policy_id": "P", "insured_area": "511900", "scheme": draw.choice(("310", "390")),
        "in_force_from": "2023-01-01", "in_force_until": "2028-01-01", "issuer_level": "city",
        "sources": [{"document": "X", "clause": "1"}], "catalog_mode": "treatment",
        "out_of_area": dict(zip(names, cuts, strict=True))
        | {"unfiled": draw.choice(("cut", "cut", "refuse")), "cut_serious_illness": serious_cut},
        "inpatient": {
            "pool_cap_fen": _fen(draw, top), "stay_deductible_bp": [10_000, 5_000, draw.randrange(10_001)],
            "deductible_transfer": draw.choice(("none", "difference", "waive")),
            "bands_from": draw.choice(("zero", "deductible")),
            "tiers": {tier: _tier(draw, top, cut, bonus) for tier in TIERS if draw.random() < 0.9},
        },
        "retired": {"ratio_bonus_bp": bonus, "own_share_bp": draw.choice((10_000, draw.randrange(10_001)))},
        "large_amount": {"ratio_bp": draw.randint(low, 10_000), "cap_fen": _fen(draw, top)},
        "serious_illness": {"deductible_fen": _fen(draw, top // 3), "cap_fen": _fen(draw, top),
                            "bands": _bands(draw, top, low, 10_000)},
        "assistance": {name: _assistance(draw, top) for name in IDENTITIES[:2]},
        "outpatient_general": _outpatient(draw, top, cut), "pharmacy": _outpatient(draw, top, cut),
        "outpatient_chronic": {DISEASES[0]: _outpatient(draw, top, cut)},
    }  # fmt: skip
    optional = ("retired", "large_amount", "serious_illness", "assistance", "pharmacy", "outpatient_chronic",
                "outpatient_general", "inpatient")  # fmt: skip
    chances = (0.3, 0.3, 0.3, 0.4, 0.5, 0.2, 0.1, 0.03)
    return {key: value for key, value in policy.items()
            if key not in optional or draw.random() >= chances[optional.index(key)]}  # fmt: skip


def _line(draw: Random) -> Mapping:
    line: Mapping = {
        "item": "X", "category": f"{draw.randint(1, 14):02d}", "level": draw.choice(("01", "02", "02", "03")),
        "quantity": draw.choice(("1", "2", "0.5", f"{draw.randrange(30)}.{draw.randrange(10_000):04d}")),
        "price": draw.choice(("0.005", "12.5", f"{draw.randrange(100)}.{draw.randrange(10**6):06d}")),
    }  # fmt: skip
    line |= (
        {"price_limit": draw.choice(("0", "10", f"0.{draw.randrange(1000)}"))} if draw.random() < 0.4 else {}
    )
    return line | ({"pre_self_pay_bp": draw.choice((0, 1_000, 3_333, 10_000))} if draw.random() < 0.6 else {})


def random_lines(draw: Random) -> list[Mapping]:
    """Fee lines, some of them taken back again."""
    lines = [_line(draw) for _ in range(draw.randrange(8))]
    returned = [{**line, "quantity": "-" + line["quantity"]} for line in lines if draw.random() < 0.2]
    return [*lines, *returned]


def _amounts(draw: Random, top: int) -> Mapping:
    parts = [_fen(draw, top // 10) for _ in range(3)]
    names = ("full_self_pay_fen", "over_limit_fen", "pre_self_pay_fen")
    return {"total_fen": sum(parts) + _fen(draw, 2 * top), **dict(zip(names, parts, strict=True))}


def random_bill(draw: Random, top: int) -> Mapping:
    """A well-formed bill as a mapping, in force or not, settled or refused."""
    bill: Mapping = {
        "bill_id": "B", "policy_id": "P", "kind": draw.choice(KINDS), "disease": draw.choice(DISEASES),
        "treatment_area": "510100", "hospital_tier": draw.choice(TIERS),
        "service_on": draw.choice((*["2023-01-01", "2027-12-31"] * 10, "2022-12-31", "2028-01-01")),
        "settled_on": "2027-12-31",
        "person": {"retired": draw.random() < 0.5, "identities": draw.sample(IDENTITIES, draw.randrange(4))},
        "filing": draw.choice(FILINGS),
        "transfer": {"deductible_paid_fen": _fen(draw, top // 4)} if draw.random() < 0.3 else None,
        "account": {"use": draw.random() < 0.5, "balance_fen": _fen(draw, top)},
    }  # fmt: skip
    year = {name: _fen(draw, top) for name in YEAR if draw.random() < 0.4}
    bill |= {"year_to_date": {**year, "stays": draw.randrange(5)}} if draw.random() < 0.8 else {}
    return bill | ({"lines": random_lines(draw)} if draw.random() < 0.3 else {"amounts": _amounts(draw, top)})
