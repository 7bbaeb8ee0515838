"""`kb documents`: product documents, and which of them customers may be answered from."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import escaped, local_time, out, print_json, table_of
from kb.cli.who import operator

if TYPE_CHECKING:
    from kb.types import Document

documents = typer.Typer(help=messages.cli.HELP["documents"], no_args_is_help=True)

_SHOWN = 60  # characters of a passage, in a list

Files = Annotated[list[str], argument("documents", "FILE…")]


@documents.command("list", help=messages.cli.HELP["documents_list"])
def documents_list(as_json: Json = False) -> None:
    """List the documents."""
    with opened() as kb:
        found = kb.library.held()
        if as_json:
            print_json([{**_plain(one.document), "read_at": one.read_at, "read_by": one.read_by} for one in found])
        elif not found:
            out.print(messages.documents.NONE)
        else:
            table = table_of(*messages.documents.LIST_COLUMNS)
            for held in found:
                one, at = held.document, local_time(kb, held.read_at)
                mark = messages.documents.APPROVED if one.approved else messages.documents.NOT_APPROVED
                table.add_row(escaped(one.source), escaped(one.title), f"{len(one.passages):,}", at, mark)
            out.print(table)


@documents.command("show", help=messages.cli.HELP["documents_show"])
def documents_show(file: Annotated[str, argument("documents", "FILE")], as_json: Json = False) -> None:
    """Show the passages of a document."""
    with opened() as kb:
        found = kb.library.find(file)
        if as_json:
            print_json({**_plain(found), "passages": [_passage(found, at) for at in range(len(found.passages))]})
            return
        table = table_of(*messages.documents.PASSAGE_COLUMNS)
        for at, passage in enumerate(found.passages):
            where = _passage(found, at)["citation"]
            table.add_row(passage.id, escaped(where), escaped(" ".join(passage.text.split())[:_SHOWN]))
        out.print(table)


@documents.command("approve", help=messages.cli.HELP["documents_approve"])
def documents_approve(files: Files, as_json: Json = False) -> None:
    """Let customers be answered from documents."""
    _turn(files, approved=True, as_json=as_json)


@documents.command("revoke", help=messages.cli.HELP["documents_revoke"])
def documents_revoke(files: Files, as_json: Json = False) -> None:
    """Don't answer customers from documents any more."""
    _turn(files, approved=False, as_json=as_json)


@documents.command("remove", help=messages.cli.HELP["documents_remove"])
def documents_remove(files: Files, as_json: Json = False) -> None:
    """Take documents out of the knowledge."""
    with opened() as kb:
        gone = [kb.library.find(file) for file in files]
        revision = kb.library.remove(files, author=operator())
        if as_json:
            print_json({"revision": revision, "removed": [_plain(one) for one in gone]})
            return
        out.print(messages.documents.DONE_REMOVED.format(count=len(gone), revision=revision))


@documents.command("entry", help=messages.cli.HELP["documents_entry"])
def documents_entry(
    passage: Annotated[str, argument("passage", "PASSAGE")],
    question: Annotated[str, option("entry_question", "--question")] = "",
    as_json: Json = False,
) -> None:
    """Make a draft entry of a passage."""
    from kb.types import PassageId

    with opened() as kb:
        made = kb.library.make_entry(PassageId(passage), question=question, author=operator())
        if as_json:
            print_json({**made.entry.as_dict(), "source": made.source})
            return
        entry = made.entry
        source = made.source.partition(" ")[2]
        text = messages.documents.MADE_ENTRY.format(id=entry.id, question=entry.question, source=source)
        out.print(text, markup=False)


def _turn(files: list[str], *, approved: bool, as_json: bool) -> None:
    with opened() as kb:
        revision = kb.library.approve(files, approved=approved, author=operator())
        if as_json:
            print_json([_plain(kb.library.find(file)) for file in files])
            return
        text = messages.documents.DONE_APPROVED if approved else messages.documents.DONE_REVOKED
        out.print(text.format(count=len(files), revision=revision))


def _plain(document: "Document") -> dict[str, Any]:
    return {
        "file": document.source,
        "title": document.title,
        "passages": len(document.passages),
        "approved": document.approved,
    }


def _passage(document: "Document", at: int) -> dict[str, Any]:
    from kb.index.shelf import place_of

    passage = document.passages[at]
    return {
        "id": passage.id,
        "citation": place_of(document.title, passage),
        "section": list(passage.section),
        "page": passage.page,
        "text": passage.text,
    }
