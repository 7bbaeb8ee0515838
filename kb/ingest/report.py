"""The report of an ingestion for editors: one HTML file that needs nothing else, and says everything before writing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

from kb import messages
from kb.files import write_whole
from kb.ingest.cleaning import Cleaned
from kb.ingest.documents import DocumentChange
from kb.ingest.plan import Change, Plan
from kb.ingest.problems import Place, Problem, shorten
from kb.ingest.review.findings import Finding, FindingCode, Weight
from kb.text import Words
from kb.types import Entry, SourcedEntry

#: So many entries or findings of one kind are shown; the rest are counted.
SHOWN = 500

_CSS = Path(__file__).with_name("report.css")
_SAY = messages.review.REPORT
_TOGETHER = frozenset(
    {FindingCode.CONTRADICTION, FindingCode.SAME_QUESTION, FindingCode.NEAR_DUPLICATE, FindingCode.OTHER_ANSWER}
)
_FIELDS = ("question", "variants", "answer", "category", "tags", "product", "valid_from", "valid_until", "state")
_MORE_FIELDS = ("links", "follow_ups")


@dataclass(frozen=True, slots=True)
class Report:
    """What is told: the plan, the problems of the files, and the findings."""

    plan: Plan
    problems: Sequence[Problem]
    findings: Sequence[Finding]
    made_at: datetime  # in the shop's time zone
    cleaned: Sequence[Cleaned] = ()  # what was taken away from documents, by file and step

    def html(self) -> str:
        """The whole page."""
        title = _SAY["title"]
        return "\n".join(
            [
                "<!doctype html>",
                '<html lang="zh-CN"><head><meta charset="utf-8">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<title>{escape(title)} {self.made_at:%Y-%m-%d %H:%M}</title>",
                f"<style>{_CSS.read_text('utf-8')}</style></head><body>",
                *self._header(title),
                "<main>",
                *self._findings(),
                *self._problems(),
                *self._changes(),
                *self._documents(),
                *self._cleaned(),
                "</main>",
                f"<footer>{escape(_SAY['footer'])}</footer>",
                "</body></html>",
            ]
        )

    def write(self, folder: Path) -> Path:
        """Write `report.html` into `folder`, which is made if need be; whole, or not at all."""
        file = folder / "report.html"
        write_whole(file, self.html().encode())
        return file

    # --- what it comes to

    def _count(self, weight: Weight) -> int:
        found = sum(one.weight is weight for one in self.findings)
        if weight is Weight.BLOCKS:
            return found + sum(one.blocks for one in self.problems)
        return found + (sum(not one.blocks for one in self.problems) if weight is Weight.NOTICE else 0)

    def _header(self, title: str) -> Iterator[str]:
        blocks, confirm = self._count(Weight.BLOCKS), self._count(Weight.CONFIRM)
        kind = "blocks" if blocks else "confirm" if confirm else "fine"
        verdict = _SAY[f"verdict_{kind}"]
        plan = self.plan
        numbers = (
            ("added", len(plan.added), "", "added"),
            ("changed", len(plan.changed), "", "changed"),
            ("retired", len(plan.retired), "", "retired"),
            ("unchanged", len(plan.unchanged) + len(plan.moved), "", "unchanged"),
            ("documents", len(plan.documents), "", "documents"),
            ("blocks", blocks, "blocks", "findings"),
            ("confirm", confirm, "confirm", "findings"),
            ("notice", self._count(Weight.NOTICE), "", "findings"),
        )
        yield f"<header><div><h1>{escape(title)}</h1>"
        yield f'<p class="soft">{escape(_SAY["made_at"].format(at=f"{self.made_at:%Y-%m-%d %H:%M}"))}</p>'
        yield f'<p class="verdict {kind}">{escape(verdict.format(blocks=blocks, confirm=confirm))}</p>'
        yield '<nav class="numbers">'
        for name, count, look, anchor in numbers:
            classes = " ".join(part for part in (look if count else "", "" if count else "zero") if part)
            yield f'<a class="{classes}" href="#{anchor}"><b>{count:,}</b>{escape(_SAY[name])}</a>'
        yield "</nav></div></header>"

    # --- findings and problems

    def _findings(self) -> Iterator[str]:
        yield f'<h2 id="findings">{escape(_SAY["findings"])}</h2>'
        if not self.findings:
            yield f'<p class="nothing">{escape(_SAY["no_findings"])}</p>'
        ordered = sorted(
            self.findings, key=lambda one: (list(Weight).index(one.weight), list(FindingCode).index(one.code))
        )
        for (weight, code), group in groupby(ordered, key=lambda one: (one.weight, one.code)):
            found = list(group)
            tag = f'<span class="tag {weight}">{escape(messages.review.WEIGHTS[weight])}</span>'
            heading = escape(messages.review.TITLES[code])
            yield f'<h3>{heading} <span class="count">{len(found):,}</span> {tag}</h3>'
            for one in found[:SHOWN]:
                yield from _finding(one)
            yield from _more(len(found) - SHOWN)

    def _problems(self) -> Iterator[str]:
        if not self.problems:
            return
        yield f'<h2 id="problems">{escape(_SAY["problems"])}</h2><table><tr>'
        yield from (f"<th>{escape(name)}</th>" for name in messages.cli.PROBLEM_COLUMNS)
        yield "</tr>"
        for one in sorted(self.problems, key=lambda one: not one.blocks)[:SHOWN]:
            mark = f'<span class="tag blocks">{escape(messages.cli.BLOCKING)}</span> ' if one.blocks else ""
            yield (
                f"<tr><td>{escape(one.file)}</td><td>{escape(one.where)}</td>"
                f"<td>{mark}{escape(one.message)}</td><td>{escape(one.advice)}</td></tr>"
            )
        yield "</table>"
        yield from _more(len(self.problems) - SHOWN)

    # --- the plan

    def _changes(self) -> Iterator[str]:
        plan = self.plan
        yield from _section("changed", len(plan.changed), map(_changed, plan.changed[:SHOWN]))
        yield from _section("added", len(plan.added), (_listed(one) for one in plan.added[:SHOWN]))
        yield from _section("retired", len(plan.retired), (_listed(one) for one in plan.retired[:SHOWN]))
        same = (*plan.unchanged, *(change.new for change in plan.moved))
        yield f'<h2 id="unchanged">{escape(_SAY["unchanged"])} <span class="count">{len(same):,}</span></h2>'
        if same:
            rows = "".join(
                f"<tr><td>{escape(one.entry.id)}</td><td>{escape(one.entry.question)}</td><td>{escape(one.source)}</td></tr>"
                for one in same[:SHOWN]
            )
            yield f"<details><summary>{escape(_SAY['show'])}</summary><table>{rows}</table>"
            yield from _more(len(same) - SHOWN)
            yield "</details>"

    # --- documents

    def _documents(self) -> Iterator[str]:
        changes = self.plan.documents
        if changes or self.plan.documents_unchanged:
            yield from _section("documents", len(changes), map(_document, changes[:SHOWN]))
            same = len(self.plan.documents_unchanged)
            if same:
                yield f'<p class="soft">{escape(_SAY["documents_unchanged"].format(count=f"{same:,}"))}</p>'

    def _cleaned(self) -> Iterator[str]:
        if not self.cleaned:
            return
        total = sum(one.count for one in self.cleaned)
        yield f'<h2 id="cleaned">{escape(_SAY["cleaned"])} <span class="count">{total:,}</span></h2>'
        yield f'<p class="soft">{escape(_SAY["cleaned_lead"])}</p>'
        for file, group in groupby(self.cleaned, key=lambda one: one.file):
            yield f'<article class="card"><p class="what">{escape(file)}</p>'
            for one in group:
                step = escape(messages.ingest.STEPS[one.step])
                count = f'<span class="count">{one.count:,}</span> <code>{one.step}</code>'
                yield f"<details><summary>{step} {count}</summary>"
                yield f'<div class="text">{escape(chr(10).join(one.removed))}</div>'
                yield from _more(one.count - len(one.removed))
                yield "</details>"
            yield "</article>"


def _section(name: str, count: int, cards: Iterable[str]) -> Iterator[str]:
    yield f'<h2 id="{name}">{escape(_SAY[name])} <span class="count">{count:,}</span></h2>'
    if not count:
        yield f'<p class="nothing">{escape(_SAY["none"])}</p>'
    yield from cards
    yield from _more(count - SHOWN)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f'<p class="nothing">{escape(_SAY["more"].format(count=f"{count:,}"))}</p>'


def _place(place: Place) -> str:
    return f'<span class="place">{escape(f"{place.file} {place.where}".strip())}</span>'


# --- one finding


def _finding(one: Finding) -> Iterator[str]:
    yield f'<article class="card {one.weight}">{_place(Place(one.file, one.row, one.where))}'
    yield f'<p class="what">{escape(one.message)}</p><p class="advice">{escape(one.advice)}</p>'
    if one.other and one.entry:
        yield from _sides(one, one.entry, one.other.entry)
    elif one.entry and any(quote in one.entry.answer for quote in one.quotes):
        yield f'<div class="quoted text">{_marked(one.entry.answer, one.quotes)}</div>'
    yield "</article>"


def _sides(one: Finding, ours: Entry, theirs: Entry) -> Iterator[str]:
    """Two entries beside each other; where they should say the same, what only one says is marked."""
    left, right = escape(ours.answer), escape(theirs.answer)
    if one.code in _TOGETHER:
        left, right = difference(ours.answer, theirs.answer)
    there = one.other.place if one.other else Place("")
    yield '<div class="sides">'
    for entry, place, answer in ((ours, Place(one.file, one.row, one.where), left), (theirs, there, right)):
        also = [quote for quote in one.quotes if quote != entry.question and quote in entry.variants]
        phrased = "".join(
            f'<p class="soft">{escape(_SAY["phrased"])}<mark>{escape(quote)}</mark></p>' for quote in also
        )
        yield (
            f'<div class="side">{_place(place)}<p class="q">{escape(entry.id)} {escape(entry.question)}</p>{phrased}'
            f'<div class="text">{answer}</div></div>'
        )
    yield "</div>"


def _marked(text: str, quotes: Sequence[str]) -> str:
    parts = re.split("(" + "|".join(map(re.escape, sorted(quotes, key=len, reverse=True))) + ")", text)
    return "".join(f"<mark>{escape(part)}</mark>" if part in quotes else escape(part) for part in parts)


# --- one entry of the plan


def _listed(one: SourcedEntry) -> str:
    entry = one.entry
    variants = escape(_SAY["variants"].format(count=len(entry.variants))) if entry.variants else ""
    return (
        f'<article class="card">{_place(Place(one.source))}<p class="what">{escape(entry.question)}</p>'
        f'<p class="soft">{escape(entry.id)} {variants}</p>'
        f'<div class="text">{escape(shorten(entry.answer, 240))}</div></article>'
    )


def _document(change: DocumentChange) -> str:
    document = change.one
    kind = "added" if not change.old else "changed" if change.new else "retired"
    says = _SAY[f"document_{kind}"].format(count=f"{len(document.passages):,}")
    lapses = f'<p class="advice">{escape(_SAY["lapses"])}</p>' if change.lapses else ""
    parts = [
        f'<details><summary>{escape(_SAY[name])} <span class="count">{len(passages):,}</span></summary>'
        + "".join(
            f'<div class="quoted text"><{tag}>{escape(passage.text)}</{tag}>'
            f'<p class="soft">{escape(" › ".join(passage.section))} {escape(passage.where)}</p></div>'
            for passage in passages[:SHOWN]
        )
        + "".join(_more(len(passages) - SHOWN))
        + "</details>"
        for name, tag, passages in (
            ("passages_added", "ins", change.added),
            ("passages_removed", "del", change.removed),
        )
        if passages
    ]
    return (
        f'<article class="card">{_place(Place(document.source))}<p class="what">{escape(document.title)}</p>'
        f'<p class="soft">{escape(says)}</p>{lapses}{"".join(parts)}</article>'
    )


def _changed(change: Change) -> str:
    old, new = shown_fields(change.old.entry), shown_fields(change.new.entry)
    fields = "".join(
        f"<dt>{escape(messages.ingest.COLUMNS[name])}</dt><dd>{diffed(old[name], new[name])}</dd>"
        for name in (*_FIELDS, *_MORE_FIELDS)
        if old[name] != new[name]
    )
    entry = change.new.entry
    return (
        f'<article class="card">{_place(Place(change.new.source))}<p class="what">{escape(entry.question)}</p>'
        f'<p class="soft">{escape(entry.id)}</p><dl>{fields}</dl></article>'
    )


def shown_fields(entry: Entry) -> dict[str, str]:
    """The fields of an entry as an editor reads them, in the order of a table's columns."""
    plain = entry.as_dict()
    shown = {name: plain[name] for name in _FIELDS}
    shown["variants"] = "\n".join(entry.variants)
    shown["tags"] = "、".join(entry.tags)
    shown["state"] = messages.ingest.STATES[entry.state.value]
    shown["links"] = "\n".join(f"{link.title} {link.url}" for link in entry.links)
    shown["follow_ups"] = "\n".join(entry.follow_ups)
    return shown


def diffed(old: str, new: str) -> str:
    """One text with what went struck out and what came marked."""
    parts: list[str] = []
    for kind, before, after in _steps(old, new):
        if kind == "equal":
            parts.append(escape(after))
            continue
        parts.extend(f"<{tag}>{escape(text)}</{tag}>" for tag, text in (("del", before), ("ins", after)) if text)
    return "".join(parts)


def difference(ours: str, theirs: str) -> tuple[str, str]:
    """Both texts as HTML, with the words that only one of them has marked."""
    left: list[str] = []
    right: list[str] = []
    for kind, before, after in _steps(ours, theirs):
        for side, text in ((left, before), (right, after)):
            side.append(escape(text) if kind == "equal" or not text.strip() else f"<mark>{escape(text)}</mark>")
    return "".join(left), "".join(right)


def _steps(old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """The steps from one text to the other, word by word: what is done, the old words, the new ones."""
    before, after = _words(old), _words(new)
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield kind, "".join(before[a:b]), "".join(after[c:d])


def _words(text: str) -> list[str]:
    cut = _cutter()
    return [word for piece in re.split(r"(\s+)", text) for word in ([piece] if piece.isspace() else cut(piece))]


@cache
def _cutter() -> Words:
    return Words()
