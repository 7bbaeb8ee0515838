"""Answers, feedback, and the transaction that keeps a whole turn, on every database."""

import pytest

from kb.errors import Conflict, InputError, NotFound
from kb.store import Store
from kb.store.conversations import Standing
from kb.store.store import Kept
from kb.types import AnswerId, Author, ConversationId, DecisionKind, EntryId, Feedback, KeyId, Message, Reason, TicketId
from tests.records import NOW, answer, later, ticket

A1 = AnswerId("a1")
C1 = ConversationId("c1")
TURN = [(Author.CUSTOMER, "我要投诉"), (Author.BOT, "马上为您转接")]


@pytest.mark.parametrize("conversation", [None, "c1"])
def test_a_record_comes_back_as_it_was_added(store: Store, conversation: str | None) -> None:
    store.answers.add(answer("a1", conversation))
    assert store.answers.get(A1) == answer("a1", conversation)


def test_a_handoff_without_candidates_is_kept_too(store: Store) -> None:
    bare = answer(
        "a1", decision=DecisionKind.HANDOFF, reason=Reason.NOTHING_CLOSE, confidence=0.0, entry_id=None, candidates=()
    )
    store.answers.add(bare)
    assert store.answers.get(A1) == bare


def test_recent_answers_come_newest_first(store: Store) -> None:
    for minutes, id_ in enumerate(["a", "b", "c"]):
        store.answers.add(answer(id_, minutes=minutes))
    assert [record.id for record in store.answers.recent(2)] == ["c", "b"]


def test_an_answer_is_added_once(store: Store) -> None:
    store.answers.add(answer("a1"))
    with pytest.raises(Conflict, match="already in the store"):
        store.answers.add(answer("a1"))


def test_an_unknown_answer_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="'a1'"):
        store.answers.get(A1)
    with pytest.raises(NotFound, match="'a1'"):
        store.answers.feedback(A1, True, "", NOW)
    assert store.answers.feedback_on(A1) is None


def test_a_second_word_of_feedback_replaces_the_first(store: Store) -> None:
    store.answers.add(answer("a1"))
    assert store.answers.feedback_on(A1) is None
    store.answers.feedback(A1, True, "谢谢", NOW)
    store.answers.feedback(A1, False, "其实没用", later(1))
    assert store.answers.feedback_on(A1) == Feedback(A1, False, "其实没用", later(1))


def test_a_turn_is_kept_whole(store: Store) -> None:
    added = store.record_answer(answer("a1", "c1"), messages=TURN, ticket=ticket("t1", "c1"), owner=KeyId("k1"))
    assert added == (
        Message(1, Author.CUSTOMER, "我要投诉", NOW, TicketId("t1")),
        Message(2, Author.BOT, "马上为您转接", NOW, TicketId("t1")),
    )
    assert tuple(store.conversations.messages(C1)) == added
    assert store.answers.get(A1) == answer("a1", "c1")
    assert store.tickets.get(TicketId("t1")) == ticket("t1", "c1")
    assert [event.kind for event in store.tickets.events(TicketId("t1"))] == ["created"]
    assert store.conversations.open_ticket(C1) == "t1"
    assert store.conversations.owner(C1) == "k1"


def test_an_answer_without_a_conversation_leaves_none(store: Store) -> None:
    assert store.record_answer(answer("a1")) == ()
    assert store.answers.get(A1).conversation_id is None


def test_what_a_customer_says_to_a_person_belongs_to_the_ticket(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=TURN, ticket=ticket("t1", "c1"))
    silent = answer("a2", "c1", 1, decision=DecisionKind.HANDOFF, reason=Reason.WITH_AGENT)
    (added,) = store.record_answer(silent, messages=[(Author.CUSTOMER, "在吗")], ticket_id=TicketId("t1"))
    assert added == Message(3, Author.CUSTOMER, "在吗", later(1), TicketId("t1"))


def test_a_second_open_ticket_is_refused_and_nothing_of_its_turn_is_kept(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=TURN, ticket=ticket("t1", "c1"))
    with pytest.raises(Conflict, match="already has an open ticket, t1"):
        store.record_answer(answer("a2", "c1"), messages=TURN, ticket=ticket("t2", "c1"))
    with pytest.raises(NotFound):
        store.answers.get(AnswerId("a2"))
    assert len(store.conversations.messages(C1)) == 2


def test_after_a_refused_turn_ids_go_on_without_a_gap(store: Store) -> None:
    with pytest.raises(InputError):
        store.record_answer(answer("a1", "c1", question="坏\0字"), messages=TURN)
    assert [line.id for line in store.record_answer(answer("a1", "c1"), messages=TURN)] == [1, 2]


def test_a_turn_needs_its_conversation(store: Store) -> None:
    with pytest.raises(ValueError, match="need a conversation"):
        store.record_answer(answer("a1"), messages=TURN)
    with pytest.raises(ValueError, match="another conversation"):
        store.record_answer(answer("a1", "c1"), ticket=ticket("t1", "c2"))


def test_an_answer_outlives_its_entry(store: Store) -> None:
    store.answers.add(answer("a1", entry_id=EntryId("long-gone")))
    assert store.answers.get(A1).entry_id == "long-gone"


def test_answers_are_kept_together_or_not_at_all(store: Store) -> None:
    kept = [
        Kept(answer("a1", "c1"), TURN, ticket("t1", "c1"), owner=KeyId("k1")),
        Kept(answer("a2")),
        Kept(answer("a3", "c2"), TURN),
    ]
    added = store.record_answers(kept)
    assert [[line.id for line in lines] for lines in added] == [[1, 2], [], [1, 2]]
    assert store.tickets.get(TicketId("t1")) == ticket("t1", "c1")
    assert [step.kind for step in store.tickets.events(TicketId("t1"))] == ["created"]
    assert store.conversations.standing([C1, ConversationId("c2"), ConversationId("none")]) == {
        C1: Standing(KeyId("k1"), TicketId("t1")),
        ConversationId("c2"): Standing(None, None),
    }
    with pytest.raises(Conflict):
        store.record_answers([Kept(answer("a4")), Kept(answer("a5", "c1"), TURN, ticket("t2", "c1"))])
    assert {one.id for one in store.answers.recent(10)} == {"a1", "a2", "a3"}


def test_what_the_customer_wrote_last_is_known(store: Store) -> None:
    store.record_answer(answer("a1", "c1"), messages=[(Author.CUSTOMER, "一"), (Author.BOT, "答")])
    store.record_answer(answer("a2", "c1"), messages=[(Author.CUSTOMER, "二"), (Author.BOT, "答")])
    assert store.conversations.last_said(C1) == "二"
    assert store.conversations.last_said(ConversationId("none")) == ""
