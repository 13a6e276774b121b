"""Code sets: those built in with their sources, and the versions published after them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.codes import built_in
from shared.messages.enrollment.network.code_sets import Code, CodeSetPublished, PublishCodeSet
from tests.enrollment.test_registers import code
from tests.given.driver import Driver

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
CHANGED = {"1": "医嘱离院", "2": "医嘱转院", "3": "转社区", "6": "新的方式"}


def code_set(codes: dict[str, str] = CHANGED, **given: Any) -> PublishCodeSet:
    """The second version of the ways of discharge: one of other meaning, one new, three gone."""
    values = {"set_id": "discharge_ways", "set_version": 2, "in_force_from": JULY, "source": "示例", **given}
    return PublishCodeSet(codes=tuple(Code(code=one, name_zh=zh) for one, zh in codes.items()), **values)


@pytest.mark.requirement("ENR-22")
def test_fifteen_sets_and_more_are_built_in_with_their_sources() -> None:
    sets = built_in()
    assert len(sets) >= 15
    assert all(one.source and one.codes and one.name_en for one in sets.values())
    assert len(sets["fee_categories"].codes) == 14
    assert sets["areas"].codes["511902"] == "巴州区"


@pytest.mark.requirement("ENR-21")
async def test_a_version_is_published_whole_and_what_it_changes_is_told(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    first, again, next_ = await driver.hear(
        code_set(), code_set(), code_set({"1": "医嘱离院"}, set_version=3, in_force_from=AUGUST)
    )
    [said] = first.facts
    assert isinstance(said, CodeSetPublished)
    assert (said.added, said.changed, said.removed) == (1, 1, 3)
    assert (code(again), again.facts, code(next_)) == ("OK", (), "OK")
    rows = await driver.fetch("SELECT subject_id, version FROM register WHERE kind = 'code_set' ORDER BY 1")
    assert [tuple(row) for row in rows] == [
        ("discharge_ways", 3),
        ("discharge_ways/2", 2),
        ("discharge_ways/3", 3),
    ]
    refused = [
        code_set(set_version=5, in_force_from=date(2026, 9, 1)),
        code_set(set_version=4, in_force_from=AUGUST),
        code_set(set_version=2),
    ]
    answers = [code((await driver.hear(one))[0]) for one in refused]
    assert answers == ["INVALID_FIELD", "DATE_NOT_POSSIBLE", "OK"]
    twice = code_set(set_version=4, in_force_from=date(2026, 9, 1))
    twice = twice.model_copy(update={"codes": twice.codes * 2})
    assert code((await driver.hear(twice))[0]) == "INVALID_FIELD"
