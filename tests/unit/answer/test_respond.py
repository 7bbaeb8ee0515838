import pytest

from kb.answer.reply import Reply
from kb.answer.respond import Asked
from kb.errors import InputError, NotFound, NothingToMatch, StoreError
from kb.settings import Settings
from kb.types import Author, ConversationId, DecisionKind, KeyId, Reason, Scope, TicketState
from kb.wiring import Kb
from tests.fakes.shop import release, shop

C1 = ConversationId("c1")


@pytest.fixture
def kb() -> Kb:
    return shop(serving=release())


def ask(kb: Kb, text: str, conversation: ConversationId | None = None, *, owner: KeyId | None = None) -> Reply:
    return kb.responder.respond(kb.matcher(), Asked(text, conversation, channel="app", owner=owner))


def lines(kb: Kb, conversation: ConversationId) -> list[tuple[Author, str]]:
    return [(line.author, line.text) for line in kb.store.conversations.messages(conversation)]


def test_an_answer_is_recorded_with_what_it_was_decided_from(kb: Kb) -> None:
    reply = ask(kb, "怎么开发票")
    record = kb.store.answers.get(reply.id)
    assert (record.decision, record.reason, record.entry_id) == (DecisionKind.ANSWER, Reason.EXACT, "invoice")
    assert record.release == "r1"
    assert record.channel == "app"
    assert record.candidates[0] == ("invoice", 1.0)
    assert record.took_ms == reply.took_ms >= 0


def test_without_a_conversation_an_answer_makes_none(kb: Kb) -> None:
    assert ask(kb, "怎么开发票").conversation_id is None


def test_a_conversation_keeps_question_and_answer(kb: Kb) -> None:
    reply = ask(kb, "怎么开发票", C1)
    assert lines(kb, C1) == [(Author.CUSTOMER, "怎么开发票"), (Author.BOT, reply.message)]


def test_a_handover_opens_a_ticket_and_a_conversation_nobody_can_guess(kb: Kb) -> None:
    reply = ask(kb, "转人工")
    assert reply.ticket is not None
    assert reply.conversation_id is not None
    assert len(reply.conversation_id) > 24
    assert reply.conversation_id != ask(kb, "转人工").conversation_id
    stored = kb.store.tickets.get(reply.ticket.id)
    assert stored == reply.ticket
    assert (stored.state, stored.answer_id) == (TicketState.WAITING, reply.id)
    assert [author for author, _ in lines(kb, reply.conversation_id)] == [Author.CUSTOMER, Author.BOT]


def test_after_a_handover_the_bot_is_silent_and_the_line_reaches_the_agent(kb: Kb) -> None:
    first = ask(kb, "转人工", C1)
    again = ask(kb, "怎么开发票", C1)
    assert again.judgement.decision.reason is Reason.WITH_AGENT
    assert again.ticket is None
    assert again.judgement.candidates == ()
    assert "同事" in again.message
    assert lines(kb, C1)[2:] == [(Author.CUSTOMER, "怎么开发票")], "the bot adds nothing"
    assert kb.store.conversations.messages(C1)[2].ticket_id == (first.ticket and first.ticket.id)
    assert kb.store.tickets.count(TicketState.WAITING) == 1
    assert kb.store.answers.get(again.id).reason is Reason.WITH_AGENT


def test_an_agent_gets_emoji_that_the_bot_could_not_match(kb: Kb) -> None:
    ask(kb, "转人工", C1)
    assert ask(kb, "👍", C1).judgement.decision.reason is Reason.WITH_AGENT
    assert lines(kb, C1)[-1] == (Author.CUSTOMER, "👍")


def test_once_the_agent_gives_it_back_the_bot_answers_again(kb: Kb) -> None:
    ticket = ask(kb, "转人工", C1).ticket
    assert ticket is not None
    kb.desk.claim(ticket.id, "小王")
    kb.desk.give_back(ticket.id, "小王")
    assert ask(kb, "怎么开发票", C1).judgement.decision.kind is DecisionKind.ANSWER


def test_a_dry_run_decides_the_same_and_writes_nothing(kb: Kb) -> None:
    reply = kb.responder.respond(kb.matcher(), Asked("转人工", C1, dry_run=True))
    assert reply.judgement.decision.reason is Reason.ASKED_FOR_PERSON
    assert reply.message
    assert reply.ticket is None
    assert kb.store.answers.recent(10) == []
    assert lines(kb, C1) == []
    assert kb.store.tickets.find() == []


def test_what_could_not_be_matched_is_refused_and_not_recorded(kb: Kb) -> None:
    with pytest.raises(NothingToMatch):
        ask(kb, "😀😀", C1)
    assert kb.store.answers.recent(10) == []


def test_personal_data_is_masked_wherever_it_is_kept(kb: Kb) -> None:
    reply = ask(kb, "我手机13812345678的订单怎么还没到，转人工", C1)
    kept = [kb.store.answers.get(reply.id).question, lines(kb, C1)[0][1]]
    assert reply.ticket is not None
    kept += [reply.ticket.question, reply.ticket.summary, reply.ticket.draft]
    assert not any("13812345678" in text for text in kept)
    assert "[手机号]" in kept[0]


