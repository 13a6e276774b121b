"""Areas by name."""

import csv

import pytest

from shared.names.areas import _FILE, area_name, short_area_name

# Code, with what it lies in, alone
NAMES = [
    ("510000", "四川省", "四川省"),
    ("511900", "四川省巴中市", "巴中市"),
    ("511902", "四川省巴中市巴州区", "巴州区"),
    ("310000", "上海市", "上海市"),
    ("310101", "上海市黄浦区", "黄浦区"),
    ("411525", "河南省信阳市固始县", "固始县"),
    ("429004", "湖北省仙桃市", "仙桃市"),
    ("511999", "四川省巴中市", "巴中市"),
    ("999999", "", ""),
]


@pytest.mark.parametrize(("area", "full", "short"), NAMES)
def test_an_area_is_named_by_what_it_lies_in(area: str, full: str, short: str) -> None:
    assert (area_name(area), short_area_name(area)) == (full, short)


def test_each_area_stands_once_with_a_chinese_name() -> None:
    rows = list(csv.reader(_FILE.read_text("utf-8").splitlines()[1:]))
    assert [area for area, _ in rows] == sorted({area for area, _ in rows})
    assert all(len(area) == 6 and name and not name.isascii() for area, name in rows)
    assert sum(area.endswith("0000") for area, _ in rows) == 34
