"""The store under several processes at once, and under one that dies."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kb.errors import Conflict
from kb.store import Store
from kb.store.schema import entry_history
from kb.types import Author, ConversationId, TicketId
from tests.records import NOW, answer, sourced, ticket
from tests.stores import SHARED_KINDS, database

SPAWN = multiprocessing.get_context("spawn")
SHARED = ConversationId("shared")


@pytest.fixture(params=SHARED_KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database that processes can share."""
    return database(request.param, tmp_path)


def _reported(work: Callable[..., Any], url: str, number: int, barrier: Barrier, results: Any) -> None:
    try:
        results.put(work(url, number, barrier))
    except BaseException as error:
        barrier.abort()  # so that the others don't wait for this one
        results.put(repr(error))
        raise


def _together(work: Callable[[str, int, Barrier], Any], url: str, processes: int) -> list[Any]:
    """Run `work(url, number, barrier)` in several processes; return what each returned."""
    barrier, results = SPAWN.Barrier(processes), SPAWN.Queue()
    started = [
        SPAWN.Process(target=_reported, args=(work, url, number, barrier, results)) for number in range(processes)
    ]
    for process in started:
        process.start()
    found = [results.get() for _ in started]
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * processes, found
    return found


def _write(url: str, number: int, barrier: Barrier) -> list[int]:
    with Store.open(url) as store:
        barrier.wait()
        ids: list[int] = []
        for turn in range(200):
            record = answer(f"a-{number}-{turn}", SHARED)
            added = store.record_answer(record, messages=[(Author.CUSTOMER, "问"), (Author.BOT, "答")])
            ids += [line.id for line in added]
    return ids


def test_processes_that_write_at_once_all_get_their_turn(url: str) -> None:
    Store.open(url).close()
    ids = [id_ for found in _together(_write, url, 4) for id_ in found]
    assert sorted(ids) == list(range(1, 4 * 200 * 2 + 1))
    with Store.open(url) as store:
        assert len(store.answers.recent(10_000)) == 800


def _claim(url: str, number: int, barrier: Barrier) -> list[tuple[int, str]]:
    agent = f"agent {number}"
    won = []
    with Store.open(url) as store:
        for turn in range(50):
            barrier.wait()
            try:
                won.append((turn, store.tickets.claim(TicketId(f"t{turn}"), agent, NOW).assignee))
            except Conflict:
                continue
    return won


def test_of_two_processes_that_claim_a_ticket_exactly_one_wins(url: str) -> None:
    with Store.open(url) as store:
        for turn in range(50):
            store.tickets.add(ticket(f"t{turn}", f"c{turn}"), NOW)
        won = sorted(claim for found in _together(_claim, url, 2) for claim in found)
        assert [turn for turn, _ in won] == list(range(50))
        assert [store.tickets.get(TicketId(f"t{turn}")).assignee for turn, _ in won] == [agent for _, agent in won]


def _open(url: str, number: int, barrier: Barrier) -> bool:
    barrier.wait()
    with Store.open(url) as store:
        store.ping()
        store.conversations.add_message(SHARED, Author.CUSTOMER, str(number), NOW)
    return "alembic.command" in sys.modules


def test_of_processes_that_open_an_empty_database_at_once_exactly_one_migrates(url: str) -> None:
    assert sorted(_together(_open, url, 5)) == [False] * 4 + [True]
    with Store.open(url) as store:
        assert [line.id for line in store.conversations.messages(SHARED)] == [1, 2, 3, 4, 5]


def _die_while_applying(url: str, moment: str) -> None:
    store = Store.open(url)
    doomed: Any = getattr(store.entries, moment)
    run = doomed.many if moment != "_number" else doomed.run

    def run_and_die(*args: Any) -> None:
        run(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(doomed, "many" if moment != "_number" else "run", run_and_die)
    new = [sourced(f"e{number:04}", "新的问法") for number in range(5_000)]
    store.entries.apply(new, [], author="b", now=NOW, expect=1)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("_number", id="after the revision is numbered"),
        pytest.param("_put", id="after the entries are written"),
        pytest.param("_remember", id="before the commit"),
    ],
)
def test_a_process_killed_while_it_applies_leaves_the_old_knowledge(url: str, moment: str) -> None:
    old = [sourced(f"e{number:04}", "旧的问法") for number in range(5_000)]
    with Store.open(url) as store:
        store.entries.apply(old, [], author="a", now=NOW, expect=0)
    process = SPAWN.Process(target=_die_while_applying, args=(url, moment))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with Store.open(url) as store:
        assert store.entries.revision() == 1
        assert store.entries.all() == old
        with store._database.connection() as connection:
            kept = connection.execute(select(entry_history.c.revision, func.count()).group_by(entry_history.c.revision))
            assert [tuple(row) for row in kept] == [(1, 5_000)]
        new = [sourced("e0000", "新的问法")]
        assert store.entries.apply(new, [], author="b", now=NOW, expect=1) == 2  # and the next one goes through


def _change(url: str, number: int, barrier: Barrier) -> list[int]:
    with Store.open(url) as store:
        won = []
        for revision in range(20):
            barrier.wait()
            try:
                store.entries.apply([sourced("a", str(number))], [], author=str(number), now=NOW, expect=revision)
                won.append(revision)
            except Conflict:
                continue
    return won


def test_of_two_changes_planned_on_one_revision_exactly_one_is_applied(url: str) -> None:
    Store.open(url).close()
    assert sorted(revision for won in _together(_change, url, 2) for revision in won) == list(range(20))
    with Store.open(url) as store:
        assert store.entries.revision() == 20
