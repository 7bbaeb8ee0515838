"""What a customer's browser needs: messages kept once, a place in the queue, and no more than its due."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.answer.office import OfficeHours
from kb.settings import Settings
from kb.types import ConversationId, Role
from kb.web.routes import conversations
from kb.wiring import Kb
from tests.fakes.browser import elsewhere, local
from tests.fakes.shop import NOON, SetClock, release, shop

SHOP = "https://www.shop.example"
HOURS = OfficeHours.read("Mon-Fri 09:00-18:00")


def kb_with(folder: Path, clock: SetClock | None = None, **settings: Any) -> Kb:
    kb = shop(f"sqlite:///{folder / 'kb.db'}", clock=clock, serving=release())
    kb.settings = replace(Settings(), **settings)
    return kb


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return kb_with(tmp_path, allowed_origins=SHOP, asker_limit=5)


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def asker(kb: Kb) -> dict[str, str]:
    _, secret = kb.store.keys.add("网页", Role.ASKER, NOON)
    return {"Authorization": f"Bearer {secret}"}


def say(text: str, message_id: str = "m-0000001", conversation: str = "c1") -> dict[str, str]:
    return {"question": text, "conversation_id": conversation, "message_id": message_id}


# --- a message is sent once --------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["怎么开发票", "券怎么用", "转人工"])
def test_a_message_that_is_sent_again_gets_the_same_reply_and_leaves_no_second_trace(
    client: TestClient, kb: Kb, question: str
) -> None:
    first, again = (client.post("/v1/answer", json=say(question)) for _ in range(2))
    assert again.json() == first.json()
    assert len(kb.store.answers.recent(10)) == 1
    assert len(kb.store.conversations.messages(ConversationId("c1"))) == 2
    assert len(kb.desk.tickets()) == (question == "转人工")


def test_what_an_agent_is_told_twice_reaches_the_agent_once(client: TestClient, kb: Kb) -> None:
    client.post("/v1/answer", json=say("转人工", "m-0000001"))
    first, again = (client.post("/v1/answer", json=say("在吗", "m-0000002")).json() for _ in range(2))
    assert (first["reason"], again) == ("with_agent", first)
    assert [line.text for line in kb.store.conversations.messages(ConversationId("c1"))][2:] == ["在吗"]


def test_the_same_message_sent_from_many_sides_at_once_is_kept_once(client: TestClient, kb: Kb) -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: client.post("/v1/answer", json=say("转人工")), range(16)))
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert len(kb.store.conversations.messages(ConversationId("c1"))) == 2


def test_a_message_id_is_good_within_its_conversation_only(client: TestClient) -> None:
    first = client.post("/v1/answer", json=say("怎么开发票", conversation="c1")).json()
    other = client.post("/v1/answer", json=say("多久发货", conversation="c2")).json()
    assert first["answer"]["entry_id"] == "invoice"
    assert other["answer"]["entry_id"] == "shipping"


def test_a_message_id_without_a_conversation_is_refused(client: TestClient) -> None:
    reply = client.post("/v1/answer", json={"question": "怎么开发票", "message_id": "m-0000001"})
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_input")


def test_nobody_gets_the_reply_to_another_keys_message(kb: Kb) -> None:
    mine, other = asker(kb), asker(kb)
    with elsewhere(kb) as client:
        client.post("/v1/answer", json=say("怎么开发票"), headers=mine)
        assert client.post("/v1/answer", json=say("怎么开发票"), headers=other).status_code == 404


def test_lines_come_with_the_senders_id_and_the_whole_reply(client: TestClient, kb: Kb) -> None:
    reply = client.post("/v1/answer", json=say("券怎么用")).json()
    kb.responder.respond(kb.matcher(), replace(_asked(kb), text="多久发货"))
    lines = client.get("/v1/conversations/c1/messages").json()["messages"]
    assert [line["message_id"] for line in lines] == ["m-0000001", "m-0000001", None, None]
    assert [line["reply"] for line in lines] == [None, reply, None, None]
    (second,) = client.get("/v1/conversations/c1/messages?after=1&limit=1").json()["messages"]
    assert second["reply"] == reply


def test_the_end_of_service_is_not_taken_for_a_reply(client: TestClient, kb: Kb) -> None:
    ticket = client.post("/v1/answer", json=say("转人工")).json()["ticket"]["id"]
    client.post("/v1/answer", json=say("在吗", "m-0000002"))
    client.post(f"/v1/tickets/{ticket}/claim?agent=小王")
    client.post(f"/v1/tickets/{ticket}/close?agent=小王", json={})
    last = client.get("/v1/conversations/c1/messages").json()["messages"][-1]
    assert (last["author"], last["message_id"], last["reply"]) == ("bot", None, None)


def test_what_was_sent_goes_with_its_conversation(client: TestClient, kb: Kb) -> None:
    client.post("/v1/answer", json=say("怎么开发票"))
    kb.store.conversations.forget(ConversationId("c1"))
    assert kb.store.sent.reply_to(ConversationId("c1"), "m-0000001") is None


def _asked(kb: Kb) -> Any:
    from kb.answer.respond import Asked

    return Asked("", ConversationId("c1"))


# --- the place in the queue --------------------------------------------------------------------------------------


def hand_over(client: TestClient, conversation: str, question: str = "转人工") -> str:
    body = client.post("/v1/answer", json={"question": question, "conversation_id": conversation}).json()
    return str(body["ticket"]["id"])


def standing(client: TestClient, conversation: str) -> Any:
    return client.get(f"/v1/conversations/{conversation}").json()


def test_who_waits_learns_how_many_come_before(tmp_path: Path) -> None:
    clock = SetClock()
    with local(kb_with(tmp_path, clock)) as client:
        client.post("/v1/answer", json={"question": "怎么开发票", "conversation_id": "c0"})
        assert standing(client, "c0")["who"] == "bot"
        tickets = []
        for conversation in ("c1", "c2", "c3"):
            tickets.append(hand_over(client, conversation))
            clock.move(timedelta(minutes=1))
        assert [standing(client, name)["ahead"] for name in ("c1", "c2", "c3")] == [0, 1, 2]
        assert standing(client, "c3")["message"] == "您前面还有 2 位顾客，客服会按顺序回复您。"

        hand_over(client, "c4", "我要投诉你们")  # urgent ones come first
        assert [standing(client, name)["ahead"] for name in ("c4", "c1", "c3")] == [0, 1, 3]

        client.post(f"/v1/tickets/{tickets[0]}/claim?agent=小王")
        claimed = standing(client, "c1")
        assert (claimed["who"], claimed["ahead"], claimed["message"]) == ("agent", None, "人工客服正在为您服务。")
        assert standing(client, "c3")["ahead"] == 2

        client.post(f"/v1/tickets/{tickets[0]}/close?agent=小王", json={})
        assert standing(client, "c1")["who"] == "bot"


def test_the_place_is_the_one_in_the_agents_list(tmp_path: Path) -> None:
    with local(kb_with(tmp_path)) as client:  # the clock stands still: many are due at the same moment
        for number in range(12):
            hand_over(client, f"c{number}", "我要投诉你们" if number % 4 == 0 else "转人工")
        listed = [ticket["conversation_id"] for ticket in client.get("/v1/tickets?state=waiting").json()["tickets"]]
        assert [standing(client, name)["ahead"] for name in listed] == list(range(12))


def test_in_office_hours_somebody_is_there(tmp_path: Path) -> None:
    with local(kb_with(tmp_path, office_hours=HOURS)) as client:  # Thursday, 14:05
        hand_over(client, "c1")
        found = standing(client, "c1")
    assert found["office"] == {
        "open": True,
        "hours": "周一至周五 09:00–18:00",
        "opens_at": None,
        "closes_at": "2026-11-19T18:00:00+08:00",
    }
    assert found["message"] == "下一位就是您，客服会尽快回复您。"


def test_after_hours_it_is_said_when_somebody_will_be_there(tmp_path: Path) -> None:
    clock = SetClock(datetime(2026, 11, 20, 12, 30, tzinfo=UTC))  # Friday, 20:30 in Shanghai
    with local(kb_with(tmp_path, clock, office_hours=HOURS)) as client:
        hand_over(client, "c1")
        found = standing(client, "c1")
    assert (found["office"]["open"], found["office"]["opens_at"]) == (False, "2026-11-23T09:00:00+08:00")
    assert "客服会在周一 09:00 上班后按顺序回复您" in found["message"]


def test_a_standing_is_for_the_key_that_began_the_conversation(kb: Kb) -> None:
    mine, other = asker(kb), asker(kb)
    with elsewhere(kb) as client:
        client.post("/v1/answer", json=say("转人工"), headers=mine)
        assert client.get("/v1/conversations/c1", headers=mine).json()["who"] == "queue"
        assert client.get("/v1/conversations/c1", headers=other).status_code == 404


# --- other sites -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/answer", "/v1/suggest", "/v1/feedback", "/v1/conversations/c1/events"])
def test_a_site_that_is_allowed_may_ask_first_and_remember_the_answer(client: TestClient, path: str) -> None:
    reply = client.options(path, headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"})
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == SHOP
    assert {"authorization", "content-type", "last-event-id"} <= set(
        reply.headers["access-control-allow-headers"].split(", ")
    )
    assert int(reply.headers["access-control-max-age"]) >= 7200
    assert "access-control-allow-credentials" not in reply.headers
    assert reply.headers["vary"] == "Origin"


def test_a_site_that_is_allowed_reads_replies_and_problems(client: TestClient) -> None:
    for reply in (
        client.post("/v1/answer", json=say("怎么开发票"), headers={"Origin": SHOP}),
        client.post("/v1/answer", json={}, headers={"Origin": SHOP}),
    ):
        assert reply.headers["access-control-allow-origin"] == SHOP
        assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://www.shop.example.evil.example", "null"])
@pytest.mark.parametrize("path", ["/v1/answer", "/v1/conversations/c1/events", "/v1/conversations/c1"])
def test_every_other_site_is_refused(client: TestClient, origin: str, path: str) -> None:
    client.post("/v1/answer", json=say("怎么开发票"))
    asked = client.post if path == "/v1/answer" else client.get
    reply = asked(path, headers={"Origin": origin})
    assert (reply.status_code, reply.json()["code"]) == (403, "origin_not_allowed")
    before = client.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    for one in (reply, before):
        assert "access-control-allow-origin" not in one.headers


def test_a_site_that_may_ask_may_not_work_on_tickets(client: TestClient) -> None:
    ticket = hand_over(client, "c1")
    for origin in (SHOP, "https://evil.example"):
        reply = client.post(f"/v1/tickets/{ticket}/claim?agent=x", headers={"Origin": origin})
        assert reply.status_code == 403
    assert client.get(f"/v1/tickets/{ticket}").json()["state"] == "waiting"


def test_the_services_own_pages_are_no_other_site(client: TestClient) -> None:
    own = {"Origin": "http://127.0.0.1:8000"}
    assert client.post("/v1/answer", json=say("怎么开发票"), headers=own).status_code == 200
    behind_a_proxy = {"Origin": "https://help.shop.example", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/answer", json=say("怎么开发票"), headers=behind_a_proxy).status_code == 200


# --- how much may be asked ---------------------------------------------------------------------------------------


def test_an_askers_key_asks_so_much_a_minute_from_one_address(kb: Kb) -> None:
    key = asker(kb)
    with elsewhere(kb) as client:
        codes = [client.post("/v1/answer", json={"question": "怎么开发票"}, headers=key) for _ in range(6)]
    assert [reply.status_code for reply in codes] == [200] * 5 + [429]
    assert codes[-1].json()["code"] == "too_many_requests"
    assert 1 <= int(codes[-1].headers["retry-after"]) <= 12


def test_typing_counts_less_than_asking(kb: Kb) -> None:
    key = asker(kb)
    with elsewhere(kb) as client:
        typed = [client.get("/v1/suggest?q=发票", headers=key).status_code for _ in range(40)]
    assert set(typed) == {200}


def test_agents_and_the_own_machine_are_not_counted(kb: Kb) -> None:
    key = asker(kb)
    _, secret = kb.store.keys.add("小王", Role.AGENT, NOON)
    with elsewhere(kb) as client:
        agent = [client.get("/v1/suggest?q=a", headers={"X-API-Key": secret}).status_code for _ in range(100)]
    with local(kb) as client:
        here = [client.post("/v1/answer", json={"question": "怎么开发票"}, headers=key).status_code for _ in range(20)]
    assert set(agent + here) == {200}


def test_an_askers_key_holds_so_many_streams_from_one_address(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_STREAMS", 0)
    key = asker(kb)
    with elsewhere(kb) as client:
        client.post("/v1/answer", json=say("转人工"), headers=key)
        reply = client.get("/v1/conversations/c1/events", headers=key)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")


# --- the script --------------------------------------------------------------------------------------------------


def test_the_script_is_small_and_loaded_again_only_when_it_changed(client: TestClient) -> None:
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age" in plain.headers["cache-control"]
    assert len(plain.content) < 30_000
    packed = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    for reply in (plain, packed):
        again = client.get("/widget.js", headers={"If-None-Match": reply.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_script_makes_no_markup_from_text(client: TestClient) -> None:
    text = client.get("/widget.js").text
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert unsafe not in text
