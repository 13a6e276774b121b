"""Amounts in words (金额大写), as vouchers need them: 人民银行《正确填写票据和结算凭证的基本规定》一."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def capitals(fen: int) -> str:
    """Fen in words: `12345` → `壹佰贰拾叁元肆角伍分`; below zero with `负` before it."""
    if fen < 0:
        return "负" + capitals(-fen)
    yuan, rest = divmod(fen, 100)
    if not fen:
        return "零元整"
    return (_whole(yuan) + "元" if yuan else "") + _parts(yuan, rest)


def _parts(yuan: int, rest: int) -> str:
    """Jiao and fen; a zero stands between yuan and fen where there is no jiao."""
    jiao, fen = divmod(rest, 10)
    if not rest:
        return "整"
    between = "零" if yuan and not jiao else ""
    return between + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """A number above 0 in words; one zero stands for all that are left out between two digits."""
    for unit, name in _UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            zero = "零" if 0 < low < unit // 10 else ""
            return _whole(high) + name + zero + (_whole(low) if low else "")
    return _DIGITS[number]
