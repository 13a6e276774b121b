"""Signatures are those of RFC 8032, and a report that was changed is not as it was signed."""

import stat
from pathlib import Path

import pytest

from shared.certify.cases.case import Words
from shared.certify.cases.catalogue import CATALOGUE, cases_for
from shared.certify.play.player import Result
from shared.certify.report.document import About, is_signed, report_of
from shared.certify.report.page import page_of
from shared.trust.key import as_pem, public_key, secret_of, sign, verify

# RFC 8032, 7.1: secret, public key, message, signature.
VECTORS = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
)
SECRET = bytes(range(32))
ALL = [Result(case, ()) for case in cases_for("hospital")]
ABOUT = About("vendor", "hospital", "ab" * 32, "his <b>", False, "2026-03-02T00:00:00+00:00", 61_500)


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_signatures_are_those_of_the_standard(secret: str, public: str, message: str, signature: str) -> None:
    key, text, signed = bytes.fromhex(secret), bytes.fromhex(message), bytes.fromhex(signature)
    assert public_key(key).hex() == public
    assert sign(key, text) == signed
    assert verify(bytes.fromhex(public), text, signed)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (public_key(SECRET), b"other", sign(SECRET, b"this")),
        (public_key(bytes(32)), b"this", sign(SECRET, b"this")),
        (public_key(SECRET), b"this", bytes([sign(SECRET, b"this")[0] ^ 1]) + sign(SECRET, b"this")[1:]),
        (public_key(SECRET), b"this", sign(SECRET, b"this")[:32] + b"\xff" * 32),
        (b"\xff" * 32, b"this", sign(SECRET, b"this")),
        (public_key(SECRET), b"this", b"short"),
    ],
)
def test_what_was_not_signed_so_is_refused(public: bytes, message: bytes, signature: bytes) -> None:
    assert not verify(public, message, signature)


def test_a_home_keeps_one_secret_for_its_owner_alone(tmp_path: Path) -> None:
    secret = secret_of(tmp_path / "home")
    assert secret_of(tmp_path / "home") == secret
    [kept] = (tmp_path / "home" / "keys").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert as_pem(public_key(secret)).startswith("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA")


@pytest.mark.requirement("HUB-30")
def test_a_report_is_signed_whole_and_its_page_quotes_nothing_as_markup() -> None:
    results = [Result(CATALOGUE[1], (), 1_234, 8), Result(CATALOGUE[8], (Words("<i>错", "<i>wrong"),))]
    report = report_of(ABOUT, results, SECRET)
    assert is_signed(report)
    assert not report["passed"]
    assert [case["outcome"] for case in report["cases"]] == ["passed", "failed"]
    assert not is_signed(report | {"passed": True})
    assert not is_signed({"passed": True})
    assert not is_signed(report | {"node": "\ud800"})
    page = page_of(report)
    assert "&lt;i&gt;错" in page
    assert "<i>" not in page
    assert "his &lt;b&gt;" in page
    assert "61.5" in page


@pytest.mark.requirement("HUB-30")
@pytest.mark.parametrize(
    ("results", "complete", "passed"),
    [
        (ALL, True, True),
        (ALL[:1], False, False),
        ([*ALL[1:], ALL[0]._replace(findings=(Words("错", "wrong"),))], True, False),
        ([*ALL[1:], ALL[0]._replace(played=False)], False, False),
    ],
)
def test_a_report_is_passed_only_if_the_whole_catalogue_is(
    results: list[Result], complete: bool, passed: bool
) -> None:
    report = report_of(ABOUT, results, SECRET)
    assert report["catalogue"] == list(range(1, 18))
    assert (report["complete"], report["passed"]) == (complete, passed)
