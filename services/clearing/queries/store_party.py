"""Reads the accounts of one party from the ledger. Reads only."""

from datetime import date

from services.clearing.queries.party_books import Held, Moved
from shared.bus.service import Tx
from shared.month.funds import Funds


async def read_held(tx: Tx, party: str) -> list[Held]:
    """The balances of a party's accounts, those of zero too, in order of agreement and account."""
    rows = await tx.fetch(
        "SELECT agreement_id, account, sum(pool_fen)::bigint, sum(large_amount_fen)::bigint,"
        " sum(serious_illness_fen)::bigint, sum(assistance_fen)::bigint, sum(account_fen)::bigint"
        " FROM balance WHERE party = $1 GROUP BY 1, 2 ORDER BY 1, 2",
        party,
    )
    return [Held(row[0], row[1], Funds(*row[2:])) for row in rows]


async def read_moved(tx: Tx, party: str, first: date, after: date) -> list[Moved]:
    """What moved a party's accounts on the days from `first` until before `after`, event by event."""
    rows = await tx.fetch(
        "SELECT agreement_id, account, event, count(*), sum(pool_fen)::bigint, sum(large_amount_fen)::bigint,"
        " sum(serious_illness_fen)::bigint, sum(assistance_fen)::bigint, sum(account_fen)::bigint"
        " FROM posting WHERE party = $1 AND posted_on >= $2 AND posted_on < $3"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        party,
        first,
        after,
    )
    return [Moved(row[0], row[1], row[2], row[3], Funds(*row[4:])) for row in rows]
