"""From the knowledge in the store to a live release: build beside, verify, then move one pointer."""

import fcntl
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.answer.confidence import Calibration
from kb.answer.fit import refit
from kb.answer.match import Matcher
from kb.errors import Conflict, KbError, NotReady, ReleaseError
from kb.index import release
from kb.index.exact import ExactIndex
from kb.index.faiss_index import FaissIndex
from kb.index.knowledge import Knowledge
from kb.ports import Clock, Embedder, Vectors
from kb.store.store import Store
from kb.text import NORMALISER, fingerprint
from kb.types import DecisionKind, EntryState, Manifest, Question, ReleaseId, ReleaseRecord

#: Called with the step's name (a key of messages.PUBLISH_STEPS), what is done of it and how much there is.
Progress = Callable[[str, int, int], None]
_LOCK = ".publishing"
_CHECKED = 200  # standard questions asked of a new release before it may serve


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to."""

    manifest: Manifest
    changed: bool  # False when the live release already says the same
    encoded: int  # texts that were new


def _silent(_step: str, _done: int, _of: int) -> None:
    pass


class Publisher:
    """Builds releases and moves the pointer. One publication at a time on a machine."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        root: Path,
        embedder: Callable[[], Embedder],
        *,
        index: str,
        promise: float,
        keep: int,
    ) -> None:
        """Take the folder of the releases, what gives the embedder, and the settings of the same names."""
        self._store = store
        self._clock = clock
        self._root = root
        self._embedder = embedder
        self._index = index
        self._promise = promise
        self._keep = keep

    def publish(self, *, progress: Progress = _silent) -> Published:
        """Make what the store holds live, and say what happened.

        Nothing is built when the live release already holds this revision, embedder and promise. Until the pointer has
        moved the old release serves. Raises NotReady when there is no live entry, Conflict while another process
        publishes, ReleaseError when the new release does not pass its checks or the disk refuses it.
        """
        with self._alone():
            release.sweep(self._root)
            embedder = self._embedder()
            revision = self._store.entries.revision()
            previous = self._live(embedder)
            if previous and self._same(previous.manifest, revision):
                return Published(previous.manifest, changed=False, encoded=0)
            entries = [s.entry for s in self._store.entries.all() if s.entry.state is EntryState.LIVE]
            if not entries:
                raise NotReady("there is no live entry to publish; run `kb ingest data/faq` first")
            known = _Remembered(previous)
            counted = _Counting(embedder, progress)
            knowledge = Knowledge.build(entries, counted, known=known, index=self._build_index)
            calibration = refit(
                entries,
                embedder,
                Calibration.shipped(),
                promise=self._promise,
                progress=lambda _, share: progress("fit", round(100 * share), 100),
            )
            now = self._clock.now()
            manifest = Manifest(
                id=_new_id(now, revision),
                created_at=now,
                revision=revision,
                entries=len(knowledge.entries),
                phrasings=len(knowledge.phrasings),
                embedder=embedder.name,
                dim=embedder.dim,
                normaliser=NORMALISER,
                index=self._index,
                limits=calibration.limits,
                promise=self._promise,
                measured=calibration.measured,
                files={},
            )
            progress("write", 0, 1)
            manifest = release.write(self._root, manifest, knowledge, calibration.to_json())
            try:
                progress("verify", 0, 1)
                self._check(manifest, embedder)
            except BaseException:
                release.remove(self._root, manifest.id)
                raise
            self._store.releases.add(manifest)
            self._store.releases.point(manifest.id, now)
            self._prune()
            return Published(manifest, changed=True, encoded=counted.count)

    def rollback(self, to: ReleaseId | None = None) -> Manifest:
        """Make an older release live again: `to`, or the one before the present one. Raises NotFound, ReleaseError."""
        with self._alone():
            to = to or self._store.releases.previous()
            if to is None:
                raise NotReady("there is no earlier release to go back to")
            manifest = self._store.releases.get(to)
            release.verify(self._root, to)
            release.open_release(self._root, to, self._embedder().name, self._index)
            self._store.releases.point(to, self._clock.now())
            return manifest

    def releases(self) -> list[ReleaseRecord]:
        """All releases, newest first."""
        return self._store.releases.all()

    def _same(self, manifest: Manifest, revision: int) -> bool:
        return (manifest.revision, manifest.promise, manifest.index) == (revision, self._promise, self._index)

    def _live(self, embedder: Embedder) -> release.Release | None:
        """The live release if it was made for this program; its vectors need not be computed again."""
        current = self._store.releases.current()
        try:
            return (current and release.open_release(self._root, current, embedder.name, self._index)) or None
        except ReleaseError:
            return None  # made by another embedder, or damaged: all is built anew

    def _build_index(self, vectors: Vectors) -> ExactIndex | FaissIndex:
        return ExactIndex(vectors) if self._index == "exact" else FaissIndex.build(vectors)

    def _check(self, manifest: Manifest, embedder: Embedder) -> None:
        """Open the release as a server would and ask it its own standard questions."""
        release.verify(self._root, manifest.id)
        opened = release.open_release(self._root, manifest.id, embedder.name, self._index)
        calibration = Calibration.from_json(opened.calibration)
        matcher = Matcher(opened.knowledge, embedder, calibration, manifest.limits, manifest.id)
        entries = opened.knowledge.entries
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
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.name not in known:
                release.remove(self._root, ReleaseId(folder.name))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock that keeps other processes from publishing; the system lets go of it when a process dies."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / _LOCK).open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise Conflict("another process is publishing right now; try again when it is done") from error
                yield
        except KbError:
            raise
        except OSError as error:
            raise ReleaseError(f"the releases in {self._root} cannot be changed: {error.strerror or error}") from error


class _Remembered:
    """Vectors of an earlier release, by fingerprint of their text."""

    def __init__(self, earlier: release.Release | None) -> None:
        self._vectors = earlier.knowledge.vectors if earlier else None
        texts = earlier.knowledge.texts if earlier else ()
        self._rows = {fingerprint(text): row for row, text in enumerate(texts)}

    def __call__(self, fingerprints: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors that are known among those asked for."""
        if self._vectors is None:
            return {}
        return {mark: self._vectors[self._rows[mark]] for mark in fingerprints if mark in self._rows}


class _Counting:
    """An embedder that says how far it is, and counts what it encoded."""

    _BATCH = 2_048

    def __init__(self, embedder: Embedder, progress: Progress) -> None:
        self._embedder = embedder
        self._progress = progress
        self.name = embedder.name
        self.dim = embedder.dim
        self.count = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode in batches."""
        import numpy as np

        out = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), self._BATCH):
            self._progress("encode", start, len(texts))
            out[start : start + self._BATCH] = self._embedder.encode(texts[start : start + self._BATCH])
        self._progress("encode", len(texts), len(texts))
        self.count += len(texts)
        return out


def _new_id(now: datetime, revision: int) -> ReleaseId:
    """Ids sort by time and tell the revision: 20261121-190501-r12-3f2a."""
    return ReleaseId(f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-r{revision}-{secrets.token_hex(2)}")
