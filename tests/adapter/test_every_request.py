"""Whatever can be asked on the wire has a method in the adapter, or a reason to have none."""

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import shared.adapter
from shared.adapter.questions import QuestionDesk
from shared.bus.client.client import Connection
from shared.messages.answer import accept
from shared.messages.enrollment.persons import FindPerson, PersonIdentified, SealingKeyFound
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
    *("AnnounceReferral", "AcknowledgeReferral", "QueryReferrals", "QueryFilings", "QueryFilingWork"),
    *("ContinueFiling", "ChangeFilingScheme", "ChangeFilingPlace", "ReopenFiling"),
    *("ReviewFiling", "AuditFiling", "SetFilingRules"),
}
"""What agencies and hospitals ask seldom: Desk.answer_to and Operator.ask take the message itself."""


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
