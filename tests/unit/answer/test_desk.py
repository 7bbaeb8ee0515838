from datetime import timedelta

import pytest

from kb import messages
from kb.answer.desk import Desk, compared
from kb.answer.policy import Policy
from kb.answer.respond import Asked
from kb.errors import Conflict, InputError, NotFound
from kb.store.store import Store
from kb.types import Author, ConversationId, Note, Priority, ReplyKind, Role, Ticket, TicketId, TicketState, User
from kb.wiring import Kb
from tests.fakes.shop import NOON, SetClock, release, shop

C1 = ConversationId("c1")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def kb(clock: SetClock) -> Kb:
    return shop(clock=clock, serving=release())


@pytest.fixture
def ticket(kb: Kb) -> Ticket:
    return hand_over(kb, "有没有线下门店可以自提", C1)


def hand_over(kb: Kb, text: str, conversation: ConversationId) -> Ticket:
    ticket = kb.responder.respond(kb.matcher(), Asked(f"转人工，{text}", conversation)).ticket
    assert ticket is not None
    return ticket


def test_of_two_agents_one_gets_the_ticket(kb: Kb, ticket: Ticket) -> None:
    assert kb.desk.claim(ticket.id, "小王").assignee == "小王"
    with pytest.raises(Conflict, match="小王"):
        kb.desk.claim(ticket.id, "小李")


def test_only_who_has_the_ticket_may_reply(kb: Kb, ticket: Ticket) -> None:
    with pytest.raises(Conflict):
        kb.desk.reply(ticket.id, "小王", "您好")
    kb.desk.claim(ticket.id, "小王")
    with pytest.raises(Conflict):
        kb.desk.reply(ticket.id, "小李", "您好")


def test_a_reply_reaches_the_conversation_and_the_ticket(kb: Kb, ticket: Ticket, clock: SetClock) -> None:
    kb.desk.claim(ticket.id, "小王")
    clock.move(timedelta(minutes=3))
    sent = kb.desk.reply(ticket.id, "小王", "您好，目前没有线下门店。")
    assert kb.desk.messages(C1)[-1] == sent
    assert (sent.author, sent.at) == (Author.AGENT, NOON + timedelta(minutes=3))
    kept = kb.desk.ticket(ticket.id)
    assert (kept.reply, kept.replied_at) == ("您好，目前没有线下门店。", sent.at)


def test_an_agents_reply_is_sent_as_written(kb: Kb, ticket: Ticket) -> None:
    """A return address or a hotline must not be masked on its way to the customer."""
    kb.desk.claim(ticket.id, "小王")
    assert "400-820-1234" in kb.desk.reply(ticket.id, "小王", "请拨打400-820-1234").text


def test_an_empty_reply_is_refused(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    with pytest.raises(InputError):
        kb.desk.reply(ticket.id, "小王", " \n")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("您好，满99元包邮，不满收取8元运费。", ReplyKind.DRAFTED, id="as it was"),
        pytest.param("您好，满99元包邮，不满收取8元运费。\n", ReplyKind.DRAFTED, id="with a line break more"),
        pytest.param("您好，满99元包邮，不满收10元运费哦。", ReplyKind.EDITED, id="a figure changed"),
        pytest.param("这款暂时缺货，下周三到货后我第一时间通知您。", ReplyKind.REWRITTEN, id="something else"),
        pytest.param("好", ReplyKind.REWRITTEN, id="one word"),
    ],
)
def test_what_was_made_of_the_draft_is_told_by_likeness(text: str, kind: ReplyKind) -> None:
    assert compared("您好，满99元包邮，不满收取8元运费。", text) is kind


