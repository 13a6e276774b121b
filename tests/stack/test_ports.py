"""Ports of one home: kept by name, and never given to two names."""

import socket
from pathlib import Path

import pytest

from shared.stack import ports


def test_no_two_names_of_a_home_are_given_the_same_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([30_001, 30_001, 30_002])
    monkeypatch.setattr("random.choice", lambda _: next(drawn))
    assert [ports.claim(tmp_path, name) for name in ("referral", "audit")] == [30_001, 30_002]
    assert ports.claim(tmp_path, "referral") == 30_001


def test_a_kept_port_that_moves_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = ports.claim(tmp_path, "referral")
    assert caplog.text == ""
    with socket.socket() as stranger:
        stranger.bind((ports.HOST, kept))
        stranger.listen()
        moved = ports.claim(tmp_path, "referral")
    assert moved != kept
    assert f"port {kept} of referral is taken by another program, it is {moved} now" in caplog.text
