"""The code sets that are built in (内置编码集), version 1 of each, with their sources."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shared.names.areas import area_codes, short_area_name

_HOME = Path(__file__).parent
AREAS = "areas"


class BuiltIn(NamedTuple):
    """A built-in code set: what it is called, where it comes from, and the Chinese meaning of each code."""

    set_id: str
    name_zh: str
    name_en: str
    source: str
    codes: Mapping[str, str]


@cache
def built_in() -> Mapping[str, BuiltIn]:
    """Every built-in set by its id; that of areas is the national list, which has a file of its own."""
    codes: dict[str, dict[str, str]] = {AREAS: {area: short_area_name(area) for area in area_codes()}}
    for row in _rows("codes.csv"):
        codes.setdefault(row["set_id"], {})[row["code"]] = row["name_zh"]
    return {row["set_id"]: BuiltIn(**row, codes=codes[row["set_id"]]) for row in _rows("sets.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (_HOME / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
