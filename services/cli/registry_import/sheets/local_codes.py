"""An area's own codes (地方编码) in cells, read as the national ones that they stand for."""

from collections.abc import Mapping
from typing import NamedTuple

SETS = {
    "scheme": "schemes",
    "schemes": "schemes",
    "area": "areas",
    "insured_area": "areas",
    "treatment_area": "areas",
    "pooling_area": "areas",
    "disease": "chronic_diseases",
}
"""Which code set a column's cells are of."""


class LocalCodes(NamedTuple):
    """What an area's own codes stand for (编码对照), by set; a code that stands in none is a national one."""

    of_set: Mapping[str, Mapping[str, str]] = {}

    def national(self, cells: dict[str, str]) -> dict[str, str]:
        """The cells of a row, by column, with national codes; of several in a cell, each."""
        return {name: self._meant(name, cell) for name, cell in cells.items()} if self.of_set else cells

    def _meant(self, column: str, cell: str) -> str:
        codes = self.of_set.get(SETS.get(column, ""))
        if not codes:
            return cell
        return ";".join(codes.get(one.strip(), one) for one in cell.split(";"))


NATIONAL = LocalCodes()
"""Where all codes are national ones already."""
