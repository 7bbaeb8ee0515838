import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.types import Question
from kb.web.bodies import LIMIT
from kb.web.schemas import AnswerOut
from kb.wiring import Kb
from tests.fakes.browser import local
from tests.fakes.shop import release, shop

JSON = {"content-type": "application/json"}


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return shop(f"sqlite:///{tmp_path / 'kb.db'}", serving=release())


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


def test_a_direct_answer_has_every_field_of_the_contract(client: TestClient) -> None:
    reply = client.post("/v1/answer", json={"question": "怎么开发票"})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert body.pop("id").startswith("ans_")
    assert body.pop("took_ms") >= 0
    assert body == {
        "decision": "answer",
        "reason": "exact",
        "confidence": 1.0,
        "message": "下单时勾选“开具发票”，或在订单完成后30天内到订单详情页补开。",
        "answer": {
            "entry_id": "invoice",
            "question": "怎么开发票？",
            "text": "下单时勾选“开具发票”，或在订单完成后30天内到订单详情页补开。",
            "category": "发票",
            "links": [{"title": "开票说明", "url": "https://shop.example/invoice"}],
            "follow_ups": ["发票抬头可以修改吗？"],
            "passage": None,
        },
        "options": [],
        "candidates": [
            {"entry_id": "invoice", "question": "怎么开发票？", "matched": "怎么开发票？", "confidence": 1.0}
        ],
        "ticket": None,
        "conversation_id": None,
        "release": "r1",
        "explanation": None,
    }


@pytest.mark.parametrize(
    "question",
    ["怎么开发票", "券怎么用", "没发货可以退款不", "转人工", "宝宝喝完奶粉全身起红疹了", "你好", "火星上有外星人吗"],
)
@pytest.mark.parametrize("explain", [True, False])
def test_every_reply_is_as_the_document_describes_it(client: TestClient, question: str, explain: bool) -> None:
    body = client.post("/v1/answer", json={"question": question, "explain": explain}).json()
    shown = AnswerOut.model_validate(body)
    assert set(body) == set(AnswerOut.model_fields)
    assert shown.message
    assert (shown.explanation is not None) is explain


def test_a_question_back_offers_questions_that_are_answered_when_sent_back(client: TestClient) -> None:
    body = client.post("/v1/answer", json={"question": "券怎么用"}).json()
    assert body["decision"] == "clarify"
    assert [option["entry_id"] for option in body["options"]] == ["coupon-a", "coupon-b"]
    for option in body["options"]:
        again = client.post("/v1/answer", json={"question": f"· {option['question']}"}).json()
        assert again["answer"]["entry_id"] == option["entry_id"]


def test_what_else_a_message_asks_is_offered_beneath_the_answer_and_answered_when_sent(client: TestClient) -> None:
    body = client.post("/v1/answer", json={"question": "还没发货能退款吗 怎么开发票呢"}).json()
    (other,) = body["options"]
    assert {body["answer"]["entry_id"], other["entry_id"]} == {"refund-unsent", "invoice"}
    offer = f"您还问到另一件事，是想了解这个吗？\n· {other['question']}"
    assert body["message"] == f"{body['answer']['text']}\n\n{offer}"
    sent_back = client.post("/v1/answer", json={"question": other["question"]}).json()
    assert sent_back["answer"]["entry_id"] == other["entry_id"]
    assert sent_back["options"] == []


def test_a_handover_names_ticket_and_conversation(client: TestClient) -> None:
    body = client.post("/v1/answer", json={"question": "我要投诉你们"}).json()
    assert body["decision"] == "handoff"
    assert body["ticket"] == {
        "id": body["ticket"]["id"],
        "reason": "complaint",
        "priority": "urgent",
        "due_at": "2026-11-19T06:20:00.000Z",
    }
    lines = client.get(f"/v1/conversations/{body['conversation_id']}/messages").json()["messages"]
    assert [line["author"] for line in lines] == ["customer", "bot"]
    assert lines[1]["text"] == body["message"]


def test_the_confidence_is_the_matchers_to_the_last_bit(client: TestClient, kb: Kb) -> None:
    text = "没发货可以退款不"
    judged = kb.matcher().judge(Question(text), kb.responder.today())
    body = client.post("/v1/answer", json={"question": text}).json()
    assert body["confidence"] == judged.confidence
    assert [one["confidence"] for one in body["candidates"]] == [one.confidence for one in judged.candidates]


