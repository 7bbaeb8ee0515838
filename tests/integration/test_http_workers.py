"""Several service processes over one database behave like one."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.server import PATIENCE_S, Running, running


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    figures = tmp_path / "figures"
    figures.mkdir()
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(figures)}
    with running(tmp_path, environment=shared) as one, running(tmp_path, environment=shared) as other:
        yield one, other


def post(worker: Running, path: str, body: dict[str, object]) -> tuple[int, dict[str, Any]]:
    with closing(HTTPConnection("127.0.0.1", worker.port, timeout=PATIENCE_S)) as connection:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())


def test_a_conversation_handed_over_in_one_process_is_silent_in_the_other(workers: tuple[Running, Running]) -> None:
    one, other = workers
    handed = post(one, "/v1/answer", {"question": "转人工"})[1]
    asked = {"question": "怎么开发票", "conversation_id": handed["conversation_id"]}
    assert post(other, "/v1/answer", asked)[1]["reason"] == "with_agent"


def test_of_agents_who_claim_in_both_processes_exactly_one_wins(workers: tuple[Running, Running]) -> None:
    ticket = post(workers[0], "/v1/answer", {"question": "转人工"})[1]["ticket"]["id"]
    with ThreadPoolExecutor(8) as agents:
        codes = list(
            agents.map(lambda at: post(workers[at % 2], f"/v1/tickets/{ticket}/claim?agent=a{at}", {})[0], range(8))
        )
    assert sorted(codes) == [200] + [409] * 7


def test_questions_of_one_conversation_asked_at_once_open_one_ticket(workers: tuple[Running, Running]) -> None:
    asked: dict[str, object] = {"question": "我要投诉你们", "conversation_id": "c1"}
    with ThreadPoolExecutor(8) as customers:
        replies = list(customers.map(lambda at: post(workers[at % 2], "/v1/answer", asked), range(8)))
    assert {status for status, _ in replies} == {200}
    assert sum(reply["ticket"] is not None for _, reply in replies) == 1
    lines = workers[0].kb.store.conversations.messages("c1")  # type: ignore[arg-type]
    assert [line.id for line in lines] == list(range(1, 10)), "eight questions and one reply of the bot's"


def test_figures_are_those_of_both_processes(workers: tuple[Running, Running]) -> None:
    for worker in workers:
        post(worker, "/v1/answer", {"question": "怎么开发票"})
    for worker in workers:
        text = worker.open_stream("/metrics").read().decode()
        assert 'kb_answers_total{decision="answer",reason="exact"} 2.0' in text
        assert 'kb_tickets_open{state="waiting"} 0.0' in text
