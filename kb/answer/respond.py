"""One question from a customer, answered, asked back or handed over, and written down."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from time import perf_counter

from kb.answer.handover import Handover, open_ticket
from kb.answer.ids import new_id
from kb.answer.match import Matcher
from kb.answer.policy import Policy
from kb.answer.reply import Reply, message
from kb.errors import Conflict, NotFound, NothingToMatch
from kb.ports import Clock
from kb.store.store import Store
from kb.types import (
    AnswerId,
    AnswerRecord,
    Author,
    ConversationId,
    Decision,
    DecisionKind,
    Judgement,
    KeyId,
    Question,
    Reason,
    Scope,
    Ticket,
    TicketId,
)

__all__ = ["Asked", "Policy", "Responder"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that came with it."""

    text: str
    conversation_id: ConversationId | None = None
    channel: str = ""
    scope: Scope = field(default_factory=Scope)
    top_k: int = 5
    dry_run: bool = False  # decide and say, but write nothing
    explain: bool = False  # fill in the candidates' figures
    owner: KeyId | None = None  # the key that asks; None while the service runs open
    message_id: str = ""  # the sender's own, once in a conversation: sent again, the question gets the same reply


@dataclass(frozen=True, slots=True)
class _Begun:
    """A question being answered."""

    asked: Asked
    id: AnswerId
    at: datetime
    started: float
    release: Matcher
    shown: "Callable[[Reply], str] | None" = None


