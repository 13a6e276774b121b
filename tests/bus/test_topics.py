"""The table of topics: whoever says something is heard, and nothing travels that no one reads."""

from itertools import product

import pytest

from shared.bus.admin import find_differing
from shared.bus.topics import (
    NODES,
    SERVICES,
    TOPICS,
    day_topics,
    events_topic,
    lane_of,
    marking_streams,
    partition_count,
    read_by,
)
from shared.messages.enrollment.registers import DayOpened
from shared.messages.wire_types import TYPES


def test_every_owner_and_reader_is_known() -> None:
    known = {*SERVICES, NODES}
    assert {topic.owner for topic in TOPICS.values()} <= known
    assert {reader for topic in TOPICS.values() for reader in topic.readers} <= set(SERVICES)


def test_audit_reads_every_topic_but_its_own() -> None:
    unread = {topic.name for topic in TOPICS.values() if "audit" not in topic.readers}
    assert unread == {"audit.events", "audit.dead"}


def test_every_topic_that_a_message_names_is_declared() -> None:
    named = {topic for kind in TYPES.values() for topic in kind.TOPICS}
    assert named - TOPICS.keys() == {"reply.<node>"}


def test_each_service_says_its_facts_and_parks_on_topics_of_its_own() -> None:
    for service in SERVICES:
        assert TOPICS[events_topic(service)].owner == service
        assert TOPICS[f"{service}.dead"].owner == service


def test_a_day_begins_in_every_topic_that_requests_come_in_by() -> None:
    assert {*day_topics(), "calendar.days"} == set(DayOpened.TOPICS)


@pytest.mark.requirement("HUB-14")
@pytest.mark.parametrize(
    ("topic", "frequency"),
    [
        ("realtime.filings", "at_once"),
        ("realtime.encounters", "at_once"),
        ("daily.costs", "daily"),
        ("casepage.pages", "case_page"),
        ("monthly.claims", "monthly"),
        ("monthly.batches", "monthly"),
    ],
)
def test_exchange_topics_carry_their_frequency(topic: str, frequency: str) -> None:
    assert TOPICS[topic].frequency == frequency


@pytest.mark.parametrize(
    ("service", "topic", "lane"),
    [
        ("settlement", "realtime.encounters", "live"),
        ("settlement", "enrollment.events", "live"),
        ("settlement", "daily.costs", "bulk"),
        ("settlement", "casepage.pages", "bulk"),
        ("clearing", "settlement.events", "bulk"),
        ("audit", "realtime.filings", "bulk"),
    ],
)
def test_the_desk_never_waits_behind_the_night(service: str, topic: str, lane: str) -> None:
    assert lane_of(service, topic) == lane


@pytest.mark.parametrize("service", SERVICES)
def test_each_topic_of_a_service_is_read_by_exactly_one_lane(service: str) -> None:
    lanes = [topic.name for lane in ("live", "bulk") for topic in read_by(service, lane)]
    assert sorted(lanes) == sorted(topic.name for topic in read_by(service))


def test_facts_of_others_are_read_before_requests() -> None:
    assert [topic.asks for topic in read_by("settlement", "live")] == [False, False, False, True]


@pytest.mark.parametrize(
    ("topic", "count"),
    [("realtime.filings", 6), ("calendar.days", 1), ("referral.dead", 1), ("reply.huaxi", 1)],
)
def test_partitions_of_a_topic(topic: str, count: int) -> None:
    assert partition_count(topic, 6) == count


def test_the_streams_that_tell_a_days_end_are_all_those_in_which_it_stands() -> None:
    parts = product(("enrollment.events", "realtime.filings"), range(2))
    assert marking_streams("referral", 2) == [f"referral/{topic}/{number}" for topic, number in parts]


SIX = {name: partition_count(name, 6) for name in TOPICS}


@pytest.mark.parametrize(
    ("counts", "partitions", "found"),
    [
        (SIX, 6, None),
        ({}, 6, None),
        ({"daily.costs": 6}, 6, None),
        (SIX, 4, ("registry.commands", 6, 4, 6)),
        ({**SIX, "daily.costs": 1}, 6, ("daily.costs", 1, 6, 0)),
        ({**SIX, "calendar.days": 6}, 6, ("calendar.days", 6, 1, 0)),
    ],
)
def test_topics_with_other_partitions_than_the_set_up_are_found(
    counts: dict[str, int], partitions: int, found: tuple[str, int, int, int] | None
) -> None:
    assert find_differing(counts, partitions) == found
