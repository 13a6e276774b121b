"""Tells which draft of a policy waits for its approval, from the database beside the service. Reads only."""

from typing import Any, NamedTuple

from services.enrollment import store
from shared.bus.database import connect_pool


class Draft(NamedTuple):
    """A drafted policy version (政策草案): its text as it travels, who drafted it, and the text's digest."""

    policy: dict[str, Any]
    drafted_by: str
    sha256: str


async def read_draft(dsn: str, policy_id: str) -> Draft | None:
    """The newest draft of a policy version; none if nobody drafted one."""
    pool = await connect_pool(dsn, "enrollment", size=1)
    try:
        async with pool.acquire() as tx:
            content = await store.policy_draft(tx, policy_id)
    finally:
        await pool.close()
    return Draft(*(content[name] for name in Draft._fields)) if content else None
