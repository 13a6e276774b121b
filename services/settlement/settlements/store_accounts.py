"""Reads and writes year and personal accounts: locked in key order, new ones inserted, others changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from services.settlement.model.account import AccountKey, AccountOwner, PersonalAccount, YearAccount
from shared.benefit.bill import YearToDate
from shared.bus.service import Tx
from shared.bus.together import Read, Write, write_together

_Flat = tuple[object, ...]
_COLUMNS = ("person_id", "scheme", "year", "account", "newest_visit_id", *YearToDate._fields)
_LOCK = f"""
SELECT {", ".join(_COLUMNS)} FROM year_account WHERE person_id = ANY($1) AND year >= $2
ORDER BY person_id, scheme, year, account FOR UPDATE
"""  # noqa: S608 (our own words)
_READ = _LOCK.removesuffix(" FOR UPDATE\n")
_GIVEN = """
unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])
"""
_ADD = f"INSERT INTO year_account ({', '.join(_COLUMNS)}) SELECT * FROM {_GIVEN}"  # noqa: S608 (our own words)
_CHANGE = f"""
UPDATE year_account held SET newest_visit_id = new.newest_visit_id, stays = new.stays,
    pool_paid_fen = new.pool_paid_fen, large_amount_paid_fen = new.large_amount_paid_fen,
    serious_illness_base_fen = new.serious_illness_base_fen,
    serious_illness_paid_fen = new.serious_illness_paid_fen,
    assistance_base_fen = new.assistance_base_fen, assistance_paid_fen = new.assistance_paid_fen,
    outpatient_deductible_paid_fen = new.outpatient_deductible_paid_fen,
    outpatient_paid_fen = new.outpatient_paid_fen
FROM {_GIVEN}
    AS new (person_id, scheme, year, account, newest_visit_id, stays, pool_paid_fen, large_amount_paid_fen,
            serious_illness_base_fen, serious_illness_paid_fen, assistance_base_fen, assistance_paid_fen,
            outpatient_deductible_paid_fen, outpatient_paid_fen)
WHERE (held.person_id, held.scheme, held.year, held.account)
    = (new.person_id, new.scheme, new.year, new.account)
"""  # noqa: S608 (our own words)
_LOCK_PERSONAL = """
SELECT person_id, scheme, insured_area, spent_on, spent_fen FROM personal_account WHERE person_id = ANY($1)
ORDER BY person_id, scheme, insured_area, spent_on FOR UPDATE
"""
_SAVE_PERSONAL = """
INSERT INTO personal_account
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[])
ON CONFLICT (person_id, scheme, insured_area, spent_on) DO UPDATE SET spent_fen = excluded.spent_fen
"""


async def lock(tx: Tx, persons: Sequence[str], since_year: int) -> dict[AccountKey, YearAccount]:
    """The persons' year accounts from a year on, locked to be changed."""
    return _by_key(await tx.fetch(_LOCK, persons, since_year))


def read(persons: Sequence[str], since_year: int) -> Read[dict[AccountKey, YearAccount]]:
    """The same accounts without a lock, for a question, which changes nothing."""
    return Read(_READ, (persons, since_year), _by_key)


async def lock_personal(tx: Tx, persons: Sequence[str]) -> dict[AccountOwner, dict[date, PersonalAccount]]:
    """What was taken from the persons' personal accounts, by day, locked to be changed."""
    found: dict[AccountOwner, dict[date, PersonalAccount]] = defaultdict(dict)
    for row in await tx.fetch(_LOCK_PERSONAL, persons):
        account = PersonalAccount(*row)
        found[account.owner][account.spent_on] = account
    return found


async def save(tx: Tx, rows: Iterable[YearAccount]) -> None:
    """Writes the last version of each account. Raises RuntimeError if one is gone."""
    new, changed = _new_and_changed(rows)
    if new:
        await tx.copy_records_to_table("year_account", records=new, columns=_COLUMNS)
    if changed:
        await write_together(tx, [_change(changed)])


def writes(rows: Iterable[YearAccount]) -> list[Write]:
    """The same, of few accounts."""
    new, changed = _new_and_changed(rows)
    added = [Write(_ADD, tuple(map(list, zip(*new, strict=True))), len(new))] if new else []
    return [*added, _change(changed)] if changed else added


def _change(rows: Sequence[_Flat]) -> Write:
    return Write(_CHANGE, tuple(map(list, zip(*rows, strict=True))), len(rows))


def _new_and_changed(rows: Iterable[YearAccount]) -> tuple[list[_Flat], list[_Flat]]:
    last = {row.key: row for row in rows}
    new = [_flat(row) for row in last.values() if not row.stored]
    return new, [_flat(row) for _, row in sorted(last.items()) if row.stored]


async def save_personal(tx: Tx, rows: Iterable[PersonalAccount]) -> None:
    """Writes the last version of each personal account and day."""
    last = sorted({(row.owner, row.spent_on): row for row in rows}.values())
    await tx.execute(_SAVE_PERSONAL, *map(list, zip(*last, strict=True)))


def _flat(account: YearAccount) -> _Flat:
    return (*account.key, account.newest_visit_id, *account.sums)


def _by_key(rows: Iterable[Any]) -> dict[AccountKey, YearAccount]:
    return {account.key: account for account in map(_read, rows)}


def _read(row: Any) -> YearAccount:
    person_id, scheme, year, account, newest_visit_id, *sums = row
    return YearAccount(person_id, scheme, year, account, newest_visit_id, tuple(sums), stored=True)
