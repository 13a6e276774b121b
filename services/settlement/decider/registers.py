"""The registers a process keeps in memory, looked at anew in each batch by their versions alone."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from services.settlement.model.agreement_book import AgreementBook
from services.settlement.model.catalogue import Catalogue
from services.settlement.model.known import Registers
from services.settlement.model.policy_book import PolicyBook
from services.settlement.store import registers as store
from shared.bus.service import Tx
from shared.messages.policy import parse_policy


class RegisterCache:
    """Several workers may share one: what is held is replaced whole, and a lost write is only read again."""

    def __init__(self) -> None:
        self._held = Registers()
        self._versions: Mapping[str, UUID] = {}

    async def fresh(self, tx: Tx, areas: Iterable[str]) -> Registers:
        """The registers as committed, with the catalogues of `areas` where there are any."""
        catalogues = {store.catalogue_subject(area): area for area in areas}
        held, versions = self._held, self._versions
        subjects = [store.POLICIES, store.AGREEMENTS, *catalogues]
        now = await store.versions(tx, subjects)
        changed = {subject for subject in subjects if now.get(subject) != versions.get(subject)}
        if not changed:
            return held
        if store.POLICIES in changed:
            held = replace(held, policies=PolicyBook(await store.policy_heads(tx)))
        if store.AGREEMENTS in changed:
            held = replace(held, agreements=AgreementBook(await store.agreements(tx)))
        for area in [area for subject, area in catalogues.items() if subject in changed]:
            catalogue = Catalogue(await store.catalogue_pages(tx, area))
            held = replace(held, catalogues={**held.catalogues, area: catalogue})
        others = {subject: version for subject, version in versions.items() if subject not in changed}
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