class Responder:
    """Answers customers: judges, words, hands over, and keeps a record in one transaction."""

    def __init__(self, store: Store, clock: Clock, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    def respond(self, matcher: Matcher, asked: Asked, shown: Callable[[Reply], str] | None = None) -> Reply:
        """Answer from the release that `matcher` holds.

        A message with an id of its own is kept with its reply as `shown` puts it. While a person has the conversation the bot is silent: the line goes to the person, nothing is matched. Raises
        NothingToMatch when the question holds nothing that could be matched, NotFound when the conversation belongs
        to another key, Conflict when a message of this id was answered at the same moment, StoreError.
        """
        now = self._clock.now()
        begun = _Begun(asked, AnswerId(new_id("ans", now)), now, perf_counter(), matcher, shown)
        open_one = self._open_ticket(asked)
        if open_one is not None:
            return self._silent(begun, open_one)
        question = Question(asked.text, asked.scope, asked.top_k)
        judgement = matcher.judge(question, self._policy.today(now), explain=asked.explain)
        if judgement.decision.reason is Reason.EMPTY:
            raise NothingToMatch("the question holds no letter, digit or Chinese character; ask in words")
        if judgement.decision.kind is DecisionKind.HANDOFF:
            return self._handed_over(begun, judgement)
        reply = self._reply(begun, judgement, asked.conversation_id)
        self._keep(begun, reply)
        return reply

    def replied(self, asked: Asked) -> str | None:
        """Return what `shown` gave for this message when it was sent before; raises NotFound as `respond` does."""
        if not asked.message_id or asked.conversation_id is None or not self._goes_on(asked):
            return None
        return self._store.sent.reply_to(asked.conversation_id, asked.message_id)

    def feedback(self, answer_id: AnswerId, helpful: bool, comment: str) -> None:
        """Keep what a customer thought of an answer; a second word replaces the first. Raises NotFound."""
        self._store.answers.feedback(answer_id, helpful, self._policy.kept(comment), self._clock.now())

    def today(self) -> date:
        """Return the shop's local day: what is served depends on it."""
        return self._policy.today(self._clock.now())

    def _open_ticket(self, asked: Asked) -> TicketId | None:
        """The ticket that makes the bot silent in this conversation; raises NotFound when it is another key's."""
        if asked.conversation_id is None or not self._goes_on(asked):
            return None
        return self._store.conversations.open_ticket(asked.conversation_id)

    def _goes_on(self, asked: Asked) -> bool:
        """Whether the conversation was there before; raises NotFound when it is another key's."""
        if asked.conversation_id is None:
            return False
        try:
            owner = self._store.conversations.owner(asked.conversation_id)
        except NotFound:
            return False  # it begins now
        if owner != asked.owner:
            raise NotFound(f"there is no conversation {asked.conversation_id!r}")
        return True

    def _silent(self, begun: _Begun, ticket_id: TicketId) -> Reply:
        decision = Decision(DecisionKind.HANDOFF, Reason.WITH_AGENT)
        reply = self._reply(begun, Judgement(decision, (), begun.release.release_id), begun.asked.conversation_id)
        self._keep(begun, reply, ticket_id=ticket_id)
        return reply

    def _handed_over(self, begun: _Begun, judgement: Judgement) -> Reply:
        asked = begun.asked
        conversation_id = asked.conversation_id
        if asked.dry_run:
            return self._reply(begun, judgement, conversation_id)
        conversation_id = conversation_id or ConversationId(new_id("conv", begun.at))
        handover = Handover(
            conversation_id=conversation_id,
            answer_id=begun.id,
            question=self._policy.kept(asked.text),
            earlier=self._asked_before(asked),
            judgement=judgement,
            at=begun.at,
        )
        ticket = open_ticket(handover, self._policy)
        reply = self._reply(begun, judgement, conversation_id, ticket)
        try:
            self._keep(begun, reply)
        except Conflict:
            # another question of this conversation was handed over at the same moment: this one joins it
            open_one = self._store.conversations.open_ticket(conversation_id)
            if open_one is None:
                raise
            return self._silent(replace(begun, asked=replace(asked, conversation_id=conversation_id)), open_one)
        return reply

    def _reply(
        self, begun: _Begun, judgement: Judgement, conversation_id: ConversationId | None, ticket: Ticket | None = None
    ) -> Reply:
        words = message(begun.asked.text, judgement.decision, judgement.passages)
        took_ms = (perf_counter() - begun.started) * 1000
        return Reply(begun.id, judgement, words, ticket, conversation_id, round(took_ms, 3))

    def _keep(self, begun: _Begun, reply: Reply, *, ticket_id: TicketId | None = None) -> None:
        asked, judgement, decision = begun.asked, reply.judgement, reply.judgement.decision
        if asked.dry_run:
            return
        text = reply.ticket.question if reply.ticket else self._policy.kept(asked.text)
        record = AnswerRecord(
            id=begun.id,
            at=begun.at,
            question=text,
            decision=decision.kind,
            reason=decision.reason,
            confidence=judgement.confidence,
            entry_id=decision.best.entry.id if decision.best and decision.kind is DecisionKind.ANSWER else None,
            candidates=tuple((candidate.entry.id, candidate.confidence) for candidate in judgement.candidates),
            release=judgement.release,
            took_ms=reply.took_ms,
            conversation_id=reply.conversation_id,
            channel=asked.channel,
            category=asked.scope.category,
            product=asked.scope.product,
        )
        lines: list[tuple[Author, str]] = []
        if reply.conversation_id is not None:
            lines = [(Author.CUSTOMER, text)]
            if decision.reason is not Reason.WITH_AGENT:
                lines.append((Author.BOT, reply.message))
        sent = (asked.message_id, begun.shown(reply)) if begun.shown and asked.message_id and lines else None
        self._store.record_answer(
            record, messages=lines, ticket=reply.ticket, ticket_id=ticket_id, owner=asked.owner, sent=sent
        )

    def _asked_before(self, asked: Asked) -> str:
        """What the customer had written last in this conversation, "" when nothing."""
        if asked.conversation_id is None:
            return ""
        earlier, after = "", 0
        while page := self._store.conversations.messages(asked.conversation_id, after):
            earlier = next((line.text for line in reversed(page) if line.author is Author.CUSTOMER), earlier)
            after = page[-1].id
        return earlier
