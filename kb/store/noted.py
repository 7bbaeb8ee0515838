"""What the audit log is told of a change of the knowledge, unless whoever makes it says it better."""

from collections.abc import Sequence
from typing import TypeVar

from kb.types import Document, EntryId, GoldenQuestion, Note, SourcedEntry

T = TypeVar("T")
Written = tuple[Sequence[T], Sequence[str]]

_NAMED = 20  # files or texts, in one line of the log


def knowledge_note(
    author: str,
    put: Sequence[SourcedEntry],
    retired: Sequence[EntryId],
    golden: Written[GoldenQuestion],
    documents: Written[Document],
) -> Note:
    """Say in a line what was changed: one thing by its name, many by their number and the files they came from.

    Golden questions and documents come as those that were put, and the names of those that are gone.
    """
    asked, unasked = golden
    read, gone = documents
    if len(put) == 1 and not (retired or read or gone):
        entry = put[0].entry
        told = {"question": entry.question, "state": entry.state.value, "golden": len(asked) + len(unasked)}
        return Note(author, "entry.write", entry.id, told)
    if len(retired) == 1 and not (put or asked or unasked or read or gone):
        return Note(author, "entry.retire", retired[0])
    if len(asked) + len(unasked) == 1 and not (put or retired or read or gone):
        action = "golden.write" if asked else "golden.remove"
        return Note(author, action, "", {"question": asked[0].text if asked else unasked[0]})
    sources = sorted({sourced.source for sourced in put} | {one.source for one in read} | set(gone))
    counted = {
        "files": sources[:_NAMED],
        "put": len(put),
        "retired": len(retired),
        "golden": len(asked) + len(unasked),
        "documents": len(read) + len(gone),
    }
    return Note(author, "files.write", "", counted)
