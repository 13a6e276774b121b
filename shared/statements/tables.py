"""What stands in a statement's tables (清算单各表), the same in XLSX and PDF: the cover's rows, sums, lines.

Money stands in integer fen here; how it is shown is each writer's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from shared.month.funds import Funds
from shared.month.statement import Sums, sums_of
from shared.names.areas import area_name, short_area_name
from shared.statements.capitals import capitals
from shared.statements.paper import Paper, PaperLine

Kind = Literal["text", "count", "money", "date"]
Value = str | int | date
Row = Sequence[Value]

SCHEMES = {"310": "职工基本医疗保险", "380": "新型农村合作医疗", "390": "城乡居民基本医疗保险"}
MODES = {
    "HOSPITAL_ADVANCE": "医疗机构垫付",
    "AGENCY_PREFUND": "经办机构预付",
    "CITY_ADVANCE": "市级垫付",
    "RESERVE_FUND": "周转金",
}
KINDS = {
    "inpatient": "住院",
    "outpatient_general": "普通门诊",
    "outpatient_chronic": "门诊慢特病",
    "pharmacy": "药店购药",
}
WHY = {"settled": "结算", "reversed": "冲正", "carried": "结转", "recovered": "追回", "late": "逾期补入"}


class Column(NamedTuple):
    """A column (列): its heading, and what stands in it."""

    head: str
    kind: Kind = "text"


class Table(NamedTuple):
    """A table (表): so many rows, made as they are asked for, and the total below them."""

    title: str
    columns: Sequence[Column]
    length: int
    rows: Callable[[], Iterable[Row]]
    total: Row


class CoverRow(NamedTuple):
    """A row of the cover (封面行): what it says, and a text or an amount in fen."""

    label: str
    value: Value
    kind: Kind = "text"


class Printed(NamedTuple):
    """What is printed (打印件): a cover to sign, sums, and lines; the same in XLSX and PDF.

    `subtitle` stands on every page of a table; `as_of` is the day that the file says it was made on.
    """

    title: str
    subtitle: str
    as_of: date
    cover: Sequence[CoverRow]
    sums: Table
    lines: Table
    signed_by: Sequence[str]


MONEY = tuple(
    Column(head, "money")
    for head in (
        "医疗费总额",
        "统筹基金",
        "大额补助",
        "大病保险",
        "医疗救助",
        "基金合计",
        "个人账户",
        "应付合计",
    )
)
_SUMS = (Column("分类"), Column("编码"), Column("名称"), Column("笔数", "count"), *MONEY)
_LINES = (
    Column("序号", "count"),
    Column("明细号"),
    Column("结算号"),
    Column("类型"),
    Column("人员标识"),
    Column("参保区划"),
    Column("参保地"),
    Column("机构编码"),
    Column("机构名称"),
    Column("医疗类别"),
    Column("业务日期", "date"),
    *MONEY,
)
SIGNED_BY = ("参保地经办机构", "就医地经办机构")
SIGNATURE = "制表：____________  复核：____________  负责人：____________  盖章：____________  ____年__月__日"


def printed(paper: Paper) -> Printed:
    """A statement between two centers, to be printed."""
    return Printed(
        title=paper.title,
        subtitle=subtitle(paper),
        as_of=date.fromisoformat(f"{paper.heading.month}-01"),
        cover=cover_rows(paper),
        sums=sums_table(paper),
        lines=lines_table(paper),
        signed_by=SIGNED_BY,
    )


def subtitle(paper: Paper) -> str:
    """What every page says of the statement."""
    head = paper.heading
    insured = named(paper.name_of(head.insured_center), head.insured_center)
    treatment = named(paper.name_of(head.treatment_center), head.treatment_center)
    scheme = SCHEMES.get(head.scheme, head.scheme)
    return f"清算月份：{head.month}　参保地：{insured}　就医地：{treatment}　险种：{scheme}"


def cover_rows(paper: Paper) -> list[CoverRow]:
    """What the cover says, from top to bottom, before it is signed."""
    head, sums = paper.heading, sums_of(paper.lines)
    due, payer = sums.funds.due_fen, head.insured_center
    if due < 0:
        payer = head.treatment_center
    rows = (
        ("清算单号", head.statement_id),
        ("清算月份", f"{head.month[:4]}年{int(head.month[5:])}月"),
        ("险种", named(SCHEMES.get(head.scheme, ""), head.scheme)),
        ("参保地", named(paper.name_of(head.insured_center), head.insured_center)),
        ("就医地", named(paper.name_of(head.treatment_center), head.treatment_center)),
        ("协议号", head.agreement_id),
        ("资金方式", MODES.get(head.funding_mode, head.funding_mode)),
        ("付款方", named(paper.name_of(payer), payer)),
    )
    money = zip((column.head for column in MONEY), amounts(sums.total_fen, sums.funds), strict=True)
    return [
        *(CoverRow(label, value) for label, value in rows if value),
        CoverRow("笔数", sums.lines, "count"),
        *(CoverRow(f"{label}（元）", fen, "money") for label, fen in money),
        CoverRow("应付合计（大写）", f"人民币{capitals(due)}"),
        CoverRow("明细校验值（SHA-256）", head.digest),
    ]


def sums_table(paper: Paper) -> Table:
    """The sums (汇总) by insured area, kind of care and institution; each group adds up to the whole."""
    groups: tuple[tuple[str, Callable[[PaperLine], str], Callable[[str], str]], ...] = (
        ("参保统筹区", lambda line: line.insured_area, area_name),
        ("医疗类别", lambda line: line.visit_kind, lambda kind: KINDS.get(kind, kind)),
        ("医药机构", lambda line: line.institution_id, lambda id: paper.names.get(id, "")),
    )
    rows: list[Row] = [
        (title, "" if code in KINDS else code, name(code), *_of(sums_of(found)))
        for title, key, name in groups
        for code, found in sorted(_grouped(paper.lines, key).items())
    ]
    return Table("汇总", _SUMS, len(rows), lambda: rows, ("每类合计", "", "", *_of(sums_of(paper.lines))))


def lines_table(paper: Paper) -> Table:
    """The lines (明细) in the statement's order."""
    total: Row = ["合计", *[""] * (len(_LINES) - len(MONEY) - 1), *_of(sums_of(paper.lines))[1:]]
    return Table("明细", _LINES, len(paper.lines), lambda: _line_rows(paper), total)


