"""The cases of a hospital's adapter (医院侧用例). Pure."""

from shared.certify.cases.case import Case, Luck, Sitting, Words
from shared.certify.cases.steps import (
    FIRST,
    SECOND,
    WRONG,
    admit,
    bill,
    charge,
    claim,
    discharge,
    fees,
    file,
    page,
    plain,
    reverse,
    upload,
    withdraw,
)

SETTLED = {"A": "settled"}
_ONE, _TWO = fees("u1", FIRST), fees("u2", SECOND)
_NOW = fees("u2", SECOND, now=True)
_SETTLE = plain("settle")
_BEGIN = (file(), admit(), upload(_ONE))
_STAY = (*_BEGIN, discharge(), _SETTLE)


def _stay_of(visit: str) -> tuple[Sitting, ...]:
    """A stay from filing to case page in one go."""
    steps = (file(visit), admit(visit), upload(_ONE, visit=visit), discharge(visit), plain("settle", visit))
    return (Sitting((*steps, page(visit=visit))),)


_MONTH = (
    Sitting((*_stay_of("A")[0].steps, *_stay_of("B")[0].steps[:-1], reverse("B"))),
    Sitting((*_stay_of("C")[0].steps, claim("A")), after=("next_month",)),
)

HOSPITAL = (
    Case(
        1,
        Words("住院，从备案到病案首页", "A stay, from filing to case page"),
        Words(
            "每步一笔请求；结算前的最后一批费用走实时主题；窗口所示金额即应答金额",
            "one request a step; the last fees before the settlement go to the desk's topic; the desk is told"
            " the amounts of the answers",
        ),
        (Sitting((*_BEGIN, upload(_NOW), discharge(), plain("quote"), _SETTLE, page())),),
        SETTLED,
    ),
    Case(
        2,
        Words("门诊一单结算", "An outpatient bill"),
        Words("整单一笔结算，不先上传", "the whole bill in one settlement, nothing uploaded before"),
        (Sitting((file(), bill(FIRST))),),
        SETTLED,
        scheme="310",
    ),
    Case(
        3,
        Words("撤销入院", "An admission undone"),
        Words("就诊终为已取消", "the visit ends as cancelled"),
        (Sitting((file(), admit(), plain("undo_admission"))),),
        {"A": "cancelled"},
    ),
    Case(
        4,
        Words("取消出院后再出院", "A discharge undone, then done again"),
        Words(
            "取消后补传费用，再出院结算，一次结算",
            "fees are added after the undoing, then one discharge and one settlement",
        ),
        (Sitting((*_BEGIN, discharge(), plain("undo_discharge"), upload(_TWO), discharge(), _SETTLE)),),
        SETTLED,
    ),
    Case(
        5,
        Words("撤销一批费用", "An upload withdrawn"),
        Words("已撤费用不计入对账总数", "what was withdrawn is not in the control total"),
        (
            Sitting(
                (*_BEGIN, upload(fees("u3", WRONG)), withdraw("u3"), discharge(), _SETTLE),
            ),
        ),
        SETTLED,
    ),
    Case(
        6,
        Words("结算撤销后重新结算", "A settlement taken back and made again"),
        Words(
            "两次结算各有报文号，终为第二次有效",
            "each settlement has an id of its own, the second one is in force",
        ),
        (Sitting((*_STAY, reverse(), upload(_NOW), _SETTLE)),),
        SETTLED,
    ),
    Case(
        7,
        Words("应答重复到达", "An answer comes twice"),
        Words(
            "重复的应答不当作下一笔请求的应答",
            "the second copy is not taken as the answer to the next request",
        ),
        (Sitting(_STAY),),
        SETTLED,
        luck=Luck("twice", "AdmitPatient"),
    ),
    Case(
        8,
        Words("结算应答迟到", "The answer to a settlement is late"),
        Words(
            "等待、以同一报文号重发或查询结果；不得以新报文号再结算",
            "wait, ask again with the same id, or query the outcome; never settle with a new id",
        ),
        (Sitting(_STAY),),
        SETTLED,
        luck=Luck("late", "SettleVisit", 9),
    ),
    Case(
        9,
        Words("应答次序颠倒", "Answers come in another order"),
        Words(
            "两批费用的应答颠倒，各归其请求；逐笔等待者视作迟到",
            "two uploads' answers are swapped, and each is matched to its request; who asks one after the"
            " other meets a late answer",
        ),
        (Sitting((file(), admit(), upload(_ONE, _TWO), discharge(), _SETTLE)),),
        SETTLED,
        luck=Luck("swapped", "UploadCosts", 3),
    ),
    Case(
        10,
        Words("结算应答丢失", "The answer to a settlement is lost"),
        Words(
            "以同一报文号重发或查询结果，只有一次结算，窗口得到其金额",
            "the same id again or its outcome queried; one settlement, whose amounts the desk is told",
        ),
        (Sitting(_STAY),),
        SETTLED,
        luck=Luck("lost", "SettleVisit"),
    ),
    Case(
        11,
        Words("总额不符", "A wrong total"),
        Words(
            "一批费用实未上传：结算以全部费用对账，被拒后按 days 补传再结算（或先行补传）",
            "an upload never left: the settlement's control is of the whole bill; refused, what lacks by"
            " `days` is sent and it is settled (or it was sent before)",
        ),
        (Sitting((*_BEGIN, charge(_TWO), discharge(), _SETTLE)),),
        SETTLED,
        refusals=frozenset({"SettleVisit CONTROL_TOTAL", "QuoteVisit CONTROL_TOTAL"}),
    ),
    Case(
        12,
        Words("查无此人", "An unknown person"),
        Words(
            "入院被拒，窗口得知，其后各步不办",
            "the admission is refused, the desk is told, nothing more is done",
        ),
        (Sitting((admit(), upload(_ONE), discharge(), _SETTLE), refused_at=1),),
        {"A": None},
        refusals=frozenset({"AdmitPatient UNKNOWN_PERSON", "QueryPerson UNKNOWN_PERSON"}),
        enrolled=False,
    ),
    Case(
        13,
        Words("未备案，结算被拒", "Not filed, so not settled"),
        Words(
            "结算被拒，窗口得知，不再以新号重试，也不报病案首页",
            "the settlement is refused, the desk is told, it is neither tried again nor followed by a page",
        ),
        (Sitting((admit(), upload(_ONE), discharge(), _SETTLE, page()), refused_at=4),),
        {"A": "discharged"},
        scheme="380",
        refusals=frozenset({"SettleVisit NOT_FILED", "QuoteVisit NOT_FILED"}),
    ),
    Case(
        14,
        Words("住院期间补办备案", "Filed during the stay"),
        Words(
            "参保地补办的备案计入结算；院方照常出院结算",
            "the filing that the insured place took counts; the hospital discharges and settles as always",
        ),
        (
            Sitting((admit(), upload(_ONE))),
            Sitting((discharge(), plain("quote"), _SETTLE), after=("filed",)),
        ),
        SETTLED,
    ),
    Case(
        15,
        Words("结算途中程序被强行终止", "The adapter is killed in mid-request"),
        Words(
            "重启后以同一报文号继续，只有一次结算，先前各步不重办",
            "started again it goes on with the same id; one settlement, and no step before it is done anew",
        ),
        (Sitting((*_STAY, page())),),
        SETTLED,
        luck=Luck("killed", "SettleVisit"),
    ),
    Case(
        16,
        Words("次日补传并出院", "Fees and discharge on the next day"),
        Words(
            "费用按发生日上传，病案首页含两日",
            "fees carry the day on which they arose, the case page spans both days",
        ),
        (
            Sitting((file(), admit())),
            Sitting(
                (upload(fees("u1", FIRST, cost_on=-1)), upload(_NOW), discharge(), _SETTLE, page(-1)),
                after=("next_day",),
            ),
        ),
        SETTLED,
    ),
    Case(
        17,
        Words("跨月回款申请", "A claim beside another month's settlements"),
        Words(
            "上月的申请只含上月有效的结算：不含本月的，也不含已撤销的",
            "a month's claim holds its settlements in force: none of the next month, none taken back",
        ),
        _MONTH,
        {"A": "settled", "B": "reversed", "C": "settled"},
        scheme="380",
    ),
)
