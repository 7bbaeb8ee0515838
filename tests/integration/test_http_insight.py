"""Figures over HTTP, of a history made through the use cases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.types import ConversationId, Role
from kb.wiring import Kb
from tests.fakes.browser import elsewhere, local
from tests.fakes.shop import NOON, SetClock, release, shop


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """Yesterday one question was answered and liked; today one was handed over, answered in time and rewritten."""
    clock = SetClock(NOON - timedelta(days=1))
    kb = shop(f"sqlite:///{tmp_path / 'kb.db'}", clock=clock, serving=release())
    with local(kb) as client:
        told = client.post("/v1/answer", json={"question": "怎么开发票？", "channel": "web"}).json()
        client.post("/v1/feedback", json={"answer_id": told["id"], "helpful": True}).raise_for_status()
        clock.move(timedelta(days=1))
        asked = client.post("/v1/answer", json={"question": "转人工", "channel": "app"}).json()
        ticket = asked["ticket"]["id"]
        clock.move(timedelta(minutes=5))
        client.post(f"/v1/tickets/{ticket}/claim?agent=小林").raise_for_status()
        reply = {"text": "稍等，马上帮您看订单。"}
        client.post(f"/v1/tickets/{ticket}/reply?agent=小林", json=reply).raise_for_status()
        assert kb.store.conversations.messages(ConversationId(asked["conversation_id"]))
    return shop(f"sqlite:///{tmp_path / 'kb.db'}", clock=clock, serving=release())


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def test_what_happened_is_counted_on_the_shops_days(client: TestClient) -> None:
    found = client.get("/v1/insight?from=2026-11-18&to=2026-11-19").json()
    assert [(day["day"], day["channel"], day["answered"], day["handed_over"]) for day in found["days"]] == [
        ("2026-11-18", "web", 1, 0),
        ("2026-11-19", "app", 0, 1),
    ]
    assert found["customers"] | {"low": 0, "high": 0} == {"count": 1, "of": 1, "value": 1.0, "low": 0, "high": 0}
    assert found["reasons"] == {"asked_for_person": 1}
    assert found["drafts"] == {"drafted": 0, "edited": 0, "rewritten": 1}
    (service,) = found["service"]
    assert (service["first_response"], service["in_time"], service["late"]) == (300, 1, 0)
    assert found["top"][0]["question"] == ""  # the shop's entries are served, not stored
    assert (found["from"], found["promise"]) == ("2026-11-18", 0.95)


def test_one_channel_and_one_day_can_be_looked_at_alone(client: TestClient) -> None:
    assert client.get("/v1/insight?channel=app").json()["total"]["questions"] == 1
    assert client.get("/v1/insight?from=2026-11-18&to=2026-11-18").json()["total"]["handed_over"] == 0
    assert client.get("/v1/insight?channel=phone").json()["deflection"]["value"] is None


def test_the_last_thirty_days_are_meant_unless_said(client: TestClient) -> None:
    found = client.get("/v1/insight").json()
    assert (found["from"], found["to"], len({day["day"] for day in found["days"]})) == ("2026-10-21", "2026-11-19", 30)


@pytest.mark.parametrize(
    "query", ["from=2026-11-20&to=2026-11-19", "from=1990-01-01", "from=gestern", "to=0001-01-01", "to=9999-12-31"]
)
def test_a_period_that_cannot_be_is_refused(client: TestClient, query: str) -> None:
    reply = client.get(f"/v1/insight?{query}")
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_input")


def test_figures_are_for_editors(kb: Kb) -> None:
    secrets = {role: kb.store.keys.add(role, role, NOON)[1] for role in Role}
    with elsewhere(kb) as client:
        statuses = [client.get("/v1/insight", headers={"X-API-Key": secret}).status_code for secret in secrets.values()]
    assert statuses == [403, 403, 200, 200]