def test_the_agent_may_say_what_was_made_of_the_draft(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    kb.desk.reply(ticket.id, "小王", ticket.draft, ReplyKind.REWRITTEN)
    assert kb.desk.ticket(ticket.id).reply_kind is ReplyKind.REWRITTEN


def test_a_reply_that_is_the_draft_counts_as_drafted(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    kb.desk.reply(ticket.id, "小王", ticket.draft)
    assert kb.desk.ticket(ticket.id).reply_kind is ReplyKind.DRAFTED


def test_a_released_ticket_waits_again(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    assert kb.desk.release(ticket.id, "小王").state is TicketState.WAITING
    assert kb.desk.claim(ticket.id, "小李").assignee == "小李"


def test_a_transferred_ticket_is_the_colleagues(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    assert kb.desk.transfer(ticket.id, "小王", "小李", "懂门店的").assignee == "小李"
    kb.desk.reply(ticket.id, "小李", "您好")
    assert [event.kind for event in kb.desk.events(ticket.id)] == ["created", "claimed", "transferred", "replied"]


def test_a_ticket_is_handed_only_to_somebody_who_is_there(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    for name in ("小王", "李小明"):
        kb.store.users.add(User(name, name, Role.AGENT, NOON), "", Note("admin", "user.add"))
    with pytest.raises(InputError, match="did you mean 李小明"):
        kb.desk.transfer(ticket.id, "小王", "李晓明", "")
    assert kb.desk.ticket(ticket.id).assignee == "小王"
    assert kb.desk.transfer(ticket.id, "小王", "李小明", "").assignee == "李小明"


def test_a_claim_expires_after_the_houses_time(kb: Kb, ticket: Ticket, clock: SetClock) -> None:
    kb.desk.claim(ticket.id, "小王")
    clock.move(Policy().claim_idle)
    assert kb.desk.expire_claims() == 0
    clock.move(timedelta(seconds=1))
    assert kb.desk.expire_claims() == 1
    assert kb.desk.ticket(ticket.id).state is TicketState.WAITING


@pytest.mark.parametrize("how", ["closed", "returned"])
def test_the_customer_is_told_that_the_service_ended(kb: Kb, ticket: Ticket, how: str) -> None:
    kb.desk.claim(ticket.id, "小王")
    ended = kb.desk.close(ticket.id, "小王", "solved") if how == "closed" else kb.desk.give_back(ticket.id, "小王")
    last = kb.desk.messages(C1)[-1]
    assert (last.author, last.text) == (Author.BOT, messages.replies.SERVICE_ENDED)
    assert ended.state is TicketState.CLOSED
    assert kb.desk.events(ticket.id)[-1].kind == how


def test_nobody_is_told_anything_when_closing_fails(kb: Kb, ticket: Ticket) -> None:
    before = kb.desk.messages(C1)
    with pytest.raises(Conflict):
        kb.desk.close(ticket.id, "小王", "solved")
    assert kb.desk.messages(C1) == before


def test_urgent_tickets_come_first_and_can_be_counted(kb: Kb, ticket: Ticket) -> None:
    complaint = kb.responder.respond(kb.matcher(), Asked("你们这群骗子，我要投诉")).ticket
    assert complaint is not None
    assert [one.id for one in kb.desk.tickets()] == [complaint.id, ticket.id]
    assert [one.id for one in kb.desk.tickets(priority=Priority.ORDINARY)] == [ticket.id]
    kb.desk.claim(ticket.id, "小王")
    assert kb.desk.open_tickets() == {TicketState.WAITING: 1, TicketState.CLAIMED: 1}
    assert [one.id for one in kb.desk.tickets(assignee="小王")] == [ticket.id]


def test_what_is_not_there_is_not_found(kb: Kb) -> None:
    with pytest.raises(NotFound):
        kb.desk.ticket(TicketId("tkt_none"))
    with pytest.raises(NotFound):
        kb.desk.owner(ConversationId("none"))


def test_the_desk_needs_nothing_but_store_clock_and_policy() -> None:
    assert Desk(Store.open("sqlite://"), SetClock(), Policy()).tickets() == []


def test_a_note_is_kept_and_the_customer_does_not_read_it(kb: Kb, ticket: Ticket) -> None:
    before = kb.desk.messages(C1)
    event = kb.desk.note(ticket.id, "小李", " 老顾客，注意语气 ")
    assert (event.kind, event.actor, event.detail) == ("noted", "小李", {"text": "老顾客，注意语气"})
    assert kb.desk.events(ticket.id)[-1] == event
    assert kb.desk.messages(C1) == before
    with pytest.raises(InputError):
        kb.desk.note(ticket.id, "小李", " ")


def test_a_ticket_that_is_passed_on_waits_for_the_team(kb: Kb, ticket: Ticket) -> None:
    kb.desk.claim(ticket.id, "小王")
    kb.desk.pass_on(ticket.id, "小王", "售后组", "要查仓库")
    assert [one.id for one in kb.desk.tickets(state=TicketState.WAITING, team="售后组")] == [ticket.id]
    assert kb.desk.count(TicketState.WAITING, team="售后组") == 1
    with pytest.raises(InputError):
        kb.desk.pass_on(ticket.id, "小王", " ", "")


def test_colleagues_are_those_who_may_sign_in_and_those_who_had_a_ticket(kb: Kb, ticket: Ticket) -> None:
    for name in ("lin", "gone"):
        kb.people.add(name, name, Role.AGENT, "correct horse 7", by="admin")
    kb.people.set_active("gone", active=False, by="admin")
    kb.desk.claim(ticket.id, "小王")
    assert kb.desk.colleagues() == ["lin", "小王"]


def test_every_step_moves_the_number_that_pages_watch(kb: Kb, ticket: Ticket) -> None:
    before = kb.desk.last_event()
    assert kb.desk.last_event() == before
    kb.desk.claim(ticket.id, "小王")
    assert kb.desk.last_event() > before
