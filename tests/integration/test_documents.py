"""Product documents from a file to an answer, a draft and an entry: over HTTP, on a real store and real releases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.wiring import Kb, build
from tests.fakes.browser import local
from tests.fakes.embedder import BigramEmbedder
from tests.jobs import settled

TABLE = """编号,标准问,相似问,答案,分类
TK001,未发货怎么申请退款,还没发货能退款吗,您好，请在订单页点申请退款。,退款
FP001,怎么开发票,想开个发票,您好，签收后在订单页申请开票。,发票
"""
GUIDE = """# 纸尿裤选购指南

## 尺码对照

L 码纸尿裤适合 9 到 14 公斤的宝宝，腰围 52 厘米以内；大腿处能伸进两根手指就是合适的尺码，勒出红印请换大一码。
同一款的尺码以包装为准，不同系列的版型略有差别，第一次买请先买小包试穿，合适了再买整箱。

## 夜间用法

夜里尿量大，建议选大一码的拉拉裤，睡前再换一片新的；若早上仍然漏尿，可以试试夜用加厚款，吸收量大约多三成，价格也略高。
换新款的头几天，请留意皮肤有没有发红，夜里不必为了换片叫醒宝宝，漏出来了再换也不迟。
"""
_QUESTION = "L 码纸尿裤大腿处要多宽松，勒出红印了"


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = build(Settings(home=tmp_path, index="exact"))
    kb.__dict__["embedder"] = BigramEmbedder()
    return kb


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        ingest(opened, ("faq.csv", TABLE), ("guide.md", GUIDE))
        yield opened


def ingest(client: TestClient, *files: tuple[str, str], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Upload, apply and publish; the job as it was when it could be looked at."""
    sent = [("files", (name, text.encode(), "text/plain")) for name, text in files]
    reply = client.post("/v1/ingest", files=sent, params={"without": list(without)})
    assert reply.status_code == 202, reply.text
    job = settled(client, reply.json()["id"])
    answer = client.post(f"/v1/ingest/{job['id']}/apply", json={"publish": True, "confirmed": True})
    assert answer.status_code == 202, answer.text
    done = settled(client, job["id"])
    assert done["state"] == "done", done["problem"]
    return job


def publish(client: TestClient, kb: Kb) -> None:
    job = client.post("/v1/releases", json={"accept": True}).json()
    assert settled(client, job["id"])["state"] == "done"
    kb.refresh()


