"""The terms of an agreement (协议) that are in use."""

from typing import NamedTuple

from shared.messages.enrollment.agreements import AgreementSigned


class InUse(NamedTuple):
    """The terms that an agreement goes by from now on (现行条款).

    Its prefund lies with the treatment center that they name, up to the quota that they name.
    """

    terms: AgreementSigned
