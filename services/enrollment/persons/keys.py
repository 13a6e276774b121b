"""Names the sealed texts that messages bring, with whom each says it is about (密封内容的键). Pure."""

from shared.messages.enrollment.credentials import RegisterCredential
from shared.messages.enrollment.persons import FindPerson, RegisterPerson

KEY_SEPARATOR = " "
"""Stands between the parts of a key, which have no space themselves."""


def of_identity(body: RegisterPerson) -> str:
    """A sealed identity: the person and the text."""
    return KEY_SEPARATOR.join((body.person_id, body.sealed))


def of_credential(body: RegisterCredential) -> str:
    """A credential to be registered: the person, its kind and the text."""
    return KEY_SEPARATOR.join((body.person_id, body.credential, body.sealed))


def of_shown(body: FindPerson) -> str:
    """A credential that is shown: the institution, its kind and the text."""
    return KEY_SEPARATOR.join((body.institution_id, body.credential, body.sealed))
