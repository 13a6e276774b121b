"""The gateway through an outage: what was taken is delivered in order and once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import simplejson

from services.cli.demo.stage import Stage
from shared.gateway.forms.envelope import read_envelope
from shared.gateway.gateway import Gateway
from shared.gateway.kept import read
from shared.gateway.store import FolderTakenError
from tests.adapter.gateway.given.his import His, Json
from tests.adapter.gateway.given.running import free_port, running_gateway

PERSON, DAY = "TOWN-07", "2026-03-02 12:00:00"
PATIENCE_S = 1.0


class Desk(His):
    """A HIS that asks a gateway in this process."""

    def __init__(self, gateway: Gateway, first: int) -> None:
        super().__init__("", "H51010000001", first=first)
        self.gateway = gateway

    async def tell(self, infno: str, given: Json, msgid: str = "") -> Json:
        """Sends a transaction; its reply."""
        envelope = read_envelope(read(simplejson.dumps(self.envelope(infno, given, msgid), use_decimal=True)))
        reply: Json = read(await self.gateway.answer(envelope))
        return reply

    async def begin(self) -> None:
        """Signs in."""
        told = await self.tell("9001", {"signIn": {"opter_no": "0001"}})
        self.sign_no = told["output"]["signinoutb"]["sign_no"]


def _nowhere() -> str:
    return f"127.0.0.1:{free_port()}"


def _admission() -> Json:
    return {"mdtrtinfo": {"psn_no": PERSON, "begntime": DAY, "mdtrt_cert_type": "02", "med_type": "21"}}


def _fee(visit: str, number: int, cnt: int) -> Json:
    line = {
        "mdtrt_id": visit,
        "psn_no": PERSON,
        "feedetl_sn": str(number),
        "fee_ocur_time": DAY,
        "med_list_codg": "X01-001",
        "med_chrgitm_type": "01",
        "cnt": cnt,
        "pric": 80,
        "det_item_fee_sumamt": 80 * cnt,
    }
    return {"feedetail": [line]}


@pytest.mark.requirement("HUB-16")
async def test_what_is_sent_while_the_bus_is_away_is_kept_and_delivered_in_order(
    town: Stage, tmp_path: Path
) -> None:
    async with Gateway(_nowhere(), "jinsha", tmp_path, PATIENCE_S) as away:
        desk = Desk(away, 9000)
        await desk.begin()
        visit = desk.msgid()
        asked = [("2401", _admission(), visit)]
        # A return before what it returns is refused: that all are taken shows their order.
        asked += [("2301", _fee(visit, n, 1 if n % 2 else -1), desk.msgid()) for n in range(1, 21)]
        told = await asyncio.gather(*(desk.tell(*one) for one in asked))
        assert all(one["err_msg"].startswith("KEPT") for one in told)
        question = await desk.tell("5201", {"data": {"mdtrt_id": visit, "psn_no": PERSON}})
        assert question["err_msg"].startswith("NO_ANSWER")
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, 20.0) as back:
        desk.gateway = back
        replies = await asyncio.gather(*(desk.tell(*one) for one in asked))
        assert [one["err_msg"] for one in replies] == [""] * len(asked)
        found = await desk.tell("5204", {"data": {"mdtrt_id": visit, "psn_no": PERSON}})
        assert len(found["output"]["output"]) == 20
        assert (await desk.tell("2302", _all(visit)))["infcode"] == 0
        assert (await desk.tell("2404", {"data": _name(visit)}))["infcode"] == 0


def _name(visit: str) -> Json:
    return {"mdtrt_id": visit, "psn_no": PERSON}


def _all(visit: str) -> Json:
    return {"data": [{**_name(visit), "feedetl_sn": "0000"}]}


async def test_a_settlement_that_was_not_answered_in_time_never_takes_effect(
    town: Stage, tmp_path: Path
) -> None:
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, 20.0) as gateway:
        desk = Desk(gateway, 9100)
        await desk.begin()
        visit = (await desk.tell("2401", _admission()))["output"]["result"]["mdtrt_id"]
        await desk.tell("2301", _fee(visit, 1, 1))
        left = {"dscginfo": {**_name(visit), "endtime": DAY, "dscg_way": "1"}}
        assert (await desk.tell("2402", left))["infcode"] == 0
    bill, msgid = {"data": {**_name(visit), "medfee_sumamt": 80}}, desk.msgid()
    async with Gateway(_nowhere(), "jinsha", tmp_path, PATIENCE_S) as away:
        desk.gateway = away
        assert (await desk.tell("2304", bill, msgid))["err_msg"].startswith("OUTCOME_UNKNOWN")
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, 20.0) as back:
        desk.gateway = back
        await asyncio.sleep(PATIENCE_S)
        assert (await desk.tell("5201", {"data": _name(visit)}))["output"]["mdtrtinfo"][0][
            "memo"
        ] == "discharged"
        settled = await desk.tell("2304", bill)
        assert settled["infcode"] == 0
        reverse = {"data": {**_name(visit), "setl_id": settled["output"]["setlinfo"]["setl_id"]}}
        assert (await desk.tell("2305", reverse))["infcode"] == 0


@pytest.mark.requirement("HUB-16")
async def test_a_gateway_killed_in_mid_request_settles_once(town: Stage, tmp_path: Path) -> None:
    with running_gateway(town.servers.kafka, tmp_path) as address:
        his = His(address, "H51010000001", first=9200)
        his.sign_in()
        visit = his.ask("2401", _admission())["output"]["result"]["mdtrt_id"]
        assert his.ask("2301", _fee(visit, 1, 1))["err_msg"] == ""
        left = {"dscginfo": {**_name(visit), "endtime": DAY, "dscg_way": "1"}}
        assert his.ask("2402", left)["err_msg"] == ""
        bill, msgid = {"data": {**_name(visit), "medfee_sumamt": 80}}, his.msgid()
        waiting = asyncio.create_task(asyncio.to_thread(_lost, his, bill, msgid))
        await asyncio.sleep(0.05)
    await waiting
    with running_gateway(town.servers.kafka, tmp_path) as address:
        his.address = address
        reply = his.ask("2304", bill, msgid)
        assert reply["infcode"] == 0, reply["err_msg"]
        assert his.ask("2304", bill, msgid) == reply
        listed = his.ask("5203", {"data": _name(visit)})["output"]["setlinfo"]
        assert listed["setl_id"] == reply["output"]["setlinfo"]["setl_id"]
        assert his.ask("2305", {"data": {**_name(visit), "setl_id": listed["setl_id"]}})["infcode"] == 0


def _lost(his: His, bill: Json, msgid: str) -> Any:
    """A reply that the HIS does not get, since the gateway dies; or one that came just in time."""
    try:
        return his.ask("2304", bill, msgid)
    except OSError:
        return None


async def test_fourteen_persons_at_once_are_all_answered(town: Stage, tmp_path: Path) -> None:
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, 20.0) as gateway:
        desk = Desk(gateway, 9300)
        await desk.begin()
        told = {"begntime": DAY, "mdtrt_cert_type": "02"}
        asked = [desk.tell("2201", {"data": {**told, "psn_no": f"TOWN-{n:02d}"}}) for n in range(1, 15)]
        assert [one["err_msg"] for one in await asyncio.gather(*asked)] == [""] * 14


async def test_what_can_never_succeed_is_refused_and_holds_up_nobody(town: Stage, tmp_path: Path) -> None:
    async with Gateway(town.servers.kafka, "jinsha", tmp_path, 20.0) as gateway:
        desk = Desk(gateway, 9400)
        await desk.begin()
        sums = dict.fromkeys(("medfee_sumamt", "fund_appy_sum", "cash_payamt", "acct_pay"), 0)
        claim = {"setlym": "202602", "begndate": "2026-02-01", "enddate": "2199-12-31", "psntime": 0, **sums}
        refused = await desk.tell("3203", {"data": claim})
        assert refused["infcode"] == -1
        assert "KEPT" not in refused["err_msg"]
        assert (await desk.tell("3203", {"data": {**claim, "enddate": "2026-02-28"}}))["infcode"] == 0


async def test_one_folder_has_one_gateway(tmp_path: Path) -> None:
    async with Gateway(_nowhere(), "jinsha", tmp_path, PATIENCE_S):
        with pytest.raises(FolderTakenError, match="another gateway"):
            await Gateway(_nowhere(), "jinsha", tmp_path, PATIENCE_S).__aenter__()
