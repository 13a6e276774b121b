"""Whatever can be asked on the wire has a method in the adapter, or a reason to have none."""

import ast
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import shared.adapter
from shared.adapter import Agency
from shared.adapter.questions import QuestionDesk
from shared.bus.client.client import Connection
from shared.contracts.examples import example
from shared.messages.answer import accept
from shared.messages.body import Body, Result
from shared.messages.enrollment.persons import FindPerson, PersonIdentified, SealingKeyFound
from shared.messages.referral.filings import Filed, FilingClosed
from shared.messages.referral.lists import FilingsFound
from shared.messages.referral.reviews import FilingStands, RulesKept
from shared.messages.referral.worklist import ReferralsFound, ReferralStands
from shared.messages.wire_types import REQUESTS
from shared.trust.key_ring import ring_of

_ADAPTER = Path(shared.adapter.__file__).parent
_AS_A_WHOLE = {
    "enrollment": "commands of the registers: Operator.ask and ask_many take any of them",
    "clearing": "what lies ahead, charges: Center.ask, with the kind of its result",
}
"""By service, what is asked with the message itself, as its fields are all there is to say."""
_ANYTHING = {
    "QueryInsured",  # of centers: Center.ask
    "CashOutAccount",  # of agencies: Agency.cash_out
    "TakeOverFiling",  # of operators and agencies: Operator.ask_many, as `yidi import`
}
"""What is asked seldom, with the message itself."""


def _made() -> set[str]:
    """The names that the adapter calls, or whose methods it calls."""
    calls = [
        node.func
        for path in _ADAPTER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    names = (one.value if isinstance(one, ast.Attribute) else one for one in calls)
    return {one.id for one in names if isinstance(one, ast.Name)}


@pytest.mark.requirement("HUB-16")
def test_an_adapter_asks_whatever_a_desk_or_center_can_ask() -> None:
    asked = {kind.__name__: kind.__module__.split(".")[2] for kind in REQUESTS.values()}
    missing = asked.keys() - _made() - _ANYTHING
    assert {name for name in missing if asked[name] not in _AS_A_WHOLE} == set()


async def test_the_number_of_a_credential_leaves_the_desk_sealed(tmp_path: Path) -> None:
    ring, asked = ring_of(tmp_path), list[Any]()
    found = PersonIdentified(person_id="P1", credential_id="0" * 32, sex=None, birth_month=None, coverages=())

    async def ask(body: Any, **_: Any) -> Any:
        asked.append(body)
        result = found if isinstance(body, FindPerson) else SealingKeyFound(**ring.sealing_key()._asdict())
        return SimpleNamespace(answer=accept(result), positions=())

    desk = QuestionDesk(cast("Connection", SimpleNamespace(ask=ask)), "H51010000001")
    assert await desk.find_person("03", "A1234567") == found
    assert "A1234567" not in asked[1].model_dump_json()
    assert ring.open("credential H51010000001 03", asked[1].sealed) == b"A1234567"


DAY = date(2026, 3, 2)
YES = ("Q", "yes")  # officer and opinion
MADE: list[tuple[Any, str, type[Result]]] = [
    # what is asked, the message, its result
    (lambda desk: desk.file("P1", "F1", "referral", "510100", DAY), "SubmitFiling", Filed),
    (lambda desk: desk.end_filing("P1", "F1", DAY), "EndFiling", FilingClosed),
    (lambda desk: desk.continue_filing("P1", "F2", "F1", DAY), "ContinueFiling", Filed),
    (lambda desk: desk.change_filing_scheme("P1", "F2", "F1", ("moved",)), "ChangeFilingScheme", Filed),
    (lambda desk: desk.change_filing_place("P1", "F2", "F1", ("moved",)), "ChangeFilingPlace", Filed),
    (lambda desk: desk.reopen_filing("P1", "F1", *YES), "ReopenFiling", FilingStands),
    (
        lambda desk: desk.review_filing("P1", "F1", "agency", "approved", *YES),
        "ReviewFiling",
        FilingStands,
    ),
    (lambda desk: desk.audit_filing("P1", "F1", "kept", *YES), "AuditFiling", FilingStands),
    (lambda desk: desk.set_filing_rules("511900", DAY, "auto"), "SetFilingRules", RulesKept),
    (lambda desk: desk.announce_referral("P1", "F1", "H51010400001"), "AnnounceReferral", ReferralStands),
    (
        lambda desk: desk.acknowledge_referral("P1", "F1", "received", *YES),
        "AcknowledgeReferral",
        ReferralStands,
    ),
]


@pytest.mark.requirement("HUB-16")
@pytest.mark.parametrize(("ask", "name", "kind"), MADE, ids=[one[1] for one in MADE])
async def test_each_command_of_filings_is_one_method_that_gives_its_result(
    ask: Callable[[Agency], Awaitable[Result]], name: str, kind: type[Result]
) -> None:
    answered: Any = example(kind)

    async def answer(body: Body, **_: Any) -> Any:
        assert type(body).__name__ == name
        return SimpleNamespace(answer=accept(answered), positions=())

    desk = Agency(cast("Connection", SimpleNamespace(ask=answer)), "H51010000001")
    assert await ask(desk) == answered


@pytest.mark.parametrize(
    ("ask", "kind", "row"),
    [
        (lambda desk: desk.query_filings("P1"), FilingsFound, "filings"),
        (lambda desk: desk.query_filing_work("511900", "to_review"), FilingsFound, "filings"),
        (lambda desk: desk.query_referrals(), ReferralsFound, "referrals"),
    ],
)
async def test_a_list_of_filings_is_asked_for_to_its_last_page(
    ask: Callable[[Agency], Awaitable[list[Any]]], kind: type[Result], row: str
) -> None:
    asked = list[Any]()
    page: Any = example(kind)
    [*rows] = getattr(page, row)

    async def answer(body: Any, **_: Any) -> Any:
        asked.append(body.after_filing_id)
        return SimpleNamespace(answer=accept(page.model_copy(update={"more": len(asked) < 2})), positions=())

    desk = Agency(cast("Connection", SimpleNamespace(ask=answer)), "H51010000001")
    assert await ask(desk) == rows * 2
    assert asked == [None, rows[-1].filing_id]
