"""The parts of the README and its pages that are drawn from the code, each between its markers.

`python -m tests.house.readme_parts` writes them; a test compares.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from services.__main__ import all_services
from services.clearing.model.claim import BEGINS, REVIEW
from services.clearing.model.statement import NEXT
from services.cli.main import app
from services.enrollment.institutions.life import BEGINS as BEGINS_JOINING
from services.enrollment.institutions.life import LIFE as JOINING
from services.enrollment.rollout.life import BEGINS as FIRST_TOLD
from services.enrollment.rollout.life import LIFE as ROLLOUT
from services.referral.model.filing import LIFE, STARTS
from services.settlement.model.visit import BILL, MANUAL, STAY
from shared.adapter.center import TOPIC as CENTERS_TOPIC
from shared.bus.admin import REPLY_DAYS
from shared.bus.topics import NODES, TOPICS, Topic
from shared.certify.cases.catalogue import CATALOGUE
from shared.contracts.envelope import REPLY
from shared.contracts.visit import visit
from shared.errors import REFUSALS
from shared.gateway.page.words import words
from shared.messages.body import Body, Question
from shared.messages.wire_types import ANSWER_TYPE, REQUESTS, TYPES
from tests.house.results_of import results_of
from tests.refusals import read_provoking

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = [
    README,
    *sorted(path for top in ("services", "shared", "deploy") for path in (ROOT / top).rglob("README.md")),
]
PAGES += [ROOT / "tests" / "bench" / "README.md", ROOT / "shared" / "refusals.md"]
HIS_EXAMPLE = ROOT / "tests" / "journeys" / "given" / "his_example.py"
NODE_EXAMPLE = ROOT / "tests" / "adapter" / "node" / "his.mjs"
SEAL_EXAMPLE = NODE_EXAMPLE.with_name("seal.mjs")
VISIT_ANSWERS = ROOT / "shared" / "contracts" / "visits" / "stay_answers.json"
Life = Mapping[tuple[Any, Any], Any]
_KEPT = {730: "2 years", 365: "1 year", -1: "for ever"}
_CLASSES = {"at_once": "at once", "daily": "daily", "case_page": "5 working days", "monthly": "monthly"}


def render(text: str) -> str:
    """A page with every part made anew. Raises LookupError for a marker without a part."""

    def fill(match: re.Match[str]) -> str:
        return f"{match['start']}\n{PARTS[match['name']]()}\n{match['end']}"

    return re.sub(r"(?P<start><!-- (?P<name>\w+) -->).*?(?P<end><!-- /(?P=name) -->)", fill, text, flags=re.S)


def services() -> str:
    """What each service answers for and never does, from its own first lines."""
    rows = [(f"`{one.name}`", *_says(one.name)) for one in all_services()]
    return _table(("service", "answers for", "never"), rows)


def _says(service: str) -> tuple[str, str]:
    tree = ast.parse((ROOT / "services" / service / "__init__.py").read_text("utf-8"))
    paragraphs = re.split(r"\n(?=[A-Z]\w*(?: for)?:)", ast.get_docstring(tree) or "")
    said = dict(paragraph.split(":", 1) for paragraph in paragraphs[1:])
    return _line(said["Answers for"]), _line(said["Never"])


def topics() -> str:
    """Every topic, from its one declaration."""
    rows = [_topic(topic) for topic in TOPICS.values() if not topic.name.endswith(".dead")]
    rows.append(("`reply.<node>`", "who was asked", "that node", "request id", "", f"{REPLY_DAYS} days"))
    dead = TOPICS["settlement.dead"]
    rows.append(("`<service>.dead`", "that service", "audit", dead.key, "", _kept(dead)))
    return _table(("topic", "written by", "read by", "key", "exchange class", "kept"), rows)


def _topic(topic: Topic) -> tuple[str, ...]:
    writer = "nodes; days by enrollment" if topic.owner == NODES else topic.owner
    readers = [*topic.readers, *(("the centers",) if topic.name == CENTERS_TOPIC else ())]
    frequency = _CLASSES.get(topic.frequency, "")
    return f"`{topic.name}`", writer, ", ".join(readers), topic.key, frequency, _kept(topic)


def _kept(topic: Topic) -> str:
    days = topic.retention_days
    return "the newest of each key" if topic.compacted else _KEPT.get(days, f"{days} days")


def commands() -> str:
    """The yidi command, from its own help."""
    return _table(("command", "what for"), list(_commands(typer.main.get_command(app), "yidi")))


_CONTEXT = typer.Context(typer.main.get_command(app))


def _commands(group: Any, name: str) -> Iterator[tuple[str, str]]:
    for command in (group.get_command(_CONTEXT, each) for each in group.list_commands(_CONTEXT)):
        full = f"{name} {command.name}"
        if isinstance(command, TyperGroup):
            yield from _commands(command, full)
        else:
            yield f"`{full}`", _line((command.help or "").split("\n\n")[0])


def life(table: Life, *starts: Any) -> str:
    """A life-cycle table as a state diagram; what leads from one state to the same next is one arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (before, message), after in table.items():
        arrows.setdefault((str(before), str(after)), []).append(str(message))
    ends = {after for _, after in arrows} - {before for before, _ in arrows}
    lines = [f"[*] --> {start}" for start in starts]
    lines += [f"{a} --> {b}: {', '.join(by)}" for (a, b), by in arrows.items()]
    lines += [f"{end} --> [*]" for end in sorted(ends)]
    return "\n".join(("```mermaid", "stateDiagram-v2", *(f"    {line}" for line in lines), "```"))


