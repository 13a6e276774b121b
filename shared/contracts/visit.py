"""One visit (就诊), message by message, as a hospital of the sample registry sends it.

A service on the sample registry takes each as it stands once 2 March 2026 is open; `visits/stay_answers.json`
has what it answers. Sent again, each gets the same answer again.
"""

from datetime import date
from typing import Any

from shared.messages.body import Request
from shared.messages.referral.filings import SubmitFiling
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.visits import (
    AdmitPatient,
    Control,
    DischargePatient,
    FeeLine,
    QuoteVisit,
    SettleVisit,
    UploadCosts,
)

_DAY = date(2026, 3, 2)
_NODE, _PERSON, _VISIT = "jinsha", "SAMPLE-0002", "example-visit-1"
_NAMES: dict[str, Any] = {"visit_id": _VISIT, "person_id": _PERSON, "institution_id": "H51010000001"}
_LINES = (
    FeeLine(line="1", item="X01-001", category="01", quantity="3", price="80.00"),
    FeeLine(line="2", item="X03-005", category="03", quantity="1", price="4446.91"),
)
_CONTROL = Control(lines=2, total_fen=468_691)
# In the order of a stay; what follows a filing waits until it is heard of at the desk.
_REQUESTS: tuple[Request, ...] = (
    SubmitFiling(
        filing_id="example-filing-1",
        person_id=_PERSON,
        kind="other_temporary",
        destination_area="510100",
        starts_on=_DAY,
        channel="agency",
    ),
    AdmitPatient(**_NAMES, admitted_on=_DAY, credential="01", diagnoses=("I10",)),
    UploadCosts(**_NAMES, upload_id="example-upload-1", cost_on=_DAY, lines=_LINES, control=_CONTROL),
    DischargePatient(**_NAMES, discharged_on=_DAY, way="1", diagnoses=("I10",)),
    QuoteVisit(**_NAMES, control=_CONTROL),
    SettleVisit(**_NAMES, control=_CONTROL),
    SubmitCasePage(
        **_NAMES,
        page_id="example-page-1",
        admitted_on=_DAY,
        discharged_on=_DAY,
        main_diagnosis="I10",
        total_fen=468_691,
    ),
)


def visit() -> list[dict[str, Any]]:
    """Each record to send: its topic, key, headers and body.

    `after`: send it once the one before is answered, with that answer's `ce_position` as `ce_after`.
    """
    return [_record(number, request) for number, request in enumerate(_REQUESTS, 1)]


def _record(number: int, request: Request) -> dict[str, Any]:
    id = f"example-{number}"
    return {
        "topic": request.TOPICS[0],
        "key": request.key,
        "headers": {
            "ce_specversion": "1.0",
            "content-type": "application/json",
            "ce_id": id,
            "ce_type": request.wire_type(),
            "ce_source": _NODE,
            "ce_time": f"2026-03-02T09:0{number}:00+08:00",
            "ce_correlationid": _VISIT,
        },
        "after": f"example-{number - 1}" if number > 1 else None,
        "body": request.model_dump(mode="json"),
    }
