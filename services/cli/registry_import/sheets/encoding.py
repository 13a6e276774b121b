"""Tells how a text file is encoded, before anything of it is read; one that nobody can tell is refused."""

import codecs
import re
from pathlib import Path

UTF_8, GBK = "utf-8-sig", "gb18030"
"""With or without a byte order mark; and GBK (国标码), as Excel saves a CSV in China, in its newest form."""

_CHUNK = 1 << 20  # bytes
_NO_TEXT = {
    UTF_8: re.compile("\0"),
    # What other encodings look like, read as this one: controls, and characters of nobody's.
    GBK: re.compile("[\0\x80-\x9f\ue000-\uf8ff]"),
}


def encoding_of(path: Path) -> str | None:
    """UTF_8, GBK, or None for all others, UTF-16 among them. Reads the file once, a chunk at a time."""
    return next((name for name in (UTF_8, GBK) if _is_text(path, name)), None)


def _is_text(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if _NO_TEXT[name].search(decoder.decode(chunk)):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
