"""What `yidi doctor` finds on the bus: topics that do not fit the set-up, logs that begin too late."""

import asyncpg

from shared.bus import store
from shared.bus.admin import Admin, TopicsDifferError
from shared.bus.operate import takeover
from shared.bus.topics import SERVICES
from shared.settings import Settings
from shared.stack import Servers, StackError, at_work
from shared.stack.doctor import Finding
from shared.stack.servers import EMBEDDED


async def examine_bus(settings: Settings) -> list[Finding]:
    """The checks of the bus; none where a server does not run or answer, which another check tells."""
    try:
        servers = at_work(settings)
    except StackError:
        return []
    if not all(server.answers(getattr(servers, name)) for name, server in EMBEDDED.items()):
        return []
    return [await _topics(servers, settings), *await _streams(servers)]


async def _topics(servers: Servers, settings: Settings) -> Finding:
    try:
        counts = await Admin(servers.kafka).compare(settings.partitions)
    except TopicsDifferError as error:
        return Finding("topics", False, "YIDI_PARTITIONS", (error.chinese, error.english))
    return Finding("topics", True, f"{len(counts)}, YIDI_PARTITIONS={settings.partitions}")


async def _streams(servers: Servers) -> list[Finding]:
    connection = await asyncpg.connect(servers.postgres)
    try:
        present = await store.present(connection, SERVICES)
    finally:
        await connection.close()
    return [await _stream(service, servers) for service in present]


async def _stream(service: str, servers: Servers) -> Finding:
    expired = await takeover.expired(service, servers)
    name, command = f"{service} streams", f"yidi bus adopt {service}"
    if not expired:
        return Finding(name, True, "in their logs")
    places = ", ".join(f"{topic}/{number}" for topic, number in expired)
    remedy = (
        f"未读报文已过期：从备份恢复数据库，或执行 {command}",
        f"records expired unread: restore the database from a backup, or `{command}`",
    )
    return Finding(name, False, places, remedy)
