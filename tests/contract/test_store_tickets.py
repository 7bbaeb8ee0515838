"""Tickets on every database: the queue, whose turn it is, and what was done."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kb.errors import Conflict, NotFound
from kb.store import Store
from kb.types import Author, ConversationId, EntryId, Priority, ReplyKind, TicketCandidate, TicketId, TicketState
from tests.records import NOW, later, ticket

T1 = TicketId("t1")
C1 = ConversationId("c1")


def _claimed(store: Store, agent: str = "ann") -> None:
    store.tickets.add(ticket("t1"), NOW)
    store.tickets.claim(T1, agent, later(1))


def _found(store: Store, **wanted: object) -> list[str]:
    return [found.id for found in store.tickets.find(**wanted)]  # type: ignore[arg-type]


def test_a_ticket_comes_back_as_it_was_added(store: Store) -> None:
    candidate = TicketCandidate(EntryId("e1"), "标准问", "相似问", 0.42, "答案")
    put = ticket("t1", candidates=(candidate, candidate), priority=Priority.URGENT)
    store.tickets.add(put, NOW)
    assert store.tickets.get(T1) == put


def test_an_unknown_ticket_is_not_found(store: Store) -> None:
    for step in (
        lambda: store.tickets.get(T1),
        lambda: store.tickets.claim(T1, "ann", NOW),
        lambda: store.tickets.release(T1, "ann", NOW),
        lambda: store.tickets.transfer(T1, "ann", "bob", "", NOW),
        lambda: store.tickets.reply(T1, "ann", "您好", ReplyKind.EDITED, NOW),
        lambda: store.tickets.close(T1, "ann", "solved", NOW),
        lambda: store.tickets.events(T1),
        lambda: store.tickets.pass_on(T1, "ann", "售后组", "", NOW),
        lambda: store.tickets.write_down(T1, "noted", "ann", {"text": "老顾客"}, NOW),
    ):
        with pytest.raises(NotFound, match="'t1'"):
            step()


def test_urgent_tickets_come_first_and_then_those_that_are_due(store: Store) -> None:
    store.tickets.add(ticket("complex-soon", "c1", due=5, priority=Priority.COMPLEX), NOW)
    store.tickets.add(ticket("ordinary-late", "c2", due=90), NOW)
    store.tickets.add(ticket("urgent-late", "c3", due=60, priority=Priority.URGENT), NOW)
    store.tickets.add(ticket("urgent-soon", "c4", due=15, priority=Priority.URGENT), NOW)
    store.tickets.add(ticket("ordinary-soon", "c5", due=30), NOW)
    queue = ["urgent-soon", "urgent-late", "complex-soon", "ordinary-soon", "ordinary-late"]
    assert _found(store) == queue
    assert _found(store, limit=2, offset=1) == queue[1:3]
    assert _found(store, priority=Priority.URGENT) == queue[:2]


def test_tickets_are_found_by_state_and_agent(store: Store) -> None:
    for number in range(4):
        store.tickets.add(ticket(f"t{number}", f"c{number}"), NOW)
    store.tickets.claim(TicketId("t1"), "ann", NOW)
    store.tickets.claim(TicketId("t2"), "bob", NOW)
    store.tickets.close(TicketId("t2"), "bob", "solved", NOW)
    assert _found(store, state=TicketState.WAITING) == ["t0", "t3"]
    assert _found(store, state=TicketState.CLAIMED, assignee="ann") == ["t1"]
    assert _found(store, assignee="bob") == ["t2"]
    assert {state: store.tickets.count(state) for state in TicketState} == {
        TicketState.WAITING: 2,
        TicketState.CLAIMED: 1,
        TicketState.CLOSED: 1,
    }


def test_claiming_takes_a_ticket_out_of_the_queue(store: Store) -> None:
    store.tickets.add(ticket("t1"), NOW)
    taken = store.tickets.claim(T1, "ann", later(1))
    assert (taken.state, taken.assignee, taken.claimed_at) == (TicketState.CLAIMED, "ann", later(1))
    assert store.tickets.get(T1) == taken


def test_claiming_ones_own_ticket_again_changes_nothing(store: Store) -> None:
    _claimed(store)
    assert store.tickets.claim(T1, "ann", later(5)).claimed_at == later(1)
    assert [event.kind for event in store.tickets.events(T1)] == ["created", "claimed"]


def test_nobody_else_can_claim_a_claimed_ticket(store: Store) -> None:
    _claimed(store)
    with pytest.raises(Conflict, match="claimed by ann"):
        store.tickets.claim(T1, "bob", NOW)
    assert store.tickets.get(T1).assignee == "ann"


def test_a_closed_ticket_cannot_be_claimed(store: Store) -> None:
    _claimed(store)
    store.tickets.close(T1, "ann", "solved", NOW)
    with pytest.raises(Conflict, match="closed"):
        store.tickets.claim(T1, "ann", NOW)


def test_of_two_who_claim_at_once_exactly_one_wins(store: Store) -> None:
    together = Barrier(2)

    def claim(id_: TicketId, agent: str) -> bool:
        together.wait()
        try:
            return store.tickets.claim(id_, agent, NOW).assignee == agent
        except Conflict:
            return False

    with ThreadPoolExecutor(2) as threads:
        for number in range(50):
            id_ = TicketId(f"t{number}")
            store.tickets.add(ticket(id_, f"c{number}"), NOW)
            won = {agent: threads.submit(claim, id_, agent) for agent in ("ann", "bob")}
            winners = [agent for agent, result in won.items() if result.result()]
            assert winners == [store.tickets.get(id_).assignee]
            assert [event.kind for event in store.tickets.events(id_)] == ["created", "claimed"]


def test_only_the_agent_who_has_it_can_go_on_with_a_ticket(store: Store) -> None:
    _claimed(store)
    before = store.tickets.get(T1)
    for step in (
        lambda: store.tickets.release(T1, "bob", NOW),
        lambda: store.tickets.transfer(T1, "bob", "bob", "", NOW),
        lambda: store.tickets.reply(T1, "bob", "您好", ReplyKind.EDITED, NOW),
        lambda: store.tickets.close(T1, "bob", "solved", NOW),
    ):
        with pytest.raises(Conflict, match="claimed by ann"):
            step()
    assert store.tickets.get(T1) == before
    assert store.conversations.messages(C1) == []
    assert len(store.tickets.events(T1)) == 2


def test_a_waiting_ticket_must_be_claimed_before_it_is_answered(store: Store) -> None:
    store.tickets.add(ticket("t1"), NOW)
    with pytest.raises(Conflict, match="is waiting; claim it first"):
        store.tickets.reply(T1, "ann", "您好", ReplyKind.EDITED, NOW)
    assert store.conversations.messages(C1) == []


def test_a_released_ticket_waits_again(store: Store) -> None:
    _claimed(store)
    back = store.tickets.release(T1, "ann", later(2))
    assert (back.state, back.assignee, back.claimed_at) == (TicketState.WAITING, "", None)
    assert store.tickets.claim(T1, "bob", later(3)).assignee == "bob"


def test_a_transferred_ticket_belongs_to_the_other_agent(store: Store) -> None:
    _claimed(store)
    moved = store.tickets.transfer(T1, "ann", "bob", "他懂奶粉", later(2))
    assert (moved.state, moved.assignee, moved.claimed_at) == (TicketState.CLAIMED, "bob", later(2))
    assert dict(store.tickets.events(T1)[-1].detail) == {"to": "bob", "note": "他懂奶粉"}
    with pytest.raises(Conflict):
        store.tickets.close(T1, "ann", "solved", NOW)


def test_a_reply_reaches_the_conversation_and_the_ticket(store: Store) -> None:
    _claimed(store)
    first = store.tickets.reply(T1, "ann", "您好", ReplyKind.DRAFTED, later(2))
    second = store.tickets.reply(T1, "ann", "已为您处理", ReplyKind.REWRITTEN, later(3))
    assert store.conversations.messages(C1) == [first, second]
    assert (second.id, second.author, second.text, second.at, second.ticket_id) == (
        2,
        Author.AGENT,
        "已为您处理",
        later(3),
        "t1",
    )
    kept = store.tickets.get(T1)
    assert (kept.reply, kept.reply_kind, kept.replied_at) == ("已为您处理", ReplyKind.REWRITTEN, later(2))


@pytest.mark.parametrize(("outcome", "kind"), [("solved", "closed"), ("returned", "returned")])
def test_a_ticket_is_closed_with_its_outcome(store: Store, outcome: str, kind: str) -> None:
    _claimed(store)
    closed = store.tickets.close(T1, "ann", outcome, later(9))
    assert (closed.state, closed.outcome, closed.closed_at) == (TicketState.CLOSED, outcome, later(9))
    assert store.tickets.events(T1)[-1].kind == kind
    with pytest.raises(Conflict, match="is closed"):
        store.tickets.close(T1, "ann", outcome, later(10))


def test_every_step_is_written_down_in_order(store: Store) -> None:
    _claimed(store)
    store.tickets.release(T1, "ann", later(2))
    store.tickets.claim(T1, "bob", later(3))
    store.tickets.transfer(T1, "bob", "eve", "", later(4))
    store.tickets.reply(T1, "eve", "您好", ReplyKind.EDITED, later(5))
    store.tickets.close(T1, "eve", "solved", later(6))
    steps = store.tickets.events(T1)
    assert [(step.kind, step.actor, step.at) for step in steps] == [
        ("created", "bot", NOW),
        ("claimed", "ann", later(1)),
        ("released", "ann", later(2)),
        ("claimed", "bob", later(3)),
        ("transferred", "bob", later(4)),
        ("replied", "eve", later(5)),
        ("closed", "eve", later(6)),
    ]
    assert [step.id for step in steps] == sorted({step.id for step in steps})


def test_a_conversation_has_one_open_ticket_at_most(store: Store) -> None:
    _claimed(store)
    with pytest.raises(Conflict, match="already has an open ticket, t1"):
        store.tickets.add(ticket("t2"), NOW)
    store.tickets.close(T1, "ann", "solved", NOW)
    store.tickets.add(ticket("t2"), NOW)
    assert store.conversations.open_ticket(C1) == "t2"


def test_of_two_tickets_opened_at_once_in_a_conversation_one_is_refused(store: Store) -> None:
    together = Barrier(2)

    def add(id_: str, conversation: str) -> bool:
        together.wait()
        try:
            store.tickets.add(ticket(id_, conversation), NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        for number in range(20):
            added = [threads.submit(add, f"t{number}-{rival}", f"c{number}") for rival in range(2)]
            assert sorted(result.result() for result in added) == [False, True]


def test_a_ticket_that_is_passed_on_waits_for_its_team(store: Store) -> None:
    _claimed(store)
    waiting = store.tickets.pass_on(T1, "ann", "售后组", "要查仓库", later(2))
    assert (waiting.state, waiting.assignee, waiting.claimed_at) == (TicketState.WAITING, "", None)
    assert _found(store, team="售后组") == ["t1"]
    assert _found(store, team="") == []
    assert store.tickets.count(TicketState.WAITING, team="售后组") == 1
    assert store.tickets.events(T1)[-1].detail == {"team": "售后组", "note": "要查仓库"}
    assert store.tickets.claim(T1, "bob", later(3)).team == "售后组"


def test_a_ticket_is_passed_on_by_its_agent_only(store: Store) -> None:
    _claimed(store)
    with pytest.raises(Conflict, match="ann"):
        store.tickets.pass_on(T1, "bob", "售后组", "", later(2))


def test_a_step_that_changes_nothing_is_kept_whoever_has_the_ticket(store: Store) -> None:
    _claimed(store)
    before = store.tickets.get(T1)
    event = store.tickets.write_down(T1, "noted", "bob", {"text": "老顾客"}, later(2))
    assert store.tickets.events(T1)[-1] == event
    assert store.tickets.get(T1) == before
    assert store.conversations.messages(before.conversation_id) == []


def test_the_last_event_moves_with_every_step(store: Store) -> None:
    seen = [store.tickets.last_event()]
    store.tickets.add(ticket("t1"), NOW)
    seen.append(store.tickets.last_event())
    store.tickets.claim(T1, "ann", later(1))
    seen.append(store.tickets.last_event())
    assert seen == sorted(set(seen))


def test_closed_tickets_come_with_the_last_closed_first(store: Store) -> None:
    for number in range(3):
        store.tickets.add(ticket(f"t{number}", f"c{number}", due=90 - number), NOW)
        store.tickets.claim(TicketId(f"t{number}"), "ann", later(1))
        store.tickets.close(TicketId(f"t{number}"), "ann", "solved", later(2 + number))
    assert _found(store, state=TicketState.CLOSED, assignee="ann") == ["t2", "t1", "t0"]
    assert store.tickets.count(TicketState.CLOSED, assignee="ann") == 3
    assert store.tickets.count(TicketState.CLOSED, assignee="bob") == 0
    assert store.tickets.agents() == ["ann"]


def test_a_customer_who_writes_after_the_reply_is_noticed(store: Store) -> None:
    _claimed(store)
    conversation = store.tickets.get(T1).conversation_id
    store.conversations.add_message(conversation, Author.CUSTOMER, "在吗", later(2))
    assert store.tickets.spoken_to("ann") == set()
    store.tickets.reply(T1, "ann", "在的", ReplyKind.REWRITTEN, later(3))
    assert store.tickets.spoken_to("ann") == set()
    store.conversations.add_message(conversation, Author.CUSTOMER, "好的", later(4))
    assert store.tickets.spoken_to("ann") == {"t1"}
    assert store.tickets.spoken_to("bob") == set()


def test_a_claim_that_is_left_alone_goes_back_to_the_queue(store: Store) -> None:
    _claimed(store)
    assert store.tickets.expire_claims(later(1), later(30)) == []
    assert store.tickets.expire_claims(later(1.1), later(31)) == [T1]
    back = store.tickets.get(T1)
    assert (back.state, back.assignee, back.claimed_at) == (TicketState.WAITING, "", None)
    last = store.tickets.events(T1)[-1]
    assert (last.kind, last.actor, last.at) == ("expired", "ann", later(31))
    assert store.tickets.expire_claims(later(60), later(90)) == []
    assert store.tickets.claim(T1, "bob", later(32)).assignee == "bob"
    with pytest.raises(Conflict, match="claimed by bob"):
        store.tickets.reply(T1, "ann", "您好", ReplyKind.EDITED, later(33))


def test_every_step_of_the_agent_keeps_the_claim(store: Store) -> None:
    _claimed(store)
    store.tickets.write_down(T1, "noted", "ann", {"text": "在查"}, later(20))
    assert store.tickets.expire_claims(later(15), later(45)) == []


def test_a_claim_rests_while_the_customer_has_the_word(store: Store) -> None:
    _claimed(store)
    store.tickets.reply(T1, "ann", "请问是哪一单", ReplyKind.EDITED, later(2))
    assert store.tickets.expire_claims(later(60), later(90)) == []
    conversation = store.tickets.get(T1).conversation_id
    store.conversations.add_message(conversation, Author.CUSTOMER, "昨天那一单", later(70))
    assert store.tickets.expire_claims(later(70), later(100)) == []
    assert store.tickets.expire_claims(later(71), later(101)) == [T1]


def test_a_ticket_handed_to_nobody_is_taken_back_or_waits_again(store: Store) -> None:
    _claimed(store)
    store.tickets.transfer(T1, "ann", "bbo", "", later(2))
    with pytest.raises(Conflict, match="claimed by bbo"):
        store.tickets.claim(T1, "eve", later(3))
    assert store.tickets.claim(T1, "ann", later(3)).assignee == "ann"
    store.tickets.transfer(T1, "ann", "bbo", "", later(4))
    assert store.tickets.expire_claims(later(5), later(35)) == [T1]
    assert store.tickets.claim(T1, "eve", later(36)).assignee == "eve"


def test_what_a_colleague_has_begun_is_not_taken_back(store: Store) -> None:
    _claimed(store)
    store.tickets.transfer(T1, "ann", "bob", "", later(2))
    store.tickets.reply(T1, "bob", "您好", ReplyKind.EDITED, later(3))
    with pytest.raises(Conflict, match="claimed by bob"):
        store.tickets.claim(T1, "ann", later(4))
