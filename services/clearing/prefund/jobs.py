"""Reads what a day brings about money that lies ahead: quotas to propose, what is overdue, the radar."""

from datetime import date

from services.clearing.model.due import ProposeQuota, WatchPrefund
from services.clearing.parameters import QUOTA_MONTHS
from services.clearing.prefund import store, store_radar
from services.clearing.prefund.rules import last_quarter, quarter_key, quarter_months
from shared.bus.message import Due
from shared.bus.service import Tx
from shared.calendar import add_working_days
from shared.identity import derive
from shared.messages.clearing.prefunds import QuarterBasis


async def propose_quotas(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """In January, from its first working day on: agreements whose last quarter is sorted, each once."""
    first_day = add_working_days(date(day.year - 1, 12, 31), 1)
    if day.month != 1 or day < first_day:
        return []
    first = last_quarter(day)
    found = await store_radar.find_yearly(tx, day, quarter_months(first)[-1], cursor, limit)
    if not found:
        return []
    keys = {id: quarter_key(id, first) for id, _ in found}
    payable = await store.read_payables(tx, list(keys.values()))
    residents = await store_radar.read_residents(tx, list(keys), day.year - 1)
    page = []
    for id, mode in found:
        of_quarter = QuarterBasis(
            first_month=first, payable_fen=payable.get(keys[id], 0), months=QUOTA_MONTHS.value
        )
        body = ProposeQuota(
            agreement_id=id,
            measure_id=derive("quota of the year", id, str(day.year)),
            quarter=of_quarter if mode == "AGENCY_PREFUND" else None,
            residents=residents.get(id),
        )
        page.append(Due(id, id, body))
    return page


async def tell_overdue(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Top-ups that were not answered and fundings that were not paid by their day."""
    agreement_id, _, order_id = cursor.partition("/")
    found = await store.find_overdue(tx, day, (agreement_id, order_id), limit)
    return [Due(f"{body.agreement_id}/{body.order_id}", body.agreement_id, body) for body in found]


async def watch_prefunds(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Agreements whose radar shows another level than the one kept last."""
    while seen := await store_radar.read_radar(tx, day, cursor, limit):
        page = [_watched(one) for one in seen if one.radar.level != one.level]
        if page:
            return page
        cursor = seen[-1].agreement_id
    return []


def _watched(seen: store_radar.Seen) -> Due:
    id, radar = seen.agreement_id, seen.radar
    body = WatchPrefund(agreement_id=id, accrued_fen=radar.accrued_fen, burn_fen=radar.burn_fen)
    return Due(id, id, body)