def test_scope_and_top_k_are_obeyed(client: TestClient) -> None:
    body = client.post("/v1/answer", json={"question": "没发货可以退款不", "category": "退款", "top_k": 1}).json()
    assert [one["entry_id"] for one in body["candidates"]] == ["refund-unsent"]
    outside = client.post("/v1/answer", json={"question": "怎么开发票", "tags": ["没有这个标签"]}).json()
    assert outside["candidates"] == []


def test_a_dry_run_leaves_no_trace(client: TestClient, kb: Kb) -> None:
    body = client.post("/v1/answer", json={"question": "转人工", "dry_run": True, "conversation_id": "c1"}).json()
    assert (body["decision"], body["ticket"]) == ("handoff", None)
    assert kb.store.answers.recent(1) == []
    assert client.get("/v1/conversations/c1/messages").status_code == 404
    assert "kb_answers_total{" not in client.get("/metrics").text


def test_null_for_an_optional_field_is_as_if_it_were_left_out(client: TestClient) -> None:
    asked = {"question": "怎么开发票", "conversation_id": None, "channel": None, "product": None, "tags": None}
    assert client.post("/v1/answer", json=asked).json()["decision"] == "answer"


def test_white_space_around_the_question_does_not_count(client: TestClient) -> None:
    assert client.post("/v1/answer", json={"question": "怎么开发票" + " " * 2000}).status_code == 200


def test_a_line_break_is_no_control_character(client: TestClient) -> None:
    assert client.post("/v1/answer", json={"question": "你好\n怎么开发票"}).status_code == 200


BAD_FIELDS = [
    pytest.param({}, "bad_input", "question", id="no question"),
    pytest.param({"question": ""}, "nothing_to_match", "question", id="empty"),
    pytest.param({"question": " \n\t　"}, "nothing_to_match", "question", id="only white space"),
    pytest.param({"question": "😀🎉"}, "nothing_to_match", "question", id="emoji only"),
    pytest.param({"question": "？？！！"}, "nothing_to_match", "question", id="punctuation only"),
    pytest.param({"question": "\u0301" * 900}, "nothing_to_match", "question", id="900 combining marks"),
    pytest.param({"question": "\u0301" * 10_000}, "question_too_long", "question", id="10,000 combining marks"),
    pytest.param({"question": "长" * 1001}, "question_too_long", "question", id="1,001 characters"),
    pytest.param({"question": "怎么\x00退货"}, "bad_input", "question", id="a NUL character"),
    pytest.param({"question": "怎么\x1b[31m退货"}, "bad_input", "question", id="an escape sequence"),
    pytest.param({"question": 5}, "bad_input", "question", id="a number"),
    pytest.param({"question": None}, "bad_input", "question", id="null"),
    pytest.param({"question": ["怎么退货"]}, "bad_input", "question", id="a list"),
    pytest.param({"question": "退货", "top_k": 0}, "bad_input", "top_k", id="top_k too small"),
    pytest.param({"question": "退货", "top_k": 21}, "bad_input", "top_k", id="top_k too large"),
    pytest.param({"question": "退货", "top_k": 10**400}, "bad_input", "top_k", id="top_k beyond every number"),
    pytest.param({"question": "退货", "top_k": "5"}, "bad_input", "top_k", id="a number in quotes"),
    pytest.param({"question": "退货", "top_k": True}, "bad_input", "top_k", id="true for a number"),
    pytest.param({"question": "退货", "top_k": 5.0}, "bad_input", "top_k", id="a fraction for a whole number"),
    pytest.param({"question": "退货", "dry_run": "yes"}, "bad_input", "dry_run", id="yes for true"),
    pytest.param({"question": "退货", "dry_run": 1}, "bad_input", "dry_run", id="one for true"),
    pytest.param({"question": "退货", "tags": "常用"}, "bad_input", "tags", id="a text for a list"),
    pytest.param({"question": "退货", "tags": [1]}, "bad_input", "tags.0", id="a number among tags"),
    pytest.param({"question": "退货", "tags": ["t"] * 21}, "bad_input", "tags", id="too many tags"),
    pytest.param({"question": "退货", "conversation_id": ""}, "bad_input", "conversation_id", id="an empty id"),
    pytest.param({"question": "退货", "conversation_id": "a b"}, "bad_input", "conversation_id", id="a space in an id"),
    pytest.param(
        {"question": "退货", "conversation_id": "a\n"}, "bad_input", "conversation_id", id="an id on two lines"
    ),
    pytest.param({"question": "退货", "conversation_id": "a" * 129}, "bad_input", "conversation_id", id="a long id"),
    pytest.param({"question": "退货", "channel": "微信/小程序"}, "bad_input", "channel", id="a slash in the channel"),
    pytest.param({"question": "退货", "category": "类" * 101}, "bad_input", "category", id="a long category"),
    pytest.param({"question": "退货", "product": "\x07"}, "bad_input", "product", id="a bell for a product"),
    pytest.param({"question": "退货", "questoin": "x"}, "bad_input", "questoin", id="an unknown field"),
]