def _line_rows(paper: Paper) -> Iterator[Row]:
    for number, line in enumerate(paper.lines, 1):
        yield (
            number,
            line.line_id,
            line.settlement_id,
            WHY.get(line.why, line.why),
            line.person_id,
            line.insured_area,
            short_area_name(line.insured_area),
            line.institution_id,
            paper.names.get(line.institution_id, ""),
            KINDS.get(line.visit_kind, line.visit_kind),
            line.business_on,
            *amounts(line.total_fen, line.funds),
        )


def _grouped(lines: Iterable[PaperLine], key: Callable[[PaperLine], str]) -> dict[str, list[PaperLine]]:
    groups: defaultdict[str, list[PaperLine]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups


def _of(sums: Sums) -> tuple[int, ...]:
    return sums.lines, *amounts(sums.total_fen, sums.funds)


def amounts(total_fen: int, funds: Funds) -> tuple[int, ...]:
    """An amount for each column of money."""
    four = (funds.pool_fen, funds.large_amount_fen, funds.serious_illness_fen, funds.assistance_fen)
    return total_fen, *four, funds.fund_fen, funds.account_fen, funds.due_fen


def named(name: str, code: str) -> str:
    """A name with its code behind it; the code alone where there is no name."""
    return f"{name}（{code}）" if name else code
