"""A transaction that is run again is given the answers that it had; a desk's counts until its time."""

from pathlib import Path
from typing import Any

import pytest

from services.cli.demo.stage import Stage
from shared.adapter.desk import Desk as Asking
from shared.gateway.gateway import Gateway
from shared.gateway.store import Store
from shared.messages.answer import Answer
from shared.messages.body import QueryOutcome
from tests.adapter.gateway.given.his import Json
from tests.adapter.gateway.test_outage import DAY, Desk

PERSON = "TOWN-09"
PATIENCE_S = 20.0


def _fee(visit: str, *numbers: int) -> Json:
    told = {"mdtrt_id": visit, "psn_no": PERSON, "fee_ocur_time": DAY, "med_list_codg": "X01-001"}
    line = {**told, "med_chrgitm_type": "01", "cnt": 1, "pric": 80, "det_item_fee_sumamt": 80}
    return {"feedetail": [{**line, "feedetl_sn": str(number)} for number in numbers]}


async def _admitted(desk: Desk) -> Json:
    await desk.begin()
    told = {"psn_no": PERSON, "begntime": DAY, "mdtrt_cert_type": "02", "med_type": "21"}
    admitted = await desk.tell("2401", {"mdtrtinfo": told})
    return {"mdtrt_id": admitted["output"]["result"]["mdtrt_id"], "psn_no": PERSON}


@pytest.mark.requirement("HUB-16")
@pytest.mark.parametrize(("number", "dies_at"), [(9600, "finish"), (9650, "second note")])
async def test_a_withdrawal_that_died_half_way_ends_as_if_it_had_not(
    town: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, dies_at: str
) -> None:
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, PATIENCE_S) as gateway:
        desk = Desk(gateway, number)
        visit = await _admitted(desk)
        for line in (1, 2):
            assert (await desk.tell("2301", _fee(visit["mdtrt_id"], line)))["infcode"] == 0
        died = _die_once(monkeypatch, *(("finish", 1) if dies_at == "finish" else ("note", 2)))
        taken = await desk.tell("2302", {"data": [{**visit, "feedetl_sn": "0000"}]})
        assert (died, taken["err_msg"]) == ([True], "")
        assert (await desk.tell("5204", {"data": visit}))["output"]["output"] == []
        assert (await desk.tell("2404", {"data": visit}))["infcode"] == 0


def _die_once(monkeypatch: pytest.MonkeyPatch, method: str, at: int) -> list[bool]:
    """Lets a write of the store fail the `at`th time it is asked for, as a crash would; tells that it did."""
    kept, calls, died = getattr(Store, method), [0], list[bool]()

    async def fail(self: Store, *given: Any) -> Any:
        calls[0] += 1
        if calls[0] == at:
            died.append(True)
            raise OSError(method)
        return await kept(self, *given)

    monkeypatch.setattr(Store, method, fail)
    return died


async def test_what_a_desk_waits_for_says_until_when_it_counts_and_nothing_else_does(
    town: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: dict[str, float | None] = {}
    answer_to = Asking.answer_to

    async def spy(self: Asking, body: Any, *given: Any, valid_for_s: float | None = None) -> Answer:
        limits[type(body).__name__] = valid_for_s
        return await answer_to(self, body, *given, valid_for_s=valid_for_s)

    monkeypatch.setattr(Asking, "answer_to", spy)
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, PATIENCE_S) as gateway:
        desk = Desk(gateway, 9700)
        visit = await _admitted(desk)
        await desk.tell("2304", {"data": {**visit, "medfee_sumamt": 0}})  # refused: they have not left
        assert (await desk.tell("2404", {"data": visit}))["infcode"] == 0
    assert limits["AdmitPatient"] is None
    settled_s = limits["SettleVisit"]
    assert settled_s is not None
    assert 0 < settled_s <= PATIENCE_S


async def test_an_outcome_that_is_not_decided_yet_is_none(
    town: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_to, told = Asking.answer_to, list[str]()

    async def not_yet(self: Asking, body: Any, *given: Any, valid_for_s: float | None = None) -> Answer:
        kind = type(body).__name__
        if kind in {"AdmitPatient", QueryOutcome.__name__} and told.count(kind) == 0:
            told.append(kind)
            return Answer(outcome="refused", code="TRY_AGAIN")
        return await answer_to(self, body, *given, valid_for_s=valid_for_s)

    monkeypatch.setattr(Asking, "answer_to", not_yet)
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, PATIENCE_S) as gateway:
        desk = Desk(gateway, 9800)
        visit = await _admitted(desk)
        assert told == ["AdmitPatient", "QueryOutcome"]
        assert (await desk.tell("2404", {"data": visit}))["infcode"] == 0
