"""What is not right with what runs: one sentence each, with what to do. Looks at nothing itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.enrollment.opened import Opened
from shared.bus.operate.condition import Condition, Overview
from shared.bus.topics import SERVICES
from shared.stack.status import FINE, RUNNING, Row

DAY_PATIENCE, OUTBOX_PATIENCE = timedelta(minutes=2), timedelta(minutes=1)
EXCHANGES = {
    "at_once": "实时 at once",
    "daily": "每日 daily",
    "case_page": "病案 case page",
    "monthly": "每月 monthly",
    "registry": "登记 registry",
    "facts": "事实 facts",
}


class Fault(NamedTuple):
    """One thing that is not right, in Chinese and English."""

    zh: str
    en: str


def process_faults(rows: Sequence[Row]) -> Iterator[Fault]:
    """Servers and processes that are not well."""
    for row in rows:
        if row.health not in {FINE, RUNNING}:
            yield Fault(
                f"{row.name} 不正常（{row.health}）：请查看 yidi logs {row.name}，未运行则执行 yidi up",
                f"{row.name} is not well ({row.health}): see `yidi logs {row.name}`; if stopped, `yidi up`",
            )


def service_faults(overview: Overview, opened: Opened | None, now: datetime) -> Iterator[Fault]:
    """Services without a process, days that are not reached, what is parked or does not leave."""
    yield from _absent(overview.sessions)
    for condition in overview.conditions:
        name = f"{condition.service} {EXCHANGES[condition.exchange]}"
        if opened and _is_late(condition, opened, now):
            yield Fault(
                f"{name}：营业日 {opened.day} 已开启，但只到 {condition.day or '—'}：请查看 yidi logs 与死信",
                f"{name}: day {opened.day} is open, but it has reached {condition.day or 'none'}:"
                " see `yidi logs` and `yidi dead list`",
            )
        if condition.parked:
            yield Fault(
                f"{name}：自 {_at(condition.parked_since)} 有死信 {condition.parked} 条：yidi dead list",
                f"{name}: {condition.parked} parked since {_at(condition.parked_since)}: `yidi dead list`",
            )
        if condition.unsent_since and now - condition.unsent_since > OUTBOX_PATIENCE:
            yield Fault(
                f"{name}：{condition.unsent} 条自 {_at(condition.unsent_since)} 未发到 Kafka：请检查 Kafka",
                f"{name}: {condition.unsent} not on Kafka since {_at(condition.unsent_since)}: check Kafka",
            )
    for service, job, day in overview.unknown_jobs:
        yield Fault(
            f"{service}：营业日 {day} 的作业 {job!r} 不被本版本识别，未执行：请使用写入它的版本",
            f"{service}: this version does not know the job {job!r} of {day}, it is not done:"
            " run the version that wrote it",
        )


def _absent(sessions: dict[str, int]) -> Iterator[Fault]:
    absent = [name for name in SERVICES if not sessions.get(name)]
    if len(absent) == len(SERVICES):
        yield Fault("没有服务在运行：请执行 yidi up", "no service runs: `yidi up`")
        return
    for name in absent:
        yield Fault(f"{name} 没有进程在运行：请执行 yidi up", f"no process of {name} runs: `yidi up`")


def _is_late(condition: Condition, opened: Opened, now: datetime) -> bool:
    reached = condition.day is not None and condition.day >= opened.day
    late = opened.since is None or now - opened.since > DAY_PATIENCE
    return condition.marks and not reached and late


def _at(time: datetime | None) -> str:
    return time.astimezone().strftime("%m-%d %H:%M:%S") if time else "?"
