"""Builds releases beside the live one, holds them against the golden questions, and moves the one pointer."""

import gc
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from kb.answer.match import Matcher
from kb.answer.passages import passages_of
from kb.answer.promise import Figures
from kb.errors import ReleaseError
from kb.index import release
from kb.index.alike import alike
from kb.index.room import Room
from kb.ports import Clock, Embedder, Indexing
from kb.publish import diff as differing
from kb.publish.asking import Asking, kept_by
from kb.publish.building import Building, Live, Telling
from kb.publish.diff import Diff
from kb.publish.fitting import Fitting, Progress, Ready
from kb.publish.gate import Gate, GateRefused, ask, compare
from kb.publish.releases import Releases
from kb.publish.touched import Touched
from kb.store.audit import COMMAND_LINE
from kb.store.store import Store
from kb.text import NORMALISER
from kb.types import (
    DecisionKind,
    Entry,
    Manifest,
    Note,
    Question,
    ReleaseId,
    Scope,
)

_CHECKED = 200  # standard questions asked of a new release before it may serve


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to, or would come to."""

    manifest: Manifest  # of the release that is live now; of the one that would be, in a dry run
    changed: bool  # False when the live release already says the same
    encoded: int  # texts that were new
    gate: Gate | None = None  # what the new release answers differently; None when nothing was built


def _silent(_step: str, _done: int, _of: int) -> None:
    pass


class Publisher(Releases):
    """Builds releases and moves the pointer. One publication at a time on a machine."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        root: Path,
        embedder: Callable[[], Embedder],
        *,
        indexing: Indexing,
        promise: float,
        keep: int,
        timezone: tzinfo = UTC,
        replay: int = 200,
        opened: Callable[[ReleaseId], tuple[release.Release, Matcher] | None] = lambda _: None,
    ) -> None:
        """Take the folder of the releases, what gives the embedder, and the settings of the same names.

        `opened` gives a release that this process has open already, with what answers from it.
        """
        super().__init__(store, clock, root, embedder, indexing)
        self._opened = opened
        self._promise = promise
        self._keep = keep
        self._timezone = timezone
        self._replay = replay
        self.checked: Live | None = None  # the release that was published last

    def publish(
        self,
        *,
        accept: bool = False,
        refit: bool = False,
        dry_run: bool = False,
        by: str = COMMAND_LINE,
        progress: Progress = _silent,
    ) -> Published:
        """Make what the store holds live, and say what happened; with `dry_run` only say what the gate would find.

        Nothing is built when the live release already holds this revision, embedder and promise. Until the pointer has
        moved the old release serves. The confidence is fitted anew when much has changed since it was, or with `refit`.
        Raises PublicationRefused when a golden question breaks or the promise is not kept, unless `accept`; NotReady
        when there is no live entry, Conflict while another process publishes, ReleaseError when the new release does
        not pass its checks, DiskRefused when the disk does not take it.
        """
        with self._alone(), _uncollected():
            self.checked = None
            release.sweep(self._root)
            embedder = self._embedder()
            revision = self._store.entries.revision()
            live = self._live(embedder)
            if live and not refit and self._same(live.release.manifest, revision):
                return Published(live.release.manifest, changed=False, encoded=0)
            with self._room() as room:
                making = _Making(live, embedder, revision, room, progress)
                made, ready, gate, encoded = self._made(making, refit=refit)
                manifest = made.manifest
                if gate.refuses and not accept and not dry_run:
                    raise GateRefused(gate)
                if dry_run:
                    return Published(manifest, changed=True, encoded=encoded, gate=gate)
                progress("write", 0, 1)
                room.rest()
                manifest = release.write(self._root, made, live.release if live else None, room)
                try:
                    progress("verify", 0, 1)
                    if live and release.laid_beside(made, live.release):
                        self.checked = self._asked(replace(made, manifest=manifest), ready.matcher, making)
                    else:
                        del made, ready  # or what is opened would lie in memory beside them
                        room.rest()
                        self.checked = self._open(manifest, embedder)
                except BaseException:
                    release.remove(self._root, manifest.id)
                    raise
            self._store.releases.add(manifest)
            told = {"entries": manifest.entries, "phrasings": manifest.phrasings, "accepted": accept and gate.refuses}
            note = Note(by, "release.publish", manifest.id, told)
            self._store.releases.point(manifest.id, manifest.created_at, note)
            self._prune()
            return Published(manifest, changed=True, encoded=encoded, gate=gate)

    def diff(self, a: ReleaseId, b: ReleaseId, *, progress: Progress = _silent) -> Diff:
        """Compare two releases; raises ReleaseError when one of them is gone or cannot be read."""
        embedder = self._embedder()
        current = self._store.releases.current()
        found = self._opened(current) if current else None
        beside = found[0] if found else None
        one = beside = self._beside(a, embedder, beside)
        other = self._beside(b, embedder, beside)
        added, changed_entries, removed = differing.entries(one.knowledge.entries, other.knowledge.entries)
        golden = self._store.golden.all()
        asked = [(question.text, Scope()) for question in golden]
        today = self._today(self._clock.now())
        old, new = (
            ask(Live(opened, embedder).matcher, asked, today, lambda done, of: progress("gate", done, of))
            for opened in (one, other)
        )
        gate = compare(list(zip(golden, new, old, strict=True)), [], Figures(0, 0, 0, 1.0, 0.0), self._promise)
        return Diff(a, b, added, changed_entries, removed, len(golden), gate.changes)

    def _beside(self, which: ReleaseId, embedder: Embedder, opened: release.Release | None) -> release.Release:
        """Open a release beside another that is open; it may be that one."""
        if opened and opened.manifest.id == which:
            return opened
        return release.open_release(self._root, which, embedder.name, self._indexing, beside=opened)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._timezone).date()

    def _same(self, manifest: Manifest, revision: int) -> bool:
        return (manifest.revision, manifest.promise, manifest.index) == (revision, self._promise, self._indexing.name)

    def _live(self, embedder: Embedder) -> Live | None:
        """The live release if it was made for this program; what it has need not be made again."""
        current = self._store.releases.current()
        if current is None:
            return None
        try:
            if (found := self._opened(current)) is not None:
                release.verify(self._root, current)  # what is in memory may be gone from the disk
                opened, matcher = found
                return Live(opened, embedder, matcher)
            return Live(release.open_release(self._root, current, embedder.name, self._indexing), embedder)
        except ReleaseError:
            return None  # made by another embedder, or damaged: all is built anew

    def _made(self, making: "_Making", *, refit: bool) -> tuple[release.Release, Ready, Gate, int]:
        """Make what could be published of the store as it is; say what the gate finds, and how many texts were new."""
        live, embedder, progress = making.live, making.embedder, making.progress
        telling = Telling(embedder, progress)
        building = Building(self._store, telling, self._indexing, live.release if live else None, making.room)
        knowledge, encoded = building.knowledge(building.entries())
        shelf = building.shelf(knowledge)
        now = self._clock.now()
        today = self._today(now)
        new = ReleaseId(_new_id(now, making.revision))
        golden = self._store.golden.all()
        fitting = Fitting(
            knowledge,
            passages_of(shelf, embedder, self._promise),
            embedder,
            golden,
            self._promise,
            today,
            new,
            making.revision,
            progress,
            self._store.golden.unchanged_since,
        )
        logged = self._store.answers.recent(self._replay) if self._replay else []
        asking = Asking(golden, logged, self._promise, today, progress)
        if live:
            old = live.release
            touched = Touched((old.knowledge, old.shelf), (knowledge, shelf), embedder, old.manifest.limits)
            kept = kept_by(old, today)
            ready = (None if refit else fitting.carried(old, kept, touched)) or fitting.made()
            gate = asking.gate(live, ready, kept, touched)
        else:
            ready = fitting.made()
            gate = asking.first(ready)
        manifest = Manifest(
            id=new,
            created_at=now,
            revision=making.revision,
            entries=len(knowledge.entries),
            phrasings=len(knowledge.phrasings),
            embedder=embedder.name,
            dim=embedder.dim,
            normaliser=NORMALISER,
            index=self._indexing.name,
            limits=ready.matcher.limits,
            promise=self._promise,
            measured=ready.matcher.calibration.measured,
            files={},
            fitted=ready.fitted.as_dict(),
        )
        made = release.Release(manifest, knowledge, ready.matcher.calibration.to_json(), shelf, ready.kept.to_json())
        return made, ready, gate, encoded

    def _asked(self, made: release.Release, matcher: Matcher, making: "_Making") -> Live:
        """Ask a release that was written beside the live one, and confirmed then, what has changed."""
        assert making.live
        before = making.live.release
        entries = made.knowledge.entries
        found = alike(entries, before.knowledge.entries)
        stood = {id(before.knowledge.entries[at]) for at in found.gone}
        fresh = [entry for entry in (entries[at] for at in found.came) if id(entry) not in stood]
        self._ask(matcher, fresh, made.manifest)
        return Live(made, making.embedder, matcher)

    def _open(self, manifest: Manifest, embedder: Embedder) -> Live:
        """Open a release as a server would, and ask it."""
        opened = release.open_release(self._root, manifest.id, embedder.name, self._indexing)
        checked = Live(opened, embedder)
        self._ask(checked.matcher, opened.knowledge.entries, manifest)
        return checked

    def _ask(self, matcher: Matcher, entries: Sequence[Entry], manifest: Manifest) -> None:
        """Ask a release some of its own standard questions; raises ReleaseError when it does not find an entry."""
        for entry in entries[:: max(1, len(entries) // _CHECKED)]:
            day = entry.valid_from or entry.valid_until or manifest.created_at.date()
            judgement = matcher.judge(Question(entry.question), day)
            guarded = judgement.decision.kind is DecisionKind.HANDOFF  # its question is one that a person must see
            if not guarded and entry.id not in {candidate.entry.id for candidate in judgement.candidates}:
                raise ReleaseError(
                    f"the new release does not find its own entry {entry.id}; it was discarded, the old one serves on"
                )

    def _prune(self) -> None:
        """Remove the oldest releases beyond the number to keep, and folders that the store knows nothing of."""
        records = self._store.releases.all()
        kept: set[ReleaseId | None] = {record.id for record in records[: self._keep]}
        kept |= {self._store.releases.current(), self._store.releases.previous()}
        for record in records:
            if record.id not in kept:
                self._store.releases.remove(record.id)
        known = {record.id for record in self._store.releases.all()}
        manifests = map(self._store.releases.get, known)
        self._indexing.retain(digest for manifest in manifests for digest in release.searched(manifest))
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.name not in known:
                release.remove(self._root, ReleaseId(folder.name))

    @contextmanager
    def _room(self) -> Iterator[Room]:
        """Give room for large arrays, and clear it."""
        room = release.room(self._root)
        try:
            yield room
        finally:
            room.clear()


@dataclass(frozen=True, slots=True)
class _Making:
    """What a release is made with."""

    live: Live | None
    embedder: Embedder
    revision: int
    room: Room
    progress: Progress


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage: among millions of objects that stay, that takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _new_id(now: datetime, revision: int) -> ReleaseId:
    """Ids sort by time and tell the revision: 20261121-190501-r12-3f2a."""
    return ReleaseId(f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-r{revision}-{secrets.token_hex(2)}")
