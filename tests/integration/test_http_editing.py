"""Entries, golden questions, releases and uploads over HTTP, on a real store and real releases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.types import Role
from kb.web import working
from kb.wiring import Kb, build
from tests.fakes.browser import local
from tests.fakes.embedder import BigramEmbedder
from tests.jobs import settled

TABLE = """编号,标准问,相似问,答案,分类
TK001,未发货怎么申请退款,还没发货能退款吗,您好，请在订单页点申请退款。,退款
TK002,退款多久到账,退款几天到,您好，审核后一到三个工作日原路退回。,退款
FP001,怎么开发票,想开个发票,您好，签收后在订单页申请开票。,发票
"""
ENTRY = {"question": "几天能送到", "answer": "您好，江浙沪一到两天送到。", "variants": ["快递要多久"]}


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = build(Settings(home=tmp_path, index="exact"))
    kb.__dict__["embedder"] = BigramEmbedder()
    return kb


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "LOOK_S", 600.0)


def upload(client: TestClient, text: str = TABLE, name: str = "faq.csv") -> dict[str, Any]:
    reply = client.post("/v1/ingest", files=[("files", (name, text.encode(), "text/csv"))])
    assert reply.status_code == 202, reply.text
    return settled(client, reply.json()["id"])


def ingested(client: TestClient, **more: object) -> dict[str, Any]:
    job = upload(client)
    assert client.post(f"/v1/ingest/{job['id']}/apply", json={"publish": True, **more}).status_code == 202
    return settled(client, job["id"])


def test_from_an_upload_to_an_answer(client: TestClient) -> None:
    job = upload(client)
    assert job["state"] == "review"
    assert sorted(job["result"]["plan"]["added"]) == ["FP001", "TK001", "TK002"]
    assert client.get("/v1/entries").json()["total"] == 0
    done = settled(client, client.post(f"/v1/ingest/{job['id']}/apply", json={"publish": True}).json()["id"])
    assert done["state"] == "done", done
    assert client.get("/v1/entries").json()["total"] == 3
    answered = client.post("/v1/answer", json={"question": "退款几天到", "dry_run": True}).json()
    assert answered["answer"]["entry_id"] == "TK002"


def test_entries_are_found_by_text_and_filters_page_by_page(client: TestClient) -> None:
    ingested(client)
    assert [one["id"] for one in client.get("/v1/entries", params={"q": "原路退回"}).json()["entries"]] == ["TK002"]
    page = client.get("/v1/entries", params={"category": "退款", "limit": 1, "offset": 1}).json()
    assert (page["total"], [one["id"] for one in page["entries"]]) == (2, ["TK002"])
    assert client.get("/v1/entries", params={"state": "retired"}).json()["total"] == 0
    assert client.get("/v1/entries", params={"source": "faq.csv"}).json()["total"] == 3


def test_an_entry_is_written_changed_retired_and_restored(client: TestClient) -> None:
    first = client.put("/v1/entries/WL001", json={**ENTRY, "expect": 0})
    assert first.status_code == 200, first.text
    assert (first.json()["revision"], first.json()["source"]) == (1, "@editor")
    second = client.put("/v1/entries/WL001", json={**ENTRY, "answer": "您好，三天内送到。", "expect": 1}).json()
    assert (second["revision"], second["answer"]) == (2, "您好，三天内送到。")
    retired = client.post("/v1/entries/WL001/retire", json={}).json()
    assert (retired["revision"], retired["state"]) == (3, "retired")
    restored = client.post("/v1/entries/WL001/restore", json={"revision": 1}).json()
    assert (restored["revision"], restored["answer"], restored["state"]) == (4, ENTRY["answer"], "live")
    steps = client.get("/v1/entries/WL001/history").json()["steps"]
    assert [step["revision"] for step in steps] == [1, 2, 3, 4]


def test_a_change_made_on_an_old_version_is_a_conflict(client: TestClient) -> None:
    client.put("/v1/entries/WL001", json=ENTRY)
    client.put("/v1/entries/WL001", json={**ENTRY, "answer": "您好，三天内送到。"})
    late = client.put("/v1/entries/WL001", json={**ENTRY, "answer": "您好，四天。", "expect": 1})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    again = client.put("/v1/entries/WL001", json={**ENTRY, "expect": 0})
    assert again.status_code == 409


def test_writing_the_same_again_is_no_revision(client: TestClient) -> None:
    one, other = (client.put("/v1/entries/WL001", json=ENTRY).json()["revision"] for _ in range(2))
    assert one == other == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": "", "answer": "好"},
        {"question": "！？", "answer": "好"},
        {"question": "问", "answer": ""},
        {"question": "问" * 201, "answer": "好"},
        {**ENTRY, "valid_from": "2026-13-01"},
        {**ENTRY, "valid_from": "2026-12-02", "valid_until": "2026-12-01"},
        {**ENTRY, "state": "gone"},
        {**ENTRY, "variants": "一条"},
        {**ENTRY, "id": "X"},
        {**ENTRY, "question": "问\u0000"},
        {**ENTRY, "expect": -1},
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_and_not_written(client: TestClient, body: dict[str, Any]) -> None:
    reply = client.put("/v1/entries/WL001", json=body)
    assert reply.status_code == 422, reply.text
    assert client.get("/v1/entries").json()["total"] == 0


def test_what_only_shows_beside_the_others_is_told(client: TestClient) -> None:
    ingested(client)
    kept = client.put("/v1/entries/WL001", json={**ENTRY, "variants": ["退款几天到"]}).json()
    assert [problem["code"] for problem in kept["problems"]] == ["shared_phrasing"]


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for path in ("entries/X", "entries/X/history", "jobs/X", "ingest/X"):
        assert client.get(f"/v1/{path}").status_code == 404, path
    assert client.post("/v1/entries/X/retire", json={}).status_code == 404
    assert client.delete("/v1/golden/X").status_code == 404
    assert client.get("/v1/releases/diff", params={"a": "x", "b": "y"}).status_code == 404
    client.put("/v1/entries/WL001", json=ENTRY)
    assert client.post("/v1/entries/WL001/restore", json={"revision": 9}).status_code == 404


def test_golden_questions_are_added_listed_and_removed(client: TestClient) -> None:
    ingested(client)
    made = client.post("/v1/golden", json={"question": "钱啥时候退", "expected": ["TK002"], "kind": "spoken"})
    assert made.status_code == 201, made.text
    listed = client.get("/v1/golden").json()
    assert (listed["total"], listed["questions"][0]) == (1, made.json())
    unknown = client.post("/v1/golden", json={"question": "钱啥时候退", "expected": ["X"]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "bad_input")
    assert client.delete(f"/v1/golden/{made.json()['id']}").status_code == 204
    assert client.get("/v1/golden").json()["total"] == 0


def test_publishing_that_breaks_a_golden_question_is_refused_and_says_which(client: TestClient) -> None:
    ingested(client)
    client.post("/v1/golden", json={"question": "退款几天到", "expected": ["TK002"]})
    assert settled(client, client.post("/v1/releases", json={}).json()["id"])["state"] == "done"
    client.post("/v1/entries/TK002/retire", json={})
    refused = settled(client, client.post("/v1/releases", json={}).json()["id"])
    assert (refused["state"], refused["problem"]["code"]) == ("failed", "publication_refused")
    assert refused["result"]["gate"]["changes"][0]["question"] == "退款几天到"
    accepted = settled(client, client.post("/v1/releases", json={"accept": True}).json()["id"])
    assert accepted["state"] == "done"


@pytest.mark.usefixtures("seldom")
def test_a_job_is_taken_as_soon_as_it_is_there(client: TestClient) -> None:
    assert ingested(client)["state"] == "done"


def test_releases_are_listed_compared_and_taken_back(client: TestClient, kb: Kb) -> None:
    ingested(client)
    client.put("/v1/entries/WL001", json=ENTRY)
    settled(client, client.post("/v1/releases", json={}).json()["id"])
    second, first = (one["id"] for one in client.get("/v1/releases").json()["releases"])
    diff = client.get("/v1/releases/diff", params={"a": first, "b": second}).json()
    assert [entry["id"] for entry in diff["added"]] == ["WL001"]
    assert client.post("/v1/releases/rollback", json={}).json()["release"] == first
    assert kb.serving.manifest.id == first
    current = [one["id"] for one in client.get("/v1/releases").json()["releases"] if one["current"]]
    assert current == [first]


def test_a_publication_is_set_for_later_and_given_up(client: TestClient, kb: Kb) -> None:
    at = (kb.clock.now() + timedelta(days=1)).isoformat()
    job = client.post("/v1/releases", json={"at": at}).json()
    assert [one["id"] for one in client.get("/v1/jobs", params={"state": "waiting"}).json()["jobs"]] == [job["id"]]
    assert client.delete(f"/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert client.delete(f"/v1/jobs/{job['id']}").status_code == 409
    past = (kb.clock.now() - timedelta(days=1)).isoformat()
    assert client.post("/v1/releases", json={"at": past}).status_code == 422
    assert client.post("/v1/releases", json={"at": "2030-01-01T00:00:00"}).status_code == 422


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "C:\\\\x\\\\faq.csv"])
def test_a_file_is_called_by_its_last_name_only(client: TestClient, name: str) -> None:
    job = upload(client, name=name)
    assert job["state"] == "review"
    assert job["result"]["plan"]["added"]


@pytest.mark.parametrize("name", ["..", "x/..", ".hidden.csv", "长" * 100 + ".csv"])
def test_a_name_that_no_file_can_have_is_refused(client: TestClient, name: str) -> None:
    assert client.post("/v1/ingest", files=[("files", (name, b"x", "text/csv"))]).status_code == 422


def test_an_upload_that_is_none_is_refused(client: TestClient) -> None:
    assert client.post("/v1/ingest", json={}).status_code == 415
    assert client.post("/v1/ingest", files=[("other", ("a.csv", b"x"))]).status_code == 422
    assert client.post("/v1/ingest", data={"files": "x"}, files=[("files", ("a.csv", b"x"))]).status_code == 422
    assert client.post("/v1/ingest", files=[("files", ("a.csv", b"x")), ("files", ("a.csv", b"y"))]).status_code == 422


def test_an_upload_that_is_too_large_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.web.uploads.LARGEST", 1000)
    reply = client.post("/v1/ingest", files=[("files", ("a.csv", b"x" * 2000))])
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


def test_a_broken_file_blocks_and_cannot_be_applied(client: TestClient) -> None:
    job = upload(client, "编号,标准问\nA,怎么退款\n")
    assert job["result"]["blocked"]
    reply = client.post(f"/v1/ingest/{job['id']}/apply", json={})
    assert (reply.status_code, reply.json()["code"]) == (422, "ingest_blocked")


@pytest.mark.parametrize("path", ["entries", "golden", "releases", "jobs"])
def test_only_editors_come_in(kb: Kb, path: str) -> None:
    secrets = {role: kb.store.keys.add(role.value, role, kb.clock.now())[1] for role in (Role.AGENT, Role.EDITOR)}
    with local(kb) as client:
        for role, status in ((Role.AGENT, 403), (Role.EDITOR, 200)):
            reply = client.get(f"/v1/{path}", headers={"Authorization": f"Bearer {secrets[role]}"})
            assert reply.status_code == status
        assert client.get(f"/v1/{path}").status_code == 401
