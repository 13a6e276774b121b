"""The whole verification: every chain, every root, and the log of every partition that was heard."""

from collections.abc import AsyncIterator, Callable, Container, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from typing import NamedTuple

from services.audit.check.chain import ChainCheck, check_root
from services.audit.check.derived import Deadlines
from services.audit.check.fault import Fault, Report
from services.audit.check.index import check_index
from services.audit.check.log import LogCheck
from services.audit.check.published import TOPIC, PublishedRoots
from services.audit.model import Chain, Head, Record, Root
from services.audit.rules.trail import read_envelope
from services.audit.store import evidence, supervision
from services.audit.store.evidence import Heard
from shared.bus.client.reader import LogReader, UnreadableLogError, open_log
from shared.bus.service import Tx
from shared.bus.topics import TOPICS, read_by
from shared.bus.wire import decode

INDEX_FAULTS = 20
Progress = Callable[[int], None]


class LogPlace(NamedTuple):
    """A partition of the log, and with which record of its chain its topic begins."""

    chain: Chain
    begins: int
    heard: Heard


class Trail(NamedTuple):
    """What the log is held against: what was heard, with which record each chain begins, the days' roots."""

    heard: Mapping[Chain, Heard]
    begins: Mapping[Chain, int]
    roots: Mapping[date, Root]


async def verify(
    dsn: str, bootstrap: str | None, *, deep: bool = False, progress: Progress = lambda steps: None
) -> Report:
    """Verifies the trail in the database and, where a broker is given, the log against it.

    `progress` is told how many records were gone through.
    """
    report = Report()
    async with open_log(bootstrap) if bootstrap else nullcontext() as log:
        # Asked before the trail is looked at: a service at work goes on meanwhile.
        ends = await log.ends(TOPIC) if log else []
        async with evidence.open_evidence(dsn) as tx:
            trail = await _check_trail(tx, report, progress)
            if log:
                for chain, number in trail.begins.items():
                    place = LogPlace(chain, number, trail.heard.get(chain, Heard()))
                    await _check_log(tx, log, place, deep, report, progress)
                await _check_unheard(log, trail, report)
                await _check_published(tx, log, ends or [0], trail, report)
    return report


async def count_records(dsn: str) -> int:
    """How many records the chains have."""
    async with evidence.open_evidence(dsn) as tx:
        heads = (await evidence.read_chains(tx)).values()
        return sum(head.number for head in heads if head)


async def _check_trail(tx: Tx, report: Report, progress: Progress) -> Trail:
    """Checks what the database alone can tell."""
    heard = await evidence.read_heard(tx)
    chains = await evidence.read_chains(tx)
    begins = {
        chain: await _check_chain(tx, chain, head, heard.get(chain, Heard()), report, progress)
        for chain, head in chains.items()
    }
    _check_missing(chains, (chain for chain, state in heard.items() if state.recorded), report)
    await _check_derived(tx, report)
    roots = await evidence.read_roots(tx)
    await _check_roots(tx, roots, report)
    return Trail(heard, begins, roots)


async def _check_chain(
    tx: Tx, chain: Chain, head: Head | None, heard: Heard, report: Report, progress: Progress
) -> int:
    """Checks a chain; gives the number of the record with which the topic now on the broker begins."""
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
    # Of a topic that was adopted and not heard yet, the chain says nothing so far.
    return check.begins if heard.generation <= check.generation else count + 1


def _check_missing(chains: Container[Chain], expected: Iterable[Chain], report: Report) -> None:
    """Partitions that were heard, and whose chain is gone whole."""
    report.faults += [Fault("CHAIN_MISSING", *chain) for chain in sorted(expected) if chain not in chains]


async def _check_derived(tx: Tx, report: Report) -> None:
    """What can be made again from the trail: the index, and the tables of deadlines."""
    missed, tallies, statements = await supervision.read_deadlines(tx)
    deadlines = Deadlines(await supervision.read_last_seals(tx), missed)
    faults: list[Fault] = []
    async for record, chain, ids in evidence.read_indexed(tx):
        if record is None:
            faults.append(Fault("INDEX_DIFFERS", *chain, differs=f"has {ids[0]}"))
            continue
        try:
            _, gist = read_envelope(record.envelope)
            faults += check_index(record, gist, ids) if len(faults) < INDEX_FAULTS else ()
            deadlines.add(record, gist)
        except (KeyError, TypeError, ValueError):  # named with its chain already
            continue
    report.faults += faults[:INDEX_FAULTS]
    report.faults += deadlines.compare(tallies, statements)


async def _check_roots(tx: Tx, roots: Mapping[date, Root], report: Report) -> None:
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
    tx: Tx, log: LogReader, place: LogPlace, deep: bool, report: Report, progress: Progress
) -> None:
    chain = place.chain
    topic = TOPICS.get(chain[0])
    check = LogCheck(
        chain,
        place.heard.next_offset,
        keeps_all=topic is not None and topic.retention_days < 0,
        compacted=topic is not None and topic.compacted,
        begins=place.begins,
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


async def _check_unheard(log: LogReader, trail: Trail, report: Report) -> None:
    """Partitions with records that the service knows nothing of, though days were sealed over all."""
    if not trail.roots or not trail.heard:
        return
    for topic in read_by("audit"):
        for partition in range(await log.partitions(topic.name)):
            chain = (topic.name, partition)
            if chain not in trail.begins and chain not in trail.heard and await log.has_records(*chain):
                report.faults.append(Fault("CHAIN_MISSING", *chain))


async def _check_published(tx: Tx, log: LogReader, ends: Sequence[int], trail: Trail, report: Report) -> None:
    outlets, said = await supervision.read_outlets(tx, TOPIC), await supervision.read_said(tx, TOPIC)
    check = PublishedRoots(ends, outlets, said)
    for partition in range(len(ends)):
        try:
            async for raw in log.read(TOPIC, partition):
                check.add(decode(raw))
        except UnreadableLogError as error:
            report.faults.append(Fault("LOG_UNREADABLE", TOPIC, partition, differs=str(error)))
    lost = [
        await evidence.sealed_before(tx, chain, number) for chain, number in trail.begins.items() if number
    ]
    report.faults += check.compare(trail.roots, max((day for day in lost if day), default=None))
