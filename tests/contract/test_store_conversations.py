"""Conversations on every database: order, silence, and forgetting."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from kb.errors import InputError, NotFound
from kb.store import Store
from kb.store.schema import metadata
from kb.types import AnswerId, Author, ConversationId, KeyId, Message, ReplyKind, TicketId
from tests.records import NOW, answer, later, ticket

C1, C2 = ConversationId("c1"), ConversationId("c2")


def _rows(store: Store) -> dict[str, int]:
    with store._database.connection() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name != "audit"  # keeps that something was erased
        }


def _fill(store: Store, conversation: str, minutes: float = 0) -> None:
    """A conversation with something in every table that can hold a part of one."""
    in_it = ConversationId(conversation)
    store.record_answer(
        answer(f"a-{conversation}", conversation, minutes),
        messages=[(Author.CUSTOMER, "我要投诉"), (Author.BOT, "马上为您转接")],
        ticket=ticket(f"t-{conversation}", conversation, answer_id=AnswerId(f"a-{conversation}")),
    )
    ticket_id = TicketId(f"t-{conversation}")
    store.tickets.claim(ticket_id, "ann", later(minutes))
    store.tickets.reply(ticket_id, "ann", "您好", ReplyKind.EDITED, later(minutes))
    store.answers.feedback(AnswerId(f"a-{conversation}"), False, "没用", later(minutes))
    assert store.conversations.open_ticket(in_it) == ticket_id


def test_ids_rise_by_one_within_each_conversation(store: Store) -> None:
    for text in ("一", "二", "三"):
        store.conversations.add_message(C1, Author.CUSTOMER, text, NOW)
    assert store.conversations.add_message(C2, Author.BOT, "另一个", NOW).id == 1
    assert [(line.id, line.text) for line in store.conversations.messages(C1)] == [(1, "一"), (2, "二"), (3, "三")]


def test_a_message_comes_back_as_it_was_added(store: Store) -> None:
    added = store.conversations.add_message(C1, Author.AGENT, "您好 👋", NOW, ticket_id=TicketId("t1"))
    assert added == Message(1, Author.AGENT, "您好 👋", NOW, TicketId("t1"))
    assert store.conversations.messages(C1) == [added]


def test_a_message_that_cannot_be_stored_everywhere_is_refused_everywhere(store: Store) -> None:
    for text in ("a\0b", "\ud83d"):
        with pytest.raises(InputError, match="cannot be stored"):
            store.conversations.add_message(C1, Author.CUSTOMER, text, NOW)
    assert store.conversations.messages(C1) == []


def test_a_reader_asks_for_what_is_new(store: Store) -> None:
    for number in range(1, 6):
        store.conversations.add_message(C1, Author.CUSTOMER, str(number), NOW)
    assert [line.text for line in store.conversations.messages(C1, after=3)] == ["4", "5"]
    assert [line.text for line in store.conversations.messages(C1, after=1, limit=2)] == ["2", "3"]
    assert store.conversations.messages(C1, after=5) == []
    assert store.conversations.messages(ConversationId("nobody")) == []


def test_ids_have_no_gap_and_no_double_when_many_write_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        added = list(
            threads.map(lambda n: store.conversations.add_message(C1, Author.CUSTOMER, str(n), NOW), range(120))
        )
    assert sorted(line.id for line in added) == list(range(1, 121))
    kept = {line.id: line.text for line in store.conversations.messages(C1)}
    assert kept == {line.id: line.text for line in added}


def test_the_key_that_began_a_conversation_owns_it(store: Store) -> None:
    store.conversations.add_message(C1, Author.CUSTOMER, "一", NOW, owner=KeyId("k1"))
    store.conversations.add_message(C1, Author.CUSTOMER, "二", NOW, owner=KeyId("k2"))
    store.conversations.add_message(C2, Author.CUSTOMER, "一", NOW)
    assert store.conversations.owner(C1) == "k1"
    assert store.conversations.owner(C2) is None
    with pytest.raises(NotFound, match="'nobody'"):
        store.conversations.owner(ConversationId("nobody"))


def test_an_open_ticket_silences_the_bot_until_it_is_closed(store: Store) -> None:
    assert store.conversations.open_ticket(C1) is None
    store.tickets.add(ticket("t1", "c1"), NOW)
    assert store.conversations.open_ticket(C1) == "t1"
    store.tickets.claim(TicketId("t1"), "ann", NOW)
    assert store.conversations.open_ticket(C1) == "t1"
    store.tickets.close(TicketId("t1"), "ann", "returned", NOW)
    assert store.conversations.open_ticket(C1) is None


def test_forgetting_leaves_no_row_of_the_conversation_and_all_of_the_others(store: Store) -> None:
    empty = _rows(store)
    _fill(store, "c2")
    with_one = _rows(store)
    touched = {name for name, count in with_one.items() if count > empty[name]}
    assert touched == {"conversations", "messages", "answers", "feedback", "tickets", "ticket_events"}
    _fill(store, "c1")
    assert store.conversations.forget(C1)
    assert _rows(store) == with_one
    assert not store.conversations.forget(C1)
    assert store.conversations.forget(C2)
    assert _rows(store) == empty


def test_a_forgotten_conversation_can_begin_anew(store: Store) -> None:
    store.conversations.add_message(C1, Author.CUSTOMER, "一", NOW, owner=KeyId("k1"))
    store.conversations.forget(C1)
    assert store.conversations.add_message(C1, Author.CUSTOMER, "二", NOW, owner=KeyId("k2")).id == 1
    assert store.conversations.owner(C1) == "k2"


def test_old_conversations_are_forgotten_by_their_last_message(store: Store) -> None:
    empty = _rows(store)
    _fill(store, "c1", minutes=0)
    store.answers.add(answer("loose-old", None, 0))
    store.answers.feedback(AnswerId("loose-old"), True, "", NOW)
    before = _rows(store)
    store.answers.add(answer("loose-new", None, 20))
    _fill(store, "c2", minutes=0)
    store.conversations.add_message(C2, Author.CUSTOMER, "还在吗", later(20))
    for one in ("t-c1", "t-c2"):
        store.tickets.close(TicketId(one), "ann", "solved", NOW)
    assert store.conversations.forget_older_than(later(10)) == 1
    assert [line.text for line in store.conversations.messages(C2)][-1] == "还在吗"
    assert store.answers.get(AnswerId("a-c2")).at == NOW  # as old, but its conversation goes on
    assert store.answers.get(AnswerId("loose-new")) == answer("loose-new", None, 20)
    store.conversations.forget(C2)
    assert store.conversations.forget_older_than(later(30)) == 0
    assert _rows(store) == empty
    assert before != empty


def test_forgetting_goes_on_until_nothing_old_is_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store.conversations._BATCH", 3)
    for number in range(8):
        store.conversations.add_message(ConversationId(f"c{number}"), Author.CUSTOMER, "你好", later(number))
    assert store.conversations.forget_older_than(later(7)) == 7
    assert _rows(store)["conversations"] == 1


def test_a_conversation_in_which_somebody_waits_is_not_forgotten(store: Store) -> None:
    store.tickets.add(ticket("t1", "c1"), NOW)
    store.conversations.add_message(C2, Author.CUSTOMER, "你好", NOW)
    assert store.conversations.forget_older_than(later(10)) == 1
    store.tickets.claim(TicketId("t1"), "ann", later(11))
    assert store.conversations.forget_older_than(later(20)) == 0
    store.tickets.close(TicketId("t1"), "ann", "solved", later(21))
    assert store.conversations.forget_older_than(later(30)) == 1
