"""Connections to a service's schema, in its application role."""

import asyncpg

CONNECT_S = 10.0


async def _keep_as_is(_: object) -> None:
    """Nothing is set on a connection while it is used, so nothing has to be reset: saves a round trip."""


async def connect_pool(
    dsn: str, service: str, size: int = 4, silence_ms: int = 10_000
) -> "asyncpg.Pool[asyncpg.Record]":
    """A small pool; every connection sees the service's schema only and has its application role.

    A transaction that is silent for `silence_ms` is ended, so that a frozen process locks out nobody.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        timeout=CONNECT_S,
        command_timeout=60,
        reset=_keep_as_is,
        server_settings={
            "search_path": service,
            "role": f"yidi_{service}",
            "application_name": f"yidi-{service}",
            "jit": "off",
            "lock_timeout": "5s",
            "statement_timeout": "60s",
            "idle_in_transaction_session_timeout": f"{silence_ms}ms",
        },
    )