def test_personal_data_is_kept_as_typed_when_the_house_says_so() -> None:
    kb = shop(serving=release(), settings=Settings(keep_personal_data=True))
    reply = ask(kb, "我手机13812345678的订单怎么还没到，转人工", C1)
    assert "13812345678" in kb.store.answers.get(reply.id).question


def test_another_keys_conversation_is_as_if_it_were_not_there(kb: Kb) -> None:
    ask(kb, "怎么开发票", C1, owner=KeyId("key_a"))
    with pytest.raises(NotFound):
        ask(kb, "怎么开发票", C1, owner=KeyId("key_b"))
    assert len(lines(kb, C1)) == 2


def test_the_scope_is_kept_with_the_record(kb: Kb) -> None:
    asked = Asked("怎么选尺码", scope=Scope(category="商品知识", product="纸尿裤"))
    record = kb.store.answers.get(kb.responder.respond(kb.matcher(), asked).id)
    assert (record.category, record.product) == ("商品知识", "纸尿裤")


def test_who_asks_for_a_person_after_a_question_is_summed_up_with_it(kb: Kb) -> None:
    ask(kb, "怎么开发票", C1)
    ticket = ask(kb, "转人工", C1).ticket
    assert ticket is not None
    assert ticket.summary == "要求人工｜转人工（此前咨询：怎么开发票）"


def test_two_handovers_at_once_open_one_ticket(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process opens the ticket between the look and the write."""
    ask(kb, "转人工", C1)
    monkeypatch.setattr(kb.store.conversations, "standing", lambda _: {})
    reply = ask(kb, "我要投诉你们", C1)
    assert reply.judgement.decision.reason is Reason.WITH_AGENT
    assert kb.store.tickets.count(TicketState.WAITING) == 1
    assert lines(kb, C1)[-1] == (Author.CUSTOMER, "我要投诉你们")


def test_explaining_fills_in_the_figures(kb: Kb) -> None:
    plain = kb.responder.respond(kb.matcher(), Asked("没发货可以退款不", dry_run=True))
    explained = kb.responder.respond(kb.matcher(), Asked("没发货可以退款不", dry_run=True, explain=True))
    assert plain.judgement.candidates[0].features == {}
    assert explained.judgement.candidates[0].contributions
    assert plain.judgement.confidence == explained.judgement.confidence


def test_questions_asked_at_once_are_answered_as_if_one_after_the_other(kb: Kb) -> None:
    """The second question of a conversation that goes to a person reaches the person."""
    ask(kb, "怎么开发票", ConversationId("theirs"), owner=KeyId("key_a"))
    asked = [
        Asked("怎么开发票"),
        Asked("转人工", C1),
        Asked("👍"),
        Asked("多久发货", C1),
        Asked("怎么开发票", ConversationId("theirs"), owner=KeyId("key_b")),
        Asked("运费怎么算", dry_run=True),
        Asked("没发货可以退款不", explain=True),
        Asked("我要投诉你们"),
    ]
    outcomes = kb.responder.respond_many(kb.matcher(), asked)
    reasons = [one.judgement.decision.reason if isinstance(one, Reply) else type(one) for one in outcomes]
    assert reasons[:6] == [
        Reason.EXACT,
        Reason.ASKED_FOR_PERSON,
        NothingToMatch,
        Reason.WITH_AGENT,
        NotFound,
        Reason.EXACT,
    ]
    assert reasons[7] is Reason.COMPLAINT
    explained = outcomes[6]
    assert isinstance(explained, Reply)
    assert explained.judgement.candidates[0].features
    assert [author for author, _ in lines(kb, C1)] == [Author.CUSTOMER, Author.BOT, Author.CUSTOMER]
    assert len(kb.store.answers.recent(20)) == 6
    assert kb.store.tickets.count(TicketState.WAITING) == 2


def test_one_answer_that_cannot_be_kept_takes_no_other_with_it(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process hands the conversation over between the look and the write."""
    ask(kb, "转人工", C1)
    monkeypatch.setattr(kb.store.conversations, "standing", lambda _: {})
    asked = [Asked("怎么开发票"), Asked("我要投诉你们", C1), Asked("坏\0字"), Asked("多久发货", ConversationId("c2"))]
    first, joined, broken, last = kb.responder.respond_many(kb.matcher(), asked)
    assert isinstance(broken, InputError)
    assert isinstance(first, Reply)
    assert isinstance(last, Reply)
    assert isinstance(joined, Reply)
    assert joined.judgement.decision.reason is Reason.WITH_AGENT
    assert {one.question for one in kb.store.answers.recent(20)} == {"转人工", "怎么开发票", "我要投诉你们", "多久发货"}


def test_a_store_that_does_not_work_is_asked_once_for_all(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def refuse(*_: object) -> None:
        nonlocal calls
        calls += 1
        raise StoreError("the disk is full")

    monkeypatch.setattr(kb.store, "record_answers", refuse)
    outcomes = kb.responder.respond_many(kb.matcher(), [Asked("怎么开发票"), Asked("转人工"), Asked("👍")])
    assert [type(one) for one in outcomes] == [StoreError, StoreError, NothingToMatch]
    assert calls == 1
