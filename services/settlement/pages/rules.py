"""The rules that a case page (住院病案首页) must keep by what it says itself (质控规则). Pure.

They are those of 国卫办医发〔2016〕24号 and 医保办发〔2020〕20号 that need no judgement. Which sums and
days are those of the stay is checked beside them.
"""

from collections.abc import Callable
from typing import NamedTuple

from services.settlement.model.visit import Visit
from services.settlement.overlaps.rules import DEATH
from services.settlement.parameters import NEWBORN_DAYS
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.case_pages import SubmitCasePage

ROUNDED_FEN = 1
"""By how much the categories may miss the total: 0.01 yuan."""


class PageRule(NamedTuple):
    """A rule (规则): its name, the field that it is about, and whether a page breaks it."""

    name: str
    field: str
    is_broken: Callable[[SubmitCasePage, Visit], bool]


def _codes(page: SubmitCasePage) -> tuple[str, ...]:
    return tuple(code.upper() for code in (page.main_diagnosis, *page.other_diagnoses))


def _is_suspected(page: SubmitCasePage, visit: Visit) -> bool:
    """Z03 is observation for a disease that is only suspected."""
    return _codes(page)[0].startswith("Z03")


def _has_doubles(page: SubmitCasePage, visit: Visit) -> bool:
    return len(set(_codes(page))) < len(_codes(page))


def _other_days(page: SubmitCasePage, visit: Visit) -> bool:
    """Hospitals count the nights, at least one, or all the days that the patient was there."""
    nights = (page.discharged_on - page.admitted_on).days
    return page.stay_days is not None and page.stay_days not in (max(nights, 1), nights + 1)


def _adds_up_otherwise(page: SubmitCasePage, visit: Visit) -> bool:
    sums = page.by_category
    return sums is not None and abs(sum(sums.values()) - page.total_fen) > ROUNDED_FEN


def _left_otherwise(page: SubmitCasePage, visit: Visit) -> bool:
    return None not in (page.way, visit.discharge_way) and page.way != visit.discharge_way


def _has_died(page: SubmitCasePage, visit: Visit) -> bool:
    return DEATH in (page.way, visit.discharge_way)


def _lacks_death(page: SubmitCasePage, visit: Visit) -> bool:
    return _has_died(page, visit) and page.died_on is None


def _died_elsewhere(page: SubmitCasePage, visit: Visit) -> bool:
    """A day of death that is none of the stay, or of a patient who left alive."""
    if page.died_on is None:
        return False
    return not (_has_died(page, visit) and page.admitted_on <= page.died_on <= page.discharged_on)


def _is_of_women(page: SubmitCasePage, visit: Visit) -> bool:
    return page.sex == "male" and any(code.startswith("O") for code in _codes(page))


def _is_of_newborns(page: SubmitCasePage, visit: Visit) -> bool:
    is_newborn = page.age_days is not None and page.age_days <= NEWBORN_DAYS.value
    return not is_newborn and any(code.startswith("P") for code in _codes(page))


def _is_complication(code: str) -> bool:
    return "T80" <= code[:3] <= "T88"


def _lacks_cause(page: SubmitCasePage, visit: Visit) -> bool:
    main = _codes(page)[0]
    causes = [code for code in page.external_causes if code[:1].upper() in "VWXY"]
    return main[0] in "ST" and not _is_complication(main) and not causes


def _lacks_disease(page: SubmitCasePage, visit: Visit) -> bool:
    """A complication of care is no disease by itself."""
    return _is_complication(_codes(page)[0]) and not page.other_diagnoses


def _lacks_pathology(page: SubmitCasePage, visit: Visit) -> bool:
    main = _codes(page)[0]
    return (main[0] == "C" or "D00" <= main[:3] <= "D48") and not page.pathology


def _operated_elsewhere(page: SubmitCasePage, visit: Visit) -> bool:
    days = (one.done_on for one in page.procedures)
    return not all(page.admitted_on <= day <= page.discharged_on for day in days)


def _weighs_nothing(page: SubmitCasePage, visit: Visit) -> bool:
    return page.drg is not None and not page.drg.weight.strip("0.")


RULES = (
    PageRule("suspected", "main_diagnosis", _is_suspected),
    PageRule("twice", "other_diagnoses", _has_doubles),
    PageRule("stay_days", "stay_days", _other_days),
    PageRule("sum", "by_category", _adds_up_otherwise),
    PageRule("way", "way", _left_otherwise),
    PageRule("death", "died_on", _lacks_death),
    PageRule("death", "died_on", _died_elsewhere),
    PageRule("pregnancy", "sex", _is_of_women),
    PageRule("newborn", "age_days", _is_of_newborns),
    PageRule("injury", "external_causes", _lacks_cause),
    PageRule("complication", "other_diagnoses", _lacks_disease),
    PageRule("tumour", "pathology", _lacks_pathology),
    PageRule("procedure", "procedures", _operated_elsewhere),
    PageRule("drg", "drg.weight", _weighs_nothing),
)


def broken_rule(page: SubmitCasePage, visit: Visit) -> Answer | None:
    """Refuses a page that breaks a rule, and names the rule and the field."""
    found = next((one for one in RULES if one.is_broken(page, visit)), None)
    return refuse("CASE_PAGE_RULE", f"{found.field}: {found.name}") if found else None
