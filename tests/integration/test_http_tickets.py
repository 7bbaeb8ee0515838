from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb import messages
from kb.wiring import Kb
from tests.fakes.browser import local
from tests.fakes.shop import release, shop


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return shop(f"sqlite:///{tmp_path / 'kb.db'}", serving=release())


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def ask(client: TestClient, question: str, conversation: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = client.post(
        "/v1/answer", json={"question": question, "conversation_id": conversation}
    ).json()
    return body


def step(client: TestClient, ticket: str, name: str, agent: str = "小王", **body: object) -> dict[str, Any]:
    reply = client.post(f"/v1/tickets/{ticket}/{name}", params={"agent": agent}, json=body)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_a_question_goes_to_an_agent_and_comes_back_answered(client: TestClient) -> None:
    asked = ask(client, "转人工，有没有实体店", "c1")
    ticket = asked["ticket"]["id"]
    listed = client.get("/v1/tickets", params={"state": "waiting"}).json()
    assert [one["id"] for one in listed["tickets"]] == [ticket]
    assert (listed["waiting"], listed["claimed"]) == (1, 0)

    assert step(client, ticket, "claim")["assignee"] == "小王"
    detail = client.get(f"/v1/tickets/{ticket}").json()
    assert detail["draft"].startswith("您好")
    assert [line["author"] for line in detail["messages"]] == ["customer", "bot"]

    sent = step(client, ticket, "reply", text="您好，目前没有实体店。")
    assert sent["author"] == "agent"
    polled = client.get("/v1/conversations/c1/messages", params={"after": 2}).json()["messages"]
    assert [line["text"] for line in polled] == ["您好，目前没有实体店。"]

    assert ask(client, "好的，那怎么开发票", "c1")["reason"] == "with_agent"
    closed = step(client, ticket, "close", outcome="solved")
    assert (closed["state"], closed["outcome"], closed["reply_kind"]) == ("closed", "solved", "rewritten")
    polled = client.get("/v1/conversations/c1/messages", params={"after": 4}).json()["messages"]
    assert [line["text"] for line in polled] == [messages.replies.SERVICE_ENDED]
    assert ask(client, "怎么开发票", "c1")["decision"] == "answer"
    kinds = [one["kind"] for one in client.get(f"/v1/tickets/{ticket}/events").json()["events"]]
    assert kinds == ["created", "claimed", "replied", "closed"]


def test_the_second_to_claim_gets_a_conflict(client: TestClient) -> None:
    ticket = ask(client, "转人工")["ticket"]["id"]
    step(client, ticket, "claim", "小王")
    reply = client.post(f"/v1/tickets/{ticket}/claim", params={"agent": "小李"})
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert step(client, ticket, "claim", "小王")["assignee"] == "小王"


def test_an_agent_without_a_name_is_called_agent(client: TestClient) -> None:
    ticket = ask(client, "转人工")["ticket"]["id"]
    assert client.post(f"/v1/tickets/{ticket}/claim").json()["assignee"] == "agent"


def test_releasing_transferring_and_returning(client: TestClient) -> None:
    ticket = ask(client, "转人工", "c1")["ticket"]["id"]
    step(client, ticket, "claim", "小王")
    assert step(client, ticket, "release", "小王")["state"] == "waiting"
    step(client, ticket, "claim", "小李")
    assert step(client, ticket, "transfer", "小李", to="小张", note="懂门店")["assignee"] == "小张"
    assert (
        client.post(f"/v1/tickets/{ticket}/reply", params={"agent": "小李"}, json={"text": "您好"}).status_code == 409
    )
    assert step(client, ticket, "return", "小张")["outcome"] == "returned"
    events = client.get(f"/v1/tickets/{ticket}/events").json()["events"]
    assert [one["kind"] for one in events] == ["created", "claimed", "released", "claimed", "transferred", "returned"]
    assert events[4]["detail"] == {"to": "小张", "note": "懂门店"}


def test_the_queue_can_be_narrowed_and_paged(client: TestClient) -> None:
    ordinary = [ask(client, "转人工")["ticket"]["id"] for _ in range(3)]
    urgent = ask(client, "我要投诉你们")["ticket"]["id"]
    step(client, ordinary[1], "claim", "小王")

    def listed(**asked: object) -> list[str]:
        reply = client.get("/v1/tickets", params=asked)  # type: ignore[arg-type]
        return [one["id"] for one in reply.json()["tickets"]]

    assert listed()[0] == urgent
    assert set(listed(state="waiting")) == {urgent, ordinary[0], ordinary[2]}
    assert listed(mine="true", agent="小王") == [ordinary[1]]
    assert listed(priority="urgent") == [urgent]
    assert listed(limit=2) + listed(limit=2, offset=2) == listed()


@pytest.mark.parametrize(
    "query",
    [
        "state=lost",
        "priority=high",
        "limit=0",
        "limit=201",
        "offset=-1",
        "limit=x",
        "mine=perhaps",
        "offset=99999999999999999999",
    ],
)
def test_a_query_that_cannot_be_used_is_a_problem(client: TestClient, query: str) -> None:
    reply = client.get(f"/v1/tickets?{query}")
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_input")
    assert reply.json()["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("reply", {"text": ""}, id="an empty reply"),
        pytest.param("reply", {"text": "  \n"}, id="a blank reply"),
        pytest.param("reply", {"text": "字" * 4001}, id="a reply too long"),
        pytest.param("reply", {"text": "您好", "kind": "copied"}, id="an unknown kind"),
        pytest.param("reply", {"text": "您\x00好"}, id="a NUL character"),
        pytest.param("transfer", {"note": "无"}, id="a transfer to nobody"),
        pytest.param("transfer", {"to": " "}, id="a transfer to a blank"),
        pytest.param("close", {"outcome": "a b"}, id="an outcome with a space"),
        pytest.param("close", {"result": "solved"}, id="an unknown field"),
    ],
)
def test_a_step_that_cannot_be_used_changes_nothing(client: TestClient, name: str, body: dict[str, object]) -> None:
    ticket = ask(client, "转人工")["ticket"]["id"]
    before = step(client, ticket, "claim")
    reply = client.post(f"/v1/tickets/{ticket}/{name}", params={"agent": "小王"}, json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_input")
    after = client.get(f"/v1/tickets/{ticket}").json()
    assert {field: after[field] for field in before} == before


@pytest.mark.parametrize("name", ["claim", "release", "reply", "transfer", "return", "close"])
@pytest.mark.parametrize("ticket", ["tkt_none", "%00", "%E7%A5%A8", "x" * 3000])
def test_a_ticket_that_is_not_there_is_a_problem(client: TestClient, name: str, ticket: str) -> None:
    reply = client.post(f"/v1/tickets/{ticket}/{name}", json={"text": "a", "to": "b"} if name != "close" else {})
    assert reply.status_code in (404, 422)
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_reply_says_what_was_made_of_the_draft(client: TestClient) -> None:
    ticket = ask(client, "转人工，有没有实体店")["ticket"]["id"]
    step(client, ticket, "claim")
    draft = client.get(f"/v1/tickets/{ticket}").json()["draft"]
    for text, kind in ((draft, "drafted"), (draft + "谢谢您", "edited"), ("好的", "rewritten")):
        step(client, ticket, "reply", text=text)
        assert client.get(f"/v1/tickets/{ticket}").json()["reply_kind"] == kind
    step(client, ticket, "reply", text="好的", kind="edited")
    assert client.get(f"/v1/tickets/{ticket}").json()["reply_kind"] == "edited"
