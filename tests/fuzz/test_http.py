"""Whatever is sent, the service answers as its document says, and never with a failure of its own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis.checks import positive_data_acceptance
from schemathesis.config import SchemathesisConfig
from starlette.testclient import TestClient

from kb.types import Role
from kb.web.app import create_app
from kb.web.schemas import AnswerOut, Problem
from kb.wiring import Kb
from tests.fakes.browser import local
from tests.fakes.shop import NOON, release, shop

#: A question may be as long as it may, and still hold nothing that could be matched: such data is refused.
_TOO_STRICT = [positive_data_acceptance]

_TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="退货款发票怎么多久人工投诉0123456789 ？。，\u0301\u200d😀", max_size=60),
    st.text(st.characters(categories=["Cc", "Cf", "Co", "Mn", "Zs"]), max_size=60),
    st.sampled_from(["转人工", "怎么开发票", "券怎么用", "宝宝全身起红疹了", "\u0301" * 10_000, "长" * 1001]),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_FIELDS = (
    *("question", "conversation_id", "message_id", "channel", "product", "category", "tags", "top_k"),
    *("dry_run", "explain"),
)
_BODIES = st.dictionaries(st.sampled_from(_FIELDS) | st.text(max_size=8), _JSON, max_size=6)
_SOME = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


#: A body that is too large is refused before it is looked at, which schemathesis doesn't count as a refusal by itself.
_REFUSED = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
_CONFIG = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": _REFUSED}}})


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return shop(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'kb.db'}", serving=release())


@pytest.fixture(scope="module")
def client(kb: Kb) -> Iterator[TestClient]:
    with local(kb) as opened:
        yield opened


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """A kb of which schemathesis, which comes from no machine in particular, holds a key."""
    return shop(f"sqlite:///{tmp_path_factory.mktemp('guarded') / 'kb.db'}", serving=release())


@pytest.fixture(scope="module")
def key(guarded: Kb) -> str:
    return guarded.store.keys.add("模糊测试", Role.ADMIN, NOON)[1]


@pytest.fixture(scope="module")
def api(guarded: Kb) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(guarded), config=_CONFIG)


def _operations() -> Iterator[Any]:
    """Every route of the document, with data that fits, and data that doesn't where there is any."""
    for path, known in create_app(shop()).openapi()["paths"].items():
        if path.startswith("/v1/conversations") and path.endswith("/events"):
            continue  # a stream ends only with its reader
        for method, operation in known.items():
            queries = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
            for mode in schemathesis.GenerationMode:
                if mode is schemathesis.GenerationMode.POSITIVE or queries or "requestBody" in operation:
                    yield pytest.param(method.upper(), path, mode, id=f"{method} {path}, {mode.value}")


@pytest.mark.parametrize(("method", "path", "mode"), list(_operations()))
def test_every_route_answers_as_the_document_says(
    api: Any, key: str, method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    def answers(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, excluded_checks=_TOO_STRICT)

    answers()


def _is_a_problem(client: TestClient, reply: Any) -> None:
    assert 400 <= reply.status_code < 500, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    shown = Problem.model_validate_json(reply.content)
    assert shown.status == reply.status_code
    assert shown.detail


@given(body=_BODIES)
@_SOME
def test_any_body_gets_an_answer_or_a_problem(client: TestClient, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    reply = client.post("/v1/answer", content=content, headers={"content-type": "application/json"})
    if reply.status_code == 200:
        assert AnswerOut.model_validate(reply.json()).message
    else:
        _is_a_problem(client, reply)


@given(question=_TEXTS)
@_SOME
def test_any_question_gets_an_answer_or_a_problem(client: TestClient, question: str) -> None:
    reply = client.post(
        "/v1/answer", content=json.dumps({"question": question}), headers={"content-type": "application/json"}
    )
    if reply.status_code == 200:
        shown = AnswerOut.model_validate(reply.json())
        assert shown.message
        assert (shown.answer is not None) is (shown.decision == "answer")
        assert (shown.ticket is not None) is (shown.decision == "handoff")
    else:
        _is_a_problem(client, reply)


@given(content=st.binary(max_size=200))
@_SOME
def test_any_bytes_get_a_problem(client: TestClient, content: bytes) -> None:
    assume(not content.lstrip().startswith(b"{"))
    _is_a_problem(client, client.post("/v1/answer", content=content, headers={"content-type": "application/json"}))


@given(content=st.binary(max_size=200), head=st.sampled_from([b'{"question": "', b'{"question": "\\u', b'{"', b"["]))
@_SOME
def test_json_that_breaks_off_gets_an_answer_or_a_problem(client: TestClient, content: bytes, head: bytes) -> None:
    reply = client.post("/v1/answer", content=head + content, headers={"content-type": "application/json"})
    if reply.status_code != 200:
        _is_a_problem(client, reply)


@given(typed=_TEXTS.filter(lambda text: len(text) <= 200))
@_SOME
def test_whatever_is_typed_is_looked_for(client: TestClient, typed: str) -> None:
    for path in ("/v1/search", "/v1/suggest"):
        reply = client.get(path, params={"q": typed})
        assert reply.status_code == 200, reply.text
