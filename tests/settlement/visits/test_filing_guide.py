"""Who has no filing that counts is told which are open, and until when; afterwards there is a claim."""

from typing import Any, get_args

import pytest

from services.settlement.visits.guide import OPEN_TO
from shared.messages.answer import Answer
from shared.messages.body import Body
from shared.messages.referral.filings import ChosenInstitution, FilingKind
from shared.messages.settlement.guide import FilingGuide, FilingMissing
from tests.settlement.given.by_hand import AGENCY, center, claim, open_by_hand, paid_stay
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    BAZHONG,
    D1,
    D3,
    D9,
    HUAXI,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    coverage,
    discharge,
    filing,
    open_world,
    policy,
    quote,
    result,
    settle,
    stay,
)
from tests.settlement.visits.test_eligibility import person

STRICT = policy(out_of_area=policy().policy["out_of_area"] | {"unfiled": "refuse"})
ANYBODY = ("long_term_resident", "referral", "emergency", "other_temporary")
BEFORE = D1.replace(month=1)


def chosen(*names: str) -> tuple[ChosenInstitution, ...]:
    """A list of institutions."""
    return tuple(ChosenInstitution(institution_id=name) for name in names)


def guide_of(answer: Answer) -> FilingGuide:
    """The guide that a refusal or an answer carries."""
    guide = answer.guide or (answer.result and result(answer).guide)
    assert isinstance(guide, FilingGuide)
    return guide


@pytest.mark.requirement("REF-23")
async def test_a_desk_is_told_the_kinds_open_to_an_unfiled_person_and_the_deadline(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, STRICT, coverage("Lin", retired=True))

    told = await ask(driver, person())

    eligible = {one.kind: one.code for one in result(told).eligible}
    assert (eligible["inpatient"], eligible["outpatient_general"]) == ("NOT_FILED", "OK")
    guide = guide_of(told)
    assert (guide.code, guide.destination_area, guide.file_before) == (
        "NOT_FILED",
        "510100",
        "discharge_settlement",
    )
    assert guide.kinds == ("resettled_retiree", *ANYBODY)
    [admitted, *_] = await accepted(driver, *stay())
    [missing] = [fact for fact in admitted.facts if isinstance(fact, FilingMissing)]
    assert (missing.code, missing.kinds, missing.told_on) == ("NOT_FILED", guide.kinds, D3)
    assert [(notice.node_id, notice.body) for notice in admitted.notices] == [("huaxi", missing)]
    assert guide_of(await ask(driver, settle(1, 100_000))) == guide


@pytest.mark.requirement("REF-23")
async def test_who_has_filed_is_reminded_of_nothing(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing())

    [decision] = await accepted(driver, admit())

    assert not decision.notices
    assert result(await ask(driver, person())).guide is None


@pytest.mark.requirement("REF-23")
def test_each_kind_of_filing_says_to_whom_it_is_open() -> None:
    assert set(OPEN_TO) == set(get_args(FilingKind))


FILED: list[tuple[dict[str, Any], str]] = [
    ({"destination_area": "500000"}, "WRONG_AREA"),
    ({"starts_on": BEFORE, "ends_on": D1}, "FILING_EXPIRED"),
    ({"starts_on": BEFORE, "ends_on": D1, "destination_area": "500000"}, "NOT_FILED"),
    ({"starts_on": BEFORE, "ends_on": BEFORE}, "NOT_FILED"),
    ({"insured_area": "511500"}, "NOT_FILED"),
    ({"starts_on": D9}, "NOT_FILED"),
]


@pytest.mark.requirement("SET-34")
@pytest.mark.parametrize(("given", "code"), FILED)
def test_a_filing_elsewhere_or_over_is_told_by_its_own_code(given: dict[str, Any], code: str) -> None:
    memory = Memory(filing(**given), held=STRICT)
    memory.accepted(*stay())

    answers = [memory.ask(body, day=D3) for body in (person(), quote(1, 100_000), settle(1, 100_000))]

    inpatient = next(one.code for one in result(answers[0]).eligible if one.kind == "inpatient")
    assert [inpatient, *(answer.code for answer in answers[1:])] == [code] * 3
    assert {guide_of(answer).filing_id for answer in answers} == {None if code == "NOT_FILED" else "F1"}


CHOSEN = [
    # institutions chosen, where the filing leads, what counts
    ((PUREN, BAZHONG), "510100", "none"),
    ((PUREN, HUAXI), "510100", "long_term"),
    ((), "510100", "long_term"),
    ((PUREN, BAZHONG), "500000", "none"),
]


@pytest.mark.requirement("REF-40")
@pytest.mark.parametrize(("names", "area", "counts"), CHOSEN)
def test_a_filing_that_names_institutions_leads_to_no_other_and_the_desk_is_told_which(
    names: tuple[str, ...], area: str, counts: str
) -> None:
    memory = Memory(
        filing("F1", "posted_worker", destination_area=area, institutions=chosen(*names)), held=STRICT
    )
    admitted, *_ = memory.accepted(*stay())

    told, settled = (memory.ask(body, day=D3) for body in (person(), settle(1, 100_000)))

    assert result(admitted).filing == counts
    assert settled.code == ("OK" if counts == "long_term" else "WRONG_AREA")
    if counts == "none":
        here = chosen(*names) if area == "510100" else ()
        assert [guide_of(answer).institutions for answer in (told, settled)] == [here] * 2
        assert settled.where == " ".join(("F1", *(one.institution_id for one in here)))


@pytest.mark.requirement("REF-41")
def test_a_stay_goes_by_the_institutions_that_were_chosen_on_its_days() -> None:
    first = filing("F1", "posted_worker", starts_on=BEFORE, ends_on=D3, institutions=chosen(HUAXI, BAZHONG))
    then = filing("F2", "posted_worker", starts_on=D3, institutions=chosen(PUREN, BAZHONG))
    memory = Memory(first, then, held=STRICT)
    memory.accepted(*stay())
    assert result(memory.ask(settle(1, 100_000), day=D9)).filing == "long_term"
    late = Memory(first, then, held=STRICT)
    late.accepted(admit(admitted_on=D3))
    assert guide_of(late.ask(person(), day=D3)).institutions == chosen(PUREN, BAZHONG)


@pytest.mark.requirement("REF-32")
def test_a_filing_across_provinces_leads_to_every_institution_whatever_it_names() -> None:
    told = filing("F1", "posted_worker", destination_area="370100", institutions=chosen(PUREN, BAZHONG))
    [held] = Memory(told).known.filings["Lin"]
    assert held.institutions == []


@pytest.mark.requirement("REF-29")
@pytest.mark.parametrize("way", [[*stay()], [admit(), discharge(paid="self")]])
async def test_an_unfiled_stay_that_is_not_settled_directly_is_open_to_a_claim(
    driver_for: DriverFor, way: list[Body]
) -> None:
    driver = await open_by_hand(driver_for, STRICT, center())
    await accepted(driver, *way)
    assert (await ask(driver, settle(1, 100_000))).code in ("NOT_FILED", "VISIT_STATE")
    await accepted(driver, paid_stay())

    claimed = await ask(driver, claim(), source=AGENCY, day=D9)

    assert (claimed.code, result(claimed).filing) == ("OK", "other_temporary")
    assert result(claimed).payments.ratio_bp == 6500 - 1000
