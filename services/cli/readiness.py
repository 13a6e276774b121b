"""What servers need before services start on them: every service's schema and every declared topic."""

from services.__main__ import all_services
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.settings import Settings
from shared.stack import Servers


async def make_ready(servers: Servers, settings: Settings) -> list[str]:
    """Bring schemas and topics up to date; gives the migrations that were applied. May be repeated."""
    applied = await migrate(servers.postgres, all_services())
    await Admin(servers.kafka).ensure_topics(settings.partitions)
    return applied
