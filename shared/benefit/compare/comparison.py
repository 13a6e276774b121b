"""Why two bills came out differently (对比): a sum of causes, each with the fen it moved. Pure.

What differs is exchanged one after the other, in the order of the calculation, and the engine says what each
exchange moves; so the parts add up to the whole difference. What no policy settles by itself, such as another
policy with a tier it does not know, is exchanged and told together with what differs next.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from shared.benefit.bill import Amounts, Bill, InvalidBillError, PartsBefore
from shared.benefit.policy.form import Policy
from shared.benefit.quote import quote
from shared.benefit.split import Split
from shared.money import yuan


class Settled(NamedTuple):
    """A bill with the policy it was settled under, and the split as it was settled."""

    policy: Policy
    bill: Bill
    split: Split


class Cause(NamedTuple):
    """What made a difference: the derivation's step, the circumstance in Chinese and English, its value in
    the first and in the second bill, and by how many fen it moved the fund's and the patient's part.

    Of circumstances that are told together, each is named and has its value.
    """

    step: str
    zh: str
    en: str
    first: str
    second: str
    fund_fen: int
    personal_fen: int


class _Circumstance(NamedTuple):
    step: str
    zh: str
    en: str
    members: tuple[str, ...]


class _Exchange(NamedTuple):
    """A circumstance with its value in the first and in the second bill."""

    what: _Circumstance
    first: str
    second: str


_YEAR = "year_to_date."
_CIRCUMSTANCES = (
    _Circumstance("total", "费用", "the costs", ("amounts", "by_category")),
    _Circumstance("ratio", "政策", "the policy", ("policy", "kind", "disease", "service_on")),
    _Circumstance("ratio", "医院级别", "the hospital's tier", ("hospital_tier",)),
    _Circumstance("ratio", "备案", "the filing", ("filing",)),
    _Circumstance("ratio", "在职退休", "retired", ("retired",)),
    _Circumstance(
        "deductible",
        "本年住院次数",
        "stays of the year before",
        (f"{_YEAR}stays", "transfer_paid_fen"),
    ),
    _Circumstance(
        "deductible",
        "本年门诊起付线已付",
        "outpatient deductible paid before",
        (f"{_YEAR}outpatient_deductible_paid_fen",),
    ),
    _Circumstance(
        "deductible", "中途结算前段", "earlier parts of the stay", ("deductible_left_fen", "parts_before")
    ),
    _Circumstance("fund.pool", "统筹基金本年已付", "paid by the pool before", (f"{_YEAR}pool_paid_fen",)),
    _Circumstance(
        "fund.pool",
        "门诊统筹本年已付",
        "paid by the outpatient fund before",
        (f"{_YEAR}outpatient_paid_fen",),
    ),
    _Circumstance(
        "fund.large_amount",
        "大额补助本年已付",
        "paid by the large-amount fund before",
        (f"{_YEAR}large_amount_paid_fen",),
    ),
    _Circumstance(
        "fund.serious_illness",
        "大病保险本年累计",
        "serious illness: the year before",
        (f"{_YEAR}serious_illness_base_fen", f"{_YEAR}serious_illness_paid_fen"),
    ),
    _Circumstance("fund.assistance", "救助身份", "identities", ("identities",)),
    _Circumstance(
        "fund.assistance",
        "医疗救助本年累计",
        "assistance: the year before",
        (f"{_YEAR}assistance_base_fen", f"{_YEAR}assistance_paid_fen"),
    ),
)
_RULES = _Circumstance("rules", "计算规则", "the rules of calculation", ())


def compare(first: Settled, second: Settled) -> list[Cause]:
    """What differs between the two and what it moved; differences that moved nothing are left out."""
    return [cause for cause in _causes(first, second) if cause.fund_fen or cause.personal_fen]


def _causes(first: Settled, second: Settled) -> Iterator[Cause]:
    now, held = {"policy": first.policy, **_members(first.bill)}, first.split
    last = {"policy": second.policy, **_members(second.bill)}
    together: list[_Exchange] = []
    for what in _CIRCUMSTANCES:
        exchange = _Exchange(what, _shown(now, what), _shown(last, what))
        if any(now[name] != last[name] for name in what.members):
            together.append(exchange)
        now |= {name: last[name] for name in what.members}
        split = _quote(now)
        if split is not None:  # else told with the next: no policy settles such a mixture
            yield _cause(together or [exchange], held, split)
            held, together = split, []
    yield _cause([*together, _Exchange(_RULES, "", "")], held, second.split)


def _cause(together: list[_Exchange], held: Split, split: Split) -> Cause:
    whats = [exchange.what for exchange in together]
    return Cause(
        ", ".join(dict.fromkeys(what.step for what in whats)),
        "、".join(what.zh for what in whats),
        " and ".join(what.en for what in whats),
        _joined([exchange.first for exchange in together]),
        _joined([exchange.second for exchange in together]),
        split.fund_fen - held.fund_fen,
        split.personal_fen - held.personal_fen,
    )


def _joined(values: list[str]) -> str:
    return values[0] if len(values) == 1 else "; ".join(value or "-" for value in values)


def _members(bill: Bill) -> dict[str, Any]:
    year = {_YEAR + name: value for name, value in bill.year_to_date._asdict().items()}
    return {**bill._asdict(), **year}


def _quote(members: dict[str, Any]) -> Split | None:
    year = {name.removeprefix(_YEAR): value for name, value in members.items() if name.startswith(_YEAR)}
    given = {name: members[name] for name in Bill._fields}
    bill = Bill(**{**given, "year_to_date": type(given["year_to_date"])(**year)})
    try:
        split = quote(members["policy"], bill)
    except InvalidBillError:
        return None
    return split if isinstance(split, Split) else None


def _shown(members: dict[str, Any], what: _Circumstance) -> str:
    return " ".join(_text(name, members[name]) for name in what.members if name != "by_category")


def _text(name: str, value: Any) -> str:
    """A member for people: amounts in yuan."""
    if value is None:
        return "-"
    if isinstance(value, Policy):
        return value.policy_id
    if isinstance(value, Amounts):
        return f"{yuan(value.total_fen)}，范围内 / in scope {yuan(value.in_scope_fen)}"
    if isinstance(value, PartsBefore):
        return f"范围内 / in scope {yuan(value.in_scope_fen)}"
    if isinstance(value, bool):
        return "是 / yes" if value else "否 / no"
    if name.endswith("_fen"):
        return yuan(value)
    return "/".join(value) if isinstance(value, tuple) else str(value)
