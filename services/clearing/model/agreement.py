"""The terms of an agreement that are in use."""

from typing import NamedTuple

from shared.messages.enrollment.registers import AgreementSigned


class InUse(NamedTuple):
    """An agreement goes by these terms from now on: its prefund lies with their center, up to their quota."""

    terms: AgreementSigned
