"""Entries as they stand in a file, for the tests of the review."""

from dataclasses import replace
from typing import Any

from kb.ingest import Place
from kb.ingest.review import Finding, Standing
from kb.types import Entry, EntryId, SourcedEntry


def entry(
    entry_id: str = "A1", question: str = "怎么申请退货", answer: str = "您好，请您联系客服。", **more: Any
) -> Entry:
    return replace(Entry(EntryId(entry_id), question, answer), **more)


def standing(entry_id: str = "A1", question: str = "怎么申请退货", answer: str = "您好。", **more: Any) -> Standing:
    return Standing(entry(entry_id, question, answer, **more), Place("faq/a.csv", 2, "第 2 行"))


def sourced(*entries: Entry, source: str = "faq/a.csv") -> list[SourcedEntry]:
    return [SourcedEntry(one, source) for one in entries]


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(str(one.entry_id), one.code.value) for one in findings]
