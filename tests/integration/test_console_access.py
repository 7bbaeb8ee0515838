"""Who comes to the pages: every page, every role, signed in or not, with users and without."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import argon2
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from kb import messages
from kb.console.mount import Console
from kb.console.signing import VISITOR, Gate, Visitor, visitor
from kb.errors import AccessDenied
from kb.store import passwords
from kb.types import Role
from kb.web.app import create_app
from kb.web.signed_in import COOKIE
from kb.wiring import Kb
from tests.fakes.shop import NOON, release, shop

SOCKET = "ws://kb.example/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
OWN = {"origin": "http://kb.example"}


class Echo:
    """Pages that say who looks at them, and send back what comes over a websocket."""

    def __init__(self) -> None:
        self.seen: list[Visitor] = []

    async def opened(self) -> ASGIApp:
        return self._serve

    async def close(self) -> None:
        pass

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = scope[VISITOR]
        self.seen.append(who)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await send({"type": "websocket.send", "text": message["text"]})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": f"{who.name} {who.role}".encode()})


@pytest.fixture(autouse=True, scope="module")
def cheap_passwords() -> Iterator[None]:
    """Hash as ever, in a hundredth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", lambda: cheap)
        yield


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return shop(f"sqlite:///{tmp_path / 'kb.db'}", serving=release())


@pytest.fixture
def pages() -> Echo:
    return Echo()


@contextmanager
def visiting(kb: Kb, pages: Echo, *, local: bool = False) -> Iterator[TestClient]:
    gate = Gate(kb)
    gate._users._remember_s = 0.0  # ask the store each time
    app = Console(create_app(kb), pages, gate)
    address, host = ("127.0.0.1", "http://127.0.0.1:8000") if local else ("192.0.2.7", "http://kb.example")
    with TestClient(app, base_url=host, client=(address, 50_000), follow_redirects=False) as client:
        yield client


def user(kb: Kb, role: Role = Role.AGENT) -> str:
    """Make a user and sign in; return the token."""
    kb.people.add(role, "", role, "a long password", by="test")
    return kb.people.sign_in(role, "a long password", "192.0.2.7")


@pytest.mark.parametrize("path", ["/desk", "/studio", "/insight", "/audit", "/desk/anything"])
def test_who_is_not_signed_in_is_led_to_the_door_and_back(kb: Kb, pages: Echo, path: str) -> None:
    user(kb)
    with visiting(kb, pages) as client:
        reply = client.get(f"{path}?tab=gaps")
        assert (reply.status_code, reply.headers["location"]) == (303, f"/sign-in?to={path}%3Ftab%3Dgaps&said=first")
        client.cookies[COOKIE] = "over"
        assert client.get(path).headers["location"].endswith("&said=expired")
    assert pages.seen == []


@pytest.mark.parametrize("path", ["/_nicegui/3/static/x.js", "/_nicegui_ws/socket.io/?EIO=4&transport=polling"])
def test_what_belongs_to_pages_is_refused_without_a_session(kb: Kb, pages: Echo, path: str) -> None:
    user(kb)
    with visiting(kb, pages) as client:
        assert client.get(path).status_code == 401
        assert client.post(path).status_code == 401
    assert pages.seen == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR, Role.ADMIN])
def test_who_is_signed_in_comes_in_as_who_they_are(kb: Kb, pages: Echo, role: Role) -> None:
    token = user(kb, role)
    with visiting(kb, pages) as client:
        client.cookies[COOKIE] = token
        assert client.get("/desk").text == f"{role} {role}"


def test_without_users_and_keys_the_own_machine_comes_in_as_admin_and_says_so(kb: Kb, pages: Echo) -> None:
    with visiting(kb, pages, local=True) as client:
        assert client.get("/audit").text == f"{messages.console.LOCAL} admin"
    assert pages.seen[0].open


