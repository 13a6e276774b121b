"""2302 住院费用明细撤销: takes lines back, by their numbers or (`0000`) all of the visit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic import Field

from shared.adapter.refused import RefusedError
from shared.gateway.forms.asking import ask, lines_of, names
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import VisitName
from shared.messages.settlement.corrections import WithdrawUpload
from shared.messages.settlement.found import FoundLine, UploadTakenBack

ALL = "0000"


class Line(VisitName):
    """A line to take back."""

    feedetl_sn: Id


class CancelFees(Form):
    """The lines to take back, all of one visit."""

    data: tuple[Line, ...] = Field(min_length=1, max_length=2000)


def cancel_fees(call: Call[CancelFees]) -> Steps:
    """Withdraws the uploads that the lines came in; of each, all of its lines have to be named."""
    visit = call.form.data[0]
    if len({(line.mdtrt_id, line.psn_no) for line in call.form.data}) > 1:
        raise FaultError("FORM_INVALID", "data: one mdtrt_id, psn_no")
    held = yield from lines_of(call.institution_id, visit)
    uploads = _uploads(held, {line.feedetl_sn for line in call.form.data})
    for upload_id in uploads:
        try:
            body = WithdrawUpload(**names(call.institution_id, visit), upload_id=upload_id)
            yield from ask(body, UploadTakenBack)
        except RefusedError as refused:
            if upload_id == uploads[0]:
                raise
            raise FaultError("PARTLY_DONE", f"{upload_id} {refused.code}") from None
    return Told({})


def _uploads(held: Sequence[FoundLine], named: set[str]) -> list[str]:
    """The uploads of the lines named, newest first, since a return goes before what it returns."""
    uploads: dict[str, set[str]] = defaultdict(set)
    for line in held:
        uploads[line.upload_id].add(line.line)
    if named == {ALL}:
        return list(reversed(uploads))
    _check_known(named, uploads.values())
    touched = [upload for upload, lines in uploads.items() if lines & named]
    partly = next((uploads[upload] - named for upload in touched if uploads[upload] - named), None)
    if partly:
        raise FaultError("PART_OF_BATCH", f"feedetl_sn: {min(partly)}")
    return list(reversed(touched))


def _check_known(named: set[str], uploads: Iterable[set[str]]) -> None:
    unknown = named.difference(*uploads)
    if unknown:
        raise FaultError("UNKNOWN_LINE", f"feedetl_sn: {min(unknown)}")
