"""What clearing tells an institution that did not ask (通知), on its node's reply topic."""

from shared.messages.body import AmountSumFen, Fact, Identifier, InstitutionId, Month, SumFen


class InstitutionPaid(Fact):
    """What an institution was due for a month and is paid from a prefund; the rest comes with the next month.

    Told to the institution alone: to all, the prefund says what was paid from it.
    """

    TOPICS = ("reply.<node>",)
    KEY = "institution_id"
    institution_id: InstitutionId
    month: Month
    agreement_id: Identifier
    due_fen: SumFen
    paid_fen: AmountSumFen