@pytest.mark.parametrize("headers", [{"host": "kb.example"}, {"host": "127.0.0.1.evil.example"}])
def test_without_users_a_name_that_leads_to_this_machine_opens_nothing(
    kb: Kb, pages: Echo, headers: dict[str, str]
) -> None:
    with visiting(kb, pages, local=True) as client:
        assert client.get("/desk", headers=headers).status_code == 303


def test_without_users_nobody_else_comes_in(kb: Kb, pages: Echo) -> None:
    with visiting(kb, pages) as client:
        assert client.get("/desk").status_code == 303
    assert pages.seen == []


@pytest.mark.parametrize("what", ["key", "user"])
def test_the_first_key_or_user_closes_the_pages_for_the_own_machine(kb: Kb, pages: Echo, what: str) -> None:
    if what == "key":
        kb.store.keys.add("前端", Role.ASKER, NOON)
    else:
        user(kb)
    with visiting(kb, pages, local=True) as client:
        assert client.get("/desk").status_code == 303


def test_a_form_of_another_site_reaches_no_page(kb: Kb, pages: Echo) -> None:
    token = user(kb)
    with visiting(kb, pages) as client:
        client.cookies[COOKIE] = token
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            assert client.post("/_nicegui/client/x/upload/1", headers=headers).status_code == 403
        assert client.post("/_nicegui/client/x/upload/1", headers=OWN).status_code == 200


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_websocket_of_another_site_is_refused(kb: Kb, pages: Echo, headers: dict[str, str]) -> None:
    token = user(kb)
    with visiting(kb, pages) as client:
        client.cookies[COOKIE] = token
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers=headers):
            pass
    assert pages.seen == []


def test_a_websocket_ends_with_the_session_and_leads_to_the_door(kb: Kb, pages: Echo) -> None:
    token = user(kb)
    with visiting(kb, pages) as client:
        client.cookies[COOKIE] = token
        with client.websocket_connect(SOCKET, headers=OWN) as socket:
            socket.send_text('42["event",{}]')
            assert socket.receive_text() == '42["event",{}]'
            kb.people.set_active("agent", active=False, by="test")
            socket.send_text('42["event",{"secret": 1}]')
            assert "/sign-in?said=expired" in socket.receive_text()
            with pytest.raises(WebSocketDisconnect):
                socket.receive_text()


def test_a_page_without_a_session_that_connects_is_told_where_to_go_and_nothing_else(kb: Kb, pages: Echo) -> None:
    user(kb)
    with visiting(kb, pages) as client, client.websocket_connect(SOCKET, headers=OWN) as socket:
        opening = socket.receive_text()
        assert json.loads(opening.removeprefix("0"))["sid"] == "over"
        socket.send_text("40")
        assert socket.receive_text().startswith("40")
        event, told = json.loads(socket.receive_text().removeprefix("42"))
        assert event == "run_javascript"
        assert "/sign-in?said=expired" in told["code"]
    assert pages.seen == []


def test_looking_on_is_no_work_and_does_not_keep_a_session_alive(kb: Kb, pages: Echo) -> None:
    token = user(kb)
    before = kb.store.sessions.get(token, kb.clock.now())
    moved: Any = kb.clock
    with visiting(kb, pages) as client:
        client.cookies[COOKIE] = token
        with client.websocket_connect(SOCKET, headers=OWN) as socket:
            moved.move(kb.settings.session_idle / 2)
            socket.send_text('42["ack",{}]')
            socket.receive_text()
            assert kb.store.sessions.get(token, kb.clock.now()) == before
            socket.send_text('42["event",{}]')
            socket.receive_text()
            after = kb.store.sessions.get(token, kb.clock.now())
    assert before is not None
    assert after is not None
    assert after.expires_at - before.expires_at == kb.settings.session_idle / 2


def test_a_request_that_came_around_the_gate_is_nobodys() -> None:
    from starlette.requests import Request

    with pytest.raises(AccessDenied):
        visitor(Request({"type": "http", "headers": []}))
