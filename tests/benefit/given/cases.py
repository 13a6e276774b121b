"""A small policy and a plain bill that the tests of the benefit engine change one key at a time."""

import copy
import json
from typing import Any

from shared.benefit.bill import Bill
from shared.benefit.files.bill_file import read_bill
from shared.benefit.policy.checks import Policy, parse_policy
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split

POLICY: dict[str, Any] = {
    "version": 1,
    "policy_id": "P",
    "insured_area": "511900",
    "scheme": "390",
    "in_force_from": "2023-01-01",
    "in_force_until": "2028-01-01",
    "issuer_level": "city",
    "sources": [{"document": "001", "clause": "(四)"}],
    "catalog_mode": "treatment",
    "out_of_area": {
        "long_term_cut_bp": 0,
        "referral_cut_bp": 500,
        "emergency_cut_bp": 500,
        "other_temporary_cut_bp": 1000,
        "unfiled": "cut",
        "cut_serious_illness": False,
    },
    "inpatient": {
        "pool_cap_fen": 20_000_000,
        "stay_deductible_bp": [10_000, 5_000],
        "deductible_transfer": "difference",
        "bands_from": "deductible",
        "tiers": {
            "1": {"deductible_fen": 15_000, "ratio_bp": 8_500},
            "3": {"deductible_fen": 65_000, "ratio_bp": 6_500},
        },
    },
}

BILL: dict[str, Any] = {
    "bill_id": "B",
    "policy_id": "P",
    "kind": "inpatient",
    "treatment_area": "510100",
    "hospital_tier": "3",
    "service_on": "2023-05-01",
    "settled_on": "2023-05-10",
    "person": {"retired": False, "identities": []},
    "filing": "home",
    "amounts": {
        "total_fen": 1_000_000,
        "full_self_pay_fen": 0,
        "over_limit_fen": 0,
        "pre_self_pay_fen": 0,
    },
}

Changes = dict[str, Any]


def changed(mapping: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """A copy with the values at dotted places replaced or added; None at a place takes the key away."""
    result = copy.deepcopy(mapping)
    for place, value in changes.items():
        *tables, key = place.split(".")
        table = result
        for name in tables:
            table = table.setdefault(name, {})
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return result


def in_scope(fen: int) -> Changes:
    """A bill that is in scope as a whole."""
    return {"amounts.total_fen": fen}


def read(policy_changes: Changes, bill_changes: Changes) -> tuple[Policy, Bill]:
    """The changed policy and the changed bill, both read as files are."""
    policy = parse_policy(changed(POLICY, policy_changes))
    return read_bill(json.dumps(changed(BILL, bill_changes)), {policy.policy_id: [policy]})


def outcome(policy_changes: Changes, bill_changes: Changes) -> Split | Refusal:
    """The changed bill settled under the changed policy."""
    return quote(*read(policy_changes, bill_changes))


def split_of(policy_changes: Changes, bill_changes: Changes) -> Split:
    """As `outcome`, for a bill that settles."""
    split = outcome(policy_changes, bill_changes)
    assert isinstance(split, Split), split
    return split
