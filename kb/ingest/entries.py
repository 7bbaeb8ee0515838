"""A record becomes an entry, or a list of reasons why it can't."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.ingest import clean
from kb.ingest.cells import make_link, parse_date, parse_link, parse_state, split_tags
from kb.ingest.columns import Column
from kb.ingest.problems import Code, Report
from kb.ingest.record import Record
from kb.text import normalise
from kb.types import Entry, EntryId, EntryState, Link

LONGEST_QUESTION = 200  # characters
LONGEST_ANSWER = 5_000
LONGEST_ID = 100


_ORDINARY = re.compile("[0-9A-Za-z\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a record. `id` is there even without an entry, if it is known which one it would have been."""

    entry: Entry | None
    id: EntryId | None
    derived: bool  # the id comes from the question


class _BadValue(Exception):
    """A field holds something of the wrong type."""


def derive_id(question: str, product: str = "") -> EntryId:
    """The id of an entry that was given none: the same for the same normalised question (about the same product)."""
    key = "\0".join(part for part in (normalise(question), normalise(product)) if part)
    return EntryId("q-" + hashlib.blake2b(key.encode(), digest_size=8).hexdigest())


def judge(record: Record, report: Report, today: date) -> Judged:
    """Turn a record into an entry; everything that is wrong with it goes into the report."""
    return _Judge(record, report, today).run()


