"""Where a filing leads (备案地): a city, a municipality or a province-pooled area, never a hospital.

001 (十一), 003 二.
"""

from datetime import date

from shared.areas import city, province
from shared.pools import PoolBook

# 11 Beijing … 65 Xinjiang, 66 the Xinjiang Corps; Hong Kong, Macao and Taiwan are not networked.
_CODES = (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 67))
PROVINCES = frozenset(str(code) for codes in _CODES for code in codes)
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
PROVINCE_POOLED = frozenset({"460000", "540000", "660000"})
"""Hainan, Tibet, the Xinjiang Corps: to be filed to whole."""


def is_area(area: str) -> bool:
    """Whether the code lies in a networked province."""
    return area[:2] in PROVINCES


def filed_area(pools: PoolBook, area: str, scheme: str, day: date) -> str | None:
    """The area a filing to `area` from a day on is for: its city, or its province where that is one pool.

    A county under its province directly stands for itself. What was told of levels of pooling counts; where
    nothing was, the shape of the code (`429004`) and the provinces known to pool. None: a province is too
    wide.
    """
    whole, told = province(area), pools.told_of(area, scheme, day)
    pooled = pools.pool_of(area, scheme, day) == whole if told else whole in PROVINCE_POOLED
    if pooled or whole in MUNICIPALITIES:
        return whole
    if area == whole:
        return None
    return area if area[2:4] == "90" or (told and told.under_province) else city(area)
