"""The clerk starts a program in any language, hears what it says, and ends it where it must."""

import asyncio
import json
import sys
from typing import Any

import pytest
import typer

from services.cli.certify.clerk_by_hand import ClerkByHand
from shared.certify.play.clerk import ProgramClerk, read_amounts
from shared.certify.play.program import environment
from shared.certify.seen import Telling

DOCUMENT: dict[str, Any] = {
    "case": 15,
    "title": {"zh": "住院", "en": "a stay"},
    "address": "127.0.0.1:9",
    "node": "vendor",
    "institution": "H51010000001",
    "steps": [{"do": "admit"}],
}
ECHO = "import json, sys; d = json.load(sys.stdin); print(json.dumps({'step': 1, 'of': d['title']['zh']}))"
SLEEP = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


def program(text: str, patience_s: float = 20.0) -> ProgramClerk:
    """A clerk who runs a line of Python."""
    return ProgramClerk([sys.executable, "-c", text], patience_s)


async def test_a_program_gets_the_document_and_says_amounts() -> None:
    telling = await program(ECHO).sit(DOCUMENT, None)
    assert telling.went_through
    assert telling.amounts == {1: {"step": 1, "of": "住院"}}


async def test_a_program_that_fails_shows_its_last_words() -> None:
    telling = await program("import sys; sys.exit('查无此人')").sit(DOCUMENT, None)
    assert telling == Telling(went_through=False, amounts={}, shown="查无此人")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SLEEP, "not done within 1 s"),
        ("import os; os.abort()", "signal SIGABRT"),
        ("import sys; sys.exit(137)", "exit code 137"),
        ("import sys; sys.stdout.write('x' * 5_000_000); sys.stdout.flush(); " + SLEEP, "too much"),
    ],
)
async def test_a_program_that_does_not_end_by_itself_has_broken_off(text: str, expected: str) -> None:
    async with asyncio.timeout(20):
        telling = await program(text, 1.0).sit(DOCUMENT, None)
    assert expected in telling.broke_off
    assert not telling.went_through


async def test_what_a_program_leaves_behind_holds_up_nobody() -> None:
    left = (
        "import subprocess; subprocess.Popen(['sleep', '20'], start_new_session=True); print('{\"step\": 1}')"
    )
    async with asyncio.timeout(10):
        telling = await program(left).sit(DOCUMENT, None)
    assert telling == Telling(went_through=True, amounts={1: {"step": 1}})


async def test_a_program_is_killed_when_the_case_says_so_and_what_it_told_is_kept() -> None:
    kill = asyncio.Event()
    asyncio.get_running_loop().call_later(0.5, kill.set)
    async with asyncio.timeout(20):
        killed = await program("print('{\"step\": 1}', flush=True); " + SLEEP).sit(DOCUMENT, kill)
    assert killed == Telling(went_through=False, amounts={1: {"step": 1}}, killed=True)
    again = Telling(went_through=True, amounts={2: {"step": 2}}).after(killed)
    assert again == Telling(went_through=True, amounts={1: {"step": 1}, 2: {"step": 2}})


def test_a_program_is_not_told_where_our_data_is() -> None:
    assert environment({"YIDI_HOME": "/x", "YIDI_POSTGRES": "dsn", "PATH": "/bin"}) == {"PATH": "/bin"}


def test_lines_that_are_no_amounts_say_nothing() -> None:
    said = b'hello\n{"step": "x"}\n[1]\n{"step": 2, "personal_fen": 5}\n\xff\n'
    assert read_amounts(said) == {2: {"step": 2, "personal_fen": 5}}


@pytest.mark.parametrize("answer", [True, False])
async def test_a_person_is_shown_the_steps_and_asked(
    answer: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: answer)
    telling = await ClerkByHand().sit(DOCUMENT, asyncio.Event())
    assert telling == Telling(went_through=answer, amounts=None)
    shown = capsys.readouterr()
    assert not shown.out
    assert json.dumps(DOCUMENT["steps"][0]) in shown.err
    assert "kill the adapter" in shown.err
