"""How long the desks' requests wait for their answers (响应时间), judged by what the processes measured.

001 (二十五) asks for short times; the limit is the national mean. Each process counts since it was started.
"""

import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from services.cli.faults import Fault
from shared.bus.process.metrics import ANSWER_LIMIT_S
from shared.stack import ports
from shared.stack.watch import record

DESK = frozenset({"AdmitPatient", "QuoteVisit", "SettleVisit", "QuoteOutpatient", "SettleOutpatient"})
"""The requests that a patient waits for at a desk."""
FEWEST = 20
"""Of fewer answers, one alone would be more than the 5 of 100 that may be late."""
_SERIES, _SHARE = "yidi_answer_seconds", 0.95


class Waited(NamedTuple):
    """The answers to one kind of request: how many, and the seconds within which 95 of 100 came at most.

    `p95_s` is the upper bound of a class of the measurement; None beyond the last.
    """

    request: str
    answers: int
    p95_s: float | None

    @property
    def is_slow(self) -> bool:
        """Whether more than 5 of 100 took longer than the limit."""
        return self.answers >= FEWEST and (self.p95_s is None or self.p95_s > ANSWER_LIMIT_S)


def read_answers(home: Path) -> list[Waited]:
    """What the processes of a home measured; one that does not answer has nothing to say here."""
    open_ports = [entry.health_port for entry in record.read(home).values() if entry.health_port]
    with ThreadPoolExecutor(max(len(open_ports), 1)) as pool:
        return waited(pool.map(_page, open_ports))


def _page(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://{ports.HOST}:{port}/metrics", timeout=2) as page:
            text: str = page.read().decode()
            return text
    except OSError:
        return ""


def waited(pages: Iterable[str]) -> list[Waited]:
    """The desk's requests of all processes together, by name, from their pages of metrics."""
    counts: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for page in pages:
        for family in text_string_to_metric_families(page):
            for sample in family.samples if family.name == _SERIES else ():
                if sample.name == f"{_SERIES}_bucket" and sample.labels["request"] in DESK:
                    counts[sample.labels["request"]][float(sample.labels["le"])] += sample.value
    return [_waited(request, bounds) for request, bounds in sorted(counts.items())]


def _waited(request: str, bounds: dict[float, float]) -> Waited:
    answers = bounds[inf]
    p95_s = min(bound for bound, count in bounds.items() if count >= _SHARE * answers)
    return Waited(request, int(answers), None if p95_s == inf else p95_s)


def answer_faults(answers: Iterable[Waited]) -> Iterator[Fault]:
    """The kinds of request whose answers come too late."""
    for one in answers:
        if one.is_slow:
            zh = f"{one.request}：{one.answers} 次应答，95% 分位超过 {ANSWER_LIMIT_S} 秒"
            en = f"{one.request}: of {one.answers} answers, 95 of 100 take longer than {ANSWER_LIMIT_S} s"
            yield Fault(f"{zh}：请查看 yidi logs settlement-live", f"{en}: see `yidi logs settlement-live`")
