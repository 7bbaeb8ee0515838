"""The releases: what each was measured to be worth, what differs between two, and the way back to one."""

from collections.abc import Sequence

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio import changes
from kb.console.studio.markup import figures, percent, table
from kb.console.studio.outcomes import changed
from kb.console.studio.studio import Studio, ask, attempt, waiting
from kb.publish.diff import Diff
from kb.types import Manifest, ReleaseId, ReleaseRecord
from kb.wiring import Kb

words = messages.studio


async def build(studio: Studio, _what: str) -> None:
    """Show the releases."""
    await Shelf(studio).build()


class Shelf:
    """The releases, and the two that are compared."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._records: list[ReleaseRecord] = []

    async def build(self) -> None:
        """Lay out the part."""
        with ui.element("div").classes("st-column"):
            self._list = ui.element("section").classes("kb-panel")
            self._compare = ui.element("section").classes("kb-panel")
        await self._show()

    async def _show(self) -> None:
        found = await attempt(_read, self._studio.kb)
        self._list.clear()
        self._compare.clear()
        if found is None:
            return
        self._records = [record for record, _ in found]
        with self._list:
            piece(tag("h1", text(words.RELEASES), class_="kb-title"))
            if not found:
                piece(empty(words.NO_RELEASES, words.NO_RELEASES_MORE))
                self._compare.set_visibility(False)
                return
            piece(table(words.RELEASE_COLUMNS, (self._row(*one) for one in found)), self._act)
        self._compare.set_visibility(len(found) > 1)
        with self._compare:
            piece(tag("h2", text(words.COMPARE_TWO), class_="kb-heading"))
            self._choose()
            self._difference = ui.element("div")

    def _row(self, record: ReleaseRecord, manifest: Manifest | None) -> Sequence[str]:
        measured = manifest.measured if manifest else {}
        at = self._studio.here.moment(record.created_at)
        precision, coverage = measured.get("precision"), measured.get("coverage")
        back = "" if record.current else button(words.ROLL_BACK, "back", record.id, look="quiet")
        return (
            tag("strong", text(at)) + tag("div", text(record.id), class_="kb-soft kb-small"),
            chip(words.LIVE, "teal") if record.current else "",
            tag("span", text(f"{record.entries:,}"), class_="kb-number"),
            tag("span", text(f"{record.phrasings:,}"), class_="kb-number"),
            tag("span", text(percent(manifest.limits.answer if manifest else None)), class_="kb-number"),
            tag("span", text(percent(precision)), class_="kb-number"),
            tag("span", text(percent(coverage)), class_="kb-number"),
            back,
        )

    def _choose(self) -> None:
        names = {one.id: self._name(one) for one in self._records}
        ids = list(names)
        current = next((one.id for one in self._records if one.current), ids[0])
        older = next((id_ for id_ in ids if id_ != current), current)
        with ui.element("div").classes("kb-row"):
            props = "outlined dense stack-label options-dense"
            a = ui.select(names, label=words.FROM, value=older).props(props).classes("st-release")
            b = ui.select(names, label=words.TO, value=current).props(props).classes("st-release")

            async def act(_do: str, _id: str) -> None:
                await self._diff(ReleaseId(a.value), ReleaseId(b.value))

            piece(button(words.COMPARE_THEM, "diff", look="main", key="Control+Enter", title="Ctrl+Enter"), act)

    def _name(self, record: ReleaseRecord) -> str:
        live = f"（{words.LIVE}）" if record.current else ""
        return f"{self._studio.here.moment(record.created_at)} · {record.id}{live}"

    async def _diff(self, a: ReleaseId, b: ReleaseId) -> None:
        if a == b:
            frame.tell(words.SAME_TWO, "warning")
            return
        self._difference.clear()
        with self._difference:
            waiting(words.COMPARING)
        found = await attempt(self._studio.kb.publisher.diff, a, b)
        self._difference.clear()
        with self._difference:
            piece(_difference(found) if found else empty(words.DIFF_FAILED, words.DIFF_FAILED_MORE))

    async def _act(self, do: str, id_: str) -> None:
        if do != "back":
            return
        record = next(one for one in self._records if one.id == id_)
        more = words.ROLL_BACK_MORE.format(
            at=self._studio.here.moment(record.created_at), entries=f"{record.entries:,}"
        )
        if not await ask(words.ROLL_BACK_TITLE, more, words.ROLL_BACK_YES, danger=True):
            return
        kb = self._studio.kb
        done = await attempt(kb.releases.rollback, ReleaseId(id_), by=self._studio.author)
        if done is not None:
            await attempt(kb.refresh)
            frame.tell(words.ROLLED_BACK.format(at=self._studio.here.moment(record.created_at)))
            await self._show()


def _read(kb: Kb) -> list[tuple[ReleaseRecord, Manifest | None]]:
    return [(record, kb.store.releases.get(record.id)) for record in kb.store.releases.all()]


def _difference(found: Diff) -> str:
    numbers = figures(
        [
            (messages.cli.DIFF["added"], f"{len(found.added):,}", "teal" if found.added else ""),
            (messages.cli.DIFF["changed"], f"{len(found.changed):,}", "blue" if found.changed else ""),
            (messages.cli.DIFF["removed"], f"{len(found.removed):,}", "amber" if found.removed else ""),
            (words.GATE_GOLDEN, f"{found.golden:,}", ""),
            (words.ANSWERS_CHANGED, f"{len(found.answers):,}", "blue" if found.answers else ""),
        ]
    )
    names = {str(one.id): one.question for one in (*found.removed, *found.added)}
    names |= {str(one.new.id): one.new.question for one in found.changed}
    answers = ""
    if found.answers:
        lines = (changed(one.as_dict(), names) for one in found.answers)
        answers = tag("h3", text(words.ANSWERS_CHANGED), class_="kb-heading") + tag("ul", *lines, class_="st-changes")
    both = [(one.old, one.new) for one in found.changed]
    same = "" if both or found.added or found.removed else tag("p", text(messages.cli.DIFF_NONE), class_="st-fine")
    return numbers + same + answers + changes.sections(found.added, both, found.removed, opened=True)
