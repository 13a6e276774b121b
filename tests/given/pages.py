"""The commands that stand in the README and the other pages, and how a test runs one."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.house.readme_parts import PAGES, ROOT

TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.S)
LINES = [line.split("  #")[0].strip() for block in BLOCKS for line in block.splitlines() if line.strip()]
COMMANDS = list(dict.fromkeys(LINES))  # what several pages name is run once
PATIENCE_S = 240
DEMO = (  # each the same; run once, and what comes after it on its data
    "make demo",
    ".venv/bin/yidi demo --home build/month",
)
AFTER_THE_DEMO = (
    "YIDI_HOME=build/month/demo .venv/bin/yidi up --only-servers",
    "YIDI_HOME=build/month/demo .venv/bin/yidi verify",
    "YIDI_HOME=build/month/demo .venv/bin/yidi trace V1-000000",
    "YIDI_HOME=build/month/demo .venv/bin/yidi explain V1-000000",
    "YIDI_HOME=build/month/demo .venv/bin/yidi explain V1-000000 --compare V1-000001",
    "YIDI_HOME=build/month/demo .venv/bin/yidi slip V1-000000 --pdf build/slip.pdf --html build/slip.html",
    "YIDI_HOME=build/month/demo .venv/bin/yidi policy simulate"
    " services/settlement/policies/511900-390-2023.toml --month 2026-03 --out build/simulation",
    "YIDI_HOME=build/month/demo .venv/bin/yidi month status 2026-03",
    "YIDI_HOME=build/month/demo .venv/bin/yidi month year 2026",
    "YIDI_HOME=build/month/demo .venv/bin/yidi month check",
    "YIDI_HOME=build/month/demo .venv/bin/yidi center list 511900 --month 2026-03",
    "YIDI_HOME=build/month/demo .venv/bin/yidi center receive 511900 --out build/received",
    "YIDI_HOME=build/month/demo .venv/bin/yidi center run 510100"
    " --accounts services/clearing/sample/accounts.csv --out build/desk",
    "YIDI_HOME=build/month/demo .venv/bin/yidi center statement H51010000001 --month 2026-03"
    " --out build/desk",
    "YIDI_HOME=build/month/demo .venv/bin/yidi ledger show 511900 --month 2026-03",
    "YIDI_HOME=build/month/demo .venv/bin/yidi radar",
    "YIDI_HOME=build/month/demo .venv/bin/yidi month facts --out build/facts.jsonl",
    "YIDI_HOME=build/month/demo .venv/bin/yidi month rebuild 2026-03",
    "YIDI_HOME=build/month/demo .venv/bin/yidi migrate --print",
    "YIDI_HOME=build/month/demo .venv/bin/yidi down",
)

CERTIFY = (  # what tests/certify runs in its sandbox
    ".venv/bin/yidi sandbox vendor",
    ".venv/bin/yidi sandbox vendor --next",
    '.venv/bin/yidi certify vendor --run ".venv/bin/python -m shared.certify.example" --out build/certify',
    ".venv/bin/yidi certify --verify build/certify/certify-vendor.json",
)


def run(command: str, place: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command as a person would in the top folder; its data goes to a place of its own."""
    kept: Mapping[str, str] = {
        name: value for name, value in os.environ.items() if not name.startswith("YIDI_")
    }
    done = subprocess.run(
        command.replace("build/", f"{place}/"),
        shell=True,
        cwd=ROOT,
        env={**kept, "YIDI_HOME": str(place / "home"), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done
