"""What stands on a settlement slip (结算单内容), from top to bottom; the same on paper and in a browser."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.benefit.words.derivation import languages
from shared.benefit.words.ratio_words import percent
from shared.messages.amounts import CategoryAmounts
from shared.messages.settlement.found import hospital_days
from shared.names.areas import area_name
from shared.statements.capitals import capitals
from shared.statements.shown import shown
from shared.statements.slip import captions
from shared.statements.slip.captions import Captions, category_words, tier_words
from shared.statements.slip.slip import Slip, SlipStep
from shared.statements.tables import named

Cells = Sequence[str]
_AMOUNTS = ("amount", "class_a", "class_b", "self_pay", "other")


class Part(NamedTuple):
    """A table of the slip (表): its title, heads and rows, and what stands below all columns, if anything.

    `money` are the columns of amounts, on the right; the last row is a total where `is_summed`.
    """

    title: str
    heads: Cells
    rows: Sequence[Cells]
    money: frozenset[int] = frozenset()
    is_summed: bool = False
    below: str = ""


class SlipPaper(NamedTuple):
    """A slip to be printed: its title, pairs of caption and value, tables, and where it is signed."""

    title: str
    settlement_id: str
    head: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    signed: Cells
    page: str


def slip_paper(slip: Slip, *, english: bool = False) -> SlipPaper:
    """The slip of a settlement, in Chinese or in English; names of places stay as they are."""
    say = Captions(english=english)
    void = say("taken_back") if slip.reversal_id is not None else ""
    return SlipPaper(
        title=say("title_at_home" if slip.filing == "home" else "title") + void,
        settlement_id=slip.settlement_id,
        head=[(say(name), value) for name, value in _head(slip, say) if value],
        parts=(_fees(slip, say), _steps(slip, say), _sums(slip, say)),
        signed=(say("patient"), say("officer"), say("seal")),
        page=say("page"),
    )


def _head(slip: Slip, say: Captions) -> list[tuple[str, str]]:
    tier, home = say.of(tier_words(slip.hospital_tier)), say.of(tier_words(slip.home_tier))
    counts_as = say("counts_as").format(home) if slip.home_tier != slip.hospital_tier else ""
    filing = say.code(captions.FILINGS, slip.filing)
    return [
        ("settlement_id", slip.settlement_id),
        ("settled_on", slip.settled_on.isoformat()),
        ("visit_id", slip.visit_id),
        ("person_id", slip.person_id),
        ("institution", named(slip.institution_name, slip.institution_id)),
        ("tier", tier + counts_as),
        ("treatment_area", named(area_name(slip.treatment_area), slip.treatment_area)),
        ("insured_area", named(area_name(slip.insured_area), slip.insured_area)),
        ("kind", say.code(captions.KINDS, slip.kind)),
        ("scheme", say.code(captions.SCHEMES, slip.scheme)),
        ("dates", _dates(slip, say)),
        ("stay_part", _stay_part(slip, say)),
        ("filing", named(filing, slip.filing_id) if slip.filing_id else filing),
        ("policy", slip.policy_id),
        ("calculator", say.code(captions.CALCULATORS, slip.calculator or "")),
    ]


def _dates(slip: Slip, say: Captions) -> str:
    if slip.discharged_on is None:
        return slip.service_on.isoformat()
    days = say("days").format(hospital_days(slip.service_on, slip.discharged_on, slip.stay_part))
    return f"{slip.service_on} — {slip.discharged_on}{days}"


def _stay_part(slip: Slip, say: Captions) -> str:
    """Which part of which stay was settled; nothing where the stay was settled whole."""
    if slip.stay_part is None:
        return ""
    told = say("part_goes_on" if slip.stay_part.goes_on else "part_last").format(slip.stay_part.part)
    return f"{slip.stay_part.first_visit_id}{told}"


def _fees(slip: Slip, say: Captions) -> Part:
    """The fee categories (001 (十五)): each of class A, class B, self-paid and other; in all the bill."""
    rows = [
        (say.of(category_words(category)), *_amounts(sums))
        for category, sums in sorted(slip.by_category.items())
    ]
    sums = [sum(getattr(one, f"{name}_fen") for one in slip.by_category.values()) for name in _AMOUNTS]
    rows.append((say("total"), *map(_money, sums)))
    heads = [say("category"), *map(say, _AMOUNTS)]
    return Part(say("fees"), heads, rows, frozenset(range(1, len(heads))), is_summed=True)


def _amounts(sums: CategoryAmounts) -> list[str]:
    return [_money(getattr(sums, f"{name}_fen")) for name in _AMOUNTS]


def _steps(slip: Slip, say: Captions) -> Part:
    """Every step with its amount and clause; one that all steps share stands once, below them."""
    clauses = {step.clause for step in slip.steps}
    shared = clauses.pop() if len(clauses) == 1 else None
    rows = [
        (
            say.code(captions.STEPS, step.step),
            _money(step.amount_fen),
            _how(step, say),
            *(() if shared is not None else (step.clause,)),
        )
        for step in slip.steps
    ]
    heads = [say("item"), say("amount"), say("how"), *(() if shared is not None else (say("clause"),))]
    below = f"{say('all_by')}{shared}" if shared else ""
    return Part(say("steps"), heads, rows, frozenset({1}), below=below)


def _how(step: SlipStep, say: Captions) -> str:
    told = say.of(languages(step.text))
    return f"{told} {_money(step.amount_fen)}" if step.step == "ratio" else told


def _money(fen: int) -> str:
    return shown(fen, "money")


def _sums(slip: Slip, say: Captions) -> Part:
    """What the funds, the account and the patient pay, in figures and in words; together the bill."""
    paid = slip.payments
    amounts = {
        "fund": paid.fund_fen,
        "account": paid.account_fen,
        "cash": paid.cash_fen,
        "total": paid.total_fen,
    }
    rows = [(say(name), _money(fen), capitals(fen)) for name, fen in amounts.items()]
    ratio = say("banded") if paid.ratio_bp is None else percent(paid.ratio_bp)
    below = f"{say('ratio')}{'：' if not say.english else ': '}{ratio}"
    heads = (say("item"), say("amount"), say("words"))
    return Part(say("sums"), heads, rows, frozenset({1}), is_summed=True, below=below)
