"""Proves a report that somebody hands in (核验): it may be any bytes. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.certify.report.document import KIND, Report, fingerprint, is_signed
from shared.trust.key import as_pem

_Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{64}|[0-9a-f]{128})$")]


class ReportError(Exception):
    """A report proves nothing: it cannot be read, or is not as it was signed."""


class Proof(NamedTuple):
    """What a signed report says: by whose key, of which node, how many cases of how many are passed."""

    key: str
    node: str
    began_at: str
    passed_cases: int
    all_cases: int
    by_hand: bool
    passed: bool


class _Case(BaseModel):
    model_config = ConfigDict(strict=True)

    number: int
    outcome: Literal["passed", "failed", "not_played"]


class _Form(BaseModel):
    """What a report must have to be read; what else it has is signed too."""

    model_config = ConfigDict(strict=True)

    report: Literal["yidi.Certification.v1"]
    node: str
    began_at: str
    by_hand: bool
    catalogue: Annotated[list[int], Field(min_length=1)]
    complete: bool
    passed: bool
    cases: list[_Case]
    public_key: _Hex
    public_key_pem: str
    signature: _Hex


def prove(text: bytes) -> Proof:
    """Reads a report and checks its signature. Raises ReportError."""
    report = _read(text)
    form = _Form.model_validate(report)
    if not is_signed(report) or form.public_key_pem != as_pem(bytes.fromhex(form.public_key)):
        raise ReportError("签名不符：报告已被改动或未签名 / not as it was signed")
    passed = {case.number for case in form.cases if case.outcome == "passed"}
    whole = passed == set(form.catalogue) and len(form.cases) == len(form.catalogue)
    return Proof(
        fingerprint(report),
        form.node,
        form.began_at,
        len(passed),
        len(form.catalogue),
        form.by_hand,
        whole and form.complete and form.passed,
    )


def _read(text: bytes) -> Report:
    try:
        report = json.loads(text, object_pairs_hook=_once)
        _Form.model_validate(report)
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        raise ReportError(f"不是认证报告 / no report of a certification: {place or KIND}") from None
    except (ValueError, RecursionError) as error:
        raise ReportError(f"无法读取 / cannot be read: {type(error).__name__}") from None
    found: Report = report
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    """An object as it is, if no name stands in it twice. Raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
