"""The training sets: what each file holds, read into one form."""

import gzip
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zlib import crc32

from kb.errors import FileUnreadable
from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELD_OUT = 50  # one pair in so many is kept from training, to see how far it has got


@dataclass(frozen=True, slots=True)
class Pair:
    """Two normalised texts out of one data set, and whether they ask for the same thing."""

    a: str
    b: str
    same: bool
    source: str

    @property
    def held_out(self) -> bool:
        """Whether the pair is kept from training; the same pair, either way round, always falls on the same side."""
        return crc32("\n".join(sorted((self.a, self.b))).encode()) % HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything there is to learn from; all texts normalised, none empty."""

    pairs: tuple[Pair, ...]
    questions: tuple[str, ...]  # without any label

    def texts(self) -> list[str]:
        """Every text once, in a stable order."""
        both = (text for pair in self.pairs for text in (pair.a, pair.b))
        return list(dict.fromkeys([*both, *self.questions]))


def read_corpus(folder: "Path") -> Corpus:
    """Read every `*.jsonl.gz` and `*.jsonl` in `folder`, each row by the keys it has.

    `a`, `b`, `label` is a pair; `question`, `variants` a cluster of phrasings of one question; `query`, `pos`, `neg` a
    triple; `question` or `text` alone an unlabelled question. Pairs that are equal once normalised teach nothing and
    are left out.

    Raises:
        FileUnreadable: there is no such file, or a row is none of these.
    """
    files = sorted([*folder.glob("*.jsonl.gz"), *folder.glob("*.jsonl")])
    if not files:
        raise FileUnreadable(f"no training set (*.jsonl, *.jsonl.gz) in {folder}")
    pairs: dict[Pair, None] = {}
    questions: dict[str, None] = {}
    for file in files:
        source = file.name.split(".")[0]
        for line, row in _rows(file):
            try:
                found, alone = _read(row, source)
            except (KeyError, TypeError, AttributeError) as failure:
                raise FileUnreadable(f"{file}, line {line}: not a pair, cluster, triple or question") from failure
            pairs.update(dict.fromkeys(pair for pair in found if pair.a and pair.b and pair.a != pair.b))
            questions.update(dict.fromkeys(text for text in alone if text))
    return Corpus(tuple(pairs), tuple(questions))


def _rows(file: "Path") -> "Iterator[tuple[int, dict[str, Any]]]":
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield number, json.loads(line)
    except (OSError, EOFError, ValueError) as failure:
        raise FileUnreadable(f"{file} cannot be read: {failure}") from failure


def _read(row: "dict[str, Any]", source: str) -> tuple[list[Pair], list[str]]:
    if "label" in row:
        return [Pair(normalise(row["a"]), normalise(row["b"]), same=bool(row["label"]), source=source)], []
    if "pos" in row:
        query, same, other = (normalise(row[key]) for key in ("query", "pos", "neg"))
        return [Pair(query, same, same=True, source=source), Pair(query, other, same=False, source=source)], []
    if "variants" in row:
        question, variants = normalise(row["question"]), [normalise(text) for text in row["variants"]]
        return [
            *(Pair(question, variant, same=True, source=source) for variant in variants),
            *(Pair(a, b, same=True, source=source) for a, b in pairwise(variants)),
        ], []
    return [], [normalise(row["text"] if "text" in row else row["question"])]
