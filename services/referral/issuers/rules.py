"""Whether a referral certificate (转诊证明) counts: its issuer stood in the insured place's list that day."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from services.referral.issuers.model import KnownIssuers
from shared.areas import covers
from shared.dated import on_day
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.referral.filings import SubmitFiling


def issuer_refused(
    lists: Iterable[KnownIssuers], home: str, body: SubmitFiling, day: date, certified: bool
) -> Answer | None:
    """The refusal of a certificate whose issuer is not named or was not qualified on its day of issue.

    001 (十) 二是, (十二). Asked of every certificate, and of a referral without one unless the filing that it
    continues was `certified` (001 (十四)). A place (`home`) that has never published a list has nothing to
    compare with, so there nothing is asked. No earlier stay at home is ever asked for.
    """
    of_home = [one for one in lists if covers(home, one.area) or covers(one.area, home)]
    if not of_home or certified or (body.kind != "referral" and body.certificate_id is None):
        return None
    issued_on = body.certificate_issued_on or day
    if issued_on > day:
        return refuse("DATE_NOT_POSSIBLE", f"certificate_issued_on: {issued_on}")
    if body.certificate_id is None or body.certificate_issuer_id is None:
        missing = "certificate_id" if body.certificate_id is None else "certificate_issuer_id"
        return refuse("ISSUER_NOT_QUALIFIED", f"{missing}: -")
    if body.certificate_issuer_id in _qualified(of_home, issued_on):
        return None
    return refuse("ISSUER_NOT_QUALIFIED", f"certificate_issuer_id: {body.certificate_issuer_id} {issued_on}")


def _qualified(lists: list[KnownIssuers], day: date) -> set[str]:
    """Those in the lists that held on a day, of each area one."""
    in_order = sorted(lists, key=lambda one: one.area)
    held = (on_day(of_area, day) for _, of_area in groupby(in_order, key=lambda one: one.area))
    return {name for one in held if one for name in one.institutions}
