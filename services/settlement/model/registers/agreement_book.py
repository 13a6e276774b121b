"""The agreements (协议): whether one allows treatment in another area, and by whose catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import zip_longest

from services.settlement.model.registers.registry import Agreement
from shared.agreed import most_special
from shared.areas import city, province
from shared.messages.enrollment.agreements import CatalogMode


class AgreementBook:
    """All agreements (协议), each for every period it was signed for; signing one gives a new book."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        self._signed = {(one.agreement_id, one.in_force_from): one for one in agreements}
        self._by_pair: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
        for agreement in _periods(self._signed.values()):
            self._by_pair[agreement.insured_area, agreement.treatment_area].append(agreement)
        self._varied = {
            one.treatment_area for one in self._signed.values() if one.catalog_mode != "treatment"
        }

    def with_agreement(self, agreement: Agreement) -> "AgreementBook":
        """The book with one more agreement, signed or signed anew."""
        key = (agreement.agreement_id, agreement.in_force_from)
        return AgreementBook((self._signed | {key: agreement}).values())

    def covering(
        self, insured_area: str, treatment_area: str, scheme: str, day: date, institution_id: str
    ) -> Agreement | None:
        """The agreement of the two places, or of what they lie in, that counts for an institution on a day.

        Of several the most special one, as clearing finds it too. The day is the visit's `service_on` (a
        stay's admission, an outpatient bill's day). It is asked when a stay is opened, and whenever an
        outpatient bill is settled; an agreement's `in_force_until` is no longer covered.
        """
        narrowest_first = self._of_places(insured_area, treatment_area, scheme, day)
        return most_special(narrowest_first, institution_id)

    def catalog_mode(
        self, insured_area: str, treatment_area: str, scheme: str, day: date, institution_id: str
    ) -> CatalogMode:
        """Whose catalogue classifies the lines of a visit, by the agreement that counts; 000 三(二)1.

        Without one, as at home, the treatment place's catalogue counts (004-5 三(四)).
        """
        agreement = self.covering(insured_area, treatment_area, scheme, day, institution_id)
        return agreement.catalog_mode if agreement else "treatment"

    def varies(self, treatment_area: str) -> bool:
        """Whether any agreement has lines of this place classified by another place's catalogue."""
        return not self._varied.isdisjoint(_around(treatment_area))

    def _of_places(
        self, insured_area: str, treatment_area: str, scheme: str, day: date
    ) -> Iterator[Agreement]:
        return (
            agreement
            for insured in _around(insured_area)
            for treatment in _around(treatment_area)
            for agreement in self._by_pair.get((insured, treatment), ())
            if scheme in agreement.schemes and agreement.in_force_from <= day < agreement.in_force_until
        )


def _around(area: str) -> Iterable[str]:
    """The area, its city, its province, each once."""
    return dict.fromkeys((area, city(area), province(area)))


def _periods(signed: Iterable[Agreement]) -> Iterator[Agreement]:
    """The agreements; one that was signed anew ends where its next period begins."""
    in_order = sorted(signed, key=lambda one: (one.agreement_id, one.in_force_from))
    for one, following in zip_longest(in_order, in_order[1:]):
        if following and following.agreement_id == one.agreement_id:
            yield one._replace(in_force_until=min(one.in_force_until, following.in_force_from))
        else:
            yield one
