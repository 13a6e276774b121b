"""The OpenAPI page of the gateway (接口文档), made from the forms and the golden pairs."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from shared.gateway.forms.envelope import Envelope
from shared.gateway.page.words import meanings, words
from shared.gateway.table import TABLE

EXAMPLES = Path(__file__).parent / "examples"
_REF = "#/components/schemas/{model}"
_REPLY = {
    "type": "object",
    "title": "Reply",
    "description": "应答 / the reply: infcode 0 成功 / done, -1 失败 / refused, err_msg 说明 / says why",
    "required": ["infcode", "err_msg", "output"],
    "properties": {
        "infcode": {"type": "integer", "enum": [0, -1]},
        "inf_refmsgid": {"type": "string", "maxLength": 30},
        "refmsg_time": {"type": "string", "pattern": "^[0-9]{17}$"},
        "respond_time": {"type": "string", "pattern": "^[0-9]{17}$"},
        "err_msg": {"type": "string"},
        "output": {"type": "object"},
    },
}


@cache
def make() -> dict[str, Any]:
    """The whole page."""
    schemas: dict[str, Any] = {"Reply": _REPLY}
    paths = {f"/{row.infno}": {"post": _operation(row.infno, schemas)} for row in words()}
    page: dict[str, Any] = _explained(
        {
            "openapi": "3.1.0",
            "info": {"title": "Yidi gateway 异地就医结算网关", "version": "1"},
            "paths": paths,
            "components": {"schemas": schemas},
        }
    )
    return page


def _explained(part: Any) -> Any:
    """A part of the page in which each field says what it means, before what is said of its form."""
    if isinstance(part, list):
        return [_explained(one) for one in part]
    if not isinstance(part, dict):
        return part
    told = {name: _explained(value) for name, value in part.items() if name != "example"}
    if isinstance(part.get("properties"), dict):
        told["properties"] = {name: _told(name, field) for name, field in told["properties"].items()}
    return told | ({"example": part["example"]} if "example" in part else {})


def _told(name: str, field: dict[str, Any]) -> dict[str, Any]:
    form = field.get("description")
    plain = {key: value for key, value in field.items() if key != "title"}
    return {**plain, "description": "\n".join(filter(None, (meanings()[name], form)))}


def _operation(infno: str, schemas: dict[str, Any]) -> dict[str, Any]:
    row = next(row for row in words() if row.infno == infno)
    pair = example(infno)
    return {
        "operationId": f"t{infno}",
        "summary": f"{row.name_zh} / {row.name_en}",
        "description": f"{row.messages or '—'}. {row.without_counterpart} {row.source}".strip(),
        "requestBody": {"required": True, "content": _content(_request(infno, schemas), pair.get("request"))},
        "responses": {
            "200": {
                "description": "应答 / the reply",
                "content": _content({"$ref": _REF.format(model="Reply")}, pair.get("reply")),
            }
        },
    }


def _content(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, **({"example": example} if example else {})}}


def _request(infno: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """The envelope with this transaction's input; the schemas it names are added to `schemas`."""
    envelope = Envelope.model_json_schema(ref_template=_REF)
    envelope["properties"] |= {"infno": {"const": infno}, "input": _input(infno, schemas)}
    return envelope


def _input(infno: str, schemas: dict[str, Any]) -> dict[str, Any]:
    if infno not in TABLE:
        return {"type": "object"}
    prefix = f"t{infno}_"
    made = TABLE[infno].form.model_json_schema(ref_template=_REF.format(model=prefix + "{model}"))
    for name, schema in made.pop("$defs", {}).items():
        schemas[prefix + name] = schema
    return made


def example(infno: str) -> dict[str, Any]:
    """The golden pair of a transaction: a request, and the reply of the live services to it."""
    path = EXAMPLES / f"{infno}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}