@pytest.mark.parametrize(("body", "code", "field"), BAD_FIELDS)
def test_a_field_that_cannot_be_used_is_named(client: TestClient, body: object, code: str, field: str) -> None:
    reply = client.post("/v1/answer", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["code"] == code
    assert problem["status"] == 422
    assert problem["type"].endswith(code)
    assert problem["title"]
    assert problem["detail"]
    assert [one["field"] for one in problem["errors"]] == [field]


BAD_BODIES = [
    pytest.param(b"", 400, "invalid_json", id="no body"),
    pytest.param(b"{", 400, "invalid_json", id="half a body"),
    pytest.param(b'{"question": "a",}', 400, "invalid_json", id="a comma too many"),
    pytest.param(b"{'question': 'a'}", 400, "invalid_json", id="single quotes"),
    pytest.param(b'{"question": NaN}', 400, "invalid_json", id="NaN"),
    pytest.param(b'{"question": "a", "top_k": Infinity}', 400, "invalid_json", id="Infinity"),
    pytest.param(b'{"question": "\\ud800"}', 400, "invalid_json", id="half a surrogate pair"),
    pytest.param(b'{"question": "\xff\xfe"}', 400, "invalid_utf8", id="bytes that are not UTF-8"),
    pytest.param('{"question": "怎么退货"}'.encode("gb18030"), 400, "invalid_utf8", id="GB18030"),
    pytest.param('{"question": "退货"}'.encode("utf-16"), 400, "invalid_utf8", id="UTF-16"),
    pytest.param(b'{"question": "\xed\xa0\x80"}', 400, "invalid_utf8", id="a surrogate in UTF-8"),
    pytest.param(b"[" * 50_000, 400, "invalid_json", id="brackets without end"),
    pytest.param(b'"question"', 422, "bad_input", id="a text"),
    pytest.param(b"[]", 422, "bad_input", id="a list"),
    pytest.param(b"null", 422, "bad_input", id="null"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
def test_a_body_that_is_no_such_json_is_refused(client: TestClient, body: bytes, status: int, code: str) -> None:
    reply = client.post("/v1/answer", content=body, headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_another_kind_of_body_is_refused(client: TestClient, kind: str) -> None:
    reply = client.post("/v1/answer", content=b'{"question": "a"}', headers={"content-type": kind})
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"])
def test_json_may_be_called_by_its_longer_names(client: TestClient, kind: str) -> None:
    content = json.dumps({"question": "怎么开发票"}).encode()
    assert client.post("/v1/answer", content=content, headers={"content-type": kind}).status_code == 200


def test_a_body_over_64_kib_is_refused(client: TestClient) -> None:
    content = b'{"question": "' + b"a" * LIMIT + b'"}'
    reply = client.post("/v1/answer", content=content, headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")
    assert reply.headers["connection"] == "close"


def test_a_body_of_exactly_64_kib_is_read(client: TestClient) -> None:
    content = b'{"question": "' + b"a" * (LIMIT - 16) + b'"}'
    assert len(content) == LIMIT
    assert client.post("/v1/answer", content=content, headers=JSON).json()["code"] == "question_too_long"


def test_a_message_names_no_value_of_the_customers(client: TestClient) -> None:
    reply = client.post("/v1/answer", json={"question": "我的手机13812345678", "channel": "13812345678 "})
    assert reply.status_code == 422
    assert "13812345678" not in reply.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/answer", 405, "method_not_allowed"),
        ("DELETE", "/v1/feedback", 405, "method_not_allowed"),
        ("PUT", "/v1/tickets", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses_and_methods_are_problems_too(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    reply = client.request(method, path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert status != 405 or "allow" in reply.headers


def test_feedback_is_kept_and_the_last_word_counts(client: TestClient, kb: Kb) -> None:
    asked = client.post("/v1/answer", json={"question": "怎么开发票"}).json()["id"]
    for helpful in (True, False):
        said = {"answer_id": asked, "helpful": helpful, "comment": "电话13812345678没人接"}
        assert client.post("/v1/feedback", json=said).status_code == 204
    kept = kb.store.answers.feedback_on(asked)
    assert kept is not None
    assert (kept.helpful, kept.comment) == (False, "电话[手机号]没人接")


def test_feedback_on_nothing_is_not_found(client: TestClient) -> None:
    reply = client.post("/v1/feedback", json={"answer_id": "ans_none", "helpful": True})
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
