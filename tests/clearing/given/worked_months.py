"""A worked month of each funding mode as a table in text: what each event moves, and the balances, yuan.

The heads are the event, to whom, the amount; a row is an account with its holder, `.` moves nothing. Each
column sums to zero, and each row to its balance. P and H are the contract's own months.
"""

from typing import NamedTuple

AGENCY_PREFUND = """
P, quota 1 000         | funded settled settled settled reversed settled  out  out  paid paid |
to                     |      -      H1      H1      H2       H1      H1   H1   H2     -    - |
amount                 |   1000     300     250     400      250     220  520  400   520  400 | balance
insured expense        |      .     300     250     400     -250     220    .    .     .    . |     920
insured payable        |      .    -300    -250    -400      250    -220    .    .   520  400 |       0
insured prepaid        |   1000       .       .       .        .       .    .    .     .    . |    1000
insured bank           |  -1000       .       .       .        .       .    .    .  -520 -400 |   -1920
treatment receivable   |      .     300     250     400     -250     220    .    .  -520 -400 |       0
treatment prefund      |   1000       .       .       .        .       . -520 -400   520  400 |    1000
treatment received     |  -1000       .       .       .        .       .    .    .     .    . |   -1000
H1 payable             |      .    -300    -250       .      250    -220  520    .     .    . |       0
H2 payable             |      .       .       .    -400        .       .    .  400     .    . |       0
"""

HOSPITAL_ADVANCE = """
H, 20 deducted of H2   | settled settled settled deducted accepted accepted  out  out paid |
to                     |      H1      H2      H1       H2       H1       H2   H1   H2    - |
amount                 |     300     400     220       20      520      380  520  380  900 | balance
insured expense        |     300     400     220      -20        .        .    .    .    . |     900
insured payable        |    -300    -400    -220       20        .        .    .    .  900 |       0
insured bank           |       .       .       .        .        .        .    .    . -900 |    -900
treatment receivable   |     300     400     220      -20        .        .    .    . -900 |       0
treatment bank         |       .       .       .        .        .        . -520 -380  900 |       0
H1 advance             |    -300       .    -220        .      520        .    .    .    . |       0
H2 advance             |       .    -400       .       20        .      380    .    .    . |       0
H1 payable             |       .       .       .        .     -520        .  520    .    . |       0
H2 payable             |       .       .       .        .        .     -380    .  380    . |       0
"""

CITY_ADVANCE = """
50 upheld of H2        | settled settled upheld  out  out paid fine  fee |
to                     |      H1      H2     H2   H1   H2    -    -    - |
amount                 |     300     400     50  300  350  650   20    3 | balance
insured expense        |     300     400    -50    .    .    .    .    . |     650
insured payable        |    -300    -400     50    .    .  650    .    . |       0
insured bank           |       .       .      .    .    . -650    .    . |    -650
treatment receivable   |     300     400    -50    .    . -650    .    . |       0
treatment bank         |       .       .      . -300 -350  650    .    . |       0
treatment own          |       .       .      .    .    .    .   20    . |      20
treatment fines        |       .       .      .    .    .    .  -20    . |     -20
treatment expense      |       .       .      .    .    .    .    .    3 |       3
treatment budget       |       .       .      .    .    .    .    .   -3 |      -3
H1 payable             |    -300       .      .  300    .    .    .    . |       0
H2 payable             |       .    -400     50    .  350    .    .    . |       0
"""

RESERVE_FUND = """
quota 500, too little  | funded settled  out  paid beyond interest  out |
to                     |      -      H1   H1     -      -        -   H1 |
amount                 |    500     700  500   500    200        5  200 | balance
insured expense        |      .     700    .     .      .        .    . |     700
insured payable        |      .    -700    .   500    200        .    . |       0
insured prepaid        |    500       .    .     .      .        .    . |     500
insured bank           |   -500       .    .  -500   -200        .    . |   -1200
treatment receivable   |      .     700    .  -500   -200        .    . |       0
treatment reserve      |    500       . -500   500      .        5 -200 |     305
treatment received     |   -500       .    .     .      .       -5    . |    -505
treatment bank         |      .       .    .     .    200        .    . |     200
H1 payable             |      .    -700  500     .      .        .  200 |       0
"""

TABLES = {
    "AGENCY_PREFUND": AGENCY_PREFUND,
    "HOSPITAL_ADVANCE": HOSPITAL_ADVANCE,
    "CITY_ADVANCE": CITY_ADVANCE,
    "RESERVE_FUND": RESERVE_FUND,
}


class Column(NamedTuple):
    """An event of a worked month (业务), with what it moves: the cells that are not empty, yuan."""

    event: str
    institution: str
    amount: int
    moved: dict[str, int]


def read_table(text: str) -> tuple[list[Column], dict[str, int]]:
    """The columns of a table, and its balances by row; each row sums to its balance."""
    heads, rows, balances = [], dict[str, list[int]](), dict[str, int]()
    for line in text.strip().splitlines():
        name, cells, last = (part.strip() for part in line.split("|"))
        if not last or last == "balance":
            heads.append(cells.split())
            continue
        rows[name] = [0 if cell == "." else int(cell) for cell in cells.split()]
        balances[name] = int(last)
        assert sum(rows[name]) == balances[name], name
    columns = [
        Column(event, to, int(amount), {name: row[at] for name, row in rows.items() if row[at]})
        for at, (event, to, amount) in enumerate(zip(*heads, strict=True))
    ]
    return columns, balances
