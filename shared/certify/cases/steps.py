"""The steps of a desk (业务步骤) as the catalogue has them; a day is counted from the sitting's. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.certify.cases.case import Step

Lines = Sequence[Mapping[str, str]]
BED = {"line": "1", "item": "X01-001", "category": "01", "quantity": "3", "price": "80.00"}
SCAN = {"line": "2", "item": "X03-001", "category": "03", "quantity": "1", "price": "4446.91"}
CARE = {"line": "3", "item": "X01-002", "category": "01", "quantity": "2", "price": "35.50"}
SLIP = {"line": "4", "item": "X01-002", "category": "01", "quantity": "9", "price": "99.99"}
FIRST: Lines = (BED, SCAN)
SECOND: Lines = (CARE,)
WRONG: Lines = (SLIP,)


def file(visit: str = "A") -> Step:
    """Files care outside for the patient (办理备案)."""
    return Step("file", visit, {"filing": "f", "kind": "", "area": "", "starts_on": 0})


def admit(visit: str = "A") -> Step:
    """Registers the admission (入院登记)."""
    return Step("admit", visit, {"admitted_on": 0, "diagnosis": "I10"})


def upload(*uploads: Mapping[str, Any], visit: str = "A") -> Step:
    """Uploads fee lines (费用上传): several at once need not wait for one another."""
    return Step("upload", visit, {"uploads": uploads})


def fees(upload: str, lines: Lines, *, now: bool = False, cost_on: int = 0) -> dict[str, Any]:
    """One upload: with the night, or `now`, as the last before a settlement."""
    return {"upload": upload, "cost_on": cost_on, "now": now, "lines": lines}


def charge(*uploads: Mapping[str, Any], visit: str = "A") -> Step:
    """Books fee lines in the HIS (记账) that it believes to have uploaded, and has not."""
    return Step("charge", visit, {"uploads": uploads})


def withdraw(upload: str, visit: str = "A") -> Step:
    """Takes an upload back (撤销费用上传)."""
    return Step("withdraw", visit, {"upload": upload})


def discharge(visit: str = "A") -> Step:
    """Registers the discharge (出院登记)."""
    return Step("discharge", visit, {"discharged_on": 0, "diagnosis": "I10"})


def bill(lines: Lines, visit: str = "A") -> Step:
    """Settles an outpatient bill whole (门诊结算)."""
    return Step("bill", visit, {"service_on": 0, "lines": lines})


def reverse(visit: str = "A") -> Step:
    """Takes the visit's settlement back (结算撤销)."""
    return Step("reverse", visit, {"reason": "收费有误"})


def page(admitted: int = 0, visit: str = "A") -> Step:
    """Submits the case page (病案首页)."""
    days = {"admitted_on": admitted, "discharged_on": 0}
    return Step("page", visit, {"page": "p", **days, "diagnosis": "I10"})


def plain(do: str, visit: str = "A") -> Step:
    """Does what needs no more than the visit: quote, settle, undo_admission, undo_discharge."""
    return Step(do, visit, {})


def claim(*visits: str) -> Step:
    """Applies for what was advanced in the month before (回款申请), which these visits' settlements are."""
    return Step("claim", "", {"claim": "c", "month": -1, "of": visits})


def confirm() -> Step:
    """Takes a statement's batch in and confirms it (接收并确认清算单)."""
    return Step("confirm", "", {"statement": "", "center": ""})
