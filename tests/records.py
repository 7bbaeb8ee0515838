"""Plain records for tests of whatever keeps or serves them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kb.types import (
    AnswerId,
    AnswerRecord,
    ConversationId,
    DecisionKind,
    Entry,
    EntryId,
    Limits,
    Manifest,
    Priority,
    Reason,
    ReleaseId,
    SourcedEntry,
    Ticket,
    TicketId,
    TicketState,
)

NOW = datetime(2025, 6, 18, 9, 30, 15, 123456, tzinfo=UTC)


def later(minutes: float) -> datetime:
    """Some minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)


def sourced(
    id_: str, question: str = "怎么退款？", answer: str = "在订单页点申请退款。", **fields: Any
) -> SourcedEntry:
    """An entry from a file."""
    return SourcedEntry(Entry(EntryId(id_), question, answer, **fields), "faq/orders.csv")


def manifest(id_: str = "r1", minutes: float = 0, **fields: Any) -> Manifest:
    """A release's manifest, made some minutes after `NOW`."""
    values: dict[str, Any] = {
        "revision": 1,
        "entries": 2,
        "phrasings": 12,
        "embedder": "kb-zh-1",
        "dim": 256,
        "normaliser": "1",
        "index": "faiss",
        "limits": Limits(answer=0.9, suggest=0.3),
        "promise": 0.95,
        "measured": {"precision": 0.96, "coverage": 0.61},
        "files": {"vectors.npy": "0" * 64},
    }
    return Manifest(id=ReleaseId(id_), created_at=later(minutes), **{**values, **fields})


def answer(id_: str = "a1", conversation: str | None = None, minutes: float = 0, **fields: Any) -> AnswerRecord:
    """What is kept of a question that was answered."""
    values: dict[str, Any] = {
        "question": "我的快递到哪了",
        "decision": DecisionKind.ANSWER,
        "reason": Reason.CONFIDENT,
        "confidence": 0.97,
        "entry_id": EntryId("wuliu-001"),
        "candidates": ((EntryId("wuliu-001"), 0.97), (EntryId("wuliu-002"), 0.02)),
        "release": ReleaseId("r1"),
        "took_ms": 0.61,
        "channel": "web",
        "category": "物流配送",
        "product": "",
    }
    in_conversation = None if conversation is None else ConversationId(conversation)
    return AnswerRecord(id=AnswerId(id_), at=later(minutes), conversation_id=in_conversation, **{**values, **fields})


def ticket(id_: str = "t1", conversation: str = "c1", due: float = 15, **fields: Any) -> Ticket:
    """A waiting ticket, due some minutes after `NOW`."""
    values: dict[str, Any] = {
        "answer_id": None,
        "question": "我要投诉快递员",
        "summary": "投诉快递员态度",
        "reason": Reason.COMPLAINT,
        "category": "投诉与建议",
        "priority": Priority.ORDINARY,
        "state": TicketState.WAITING,
        "created_at": NOW,
        "draft": "非常抱歉给您带来不便……",
    }
    return Ticket(
        id=TicketId(id_), conversation_id=ConversationId(conversation), due_at=later(due), **{**values, **fields}
    )
