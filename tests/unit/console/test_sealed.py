import asyncio
import re

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Message, Scope

from kb.console.paths import is_page
from kb.console.sealed import Sealed

PAGE = "<script>a()</script><p>&lt;script&gt;</p><script type=module>b()</script>"


def sent(response: Response) -> tuple[dict[str, str], str]:
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        messages.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/desk", "headers": []}
    asyncio.run(Sealed(response)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in messages[1:]).decode()


def test_the_scripts_of_a_page_carry_the_nonce_of_its_policy() -> None:
    headers, body = sent(HTMLResponse(PAGE))
    found = re.search(r"'nonce-([\w-]+)'", headers["content-security-policy"])
    assert found
    assert body.count(f'<script nonce="{found[1]}"') == 2
    assert "&lt;script&gt;" in body
    assert int(headers["content-length"]) == len(body.encode())
    assert headers["x-frame-options"] == "DENY"


def test_a_nonce_is_used_once() -> None:
    assert sent(HTMLResponse(PAGE))[1] != sent(HTMLResponse(PAGE))[1]


def test_what_is_no_page_goes_through_as_it_is() -> None:
    headers, body = sent(JSONResponse({"text": "<script>"}))
    assert body == '{"text":"<script>"}'
    assert "content-security-policy" in headers


def test_only_the_consoles_addresses_are_pages() -> None:
    assert all(is_page(path) for path in ("/desk", "/desk/x", "/studio", "/_nicegui/3/static/a.js", "/_nicegui_ws/"))
    assert not any(is_page(path) for path in ("/", "/desks", "/v1/tickets", "/docs", "/pages/chat.js"))
