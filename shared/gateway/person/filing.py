"""2501 转院备案, 2502 转院备案撤销: files a transfer to another area, and takes it back on its day."""

from shared.gateway.forms.asking import ask
from shared.gateway.forms.fields import AreaCode, Data, Day, Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.person.reverse import take_back
from shared.messages.referral.filings import Filed, SubmitFiling


class Transfer(Form):
    """Who is transferred, to which area, from when.

    Assumed: `exp_content` has the number of the certificate that the referring hospital issued.
    """

    psn_no: Id
    mdtrtarea_admdvs: AreaCode
    begndate: Day
    exp_content: Id | None = None


class FileTransfer(Form):
    """The input of 2501; the hospital named in it has no counterpart: a filing is for an area (003 二)."""

    refmedin: Transfer


class Filing(Form):
    """A filing, by the number that 2501 gave."""

    trt_dcla_detl_sn: Id
    psn_no: Id


CancelTransfer = Data[Filing]  # 2502


def file_transfer(call: Call[FileTransfer]) -> Steps:
    """Files the transfer; it is in force at once, under its msgid."""
    told = call.form.refmedin
    body = SubmitFiling(
        filing_id=call.msgid,
        person_id=told.psn_no,
        kind="referral",
        destination_area=told.mdtrtarea_admdvs,
        starts_on=told.begndate,
        channel="agency",
        certificate_id=told.exp_content,
    )
    done = yield from ask(body, Filed)
    dates = {"begndate": done.starts_on.isoformat(), "enddate": done.ends_on and done.ends_on.isoformat()}
    return Told({"result": {"trt_dcla_detl_sn": done.filing_id, **dates}})


def cancel_transfer(call: Call[CancelTransfer]) -> Steps:
    """Takes the filing back, on the day it was made."""
    yield from take_back(call.asked, call.envelope.infno)
    return Told({})
