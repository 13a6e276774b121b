"""What an institution is owed, was paid, and why not (医药机构清算对账单), line by line, to be printed."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.month.funds import Funds
from shared.month.statement import Sums, sums_of
from shared.names.areas import short_area_name
from shared.statements.capitals import capitals
from shared.statements.tables import (
    KINDS,
    MONEY,
    SCHEMES,
    WHY,
    Column,
    CoverRow,
    Printed,
    Row,
    Table,
    amounts,
    named,
)


class Stand(StrEnum):
    """Where a line stands for its institution (明细状态): paid, or why not."""

    PAID = "PAID"
    PARTLY_PAID = "PARTLY_PAID"
    DUE = "DUE"
    NOT_SORTED = "NOT_SORTED"
    IN_DISPUTE = "IN_DISPUTE"
    NOT_OWED = "NOT_OWED"
    LATE = "LATE"
    NOT_CLAIMED = "NOT_CLAIMED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NO_AGREEMENT = "NO_AGREEMENT"
    HELD = "HELD"


STANDS = {
    Stand.PAID: "已拨付",
    Stand.PARTLY_PAID: "部分拨付，余额结转下月",
    Stand.DUE: "应付，待拨付",
    Stand.NOT_SORTED: "本月未清分",
    Stand.IN_DISPUTE: "争议中",
    Stand.NOT_OWED: "争议裁定不予支付",
    Stand.LATE: "逾期，待准入",
    Stand.NOT_CLAIMED: "未申请",
    Stand.NOT_ELIGIBLE: "未满足清算条件（病案首页或审核）",
    Stand.NO_AGREEMENT: "无协议",
    Stand.HELD: "暂挂",
}
_SUMS = (Column("状态"), Column("笔数", "count"), *MONEY)
_LINES = (
    Column("序号", "count"),
    Column("明细号"),
    Column("结算号"),
    Column("类型"),
    Column("状态"),
    Column("清算月份"),
    Column("参保区划"),
    Column("参保地"),
    Column("险种"),
    Column("医疗类别"),
    Column("业务日期", "date"),
    *MONEY,
)
_SIGNED_BY = ("定点医药机构", "就医地经办机构")


class InstitutionLine(NamedTuple):
    """A line of an institution (医药机构明细), fen; `month` is empty where it stands in none."""

    line_id: str
    settlement_id: str
    why: str
    stand: Stand
    month: str
    agreement_id: str
    insured_area: str
    scheme: str
    visit_kind: str
    business_on: date
    total_fen: int
    funds: Funds


class InstitutionStatement(NamedTuple):
    """What an institution is owed and was paid (医药机构清算对账单), fen, with every line.

    `due_fen` and `paid_fen` have what earlier months left open in them; they stand for sorted months only.
    """

    institution_id: str
    name: str
    month: str
    due_fen: int
    paid_fen: int
    lines: Sequence[InstitutionLine]


def institution_printed(statement: InstitutionStatement) -> Printed:
    """The statement of one institution, to be printed."""
    who = named(statement.name, statement.institution_id)
    return Printed(
        title="异地就医医药机构清算对账单",
        subtitle=f"医药机构：{who}　清算月份：{statement.month or '全部'}",
        as_of=max((line.business_on for line in statement.lines), default=date(2000, 1, 1)),
        cover=_cover(statement, who),
        sums=_sums_table(statement.lines),
        lines=_lines_table(statement.lines),
        signed_by=_SIGNED_BY,
    )


def by_stand(lines: Sequence[InstitutionLine]) -> dict[Stand, Sums]:
    """The sums of the lines that stand alike; together they are all lines."""
    groups = {stand: [line for line in lines if line.stand == stand] for stand in Stand}
    return {stand: sums_of(found) for stand, found in groups.items() if found}


def _cover(statement: InstitutionStatement, who: str) -> list[CoverRow]:
    open_fen = statement.due_fen - statement.paid_fen
    sums = by_stand(statement.lines)
    return [
        CoverRow("医药机构", who),
        CoverRow("清算月份", statement.month or "全部"),
        CoverRow("明细笔数", len(statement.lines), "count"),
        CoverRow("应付合计（元）", statement.due_fen, "money"),
        CoverRow("已拨付（元）", statement.paid_fen, "money"),
        CoverRow("未拨付，结转下月（元）", open_fen, "money"),
        CoverRow("已拨付（大写）", f"人民币{capitals(statement.paid_fen)}"),
        *(
            CoverRow(f"明细：{STANDS[stand]}（元）", one.funds.due_fen, "money")
            for stand, one in sums.items()
        ),
    ]


def _sums_table(lines: Sequence[InstitutionLine]) -> Table:
    rows: list[Row] = [(STANDS[stand], *_of(sums)) for stand, sums in by_stand(lines).items()]
    return Table("汇总", _SUMS, len(rows), lambda: rows, ("合计", *_of(sums_of(lines))))


def _lines_table(lines: Sequence[InstitutionLine]) -> Table:
    total: Row = ["合计", *[""] * (len(_LINES) - len(MONEY) - 1), *_of(sums_of(lines))[1:]]
    return Table("明细", _LINES, len(lines), lambda: _rows(lines), total)


def _rows(lines: Sequence[InstitutionLine]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        yield (
            number,
            line.line_id,
            line.settlement_id,
            WHY.get(line.why, line.why),
            STANDS[line.stand],
            line.month,
            line.insured_area,
            short_area_name(line.insured_area),
            SCHEMES.get(line.scheme, line.scheme),
            KINDS.get(line.visit_kind, line.visit_kind),
            line.business_on,
            *amounts(line.total_fen, line.funds),
        )


def _of(sums: Sums) -> tuple[int, ...]:
    return sums.lines, *amounts(sums.total_fen, sums.funds)
