"""The registers a process keeps in memory, looked at anew in each batch by their versions alone."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from services.settlement.model.agreement_book import AgreementBook
from services.settlement.model.catalogue import empty_catalogue
from services.settlement.model.code_map import empty_code_map
from services.settlement.model.known import Registers
from services.settlement.model.paged import Amended, Paged
from services.settlement.model.policy_book import PolicyBook
from services.settlement.store import pages, versions
from services.settlement.store import registers as store
from services.settlement.store.pages import CATALOGUES, MAPPINGS, PageTable
from shared.bus.service import Tx
from shared.messages.policy import parse_policy

PAGES_AT_ONCE = 10  # of 500 items: neither their texts nor the time without a pause grow with the register
Said = TypeVar("Said")


class RegisterCache:
    """Several workers may share one: what is held is replaced whole, and a lost write is only read again."""

    def __init__(self) -> None:
        self._held = Registers()
        self._versions: Mapping[str, UUID] = {}

    async def fresh(self, tx: Tx, areas: Iterable[str], institutions: Iterable[str] = ()) -> Registers:
        """The registers as committed, with the catalogues of areas and the code mappings of institutions."""
        catalogues = {pages.subject(CATALOGUES, area): area for area in areas}
        mappings = {pages.subject(MAPPINGS, one): one for one in institutions}
        held, known = self._held, self._versions
        subjects = [store.POLICIES, store.AGREEMENTS, *catalogues, *mappings]
        now = await versions.read(tx, subjects)
        changed = {subject for subject in subjects if now.get(subject) != known.get(subject)}
        if not changed:
            return held
        if store.POLICIES in changed:
            held = replace(held, policies=PolicyBook(await store.policy_heads(tx)))
        if store.AGREEMENTS in changed:
            held = replace(held, agreements=AgreementBook(await store.agreements(tx)))
        for area in [area for subject, area in catalogues.items() if subject in changed]:
            before = _committed(held.catalogues.get(area), empty_catalogue())
            after = await _paged(tx, CATALOGUES, area, before, empty_catalogue())
            held = replace(held, catalogues={**held.catalogues, area: after})
        for one in [one for subject, one in mappings.items() if subject in changed]:
            codes = _committed(held.code_maps.get(one), empty_code_map())
            codes = await _paged(tx, MAPPINGS, one, codes, empty_code_map())
            held = replace(held, code_maps={**held.code_maps, one: codes})
        others = {subject: version for subject, version in known.items() if subject not in changed}
        self._held, self._versions = held, {**others, **now}
        return held

    async def with_texts(self, tx: Tx, held: Registers, places: Iterable[tuple[str, str]]) -> Registers:
        """The same, with the texts of the policies that may hold for (insured area, scheme) pairs."""
        wanted = {
            head.digest for place in places for head in held.policies.heads_for(*place)
        } - held.texts.keys()
        if not wanted:
            return held
        bodies = await store.policy_bodies(tx, sorted(wanted))
        texts = {digest: parse_policy(json.loads(body)) for digest, body in bodies.items()}
        held = replace(held, texts={**held.texts, **texts})
        self._held = replace(self._held, texts={**self._held.texts, **texts})
        return held


def _committed(held: Paged[Said] | Amended[Said] | None, empty: Paged[Said]) -> Paged[Said]:
    return held if isinstance(held, Paged) else empty


async def _paged(tx: Tx, table: PageTable, whose: str, held: Paged[Said], empty: Paged[Said]) -> Paged[Said]:
    """An area's or institution's pages as committed; of what is held, only what has changed is read."""
    now = await pages.tokens(tx, table, whose)
    gone = held.tokens.keys() - now.keys()
    register = empty if gone or held.is_worn else held.copy()
    had = register.tokens
    wanted = sorted(page_id for page_id, token in now.items() if had.get(page_id) != token)
    for first in range(0, len(wanted), PAGES_AT_ONCE):
        for token, page in await pages.read(tx, table, wanted[first : first + PAGES_AT_ONCE]):
            register.put(token, page)
    return register
