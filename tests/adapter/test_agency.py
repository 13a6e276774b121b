"""Manual reimbursement, from the hospital's upload to the agency's payment, against the services."""

from uuid import uuid4

import pytest

from services.cli.demo.stage import Stage
from shared.adapter import Agency, Connection, Hospital, RefusedError, Visit
from shared.messages.settlement.visits import FeeLine
from tests.adapter.given.town import TODAY

PERSON = "SAMPLE-0008"


@pytest.mark.requirement("MAN-03")
@pytest.mark.requirement("MAN-04")
@pytest.mark.requirement("MAN-07")
async def test_a_hospital_uploads_an_agency_claims_and_pays_and_nothing_is_paid_twice(
    town: Stage, hospital: Hospital
) -> None:
    visit = Visit(uuid4().hex, PERSON)
    lines = [FeeLine(line="1", item="X01-001", category="01", quantity="100", price="40")]  # 32 at home
    kept = await hospital.upload_self_paid(
        visit, "outpatient_general", TODAY, f"E-{visit.visit_id}", lines, diagnoses=("I10",)
    )
    assert (kept.late, kept.excess_fen, kept.unpriced_items) == (False, 80_000, ())

    async with Connection(town.servers.kafka, "bazhong") as connection:
        agency = Agency(connection, hospital.institution_id)
        claimed = await agency.claim(visit, "health_card", "card-token-1", channel="counter")
        assert claimed.order_id
        fund_fen = claimed.payments.fund_fen
        assert claimed.order_fen == fund_fen
        paid = await agency.report_paid(visit, claimed.order_id, fund_fen, TODAY)
        assert (paid.order_id, fund_fen > 0) == (claimed.order_id, True)

        for again in (visit, Visit(uuid4().hex, PERSON)):
            with pytest.raises(RefusedError) as refused:
                await hospital.settle_outpatient(again, "outpatient_general", TODAY, lines)
            assert refused.value.code in ("VISIT_SETTLED", "PAID_TWICE")

        taken_back = await agency.reverse(visit, claimed.settlement_id, "票据作废")
        assert taken_back.order_fen == -fund_fen
    await hospital.settle_outpatient(Visit(uuid4().hex, PERSON), "outpatient_general", TODAY, lines)
