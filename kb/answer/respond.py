"""One question from a customer, answered, asked back or handed over, and written down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from time import perf_counter

from kb.answer.handover import Handover, open_ticket
from kb.answer.ids import new_id
from kb.answer.match import Matcher
from kb.answer.policy import Policy
from kb.answer.reply import Reply, message
from kb.errors import Conflict, KbError, NotFound, NothingToMatch, StoreError
from kb.ports import Clock
from kb.store.store import Kept, Store
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
    ReleaseId,
    Scope,
    Ticket,
    TicketId,
)

__all__ = ["Asked", "Policy", "Responder"]

_NOTHING = "the question holds no letter, digit or Chinese character; ask in words"


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


#: How a reply goes out: JSON.
Shown = Callable[[Reply], str]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A question being answered."""

    asked: Asked
    id: AnswerId
    at: datetime
    started: float
    release: ReleaseId
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class _Done:
    """A question with its reply, and the open ticket that its line belongs to."""

    begun: _Begun
    reply: Reply
    ticket_id: TicketId | None = None


class Responder:
    """Answers customers: judges, words, hands over, and keeps a record."""

    def __init__(self, store: Store, clock: Clock, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    def respond(self, matcher: Matcher, asked: Asked, shown: Shown | None = None) -> Reply:
        """Answer from the release that `matcher` holds.

        A message with an id of its own is kept with its reply as `shown` puts it. While a person has the conversation
        the bot is silent: the line goes to the person, nothing is matched. Raises NothingToMatch when the question
        holds nothing that could be matched, NotFound when the conversation belongs to another key, Conflict when a
        message of this id was answered at the same moment, StoreError.
        """
        outcome = self.respond_many(matcher, [asked], shown)[0]
        if isinstance(outcome, Reply):
            return outcome
        raise outcome

    def respond_many(
        self, matcher: Matcher, asked: Sequence[Asked], shown: Shown | None = None
    ) -> list[Reply | KbError]:
        """Answer questions that wait at the same moment: each as `respond` would, in this order.

        They are matched together and kept in one transaction, and none hears of what is wrong with another: what
        `respond` would raise for a question stands in its place.
        """
        outcomes: dict[int, Reply | KbError] = {}
        waiting = list(range(len(asked)))
        while waiting:
            # the second question of a conversation waits until the first is kept: a person may have it then
            first = {asked[at].conversation_id or at: at for at in reversed(waiting)}
            turn = sorted(first.values())
            waiting = [at for at in waiting if at not in turn]
            outcomes.update(zip(turn, self._at_once(matcher, [asked[at] for at in turn], shown), strict=True))
        return [outcomes[at] for at in range(len(asked))]

    def _at_once(self, matcher: Matcher, asked: Sequence[Asked], shown: Shown | None) -> list[Reply | KbError]:
        """Answer questions of different conversations."""
        now = self._clock.now()
        started = perf_counter()
        begun = [_Begun(one, AnswerId(new_id("ans", now)), now, started, matcher.release_id, shown) for one in asked]
        outcomes: dict[int, Reply | KbError] = {}
        done: dict[int, _Done] = {}
        to_judge: dict[bool, list[int]] = {False: [], True: []}
        standing = self._store.conversations.standing([one.conversation_id for one in asked if one.conversation_id])
        for at, one in enumerate(asked):
            there = standing.get(one.conversation_id) if one.conversation_id else None
            if there is not None and there.owner != one.owner:
                outcomes[at] = NotFound(f"there is no conversation {one.conversation_id!r}")
            elif there is not None and there.ticket_id is not None:
                done[at] = self._silent(begun[at], there.ticket_id)
            else:
                to_judge[one.explain].append(at)
        for explain, places in to_judge.items():
            questions = [Question(asked[at].text, asked[at].scope, asked[at].top_k) for at in places]
            judged = matcher.judge_many(questions, self._policy.today(now), explain=explain)
            for at, judgement in zip(places, judged, strict=True):
                if judgement.decision.reason is Reason.EMPTY:
                    outcomes[at] = NothingToMatch(_NOTHING)
                else:
                    done[at] = self._decided(begun[at], judgement)
        outcomes.update(zip(done, self._kept(list(done.values())), strict=True))
        return [outcomes[at] for at in range(len(asked))]

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

    def _silent(self, begun: _Begun, ticket_id: TicketId) -> _Done:
        judgement = Judgement(Decision(DecisionKind.HANDOFF, Reason.WITH_AGENT), (), begun.release)
        return _Done(begun, _reply(begun, judgement, begun.asked.conversation_id), ticket_id)

    def _decided(self, begun: _Begun, judgement: Judgement) -> _Done:
        asked = begun.asked
        if judgement.decision.kind is not DecisionKind.HANDOFF or asked.dry_run:
            return _Done(begun, _reply(begun, judgement, asked.conversation_id))
        handover = Handover(
            conversation_id=asked.conversation_id or ConversationId(new_id("conv", begun.at)),
            answer_id=begun.id,
            question=self._policy.kept(asked.text),
            earlier=self._asked_before(asked, judgement.decision.reason),
            judgement=judgement,
            at=begun.at,
        )
        ticket = open_ticket(handover, self._policy)
        return _Done(begun, _reply(begun, judgement, handover.conversation_id, ticket))

    def _kept(self, done: Sequence[_Done]) -> list[Reply | KbError]:
        """Write down what was done, together if possible; one that cannot be kept does not take others with it."""
        kept = [self._left_behind(one) for one in done if not one.begun.asked.dry_run]
        try:
            if kept:
                self._store.record_answers(kept)
        except StoreError as error:
            return [error if not one.begun.asked.dry_run else one.reply for one in done]
        except KbError:
            return [self._kept_alone(one) for one in done]
        return [one.reply for one in done]

    def _kept_alone(self, one: _Done) -> Reply | KbError:
        asked, ticket = one.begun.asked, one.reply.ticket
        if asked.dry_run:
            return one.reply
        try:
            self._store.record_answers([self._left_behind(one)])
        except Conflict as error:
            # another question of this conversation was handed over at the same moment: this one joins it
            if ticket is None:
                return error
            open_one = self._store.conversations.open_ticket(ticket.conversation_id)
            if open_one is None:
                return error
            joining = replace(one.begun, asked=replace(asked, conversation_id=ticket.conversation_id))
            return self._kept_alone(self._silent(joining, open_one))
        except KbError as error:
            return error
        return one.reply

    def _left_behind(self, one: _Done) -> Kept:
        asked, reply, judgement = one.begun.asked, one.reply, one.reply.judgement
        decision = judgement.decision
        text = reply.ticket.question if reply.ticket else self._policy.kept(asked.text)
        record = AnswerRecord(
            id=one.begun.id,
            at=one.begun.at,
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
        shown = one.begun.shown
        sent = (asked.message_id, shown(reply)) if shown and asked.message_id and lines else None
        return Kept(record, lines, reply.ticket, one.ticket_id, asked.owner, sent)

    def _asked_before(self, asked: Asked, reason: Reason) -> str:
        """What the customer had written last, for somebody who asks for a person without saying why; else ""."""
        if asked.conversation_id is None or reason is not Reason.ASKED_FOR_PERSON:
            return ""
        return self._store.conversations.last_said(asked.conversation_id)


def _reply(
    begun: _Begun, judgement: Judgement, conversation_id: ConversationId | None, ticket: Ticket | None = None
) -> Reply:
    words = message(begun.asked.text, judgement.decision, judgement.passages)
    took_ms = (perf_counter() - begun.started) * 1000
    return Reply(begun.id, judgement, words, ticket, conversation_id, round(took_ms, 3))
