"""The contract once more, naively: fractions of yuan and percent, straight from its text, on plain mappings.

Shares nothing with the engine, not even its rounding.
"""

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

Mapping = dict[str, Any]
FUNDS = ("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen")


def rounded(amount: Fraction) -> int:
    """Half away from zero."""
    return floor(amount + Fraction(1, 2)) if amount >= 0 else -floor(-amount + Fraction(1, 2))


def share(bp: int) -> Fraction:
    return Fraction(bp, 10_000)


def line_sums(lines: list[Mapping]) -> dict[str, int]:
    sums = {"total_fen": 0, "full_self_pay_fen": 0, "over_limit_fen": 0, "pre_self_pay_fen": 0}
    for line in lines:
        quantity, price = Fraction(line["quantity"]), Fraction(line["price"]) * 100
        amount = rounded(quantity * price)
        sums["total_fen"] += amount
        if line["level"] == "03":
            sums["full_self_pay_fen"] += amount
            continue
        over = 0
        if line.get("price_limit") is not None:
            over = rounded(quantity * max(Fraction(0), price - Fraction(line["price_limit"]) * 100))
        sums["over_limit_fen"] += over
        sums["pre_self_pay_fen"] += rounded((amount - over) * share(line.get("pre_self_pay_bp", 0)))
    return sums


def banded(bands: list[tuple[int | None, Fraction]], amount: Fraction) -> Fraction:
    """What the bands give for [0, amount]."""
    total, lower = Fraction(0), Fraction(0)
    for limit, ratio in bands:
        upper = amount if limit is None else min(amount, Fraction(limit))
        total += max(Fraction(0), upper - lower) * ratio
        lower = max(lower, upper)
    return total


def cut_of(policy: Mapping, filing: str) -> int:
    if filing == "home":
        return 0
    return int(policy["out_of_area"][("other_temporary" if filing == "none" else filing) + "_cut_bp"])


def naive_split(policy: Mapping, bill: Mapping) -> dict[str, Any] | str:
    """The money members of the split, or the code of the refusal."""
    amounts = bill["amounts"] if "amounts" in bill else line_sums(bill["lines"])
    parts = (amounts["full_self_pay_fen"], amounts["over_limit_fen"], amounts["pre_self_pay_fen"])
    in_scope = amounts["total_fen"] - sum(parts)
    if min(amounts["total_fen"], *parts, in_scope) < 0:
        return "invalid"
    if not policy["in_force_from"] <= bill["service_on"] < policy["in_force_until"]:
        return "NO_POLICY_IN_FORCE"
    paid = stay(policy, bill, in_scope) if bill["kind"] == "inpatient" else visit(policy, bill, in_scope)
    if isinstance(paid, str):
        return paid
    fund = sum(paid[name] for name in FUNDS)
    personal = amounts["total_fen"] - fund
    account = bill.get("account") or {"use": False, "balance_fen": 0}
    from_account = min(account["balance_fen"], personal) if account["use"] else 0
    return {**amounts, **paid, "in_scope_fen": in_scope, "fund_fen": fund, "personal_fen": personal,
            "account_fen": from_account, "cash_fen": personal - from_account}  # fmt: skip


def year_of(bill: Mapping) -> Mapping:
    return defaultdict(int, bill.get("year_to_date", {}))


def stay(policy: Mapping, bill: Mapping, in_scope: int) -> Mapping | str:
    rules = policy.get("inpatient")
    if rules is None:
        return "KIND_NOT_COVERED"
    if bill["filing"] == "none" and policy["out_of_area"]["unfiled"] == "refuse":
        return "NOT_FILED"
    if bill["hospital_tier"] not in rules["tiers"]:
        return "TIER_UNKNOWN"
    tier, year = rules["tiers"][bill["hospital_tier"]], year_of(bill)
    deductible = min(stay_deductible(rules, tier, bill, year["stays"]), in_scope)
    bands, cut = pool_bands(policy, tier, bill), cut_of(policy, bill["filing"])
    upper_cut = cut if policy["out_of_area"]["cut_serious_illness"] else 0

    def exact_pool(to: Fraction) -> Fraction:
        """The pool for the first `to` of what is above the deductible."""
        if rules["bands_from"] == "zero":
            return banded(bands, deductible + to) - banded(bands, Fraction(deductible))
        return banded(bands, to)

    above = Fraction(in_scope - deductible)
    left = max(0, rules["pool_cap_fen"] - year["pool_paid_fen"])
    pool = rounded(min(exact_pool(above), Fraction(left)))
    large = large_amount(
        policy, year, upper_cut, above - reach(exact_pool, bands, above, deductible, left, rules)
    )
    serious = serious_illness(policy, year, upper_cut, in_scope - pool - large)
    aid = assistance(policy, bill, year, in_scope - pool - large - serious)
    ratio = rounded(bands[0][1] * 10_000) if "ratio_bp" in tier else None
    return {"deductible_fen": deductible, "ratio_bp": ratio, "pool_fen": pool, "large_amount_fen": large,
            "serious_illness_fen": serious, "assistance_fen": aid}  # fmt: skip


