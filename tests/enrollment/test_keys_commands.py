"""`yidi keys`: a key is turned and given up, and no identity is lost with it."""

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from services.cli.persons import keys_commands
from services.enrollment.persons.model import HeldIdentity
from services.enrollment.persons.store import save_identities
from shared.bus.database import connect_pool
from shared.messages.enrollment.persons import Identity
from shared.settings import Settings
from shared.stack import database_at_work


async def _keep_somebody() -> None:
    who = {"name": "赵无名", "sex": "male", "birth_date": "1980-02-29", "document": "other", "number": "1"}
    identity = Identity.model_validate_json(json.dumps(who))
    pool = await connect_pool(database_at_work(Settings()), "enrollment", size=1)
    async with pool.acquire() as tx:
        await save_identities(tx, [HeldIdentity("K1", 1, "d", "male", "1980-02", identity)])
    await pool.close()


@pytest.mark.requirement("SEC-12")
@pytest.mark.usefixtures("environment")
def test_a_key_is_turned_and_then_given_up(home: Path) -> None:
    app = typer.Typer()
    keys_commands.register(app)

    def run(*given: str) -> Result:
        return CliRunner().invoke(app, ["keys", *given])

    asyncio.run(_keep_somebody())
    before = json.loads(run("list", "--json").stdout)
    assert (before["identities"], before["newest"]) == ({"k1": 1}, "k1")
    assert run("drop", "k1").exit_code == 1  # it is in use, and the newest
    assert run("rotate").stdout.startswith("k2:")
    after = json.loads(run("list", "--json").stdout)
    assert (after["identities"], after["newest"]) == ({"k1": 0, "k2": 1}, "k2")
    assert after["public_key"] != before["public_key"]
    assert [run("drop", key).exit_code for key in ("k9", "k2", "k1")] == [1, 1, 0]
    assert "k1" not in (home / "keys" / "persons.json").read_text("utf-8")
