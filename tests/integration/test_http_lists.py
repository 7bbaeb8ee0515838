"""The editors' lists, previews and what waits to be published, over HTTP."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.types import Role
from kb.wiring import Kb, build
from tests.fakes.browser import local
from tests.fakes.embedder import BigramEmbedder

ENTRY = {"question": "怎么申请退货", "answer": "您好，请在订单页申请退货。", "variants": ["想退货"], "category": "退货"}


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = build(Settings(home=tmp_path, index="exact"))
    kb.__dict__["embedder"] = BigramEmbedder()
    return kb


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def test_a_line_is_added_changed_and_removed(client: TestClient) -> None:
    made = client.post("/v1/lists/synonyms", json={"text": "奶瓶、奶壶"})
    assert made.status_code == 201, made.text
    assert made.json()["words"] == ["奶瓶", "奶壶"]
    path = f"/v1/lists/synonyms/{made.json()['id']}"
    changed = client.put(path, json={"text": "奶瓶、奶壶、奶樽"}).json()
    assert [line["words"] for line in client.get("/v1/lists/synonyms").json()["lines"]] == [changed["words"]]
    assert client.delete(f"/v1/lists/synonyms/{changed['id']}").status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get("/v1/lists/nothing").status_code == 422


def test_a_line_that_cannot_be_used_is_refused_with_the_reason(client: TestClient) -> None:
    refused = client.post("/v1/lists/forbidden", json={"text": "/(/"})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_input")
    assert "正则" in refused.json()["detail"]


def test_a_line_of_the_package_is_switched_off(client: TestClient) -> None:
    ours = next(line for line in client.get("/v1/lists/promises").json()["lines"] if "万能" in line["words"][0])
    assert client.post("/v1/wording", json={"text": "万能胶"}).json()["found"] == [
        {"name": "promises", "words": ["万能"]}
    ]
    assert client.delete(f"/v1/lists/promises/{ours['id']}").status_code == 204
    assert client.post("/v1/wording", json={"text": "万能胶"}).json()["found"] == []


def test_agents_may_ask_about_wording_and_only_editors_change_the_lists(client: TestClient, kb: Kb) -> None:
    _, secret = kb.store.keys.add("坐席", Role.AGENT, kb.clock.now())
    client.headers["authorization"] = f"Bearer {secret}"
    time.sleep(1.1)  # for a second the service remembers that there was no key
    assert client.post("/v1/wording", json={"text": "您好"}).status_code == 200
    assert client.post("/v1/lists/forbidden", json={"text": "爱买不买"}).status_code == 403


def test_a_preview_writes_nothing_and_says_what_would_change(client: TestClient, kb: Kb) -> None:
    first = client.post("/v1/entries/TH001/preview", json=ENTRY).json()
    assert (first["entry"]["question"], first["release"]) == (ENTRY["question"], None)
    client.put("/v1/entries/TH001", json=ENTRY)
    kb.publisher.publish()
    kb.refresh()
    client.post("/v1/golden", json={"question": "东西不想要了咋办", "expected": ["TH001"]})
    edited = {**ENTRY, "variants": ["想退货", "东西不想要了咋办"]}
    seen = client.post("/v1/entries/TH001/preview", json=edited).json()
    assert [(one["question"], one["new"]["entry_id"]) for one in seen["changes"]] == [("东西不想要了咋办", "TH001")]
    assert seen["mended"] == ["东西不想要了咋办"]
    assert client.get("/v1/entries/TH001").json()["variants"] == ["想退货"]
    refused = client.post("/v1/entries/TH001/preview", json={**ENTRY, "answer": ""})
    assert (refused.status_code, refused.json()["code"]) == (422, "ingest_blocked")


def test_what_waits_and_what_a_publication_would_change_is_told_beforehand(client: TestClient, kb: Kb) -> None:
    client.put("/v1/entries/TH001", json=ENTRY)
    waiting = client.get("/v1/releases/pending").json()
    assert (waiting["release"], [one["id"] for one in waiting["added"]]) == (None, ["TH001"])
    job = client.post("/v1/releases", json={"dry_run": True}).json()
    while (tried := client.get(f"/v1/jobs/{job['id']}").json())["state"] in ("waiting", "running"):
        pass
    assert (tried["state"], tried["result"]["dry_run"], tried["result"]["release"]) == ("done", True, None)
    assert client.get("/v1/releases").json()["releases"] == []


def test_entries_are_narrowed_by_what_is_there(client: TestClient) -> None:
    client.put("/v1/entries/TH001", json={**ENTRY, "valid_until": "2030-01-01"})
    assert client.get("/v1/facets").json()["categories"] == {"退货": 1}
    assert client.get("/v1/entries", params={"expires_by": "2029-12-31"}).json()["total"] == 0
    assert client.get("/v1/entries", params={"expires_by": "2030-01-01"}).json()["total"] == 1


def test_golden_questions_come_in_a_file(client: TestClient) -> None:
    client.put("/v1/entries/TH001", json=ENTRY)
    text = json.dumps({"question": "不想要了", "expected": ["TH001"]}, ensure_ascii=False)
    done = client.post("/v1/golden/import", files=[("files", ("golden.jsonl", text.encode(), "application/jsonl"))])
    assert (done.status_code, done.json()["added"]) == (200, 1)


def test_a_release_comes_with_its_figures(client: TestClient, kb: Kb) -> None:
    client.put("/v1/entries/TH001", json=ENTRY)
    kb.publisher.publish()
    (one,) = client.get("/v1/releases").json()["releases"]
    assert (one["promise"], one["fitted"]["revision"]) == (0.95, 1)
    assert set(one["limits"]) == {"answer", "suggest"}


def test_personal_data_is_not_written(client: TestClient) -> None:
    refused = client.put("/v1/entries/TH001", json={**ENTRY, "variants": ["我是13912345678要退货"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "ingest_blocked")
