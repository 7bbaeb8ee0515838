"""What figures are made of, on every database."""

from datetime import timedelta

import pytest

from kb.store import Store
from kb.types import AnswerId, DecisionKind, EntryId, EntryTally, Reason, ReleaseId, ReplyKind, Tally, TicketId
from tests.records import NOW, answer, later, ticket

SPAN = (NOW, later(60))


@pytest.fixture(autouse=True)
def asked(store: Store) -> None:
    """An hour of questions by two channels and two releases."""
    hand_over = {"decision": DecisionKind.HANDOFF, "reason": Reason.NOTHING_CLOSE, "entry_id": None}
    back = {"decision": DecisionKind.CLARIFY, "reason": Reason.NOT_SURE_ENOUGH, "entry_id": None}
    for record in (
        answer("a0", "c0", -1),
        answer("a1", "c1", 0),
        answer("a2", "c1", 10, entry_id=EntryId("refund")),
        answer("a3", "c2", 20, channel="app", **back),
        answer("a4", "c2", 21, channel="app", release=ReleaseId("r2")),
        answer("a5", "c3", 30, release=ReleaseId("r2"), **hand_over),
        answer("a6", "c3", 31, **{**hand_over, "reason": Reason.WITH_AGENT}),
        answer("a7", "c4", 40, **{**back, "reason": Reason.GREETING}),
        answer("a8", "c5", 60),
    ):
        store.answers.add(record)
    store.answers.feedback(AnswerId("a1"), True, "", later(5))
    store.answers.feedback(AnswerId("a2"), False, "", later(15))


def test_questions_are_counted_by_channel_and_decision_and_small_talk_is_none(store: Store) -> None:
    (found,) = store.insight.tallies([SPAN])
    assert found == [
        Tally("app", DecisionKind.ANSWER, Reason.CONFIDENT, 1, 0, 0),
        Tally("app", DecisionKind.CLARIFY, Reason.NOT_SURE_ENOUGH, 1, 0, 0),
        Tally("web", DecisionKind.ANSWER, Reason.CONFIDENT, 2, 1, 1),
        Tally("web", DecisionKind.HANDOFF, Reason.NOTHING_CLOSE, 1, 0, 0),
    ]


def test_a_span_holds_its_beginning_and_not_its_end(store: Store) -> None:
    spans = [(later(-2), NOW), (NOW, later(10)), (later(60), later(70)), (later(70), later(80))]
    assert [sum(one.count for one in found) for found in store.insight.tallies(spans)] == [1, 1, 1, 0]


def test_one_channel_can_be_looked_at_alone(store: Store) -> None:
    assert store.insight.channels() == ["app", "web"]
    (found,) = store.insight.tallies([SPAN], "app")
    assert {one.channel for one in found} == {"app"}
    assert store.insight.tallies([SPAN], "phone") == [[]]
    assert [one.entry_id for one in store.insight.top(*SPAN, 9, "app")] == ["wuliu-001"]
    assert [one.release for one in store.insight.releases(*SPAN, "app")] == ["r1", "r2"]
    assert {turn.channel for turn in store.insight.turns(*SPAN, "app")} == {"app"}
    assert store.insight.turns(*SPAN, "web") == []


def test_each_release_is_told_by_what_it_was_asked(store: Store) -> None:
    one, two = store.insight.releases(*SPAN)
    assert (one.release, one.first, one.questions, one.answered, one.helpful, one.unhelpful) == ("r1", NOW, 3, 2, 1, 1)
    assert (two.release, two.first, two.questions, two.answered) == ("r2", later(21), 2, 1)


def test_what_answers_most_comes_first(store: Store) -> None:
    assert store.insight.top(*SPAN, 9) == [
        EntryTally(EntryId("wuliu-001"), 2, 1, 0),
        EntryTally(EntryId("refund"), 1, 0, 1),
    ]
    assert len(store.insight.top(*SPAN, 1)) == 1


def test_conversations_with_a_question_back_are_told_in_order(store: Store) -> None:
    first, then = store.insight.turns(*SPAN)
    assert (first.decision, first.offered) == (DecisionKind.CLARIFY, ("wuliu-001", "wuliu-002"))
    assert (then.decision, then.entry_id, then.at) == (DecisionKind.ANSWER, "wuliu-001", later(21))
    assert store.insight.turns(later(25), later(60)) == []


def test_tickets_are_told_with_the_channel_they_came_by(store: Store) -> None:
    store.answers.add(answer("a9", "c6", 41))
    store.tickets.add(ticket("t1", "c6", 56, created_at=later(41)), later(41))
    store.tickets.claim(TicketId("t1"), "小林", later(45))
    store.tickets.reply(TicketId("t1"), "小林", "好的", ReplyKind.EDITED, later(50))
    store.tickets.close(TicketId("t1"), "小林", "solved", later(52))
    store.tickets.add(ticket("t2", "c7", 75, created_at=later(60)), later(60))
    (found,) = store.insight.handled(*SPAN)
    assert (found.channel, found.reply_kind) == ("web", ReplyKind.EDITED)
    assert (found.created_at, found.claimed_at, found.replied_at, found.closed_at) == (
        later(41),
        later(45),
        later(50),
        later(52),
    )
    assert found.due_at - found.created_at == timedelta(minutes=15)
    assert store.insight.handled(*SPAN, "app") == []