def stay_deductible(rules: Mapping, tier: Mapping, bill: Mapping, stays: int) -> int:
    transfer, mode = bill.get("transfer"), rules["deductible_transfer"]
    if transfer is not None and mode == "difference":
        return max(0, int(tier["deductible_fen"]) - int(transfer["deductible_paid_fen"]))
    if transfer is not None and mode == "waive":
        return 0
    factors = rules["stay_deductible_bp"]
    return rounded(tier["deductible_fen"] * share((factors + [factors[-1]] * stays)[stays]))


def pool_bands(policy: Mapping, tier: Mapping, bill: Mapping) -> list[tuple[int | None, Fraction]]:
    retired = policy.get("retired", {}) if bill["person"]["retired"] else {}
    change = retired.get("ratio_bonus_bp", 0) - cut_of(policy, bill["filing"])
    own = share(retired.get("own_share_bp", 10_000))
    return [
        (band.get("up_to_fen"), 1 - (1 - share(band["ratio_bp"] + change)) * own)
        for band in tier.get("bands") or [{"ratio_bp": tier["ratio_bp"]}]
    ]


def reach(
    exact_pool: Callable[[Fraction], Fraction],
    bands: Any,
    above: Fraction,
    deductible: int,
    left: int,
    rules: Mapping,
) -> Fraction:
    """The smallest point where the exact pool equals what was left, or all of `above`."""
    if left == 0:
        return Fraction(0)
    if exact_pool(above) < left:
        return above
    start = deductible if rules["bands_from"] == "zero" else 0
    corners = sorted(
        {min(above, max(Fraction(0), Fraction(limit - start))) for limit, _ in bands if limit} | {above}
    )
    low = Fraction(0)
    for corner in corners:
        if exact_pool(corner) >= left:
            rise = exact_pool(corner) - exact_pool(low)
            return low + (left - exact_pool(low)) * (corner - low) / rise
        low = corner
    raise AssertionError("reached nowhere")


def large_amount(policy: Mapping, year: Mapping, cut: int, beyond: Fraction) -> int:
    rules = policy.get("large_amount")
    if rules is None:
        return 0
    left = max(0, rules["cap_fen"] - year["large_amount_paid_fen"])
    return rounded(min(beyond * share(rules["ratio_bp"] - cut), Fraction(left)))


def serious_illness(policy: Mapping, year: Mapping, cut: int, base: int) -> int:
    rules = policy.get("serious_illness")
    if rules is None:
        return 0
    bands = [(band.get("up_to_fen"), share(band["ratio_bp"] - cut)) for band in rules["bands"]]
    floor_fen = Fraction(rules["deductible_fen"])

    def f(amount: int) -> Fraction:
        return banded(bands, max(floor_fen, Fraction(amount))) - banded(bands, floor_fen)

    before = year["serious_illness_base_fen"]
    left = max(0, rules["cap_fen"] - year["serious_illness_paid_fen"])
    return rounded(min(f(before + base) - f(before), Fraction(left)))


def assistance(policy: Mapping, bill: Mapping, year: Mapping, base: int) -> int:
    tables = policy.get("assistance", {})
    known = [tables[name] for name in bill["person"]["identities"] if name in tables]
    if not known:
        return 0
    best = max(known, key=lambda table: (table["ratio_bp"], -table["deductible_fen"], table["cap_fen"]))
    deductible_left = max(0, best["deductible_fen"] - year["assistance_base_fen"])
    left = max(0, best["cap_fen"] - year["assistance_paid_fen"])
    return rounded(min(max(0, base - deductible_left) * share(best["ratio_bp"]), Fraction(left)))


def visit(policy: Mapping, bill: Mapping, in_scope: int) -> Mapping | str:
    table = policy.get(bill["kind"])
    if bill["kind"] == "pharmacy" and table is None:
        table = policy.get("outpatient_general")
    if table is None:
        return "KIND_NOT_COVERED"
    if bill["kind"] == "outpatient_chronic":
        table = table.get(bill["disease"])
        if table is None:
            return "DISEASE_NOT_COVERED"
    if bill["hospital_tier"] not in table["tiers"]:
        return "TIER_UNKNOWN"
    year, retired = year_of(bill), bill["person"]["retired"]
    ratio = table["tiers"][bill["hospital_tier"]]
    ratio += table.get("retired_ratio_bonus_bp", 0) if retired else 0
    ratio -= cut_of(policy, bill["filing"]) if table.get("cut", False) else 0
    cap = table.get("retired_cap_fen", table["cap_fen"]) if retired else table["cap_fen"]
    deductible = min(max(0, table["deductible_fen"] - year["outpatient_deductible_paid_fen"]), in_scope)
    left = max(0, cap - year["outpatient_paid_fen"])
    paid = rounded(min((in_scope - deductible) * share(ratio), Fraction(left)))
    return {"deductible_fen": deductible, "ratio_bp": ratio, "pool_fen": paid, "large_amount_fen": 0,
            "serious_illness_fen": 0, "assistance_fen": 0}  # fmt: skip
