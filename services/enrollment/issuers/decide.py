"""Publishing who may issue referral certificates (转诊机构名单): a whole list, or none of it (001 (十二))."""

from collections.abc import Iterator
from typing import Any

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.areas import city, covers
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.network.issuers import IssuersPublished, PublishIssuers

OF_A_COUNTY = range(2, 4)
"""How many institutions each county chooses."""


def issuers_subject(body: PublishIssuers) -> str:
    """The name of a list in the register: its area and year."""
    return f"{body.area}/{body.year}"


def publish_issuers(known: Known, message: Message, body: PublishIssuers) -> Decision:
    """A list from whoever answers for the area; a later one of the same year changes days to come alone.

    What was published by mistake is undone by the mended list, from today on: certificates that were issued
    under the mistaken one stand.
    """
    refusal = (
        require_area(known, message.source, body.area)
        or unknown_area(known, body.area, "area")
        or _impossible(body)
        or _unqualified(known, body)
    )
    if refusal:
        return Decision(answer=refusal)
    subject = issuers_subject(body)
    held, said = known.entry("issuers", subject), IssuersPublished(**dict(body), published_on=message.day)
    if held and {**held.content, "published_on": None} == body.model_dump(mode="json") | {
        "published_on": None
    }:
        said = IssuersPublished.model_validate(held.content, strict=False)
    elif held and message.day and body.applies_from < message.day:
        return Decision(answer=refuse("DATE_NOT_POSSIBLE", f"applies_from: {body.applies_from}"))
    return register(known, "issuers", said, IssuersPublished, subject_id=subject)


def _impossible(body: PublishIssuers) -> Answer | None:
    names = {one.institution_id for one in body.institutions}
    if len(names) < len(body.institutions):
        return refuse("INVALID_FIELD", "institutions: one stands there twice")
    if body.applies_from.year != body.year:
        return refuse("DATE_NOT_POSSIBLE", f"applies_from: {body.applies_from}")
    if _is_county(body.area) and len(names) not in OF_A_COUNTY:
        return refuse("INVALID_FIELD", f"institutions: {len(names)}")
    return None


def _unqualified(known: Known, body: PublishIssuers) -> Answer | None:
    wrong = [*_wrong(known, body)]
    return refuse("ISSUER_NOT_QUALIFIED", "; ".join(wrong[:5])) if wrong else None


def _wrong(known: Known, body: PublishIssuers) -> Iterator[str]:
    """Each institution that may not stand in the list, with what it is."""
    for place, one in enumerate(body.institutions):
        held = known.entry("institution", one.institution_id)
        if held is None or not _may_issue(held.content, body.area):
            shown = held.content if held else {}
            is_what = " ".join(str(shown.get(name) or "") for name in ("status", "area", "tier", "grade"))
            yield f"institutions.{place}: {one.institution_id} {is_what.strip() or '-'}"


def _may_issue(institution: dict[str, Any], area: str) -> bool:
    tertiary = institution["tier"] == "3"
    second_first = (institution["tier"], institution["grade"]) == ("2", "甲")
    high_enough = tertiary or (_is_county(area) and second_first)
    return institution["status"] == "published" and covers(area, institution["area"]) and high_enough


def _is_county(area: str) -> bool:
    return area != city(area)
