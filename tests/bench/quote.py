"""How many bills `yidi quote` settles a second, on one core and on all, against reading the same JSON.

Whole commands are timed, with their start; memory is the peak of the sum of their processes.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from services.cli.policy.folder import SHIPPED
from services.cli.quote.outcome import INVALID
from tests.bench.place import Tell

ROOT = Path(__file__).parents[2]
TIMES_JSON = 25
SMALL = 10  # the small file holds this part of the bills
RUNS = 3
LOOK_S = 0.05
_QUOTE = "import typer; from services.cli.quote.command import quote; typer.run(quote)"
_CHRONIC = """
[outpatient_chronic.M03900]
deductible_fen = 0
cap_fen = 300_000
tiers = { 1 = 7000, 2 = 6500, 3 = 6000 }
"""


def measure(count: int, tell: Tell) -> dict[str, float]:
    """Bills a second and the memory with a small and a large file, MB; each the best of a few runs."""
    cores = os.sched_getaffinity(0)
    one = {min(cores)}
    with TemporaryDirectory(prefix="yidi-quote-") as name:
        small, large = Path(name, "small.jsonl"), Path(name, "large.jsonl")
        write_policies(Path(name))
        write_bills(small, count // SMALL)
        write_bills(large, count)
        parse, alone, together = [], [], []
        for run in range(RUNS):
            parse.append(_parse_s(large))
            alone.append(_quote(large, one))
            together.append(_quote(large, cores))
            tell("runs", run + 1, RUNS)
        _, small_mb = _quote(small, cores)
    alone_s = min(alone)[0]
    return {
        "bills": count,
        "bills_per_s": round(count / alone_s),
        "json_loads_per_s": round(count / min(parse)),
        "times_json": round(alone_s / min(parse), 1),
        "all_cores_per_s": round(count / min(together)[0]),
        "peak_mb_small": small_mb,
        "peak_mb_large": max(mb for _, mb in together),
    }


def _parse_s(path: Path) -> float:
    """Reading the file's JSON and no more, in CPU seconds of one core."""
    began = time.process_time()
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.process_time() - began


def _quote(path: Path, cores: set[int]) -> tuple[float, float]:
    """One run of the command on these cores: seconds with its start, peak memory of its processes in MB."""
    began = time.monotonic()
    command = psutil.Popen(
        [sys.executable, "-c", _QUOTE, str(path), "--policies", str(path.parent), "--json"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    peak_mb = 0.0
    while command.poll() is None:
        peak_mb = max(peak_mb, _mb(command))
        time.sleep(LOOK_S)
    if command.returncode != INVALID:
        raise RuntimeError(f"yidi quote ended with {command.returncode}")
    return time.monotonic() - began, round(peak_mb, 1)


def _mb(command: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        processes = [command, *command.children()]
        return sum(process.memory_info().rss for process in processes) / 1e6
    return 0.0  # one ended while it was looked at


def write_policies(folder: Path) -> None:
    """The shipped policies, and one that covers a chronic disease."""
    for path in SHIPPED.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    text = (SHIPPED / "511900-310-2023.toml").read_text("utf-8")
    text = text.split("[outpatient_chronic")[0].replace("511900-310-2023", "chronic-2023")
    (folder / "chronic.toml").write_text(text + _CHRONIC, "utf-8")


def write_bills(path: Path, count: int) -> None:
    """A JSON Lines file of mixed bills, always the same; one in a hundred is not valid."""
    draw = Random(count)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_bill(draw, number)) + "\n" for number in range(count))


def _bill(draw: Random, number: int) -> dict[str, Any]:
    kind = draw.choice(("inpatient", "inpatient", "outpatient_general", "outpatient_chronic", "pharmacy"))
    chronic = kind == "outpatient_chronic"
    ids = ("chronic-2023",) if chronic else ("511900-310-2023", "511900-390-2023", "411525-380-sample")
    year = {"stays": draw.randrange(3), "pool_paid_fen": draw.choice((0, 800_000, 19_900_000))}
    year |= {"serious_illness_base_fen": draw.randrange(2_000_000)}
    bill: dict[str, Any] = {
        "bill_id": f"B{number}",
        "policy_id": draw.choice(ids),
        "kind": kind,
        "disease": "M03900" if chronic else None,
        "treatment_area": "510100",
        "hospital_tier": draw.choice(("1", "1", "2", "3")),
        "service_on": f"2023-05-{draw.randint(1, 28):02d}",
        "settled_on": "2023-06-10",
        "person": {"retired": draw.random() < 0.3, "identities": draw.choice(([], [], ["low_income"]))},
        "filing": draw.choice(("home", "long_term", "referral", "emergency", "other_temporary", "none")),
        "year_to_date": year if kind == "inpatient" else {"outpatient_paid_fen": draw.randrange(100_000)},
        "transfer": {"deductible_paid_fen": 35_000} if draw.random() < 0.1 else None,
        "account": {"use": draw.random() < 0.5, "balance_fen": draw.randrange(300_000)},
    }
    if draw.random() < 0.01:
        bill["settled_on"] = "tomorrow"
    if draw.random() < 0.4:
        return bill | {"lines": [_line(draw) for _ in range(draw.randint(1, 8))]}
    total = draw.randrange(10_000, 8_000_000)
    parts = {"full_self_pay_fen": total // 20, "over_limit_fen": total // 50, "pre_self_pay_fen": total // 30}
    return bill | {"amounts": {"total_fen": total, **parts}}


def _line(draw: Random) -> dict[str, Any]:
    return {
        "item": f"XA{draw.randrange(10_000):05d}",
        "category": f"{draw.randint(1, 14):02d}",
        "level": draw.choice(("01", "02", "02", "03")),
        "quantity": str(draw.randint(1, 20)),
        "price": f"{draw.randrange(200)}.{draw.randrange(10_000):04d}",
        "pre_self_pay_bp": draw.choice((0, 1_000)),
    } | ({"price_limit": "100"} if draw.random() < 0.3 else {})
