"""Opening business days (营业日): one after the other, none left out, each said once."""

from datetime import date, timedelta

from services.enrollment.model import Known, OpenedDay
from services.enrollment.rules.permission import require_operator
from shared import calendar
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.registers import DayOpen, DayOpened, OpenDay


def open_day(known: Known, message: Message, body: OpenDay) -> Decision:
    """Opens the day after the last one; the first may be any, one that is open already says nothing new.

    A gap is refused: deadlines and month ends are decided on hearing their day.
    """
    if refusal := require_operator(known, message.source):
        return Decision(answer=refusal)
    first, last, day = known.first_opened_on, known.last_opened_on, body.opens_on
    if first and last and first <= day <= last:
        return Decision(answer=_open(day))
    if last is not None and day != last + timedelta(days=1):
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", f"opens_on: next is {last + timedelta(days=1)}"))
    if day < calendar.FIRST_DAY:
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", f"opens_on: first is {calendar.FIRST_DAY}"))
    opened = OpenedDay(
        opened_on=day,
        is_working_day=calendar.is_working_day(day),
        working_day_number=calendar.working_day_number(day),
        provisional=not calendar.is_published(day),
    )
    return Decision([DayOpened(**opened._asdict())], [opened], _open(day))


def _open(day: date) -> Answer:
    working = calendar.is_working_day(day)
    return accept(DayOpen(opened_on=day, is_working_day=working, month=day.isoformat()[:7]))
