"""Lives the acts beside a month's visits, and counts what came of them."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from shared.adapter.refused import RefusedError
from shared.bus.client.client import Connection
from shared.messages.outcomes import Settled
from shared.simulator.belief import Belief
from shared.simulator.life.acts import Act


async def live(
    acts: Sequence[Act], day: date, connections: Mapping[str, Connection], belief: Belief, patience_s: float
) -> int:
    """Does a day's acts, those about one person in their order; gives how many.

    Raises RefusedError, OutcomeUnknownError.
    """
    today = [act for act in acts if act.day == day]
    of_person: dict[str, list[Act]] = defaultdict(list)
    for act in today:
        of_person[act.body.key].append(act)
    await asyncio.gather(*(_in_order(one, connections, belief, patience_s) for one in of_person.values()))
    return len(today)


async def _in_order(
    acts: Sequence[Act], connections: Mapping[str, Connection], belief: Belief, patience_s: float
) -> None:
    for act in acts:
        reply = await connections[act.node_id].ask(act.body, topic=act.topic, id=act.id, timeout_s=patience_s)
        if reply.answer.accepted:
            if isinstance(reply.answer.result, Settled):
                belief.settled_in_part(reply.answer.result)
            belief.undone.update([act.takes_back] if act.takes_back else ())
        elif reply.answer.code != act.code:
            raise RefusedError(reply.answer)
        else:
            belief.refused[act.code] += 1


def lacking(acts: Sequence[Act], belief: Belief) -> list[str]:
    """What should have been refused or taken back, and was not."""
    codes = {act.code for act in acts if act.code != "OK"}
    undone = {act.takes_back for act in acts if act.takes_back}
    return sorted(codes - belief.refused.keys() | undone - belief.undone.keys())
