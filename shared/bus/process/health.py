"""The health address of a service process: /live, /ready, /metrics; open to this machine only, unless set."""

import asyncio
import time
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

# Longer than a statement may take on a frozen database: a new start of the process would mend nothing there.
STALE_S = 90.0


async def serve(host: str, port: int, ticked: Callable[[], float], ready: Callable[[], str]) -> web.AppRunner:
    """Serves until the runner is cleaned up. `ready` gives what is missing, or ""; lag does not count.

    A process that is not /live, or does not answer, is frozen: the supervisor kills it and starts it again.
    """

    async def live(_: web.Request) -> web.Response:
        age_s = time.monotonic() - ticked()
        return web.json_response({"ticked_s_ago": round(age_s, 1)}, status=200 if age_s < STALE_S else 503)

    async def is_ready(_: web.Request) -> web.Response:
        missing = ready()
        return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)

    async def measure(_: web.Request) -> web.Response:
        body = await asyncio.to_thread(generate_latest)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/live", live), web.get("/ready", is_ready), web.get("/metrics", measure)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
