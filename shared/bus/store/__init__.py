"""Every SQL statement of the shell, one function each; tables are those of migrations/001_shell.sql."""

from shared.bus.store.changed import ChangedError
from shared.bus.store.condition import (
    TopicRow,
    count_sessions,
    last_written,
    read_topics,
    read_unknown_jobs,
)
from shared.bus.store.held import (
    Held,
    drop,
    failed_counts,
    hold,
    parked_count,
    parked_record,
    read_parked,
    read_ready,
    read_waiting,
    release,
    unhold,
    waking_streams,
)
from shared.bus.store.inbox import Decided, read_decided
from shared.bus.store.jobs import OpenJob, add_jobs, move_job, next_job
from shared.bus.store.junk import (
    LeftOut,
    count_junk,
    drop_junk,
    junk_fills,
    leave_out,
    read_left_out,
)
from shared.bus.store.nodes import read_nodes, save_nodes
from shared.bus.store.outbox import Page, pages_since, prune_outbox, unrelayed_pages
from shared.bus.store.said import read_outlets, say
from shared.bus.store.schemas import present
from shared.bus.store.skipped import read_skipped, skip
from shared.bus.store.streams import (
    add_stream,
    adopt,
    fence,
    note_relayed,
    pass_day,
    positions,
    raise_service_day,
    reached,
    read_heard,
    read_streams,
    save_heard,
)

__all__ = [
    "ChangedError",
    "Decided",
    "Held",
    "LeftOut",
    "OpenJob",
    "Page",
    "TopicRow",
    "add_jobs",
    "add_stream",
    "adopt",
    "count_junk",
    "count_sessions",
    "drop",
    "drop_junk",
    "failed_counts",
    "fence",
    "hold",
    "junk_fills",
    "last_written",
    "leave_out",
    "move_job",
    "next_job",
    "note_relayed",
    "pages_since",
    "parked_count",
    "parked_record",
    "pass_day",
    "positions",
    "present",
    "prune_outbox",
    "raise_service_day",
    "reached",
    "read_decided",
    "read_heard",
    "read_left_out",
    "read_nodes",
    "read_outlets",
    "read_parked",
    "read_ready",
    "read_skipped",
    "read_streams",
    "read_topics",
    "read_unknown_jobs",
    "read_waiting",
    "release",
    "save_heard",
    "save_nodes",
    "say",
    "skip",
    "unhold",
    "unrelayed_pages",
    "waking_streams",
]
