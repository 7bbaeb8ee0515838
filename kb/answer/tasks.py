"""Retrieval tasks: entries indexed with some of their phrasings and asked with the rest (the README's protocol)."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb.errors import FileUnreadable
from kb.types import Entry, EntryId

#: Share of the entries that is held out whole: what is asked about them cannot be answered.
HELD_OUT = 0.2
#: Larger clusters of "the same question" are chains of near misses, not one question.
_LARGEST_CLUSTER = 40
_PAIRS = ("general_pairs", "payment_pairs", "bank_pairs", "health_pairs", "assistant_pairs")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the entry that answers it, None when no indexed one does."""

    text: str
    entry: EntryId | None


@dataclass(frozen=True, slots=True)
class Task:
    """Entries to index and questions to ask them."""

    name: str
    entries: tuple[Entry, ...]
    asked: tuple[Asked, ...]


def split(
    entries: Sequence[Entry], k: int, seed: int, *, name: str = "", held_out: float = HELD_OUT, most: int | None = None
) -> Task:
    """Index every entry's standard question and `k` variants, ask with the rest; keep `held_out` of the entries away.

    At least one variant is always left to ask with. Entries that are held out are asked with as many phrasings as if
    they were indexed, so that their share of the questions is theirs of the entries. `most` bounds the questions, by
    chance.
    """
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    order = sorted(entries, key=lambda entry: entry.id)
    rng.shuffle(order)
    out = round(len(order) * held_out)
    indexed: list[Entry] = []
    asked: list[Asked] = []
    for at, entry in enumerate(order):
        variants = list(entry.variants)
        rng.shuffle(variants)
        kept = min(k, max(len(variants) - 1, 0))
        if at >= out:
            indexed.append(replace(entry, variants=tuple(variants[:kept])))
        asked.extend(Asked(text, entry.id if at >= out else None) for text in variants[kept:])
    if most is not None and len(asked) > most:
        asked = rng.sample(asked, most)
    return Task(name, tuple(indexed), tuple(asked))


def clusters(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Texts that are the same question by any chain of `pairs`, two or more each, in order of appearance."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        parent.setdefault(text, text)
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for a, b in pairs:
        parent[root(a)] = root(b)
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for text in parent:
        grouped[root(text)].append(text)
    return [texts for texts in grouped.values() if 1 < len(texts) <= _LARGEST_CLUSTER]


def training_entries(data: Path) -> dict[str, list[Entry]]:
    """Entries by domain, made from the training sets under `data`; without answers, as nothing here is served."""
    domains = {
        name: _as_entries(
            name, clusters((row["a"], row["b"]) for row in rows(data / f"{name}.jsonl.gz") if row["label"])
        )
        for name in _PAIRS
    }
    domains["law_faq"] = read_entries(data / "law_faq.jsonl.gz")
    triples = clusters((row["query"], row["pos"]) for row in rows(data / "mixed_triples.jsonl.gz"))
    domains["mixed_triples"] = _as_entries("mixed_triples", triples)
    return domains


def training_tasks(
    domains: Mapping[str, Sequence[Entry]], seed: int, *, rounds: int = 4, most: int = 500
) -> list[Task]:
    """Tasks of many shapes: every domain, 60 to 2,000 entries, 0 to 5 variants indexed."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    made: list[Task] = []
    for name, entries in domains.items():
        many = [entry for entry in entries if len(entry.variants) >= 4]
        for turn in range(rounds):
            k = (0, 1, 2, 5)[turn % 4]
            pool = many if k > 2 and len(many) >= 200 else entries
            size = min(len(pool), round(60 * (2000 / 60) ** rng.random()))
            made.append(split(rng.sample(pool, size), k, rng.randrange(2**31), name=name, most=most))
    return made


def read_entries(file: Path) -> list[Entry]:
    """FAQ rows `{"question", "variants"}`, with or without an `id`, as entries; raises FileUnreadable."""
    try:
        found = [
            Entry(
                EntryId(row.get("id", f"row-{at}")), row["question"], row.get("answer", ""), (*row.get("variants", ()),)
            )
            for at, row in enumerate(rows(file), 1)
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError) as error:
        raise FileUnreadable(
            f"{file.name} does not hold entries as JSON lines ({type(error).__name__}: {error})"
        ) from error
    if not found:
        raise FileUnreadable(f"{file.name} is empty")
    return found


def rows(file: Path) -> Iterable[dict[str, Any]]:
    """The rows of a file of JSON lines, compressed or not."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _as_entries(name: str, grouped: Sequence[Sequence[str]]) -> list[Entry]:
    return [Entry(EntryId(f"{name}-{at}"), texts[0], "", tuple(texts[1:])) for at, texts in enumerate(grouped)]


def folds(entries: Sequence[Entry], number: int, seed: int, *, name: str = "") -> list[Task]:
    """Leave each variant out once: in each task a `number`-th of the variants asks, and of the entries is away.

    For entries that all are served; nothing that is asked is indexed at the same time.
    """
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    order = sorted(entries, key=lambda entry: entry.id)
    rng.shuffle(order)
    shuffled = [(entry, rng.sample(entry.variants, len(entry.variants)), rng.randrange(number)) for entry in order]
    made: list[Task] = []
    for turn in range(number):
        indexed: list[Entry] = []
        asked: list[Asked] = []
        for at, (entry, variants, first) in enumerate(shuffled):
            away = at % number == turn
            mine = [text for place, text in enumerate(variants) if (place + first) % number == turn]
            if not away:
                rest = tuple(text for place, text in enumerate(variants) if (place + first) % number != turn)
                indexed.append(replace(entry, variants=rest))
            asked.extend(Asked(text, None if away else entry.id) for text in mine)
        made.append(Task(name, tuple(indexed), tuple(asked)))
    return made
