"""The OpenAPI document, and a page at /docs that shows it: one file of HTML, nothing from anywhere else."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.responses import HTMLResponse, JSONResponse

from kb.web.failures import MEDIA_TYPE
from kb.web.schemas import Given, Problem

_ABOUT = (
    "Answers customers' questions from an editors' knowledge base, and hands the rest to people. "
    "Send a key as `Authorization: Bearer kb_…` or `X-API-Key`; on its own machine a service without any key is open. "
    "Roles, each with what the ones before it may do: asker, agent, editor, admin. "
    "Every failure is a problem document (RFC 9457) with a stable `code`."
)
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}, {}]
_OPEN_PATHS = ("/healthz", "/readyz")

Json = Mapping[str, Any]


def add_document(app: FastAPI) -> None:
    """Serve /openapi.json and /docs."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    async def document() -> JSONResponse:
        return JSONResponse(app.openapi())

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()), headers={"Content-Security-Policy": _POLICY})


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title="kb", version=app.version, description=_ABOUT, routes=app.routes)
    models: list[type[Given | Problem]] = [*_bodies(Given), Problem]
    _, own = models_json_schema([(m, "validation") for m in models], ref_template="#/components/schemas/{model}")
    components = schema.setdefault("components", {})
    schemas = {**components.get("schemas", {}), **own["$defs"]}
    components["schemas"] = {n: s for n, s in schemas.items() if n not in ("HTTPValidationError", "ValidationError")}
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    failure = {
        "description": "A problem; see `code`",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = failure
            if path not in _OPEN_PATHS:
                operation["security"] = _SECURITY
    return schema


def _bodies(model: type[Given]) -> Iterator[type[Given]]:
    """Yield every request body that there is: routes read them by themselves, so that FastAPI doesn't know them."""
    for one in model.__subclasses__():
        yield one
        yield from _bodies(one)


# --- the page ----------------------------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
h1 small, .type, .note { color: light-dark(#59616d, #a8b0bc); font-weight: normal }
h2 { margin: 2.5rem 0 .5rem; border-bottom: 1px solid #8884; padding-bottom: .3rem }
details { border: 1px solid #8884; border-radius: .5rem; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer; font-family: ui-monospace, monospace }
summary span { font-family: system-ui, sans-serif; color: light-dark(#59616d, #a8b0bc); margin-left: .6rem }
.get, .post { display: inline-block; min-width: 3.2rem; font-weight: 700 }
.get { color: light-dark(#146b42, #6fd3a0) } .post { color: light-dark(#2463c9, #9cbcff) }
a { color: light-dark(#2463c9, #9cbcff) }
table { border-collapse: collapse; width: 100%; margin: .3rem 0 .8rem; font-size: .93rem }
td { border-top: 1px solid #8883; padding: .25rem .6rem .25rem 0; vertical-align: top }
td:first-child { font-family: ui-monospace, monospace; white-space: pre }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def page(schema: Json) -> str:
    """Return the document as a page for people."""
    groups: dict[str, list[str]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            group = next(iter(operation.get("tags", ())), "other")
            groups.setdefault(group, []).append(_operation(schema, method, path, operation))
    body = "".join(f"<h2>{escape(group)}</h2>{''.join(parts)}" for group, parts in groups.items())
    title = f"{escape(schema['info']['title'])} API"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style>'
        '<link rel="icon" href="/pages/icon.svg" type="image/svg+xml"></head><body><main>'
        f"<h1>{title} <small>version {escape(schema['info']['version'])}</small></h1>"
        f"<p>{escape(schema['info']['description'])}</p>"
        f'<p>For programs: <a href="openapi.json">openapi.json</a></p>{body}</main></body></html>'
    )


def _operation(schema: Json, method: str, path: str, operation: Json) -> str:
    parts = [f"<p>{escape(operation.get('description', ''))}</p>"]
    if rows := "".join(_parameter(one) for one in operation.get("parameters", ())):
        parts.append(f"<b>Parameters</b><table>{rows}</table>")
    if asked := operation.get("requestBody"):
        parts.append(f"<b>Body</b>{_content(schema, asked)}")
    for status, reply in operation["responses"].items():
        if status != "default":
            parts.append(f"<b>{escape(status)}</b> {escape(reply.get('description', ''))}{_content(schema, reply)}")
    title = (
        f'<b class="{method}">{method.upper()}</b> {escape(path)}<span>{escape(operation.get("summary", ""))}</span>'
    )
    return f"<details><summary>{title}</summary>{''.join(parts)}</details>"


def _parameter(parameter: Json) -> str:
    where = f"{parameter['in']}, required" if parameter.get("required") else parameter["in"]
    return _row(parameter["name"], f"{_type(parameter['schema'])} ({where})", parameter.get("description", ""))


def _content(schema: Json, holder: Json) -> str:
    media = holder.get("content", {}).get("application/json")
    return f"<table>{''.join(_rows(schema, media['schema'], 0))}</table>" if media else ""


def _rows(schema: Json, described: Json, depth: int) -> Iterator[str]:
    """One row a field, those of inner objects indented under it."""
    resolved = _resolve(schema, described)
    required = resolved.get("required", ())
    for name, field in resolved.get("properties", {}).items():
        mark = "" if name in required else "?"
        yield _row("  " * depth + name + mark, _type(field), field.get("description", ""))
        yield from _rows(schema, _inner(field), depth + 1)


def _inner(field: Json) -> Json:
    """The object that a field holds, alone, in a list or as one possibility."""
    for choice in field.get("anyOf", ()):
        if choice.get("type") != "null":
            return _inner(choice)
    items = field.get("items", field)
    return items if "$ref" in items else {}


def _resolve(schema: Json, described: Json) -> Json:
    reference = described.get("$ref")
    found: Json = schema["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else described
    return found


def _type(field: Json) -> str:
    if "anyOf" in field:
        return " | ".join(_type(choice) for choice in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[1])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    words = [str(field.get("format") or field.get("type", "any"))]
    low, high = (field.get(f"{kind}Length", field.get(kind + "imum")) for kind in ("min", "max"))
    if low is not None or high is not None:
        words.append(f"{'' if low is None else low}…{'' if high is None else high}")
    return " ".join(words)


def _row(name: str, kind: str, note: str) -> str:
    return f'<tr><td>{escape(name)}</td><td class="type">{escape(kind)}</td><td class="note">{escape(note)}</td></tr>'
