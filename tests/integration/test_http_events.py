"""Streams, over a real uvicorn: a client that reads while others write, and a server that is told to end."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from kb.answer.respond import Asked
from kb.types import Author, ConversationId
from kb.wiring import Kb
from tests.fakes.server import PATIENCE_S, Running, running

C1 = ConversationId("c1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as one:
        hand_over(one.kb)
        yield one


def hand_over(kb: Kb) -> str:
    ticket = kb.responder.respond(kb.matcher(), Asked("转人工", C1)).ticket
    assert ticket is not None
    kb.desk.claim(ticket.id, "小王")
    return ticket.id


def events(stream: HTTPResponse) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield id and data of each message as it comes."""
    number = 0
    while line := stream.readline():
        if line.startswith(b"id: "):
            number = int(line[4:])
        elif line.startswith(b"data: "):
            yield number, json.loads(line[6:])


def test_a_stream_tells_what_was_said_and_what_is_said_next(server: Running) -> None:
    stream = server.open_stream("/v1/conversations/c1/events")
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    told = events(stream)
    assert [next(told)[0], next(told)[0]] == [1, 2]
    server.kb.store.conversations.add_message(C1, Author.AGENT, "您好\n第二行", server.kb.clock.now())
    number, line = next(told)
    assert (number, line["id"], line["author"], line["text"]) == (3, 3, "agent", "您好\n第二行")


def test_a_stream_is_taken_up_where_it_was_lost(server: Running) -> None:
    for text in ("一", "二"):
        server.kb.store.conversations.add_message(C1, Author.AGENT, text, server.kb.clock.now())
    again = events(server.open_stream("/v1/conversations/c1/events", {"Last-Event-ID": "3"}))
    assert next(again)[1]["text"] == "二"
    odd = events(server.open_stream("/v1/conversations/c1/events?after=3", {"Last-Event-ID": "²x-7"}))
    assert next(odd)[1]["text"] == "二"


def test_two_listeners_hear_the_same(server: Running) -> None:
    streams = [events(server.open_stream("/v1/conversations/c1/events?after=2")) for _ in range(2)]
    server.kb.store.conversations.add_message(C1, Author.AGENT, "您好", server.kb.clock.now())
    assert [next(told)[1]["text"] for told in streams] == ["您好", "您好"]


def test_an_unknown_conversation_has_no_stream(server: Running) -> None:
    refused = server.open_stream("/v1/conversations/nobody/events")
    assert refused.status == 404
    assert json.loads(refused.read())["code"] == "not_found"


def test_a_silent_stream_shows_that_it_is_alive(tmp_path: Path) -> None:
    with running(tmp_path, heartbeat_s=0.1) as server:
        hand_over(server.kb)
        stream = server.open_stream("/v1/conversations/c1/events?after=2")
        lines = [stream.readline() for _ in range(4)]
    assert lines == [b"retry: 1000\n", b"\n", b": still here\n", b"\n"]


def test_open_streams_do_not_keep_the_server_from_ending(server: Running) -> None:
    streams = [server.open_stream("/v1/conversations/c1/events?after=2") for _ in range(3)]
    for stream in streams:
        stream.readline()
    ended: list[int] = []
    waiting = threading.Thread(target=lambda: ended.append(server.process.wait(PATIENCE_S)))
    waiting.start()
    time.sleep(0.2)
    server.process.send_signal(signal.SIGTERM)
    rests = [stream.read() for stream in streams]
    waiting.join()
    assert rests == [b"\n"] * 3, "each stream ends as a whole, not cut off"
    assert ended, "the process has not ended"


def test_a_body_without_end_is_refused_before_it_is_read(server: Running) -> None:
    """Chunked, so that no length warns of it; the refusal comes while the client still sends."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as client:
        client.sendall(
            b"POST /v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        sent = 0
        client.settimeout(0.05)
        reply = b""
        while not reply and sent < 64 * 1024 * 1024:
            try:
                client.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")
                sent += 4096
            except (TimeoutError, ConnectionError):
                pass
            try:
                reply = client.recv(65536)
            except TimeoutError:
                continue
    assert reply.startswith(b"HTTP/1.1 413")
    assert sent < 1024 * 1024


def test_an_announced_length_is_refused_at_once(server: Running) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)) as connection:
        connection.putrequest("POST", "/v1/answer")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()
        reply = connection.getresponse()
        assert (reply.status, json.loads(reply.read())["code"]) == (413, "body_too_large")


def test_a_client_that_hangs_up_is_no_error(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(
            b"POST /v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b'Content-Length: 500\r\n\r\n{"question": '
        )
    assert server.open_stream("/healthz").status == 200
