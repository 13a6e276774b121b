"""The contract once more, naively: straight from its text, on plain mappings, month by month, line by line.

Shares nothing with the engine. The facts it is given are valid.
"""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

Mapping = dict[str, Any]
FUNDS = ("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen", "account_fen")
DEFAULTS = {"cut_off_day": 0, "declare_by_day": 0, "max_delay_months": 2, "year_close": "03-31"}
CSV = (
    "line_id settlement_id why person_id insured_area treatment_area institution_id visit_kind service_on"
    " business_on total_fen pool_fen large_amount_fen serious_illness_fen assistance_fen account_fen fund_fen"
    " due_fen"
)
Month = tuple[int, int]


def parameter(signed: Mapping, name: str) -> Any:
    if name in signed:
        return signed[name]
    if name == "claims":
        return "required" if signed["funding_mode"] == "HOSPITAL_ADVANCE" else "none"
    if name == "case_page_required":
        return parameter(signed, "claims") == "required"
    return DEFAULTS[name]


def following(month: Month) -> Month:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


def s(signed: Mapping, day: date) -> Month:
    """S(day)."""
    month = (day.year, day.month)
    cut_off = parameter(signed, "cut_off_day")
    return following(month) if cut_off > 0 and day.day > cut_off else month


def k(signed: Mapping, month: Month) -> date:
    """K(M)."""
    declare_by, cut_off = parameter(signed, "declare_by_day"), parameter(signed, "cut_off_day")
    if declare_by:
        return date(*following(month), declare_by)
    return date(*month, cut_off) if cut_off else date(*following(month), 1) - timedelta(days=1)


def smallest(signed: Mapping, business: date, counted: date) -> Month:
    """The smallest M with M ≥ S(business) and K(M) ≥ counted."""
    month = s(signed, business)
    while k(signed, month) < counted:
        month = following(month)
    return month


def late(signed: Mapping, month: Month, business: date) -> bool:
    first = s(signed, business)
    delay = (month[0] - first[0]) * 12 + month[1] - first[1]
    close = date.fromisoformat(f"{business.year + 1}-{parameter(signed, 'year_close')}")
    return bool(delay > parameter(signed, "max_delay_months") or k(signed, month) > close)


def covers(outer: str, inner: str) -> bool:
    if outer[2:] == "0000":
        return outer[:2] == inner[:2]
    return outer[:4] == inner[:4] if outer[4:] == "00" else outer == inner


def zeros(area: str) -> int:
    return 1 + zeros(area[:-1]) if area.endswith("0") else 0


def agreement_of(signed: list[Mapping], settled: Mapping) -> Mapping | None:
    """The agreement that covers a settlement, as it was signed last."""
    on, fitting = settled.get("terms_on", settled["service_on"]), []
    for id in sorted({one["agreement_id"] for one in signed}):
        begun = [one for one in signed if one["agreement_id"] == id and one["in_force_from"] <= on]
        if not begun:
            continue
        period = max(begun, key=lambda one: str(one["in_force_from"]))
        insured, treatment = period["insured_area"], period["treatment_area"]
        if (
            settled["scheme"] in period["schemes"]
            and on < period["in_force_until"]
            and covers(insured, settled["insured_area"])
            and covers(treatment, settled["treatment_area"])
        ):
            named = period.get("institutions", [])
            if not named or settled["institution_id"] in named:
                fitting.append((not named, zeros(insured), zeros(treatment), id))
    if not fitting:
        return None
    ours = [one for one in signed if one["agreement_id"] == min(fitting)[3]]
    return max(ours, key=lambda one: str(one["in_force_from"]))


