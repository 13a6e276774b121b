"""What servers need before services start on them: every service's schema and every declared topic."""

from services.__main__ import all_services
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.settings import Settings
from shared.stack import Servers, at_work


async def make_ready(servers: Servers, settings: Settings) -> list[str]:
    """Bring schemas and topics up to date; gives the migrations that were applied. May be repeated.

    Raises StackError where topics do not fit the set-up, and then changes nothing.
    """
    await Admin(servers.kafka).ensure_topics(settings.partitions)
    return await migrate(servers.postgres, all_services())


async def kafka_at_work(settings: Settings) -> str:
    """Where the broker is that runs already and whose topics fit the set-up. Raises StackError."""
    bootstrap = at_work(settings).kafka
    await Admin(bootstrap).check_topics(settings.partitions)
    return bootstrap
