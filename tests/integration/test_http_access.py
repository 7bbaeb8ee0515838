from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.errors import AccessDenied
from kb.store.store import Store
from kb.types import Key, Role
from kb.web.access import Door
from kb.wiring import Kb
from tests.fakes.browser import elsewhere, local
from tests.fakes.shop import NOON, release, shop

ASK = {"question": "转人工"}


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return shop(f"sqlite:///{tmp_path / 'kb.db'}", serving=release())


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def made(kb: Kb, role: Role, name: str = "某人") -> tuple[Key, dict[str, str]]:
    key, secret = kb.store.keys.add(name, role, NOON)
    return key, {"Authorization": f"Bearer {secret}"}


def test_without_any_key_the_own_machine_may_do_everything(client: TestClient) -> None:
    assert client.post("/v1/answer", json=ASK).status_code == 200
    assert client.get("/v1/tickets").status_code == 200


def test_without_any_key_another_machine_is_refused(kb: Kb) -> None:
    with elsewhere(kb) as client:
        reply = client.post("/v1/answer", json=ASK)
        assert (reply.status_code, reply.json()["code"]) == (401, "access_denied")
        assert client.get("/healthz").status_code == 200


def test_without_any_key_a_page_that_resolves_to_this_machine_is_refused(client: TestClient) -> None:
    reply = client.post("/v1/answer", json=ASK, headers={"Host": "evil.example"})
    assert reply.status_code == 401


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_the_own_machine_goes_by_several_names(client: TestClient, host: str) -> None:
    assert client.post("/v1/answer", json=ASK, headers={"Host": host}).status_code == 200


def test_once_a_key_exists_every_machine_needs_one(kb: Kb) -> None:
    made(kb, Role.ASKER)
    with local(kb) as client:
        reply = client.post("/v1/answer", json=ASK)
    assert (reply.status_code, reply.json()["code"]) == (401, "access_denied")
    assert reply.headers["www-authenticate"].startswith("Bearer")


def test_a_key_opens_from_anywhere_in_either_header(kb: Kb) -> None:
    _, secret = kb.store.keys.add("前端", Role.ASKER, NOON)
    with elsewhere(kb) as client:
        for headers in (
            {"Authorization": f"Bearer {secret}"},
            {"authorization": f"bearer  {secret}"},
            {"X-API-Key": secret},
        ):
            assert client.post("/v1/answer", json=ASK, headers=headers).status_code == 200


@pytest.mark.parametrize("sent", ["Bearer kb_wrong", "Bearer ", "Basic a2I6a2I=", "Bearer \xff\xfe", "kb_x"])
def test_a_wrong_key_is_refused(kb: Kb, sent: str) -> None:
    made(kb, Role.ADMIN)
    with local(kb) as client:
        reply = client.post("/v1/answer", json=ASK, headers=[(b"authorization", sent.encode("latin-1"))])
    assert (reply.status_code, reply.json()["code"]) == (401, "access_denied")


@pytest.mark.parametrize(
    ("path", "needs"),
    [
        ("/v1/suggest?q=发票", Role.ASKER),
        ("/v1/search?q=发票", Role.AGENT),
        ("/v1/tickets", Role.AGENT),
        ("/v1/tickets/tkt_none", Role.AGENT),
        ("/v1/tickets/tkt_none/events", Role.AGENT),
        ("/metrics", Role.AGENT),
    ],
)
def test_a_role_may_what_it_needs_and_no_more(kb: Kb, path: str, needs: Role) -> None:
    keys = {role: made(kb, role)[1] for role in Role}
    with elsewhere(kb) as client:
        for rank, role in enumerate(Role):
            allowed = rank >= list(Role).index(needs)
            reply = client.get(path, headers=keys[role])
            assert (reply.status_code != 403) is allowed, role
            assert allowed or reply.json()["code"] == "role_too_low"


