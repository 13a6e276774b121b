"""A month's bills replayed under a draft in their order, over all cores when they are many.

They go by in pages, few in hand at a time, so that memory does not grow with the month.
"""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator

from services.cli.simulate.worker_process import follow_the_command, open_pool
from services.settlement.queries.simulate import MonthOfBills, Part, replay_page
from shared.benefit.policy.form import Policy

# Fewer are done before other processes have begun.
MANY_BILLS = 5_000
AHEAD = 2  # pages in hand for each process


def processes_for(bills: int) -> int:
    """How many processes so many bills are worth: every core for many."""
    return len(os.sched_getaffinity(0)) if bills > MANY_BILLS else 1


async def parts(draft: Policy, month: MonthOfBills, processes: int) -> AsyncGenerator[Part, None]:
    """What becomes of each page, in order; what it is does not depend on `processes`."""
    if processes == 1:
        async for page in month.pages:
            yield replay_page(draft, page)
        return
    pool = open_pool(processes, follow_the_command)
    waiting: deque[asyncio.Future[Part]] = deque()
    try:
        async for page in month.pages:
            waiting.append(asyncio.get_running_loop().run_in_executor(pool, replay_page, draft, page))
            if len(waiting) == AHEAD * processes:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)
