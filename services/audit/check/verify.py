"""The whole verification: every chain, every root, and the log of every partition that was heard."""

from collections.abc import AsyncIterator, Callable
from datetime import date

from services.audit.check.chain import ChainCheck, check_root
from services.audit.check.fault import Fault, Report
from services.audit.check.log import LogCheck
from services.audit.model import Chain, Head, Record, Root
from services.audit.store import evidence
from shared.bus.partition import partition_of
from shared.bus.reader import LogReader, UnreadableLogError, open_log
from shared.bus.service import Tx
from shared.bus.topics import TOPICS, events_topic
from shared.bus.wire import decode
from shared.messages.audit import RootSealed

Progress = Callable[[int], None]


async def verify(
    dsn: str, bootstrap: str | None, *, deep: bool = False, progress: Progress = lambda steps: None
) -> Report:
    """Verifies the trail in the database and, where a broker is given, the log against it.

    `progress` is told how many records were gone through.
    """
    report = Report()
    async with evidence.open_evidence(dsn) as tx:
        chains = await evidence.read_chains(tx)
        roots = await evidence.read_roots(tx)
        for chain, head in chains.items():
            await _check_chain(tx, chain, head, report, progress)
        await _check_roots(tx, roots, report)
        if bootstrap:
            async with open_log(bootstrap) as log:
                for chain in chains:
                    await _check_log(tx, log, chain, deep, report, progress)
                await _check_published(log, roots, report)
    return report


async def count_records(dsn: str) -> int:
    """How many records the chains have."""
    async with evidence.open_evidence(dsn) as tx:
        heads = (await evidence.read_chains(tx)).values()
        return sum(head.number for head in heads if head)


async def _check_chain(tx: Tx, chain: Chain, head: Head | None, report: Report, progress: Progress) -> None:
    check = ChainCheck(chain, await evidence.read_seals(tx, chain))
    count = 0
    async for record in evidence.read_records(tx, chain):
        check.add(record)
        count += 1
        if count % 1000 == 0:
            progress(1000)
    check.end(head)
    progress(count % 1000)
    report.chains += 1
    report.records += count
    report.faults += check.faults


async def _check_roots(tx: Tx, roots: dict[date, Root], report: Report) -> None:
    sealed = set()
    async for day, heads in evidence.read_sealed_days(tx):
        sealed.add(day)
        differs = check_root(roots.get(day), heads)
        if differs:
            report.faults.append(Fault("ROOT_CHANGED", differs=differs))
    # A day on which no chain had a record yet has a root and no heads.
    for day in sorted(set(roots) - sealed):
        differs = check_root(roots[day], ())
        if differs:
            report.faults.append(Fault("ROOT_CHANGED", differs=differs))
    report.roots = len(roots)


async def _check_log(
    tx: Tx, log: LogReader, chain: Chain, deep: bool, report: Report, progress: Progress
) -> None:
    topic = TOPICS.get(chain[0])
    heard = await evidence.read_next_offset(tx, chain)
    check = LogCheck(
        chain,
        heard or 0,
        keeps_all=topic is not None and topic.retention_days < 0,
        compacted=topic is not None and topic.compacted,
        deep=deep,
    )
    trail = _counted(evidence.read_records(tx, chain), progress)
    try:
        await check.run(trail, log.read(*chain))
    except UnreadableLogError as error:
        report.faults.append(Fault("LOG_UNREADABLE", *chain, differs=str(error)))
    report.log_records += check.compared
    report.not_heard_yet += check.not_heard_yet
    report.repeats += check.repeats
    report.expired += check.expired
    report.faults = _merge(report.faults, check.faults)


def _merge(held: list[Fault], found: list[Fault]) -> list[Fault]:
    """A record that was changed in the trail differs from the log, which then shows what was changed."""
    shown = {fault.place: fault.differs for fault in found if fault.code == "LOG_CHANGED"}
    changed = {fault.place for fault in held if fault.code == "RECORD_CHANGED"}
    exact = [
        fault._replace(differs=shown.get(fault.place, fault.differs))
        if fault.code == "RECORD_CHANGED"
        else fault
        for fault in held
    ]
    return exact + [fault for fault in found if fault.code != "LOG_CHANGED" or fault.place not in changed]


async def _counted(records: AsyncIterator[Record], progress: Progress) -> AsyncIterator[Record]:
    async for record in records:
        if record.number % 1000 == 0:
            progress(1000)
        yield record


async def _check_published(log: LogReader, roots: dict[date, Root], report: Report) -> None:
    """The roots that were told to others: whoever computes the whole trail anew cannot change these."""
    topic = events_topic("audit")
    published: dict[date, str] = {}
    partition = 0
    try:
        partition = partition_of("days", await log.partitions(topic) or 1)
        async for raw in log.read(topic, partition):
            body = decode(raw).body
            if isinstance(body, RootSealed):
                published[body.sealed_on] = body.root
    except UnreadableLogError as error:
        report.faults.append(Fault("LOG_UNREADABLE", topic, partition, differs=str(error)))
    last = max(published, default=None)
    for day in sorted({*published, *(day for day in roots if last and day < last)}):
        held = roots.get(day)
        if held is None or held.root.hex() != published.get(day):
            report.faults.append(Fault("ROOT_DIFFERS", topic, partition, differs=f"{day} root"))
