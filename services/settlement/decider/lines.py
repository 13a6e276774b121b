"""Fee lines (费用明细) classified by a catalogue, split and counted. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from services.settlement.decider.catalogues import national_items, terms_on
from services.settlement.decider.keys import has_return
from services.settlement.model.billed import Billed
from services.settlement.model.catalogue import OUTSIDE, Terms
from services.settlement.model.known import Known
from services.settlement.model.upload import KeptLine
from services.settlement.rules.bill import Amounts
from services.settlement.rules.lines import Line, LineSplit, split_lines
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.reimbursement import UploadSelfPaid
from shared.messages.settlement import Control, FeeLine, SettleOutpatient, UploadCosts
from shared.money import price_e6, quantity_e4

# The same few quantities and prices stand in most lines.
_quantity = lru_cache(maxsize=4_096)(quantity_e4)
_price = lru_cache(maxsize=4_096)(price_e6)

_LINE_FEN = 10**10
BILL_FEN = 10**11  # a visit's sums are below it, and what travels and is added up over visits fits its place


class Classified(NamedTuple):
    """Lines as they are kept, their sums, and the items the catalogue does not have."""

    kept: list[KeptLine]
    split: LineSplit
    unknown_items: tuple[str, ...]


def classify(
    known: Known, body: UploadCosts | SettleOutpatient, cost_on: date, billed: Sequence[KeptLine] = ()
) -> Classified:
    """Splits lines by the catalogue of the treatment place on the day of the costs (001 (三)).

    What the catalogue does not have is class 丙: the patient's. A return is split as its original was, among
    these lines and those `billed` before, the oldest first.
    """
    return split_by(body.lines, *terms_of(known, body, cost_on, billed))


def terms_of(
    known: Known,
    body: UploadCosts | SettleOutpatient | UploadSelfPaid,
    cost_on: date,
    billed: Sequence[KeptLine] = (),
) -> tuple[list[str], list[Terms]]:
    """The lines' items by their national codes, and how the fund treats each; as in `classify`."""
    lines, items = body.lines, national_items(known, body.institution_id, cost_on, body.lines)
    found = terms_on(known, body, cost_on)
    terms = [found[item] for item in items] if found is not None else [OUTSIDE] * len(items)
    return items, _with_returns(lines, items, terms, billed) if has_return(lines) else terms


def split_by(lines: Sequence[FeeLine], items: Sequence[str], terms: Sequence[Terms]) -> Classified:
    """Lines split as the fund treats them."""
    given = [_line(line, treated) for line, treated in zip(lines, terms, strict=True)]
    split = split_lines(given)
    kept = [
        KeptLine(
            asked.line,
            item,
            line.category,
            line.quantity_e4,
            line.price_e6,
            line.level,
            treated is not OUTSIDE,
            *part,
            line.price_limit_e6,
            line.pre_self_pay_bp,
            None if item == asked.item else asked.item,
        )
        for asked, item, treated, line, part in zip(lines, items, terms, given, split.parts, strict=True)
    ]
    unknown = dict.fromkeys(line.local_item or line.item for line in kept if not line.known_item)
    return Classified(kept, split, tuple(unknown))


def _with_returns(
    lines: Sequence[FeeLine], items: Sequence[str], terms: list[Terms], billed: Sequence[KeptLine]
) -> list[Terms]:
    """The terms, those of returned lines taken from what they return."""
    held = Billed()
    for kept in billed:
        held.add(kept.item, kept.terms, kept.quantity_e4, kept.price_e6)
    found = list(terms)
    numbers = sorted(range(len(lines)), key=lambda number: lines[number].quantity[0] == "-")
    for number in numbers:
        line, item = lines[number], items[number]
        quantity_e4, price_e6 = _quantity(line.quantity), _price(line.price)
        if quantity_e4 < 0:
            found[number] = held.terms_of_return(item, terms[number], quantity_e4, price_e6)
        held.add(item, found[number], quantity_e4, price_e6)
    return found


def _line(line: FeeLine, terms: Terms) -> Line:
    return Line(line.category, terms[0], _quantity(line.quantity), _price(line.price), terms[1], terms[2])


def too_much(amounts: Amounts) -> Answer | None:
    """Refuses sums that no bill has."""
    if max(map(abs, amounts)) <= BILL_FEN:
        return None
    return refuse("INVALID_BILL", f"more than {BILL_FEN} fen in all")


def miscounted(lines: Sequence[FeeLine], split: LineSplit, control: Control) -> Answer | None:
    """Refuses lines named twice, impossible amounts, and sums that are not the control total (对账总数)."""
    if len({line.line for line in lines}) != len(lines):
        names = Counter(line.line for line in lines)
        return refuse("LINE_ID_TAKEN", names.most_common(1)[0][0])
    if max(split.parts)[0] > _LINE_FEN or min(split.parts)[0] < -_LINE_FEN:
        return refuse("INVALID_BILL", f"a line above {_LINE_FEN} fen")
    if refusal := too_much(split.amounts):
        return refusal
    total_fen = split.amounts.total_fen
    if control.lines == len(lines) and control.total_fen == total_fen:
        return None
    return refuse("LINES_DO_NOT_ADD_UP", f"{len(lines)} lines, {total_fen} fen")
