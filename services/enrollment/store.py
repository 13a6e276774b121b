"""Every SQL statement of enrollment.

No row is locked: all commands on a subject have its key, so one stream, whose fence (a row lock) this
transaction already holds. What a command refers to is never deleted.
"""

import json
from collections.abc import Sequence
from typing import Any, get_args

from services.enrollment.model import Entry, HeldCoverage, Known, OpenedDay, RegisterKind
from shared.bus.service import Keys, Tx

_REGISTERS = get_args(RegisterKind)

_ENTRIES = """
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r JOIN unnest($1::text[], $2::text[]) AS wanted (kind, subject_id) USING (kind, subject_id)
UNION ALL
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r WHERE r.kind = 'center' AND r.content ->> 'node_id' = ANY($3)
"""

_COVERAGES = """
SELECT person_id, scheme, insured_area, version, status, retired, identities, covered_from, covered_until,
       account_balance_fen
FROM coverage WHERE person_id = ANY($1)
"""

_DAYS = "SELECT min(opened_on), max(opened_on) FROM opened_day"

_DRAFT = "SELECT content FROM register WHERE kind = 'draft' AND subject_id = $1"

_SAVE_ENTRIES = """
INSERT INTO register (kind, subject_id, version, content)
SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]::jsonb[])
ON CONFLICT (kind, subject_id) DO UPDATE SET version = excluded.version, content = excluded.content
"""

_SAVE_COVERAGES = """
INSERT INTO coverage (person_id, scheme, insured_area, version, status, retired, identities, covered_from,
                      covered_until, account_balance_fen)
SELECT person_id, scheme, insured_area, version, status, retired, string_to_array(identities, ' '),
       covered_from, covered_until, account_balance_fen
FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::bool[], $7::text[], $8::date[],
            $9::date[], $10::bigint[])
     AS given (person_id, scheme, insured_area, version, status, retired, identities, covered_from,
               covered_until, account_balance_fen)
ON CONFLICT (person_id, scheme, insured_area) DO UPDATE SET
    version = excluded.version, status = excluded.status, retired = excluded.retired,
    identities = excluded.identities, covered_from = excluded.covered_from,
    covered_until = excluded.covered_until, account_balance_fen = excluded.account_balance_fen
"""


async def load(tx: Tx, keys: Keys) -> Known:
    """What a batch names, one statement a table."""
    known = Known({}, {})
    await _load_entries(tx, keys, known)
    await _load_coverages(tx, keys, known)
    if "calendar" in keys:
        [known.first_opened_on, known.last_opened_on] = await tx.fetchrow(_DAYS) or (None, None)
    return known


async def _load_entries(tx: Tx, keys: Keys, known: Known) -> None:
    commanders = list(keys.get("commander", ()))
    wanted = [(kind, name) for kind in _REGISTERS for name in keys.get(kind, ())]
    wanted += [("node", name) for name in commanders]
    kinds, names = [kind for kind, _ in wanted], [name for _, name in wanted]
    for kind, subject_id, version, content in await tx.fetch(_ENTRIES, kinds, names, commanders):
        known.entries[kind, subject_id] = Entry(kind, subject_id, version, json.loads(content))


async def _load_coverages(tx: Tx, keys: Keys, known: Known) -> None:
    if persons := keys.get("person"):
        for row in await tx.fetch(_COVERAGES, persons):
            coverage = HeldCoverage(**{**row, "identities": tuple(row["identities"])})
            known.coverages.setdefault(coverage.person_id, {})[coverage.place] = coverage


async def policy_draft(tx: Tx, policy_id: str) -> dict[str, Any] | None:
    """The newest draft of a policy version, as its fact says it; none if nobody drafted one."""
    content = await tx.fetchval(_DRAFT, policy_id)
    return json.loads(content) if content else None


async def save_entries(tx: Tx, entries: Sequence[Entry]) -> None:
    """Keeps the last version of each entry."""
    if entries:
        last = {(entry.kind, entry.subject_id): entry for entry in entries}
        rows = [last[key] for key in sorted(last)]
        contents = [json.dumps(row.content, ensure_ascii=False) for row in rows]
        kinds, names = [row.kind for row in rows], [row.subject_id for row in rows]
        await tx.execute(_SAVE_ENTRIES, kinds, names, [row.version for row in rows], contents)


async def save_coverages(tx: Tx, coverages: Sequence[HeldCoverage]) -> None:
    """Keeps the last version of each coverage; those that end go before those that begin (coverage_open)."""
    if coverages:
        last = {(row.person_id, row.place): row for row in coverages}
        rows = sorted(last.values(), key=lambda row: (row.person_id, _is_open(row), row.place))
        given = [(*row[:6], " ".join(row.identities), *row[7:]) for row in rows]
        await tx.execute(_SAVE_COVERAGES, *map(list, zip(*given, strict=True)))


def _is_open(row: HeldCoverage) -> bool:
    return row.status != "terminated" and row.covered_until is None


async def save_days(tx: Tx, days: Sequence[OpenedDay]) -> None:
    """Keeps the days that were opened."""
    if days:
        await tx.copy_records_to_table("opened_day", records=days)
