"""The agreements (协议) at hand, and whether one lets a person be treated outside."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.settlement.model.registry import Agreement
from shared.areas import city, province


class AgreementBook:
    """All agreements; made anew when one is signed."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        self._agreements = {agreement.agreement_id: agreement for agreement in agreements}
        self._by_pair: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
        for agreement in self._agreements.values():
            self._by_pair[agreement.insured_area, agreement.treatment_area].append(agreement)

    def with_agreement(self, agreement: Agreement) -> "AgreementBook":
        """The book after one more agreement."""
        return AgreementBook((self._agreements | {agreement.agreement_id: agreement}).values())

    def allows(self, insured_area: str, treatment_area: str, scheme: str, day: date) -> bool:
        """Whether an agreement of the two places, or of what they lie in, covers the scheme on the day."""
        return any(
            scheme in agreement.schemes and agreement.in_force_from <= day < agreement.in_force_until
            for insured in {insured_area, city(insured_area), province(insured_area)}
            for treatment in {treatment_area, city(treatment_area), province(treatment_area)}
            for agreement in self._by_pair.get((insured, treatment), ())
        )
