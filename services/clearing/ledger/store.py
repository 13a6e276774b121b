"""The ledger and its cached balances."""

from collections.abc import Sequence

from services.clearing.model.ledger import Posting
from shared.bus.service import Tx
from shared.month.funds import ZERO, Funds


async def add_postings(tx: Tx, rows: Sequence[Posting]) -> None:
    """Posts entries and moves the cached balances; an entry posted twice violates the key."""
    await tx.copy_records_to_table("posting", records=rows, columns=Posting._fields)
    moved: dict[tuple[str, str, str, int], Funds] = {}
    for row in rows:
        key = (row.agreement_id, row.account, row.party, row.slot)
        moved[key] = moved.get(key, ZERO).plus(row.funds)
    await _move_balances(tx, sorted((*key, *funds) for key, funds in moved.items()))


async def _move_balances(tx: Tx, rows: list[tuple[object, ...]]) -> None:
    await tx.execute(
        "INSERT INTO balance SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[],"
        " $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])"
        " ON CONFLICT (agreement_id, account, party, slot) DO UPDATE SET"
        " pool_fen = balance.pool_fen + excluded.pool_fen,"
        " large_amount_fen = balance.large_amount_fen + excluded.large_amount_fen,"
        " serious_illness_fen = balance.serious_illness_fen + excluded.serious_illness_fen,"
        " assistance_fen = balance.assistance_fen + excluded.assistance_fen,"
        " account_fen = balance.account_fen + excluded.account_fen",
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def read_prefunds(tx: Tx, agreement_ids: Sequence[str]) -> dict[str, Funds]:
    """What is left in the prefund accounts, by agreement."""
    rows = await tx.fetch(
        "SELECT agreement_id, sum(pool_fen)::bigint, sum(large_amount_fen)::bigint,"
        " sum(serious_illness_fen)::bigint, sum(assistance_fen)::bigint, sum(account_fen)::bigint"
        " FROM balance WHERE agreement_id = ANY($1) AND account IN ('prefund', 'reserve') GROUP BY 1",
        agreement_ids,
    )
    return {row[0]: Funds(*row[1:]) for row in rows}


async def sum_ledger(tx: Tx) -> Funds:
    """The sum of all postings, fen per fund; zero if the books agree."""
    row = await tx.fetchrow(
        "SELECT sum(pool_fen)::bigint, sum(large_amount_fen)::bigint,"
        " sum(serious_illness_fen)::bigint, sum(assistance_fen)::bigint, sum(account_fen)::bigint"
        " FROM posting HAVING count(*) > 0"
    )
    return Funds(*row) if row else ZERO


async def find_unbalanced(tx: Tx, limit: int) -> list[str]:
    """Finds entries that do not sum to zero in some fund; there are none if the books agree."""
    rows = await tx.fetch(
        "SELECT entry_id FROM posting GROUP BY entry_id"
        " HAVING sum(pool_fen) <> 0 OR sum(large_amount_fen) <> 0"
        " OR sum(serious_illness_fen) <> 0 OR sum(assistance_fen) <> 0 OR sum(account_fen) <> 0"
        " ORDER BY 1 LIMIT $1",
        limit,
    )
    return [row["entry_id"] for row in rows]


async def find_differing(tx: Tx, limit: int) -> list[tuple[str, str, str]]:
    """Finds accounts whose cached balance is not the ledger's, as (agreement, account, party).

    There are none if the books agree.
    """
    rows = await tx.fetch(
        "SELECT DISTINCT agreement_id, account, party"
        " FROM (SELECT agreement_id, account, party, slot, pool_fen, large_amount_fen,"
        " serious_illness_fen, assistance_fen, account_fen FROM posting"
        " UNION ALL SELECT agreement_id, account, party, slot, -pool_fen, -large_amount_fen,"
        " -serious_illness_fen, -assistance_fen, -account_fen FROM balance) AS sides"
        " GROUP BY agreement_id, account, party, slot"
        " HAVING sum(pool_fen) <> 0 OR sum(large_amount_fen) <> 0"
        " OR sum(serious_illness_fen) <> 0 OR sum(assistance_fen) <> 0 OR sum(account_fen) <> 0"
        " ORDER BY 1, 2, 3 LIMIT $1",
        limit,
    )
    return [(row["agreement_id"], row["account"], row["party"]) for row in rows]


async def rebuild_balances(tx: Tx) -> None:
    """Makes the cached balances anew from the ledger."""
    await tx.execute("LOCK TABLE balance IN EXCLUSIVE MODE")
    await tx.execute("DELETE FROM balance")
    await tx.execute(
        "INSERT INTO balance SELECT agreement_id, account, party, slot, sum(pool_fen), sum(large_amount_fen),"
        " sum(serious_illness_fen), sum(assistance_fen), sum(account_fen) FROM posting"
        " GROUP BY agreement_id, account, party, slot"
    )
