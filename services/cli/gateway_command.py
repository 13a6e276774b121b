"""`yidi gateway`: the national form over HTTP, in front of the bus."""

import ipaddress
import ssl
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from shared.gateway.app import make_app
from shared.gateway.gateway import Gateway
from shared.log import start_logging
from shared.settings import Settings
from shared.stack import StackError, at_work

_PATIENCE_S = 30.0


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command("gateway")(gateway)


def gateway(  # noqa: PLR0917 (typer names them)
    node: Annotated[str, typer.Argument(help="本网关的节点 / the node that it speaks for")],
    folder: Annotated[Path, typer.Option(help="留存报文的目录 / where it keeps what is under way")],
    port: Annotated[int, typer.Option(help="端口 / port")] = 8400,
    host: Annotated[
        str, typer.Option(help="地址 / address; beyond this machine only with TLS")
    ] = "127.0.0.1",
    cert: Annotated[Path | None, typer.Option(help="服务器证书 / its certificate, PEM")] = None,
    key: Annotated[Path | None, typer.Option(help="证书私钥 / the key of it, PEM")] = None,
    client_ca: Annotated[
        Path | None, typer.Option(help="客户端证书的CA / who signs the certificates of its clients, PEM")
    ] = None,
    patience: Annotated[
        float, typer.Option(help="等候应答的秒数 / how long a desk waits, seconds")
    ] = _PATIENCE_S,
) -> None:
    """国家接口网关 / Speak the national transaction form over HTTP, and keep it through an outage.

    POST a transaction to /2401 (or all of them to /); the page of interfaces is /openapi.json.
    What cannot be delivered now is kept in the folder and delivered in order, also after a restart.

    Example: yidi gateway jinsha --folder ./gateway
    """
    given = [one is not None for one in (cert, key, client_ca)]
    if not all(given) and (any(given) or not _is_local(host)):
        typer.echo("须同时给出 --cert --key --client-ca / mutual TLS needs all three of them", err=True)
        raise typer.Exit(1)
    try:
        kafka = Settings().kafka or at_work(Settings()).kafka
    except StackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"http{'s' if cert else ''}://{host}:{port}/openapi.json", err=True)
    app = make_app(Gateway(kafka, node, folder, patience))
    start_logging()
    try:
        uvicorn.run(app, host=host, port=port, log_config=None, **_tls(cert, key, client_ca))
    except OSError as error:
        typer.echo(f"{host}:{port} {error.strerror}", err=True)
        raise typer.Exit(1) from None


def _tls(cert: Path | None, key: Path | None, client_ca: Path | None) -> dict[str, Any]:
    if client_ca is None:
        return {}
    authority = {"ssl_ca_certs": str(client_ca), "ssl_cert_reqs": ssl.CERT_REQUIRED}
    return {"ssl_certfile": cert, "ssl_keyfile": key, **authority}


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
