"""Writes the contracts anew: `python -m shared.contracts`."""

from shared.contracts.files import HOME, build


def main() -> None:
    """Writes every generated file and removes those that are no longer generated."""
    files = build()
    for folder in ("schemas", "examples"):
        for old in (HOME / folder).glob("*.json"):
            if f"{folder}/{old.name}" not in files:
                old.unlink()
    for name, text in files.items():
        path = HOME / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(files)} files")


main()