class Naive:
    """All that the facts come to: the lines with their months, and those of none."""

    def __init__(self, facts: list[Mapping]) -> None:
        unique = {json.dumps(fact, sort_keys=True): fact for fact in facts}.values()
        self.facts = {kind: [fact for fact in unique if fact["type"] == kind] for kind in
                      ("agreement", "settled", "reversed", "case_page", "reviewed", "decided", "recovered",
                       "admitted")}  # fmt: skip
        self.lines: list[Mapping] = []
        self.aside: dict[str, list[str]] = {"unagreed": [], "late": [], "not_eligible": []}
        for settled in self.facts["settled"]:
            self._settlement(settled)

    def _of(self, kind: str, member: str, value: str) -> Mapping | None:
        return next((fact for fact in self.facts[kind] if fact[member] == value), None)

    def _eligible(self, signed: Mapping, settled: Mapping) -> date | None:
        days = [settled["settled_on"]]
        if settled["kind"] == "inpatient" and parameter(signed, "case_page_required"):
            pages = [one for one in self.facts["case_page"] if one["visit_id"] == settled["visit_id"]]
            if not pages:
                return None
            days.append(min(one["received_on"] for one in pages))
        if parameter(signed, "claims") == "required":
            review = self._of("reviewed", "settlement_id", settled["settlement_id"])
            if review is None:
                return None
            days.append(review["reviewed_on"])
        return date.fromisoformat(max(days))

    def _settlement(self, settled: Mapping) -> None:
        if covers(settled["insured_area"], settled["treatment_area"]):
            return
        id = settled["settlement_id"]
        reversal = self._of("reversed", "settlement_id", id)
        both = [id, f"{id}.r"] if reversal else [id]
        signed = agreement_of(self.facts["agreement"], settled)
        if signed is None:
            self.aside["unagreed"] += both
            return
        eligible = self._eligible(signed, settled)
        if eligible is None or (reversal and eligible > date.fromisoformat(reversal["reversed_on"])):
            self.aside["not_eligible"] += both
            return
        money = {name: settled[name] for name in FUNDS}
        if parameter(signed, "claims") == "required":
            review = self._of("reviewed", "settlement_id", id)
            money = dict(review["accepted"]) if review else money
        line = {"line_id": id, "why": "settled", "business_on": settled["settled_on"], "settled": settled}
        if not self._enter(signed, line | {"total_fen": settled["total_fen"]} | money, eligible):
            self.aside["late"] += both
            return
        if reversal:
            back = {name: -fen for name, fen in money.items()} | {"total_fen": -settled["total_fen"]}
            on = date.fromisoformat(reversal["reversed_on"])
            line |= {"line_id": f"{id}.r", "why": "reversed", "business_on": reversal["reversed_on"]}
            if not self._enter(signed, line | back, max(on, eligible)):
                self.aside["late"].append(f"{id}.r")
        self._recoveries(signed, line)

    def _recoveries(self, signed: Mapping, line: Mapping) -> None:
        for one in self.facts["recovered"]:
            if one["settlement_id"] == line["settled"]["settlement_id"]:
                line |= {"line_id": one["recovery_id"], "why": "recovered", "business_on": one["decided_on"]}
                back = {name: -one[name] for name in FUNDS} | {"total_fen": 0}
                if not self._enter(signed, line | back, date.fromisoformat(one["decided_on"])):
                    self.aside["late"].append(one["recovery_id"])

    def _enter(self, signed: Mapping, line: Mapping, eligible: date) -> bool:
        """Whether the line could be placed; what is carried of it after a dispute is placed too."""
        business = date.fromisoformat(line["business_on"])
        month = smallest(signed, business, eligible)
        if late(signed, month, business):
            admission = self._of("admitted", "line_id", line["line_id"])
            if admission is None:
                return False
            month = smallest(signed, business, max(eligible, date.fromisoformat(admission["admitted_on"])))
            line = line | {"why": "late"}
        self.lines.append(line | {"month": month, "agreement": signed})
        decision = self._of("decided", "line_id", line["line_id"])
        if decision and decision["outcome"] != "upheld":
            on, id = decision["decided_on"], line["line_id"] + ".d"
            carried = (
                line | decision.get("accepted", {}) | {"line_id": id, "why": "carried", "business_on": on}
            )
            if not self._enter(signed, carried, date.fromisoformat(on)):
                self.aside["late"].append(id)
        return True

    def documents(self) -> list[Mapping]:
        """What `yidi month compute --json` is to tell, a line each."""
        groups: dict[tuple[Month, str, str], list[Mapping]] = {}
        for line in self.lines:
            key = (line["month"], line["agreement"]["agreement_id"], line["settled"]["scheme"])
            groups.setdefault(key, []).append(line)
        told = [statement(*key, groups[key]) for key in sorted(groups)]
        return [*told, {why: sorted(ids) for why, ids in self.aside.items()}]


def statement(month: Month, agreement_id: str, scheme: str, lines: list[Mapping]) -> Mapping:
    lines = sorted(
        lines, key=lambda one: (one["business_on"], one["settled"]["institution_id"], one["line_id"])
    )
    areas = sorted({line["settled"]["insured_area"] for line in lines})
    return {
        "agreement_id": agreement_id,
        "scheme": scheme,
        "month": f"{month[0]}-{month[1]:02}",
        "sorted_on": str(k(lines[0]["agreement"], month) + timedelta(days=1)),
        "sums": sums(lines),
        "by_area": {
            area: sums([line for line in lines if line["settled"]["insured_area"] == area]) for area in areas
        },
        "csv_sha256": hashlib.sha256(csv(lines)).hexdigest(),
    }


def sums(lines: list[Mapping]) -> Mapping:
    added = {name: sum(line[name] for line in lines) for name in ("total_fen", *FUNDS)}
    return {"lines": len(lines), **added, **together(added)}


def together(money: Mapping) -> Mapping:
    fund = (
        money["pool_fen"] + money["large_amount_fen"] + money["serious_illness_fen"] + money["assistance_fen"]
    )
    return {"fund_fen": fund, "due_fen": fund + money["account_fen"]}


def csv(lines: list[Mapping]) -> bytes:
    names = CSV.split()
    rows = [names]
    for line in lines:
        row = line["settled"] | line | together(line) | {"visit_kind": line["settled"]["kind"]}
        rows.append([str(row[name]) for name in names])
    return b"\xef\xbb\xbf" + "".join(",".join(row) + "\n" for row in rows).encode()
