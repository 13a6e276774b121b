"""Signatures are those of RFC 8032, and a report that was changed is not as it was signed."""

import stat
from pathlib import Path

import pytest

from shared.certify.cases.case import Words
from shared.certify.cases.catalogue import CATALOGUE
from shared.certify.play.player import Result
from shared.certify.report.document import About, is_signed, report_of
from shared.certify.report.page import page_of
from shared.trust.ed25519 import public_key, sign, verify
from shared.trust.key import as_pem, secret_of

# RFC 8032, 7.1: secret, public key, message, signature.
VECTORS = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
SECRET = bytes(range(32))
ABOUT = About("vendor", "hospital", "ab" * 32, "his <b>", "2026-03-02T00:00:00+00:00", 61_500)


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
    page = page_of(report)
    assert "&lt;i&gt;错" in page
    assert "<i>" not in page
    assert "his &lt;b&gt;" in page
    assert "61.5" in page
