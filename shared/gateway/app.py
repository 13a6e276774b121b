"""The gateway over HTTP (网关服务): one address a transaction, and one for all; its page of interfaces."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response

from shared.gateway.forms.envelope import Envelope, read_envelope
from shared.gateway.forms.fault import FaultError
from shared.gateway.gateway import Gateway
from shared.gateway.kept import read, write
from shared.gateway.page import openapi
from shared.gateway.table import SIGN_IN, SIGN_OUT, TABLE

MOST_BYTES = 2_000_000
CHARSETS = ("utf-8", "utf8", "gbk", "gb18030", "gb2312")  # some others take minutes, or are none
log = structlog.get_logger()
Handler = Callable[[Request], Awaitable[Response]]


def make_app(gateway: Gateway) -> FastAPI:
    """The application; it shows no page that loads anything from elsewhere, since a desk has no internet."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with gateway:
            yield

    app = FastAPI(title="Yidi gateway", lifespan=running, docs_url=None, redoc_url=None, openapi_url=None)
    for infno in (SIGN_IN, SIGN_OUT, *TABLE):
        app.post(f"/{infno}")(_handler(gateway, infno))
    app.post("/")(_handler(gateway, ""))
    for status in (404, 405):
        app.exception_handler(status)(_elsewhere)

    @app.get("/openapi.json")
    async def page() -> Response:
        return _json(json.dumps(openapi.make(), ensure_ascii=False))

    @app.get("/health")
    async def health() -> Response:
        return _json(json.dumps({"waiting": await gateway.waiting()}))

    return app


def _handler(gateway: Gateway, infno: str) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            return _json(await gateway.answer(await _envelope(request, infno)))
        except FaultError as fault:
            return _refusal(fault)
        except Exception as error:  # told without what the body said
            log.error("gateway.failed", type=infno, error=type(error).__name__)
            return _refusal(FaultError("INTERNAL"))

    return handle


async def _envelope(request: Request, infno: str) -> Envelope:
    envelope = read_envelope(_decode(await _body(request), request.headers.get("content-type", "")))
    if infno and envelope.infno != infno:
        raise FaultError("INFNO_DIFFERS", f"{infno}, {envelope.infno}")
    return envelope


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise FaultError("TOO_LARGE", f"{MOST_BYTES}")
    return bytes(body)


def _decode(body: bytes, content_type: str) -> Any:
    """A body in the charset that its header says, else in UTF-8. Raises FaultError."""
    _, _, told = content_type.lower().partition("charset=")
    charset = told.partition(";")[0].strip(' "') or "utf-8"
    try:
        if charset not in CHARSETS:
            raise ValueError(charset)
        text = body.decode(charset)
    except ValueError:
        raise FaultError("NOT_UTF8", f"charset: {', '.join(CHARSETS)}") from None
    try:
        return read(text)
    except (ValueError, RecursionError):
        raise FaultError("NOT_JSON") from None


def _refusal(fault: FaultError) -> Response:
    return _json(write({"infcode": -1, "err_msg": str(fault), "output": {}}))


async def _elsewhere(request: Request, _: Exception) -> Response:
    return _refusal(FaultError("UNKNOWN_INFNO", f"{request.method} {request.url.path[:40]}"))


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