@pytest.mark.parametrize("step", ["claim", "release", "reply", "transfer", "return", "close"])
def test_an_asker_takes_no_step_on_a_ticket(kb: Kb, step: str) -> None:
    _, asker = made(kb, Role.ASKER)
    with elsewhere(kb) as client:
        ticket = client.post("/v1/answer", json=ASK, headers=asker).json()["ticket"]["id"]
        reply = client.post(f"/v1/tickets/{ticket}/{step}", json={"text": "a", "to": "b"}, headers=asker)
    assert reply.status_code == 403


def test_health_and_documents_need_no_key(kb: Kb) -> None:
    made(kb, Role.ASKER)
    with elsewhere(kb) as client:
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
            assert client.get(path).status_code == 200


def test_a_conversation_is_the_keys_that_opened_it(kb: Kb) -> None:
    _, mine = made(kb, Role.ASKER)
    _, other = made(kb, Role.ASKER)
    _, agent = made(kb, Role.AGENT)
    with elsewhere(kb) as client:
        conversation = client.post("/v1/answer", json=ASK, headers=mine).json()["conversation_id"]
        address = f"/v1/conversations/{conversation}"
        assert client.get(f"{address}/messages", headers=mine).status_code == 200
        assert client.get(f"{address}/messages", headers=agent).status_code == 200
        unknown = client.get("/v1/conversations/conv_none/messages", headers=other)
        for path in ("messages", "events"):
            refused = client.get(f"{address}/{path}", headers=other)
            assert refused.status_code == 404
            assert refused.json()["code"] == unknown.json()["code"]
        said = client.post("/v1/answer", json={**ASK, "conversation_id": conversation}, headers=other)
        assert said.status_code == 404
        assert len(kb.store.conversations.messages(conversation)) == 2


def test_the_agent_is_the_keys_name_whatever_the_request_says(kb: Kb) -> None:
    _, agent = made(kb, Role.AGENT, "小王")
    with elsewhere(kb) as client:
        ticket = client.post("/v1/answer", json=ASK, headers=agent).json()["ticket"]["id"]
        claimed = client.post(f"/v1/tickets/{ticket}/claim?agent=老板", headers=agent).json()
    assert claimed["assignee"] == "小王"


def test_a_revoked_key_is_refused_within_a_second() -> None:
    store = Store.open("sqlite://")
    key, secret = store.keys.add("前端", Role.ASKER, NOON)
    clock = [0.0]
    door = Door(store.keys, monotonic=lambda: clock[0])
    scope = {"headers": [(b"x-api-key", secret.encode())], "client": ("192.0.2.7", 1)}
    assert door.admit(scope, Role.ASKER).key_id == key.id
    store.keys.revoke(key.id, NOON)
    clock[0] = 1.0
    with pytest.raises(AccessDenied):
        door.admit(scope, Role.ASKER)


def test_revoking_the_last_key_does_not_open_the_door() -> None:
    store = Store.open("sqlite://")
    key, _ = store.keys.add("前端", Role.ASKER, NOON)
    store.keys.revoke(key.id, NOON)
    scope = {"headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1)}
    with pytest.raises(AccessDenied):
        Door(store.keys).admit(scope, Role.ASKER)


def test_the_store_is_asked_once_a_second_at_most() -> None:
    store = Store.open("sqlite://")
    _, secret = store.keys.add("前端", Role.ASKER, NOON)
    clock = [0.0]
    door = Door(store.keys, monotonic=lambda: clock[0])
    scope = {"headers": [(b"x-api-key", secret.encode())], "client": ("192.0.2.7", 1)}
    door.admit(scope, Role.ASKER)
    store.close()
    clock[0] = 0.9
    assert door.admit(scope, Role.ASKER).role is Role.ASKER


def test_no_other_site_may_read_replies(client: TestClient) -> None:
    reply = client.options(
        "/v1/answer", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert reply.status_code == 405
    assert not [name for name in reply.headers if name.startswith("access-control-")]
