"""How many planted faults a review finds, and how often it is wrong: `python -m tests.bench.review`.

Every line of planted.jsonl is one fault. `near` plants a new entry beside the one it names, `at` changes the one it
names: another variant, follow-up, link or date, words appended to its answer, or another answer. The clean entries are
those of the tables in data/faq without an end date. Faults are planted in rounds, each entry touched at most once a
round. Batch 1 was written before the checks, 2 and 3 after them; at first sight 94.2 %, 81.7 % and 78.2 % were found.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kb.index.ngram import NgramEmbedder
from kb.ingest import Place, read
from kb.ingest.review import Finding, Lists, review
from kb.ports import Embedder
from kb.types import Entry, EntryId, Link, SourcedEntry

ROOT = Path(__file__).resolve().parents[2]
PLANTED = Path(__file__).parent / "planted.jsonl"
TABLES = [
    ROOT / "data" / "faq" / name
    for name in ("orders.csv", "delivery_and_returns.csv", "members.jsonl", "products.xlsx")
]
TODAY = date(2026, 11, 21)

#: A question that stands twice may be told as what it is worse: a contradiction.
AS_GOOD = {"same_question": {"same_question", "contradiction"}}


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of planted.jsonl."""

    number: int
    code: str
    about: str
    what: dict[str, Any]

    @property
    def id(self) -> EntryId:
        return EntryId(self.what.get("at") or f"PLANTED-{self.number}")

    @property
    def touches(self) -> set[EntryId]:
        return {EntryId(self.what[key]) for key in ("at", "near") if key in self.what}

    def plant(self, entries: dict[EntryId, Entry]) -> Entry:
        what = self.what
        if "at" not in what:
            product = entries[EntryId(what["near"])].product if "near" in what else ""
            return Entry(self.id, what["question"], what["answer"], product=product)
        entry = entries[EntryId(what["at"])]
        return replace(
            entry,
            answer=what.get("answer", entry.answer) + what.get("append", ""),
            variants=(*entry.variants, *([what["variant"]] if "variant" in what else [])),
            follow_ups=(*entry.follow_ups, *([what["follow_up"]] if "follow_up" in what else [])),
            links=(*entry.links, *([Link("说明", what["link"])] if "link" in what else [])),
            valid_until=date.fromisoformat(what["valid_until"]) if "valid_until" in what else entry.valid_until,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What came of all rounds."""

    faults: tuple[Fault, ...]
    missed: tuple[Fault, ...]
    clean: int  # entries
    alarms: tuple[Finding, ...]  # on clean entries, each entry and code once

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / len(self.faults)

    @property
    def false_alarms(self) -> float:
        """Per clean entry."""
        return len(self.alarms) / self.clean

    def table(self) -> Iterator[str]:
        asked, missed = Counter(map(_kind, self.faults)), Counter(map(_kind, self.missed))
        for kind, count in asked.items():
            yield f"{kind:28} {count - missed[kind]:4} of {count:4}   {1 - missed[kind] / count:6.1%}"
        found = len(self.faults) - len(self.missed)
        for batch in sorted({fault.what["batch"] for fault in self.faults}):
            mine = [fault for fault in self.faults if fault.what["batch"] == batch]
            lost = sum(fault.what["batch"] == batch for fault in self.missed)
            yield f"{f'batch {batch}':28} {len(mine) - lost:4} of {len(mine):4}   {1 - lost / len(mine):6.1%}"
        yield f"{'all':28} {found:4} of {len(self.faults):4}   {self.recall:6.1%}"
        yield f"false alarms: {len(self.alarms)} on {self.clean} clean entries, {self.false_alarms:.2%}"


def measure(embedder: Embedder) -> Result:
    """Plant everything, review, and count."""
    reading = read(TABLES, today=TODAY)
    entries = {known.entry.id: known.entry for known in reading.entries}
    faults = [_fault(number, line) for number, line in enumerate(PLANTED.read_text("utf-8").splitlines(), 1)]
    clean = {entry_id for entry_id, entry in entries.items() if entry.valid_until is None}
    missed: list[Fault] = []
    alarms: dict[tuple[EntryId, str], Finding] = {}
    for some in [[], *_rounds(faults)]:
        found = _review(entries, some, dict(reading.places), embedder)
        by_entry: defaultdict[EntryId, set[str]] = defaultdict(set)
        for finding in found:
            by_entry[finding.entry_id].add(finding.code)
            if finding.other:
                by_entry[finding.other.entry.id].add(finding.code)
        missed += [fault for fault in some if not by_entry[fault.id] & AS_GOOD.get(fault.code, {fault.code})]
        planted = {fault.id for fault in some}
        for finding in found:
            involved = {finding.entry_id, *([finding.other.entry.id] if finding.other else [])}
            if not involved & planted and finding.entry_id in clean:
                alarms.setdefault((finding.entry_id, finding.code), finding)
    missed.sort(key=lambda fault: fault.number)
    return Result(tuple(faults), tuple(missed), len(clean), tuple(alarms.values()))


def _fault(number: int, line: str) -> Fault:
    what = json.loads(line)
    return Fault(number, what["fault"], what.get("about", ""), what)


def _kind(fault: Fault) -> str:
    return f"{fault.code} ({fault.about})" if fault.about else fault.code


def _rounds(faults: list[Fault]) -> list[list[Fault]]:
    rounds: list[tuple[set[EntryId], list[Fault]]] = []
    for fault in faults:
        for taken, some in rounds:
            if not taken & fault.touches:
                taken.update(fault.touches)
                some.append(fault)
                break
        else:
            rounds.append((set(fault.touches), [fault]))
    return [some for _, some in rounds]


def _review(
    entries: dict[EntryId, Entry], faults: list[Fault], places: dict[EntryId, Place], embedder: Embedder
) -> list[Finding]:
    all_entries = dict(entries) | {fault.id: fault.plant(entries) for fault in faults}
    sourced = [SourcedEntry(entry, "faq/planted.csv") for entry in all_entries.values()]
    return review(sourced, places, [], embedder, today=TODAY, lists=Lists.read())


def speed(embedder: Embedder, copies: int = 22) -> tuple[int, int, float, float]:
    """Entries, phrasings, seconds, processor seconds: data/faq many times over, each copy about another shop."""
    reading = read(TABLES, today=TODAY)
    many = [
        SourcedEntry(
            replace(
                known.entry,
                id=EntryId(f"{known.entry.id}-{copy}"),
                question=f"{copy}号店{known.entry.question}",
                variants=tuple(f"{copy}号店{variant}" for variant in known.entry.variants[:4]),
            ),
            known.source,
        )
        for copy in range(copies)
        for known in reading.entries
    ]
    began, worked = time.perf_counter(), time.process_time()
    review(many, {}, [], embedder, today=TODAY)
    return (
        len(many),
        sum(len(known.entry.phrasings) for known in many),
        time.perf_counter() - began,
        time.process_time() - worked,
    )


def main() -> None:
    """Print recall by kind, false alarms, and what was missed; with --speed the time at 10,000 entries."""
    embedder = NgramEmbedder()
    if "--speed" in sys.argv:
        entries, phrasings, seconds, worked = speed(embedder)
        print(f"{entries:,} entries, {phrasings:,} phrasings: {seconds:.1f} s, {worked:.1f} s of processors")
        return
    result = measure(embedder)
    print("\n".join(result.table()))
    for fault in result.missed:
        print("missed", json.dumps(fault.what, ensure_ascii=False))
    for finding in result.alarms:
        print("alarm ", finding.code, finding.entry_id, finding.message)


if __name__ == "__main__":
    main()
