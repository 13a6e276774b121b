"""Every topic, declared once: who writes and reads it, its key, how long it is kept, how late it may be.

Topics, the AsyncAPI page, the lanes and the supervision of timeliness are made from this table
(exchange frequencies: 000 三(一)4).
"""

from typing import Literal, NamedTuple

Frequency = Literal["at_once", "daily", "case_page", "monthly", "none"]
Lane = Literal["live", "bulk"]

NODES = "nodes"
REPLY = "reply."
SERVICES = ("enrollment", "referral", "settlement", "clearing", "audit")


class Topic(NamedTuple):
    """A topic (主题). `owner` writes it (`nodes`: all nodes do); `marks`: its streams carry days.

    `follows_key`: every fact has the key of the message that led to it, so that partition p is fed by streams
    of partition p only.
    """

    name: str
    owner: str
    readers: tuple[str, ...]
    key: str
    frequency: Frequency = "none"
    retention_days: int = 30
    marks: bool = True
    follows_key: bool = False
    compacted: bool = False
    single: bool = False  # one partition, whatever the others have

    @property
    def asks(self) -> bool:
        """Whether nodes send their requests here (and enrollment writes its day marks)."""
        return self.owner == NODES


_FOREVER = -1
TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("registry.commands", NODES, ("enrollment", "audit"), "subject's id"),
        Topic("realtime.filings", NODES, ("referral", "audit"), "person_id", "at_once"),
        Topic("realtime.encounters", NODES, ("settlement", "audit"), "person_id", "at_once"),
        Topic("daily.costs", NODES, ("settlement", "audit"), "person_id", "daily"),
        Topic("casepage.pages", NODES, ("settlement", "audit"), "person_id", "case_page"),
        Topic("monthly.claims", NODES, ("clearing", "audit"), "party", "monthly", 730),
        Topic("monthly.batches", "clearing", ("audit",), "statement_id", "monthly", 730, marks=False),
        Topic(
            "enrollment.events",
            "enrollment",
            ("referral", "settlement", "clearing", "audit"),
            "person_id or the subject's id",
            retention_days=_FOREVER,
            follows_key=True,
        ),
        Topic(
            "referral.events",
            "referral",
            ("settlement", "audit"),
            "person_id",
            retention_days=_FOREVER,
            follows_key=True,
        ),
        Topic(
            "settlement.events",
            "settlement",
            ("clearing", "audit"),
            "person_id",
            retention_days=_FOREVER,
            follows_key=True,
        ),
        Topic(
            "clearing.events",
            "clearing",
            ("audit",),
            "statement_id or party",
            retention_days=_FOREVER,
        ),
        Topic("audit.events", "audit", ("clearing",), "subject_id", retention_days=_FOREVER, marks=False),
        Topic(
            "registry.catalogues",
            "enrollment",
            ("settlement", "audit"),
            "page_id",
            retention_days=_FOREVER,
            marks=False,
            compacted=True,
        ),
        Topic(
            "calendar.days",
            "enrollment",
            ("audit",),
            "day",
            retention_days=_FOREVER,
            marks=False,
            compacted=True,
            single=True,
        ),
        *(
            Topic(
                f"{name}.dead",
                name,
                ("audit",) if name != "audit" else (),
                "as the origin",
                "none",
                365,
                False,
            )
            for name in SERVICES
        ),
    )
}

_BULK = ("daily", "case_page", "monthly")
_BULK_SERVICES = ("clearing", "audit")


def lane_of(service: str, topic: str) -> Lane:
    """The lane whose process reads `topic` for `service`: live requests never wait behind bulk ones."""
    bulk = service in _BULK_SERVICES or TOPICS[topic].frequency in _BULK
    return "bulk" if bulk else "live"


def read_by(service: str, lane: Lane | None = None) -> list[Topic]:
    """The topics a service (or one lane of it) reads: facts first, so that its copies are fresh."""
    mine = [t for t in TOPICS.values() if service in t.readers and lane in (None, lane_of(service, t.name))]
    return sorted(mine, key=lambda t: (t.asks, t.name))


def partition_count(topic: str, partitions: int) -> int:
    """How many partitions a topic has: `partitions`, or 1 for replies, dead letters and `single` ones."""
    known = TOPICS.get(topic)
    single = known is None or known.single or topic.endswith(".dead")
    return 1 if single else partitions


def day_topics() -> list[str]:
    """The topics in whose every partition enrollment writes each day mark."""
    return [t.name for t in TOPICS.values() if t.asks]


def events_topic(service: str) -> str:
    """The topic of a service's facts."""
    return f"{service}.events"


def reply_topic(node_id: str) -> str:
    """The topic of a node's answers and notices."""
    return REPLY + node_id


def stream_name(service: str, topic: str, partition: int) -> str:
    """A stream (流): one inbound partition as one service reads it."""
    return f"{service}/{topic}/{partition}"


def marking_streams(service: str, partitions: int) -> list[str]:
    """The streams of `service` that pass days, and say so in the partitions of its events that they feed."""
    return [
        stream_name(service, topic.name, partition)
        for topic in read_by(service)
        if topic.marks
        for partition in range(partition_count(topic.name, partitions))
    ]


def feeds(service: str, partition: int, partitions: int) -> list[int]:
    """The partitions of the service's events to which a stream of `partition` writes its facts."""
    topic = TOPICS[events_topic(service)]
    return [partition] if topic.follows_key else list(range(partition_count(topic.name, partitions)))


def fed_by(topic: Topic, partition: int, partitions: int) -> list[str]:
    """The streams whose DayReached facts set the day of one partition of a service's events."""
    return [
        stream
        for stream in marking_streams(topic.owner, partitions)
        if not topic.follows_key or stream.endswith(f"/{partition}")
    ]


def sources_of(topic: str, partition: int, partitions: int) -> tuple[str, ...]:
    """The streams whose DayReached set a partition's day; () if DayOpened does, or if it carries no days."""
    declared = TOPICS[topic]
    if declared.asks or not declared.marks:
        return ()
    return tuple(fed_by(declared, partition, partitions))
