"""An upload is taken back by its id, as long as nothing was built on it."""

import pytest

from shared.messages.settlement.corrections import WithdrawUpload
from shared.messages.settlement.visits import UploadWithdrawn
from tests.settlement.given.world import (  # fmt: skip
    D3,
    KEYS,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    line,
    open_world,
    quote,
    refusals,
    result,
    settle,
    stay,
    upload,
)


def withdraw(upload_id: str = "U1", **given: str) -> WithdrawUpload:
    return WithdrawUpload(**{**KEYS, **given}, upload_id=upload_id)


@pytest.mark.requirement("SET-35")
async def test_an_upload_is_taken_back_by_its_id_which_stays_taken(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U1", 700), bed("U2", 300))
    [gone] = await accepted(driver, withdraw())
    [fact] = gone.facts
    assert isinstance(fact, UploadWithdrawn)
    assert result(gone.answer).upload_id == "U1"
    await accepted(driver, quote(1, 30_000))
    assert await refusals(driver, [withdraw(), bed("U1", 700)]) == ["UNKNOWN_UPLOAD", "UPLOAD_ID_TAKEN"]


async def test_what_was_settled_or_returned_since_is_not_taken_back(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(1000))
    back = upload("U2", line(1, quantity="-1", price="1000"), total_fen=-100_000)
    await accepted(driver, back)
    assert await refusals(driver, [withdraw()]) == ["NOT_CANCELLABLE"]
    await accepted(driver, withdraw("U2"), settle(1, 100_000))
    assert await refusals(driver, [withdraw()]) == ["NOT_CANCELLABLE"]


async def test_nobody_takes_back_what_another_has_uploaded(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(1000))
    asked = [withdraw(institution_id=PUREN), withdraw(person_id="Wang"), withdraw("U9")]
    assert await refusals(driver, asked) == ["UNKNOWN_UPLOAD"] * 3
    assert (await ask(driver, withdraw(), source="stranger", day=D3)).code == "INSTITUTION_NOT_YOURS"
