"""How a filing comes into force (备案生效): at once, or with the last of its reviews.

A person has one long-term place at a time: a new one replaces the old, or is refused (001 (八)(十)).
"""

from datetime import date
from typing import NamedTuple

from services.referral.model.filing import IN_FORCE, Filing
from services.referral.model.known import Known
from services.referral.rules.chosen import changes_list
from services.referral.rules.closing import close
from services.referral.rules.lapse import lapsed
from services.referral.rules.permission import not_yours
from services.referral.rules.validity import lock_of
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.referral.filings import ChosenInstitution, FilingAccepted, FilingEnded


class Effect(NamedTuple):
    """A filing as it is in force, and the ends of those that give way to it."""

    filing: Filing
    ends: list[FilingEnded]

    @property
    def facts(self) -> list[FilingEnded | FilingAccepted]:
        """What is said of it."""
        return [*self.ends, accepted(self.filing)]


def unchangeable(known: Known, filing: Filing, day: date) -> Answer | None:
    """The refusal of a long-term filing while another one may not give way to it; none if it may."""
    for old in _in_the_way(known, filing, day):
        same_place = filing.destination_area == old.destination_area
        if same_place and not changes_list(filing, old):
            return refuse("ALREADY_FILED", f"filing_id: {old.filing_id}")
        if refusal := not_yours(known, filing.made_by, old):
            return refusal
        earliest = lock_of(known, old)
        if not same_place and day < earliest and not filing.evidence:
            return refuse("FILING_LOCKED", f"{old.filing_id}: {earliest}")
    return None


def take_effect(known: Known, filing: Filing, day: date) -> Effect:
    """The filing in force from the day on which it is free to start, and what ends by that."""
    in_the_way = _in_the_way(known, filing, day)
    ends: list[FilingEnded] = []
    for old in in_the_way:
        ends += close(old, "SubmitFiling", max(_from(filing, day), old.starts_on))
    # Those whose own coverage is over, if nobody told it yet.
    for other in _long_term(known, filing):
        if other.place != filing.place:
            ends += lapsed(other, known.periods(filing.person_id, other.place), "CoverageDue", day)
    filing = filing._replace(
        state=IN_FORCE,
        filed_on=day,
        starts_on=_free_from(known, filing, ends),
        replaces_filing_id=in_the_way[-1].filing_id if in_the_way else None,
    )
    return Effect(filing, ends)


def accepted(filing: Filing) -> FilingAccepted:
    """The fact of a filing in force."""
    told = filing._asdict()
    fields = {name: told[name] for name in FilingAccepted.model_fields if name in told}
    chosen = tuple(ChosenInstitution(institution_id=name) for name in filing.chosen)
    return FilingAccepted(
        **fields,
        institutions=chosen,
        filing_class=filing.filing_class,
        checks=filing.checks,
        taken_over_on=filing.taken_over_on,
    )


def _from(filing: Filing, day: date) -> date:
    """The first day on which the new filing changes what holds: what is over by then stays as it was."""
    return max(day, filing.starts_on)


def _long_term(known: Known, filing: Filing) -> list[Filing]:
    """The person's other long-term filings that ever held, if this one is long-term too; the newest last."""
    if filing.filing_class != "long_term":
        return []
    held = [one for one in known.of_person(filing.person_id) if one.filing_id != filing.filing_id]
    of_class = [one for one in held if one.filing_class == "long_term" and one.has_held]
    return sorted(of_class, key=lambda one: one.starts_on)


def _in_the_way(known: Known, filing: Filing, day: date) -> list[Filing]:
    long_term = _long_term(known, filing)
    return [one for one in long_term if one.place == filing.place and one.runs_after(_from(filing, day))]


def _free_from(known: Known, filing: Filing, ends: list[FilingEnded]) -> date:
    """The start asked for, or the day on which the last long-term place before it is over.

    Two long-term places never hold at one time: one that a start back in time would overlap has held.
    """
    ended = {end.filing_id: end.ends_on for end in ends}
    starts_on = filing.starts_on
    for old in _long_term(known, filing):
        ends_on = ended.get(old.filing_id, old.ends_on)
        if old.place == filing.place and ends_on is not None and old.starts_on < ends_on:
            starts_on = max(starts_on, ends_on)
    return starts_on
