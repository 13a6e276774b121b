"""The services' schemas."""

from collections.abc import Sequence

from shared.bus.service import Tx


async def present(tx: Tx, services: Sequence[str]) -> list[str]:
    """Which of the services have a schema here, in the order given."""
    rows = await tx.fetch("SELECT nspname FROM pg_namespace WHERE nspname = ANY($1)", list(services))
    found = {row["nspname"] for row in rows}
    return [service for service in services if service in found]
