"""Ports of one home: kept by name, and never given to two names."""

from pathlib import Path

import pytest

from shared.stack import ports


def test_no_two_names_of_a_home_are_given_the_same_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "CHOICES", range(30_000, 30_006))
    given = [ports.claim(tmp_path, f"lane-{number}") for number in range(3)]
    assert len(set(given)) == len(given)
    assert [ports.claim(tmp_path, f"lane-{number}") for number in range(3)] == given
