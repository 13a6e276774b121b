"""What the database itself forbids the service."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.bus.database import connect_pool
from tests.bus.given.scene import Scene

FILL = "INSERT INTO referral.effect VALUES ('a', 'P1', 1)"


@pytest.fixture
async def application(scene: Scene) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """Connections as the service has them."""
    pool = await connect_pool(scene.servers.postgres, "referral")
    yield pool
    await pool.close()


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE effect SET number = 2", "DELETE FROM effect", "TRUNCATE effect", "DROP TABLE effect"],
)
async def test_what_is_append_only_cannot_be_changed_by_the_service(
    scene: Scene, application: "asyncpg.Pool[asyncpg.Record]", statement: str
) -> None:
    await application.execute(FILL)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(statement)
    assert await scene.effects() == {"a": 1}


async def test_other_tables_can_be_changed(application: "asyncpg.Pool[asyncpg.Record]") -> None:
    await application.execute("INSERT INTO tally VALUES ('P1', 1)")
    assert await application.execute("UPDATE tally SET count = 2") == "UPDATE 1"
    assert await application.execute("DELETE FROM tally") == "DELETE 1"


async def test_the_reading_role_reads_everything_and_changes_nothing(scene: Scene) -> None:
    await scene.database.execute(FILL)
    await scene.database.execute("SET ROLE yidi_reader")
    assert await scene.effects() == {"a": 1}
    for statement in ("INSERT INTO referral.tally VALUES ('P1', 1)", "DELETE FROM referral.inbox"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scene.database.execute(statement)
    await scene.database.execute("RESET ROLE")
