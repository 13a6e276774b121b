"""Finds the service by name and runs one lane of it: `python -m services settlement --lane live`."""

import argparse
import importlib

from shared.bus.service import Service
from shared.bus.topics import SERVICES
from shared.log import start_logging


def find_service(name: str) -> Service:
    """The service called `name`."""
    service: Service = importlib.import_module(f"services.{name}").SERVICE
    return service


def all_services() -> list[Service]:
    """The five services, in the order in which facts flow."""
    return [find_service(name) for name in SERVICES]


def main() -> None:
    """Parses the command line and runs until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("name", choices=[*SERVICES, "audit-views"])
    parser.add_argument("--lane", choices=["live", "bulk"], default="live")
    parser.add_argument("--ordinal", type=int, default=0, help="number of this process in its fleet")
    parser.add_argument("--health-port", type=int, default=0, help="0: any free port")
    arguments = parser.parse_args()
    start_logging()
    if arguments.name == "audit-views":
        importlib.import_module("services.audit.views").main(arguments.health_port)
        return
    from shared.bus.process.process import run_service

    run_service(find_service(arguments.name), arguments.lane, arguments.ordinal, arguments.health_port)


if __name__ == "__main__":
    main()
