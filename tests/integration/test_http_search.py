from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.fakes.browser import local
from tests.fakes.shop import release, shop


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file = tmp_path_factory.mktemp("search") / "kb.db"
    with local(shop(f"sqlite:///{file}", serving=release())) as opened:
        yield opened


def test_hits_come_with_the_ranges_that_match(client: TestClient) -> None:
    body = client.get("/v1/search", params={"q": "发票抬头"}).json()
    first = body["results"][0]
    assert first["entry_id"] == "title"
    assert body["total"] == len(body["results"])
    marked = [first["question"][start:end] for start, end in first["highlights"]["question"]]
    assert "".join(marked) == "发票抬头"
    assert "<" not in first["question"]


def test_filters_narrow_and_pages_turn(client: TestClient) -> None:
    found = client.get("/v1/search", params={"category": "退款", "limit": 1, "offset": 1}).json()
    assert (found["total"], found["limit"], found["offset"], len(found["results"])) == (2, 1, 1, 1)
    tagged = client.get("/v1/search", params={"tag": ["常用"]}).json()
    assert [one["entry_id"] for one in tagged["results"]] == ["invoice"]
    assert client.get("/v1/search", params={"tag": ["常用", "别的"]}).json()["total"] == 0


def test_markup_in_the_query_is_only_text(client: TestClient) -> None:
    assert client.get("/v1/search", params={"q": "<script>alert(1)</script>"}).status_code == 200


@pytest.mark.parametrize("query", ["q=" + "a" * 201, "limit=0", "limit=101", "offset=-1", "limit=1e3"])
def test_a_query_that_cannot_be_used_is_a_problem(client: TestClient, query: str) -> None:
    reply = client.get(f"/v1/search?{query}")
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_input")


def test_what_is_typed_is_completed(client: TestClient) -> None:
    found = client.get("/v1/suggest", params={"q": "发票"}).json()["suggestions"]
    assert found[0] == {
        "text": "发票抬头可以修改吗？",
        "entry_id": "title",
        "question": "发票抬头可以修改吗？",
        "highlights": [[0, 2]],
    }
    (found_by_variant,) = client.get("/v1/suggest", params={"q": "改一下发票"}).json()["suggestions"]
    assert found_by_variant["text"] == "发票抬头可以修改吗？"
    assert len(client.get("/v1/suggest", params={"q": "怎么", "limit": 2}).json()["suggestions"]) == 2


@pytest.mark.parametrize("typed", ["", "😀", "。", "\x00", "zzz"])
def test_nothing_to_complete_is_no_failure(client: TestClient, typed: str) -> None:
    assert client.get("/v1/suggest", params={"q": typed}).json() == {"suggestions": []}


def test_suggest_without_a_query_is_a_problem(client: TestClient) -> None:
    reply = client.get("/v1/suggest")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "q")
