"""The searchable print of the documents: each passage is found by its heading and by every sentence of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from kb import messages
from kb.index.faiss_index import FaissIndex
from kb.index.knowledge import Knowledge, Known, matched_form
from kb.ports import Embedder, VectorIndex, Vectors
from kb.text import Words
from kb.types import Document, Entry, EntryId, Passage

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)】\]\"']*|\n+|$)")
#: The number before a heading.
_NUMBER = re.compile(
    r"^\s*(?:第\s*[一二三四五六七八九十百零\d]+\s*[章节条部篇]|[（(]?[一二三四五六七八九十]+[)）、.．]"
    r"|[（(]?\d+(?:\.\d+)*(?:[)）、.．]|\s))\s*"
)


@dataclass(frozen=True)
class Shelf:
    """Documents and what is needed to find their passages. In `knowledge` a passage is an entry of the same id."""

    documents: tuple[Document, ...]
    knowledge: Knowledge

    @classmethod
    def build(
        cls,
        documents: Sequence[Document],
        embedder: Embedder,
        words: Words,
        *,
        known: Known | None = None,
        index: Callable[[Vectors], VectorIndex] = FaissIndex.build,
    ) -> Self:
        """Index every passage of `documents`, cutting text with the house's own `words`."""
        knowledge = Knowledge.build(findable(documents), embedder, known=known, index=index, words=words)
        return cls(tuple(documents), knowledge)

    @cached_property
    def place(self) -> Mapping[str, tuple[Document, Passage]]:
        """Every passage with its document, by id."""
        return {passage.id: (document, passage) for document in self.documents for passage in document.passages}

    @cached_property
    def headed(self) -> Mapping[str, tuple[Passage, ...]]:
        """The sections of approved documents by what they are headed, in matched form; only where one is headed so.

        A heading stands there with and without its number, and with the document's title before it.
        """
        found: dict[str, dict[tuple[str, ...], list[Passage]]] = {}
        for document in self.documents:
            for passage in document.passages if document.approved else ():
                said = heading(document, passage)
                bare = unnumbered(said)
                headings = {matched_form(one) for one in (said, bare, f"{document.title} {bare}")}
                for form in headings - {"", matched_form(document.title)}:
                    found.setdefault(form, {}).setdefault((document.source, *passage.section), []).append(passage)
        return {form: tuple(*sections.values()) for form, sections in found.items() if len(sections) == 1}


def heading(document: Document, passage: Passage) -> str:
    """What a passage is headed: its innermost section, or its document's title."""
    return passage.section[-1] if passage.section else document.title


def place_of(title: str, passage: Passage) -> str:
    """Name where a passage of the document of that title stands, as in 《纸尿裤选购指南》“尺码对照”第 3 页."""
    section = passage.section[-1] if passage.section else ""
    return messages.passages.citation(title, section, passage.page)


def unnumbered(said: str) -> str:
    """A heading without the number before it."""
    return _NUMBER.sub("", said)


def spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences and lines of a text begin and end; together they are the text, but for white space."""
    found = []
    for match in _SENTENCE.finditer(text):
        if said := match.group().strip():
            begin = text.index(said, match.start())
            found.append((begin, begin + len(said)))
    return found


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, in their order."""
    return [text[begin:end] for begin, end in spans(text)]


def findable(documents: Sequence[Document]) -> list[Entry]:
    """Every passage as an entry, in order of id: its title and sections are the question, its sentences variants."""
    made = [
        Entry(EntryId(passage.id), " ".join(_path(document, passage)), passage.text, tuple(sentences(passage.text)))
        for document in documents
        for passage in document.passages
    ]
    kept = (entry for entry in made if any(map(matched_form, entry.phrasings)))  # as `Knowledge.build` does
    return sorted(kept, key=lambda entry: entry.id)


def _path(document: Document, passage: Passage) -> tuple[str, ...]:
    """The title and the sections below it, none of them twice."""
    return tuple(dict.fromkeys((document.title, *passage.section)))
