import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from kb.errors import ReleaseError, StoreError
from kb.logs import JsonLines
from kb.types import Author, ConversationId, JobKind, ReleaseId, TicketId
from kb.web import app
from kb.web.headers import SECURITY
from kb.wiring import Kb, Serving
from tests.fakes.browser import local
from tests.fakes.shop import release, shop
from tests.records import ticket


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return shop(f"sqlite:///{tmp_path / 'kb.db'}", serving=release())


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def figures(client: TestClient) -> dict[str, float]:
    reply = client.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_ready_names_the_release(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "release": "r1"}


def test_without_a_release_the_service_is_up_but_not_ready(tmp_path: Path) -> None:
    with local(shop(f"sqlite:///{tmp_path / 'kb.db'}")) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for reply in (client.get("/readyz"), client.post("/v1/answer", json={"question": "退货"})):
            assert (reply.status_code, reply.json()["code"]) == (503, "not_ready")
            assert "kb ingest" in reply.json()["detail"]
            assert reply.headers["retry-after"]
        assert client.get("/metrics").status_code == 200


def test_without_its_database_the_service_is_not_ready(client: TestClient, tmp_path: Path) -> None:
    for file in tmp_path.glob("kb.db*"):
        file.unlink()
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["code"]) == (503, "store_unavailable")


