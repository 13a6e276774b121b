"""The report as a document (认证报告): what was played and what came of it, signed. Pure.

It is passed only if it is complete: every case of the side's catalogue was played, and every one passed.

Canonical form: JSON in UTF-8 with sorted keys, no white space, whole numbers alone, without `signature`.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from shared.certify.cases.case import Side
from shared.certify.cases.catalogue import cases_for
from shared.certify.play.player import Result
from shared.trust.key import as_pem, public_key, sign, verify

Report = dict[str, Any]
KIND = "yidi.Certification.v1"
_SIGNATURE = "signature"
FINGERPRINT_DIGITS = 16
BY_HAND = "人工办理，窗口金额未核对 / by hand: what amounts the desk was told was not seen"


class About(NamedTuple):
    """What a report is about: node, side, contract, adapter, when it began (RFC 3339), how long it took.

    `by_hand`: a person did the steps (人工办理), so that the amounts of the desk were not seen.
    """

    node: str
    side: Side
    contract: str
    adapter: str
    by_hand: bool
    began_at: str
    milliseconds: int


def report_of(about: About, results: Sequence[Result], secret: bytes) -> Report:
    """The signed report of a certification."""
    catalogue = [case.number for case in cases_for(about.side)]
    complete = catalogue == sorted(result.case.number for result in results if result.played)
    document: Report = {
        "report": KIND,
        **about._asdict(),
        "catalogue": catalogue,
        "complete": complete,
        "passed": complete and all(result.passed for result in results),
        "cases": [_case(result) for result in results],
        "public_key": public_key(secret).hex(),
        "public_key_pem": as_pem(public_key(secret)),
    }
    return document | {_SIGNATURE: sign(secret, canonical(document)).hex()}


def canonical(report: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    signed = {name: given for name, given in report.items() if name != _SIGNATURE}
    return json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def is_signed(report: Mapping[str, Any]) -> bool:
    """Whether the report is as it was signed, by the holder of the key that it names."""
    try:
        public, signature = bytes.fromhex(report["public_key"]), bytes.fromhex(report[_SIGNATURE])
        signed = canonical(report)
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return verify(public, signed, signature)


def fingerprint(report: Mapping[str, Any]) -> str:
    """By what people compare a key: the first 16 digits of its SHA-256."""
    return sha256(bytes.fromhex(report["public_key"])).hexdigest()[:FINGERPRINT_DIGITS]


def contract_digest(text: bytes) -> str:
    """Names the contract that was certified against: SHA-256 of its AsyncAPI page."""
    return sha256(text).hexdigest()


def _case(result: Result) -> Report:
    case = result.case
    return {
        "number": case.number,
        "title": case.title._asdict(),
        "must": case.must._asdict(),
        "outcome": result.outcome,
        "findings": [finding._asdict() for finding in result.findings],
        "milliseconds": result.milliseconds,
        "requests": result.requests,
    }
