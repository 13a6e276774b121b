"""Faults (核验问题): what is wrong with the evidence, where, and what to do, in Chinese and English."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Words(NamedTuple):
    """What a code means and what to do about it."""

    zh: str
    en: str


FAULTS: dict[str, Words] = {
    "RECORD_MISSING": Words(
        "存证缺少记录；请与备份比对，并查明谁有写权限",
        "records are missing from the trail; compare with a backup and find out who could write",
    ),
    "RECORD_CHANGED": Words(
        "存证记录被改动；请与备份及日志比对",
        "a record of the trail was changed; compare it with a backup and with the log",
    ),
    "CHAIN_MISSING": Words(
        "有报文已收听，但整条链不在存证中；请与备份比对，并查明谁有写权限",
        "what was heard has no chain any more; compare with a backup and find out who could write",
    ),
    "INDEX_DIFFERS": Words(
        "案件索引与存证记录不符，追溯会遗漏或误列；请与备份比对",
        "the index does not name what the trail's record names, so that cases are told wrongly; see a backup",
    ),
    "DEADLINES_DIFFER": Words(
        "时限监督表与存证推算不符；请与备份比对，并查明谁有写权限",
        "a table of deadlines is not what the trail makes of it; find out who could write",
    ),
    "HEAD_CHANGED": Words(
        "链头与最后一条记录不符；请与备份比对",
        "the chain's head is not its last record; compare with a backup",
    ),
    "SEAL_BROKEN": Words(
        "链与当日封存不符，改动早于封存且其后被重算",
        "the chain is not what the day's root sealed: it was computed anew after a change",
    ),
    "ROOT_CHANGED": Words(
        "每日存证根与封存的链头不符；请与备份及日志比对",
        "the day's root is not that of its sealed heads; compare with a backup and with the log",
    ),
    "ROOT_DIFFERS": Words(
        "存证根与日志中公布的不符",
        "the day's root is not the one that was published in the log",
    ),
    "ROOT_FOREIGN": Words(
        "日志中的存证根不是本系统所发，可能是伪造；请查明谁能写 audit.events",
        "a root in the log was never said by audit: perhaps forged; find out who can write audit.events",
    ),
    "LOG_CHANGED": Words(
        "日志记录与存证不符：发布后被改写",
        "a record of the log is not what was heard: it was rewritten",
    ),
    "LOG_MISSING": Words(
        "日志缺少已存证的记录",
        "the log lacks a record that the trail holds",
    ),
    "LOG_EXTRA": Words(
        "日志中有存证未收录的记录",
        "the log holds a record that was never heard",
    ),
    "LOG_UNREADABLE": Words(
        "日志无法读取（校验和不符或主题缺失）",
        "the log cannot be read: its checksum is wrong, or the topic is gone",
    ),
}


class Fault(NamedTuple):
    """One thing that is wrong: where, and what differs. `log_offset` is -1 where none can be named."""

    code: str
    topic: str = ""
    partition: int = -1
    log_offset: int = -1
    differs: str = ""

    @property
    def place(self) -> str:
        """`topic/partition@offset`, as far as it is known."""
        offset = f"@{self.log_offset}" if self.log_offset >= 0 else ""
        return f"{self.topic}/{self.partition}{offset}" if self.topic else ""

    def as_json(self) -> dict[str, str | int]:
        """The fault with its words, for machines."""
        words = FAULTS[self.code]
        return {**self._asdict(), "text_zh": words.zh, "text_en": words.en}


@dataclass
class Report:
    """What a verification has seen and found."""

    chains: int = 0
    records: int = 0
    roots: int = 0
    log_records: int = 0
    not_heard_yet: int = 0
    repeats: int = 0
    expired: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def as_json(self) -> dict[str, object]:
        """The report, for machines."""
        counts = {name: value for name, value in vars(self).items() if name != "faults"}
        return {"ok": self.ok, **counts, "faults": [fault.as_json() for fault in self.faults]}