def test_a_store_that_refuses_is_a_problem_and_not_a_lost_answer(
    client: TestClient, kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("the disk is full; free some space")

    monkeypatch.setattr(kb.store, "record_answers", refuse)
    reply = client.post("/v1/answer", json={"question": "怎么开发票"})
    assert (reply.status_code, reply.json()["code"]) == (503, "store_unavailable")


def test_figures_count_what_happened(client: TestClient) -> None:
    asked = client.post("/v1/answer", json={"question": "怎么开发票"}).json()["id"]
    client.post("/v1/answer", json={"question": "转人工"})
    client.post("/v1/feedback", json={"answer_id": asked, "helpful": True})
    found = figures(client)
    assert found["kb_answers_total answer exact"] == 1
    assert found["kb_answers_total handoff asked_for_person"] == 1
    assert found["kb_answer_seconds_count"] == 2
    assert found["kb_answer_confidence_bucket 0.99"] == 1
    assert found["kb_feedback_total yes"] == 1
    assert found["kb_tickets_open waiting"] == 1
    assert found["kb_tickets_open claimed"] == 0
    assert found["kb_release_info fake-bigrams-256 exact r1"] == 1
    assert found["kb_release_entries"] == 11


def test_an_error_that_nobody_foresaw_is_a_problem_whose_id_is_in_the_log(
    kb: Kb, client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(kb.store, "record_answers", fail)
    with caplog.at_level(logging.ERROR):
        reply = client.post("/v1/answer", json={"question": "怎么开发票"})
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (500, "internal_error")
    assert reply.headers["content-type"] == "application/problem+json"
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text
    incident = problem["instance"].rpartition(":")[2]
    (record,) = [one for one in caplog.records if getattr(one, "incident", None) == incident]
    assert record.exc_info
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_one_line_is_logged_for_an_answer_without_what_was_asked(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="kb.answer"):
        reply = client.post("/v1/answer", json={"question": "我的手机13812345678，转人工", "channel": "app"}).json()
    (record,) = [one for one in caplog.records if one.name == "kb.answer"]
    line = JsonLines().format(record)
    logged = json.loads(line)
    assert logged["id"] == reply["id"]
    assert logged["ticket_id"] == reply["ticket"]["id"]
    assert (logged["decision"], logged["channel"]) == ("handoff", "app")
    for said in ("13812345678", "138****", "我的手机", "转人工"):  # ids may hold 138 by chance
        assert said not in line


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/docs", "/v1/tickets"])
def test_every_reply_carries_the_security_headers(client: TestClient, path: str) -> None:
    reply = client.get(path)
    for name in SECURITY:
        assert reply.headers.get_list(name), name
        assert len(reply.headers.get_list(name)) == 1


def test_the_document_page_works_without_a_network(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "/v1/answer" in page
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "<script" not in page


def test_the_document_names_every_route_and_the_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) >= {
        "/v1/answer",
        "/v1/search",
        "/v1/suggest",
        "/v1/feedback",
        "/v1/conversations/{conversation_id}/messages",
        "/v1/conversations/{conversation_id}/events",
        "/v1/tickets",
        "/v1/tickets/{ticket_id}",
        *(
            f"/v1/tickets/{{ticket_id}}/{step}"
            for step in ("claim", "release", "reply", "transfer", "return", "close", "events")
        ),
        "/healthz",
        "/readyz",
        "/metrics",
    }
    asked = document["paths"]["/v1/answer"]["post"]
    assert asked["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/AnswerIn")
    assert "application/problem+json" in asked["responses"]["default"]["content"]
    text = json.dumps(document)
    for reference in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert reference in document["components"]["schemas"]


class Following(Kb):
    """Finds another release when it looks, after a first look that fails."""

    looks = 0

    def refresh(self) -> bool:
        self.looks += 1
        if self.looks == 2:
            raise ReleaseError("the release r2 is damaged; run `kb publish`")
        if self.looks == 3:
            old = release()
            self._serving = Serving(replace(old.manifest, id=ReleaseId("r2")), old.matcher)
            return True
        return False


def test_the_service_follows_the_pointer_and_survives_a_damaged_release(
    kb: Kb, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "FOLLOW_S", 0.01)
    following = Following(kb.settings, kb.store, kb.clock, kb.indexing, release())
    with caplog.at_level(logging.INFO, logger="kb.web"), local(following) as client:
        while following.looks < 5:
            assert client.get("/readyz").status_code == 200
        assert following.serving.manifest.id == "r2"
    said = [record.getMessage() for record in caplog.records if record.name == "kb.web"]
    assert any("r2 is damaged" in line for line in said)
    assert "release opened" in said


def test_old_conversations_are_forgotten_when_the_service_starts(kb: Kb) -> None:
    old = kb.clock.now() - kb.settings.keep_conversations - timedelta(days=1)
    kb.store.conversations.add_message(ConversationId("old"), Author.CUSTOMER, "很久以前", old)
    kb.store.conversations.add_message(ConversationId("new"), Author.CUSTOMER, "刚刚", kb.clock.now())
    with local(kb) as client:
        while client.get("/v1/conversations/old/messages").status_code == 200:
            pass
        assert client.get("/v1/conversations/new/messages").status_code == 200


def test_old_jobs_are_forgotten_when_the_service_starts(kb: Kb) -> None:
    old = kb.clock.now() - kb.settings.keep_conversations - timedelta(days=1)
    job = kb.store.jobs.add(JobKind.INGEST, {}, author="小王", now=old)
    kb.store.jobs.cancel(job.id, old)
    with local(kb):
        until = time.monotonic() + 30
        while kb.store.jobs.all():
            assert time.monotonic() < until
            time.sleep(0.01)


def test_an_idle_claim_goes_back_to_the_queue_while_the_service_runs(kb: Kb) -> None:
    long_ago = kb.clock.now() - kb.settings.claim_idle - timedelta(minutes=1)
    kb.store.tickets.add(ticket("t1"), long_ago)
    kb.store.tickets.claim(TicketId("t1"), "小王", long_ago)
    with local(kb):
        until = time.monotonic() + 30
        while kb.desk.ticket(TicketId("t1")).assignee:
            assert time.monotonic() < until
            time.sleep(0.01)


class Damaged(Kb):
    """Has a release of which a large file, which nobody looks at when it is opened, is not what it was."""

    def look_over(self) -> None:
        raise ReleaseError("release r1 is damaged (vectors.npy)")


def test_the_files_of_the_release_are_looked_over_when_the_service_starts(
    kb: Kb, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = Damaged(kb.settings, kb.store, kb.clock, kb.indexing, release())
    with caplog.at_level(logging.WARNING, logger="kb.web"), local(damaged) as client:
        while not any("vectors.npy" in record.getMessage() for record in caplog.records):
            assert client.get("/readyz").status_code == 200
