"""What would change among the documents: which are new, which say something else, which are gone."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

from kb.types import Document, Passage

_NUMERAL = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"\s*(?:\d|第\s*[{_NUMERAL}百零\d]+\s*[章节条部篇]|[（(]?[{_NUMERAL}]+[)）、.．])")


class DocumentChange(NamedTuple):
    """A document before and after; `old` is none for a new one, `new` for one that is gone."""

    old: Document | None
    new: Document | None

    @property
    def one(self) -> Document:
        """The document as it will be, or as it was."""
        document = self.new or self.old
        assert document is not None
        return document

    @property
    def added(self) -> tuple[Passage, ...]:
        """Passages that come."""
        return _without(self.new, self.old)

    @property
    def removed(self) -> tuple[Passage, ...]:
        """Passages that go."""
        return _without(self.old, self.new)

    @property
    def lapses(self) -> bool:
        """Whether an approval ends, as it was given to another text."""
        return bool(self.old and self.old.approved and self.new and not self.new.approved)


def documents(passages: Iterable[Passage]) -> list[Document]:
    """The documents that passages were found in; those of a document lie together."""
    return [
        Document(source, _title(source, found), found)
        for source, group in groupby(passages, key=lambda passage: passage.source)
        for found in [tuple(group)]
    ]


def compare(
    read: Sequence[Document], existing: Sequence[Document], *, gone: Collection[str], unread: Collection[str] = ()
) -> tuple[tuple[DocumentChange, ...], tuple[Document, ...]]:
    """Return what changes and what stays; a document from one of the sources in `gone` is removed.

    Of documents in `unread`, which could not be read completely, no passage is taken away.
    An approval holds for the text that was approved: it stays while all passages do.
    """
    before = {document.source: document for document in existing}
    changes: list[DocumentChange] = []
    same: list[Document] = []
    for new in read:
        old = before.get(new.source)
        if old is not None:
            if new.source in unread:
                new = replace(new, passages=(*new.passages, *_without(old, new)))  # noqa: PLW2901 - see below
            kept = [passage.id for passage in new.passages] == [passage.id for passage in old.passages]
            new = replace(new, approved=old.approved and kept)  # noqa: PLW2901 - the document as it will be
        if new == old:
            same.append(new)
        else:
            changes.append(DocumentChange(old, new))
    changes += [DocumentChange(old, None) for old in existing if old.source in gone]
    return tuple(changes), tuple(same)


def _title(source: str, passages: Sequence[Passage]) -> str:
    """The heading that all of it stands under, or the file's name; the heading of a chapter names no document."""
    first = {passage.section[0] if passage.section else "" for passage in passages}
    heading = first.pop() if len(first) == 1 else ""
    return heading if heading and not _CHAPTER.match(heading) else PurePosixPath(source).stem


def _without(these: Document | None, those: Document | None) -> tuple[Passage, ...]:
    known = {passage.id for passage in those.passages} if those else set()
    return tuple(passage for passage in these.passages if passage.id not in known) if these else ()
