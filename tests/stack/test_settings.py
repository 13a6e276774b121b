"""The environment is outside input too: what is no number is one sentence, not a traceback."""

import pytest

from shared.settings import Settings


@pytest.mark.parametrize("variable", ["YIDI_PARTITIONS", "YIDI_SESSION_MS"])
@pytest.mark.parametrize("given", ["abc", "0", "-6", "6.5", "６", " "])
def test_a_number_that_is_none_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, given: str
) -> None:
    monkeypatch.setenv(variable, given)
    with pytest.raises(
        SystemExit, match=f"^{variable}={given}：应为正整数 / is to be a whole number above 0$"
    ):
        Settings()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDI_PARTITIONS", "")
    assert Settings().partitions == 6
