"""`yidi keys …`: the keys with which persons' identities are encrypted: shown, turned, given up."""

import json
from typing import Annotated

import typer

from services.cli.reading import read_database
from services.enrollment.persons.turning import count_by_key, turn
from shared.settings import Settings
from shared.trust.key_ring import changing, keep, ring_of

REFUSED = 1
keys = typer.Typer(no_args_is_help=True, help="身份信息的密钥 / the keys of persons' identities")
AsJson = Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")]


def register(app: typer.Typer) -> None:
    """Adds these commands to the yidi command."""
    app.add_typer(keys, name="keys")


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """列出密钥 / List the keys of this home: how many identities each encrypts, and which is the newest."""
    ring, counts = ring_of(Settings().home), read_database(count_by_key)
    public = ring.sealing_key().public_key
    if as_json:
        held = {key_id: counts.get(key_id, 0) for key_id in ring.key_ids}
        typer.echo(json.dumps({"identities": held, "newest": ring.newest, "public_key": public}))
        return
    for key_id in ring.key_ids:
        newest = f"  现用 / newest, {public}" if key_id == ring.newest else ""
        typer.echo(f"{key_id}  {counts.get(key_id, 0)}{newest}")


@keys.command("rotate")
def rotate() -> None:
    """轮换密钥 / Make a new key and encrypt all identities with it; older keys stay until dropped."""
    home = Settings().home
    read_database(count_by_key)  # before a key is made that nothing could use
    with changing(home):
        ring = ring_of(home).with_fresh_key()
        keep(home, ring)
    turned = read_database(lambda dsn: turn(dsn, ring))
    typer.echo(f"{ring.newest}: 重新加密 {turned} 条 / {turned} identities encrypted anew")


@keys.command("drop")
def drop(key_id: Annotated[str, typer.Argument(metavar="KEY", help="密钥标识 / the key's id")]) -> None:
    """弃用旧密钥 / Give an old key up for ever. Exit 1: it is the newest, unknown, or in use.

    Messages that were sealed for it and are not decided yet can no longer be opened: their senders are told.
    """
    home = Settings().home
    if count := read_database(count_by_key).get(key_id, 0):
        _stop(
            f"{key_id}: 仍有 {count} 条，先执行 yidi keys rotate / {count} left, run `yidi keys rotate` first"
        )
    with changing(home):
        try:
            keep(home, ring_of(home).without(key_id))
        except ValueError:
            _stop(f"{key_id}: 没有此密钥，或为现用密钥 / there is no such key, or it is the newest")
    typer.echo(f"{key_id}: 已弃用 / given up")


def _stop(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(REFUSED)
