"""Messages that their senders named, on every database."""

import pytest

from kb.errors import Conflict
from kb.store import Store
from kb.types import Author, ConversationId, SentMessage
from tests.records import answer, ticket

C1, C2 = ConversationId("c1"), ConversationId("c2")
ASKED = [(Author.CUSTOMER, "转人工"), (Author.BOT, "马上为您转接")]


def test_a_reply_is_found_by_the_message_it_was_given_to(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=ASKED, sent=("m1", '{"message":"您好 👋"}'))
    assert store.sent.reply_to(C1, "m1") == '{"message":"您好 👋"}'
    assert store.sent.reply_to(C1, "m2") is None
    assert store.sent.reply_to(C2, "m1") is None


def test_a_message_that_was_sent_before_leaves_nothing_behind(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=ASKED, sent=("m1", "first"))
    with pytest.raises(Conflict):
        store.record_answer(answer("a2", "c1"), messages=ASKED, ticket=ticket("t1", "c1"), sent=("m1", "second"))
    assert store.sent.reply_to(C1, "m1") == "first"
    assert len(store.conversations.messages(C1)) == 2
    assert [record.id for record in store.answers.recent(9)] == ["a1"]
    assert store.tickets.find() == []


def test_two_conversations_may_name_a_message_alike(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=ASKED, sent=("m1", "one"))
    store.record_answer(answer("a2", "c2"), messages=ASKED, sent=("m1", "two"))
    assert (store.sent.reply_to(C1, "m1"), store.sent.reply_to(C2, "m1")) == ("one", "two")


def test_lines_are_found_with_what_was_sent(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=ASKED, sent=("m1", "one"))
    store.record_answer(answer("a2", "c1"), messages=ASKED[:1], sent=("m2", "two"))
    store.record_answer(answer("a3", "c1"), messages=ASKED)
    first, second = SentMessage("m1", 1, 2, "one"), SentMessage("m2", 3, None, "two")
    assert sorted(store.sent.among(C1, 1, 9), key=lambda one: one.line) == [first, second]
    assert store.sent.among(C1, 2, 2) == [first]
    assert store.sent.among(C1, 4, 5) == []


def test_what_was_sent_is_forgotten_with_its_conversation(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=ASKED, sent=("m1", "one"))
    store.conversations.forget(C1)
    assert store.sent.reply_to(C1, "m1") is None