class _Judge:
    """The steps for one record; `bad` once it can't become an entry."""

    def __init__(self, record: Record, report: Report, today: date) -> None:
        self.record = record
        self.report = report
        self.today = today
        self.bad = False
        self.removed = 0
        self.unusable = {flaw.column for flaw in record.flaws}  # columns of which enough has been said

    def run(self) -> Judged:
        for flaw in self.record.flaws:
            self.refuse(flaw.code, column=flaw.column.label if flaw.column else "", value=flaw.value)
        if not self.record.fields:
            return Judged(None, None, derived=True)
        entry_id = self.text(Column.ID, clean.line)
        question = self.text(Column.QUESTION, clean.line)
        product = self.text(Column.PRODUCT, clean.line)
        answer = self.text(Column.ANSWER, clean.block)
        derived = not entry_id
        if len(entry_id) > LONGEST_ID:
            self.refuse(Code.ID_TOO_LONG, length=len(entry_id), limit=LONGEST_ID)
        self.check_question(question)
        self.check_answer(question, answer)
        if derived and _matchable(question):
            entry_id = derive_id(question, product)
        known = EntryId(entry_id) if entry_id else None
        entry = self.entry(EntryId(entry_id), question, product, answer)
        if self.removed:
            self.note(Code.CONTROL_CHARACTERS, count=self.removed)
        return Judged(None if self.bad else entry, known, derived)

    def entry(self, entry_id: EntryId, question: str, product: str, answer: str) -> Entry:
        state = self.state()
        start, end = self.day(Column.VALID_FROM), self.day(Column.VALID_UNTIL)
        if start and end and start > end:
            self.refuse(Code.DATES_REVERSED, start=start.isoformat(), end=end.isoformat())
        variants = self.variants(question)
        links = self.links()
        category = self.text(Column.CATEGORY, clean.line)
        tags = self.items(Column.TAGS, split_tags)
        follow_ups = self.items(Column.FOLLOW_UPS, clean.lines)
        if not self.bad and state is EntryState.LIVE and end and end < self.today:
            self.note(Code.EXPIRED, question=question, end=end.isoformat())
        return Entry(
            id=entry_id,
            question=question,
            answer=answer,
            variants=variants,
            category=category,
            tags=tags,
            product=product,
            valid_from=start,
            valid_until=end,
            state=state,
            links=links,
            follow_ups=follow_ups,
        )

    # --- what may be wrong

    def check_question(self, question: str) -> None:
        if Column.QUESTION in self.unusable:
            return
        if not question:
            self.refuse(Code.EMPTY_QUESTION)
        elif len(question) > LONGEST_QUESTION:
            self.refuse(Code.QUESTION_TOO_LONG, length=len(question), limit=LONGEST_QUESTION)
        elif not _matchable(question):
            self.refuse(Code.NOTHING_TO_MATCH, question=question)

    def check_answer(self, question: str, answer: str) -> None:
        if Column.ANSWER in self.unusable:
            return
        if not answer:
            if question:  # an empty question was reported already
                self.refuse(Code.EMPTY_ANSWER, question=question)
        elif len(answer) > LONGEST_ANSWER:
            self.refuse(Code.ANSWER_TOO_LONG, question=question, length=len(answer), limit=LONGEST_ANSWER)

    def state(self) -> EntryState:
        text = self.text(Column.STATE, clean.line)
        state = parse_state(text)
        if state is None:
            self.refuse(Code.UNKNOWN_STATE, value=text)
        return state or EntryState.DRAFT

    def day(self, column: Column) -> date | None:
        text = self.text(column, clean.line)
        day = parse_date(text) if text else None
        if text and day is None:
            self.refuse(Code.BAD_DATE, column=column.label, value=text)
        return day

    def variants(self, question: str) -> tuple[str, ...]:
        kept = []
        for variant in self.items(Column.VARIANTS, clean.lines):
            if len(variant) > LONGEST_QUESTION:
                self.note(Code.VARIANT_TOO_LONG, question=question, length=len(variant), limit=LONGEST_QUESTION)
            elif not _matchable(variant):
                self.note(Code.VARIANT_NOTHING_TO_MATCH, question=question, variant=variant)
            elif variant != question:
                kept.append(variant)
        return tuple(kept)

    def links(self) -> tuple[Link, ...]:
        value = self.record.fields.get(Column.LINKS)
        found: list[tuple[str, Link | None]] = []
        try:
            if isinstance(value, list):
                found = [self.link(item) for item in value]
            else:
                found = [(line, parse_link(line)) for line in clean.lines(self.seen(_plain(value)))]
        except _BadValue:
            self.wrong_type(Column.LINKS)
        for shown, link in found:
            if link is None:
                self.note(Code.BAD_LINK, value=shown)
        return tuple(dict.fromkeys(link for _, link in found if link))

    def link(self, item: object) -> tuple[str, Link | None]:
        if isinstance(item, Mapping):
            title, url = self.seen(_plain(item.get("title"))), self.seen(_plain(item.get("url")))
            return url, make_link(title, url)
        line = clean.line(self.seen(_plain(item)))
        return line, parse_link(line)

    # --- what stands there

    def text(self, column: Column, tidy: Callable[[str], str]) -> str:
        try:
            return tidy(self.seen(_plain(self.record.fields.get(column))))
        except _BadValue:
            self.wrong_type(column)
            return ""

    def items(self, column: Column, split: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        value = self.record.fields.get(column)
        try:
            if isinstance(value, list):
                each = (clean.line(self.seen(_plain(item))) for item in value)
                return tuple(dict.fromkeys(item for item in each if item))
            return split(self.seen(_plain(value)))
        except _BadValue:
            self.wrong_type(column)
            return ()

    def seen(self, text: str) -> str:
        self.removed += clean.unseen(text)
        return text

    def wrong_type(self, column: Column) -> None:
        self.unusable.add(column)
        self.refuse(Code.BAD_VALUE, column=column.label)

    def refuse(self, code: Code, **facts: object) -> None:
        self.bad = True
        self.note(code, **facts)

    def note(self, code: Code, **facts: object) -> None:
        self.report.add(code, self.record.row, self.record.where, **facts)


def _matchable(text: str) -> bool:
    """Whether the normalised text holds anything; what nearly every text has is looked for first."""
    return bool(_ORDINARY.search(text) or normalise(text))


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _BadValue
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
