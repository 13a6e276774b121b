"""What is handed in as a report may be anything: only the whole catalogue, signed, proves something."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.cli.certify.verify import is_fingerprint, verify
from shared.certify.report.document import Report, canonical, fingerprint, report_of
from shared.trust.key import as_pem, public_key, sign
from tests.certify.test_signature import ABOUT, ALL, SECRET

REPORT = report_of(ABOUT, ALL, SECRET)
KEY = fingerprint(REPORT)
PASSED, FAILED, UNREADABLE = 0, 1, 2


def signed(**changed: Any) -> Report:
    """A report that its signer has written otherwise."""
    report = {name: given for name, given in (REPORT | changed).items() if name != "signature"}
    return report | {"signature": sign(SECRET, canonical(report)).hex()}


def verified(text: bytes, folder: Path, key: str = "") -> int:
    """The exit code for a file of these bytes."""
    path = folder / "report.json"
    path.write_bytes(text)
    return verify(path, key)


@pytest.mark.requirement("HUB-30")
def test_a_whole_report_is_proven_by_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(REPORT).encode()
    assert verified(text, tmp_path) == PASSED
    shown = capsys.readouterr()
    assert "(17 of 17)" in shown.out
    assert "--key" in shown.err
    assert verified(text, tmp_path, KEY) == PASSED
    assert verified(text, tmp_path, "0" * 16) == FAILED
    assert is_fingerprint(KEY)
    assert not is_fingerprint("0x")


def test_a_part_of_the_catalogue_proves_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = report_of(ABOUT, ALL[:1], SECRET)
    assert verified(json.dumps(part).encode(), tmp_path) == FAILED
    assert "(1 of 17)" in capsys.readouterr().out
    assert verified(json.dumps(signed(cases=part["cases"])).encode(), tmp_path) == FAILED


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"public_key": ' + b"[" * 100_000,
        json.dumps({**REPORT, "node": "\ud800"}).encode(),
        json.dumps({**REPORT, "adapter": "\ud800"}).encode(),
        json.dumps({name: given for name, given in REPORT.items() if name != "passed"}).encode(),
        json.dumps(REPORT | {"public_key": "00" * 64}).encode(),
        json.dumps(REPORT | {"passed": False}).encode(),
        json.dumps(REPORT).encode()[:-1] + b', "node": "vendor"}',
        json.dumps(signed(public_key_pem=as_pem(public_key(bytes(32))))).encode(),
    ],
)
def test_what_is_no_report_of_ours_is_refused_in_one_line(
    text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(text, tmp_path) == FAILED
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert verify(tmp_path / "none.json", "") == UNREADABLE
