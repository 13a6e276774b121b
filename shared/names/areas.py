"""The names of administrative areas (行政区划名称), by their codes; those of GB/T 2260 as of 2020."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shared.areas import widened

_FILE = Path(__file__).with_name("areas.csv")


def area_name(area: str) -> str:
    """An area with what it lies in: `511902` → `四川省巴中市巴州区`; empty where no part has a name."""
    names = (_names().get(code, "") for code in dict.fromkeys(reversed(widened(area))))
    return "".join(names)


def short_area_name(area: str) -> str:
    """The area's own name: `511902` → `巴州区`; of a code without one that of what it lies in."""
    return next((name for code in widened(area) if (name := _names().get(code))), "")


def area_codes() -> tuple[str, ...]:
    """The codes of all areas that have a name."""
    return tuple(_names())


@cache
def _names() -> Mapping[str, str]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["area"]: row["name"] for row in csv.DictReader(file)}
