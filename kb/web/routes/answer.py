"""POST /v1/answer: a customer's question."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from kb.answer.match import Matcher
from kb.answer.passages import citation
from kb.answer.reply import Reply, offered
from kb.answer.respond import Asked
from kb.errors import Conflict, InputError
from kb.logs import Name
from kb.types import Candidate, ConversationId, DecisionKind, Reason, Role, Scope
from kb.web.access import Caller, Door
from kb.web.bodies import read, takes
from kb.web.metrics import Metrics
from kb.web.schemas import AnswerIn, AnswerOut
from kb.web.together import Together
from kb.wiring import Kb

log = logging.getLogger("kb.answer")


class Direct(APIRoute):
    """A route whose function takes the request itself; FastAPI describes it, and stands in nobody's way."""

    def __init__(self, path: str, endpoint: Callable[[Request], Awaitable[Response]], **described: Any) -> None:
        super().__init__(path, endpoint, **described)

        async def app(scope: ASGIScope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)

        self.app = app  # what it raises becomes a problem where every other failure does


def add_answer_route(app: FastAPI, kb: Kb, door: Door, metrics: Metrics) -> None:
    """Add the busiest route: requests are taken apart and replies put together by hand, and answered together."""

    def respond(questions: Sequence[Asked]) -> Sequence[tuple[Matcher, Reply] | Exception]:
        matcher = kb.matcher()
        outcomes = kb.responder.respond_many(matcher, questions, _kept)
        return [(matcher, one) if isinstance(one, Reply) else one for one in outcomes]

    together = Together(respond)

    async def answer(request: Request) -> Response:
        """Answer a customer's question, ask back, or hand it over to a person."""
        started = perf_counter()
        caller = door.admit(request.scope, Role.ASKER)
        body = await read(request, AnswerIn)
        question = asked(body, caller)
        if question.message_id and (before := kb.responder.replied(question)):
            return Response(before, media_type="application/json")
        try:
            matcher, reply = await together(question)
        except Conflict:
            if before := kb.responder.replied(question):
                return Response(before, media_type="application/json")
            raise
        if not body.dry_run:
            metrics.answered(reply.judgement, perf_counter() - started)
        _log(reply, body, caller)
        content = shown(reply, matcher if body.explain else None)
        return Response(orjson.dumps(content), media_type="application/json")

    app.router.add_api_route(
        "/v1/answer",
        answer,
        methods=["POST"],
        tags=["answer"],
        response_model=AnswerOut,
        openapi_extra=takes(AnswerIn),
        route_class_override=Direct,
    )


def asked(body: AnswerIn, caller: Caller) -> Asked:
    """Return the question in the domain's words; raises InputError."""
    if body.message_id and not body.conversation_id:
        raise InputError("message_id names a message within a conversation; send the conversation_id too")
    return Asked(
        text=body.question,
        conversation_id=ConversationId(body.conversation_id) if body.conversation_id else None,
        channel=body.channel or "",
        scope=Scope(body.category or "", body.product or "", tuple(body.tags or ())),
        top_k=body.top_k,
        dry_run=body.dry_run,
        explain=body.explain,
        owner=caller.key_id,
        message_id=body.message_id or "",
    )


def shown(reply: Reply, explained_by: Matcher | None = None) -> dict[str, Any]:
    """Return the reply as `AnswerOut` describes it, ready for JSON."""
    judgement, ticket = reply.judgement, reply.ticket
    decision = judgement.decision
    best = decision.best if decision.kind is DecisionKind.ANSWER else None
    return {
        "id": reply.id,
        "decision": decision.kind.value,
        "reason": decision.reason.value,
        "confidence": judgement.confidence,
        "message": reply.message,
        "answer": _entry(best) if best else _passage(reply) if decision.reason is Reason.PASSAGE else None,
        "options": [{"entry_id": one.entry.id, "question": one.entry.question} for one in offered(decision)],
        "candidates": [
            {
                "entry_id": one.entry.id,
                "question": one.entry.question,
                "matched": one.matched,
                "confidence": one.confidence,
            }
            for one in judgement.candidates
        ],
        "ticket": ticket
        and {
            "id": ticket.id,
            "reason": ticket.reason.value,
            "priority": ticket.priority.value,
            "due_at": _moment(ticket.due_at),
        },
        "conversation_id": reply.conversation_id,
        "release": judgement.release,
        "took_ms": reply.took_ms,
        "explanation": _explanation(judgement.candidates, explained_by) if explained_by else None,
    }


def _kept(reply: Reply) -> str:
    """Return the reply as a repeated message gets it."""
    return orjson.dumps(shown(reply)).decode()


def _entry(best: Candidate) -> dict[str, Any]:
    entry = best.entry
    return {
        "entry_id": entry.id,
        "question": entry.question,
        "text": entry.answer,
        "category": entry.category,
        "links": [{"title": link.title, "url": link.url} for link in entry.links],
        "follow_ups": list(entry.follow_ups),
        "passage": None,
    }


def _passage(reply: Reply) -> dict[str, Any]:
    """An answer from an approved document: it has no entry."""
    cited = reply.judgement.passages[0]
    passage = cited.passage
    return {
        "entry_id": "",
        "question": passage.section[-1] if passage.section else cited.title,
        "text": reply.message,
        "category": "",
        "links": [],
        "follow_ups": [],
        "passage": {
            "id": passage.id,
            "document": cited.title,
            "section": list(passage.section),
            "page": passage.page,
            "citation": citation(cited),
            "text": cited.excerpt,
            "confidence": cited.confidence,
        },
    }


def _explanation(candidates: tuple[Candidate, ...], matcher: Matcher) -> dict[str, Any]:
    return {
        "limits": {"answer": matcher.limits.answer, "suggest": matcher.limits.suggest},
        "candidates": [
            {
                "entry_id": one.entry.id,
                "confidence": one.confidence,
                "conflict": one.conflict,
                "features": dict(one.features),
                "contributions": dict(one.contributions),
            }
            for one in candidates
        ],
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _log(reply: Reply, body: AnswerIn, caller: Caller) -> None:
    """Write one line, without what the customer wrote."""
    if not log.isEnabledFor(logging.INFO):
        return
    decision = reply.judgement.decision
    log.info(
        "answer",
        extra={
            "id": Name(reply.id),
            "decision": decision.kind.value,
            "reason": decision.reason.value,
            "confidence": round(reply.judgement.confidence, 4),
            "entry_id": Name(decision.best.entry.id) if decision.best else None,
            "ticket_id": Name(reply.ticket.id) if reply.ticket else None,
            "conversation_id": reply.conversation_id if body.conversation_id else _name(reply.conversation_id),
            "channel": body.channel,
            "key": _name(caller.key_id),
            "dry_run": body.dry_run,
            "release": Name(reply.judgement.release),
            "took_ms": reply.took_ms,
        },
    )


def _name(text: str | None) -> Name | None:
    return None if text is None else Name(text)
