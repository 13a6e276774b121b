"""What is nobody's fault is waited for or tried again and parks no message; what is a message's parks it."""

import pytest

from tests.bus.given.scene import Scene, filing

# A statement cannot be undone by the transaction that it ends: a sequence counts the attempts.
FAILING = """
CREATE SEQUENCE referral.attempt;
CREATE FUNCTION referral.fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('referral.attempt') <= {times} THEN
        RAISE EXCEPTION 'not now' USING ERRCODE = '{state}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fail BEFORE INSERT ON referral.effect
    FOR EACH ROW WHEN (NEW.request_id = 'a') EXECUTE FUNCTION referral.fail();
"""
NO_FAULT_OF_THE_MESSAGE = {  # what the server says: its state, how often
    "disk full": ("53100", 4),
    "out of memory": ("53200", 4),
    "query cancelled": ("57014", 4),
    "input or output error": ("58030", 4),
    "read only": ("25006", 4),
    "another process was faster": ("23505", 1),
}


@pytest.mark.parametrize(
    ("state", "times"), NO_FAULT_OF_THE_MESSAGE.values(), ids=NO_FAULT_OF_THE_MESSAGE.keys()
)
async def test_what_is_nobodys_fault_costs_a_good_request_nothing(
    scene: Scene, state: str, times: int
) -> None:
    await scene.database.execute(FAILING.format(state=state, times=times))
    await scene.start()
    assert (await scene.ask(filing("f1"), id="a")).accepted
    assert await scene.effects() == {"a": 1}
    assert await scene.fetch("SELECT * FROM referral.held") == []
    assert await scene.fetch("SELECT last_value FROM referral.attempt") == [(times + 1,)]


async def test_what_fails_alone_twice_is_parked(scene: Scene) -> None:
    await scene.database.execute(FAILING.format(state="23505", times=2))
    await scene.start()
    await scene.send(filing("f1"), id="a")
    await scene.until_sql("SELECT count(*) = 1 FROM referral.held WHERE reason = 'FAILED'")


async def test_a_value_that_no_column_takes_is_its_messages_fault(scene: Scene) -> None:
    await scene.database.execute("ALTER TABLE referral.effect ALTER number TYPE bigint")
    await scene.database.execute("INSERT INTO referral.tally VALUES ('P1', 2147483647)")
    await scene.start()
    await scene.send(filing("f1"), id="a")
    assert (await scene.ask(filing("f2", person="P2"), id="b")).accepted
    detail = await scene.until_sql("SELECT detail FROM referral.held")
    assert detail.startswith("DataError at ")
