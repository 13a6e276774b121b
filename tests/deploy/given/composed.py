"""deploy/compose.yaml as the tests read it: its services, and what is expected of each lane."""

from pathlib import Path
from typing import Any

import yaml

from services.cli.stack.processes import LANES, VIEWS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
HEALTH_PORT = 8080
LANE_COMMANDS = {
    f"{service}-{lane}": [service, "--lane", lane, "--health-port", str(HEALTH_PORT)]
    for service, lane, _ in LANES
}
PROCESSES = {**LANE_COMMANDS, VIEWS: [VIEWS]}