def ask(client: TestClient, kb: Kb, question: str, **more: object) -> dict[str, Any]:
    kb.refresh()
    reply = client.post("/v1/answer", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_the_plan_names_documents_and_their_passages(client: TestClient) -> None:
    changed = GUIDE.replace("三成", "四成")
    sent = [("files", ("guide.md", changed.encode(), "text/plain"))]
    job = settled(client, client.post("/v1/ingest", files=sent).json()["id"])
    found = job["result"]["plan"]["documents"]
    assert (found["added"], found["changed"], found["removed"]) == ([], ["guide.md"], [])
    (passages,) = found["passages"]
    assert (passages["title"], len(passages["added"]), len(passages["removed"])) == ("纸尿裤选购指南", 1, 1)


def test_the_same_document_again_changes_nothing(client: TestClient, kb: Kb) -> None:
    before = kb.store.entries.revision()
    job = ingest(client, ("guide.md", GUIDE))
    assert job["result"]["plan"]["documents"]["unchanged"] == 1
    assert kb.store.entries.revision() == before


def test_a_question_that_no_entry_answers_gets_a_cited_draft(client: TestClient, kb: Kb) -> None:
    reply = ask(client, kb, _QUESTION)
    assert reply["decision"] == "handoff"
    assert reply["answer"] is None
    assert "红印" not in reply["message"]
    ticket = client.get(f"/v1/tickets/{reply['ticket']['id']}").json()
    assert ticket["passages"][0]["citation"] == "《纸尿裤选购指南》“尺码对照”"
    assert "勒出红印请换大一码" in ticket["passages"][0]["text"]
    assert "《纸尿裤选购指南》“尺码对照”" in ticket["draft"]
    assert "勒出红印请换大一码" in ticket["draft"]


def test_an_approved_document_answers_under_its_headings_and_says_so(client: TestClient, kb: Kb) -> None:
    assert ask(client, kb, "尺码对照")["decision"] == "handoff"
    found = client.post("/v1/documents/approve", json={"files": ["guide.md"]})
    assert [(one["approved"], one["read_by"]) for one in found.json()["documents"]] == [(True, "editor")]
    (waiting,) = client.get("/v1/releases/pending").json()["documents"]
    assert (waiting["change"], waiting["approved"], waiting["passages_added"]) == ("changed", True, 0)
    assert ask(client, kb, "尺码对照", conversation_id="before")["decision"] == "handoff"  # not published yet
    publish(client, kb)
    reply = ask(client, kb, "尺码对照", conversation_id="after")
    assert (reply["decision"], reply["reason"], reply["confidence"]) == ("answer", "passage", 1.0)
    assert reply["message"].endswith("——《纸尿裤选购指南》“尺码对照”")
    assert reply["answer"]["passage"]["document"] == "纸尿裤选购指南"
    assert reply["answer"]["text"] == reply["message"]
    client.post("/v1/documents/revoke", json={"files": ["guide.md"]})
    publish(client, kb)
    assert ask(client, kb, "尺码对照", conversation_id="again")["decision"] == "handoff"


def test_a_document_that_was_removed_is_gone_with_the_next_publication(client: TestClient, kb: Kb) -> None:
    ingest(client, ("care.md", GUIDE.replace("纸尿裤", "湿巾").replace("尺码", "厚薄")))
    assert client.post("/v1/documents/remove", json={"files": ["guide.md", "none.md"]}).status_code == 404
    assert len(client.get("/v1/documents").json()["documents"]) == 2
    found = client.post("/v1/documents/remove", json={"files": ["guide.md"]})
    assert [one["file"] for one in found.json()["documents"]] == ["care.md"]
    (waiting,) = client.get("/v1/releases/pending").json()["documents"]
    assert (waiting["file"], waiting["change"], waiting["passages_removed"]) == ("guide.md", "removed", 2)
    assert "guide.md" in found_in(client)  # not published yet
    publish(client, kb)
    assert found_in(client) <= {"care.md"}
    client.post("/v1/documents/remove", json={"files": ["care.md"]})
    publish(client, kb)
    assert found_in(client) == set()
    total, (last, _) = kb.store.audit.find(action="document.remove")
    assert (total, last.detail["files"]) == (2, ["care.md"])
    ingest(client, ("guide.md", GUIDE))
    kb.refresh()
    assert found_in(client) == {"guide.md"}


def found_in(client: TestClient) -> set[str]:
    """The files of the passages that agents find."""
    found = client.get("/v1/search", params={"q": "夜里漏尿 纸尿裤"}).json()["passages"]
    return {passage["file"] for passage in found}


def test_an_approval_lapses_when_the_text_changes(client: TestClient, kb: Kb) -> None:
    client.post("/v1/documents/approve", json={"files": ["guide.md"]})
    job = ingest(client, ("guide.md", GUIDE.replace("三成", "四成")))
    assert job["result"]["plan"]["documents"]["approval_lapses"] == ["guide.md"]
    assert not kb.library.find("guide.md").approved


def test_agents_find_passages_in_a_search(client: TestClient, kb: Kb) -> None:
    kb.refresh()
    found = client.get("/v1/search", params={"q": "夜里漏尿"}).json()["passages"]
    assert found[0]["citation"] == "《纸尿裤选购指南》“夜间用法”"
    assert (found[0]["file"], found[0]["approved"]) == ("guide.md", False)


def test_a_passage_becomes_a_draft_that_says_where_it_is_from(client: TestClient, kb: Kb) -> None:
    document = client.get("/v1/documents/passages", params={"file": "guide.md"}).json()
    passage = document["passages"][0]
    made = client.post(f"/v1/documents/passages/{passage['id']}/entry", json={"question": "怎么选尺码"})
    assert made.status_code == 201, made.text
    entry = made.json()
    assert (entry["question"], entry["answer"], entry["state"]) == ("怎么选尺码", passage["text"], "draft")
    assert "《纸尿裤选购指南》“尺码对照”" in entry["source"]
    again = client.post(f"/v1/documents/passages/{passage['id']}/entry", json={"question": "怎么选尺码"})
    assert again.json()["code"] == "conflict"
    ingest(client, ("guide.md", GUIDE))  # the document does not take the entry with it
    assert kb.editing.get(entry["id"]).sourced.entry.state.value == "draft"


def test_a_draft_goes_live_and_is_served_with_the_next_release(client: TestClient, kb: Kb) -> None:
    document = client.get("/v1/documents/passages", params={"file": "guide.md"}).json()
    made = client.post(f"/v1/documents/passages/{document['passages'][0]['id']}/entry", json={"question": "怎么选尺码"})
    entry = made.json()["id"]
    assert ask(client, kb, "怎么选尺码")["decision"] != "answer"
    live = client.post(f"/v1/entries/{entry}/live", json={})
    assert (live.status_code, live.json()["state"], live.json()["source"]) == (200, "live", made.json()["source"])
    publish(client, kb)
    reply = ask(client, kb, "怎么选尺码", conversation_id="after")
    assert reply["answer"]["entry_id"] == entry
    assert client.post("/v1/entries/nobody/live", json={}).status_code == 404


def test_unknown_documents_and_passages_are_not_found(client: TestClient) -> None:
    assert client.post("/v1/documents/approve", json={"files": ["no.pdf"]}).status_code == 404
    assert client.get("/v1/documents/passages", params={"file": "no.pdf"}).status_code == 404
    assert client.post("/v1/documents/passages/p-0/entry", json={}).status_code == 404


def test_an_upload_is_reviewed_like_a_file_on_the_command_line(client: TestClient) -> None:
    rude = TABLE + "BAD1,怎么退运费,,不知道，你自己看着办。保证百分之百退款，电话 13812345678。,退款\n"
    sent = [("files", ("faq.csv", rude.encode(), "text/csv"))]
    job = settled(client, client.post("/v1/ingest", files=sent).json()["id"])
    codes = {one["code"] for one in job["result"]["findings"]}
    assert {"forbidden", "personal_data"} & codes, codes
    assert job["result"]["needs_confirmation"] or job["result"]["blocked"]


def test_a_step_of_cleaning_can_be_left_out_of_an_upload(client: TestClient, kb: Kb) -> None:
    stuttered = "# 保修条款\n\n请拨打客户服务服务务中心的热线，由工程师上门检测，保修期内不收取检测和材料费用。\n"
    job = ingest(client, ("care.md", stuttered))
    assert [one["step"] for one in job["result"]["cleaned"]] == ["stutter"]
    assert "客户服务中心" in kb.library.find("care.md").passages[0].text
    ingest(client, ("care.md", stuttered), without=("stutter",))
    assert "服务服务务中心" in kb.library.find("care.md").passages[0].text
    assert client.post("/v1/ingest", files=[("files", ("a.md", b"x"))], params={"without": "all"}).status_code == 422

    sent = client.post("/v1/ingest", files=[("files", ("again.md", stuttered.encode()))]).json()["id"]
    assert settled(client, sent)["result"]["cleaned"]
    assert client.post(f"/v1/ingest/{sent}/look", json={"without": ["all"]}).status_code == 422
    assert client.post(f"/v1/ingest/{sent}/look", json={"without": ["stutter"]}).status_code == 202
    assert settled(client, sent)["result"]["cleaned"] == []
    client.post(f"/v1/ingest/{sent}/apply", json={})
    assert settled(client, sent)["result"]["written"]
    assert "服务服务务中心" in kb.library.find("again.md").passages[0].text
    assert client.post(f"/v1/ingest/{sent}/look", json={}).status_code == 409


def test_removing_many_documents_asks_first(client: TestClient, kb: Kb, tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    folder.mkdir()
    (folder / "a.md").write_text(GUIDE, encoding="utf-8")
    (folder / "b.md").write_text(GUIDE.replace("L 码", "XL 码"), encoding="utf-8")
    kb.intake.write(kb.intake.look([folder]), author="test")
    (folder / "b.md").unlink()
    looked = kb.intake.look([folder])
    assert looked.plan.documents_gone == ("faq/b.md",)
    assert looked.retires_many
    kb.intake.write(looked, author="test", confirmed=True)
    assert [one.source for one in kb.library.all()] == ["faq/a.md", "guide.md"]
