"""The amounts of a bill as they travel: its sums, its categories, and who pays what."""

from shared.messages.body import AmountFen, Body, Fen


class FeeAmounts(Body):
    """The four sums of a bill in fen; in scope is what is left of the total."""

    total_fen: Fen
    full_self_pay_fen: Fen
    over_limit_fen: Fen
    pre_self_pay_fen: Fen


class CategoryAmounts(Body):
    """One of the 14 national fee categories of a bill (001 (十五)); the parts add up to the amount."""

    amount_fen: Fen
    class_a_fen: Fen
    class_b_fen: Fen
    self_pay_fen: Fen
    other_fen: Fen = 0


class FundAmounts(Body):
    """What each of the four funds and the personal account pays; below zero when it goes back."""

    pool_fen: Fen
    large_amount_fen: Fen
    serious_illness_fen: Fen
    assistance_fen: Fen
    account_fen: Fen


class Payments(Body):
    """Who pays what of one bill; total = fund + account + cash, exact to the fen."""

    total_fen: AmountFen
    full_self_pay_fen: AmountFen
    over_limit_fen: AmountFen
    pre_self_pay_fen: AmountFen
    in_scope_fen: AmountFen
    deductible_fen: AmountFen
    ratio_bp: int | None
    pool_fen: AmountFen
    large_amount_fen: AmountFen
    serious_illness_fen: AmountFen
    assistance_fen: AmountFen
    fund_fen: AmountFen
    account_fen: AmountFen
    cash_fen: AmountFen
    personal_fen: AmountFen
