"""The envelope of the national form (交易报文头): what stands around every input and output."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, ValidationError, model_validator

from shared.findings import Finding, words_of
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import AreaCode, Form

Reply = dict[str, Any]
_TIME = "%Y%m%d%H%M%S"


def _text(most: int) -> Any:
    return Field(default="", max_length=most)


class Envelope(Form):
    """A request in the national form; `msgid` is the institution (12), a time (14) and a number (4).

    The form spells the treatment area `mdtrtarea_admvs`; the spelling with a `d` is taken for it too.
    """

    infno: Annotated[str, Field(pattern=r"^[0-9]{4}[A-Z]?$")]
    msgid: Annotated[str, Field(pattern=r"^[HP][0-9]{11}[0-9]{18}$")]
    mdtrtarea_admvs: AreaCode = Field(validation_alias=AliasChoices("mdtrtarea_admvs", "mdtrtarea_admdvs"))
    insuplc_admdvs: AreaCode | None = None
    recer_sys_code: str = _text(10)
    dev_no: str = _text(100)
    dev_safe_info: str = _text(2000)
    cainfo: str = _text(1024)
    signtype: str = _text(10)
    infver: str = _text(6)
    opter_type: Literal["1", "2", "3"]
    opter: Annotated[str, Field(min_length=1, max_length=30)]
    opter_name: Annotated[str, Field(min_length=1, max_length=50)]
    inf_time: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$")]
    fixmedins_code: Annotated[str, Field(pattern=r"^[HP][0-9]{11}$")]
    fixmedins_name: str = _text(200)
    sign_no: str = _text(30)
    enc_type: str = _text(10)
    input: dict[str, Any]

    @model_validator(mode="after")
    def _own_number(self) -> "Envelope":
        if not self.msgid.startswith(self.fixmedins_code):
            raise ValueError("msgid begins with fixmedins_code / msgid 以 fixmedins_code 开头")
        return self


def read_envelope(body: Any) -> Envelope:
    """The envelope of a decoded body. Raises FaultError, which names the field."""
    try:
        envelope = Envelope.model_validate(body)
    except ValidationError as error:
        raise FaultError("FORM_INVALID", told(error)) from error
    if envelope.enc_type:
        raise FaultError("ENCRYPTED", f"enc_type: {envelope.enc_type}")
    return envelope


def told(error: ValidationError) -> str:
    """The first thing wrong with a form: where, and what; never the value, which may be about a person."""
    first = error.errors(include_url=False, include_input=False)[0]
    more = f" (+{error.error_count() - 1})" if error.error_count() > 1 else ""
    return f"{Finding('.'.join(map(str, first['loc'])) or 'msgid', *words_of(first))}{more}"


def reply(area: str, number: int, asked: datetime, answered: datetime) -> Reply:
    """The envelope of a reply (应答报文头), before its outcome: area (6), time (14), number (10)."""
    return {
        "infcode": 0,
        "inf_refmsgid": f"{area}{answered.strftime(_TIME)}{number % 10**10:010d}",
        "refmsg_time": _stamp(asked),
        "respond_time": _stamp(answered),
        "err_msg": "",
        "output": {},
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime(_TIME) + f"{moment.microsecond // 1000:03d}"
