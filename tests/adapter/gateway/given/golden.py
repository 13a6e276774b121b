"""The golden pairs: one of each transaction, and one of a stay settled in between.

`python -m tests.adapter.gateway.given.golden` writes them anew, those of `shared/gateway/page/examples` too.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import simplejson

from shared.gateway.page.openapi import EXAMPLES
from tests.adapter.gateway.given.his import HOSPITAL, His, Json
from tests.adapter.gateway.given.running import running_gateway
from tests.adapter.gateway.given.stay import NOW, OTHER, admission, bed, bill, pair_of, run, steady
from tests.adapter.given.town import open_town

PART = "2304-interim"
"""A settlement in between (中途结算), which is a 2304 too: on no page, which has one example of each."""


def path_of(name: str) -> Path:
    """Where a pair is kept."""
    return (Path(__file__).parent if name == PART else EXAMPLES) / f"{name}.json"


def run_interim(his: His) -> Json:
    """A stay settled in between, at last: the pair, once it was taken back again by 2601."""
    his.sign_in()
    stay = his.ask("2401", admission(OTHER)({}))["output"]["result"]["mdtrt_id"]
    his.ask("2301", {"feedetail": [bed(stay) | {"psn_no": OTHER}]})
    told = bill("stay", "240.00", psn_no=OTHER, mid_setl_flag="1")({"stay": stay})
    assert "dscgTime" in his.ask("2304", told)["err_msg"]
    told["data"]["dscgTime"] = NOW
    pair = pair_of(his, "2304", told)
    assert pair["reply"]["infcode"] == 0, pair["reply"]["err_msg"]
    further = pair["reply"]["output"]["setlinfo"]["exp_content"]
    for visit, state in ((stay, "settled"), (further, "admitted")):
        assert _state(his, visit) == state
    undo = {"psn_no": OTHER, "omsgid": pair["request"]["msgid"], "oinfno": "2304"}
    assert his.ask("2601", {"data": undo})["infcode"] == 0
    for visit, state in ((stay, "admitted"), (further, "cancelled")):
        assert _state(his, visit) == state
    golden_pair: Json = steady(pair)
    return golden_pair


def _state(his: His, visit: str) -> str:
    found = his.ask("5201", {"data": {"mdtrt_id": visit, "psn_no": OTHER}})
    return str(found["output"]["mdtrtinfo"][0]["memo"])


def golden(his: His) -> dict[str, Json]:
    """The last pair of each transaction, and one of a 2304 in between."""
    pairs = {pair["request"]["infno"]: pair for pair in run(his)}
    return {**pairs, PART: run_interim(his)}


def main() -> None:
    """Writes the pairs as the live services answer."""
    with (
        TemporaryDirectory(prefix="yidi-gateway-") as folder,
        open_town(Path(folder) / "town") as town,
        running_gateway(town.servers.kafka, Path(folder) / "gateway") as address,
    ):
        pairs = golden(His(address, HOSPITAL))
    EXAMPLES.mkdir(exist_ok=True)
    for infno, pair in pairs.items():
        text = simplejson.dumps(pair, use_decimal=True, ensure_ascii=False, indent=1, sort_keys=True)
        path_of(infno).write_text(text + "\n", encoding="utf-8")
    print(json.dumps(sorted(pairs)))


if __name__ == "__main__":
    main()
