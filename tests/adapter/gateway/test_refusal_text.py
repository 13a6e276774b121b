"""A refusal from the bus as the national form has it: one line, in the words and fields of the form."""

import re
from typing import Any

import pytest

from shared.errors import REFUSALS
from shared.gateway.forms.fault import of_answer
from shared.messages.answer import Answer
from shared.messages.outcomes import LaterSettlement
from shared.messages.settlement.guide import FilingGuide

OURS = re.compile(
    r"[`“](where|days|later|guide)[`”]|(where|guide) ?(所示|为|）)|continues_visit_id|corrects_page_id"
)


def _text(code: str, **told: object) -> str:
    refusal = REFUSALS[code]
    texts = {name: getattr(refusal, name) for name in ("text_zh", "text_en", "advice_zh", "advice_en")}
    return of_answer(Answer.model_validate({"outcome": "refused", "code": code, **texts, **told}))


@pytest.mark.requirement("HUB-16")
def test_no_refusal_speaks_of_what_the_form_does_not_have() -> None:
    told = [_text(code, where="H51010000001") for code in REFUSALS]
    assert [text for text in told if OURS.search(text)] == []


@pytest.mark.parametrize(
    ("where", "form"),
    [
        ("sealed", "mdtrt_cert_no"),
        ("credential_id", "mdtrt_cert_no"),
        ("credential", "mdtrt_cert_type"),
        ("continues_visit_id", "refl_old_mdtrt_id"),
        ("12345 fen", "123.45 元 / yuan"),
    ],
)
def test_the_field_at_fault_is_named_as_the_form_has_it(where: str, form: str) -> None:
    assert f"[{form}]" in _text("CREDENTIAL_NOT_VALID", where=where)


def test_what_stands_beside_a_text_is_told_in_its_bracket() -> None:
    guide = FilingGuide(code="NOT_FILED", filing_id=None, destination_area="510100", kinds=("referral",))
    assert "[V1; 510100: referral]" in _text("NOT_FILED", where="V1", guide=guide)
    names: dict[str, Any] = {"visit_id": "V2", "institution_id": "H51010000001", "settlement_id": "S2"}
    changed = LaterSettlement(**names, fund_fen=0, personal_fen=1000, new_fund_fen=5, new_personal_fen=995)
    stuck = LaterSettlement(**names, fund_fen=0, personal_fen=1000, code="NO_AGREEMENT")
    text = _text("NEWER_SETTLEMENT", where="V2", later=(changed, stuck))
    assert "[V2; V2: 10.00 → 9.95; V2: 10.00 → NO_AGREEMENT]" in text
