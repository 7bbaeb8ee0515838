from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb import messages
from kb.settings import Settings
from kb.types import EntryId, EntryState, Role, SourcedEntry, TicketId
from kb.wiring import Kb
from tests.fakes.browser import local
from tests.fakes.shop import ENTRIES, release, shop


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = shop(f"sqlite:///{tmp_path / 'kb.db'}", serving=release())
    kb.store.entries.apply(
        [SourcedEntry(one, "shop.csv") for one in ENTRIES], [], author="编辑", now=kb.clock.now(), expect=0
    )
    return kb


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def ask(client: TestClient, question: str) -> str:
    asked = client.post("/v1/answer", json={"question": question}).json()
    return str(asked["ticket"]["id"])


def step(client: TestClient, ticket: str, name: str, status: int = 200, **body: object) -> dict[str, Any]:
    reply = client.post(f"/v1/tickets/{ticket}/{name}", params={"agent": "小王"}, json=body)
    assert reply.status_code == status, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_a_note_is_among_the_events_and_not_in_the_conversation(client: TestClient) -> None:
    ticket = ask(client, "转人工，有没有实体店")
    noted = step(client, ticket, "notes", 201, text="老顾客")
    assert (noted["kind"], noted["actor"], noted["detail"]) == ("noted", "小王", {"text": "老顾客"})
    assert client.get(f"/v1/tickets/{ticket}/events").json()["events"][-1] == noted
    assert "老顾客" not in str(client.get(f"/v1/tickets/{ticket}").json()["messages"])


def test_a_ticket_goes_to_a_team_or_a_colleague_but_not_to_both(client: TestClient) -> None:
    ticket = ask(client, "转人工，有没有实体店")
    step(client, ticket, "claim")
    step(client, ticket, "transfer", 422, to="小李", team="售后组")
    step(client, ticket, "transfer", 422)
    passed = step(client, ticket, "transfer", team="售后组", note="要查仓库")
    assert (passed["state"], passed["team"], passed["assignee"]) == ("waiting", "售后组", "")
    listed = client.get("/v1/tickets", params={"team": "售后组"}).json()["tickets"]
    assert [one["id"] for one in listed] == [ticket]
    assert client.get("/v1/tickets", params={"team": "仓库组"}).json()["tickets"] == []


def test_what_speaks_against_a_reply_is_said_before_it_is_sent(client: TestClient) -> None:
    ticket = ask(client, "转人工，有没有实体店")
    found = step(client, ticket, "check", text="您好，\n请联系 13800138000。")["cautions"]
    assert [(one["kind"], one["what"], one["words"], one["line"]) for one in found] == [
        ("personal", "手机号", "13800138000", 2)
    ]
    assert step(client, ticket, "check", text="您好，请稍等。")["cautions"] == []
    step(client, "tkt_none", "check", 404, text="您好")


def test_a_question_becomes_another_way_to_ask_an_entry(client: TestClient, kb: Kb) -> None:
    ticket = ask(client, "我要投诉，13800138000 的发票到底咋开")
    added = step(client, ticket, "variants", 201, entry_id="invoice")
    assert added["variants"][-1].endswith("的发票到底咋开")
    assert "13800138000" not in str(added)
    assert kb.editing.get(EntryId("invoice")).revision == added["revision"]
    assert step(client, ticket, "variants", 409, entry_id="invoice")["code"] == "conflict"
    step(client, ticket, "variants", 404, entry_id="none")
    last = client.get(f"/v1/tickets/{ticket}/events").json()["events"][-1]
    assert (last["kind"], last["detail"]["entry_id"]) == ("learned", "invoice")


def test_what_was_stored_as_typed_loses_personal_data_before_it_becomes_knowledge(tmp_path: Path) -> None:
    kb = shop(f"sqlite:///{tmp_path / 'typed.db'}", serving=release(), settings=Settings(keep_personal_data=True))
    kb.store.entries.apply(
        [SourcedEntry(one, "shop.csv") for one in ENTRIES], [], author="编辑", now=kb.clock.now(), expect=0
    )
    with local(kb) as client:
        ticket = ask(client, "我要投诉，13800138000 的发票到底咋开")
        assert "13800138000" in kb.desk.ticket(TicketId(ticket)).question
        assert "13800138000" not in str(step(client, ticket, "variants", 201, entry_id="invoice"))


def test_a_reply_becomes_a_draft_that_an_editor_completes(client: TestClient, kb: Kb) -> None:
    ticket = ask(client, "转人工，有没有实体店")
    assert step(client, ticket, "entry", 422)["detail"] == messages.desk.LEARN_NO_REPLY
    step(client, ticket, "claim")
    step(client, ticket, "reply", text=messages.tickets.draft_answer("有没有实体店", "目前没有实体店。"))
    made = step(client, ticket, "entry", 201)
    assert (made["answer"], made["state"]) == ("目前没有实体店。", "draft")
    assert kb.editing.get(EntryId(made["entry_id"])).sourced.entry.state is EntryState.DRAFT
    assert made["entry_id"] in step(client, ticket, "entry", 409)["detail"]


def test_a_reply_that_only_asks_to_wait_is_no_answer(client: TestClient) -> None:
    ticket = ask(client, "转人工，有没有实体店")
    step(client, ticket, "claim")
    step(client, ticket, "reply", text=messages.tickets.DRAFT_WELCOME)
    assert step(client, ticket, "entry", 422)["detail"] == messages.desk.LEARN_NO_REPLY


def test_quick_replies_are_kept_changed_and_removed(client: TestClient) -> None:
    agent = {"agent": "小王"}
    shared = client.post("/v1/quick-replies", json={"title": "问候", "text": "您好！", "shared": True}).json()
    mine = client.post("/v1/quick-replies", params=agent, json={"title": "稍等", "text": "请稍等。"}).json()
    assert client.get("/v1/quick-replies", params=agent).json()["quick_replies"] == [shared, mine]
    assert client.get("/v1/quick-replies", params={"agent": "小李"}).json()["quick_replies"] == [shared]
    path = f"/v1/quick-replies/{mine['id']}"
    changed = client.put(path, params=agent, json={"title": "稍等", "text": "马上就好。"}).json()
    assert changed["text"] == "马上就好。"
    assert client.delete(path, params={"agent": "小李"}).status_code == 404
    assert client.delete(path, params=agent).status_code == 204
    assert client.get("/v1/quick-replies", params=agent).json()["quick_replies"] == [shared]


def test_an_agents_key_may_not_write_for_everybody(client: TestClient, kb: Kb) -> None:
    _, secret = kb.store.keys.add("坐席", Role.AGENT, kb.clock.now())
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"title": "问候", "text": "您好！"}
    assert client.post("/v1/quick-replies", headers=headers, json={**body, "shared": True}).status_code == 403
    assert client.post("/v1/quick-replies", headers=headers, json=body).status_code == 201
