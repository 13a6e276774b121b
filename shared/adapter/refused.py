"""A refusal as an exception, so that who asks needs to look at an answer only when it is a "no"."""

from shared.messages.answer import Answer


class RefusedError(Exception):
    """The request was refused and changed nothing; `answer` says why and what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        place = f" [{answer.where}]" if answer.where else ""
        super().__init__(
            f"{answer.code}{place}: {answer.text_zh}；{answer.advice_zh} / "
            f"{answer.text_en}. {answer.advice_en}"
        )

    @property
    def code(self) -> str:
        """The stable code of the refusal."""
        return self.answer.code


def accepted(answer: Answer) -> Answer:
    """The answer itself if it is a "yes"; raises RefusedError if not."""
    if not answer.accepted:
        raise RefusedError(answer)
    return answer
