"""2301 住院费用明细上传: fee lines, one upload a day of costs; all of them or none."""

from collections import defaultdict
from collections.abc import Generator, Sequence
from datetime import date

from shared.adapter.refused import RefusedError
from shared.gateway.forms.asking import ask, lines_of, names
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.settled import split
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.gateway.forms.visit import FeeDetail, Fees, VisitName, control, name_of
from shared.messages.body import Result
from shared.messages.outcomes import Uploaded
from shared.messages.settlement.corrections import WithdrawUpload
from shared.messages.settlement.found import FoundLine, UploadTakenBack
from shared.messages.settlement.visits import UploadCosts


def upload_fees(call: Call[Fees]) -> Steps:
    """Uploads the lines and gives the split of each; a line's number is unique in the visit."""
    visit, done = name_of(call.form), list[str]()
    try:
        for day, lines in _by_day(call.form.feedetail).items():
            yield from ask(_upload(call, visit, day, lines), Uploaded)
            done.append(_upload_id(call, day))
        held = yield from lines_of(call.institution_id, visit)
        _check_new(held, done)
    except (RefusedError, FaultError):
        yield from _take_back(call, visit, done)
        raise
    return Told({"result": [split(line) for line in held if line.upload_id in done]})


def _by_day(lines: Sequence[FeeDetail]) -> dict[date, list[FeeDetail]]:
    days: dict[date, list[FeeDetail]] = defaultdict(list)
    for line in lines:
        days[line.fee_ocur_time].append(line)
    return dict(sorted(days.items()))


def _upload_id(call: Call[Fees], day: date) -> str:
    return f"{call.msgid}.{day:%Y%m%d}"


def _upload(call: Call[Fees], visit: VisitName, day: date, lines: Sequence[FeeDetail]) -> UploadCosts:
    return UploadCosts(
        **names(call.institution_id, visit),
        upload_id=_upload_id(call, day),
        cost_on=day,
        lines=tuple(line.line() for line in lines),
        control=control(
            len(lines), sum((line.det_item_fee_sumamt for line in lines), start=lines[0].pric * 0)
        ),
    )


def _check_new(held: Sequence[FoundLine], done: Sequence[str]) -> None:
    before = {line.line for line in held if line.upload_id not in done}
    twice = next((line.line for line in held if line.upload_id in done and line.line in before), None)
    if twice:
        raise FaultError("LINE_ID_TAKEN", f"feedetl_sn: {twice}")


def _take_back(call: Call[Fees], visit: VisitName, done: Sequence[str]) -> Generator[Wanted, Result, None]:
    for upload_id in reversed(done):
        body = WithdrawUpload(**names(call.institution_id, visit), upload_id=upload_id)
        yield from ask(body, UploadTakenBack)
