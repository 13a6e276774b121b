"""A database's address (DSN) and the password in it, which is neither printed nor given on a command line."""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from shared.stack.error import StackError

_PASSWORD = re.compile(r"(postgres(?:ql)?://[^:/@\s]*):\S*@|(\bpassword=)[^&\s'\"]+")


def mask(text: str) -> str:
    """The text with `***` for each password in an address; rather too much of it than too little."""
    return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[1] else f"{found[2]}***", text)


def check(dsn: str) -> str:
    """The address itself. Raises StackError, which does not quote it, where it cannot be read."""
    try:
        parts = urlsplit(dsn)
        well = parts.scheme in {"postgres", "postgresql"} and (parts.port or True)
    except ValueError:
        well = False
    if not well:
        raise StackError(
            "YIDI_POSTGRES 不是有效地址，应为 postgresql://用户:密码@主机:端口/库；"
            "密码中的特殊字符须写成 %XX。",
            "YIDI_POSTGRES is no valid address: postgresql://user:password@host:port/database;"
            " write special characters of the password as %XX.",
        )
    return dsn


def without_password(dsn: str) -> tuple[str, str]:
    """The address as it may stand on a command line, and the password."""
    parts = urlsplit(dsn)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    query = parse_qsl(parts.query)
    kept = [(key, value) for key, value in query if key != "password"]
    given = next((value for key, value in query if key == "password"), unquote(password))
    bare = parts._replace(netloc=f"{name}@{host}" if user else host, query=urlencode(kept))
    return bare.geturl(), given
