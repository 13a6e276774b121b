"""Counts identities by key and encrypts them anew (重新加密), in the database beside the service."""

from services.enrollment.persons import store
from shared.bus.database import connect_pool
from shared.trust.key_ring import KeyRing


async def count_by_key(dsn: str) -> dict[str, int]:
    """How many identities each key encrypts."""
    pool = await connect_pool(dsn, "enrollment", size=1)
    try:
        async with pool.acquire() as tx:
            return await store.count_by_key(tx)
    finally:
        await pool.close()


async def turn(dsn: str, ring: KeyRing) -> int:
    """Encrypts all that older keys have encrypted with the newest, a page a transaction; how many that were.

    The service may go on meanwhile: what it keeps after the ring was written has the newest key already. What
    a kill leaves is turned by the next run.
    """
    pool = await connect_pool(dsn, "enrollment", size=1)
    turned = 0
    try:
        while True:
            async with pool.acquire() as tx, tx.transaction():
                page = await store.turn_page(tx, ring)
            turned += page
            if not page:
                return turned
    finally:
        await pool.close()
