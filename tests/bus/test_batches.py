"""A batch is what is there, over all streams, and one transaction."""

from tests.bus.scene import Scene, filing

# xmin is the transaction that wrote a row


async def test_what_is_there_is_decided_in_one_transaction(scene: Scene) -> None:
    for number in range(100):
        await scene.send(filing(f"f{number}"))
    await scene.start()
    await scene.hear("r100")
    [(transactions, turns)] = await scene.fetch(
        "SELECT count(DISTINCT e.xmin::text), (SELECT max(turn) FROM referral.stream) FROM referral.effect e"
    )
    assert transactions == turns
    assert turns < 10


async def test_one_transaction_takes_from_several_streams(scene: Scene) -> None:
    for number in range(60):
        await scene.send(filing(f"f{number}", person=f"P{number}"))
    await scene.start()
    await scene.collect(lambda: len(scene.answers) == 60, "not all were answered")
    together = await scene.fetch(
        "SELECT count(DISTINCT person_id) FROM referral.effect GROUP BY xmin::text ORDER BY 1 DESC LIMIT 1"
    )
    assert together > [(6,)]


async def test_each_message_of_a_batch_sees_what_the_ones_before_it_changed(scene: Scene) -> None:
    for number in range(100):
        await scene.send(filing(f"f{number}"))
    await scene.start()
    await scene.hear("r100")
    assert await scene.fetch("SELECT request_id FROM referral.effect ORDER BY number") == [
        (f"r{number}",) for number in range(1, 101)
    ]
    assert await scene.fetch("SELECT * FROM referral.tally") == [("P1", 100)]
