"""A HIS that speaks the national form: the envelope around an input, sent over HTTP."""

import json
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

import simplejson

HOSPITAL, AREA = "H51010000002", "510100"
Json = dict[str, Any]


class His:
    """One operator of a hospital; its msgids are counted."""

    def __init__(self, address: str, hospital: str = HOSPITAL, *, first: int = 1) -> None:
        self.address, self.hospital = address, hospital
        self.sign_no = ""
        self._numbers = count(first)

    def sign_in(self) -> Json:
        """Signs in, and keeps the number."""
        told = self.ask("9001", {"signIn": {"opter_no": "0001", "mac": "", "ip": ""}})
        self.sign_no = told["output"]["signinoutb"]["sign_no"]
        return told

    def msgid(self) -> str:
        """The next number of a message."""
        return f"{self.hospital}20260302090000{next(self._numbers):04d}"

    def envelope(self, infno: str, given: Json, msgid: str = "", **changed: Any) -> Json:
        """The whole request."""
        return {
            "infno": infno,
            "msgid": msgid or self.msgid(),
            "mdtrtarea_admvs": AREA,
            "insuplc_admdvs": "511900",
            "recer_sys_code": "YIDI",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "0001",
            "opter_name": "周示例",
            "inf_time": "2026-03-02 09:00:00",
            "fixmedins_code": self.hospital,
            "fixmedins_name": "成都金沙岸第二医院（虚构）",
            "sign_no": self.sign_no,
            "input": given,
            **changed,
        }

    def ask(self, infno: str, given: Json, msgid: str = "") -> Json:
        """Sends a transaction; its reply."""
        return self.send(self.envelope(infno, given, msgid))

    def send(self, envelope: Json) -> Json:
        """Sends an envelope as it stands."""
        body = simplejson.dumps(envelope, use_decimal=True, ensure_ascii=False).encode()
        return self.post(f"/{envelope['infno']}", body)

    def post(self, path: str, body: bytes, content_type: str = "application/json") -> Json:
        """Sends bytes."""
        request = Request(self.address + path, body, {"content-type": content_type})
        with urlopen(request, timeout=60) as response:
            told: Json = json.loads(response.read(), parse_float=Decimal)
        return told


def yuan(text: str) -> Decimal:
    """An amount in yuan."""
    return Decimal(text)