def his_example() -> str:
    """The example of a hospital's side, as it is run by its test."""
    return f"```python\n{HIS_EXAMPLE.read_text('utf-8').strip()}\n```"


def node_example() -> str:
    """The example of a client in another language, as it is run by its test."""
    return f"```js\n{NODE_EXAMPLE.read_text('utf-8').strip()}\n```"


def seal_example() -> str:
    """How a client in another language seals a number, as it is run by its test."""
    return f"```js\n{SEAL_EXAMPLE.read_text('utf-8').strip()}\n```"


def visit_sequence() -> str:
    """The records of the contract's visit and their answers, as a picture."""
    lines = []
    for name, answer in zip(visit(), json.loads(VISIT_ANSWERS.read_text("utf-8")), strict=True):
        node, service = name["headers"]["ce_source"], answer["headers"]["ce_source"]
        message = name["headers"]["ce_type"].split(".")[1]
        lines += [f"{node}->>{service}: {message} ({name['topic']})"]
        lines += [f"{service}-->>{node}: {answer['body']['result']['result']}"]
    return "\n".join(("```mermaid", "sequenceDiagram", *(f"    {line}" for line in lines), "```"))


def requests() -> str:
    """What nodes may ask on the topics of desks, costs, pages and claims, and of the registers."""
    asked = [kind for kind in REQUESTS.values() if kind.TOPICS and _is_for_desks(kind)]
    results = results_of()
    rows = [
        (
            f"`{kind.wire_type()}`",
            " or ".join(f"`{t}`" for t in kind.TOPICS),
            f"`{kind.KEY}`",
            " or ".join(f"`{one}`" for one in sorted(results[kind])),
            _first(kind),
        )
        for kind in asked
    ]
    return _table(("Message", "Topic", "Key", "`result.result`", "What it does"), rows)


def _is_for_desks(kind: type[Body]) -> bool:
    """Whether a hospital asks it: of what goes to the registers its questions alone."""
    return issubclass(kind, Question) or not kind.TOPICS[0].startswith("registry.")


def notices() -> str:
    """What comes on a node's reply topic beside the answers, and what it tells."""
    told = [kind for wire, kind in TYPES.items() if REPLY in kind.TOPICS and wire != ANSWER_TYPE]
    return _table(
        ("Message", "Key", "What it tells"),
        [(f"`{kind.wire_type()}`", f"`{kind.KEY}`", _first(kind)) for kind in told],
    )


def national_form() -> str:
    """The transactions of the national form, each with our message, what has no counterpart, its source."""
    rows = [
        (f"`{row.infno}`", f"{row.name_zh} {row.name_en}", row.messages, row.without_counterpart, row.source)
        for row in words()
    ]
    return _table(("infno", "what", "our message", "without a counterpart", "source"), rows)


def refusals() -> str:
    """Every refusal: what happened and what to do, in both languages, and the test that provokes it."""
    provoking = read_provoking()
    rows = [
        (
            f"`{code}`",
            f"{one.text_zh} {one.text_en}",
            f"{one.advice_zh} {one.advice_en}",
            _test(provoking[code]),
        )
        for code, one in REFUSALS.items()
    ]
    return _table(("code", "what happened", "what to do", "provoked by"), rows)


def _test(place: str) -> str:
    file, _, name = place.partition("::")
    return f"`{file}` {name.removeprefix('test_').replace('_', ' ')}"


def cases() -> str:
    """The catalogue of certification, by number."""
    rows = [(str(one.number), one.side, str(one.title), str(one.must)) for one in CATALOGUE.values()]
    return _table(("#", "side", "case", "what must be seen"), rows)


def _first(kind: type[Body]) -> str:
    return _line((kind.__doc__ or "").strip().split("\n")[0])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".。")


PARTS: dict[str, Callable[[], str]] = {
    "services": services,
    "topics": topics,
    "commands": commands,
    "his_example": his_example,
    "requests": requests,
    "notices": notices,
    "national_form": national_form,
    "cases": cases,
    "refusals": refusals,
    "node_example": node_example,
    "seal_example": seal_example,
    "visit_sequence": visit_sequence,
    "life_of_a_stay": lambda: life(STAY, "announced"),
    "life_of_a_bill": lambda: life(BILL, "announced"),
    "life_of_a_reimbursement": lambda: life(MANUAL, "announced"),
    "life_of_an_institution": lambda: life({(a, by): b for (a, b), by in JOINING.items()}, BEGINS_JOINING),
    "life_of_a_rollout": lambda: life({(a, by): b for (a, b), by in ROLLOUT.items()}, *FIRST_TOLD),
    "life_of_a_filing": lambda: life(LIFE, *STARTS),
    "life_of_a_claimed_line": lambda: life(REVIEW, *(f"{state}: {by}" for by, state in BEGINS.items())),
    "life_of_a_statement": lambda: life(NEXT, next(iter(NEXT))[0]),
}


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(render(page.read_text("utf-8")), "utf-8")
