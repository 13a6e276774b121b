"""Keeps registers in memory; each batch reads their versions, and only the registers that have changed."""

import json
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from services.settlement.model.known import Registers
from services.settlement.model.registers.agreement_book import AgreementBook
from services.settlement.model.registers.catalogue import empty_catalogue
from services.settlement.model.registers.code_map import empty_code_map
from services.settlement.model.registers.paged import Amended, Paged
from services.settlement.model.registers.price_list import empty_price_list
from services.settlement.model.registers.tier_book import TierBook
from services.settlement.registers import store_books as store
from services.settlement.registers import store_pages as pages
from services.settlement.registers import store_versions as versions
from services.settlement.registers.store_pages import CATALOGUES, MAPPINGS, PRICES, PageTable
from services.settlement.rollout import store as rollout
from services.settlement.rollout.model import RolloutBook
from shared.benefit.policy.book import PolicyBook
from shared.benefit.policy.checks import parse_policy
from shared.bus.service import Tx
from shared.bus.together import read_together
from shared.pools import PoolBook

PAGES_AT_ONCE = 10  # of 500 items: memory and the time without an await do not grow with the register


_BOOKS = (store.POLICIES, store.AGREEMENTS, store.TIERS, store.POOLS, rollout.ROLLOUT)
BOOKS = versions.read(_BOOKS)
"""Asks for the versions of the registers that every bill needs."""


class _Kind(NamedTuple):
    """A kind of register that comes in pages: its field in `Registers`, its table, and an empty register."""

    name: str
    table: PageTable
    empty: Callable[[], Paged[Any]]


_CATALOGUES = _Kind("catalogues", CATALOGUES, empty_catalogue)
_CODE_MAPS = _Kind("code_maps", MAPPINGS, empty_code_map)
_PRICES = _Kind("prices", PRICES, empty_price_list)


class RegisterCache:
    """Safe to share between workers: the registers are swapped whole; a lost swap only costs another read."""

    def __init__(self) -> None:
        self._held = Registers()
        self._versions: Mapping[str, UUID] = {}

    async def fresh(
        self,
        tx: Tx,
        books: Mapping[str, UUID],
        areas: Iterable[str],
        institutions: Iterable[str] = (),
        priced: Iterable[str] = (),
    ) -> Registers:
        """The registers as committed, with the catalogues of areas, the code mappings of institutions, and
        the prices of the `priced` areas; `books` are the versions of the others, as `BOOKS` read them.
        """
        wanted = ((_CATALOGUES, areas), (_CODE_MAPS, institutions), (_PRICES, priced))
        paged = {pages.subject(kind.table, one): (kind, one) for kind, whose in wanted for one in whose}
        held, known = self._held, self._versions
        asked = {"now": versions.read(list(paged))} if paged else {}
        now = {**books, **(await read_together(tx, asked)).get("now", {})}
        changed = {subject for subject in (*_BOOKS, *paged) if now.get(subject) != known.get(subject)}
        if not changed:
            return held
        if store.POLICIES in changed:
            held = replace(held, policies=PolicyBook(await store.policy_heads(tx)))
        if store.AGREEMENTS in changed:
            held = replace(held, agreements=AgreementBook(await store.agreements(tx)))
        if store.TIERS in changed:
            held = replace(held, tiers=TierBook(await store.tiers(tx)))
        if store.POOLS in changed:
            held = replace(held, pools=PoolBook(await store.pools(tx)))
        if rollout.ROLLOUT in changed:
            held = replace(held, rollout=RolloutBook(await rollout.stages(tx)))
        for kind, whose in [given for subject, given in paged.items() if subject in changed]:
            held = await _with_pages(tx, held, kind, whose)
        others = {subject: version for subject, version in known.items() if subject not in changed}
        self._held, self._versions = held, {**others, **now}
        return held

    async def with_texts(self, tx: Tx, held: Registers, places: Iterable[tuple[str, str]]) -> Registers:
        """The registers with the texts of the policies that may hold for (insured area, scheme) pairs."""
        heads = (head for place in places for head in held.heads_ever(*place))
        return await self.with_digests(tx, held, {head.digest for head in heads})

    async def with_digests(self, tx: Tx, held: Registers, digests: Set[str]) -> Registers:
        """The registers with the texts of the policies of these digests, in force or not."""
        wanted = digests - held.texts.keys()
        if not wanted:
            return held
        bodies = await store.policy_bodies(tx, sorted(wanted))
        texts = {digest: parse_policy(json.loads(body)) for digest, body in bodies.items()}
        held = replace(held, texts={**held.texts, **texts})
        self._held = replace(self._held, texts={**self._held.texts, **texts})
        return held


async def _with_pages(tx: Tx, held: Registers, kind: _Kind, whose: str) -> Registers:
    """The registers with the pages of an area or institution as committed."""
    registers: Mapping[str, Paged[Any] | Amended[Any]] = getattr(held, kind.name)
    before = registers.get(whose)
    after = await _paged(tx, kind, whose, before if isinstance(before, Paged) else kind.empty())
    changed: dict[str, Any] = {kind.name: {**registers, whose: after}}
    return replace(held, **changed)


async def _paged(tx: Tx, kind: _Kind, whose: str, held: Paged[Any]) -> Paged[Any]:
    """An area's or institution's pages as committed; only those that changed since `held` are read."""
    now = await pages.tokens(tx, kind.table, whose)
    gone = held.tokens.keys() - now.keys()
    register = kind.empty() if gone or held.is_worn else held.copy()
    had = register.tokens
    wanted = sorted(page_id for page_id, token in now.items() if had.get(page_id) != token)
    for first in range(0, len(wanted), PAGES_AT_ONCE):
        for token, page in await pages.read(tx, kind.table, wanted[first : first + PAGES_AT_ONCE]):
            register.put(token, page)
    return register
