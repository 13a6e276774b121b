"""A stay from admission to settlement, as a hospital's HIS would ask for it."""

from datetime import date

from shared.adapter import Connection, Hospital, RefusedError, Visit
from shared.messages.outcomes import Settled
from shared.messages.settlement.visits import FeeLine

ADMITTED, LEFT = date(2026, 3, 2), date(2026, 3, 2)


async def treat(kafka: str, visit: Visit) -> Settled:
    async with Connection(kafka, "jinsha") as connection:
        his = Hospital(connection, "H51010000001")
        await his.admit(visit, ADMITTED)
        bed = FeeLine(line="1", item="X01-001", category="01", quantity="1", price="80.00")
        scan = FeeLine(line="2", item="X03-005", category="03", quantity="1", price="446.91")
        await his.upload_costs(visit, f"{visit.visit_id}-1", ADMITTED, [bed, scan])
        await his.discharge(visit, LEFT)
        try:
            quoted = await his.quote(visit, [bed, scan])
        except RefusedError as refused:
            print(refused)  # what happened and what to do, Chinese and English
            raise
        print(f"the patient would pay {quoted.payments.personal_fen} fen")
        return await his.settle(visit, [bed, scan])
