"""`kb gaps`: what was asked in vain, and what becomes of it."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import err, escaped, local_time, out, print_json, progress_bar, table_of
from kb.cli.who import operator

if TYPE_CHECKING:
    from kb.answer.backlog import Backlog
    from kb.answer.gaps import Gap
    from kb.wiring import Kb

_GAPS_SHOWN = 20  # gaps, on the terminal
_WIDTHS = (0, 4, 0, 0, 0, 6, 4, 3)  # of the columns beside each other; 0 takes what it needs

gaps = typer.Typer(help=messages.cli.HELP["gaps"])


class _GapAs(StrEnum):
    ENTRY = "entry"
    VARIANTS = "variants"


def _backlog(kb: "Kb") -> "Backlog":
    from kb.answer.backlog import Backlog

    return Backlog(kb.store, kb.clock, kb.settings.timezone)


@gaps.callback(invoke_without_command=True)
def gaps_list(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", help=messages.cli.OPTIONS["days"], min=1)] = 90,
    idle: Annotated[bool, option("idle_entries", "--entries")] = False,
    as_json: Json = False,
) -> None:
    """List what was asked in vain, what cost agents most first; or the entries that hardly ever answer."""
    if context.invoked_subcommand is not None:
        return
    with opened() as kb:
        if idle:
            _show_little_used(kb, days, as_json=as_json)
            return
        with progress_bar() as progress:
            found = _backlog(kb).gaps(kb.matcher(), days, progress=lambda done, of: progress("compare", done, of))
        if as_json:
            print_json([one.as_dict(kb.settings.timezone) for one in found])
        elif not found:
            out.print(messages.gaps.NONE.format(days=days))
        else:
            _show_gaps(kb, found, days)


def _show_gaps(kb: "Kb", found: "list[Gap]", days: int) -> None:
    from kb.answer.passages import citation

    table = table_of()
    for name, ratio in zip(messages.gaps.COLUMNS, _WIDTHS, strict=True):
        table.add_column(name, overflow="fold", ratio=ratio or None, no_wrap=not ratio)
    for gap in found[:_GAPS_SHOWN]:
        members = messages.gaps.MEMBERS.format(count=len(gap.phrasings), examples="；".join(gap.phrasings[1:4]))
        near = [
            messages.gaps.NEAR.format(id=n.entry.id, confidence=n.confidence, question=n.entry.question)
            for n in gap.nearest[:2]
        ]
        near += [
            messages.gaps.NEAR_PASSAGE.format(id=one.passage.id, confidence=one.confidence, citation=citation(one))
            for one in gap.passages[:2]
        ]
        reply = gap.replies[0] if gap.replies else None
        table.add_row(
            gap.id,
            escaped(gap.question) + (f"\n[dim]{escaped(members)}[/]" if len(gap.phrasings) > 1 else ""),
            f"{gap.count:,}",
            f"{gap.minutes:.0f}",
            "\n".join(dict.fromkeys(local_time(kb, one.at)[:10] for one in (gap.asked[0], gap.asked[-1]))),
            escaped("\n".join(near)),
            escaped(messages.gaps.REPLY.format(**asdict(reply)) if reply else messages.gaps.NO_REPLY),
            escaped(messages.gaps.AS_VARIANTS.format(id=gap.proposed) if gap.proposed else messages.gaps.AS_ENTRY),
        )
    out.print(table)
    numbers = {"questions": sum(gap.count for gap in found), "minutes": sum(gap.minutes for gap in found)}
    out.print(messages.gaps.SUMMARY.format(days=days, gaps=len(found), **numbers))
    if len(found) > _GAPS_SHOWN:
        out.print(messages.gaps.MORE.format(shown=_GAPS_SHOWN))
    err.print(messages.gaps.NEXT)


def _show_little_used(kb: "Kb", days: int, *, as_json: bool) -> None:
    found = _backlog(kb).little_used(days)
    if as_json:
        print_json([{**asdict(one.use), "question": one.entry.question} for one in found])
        return
    if not found:
        out.print(messages.gaps.ALL_USED.format(days=days))
        return
    table = table_of(*messages.gaps.ENTRY_COLUMNS)
    for one in found:
        last = local_time(kb, one.use.last) if one.use.last else messages.gaps.NEVER
        table.add_row(
            escaped(one.entry.id), escaped(one.entry.question), str(one.use.hits), str(one.use.disliked), last
        )
    out.print(table)


@gaps.command("accept", help=messages.cli.HELP["gaps_accept"])
def gaps_accept(  # noqa: PLR0917 - options, all given by name
    gap: Annotated[str, argument("gap", "GAP_ID")],
    kind: Annotated[_GapAs, option("gap_as", "--as")],
    entry: Annotated[str, option("gap_entry", "--entry")] = "",
    answer: Annotated[str, option("gap_answer", "--answer")] = "",
    passage: Annotated[str, option("gap_passage", "--passage")] = "",
    days: Annotated[int, typer.Option("--days", help=messages.cli.OPTIONS["days"], min=1)] = 90,
    as_json: Json = False,
) -> None:
    """Turn a gap into a draft entry, or into variants of an entry; its questions become golden."""
    from kb.answer.backlog import SOURCE
    from kb.types import EntryId, PassageId

    if kind is _GapAs.VARIANTS and not entry:
        raise typer.BadParameter(messages.gaps.NEEDS_ENTRY)
    with opened() as kb:
        backlog = _backlog(kb)
        found = backlog.find(kb.matcher(), gap, days)
        if kind is _GapAs.VARIANTS:
            done = backlog.accept_as_variants(found, EntryId(entry), operator())
        else:
            drawn_from = PassageId(passage) if passage else None
            done = backlog.accept_as_entry(found, operator(), answer=answer, passage=drawn_from)
        if as_json:
            print_json({"entry": done.entry.as_dict(), "revision": done.revision, "golden": done.golden})
            return
        text = messages.gaps.JOINED if kind is _GapAs.VARIANTS else messages.gaps.DRAFTED
        numbers = {"variants": len(done.entry.variants), "golden": done.golden, "revision": done.revision}
        out.print(text.format(id=done.entry.id, question=done.entry.question, **numbers), markup=False)
        if not done.source.startswith((SOURCE, "@")):
            out.print(messages.gaps.SOURCE.format(source=done.source), markup=False)


@gaps.command("ignore", help=messages.cli.HELP["gaps_ignore"])
def gaps_ignore(
    gap: Annotated[str, argument("gap", "GAP_ID")],
    days: Annotated[int, typer.Option("--days", help=messages.cli.OPTIONS["days"], min=1)] = 90,
    as_json: Json = False,
) -> None:
    """Say that a gap needs no answer."""
    with opened() as kb:
        backlog = _backlog(kb)
        ignored = backlog.find(kb.matcher(), gap, days)
        backlog.ignore(ignored, operator())
        if as_json:
            print_json({"ignored": ignored.id, "question": ignored.question})
        else:
            out.print(messages.gaps.IGNORED.format(question=ignored.question), markup=False)
