"""A reversal under a later settlement, as a hospital sees it over the bus."""

from uuid import uuid4

import pytest

from shared.adapter import Hospital, RefusedError, Visit
from shared.messages.settlement.visits import FeeLine
from tests.adapter.given.town import TODAY

PERSON = "SAMPLE-0012"


async def test_what_a_reversal_would_change_is_told_and_in_a_cascade_done(hospital: Hospital) -> None:
    lines = [FeeLine(line="1", item="X01-001", category="01", quantity="1", price="300.00")]
    visits = [Visit(uuid4().hex, PERSON) for _ in range(2)]
    first, second = [
        await hospital.settle_outpatient(visit, "outpatient_general", TODAY, lines) for visit in visits
    ]

    with pytest.raises(RefusedError) as refused:
        await hospital.reverse(visits[0], first.settlement_id, "收费有误")
    done = await hospital.reverse(visits[0], first.settlement_id, "收费有误", cascade=True)

    [told], [became] = refused.value.answer.later, done.later
    assert (refused.value.code, told.settlement_id) == ("NEWER_SETTLEMENT", second.settlement_id)
    assert (told.fund_fen, told.personal_fen) == (second.payments.fund_fen, second.payments.personal_fen)
    # The later bill is the year's first now: the same bill, so paid as the first one was.
    assert (told.new_fund_fen, told.new_personal_fen) == (
        first.payments.fund_fen,
        first.payments.personal_fen,
    )
    assert became == told.model_copy(update={"new_settlement_id": became.new_settlement_id})
    await hospital.reverse(visits[1], became.new_settlement_id or "", "收费有误")
