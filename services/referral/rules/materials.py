"""What an area asks of a new filing: what is shown with it, and the channel it comes by, 001 (十三). Pure."""

from services.referral.model.chain import FilingRules
from services.referral.model.filing import Filing
from shared.errors import refuse
from shared.messages.answer import Answer


def not_taken(rules: FilingRules, filing: Filing) -> Answer | None:
    """The refusal of a filing by a channel its area has not opened, or without its material; none: neither.

    A promise (承诺书) stands for all that is not shown, where the area takes it for this kind. What was shown
    with the filing that this one continues is there already.
    """
    if rules.channels and filing.channel not in rules.channels:
        return refuse("CHANNEL_NOT_OPEN", f"channel: {filing.channel}; {' '.join(rules.channels)}")
    listed = next((one for one in rules.required_materials if one.kind == filing.kind), None)
    if listed is None or (listed.commitment_accepted and "commitment" in filing.materials):
        return None
    missing = [name for name in listed.needed if name not in _shown(filing)]
    if not missing:
        return None
    promise = "; commitment" if listed.commitment_accepted else ""
    return refuse("MATERIAL_MISSING", f"materials: {' '.join(missing)}{promise}")


def _shown(filing: Filing) -> set[str]:
    """What was shown with a filing; a certificate that is named is shown."""
    return {*filing.materials, *(["referral_certificate"] if filing.certificate_id else [])}
