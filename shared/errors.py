"""Refusals (拒绝原因): one table of stable codes with what happened and what to do, Chinese and English.

A code is a public interface: it is never renamed. Every service refuses through `refuse`.
"""

from typing import NamedTuple

from shared.messages.answer import Answer
from shared.messages.settlement import DayControl


class Refusal(NamedTuple):
    """What happened and what to do, for people."""

    text_zh: str
    text_en: str
    advice_zh: str
    advice_en: str


REFUSALS: dict[str, Refusal] = {
    # The message itself
    "NOT_JSON": Refusal(
        "报文不是有效的JSON",
        "The body is not JSON",
        "检查编码后以新报文号重发",
        "Check the encoding, send again with a new id",
    ),
    "UNKNOWN_TYPE": Refusal(
        "未知的报文类型或版本",
        "Unknown message type or version",
        "对照接口文档更换类型或版本",
        "Compare with the interface document",
    ),
    "WRONG_TOPIC": Refusal(
        "报文类型与主题不符",
        "This type does not belong on this topic",
        "发往接口文档指定的主题",
        "Send it to the topic the interface document names",
    ),
    "WRONG_KEY": Refusal(
        "记录键与报文内容不符",
        "The record key is not the subject of the body",
        "以主体标识作为记录键重发",
        "Send it with the subject's id as key",
    ),
    "INVALID_FIELD": Refusal(
        "字段缺失、多余或格式错误",
        "A field is missing, unknown or ill-typed",
        "按“where”所示更正字段",
        "Mend the field named in `where`",
    ),
    "BODY_TOO_LARGE": Refusal("报文过大", "The body is too large", "拆分后重发", "Split it and send again"),
    "ID_REUSED": Refusal(
        "报文号已用于其他内容", "This id was used with another body", "使用新的报文号", "Use a new id"
    ),
    "EXPIRED": Refusal(
        "请求已过有效时间",
        "The request is past its validuntil",
        "如仍需要请重新发起",
        "Ask again if it is still wanted",
    ),
    "TRY_AGAIN": Refusal(
        "所依据的信息尚未到达",
        "What the request builds on has not arrived yet",
        "稍后以同一报文号重发",
        "Send again soon with the same id",
    ),
    "CANCELLED": Refusal(
        "该报文已被撤销",
        "This id was cancelled",
        "如需办理请使用新的报文号",
        "Use a new id to do it after all",
    ),
    "UNKNOWN_ORIGINAL": Refusal(
        "未收到过该报文",
        "The original request was never heard",
        "以同一报文号重发原请求",
        "Send the original again with the same id",
    ),
    "NOT_CANCELLABLE": Refusal(
        "该请求不能直接撤销",
        "This request cannot be cancelled directly",
        "先撤销依赖它的业务，或使用对应的撤销交易",
        "Undo what depends on it first, or use its own undo",
    ),
    "NO_DAY_OPEN": Refusal(
        "营业日尚未开启", "No business day is open", "开启营业日后重发", "Send again once a day is open"
    ),
    # Who and where
    "UNKNOWN_PERSON": Refusal(
        "查无此参保人",
        "The person is not enrolled",
        "核对人员标识与参保地",
        "Check the person's id and insured area",
    ),
    "UNKNOWN_AREA": Refusal(
        "未知的行政区划", "The area is unknown", "使用国家行政区划代码", "Use a code of the national list"
    ),
    "UNKNOWN_INSTITUTION": Refusal(
        "未登记的医药机构",
        "The institution is not registered",
        "核对机构编码或先办理登记",
        "Check the code or register it first",
    ),
    "UNKNOWN_NODE": Refusal(
        "未登记的节点", "The node is not registered", "先登记节点", "Register the node first"
    ),
    "UNKNOWN_VISIT": Refusal(
        "查无此就诊", "The visit is unknown", "先办理入院登记", "Register the admission first"
    ),
    "UNKNOWN_FILING": Refusal("查无此备案", "The filing is unknown", "核对备案号", "Check the filing's id"),
    "UNKNOWN_SETTLEMENT": Refusal(
        "查无此结算", "The settlement is unknown", "核对结算号", "Check the settlement's id"
    ),
    "UNKNOWN_STATEMENT": Refusal(
        "查无此清算单", "The statement is unknown", "核对清算单号", "Check the statement's id"
    ),
    "UNKNOWN_LINE": Refusal(
        "清算单无此明细", "The statement has no such line", "核对明细号", "Check the line's id"
    ),
    "INSTITUTION_NOT_YOURS": Refusal(
        "该机构不属于本节点",
        "The institution is not this node's",
        "由所属节点发送",
        "Let its own node send it",
    ),
    "CENTER_NOT_YOURS": Refusal(
        "该中心不属于本节点或与此单无关",
        "The center is not this node's, or not a party",
        "由所属节点发送",
        "Let its own node send it",
    ),
    "PERSON_NOT_YOURS": Refusal(
        "该参保人不属于本参保地",
        "The person is not insured there",
        "由参保地办理",
        "Let the insured place do it",
    ),
    "OPERATOR_ONLY": Refusal(
        "仅限经办节点办理",
        "Only an operator or center node may do this",
        "由经办节点发送",
        "Let an operator's node send it",
    ),
    "AREA_NOT_YOURS": Refusal(
        "该地区不归本节点经办",
        "The area is not in this node's charge",
        "由该地区的经办节点发送",
        "Let the area's own node send it",
    ),
    "INSTITUTION_STATE": Refusal(
        "机构不能由当前状态转为该状态",
        "The institution's status cannot become this one",
        "按提名、公布、暂停的次序办理",
        "Nominate, then publish, then suspend",
    ),
    "NOT_OPENED": Refusal(
        "该机构未开通此类异地结算",
        "The institution is not open for this kind of care",
        "选择已开通的机构或申请开通",
        "Choose an opened institution",
    ),
    "INSURANCE_SUSPENDED": Refusal(
        "参保状态非正常",
        "The person's coverage is not in force",
        "由参保地恢复参保后再办理",
        "Let the insured place restore it",
    ),
    "NO_AGREEMENT": Refusal(
        "两地之间无有效协议",
        "No agreement between the two areas is in force",
        "先签订协议，或转手工报销",
        "Sign one first, or reimburse by hand",
    ),
    "ALREADY_ENROLLED": Refusal(
        "该时段已参加其他基本险种",
        "The person has another basic scheme then",
        "先终止原参保关系",
        "End the other coverage first",
    ),
    # Filings
    "DESTINATION_TOO_WIDE": Refusal(
        "备案地过宽，应为就医地市、直辖市或省级统筹地区",
        "A filing names a city, a municipality or a province-pooled area, not a whole province",
        "选择就医地市后重新提交",
        "Choose the city of treatment",
    ),
    "FILING_STATE": Refusal(
        "备案当前状态不允许此操作",
        "The filing's state does not allow this",
        "查询备案状态后办理",
        "Look up the filing's state first",
    ),
    "ALREADY_FILED": Refusal(
        "已有有效的长期备案",
        "A long-term filing is already in force",
        "变更原备案",
        "Change the filing in force",
    ),
    "FILING_LOCKED": Refusal(
        "长期备案生效未满6个月",
        "A long-term filing is locked for its first 6 months",
        "提交居住地或工作单位变更证明",
        "Send proof of the new residence or employer",
    ),
    "FILING_ID_TAKEN": Refusal(
        "备案号已存在", "The filing id is taken", "使用新的备案号", "Use a new filing id"
    ),
    "FILING_AT_HOME": Refusal(
        "目的地在参保地内，无需备案",
        "The destination is within the insured area",
        "直接就医",
        "No filing is needed",
    ),
    "DATE_NOT_POSSIBLE": Refusal("日期不合逻辑", "The dates are not possible", "核对日期", "Check the dates"),
    # Visits and money
    "VISIT_ID_TAKEN": Refusal(
        "就诊号已存在", "The visit id is taken", "使用新的就诊号", "Use a new visit id"
    ),
    "VISIT_STATE": Refusal(
        "就诊当前状态不允许此操作",
        "The visit's state does not allow this",
        "查询就诊状态后办理",
        "Look up the visit's state first",
    ),
    "VISIT_SETTLED": Refusal(
        "就诊已结算", "The visit is settled", "如需更改请先撤销结算", "Reverse the settlement first"
    ),
    "NOT_SETTLED": Refusal(
        "就诊未结算或已撤销", "The visit has no settlement in force", "核对结算状态", "Check the settlement"
    ),
    "NEWER_SETTLEMENT": Refusal(
        "其后已有结算",
        "A later settlement has built on this one",
        "按时间倒序，先撤销“where”所示就诊的结算",
        "Reverse the settlement of the visit named in `where` first",
    ),
    "CASE_PAGE_TAKEN": Refusal(
        "病案首页已接收", "The case page was received already", "无需重报", "Nothing more is needed"
    ),
    "UPLOAD_ID_TAKEN": Refusal(
        "上传批次号已存在", "The upload id is taken", "使用新的批次号", "Use a new upload id"
    ),
    "LINE_ID_TAKEN": Refusal("明细号重复", "A line id is used twice", "使用新的明细号", "Use a new line id"),
    "LINES_DO_NOT_ADD_UP": Refusal(
        "明细合计与对账总数不符",
        "The lines do not add up to their control total",
        "核对明细与合计",
        "Check the lines and their sum",
    ),
    "RETURN_EXCEEDS_BILLED": Refusal(
        "退费超过已计费",
        "A return takes back more than was billed",
        "核对退费明细",
        "Check the returned lines",
    ),
    "CONTROL_TOTAL": Refusal(
        "就诊合计与已收上传不符",
        "The visit's control total differs from what was uploaded",
        "对照“days”补传或撤回",
        "Compare with `days`, send what is missing",
    ),
    "NOT_FILED": Refusal(
        "未备案", "No filing is in force", "出院结算前补办备案", "File before the discharge settlement"
    ),
    "NO_POLICY_IN_FORCE": Refusal(
        "该日期无有效待遇政策",
        "No policy is in force on that date",
        "由参保地发布政策",
        "Let the insured place publish one",
    ),
    "KIND_NOT_COVERED": Refusal(
        "参保地政策不含此类待遇",
        "The policy does not cover this kind of care",
        "自费或手工报销",
        "Pay, or reimburse by hand",
    ),
    "DISEASE_NOT_COVERED": Refusal(
        "参保地不含该病种",
        "The insured place does not cover this disease",
        "核对病种认定",
        "Check the disease's qualification",
    ),
    "TIER_UNKNOWN": Refusal(
        "政策未规定该机构级别",
        "The policy has no such hospital tier",
        "核对机构级别映射",
        "Check the tier mapping",
    ),
    "INVALID_BILL": Refusal(
        "账单金额不合逻辑", "The bill's amounts are not possible", "核对金额", "Check the amounts"
    ),
    "BATCH_STATE": Refusal(
        "清算单当前状态不允许此操作",
        "The statement's state does not allow this",
        "查询清算单状态",
        "Look up the statement's state",
    ),
    "AMOUNT_DIFFERS": Refusal(
        "金额与应付不符", "The amount is not what is owed", "按通知金额拨付", "Pay the notified amount"
    ),
    "CLAIM_ID_TAKEN": Refusal(
        "申请号已存在", "The claim id is taken", "使用新的申请号", "Use a new claim id"
    ),
    "POLICY_ID_TAKEN": Refusal(
        "该政策版本已发布，内容不可更改",
        "This policy version is published and does not change",
        "以新的政策号发布新版本",
        "Publish a new version under a new policy id",
    ),
    "INVALID_POLICY": Refusal(
        "政策文件无效", "The policy is not valid", "按“where”所示更正", "Mend what `where` names"
    ),
}


def refuse(code: str, where: str = "", days: tuple[DayControl, ...] = ()) -> Answer:
    """The answer to a request that changes nothing; `code` must stand in the table."""
    refusal = REFUSALS[code]
    return Answer(outcome="refused", code=code, where=where, days=days, **refusal._asdict())
