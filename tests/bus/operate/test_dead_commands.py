"""`yidi dead`: an operator sees what is parked, lets it be decided, or gives it up."""

import asyncio
import json
from base64 import b64decode
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from shared.bus.wire import encode_request
from tests.bus.given.scene import NODE, Scene, filing


async def yidi(scene: Scene, *arguments: str) -> Result:
    """Runs the command on this stage's servers."""
    env = {
        "YIDI_KAFKA": scene.servers.kafka,
        "YIDI_POSTGRES": scene.servers.postgres,
        "YIDI_PARTITIONS": str(scene.settings.partitions),
        "COLUMNS": "250",
    }
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, arguments, env=env))


async def listed(scene: Scene) -> list[dict[str, Any]]:
    """What `yidi dead list --json` says."""
    done = await yidi(scene, "dead", "list", "--json")
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


async def park_one(scene: Scene, id: str = "a") -> str:
    """One request fails and is parked; gives its id for the commands."""
    await scene.database.execute("INSERT INTO referral.mood VALUES (true)")
    await scene.start()
    await scene.send(filing("moody-rule"), id=id)
    await scene.until_sql("SELECT count(*) = 1 FROM referral.held")
    await scene.database.execute("DELETE FROM referral.mood")
    [row] = await listed(scene)
    return str(row["id"])


@pytest.mark.requirement("HUB-21")
async def test_what_is_parked_is_listed_without_naming_a_person(scene: Scene) -> None:
    assert (await yidi(scene, "dead", "list")).stdout == "没有死信 / nothing is parked\n"
    id = await park_one(scene)
    [row] = await listed(scene)
    assert (row["service"], row["topic"], row["source"]) == ("referral", "realtime.filings", NODE)
    assert id == f"referral/realtime.filings/{row['partition']}/{row['offset']}"
    assert (row["reason"], row["released"]) == ("FAILED", False)
    assert row["detail"].startswith("KeyError at ")
    shown = (await yidi(scene, "dead", "list")).stdout
    assert id in shown
    assert row["key_digest"] in shown
    assert "P1" not in shown


async def test_a_node_that_is_not_registered_is_told_with_the_likest_one_that_is(scene: Scene) -> None:
    await scene.start()
    for id, source in (("a", NODE + "x"), ("b", "quite-another")):
        record = encode_request(filing("f"), id=id, source=source, time="2026-03-02T00:00:00Z")
        await scene.send_raw(record.value, record.headers)
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    assert [(row["source"], row["nearest"]) for row in await listed(scene)] == [
        (NODE + "x", NODE),
        ("quite-another", ""),
    ]
    assert f"is {NODE} meant?" in (await yidi(scene, "dead", "list")).stdout


async def test_a_parked_message_is_shown_as_it_came(scene: Scene) -> None:
    id = await park_one(scene)
    body = filing("moody-rule").model_dump_json()
    shown = (await yidi(scene, "dead", "show", id)).stdout
    assert body in shown
    assert f"ce_source: {NODE}" in shown
    told = json.loads((await yidi(scene, "dead", "show", id, "--json")).stdout)
    assert b64decode(told["value_base64"]).decode() == body
    assert told["headers"]["ce_id"] == "a"


@pytest.mark.requirement("HUB-21")
async def test_a_released_message_is_decided_and_answered(scene: Scene) -> None:
    id = await park_one(scene)
    assert (await yidi(scene, "dead", "release", id)).exit_code == 0
    assert (await scene.hear("a"))[0].accepted
    assert await scene.effects() == {"a": 1}
    assert await listed(scene) == []


async def test_a_dropped_message_is_gone_and_why_is_kept_with_its_bytes(scene: Scene) -> None:
    id = await park_one(scene)
    assert (await yidi(scene, "dead", "drop", id, "--because", "a test system")).exit_code == 0
    assert await listed(scene) == []
    [(because, source, record)] = await scene.fetch("SELECT because, source, record FROM referral.dropped")
    assert (because, source) == ("a test system", NODE)
    assert filing("moody-rule").model_dump_json().encode() in record
    assert (await scene.ask(filing("f1"), id="b")).accepted
    assert await scene.effects() == {"b": 1}


async def park_much(scene: Scene) -> None:
    """Three nodes send what cannot be decided, one of them more than is kept; a fact of ours is parked."""
    await scene.start()
    for number in range(25):
        await scene.send_raw(b"\xff", [], key=b"P%d" % number, partition=0)
    for source in ("x", "y"):
        await scene.send(filing("f1"), source=source)
    await scene.send(filing("bad-rule"))
    await scene.enrollment.strange("n1")
    await scene.until_sql("SELECT count(*) = 24 FROM referral.held")


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (("--source", "x"), 23),
        (("--source", NODE), 23),
        (("--source", "?"), 2),
        (("--reason", "JUNK"), 4),
        (("--all-junk",), 1),
    ],
)
async def test_one_command_drops_all_junk_of_a_node_or_reason_and_no_fact_of_ours(
    scene: Scene, chosen: tuple[str, ...], left: int
) -> None:
    await park_much(scene)
    listed_ = await yidi(scene, "dead", "list", "--json")
    assert "? JUNK" in listed_.stderr
    assert "5 条" in listed_.stderr
    done = await yidi(scene, "dead", "drop", *chosen, "--because", "noise", "--yes")
    assert (done.exit_code, done.stdout.split()[0]) == (0, str(24 - left)), done.output
    assert len(await listed(scene)) == left
    assert await scene.fetch("SELECT count(*) FROM referral.dropped WHERE because = 'noise'") == [
        (24 - left,)
    ]


@pytest.mark.parametrize(
    "arguments", [(), ("referral/realtime.filings/0/1", "--all-junk"), ("--source", "x")]
)
async def test_what_to_drop_is_named_in_one_way_and_asked_for_once_more(
    scene: Scene, arguments: tuple[str, ...]
) -> None:
    done = await yidi(scene, "dead", "drop", *arguments, "--because", "noise")
    assert done.exit_code == 1
    assert "/ " in done.output


async def test_dropping_what_blocks_a_key_lets_the_later_ones_go_on(scene: Scene) -> None:
    await scene.start()
    await scene.enrollment.strange("n1")
    await scene.enrollment.node("n1")
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    [row] = await listed(scene)
    assert (await yidi(scene, "dead", "drop", row["id"], "--because", "of a newer version")).exit_code == 0
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n1'")


@pytest.mark.parametrize(
    "arguments",
    [
        ("release", "referral/realtime.filings/0/999999"),
        ("drop", "referral/realtime.filings/0/999999", "--because", "x"),
        ("show", "referral/realtime.filings/0/999999"),
        ("show", "clearing/monthly.claims/0/1"),
        ("show", "nonsense"),
        ("show", "referral/realtime.filings/x/1"),
    ],
)
async def test_an_id_that_nothing_is_parked_under_is_said_to_be_unknown(
    scene: Scene, arguments: tuple[str, ...]
) -> None:
    done = await yidi(scene, "dead", *arguments)
    assert done.exit_code == 1
    assert "没有死信" in done.stderr
    assert "no parked message" in done.stderr


@pytest.mark.parametrize("command", ["list", "show", "release", "drop"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = CliRunner().invoke(app, ["dead", command, "--help"])
    assert done.exit_code == 0
    assert f"yidi dead {command}" in done.stdout
