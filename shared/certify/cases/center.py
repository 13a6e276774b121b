"""The cases of a clearing center's adapter (结算中心侧用例). Pure."""

from shared.certify.cases.case import Case, Luck, Sitting, Words
from shared.certify.cases.steps import confirm

_CONFIRM = (confirm(),)

CENTER = (
    Case(
        18,
        Words("接收并确认清算单", "A statement received and confirmed"),
        Words("整批校验无误后确认一次", "confirmed once, after all of the batch was checked"),
        (Sitting(_CONFIRM, after=("batch",)),),
        side="center",
    ),
    Case(
        19,
        Words("批次残缺或有改动", "A batch that lacks a part, or was altered"),
        Words(
            "缺一块或一行金额有改动时不确认并告知经办人；重发的整批无误后确认一次",
            "while a chunk is missing or a line was altered nothing is confirmed and the officer is told;"
            " once the whole batch has come again it is confirmed, once",
        ),
        (
            Sitting(_CONFIRM, after=("half_batch",), refused_at=1),
            Sitting(_CONFIRM, after=("altered_batch",), refused_at=1),
            Sitting(_CONFIRM, after=("batch",)),
        ),
        side="center",
    ),
    Case(
        20,
        Words("批次重复到达", "A batch comes twice"),
        Words("重复的记录不影响校验，确认一次", "repeated records change nothing; it is confirmed once"),
        (Sitting(_CONFIRM, after=("batch_twice",)),),
        side="center",
    ),
    Case(
        21,
        Words("确认的应答丢失", "The answer to a confirmation is lost"),
        Words(
            "以同一报文号重发或查询结果，只有一次确认",
            "the same id again or its outcome queried; confirmed once",
        ),
        (Sitting(_CONFIRM, after=("batch",)),),
        luck=Luck("lost", "ConfirmStatement"),
        side="center",
    ),
)
