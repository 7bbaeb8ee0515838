"""Builds releases beside the live one, holds them against the golden questions, and moves the one pointer."""

import fcntl
import gc
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from random import Random

from kb.answer.confidence import SHIPPED, Calibration
from kb.answer.fit import refit
from kb.answer.match import Matcher
from kb.answer.passages import Passages, passages_of
from kb.answer.promise import Figures, Scaling, Trial, are_enough, keep, served, settle, try_all
from kb.errors import Conflict, KbError, NotFound, NotReady, ReleaseError
from kb.index import release
from kb.index.exact import ExactIndex, ExactIndexing
from kb.index.faiss_index import FaissIndex
from kb.index.knowledge import Knowledge, matched_form, own_words
from kb.index.shelf import Shelf, findable
from kb.ports import Clock, Embedder, Indexing, Vectors
from kb.publish import diff as differing
from kb.publish.carry import Fitted, changed
from kb.publish.diff import Diff
from kb.publish.gate import Gate, GateRefused, Outcome, ask, compare, counted, replay
from kb.publish.lists import synonym_groups
from kb.publish.touched import Kept, Touched
from kb.store.audit import COMMAND_LINE
from kb.store.store import Store
from kb.text import NORMALISER, fingerprint
from kb.types import (
    AnswerRecord,
    DecisionKind,
    Entry,
    EntryState,
    GoldenQuestion,
    Judgement,
    ListName,
    Manifest,
    Note,
    Question,
    ReleaseId,
    ReleaseRecord,
    Scope,
)

#: Called with the step's name (a key of messages.PUBLISH_STEPS), what is done of it and how much there is.
Progress = Callable[[str, int, int], None]
_LOCK = ".publishing"
#: Entries that the confidence is fitted on at most, by chance. So few are less
#: crowded than the whole; with enough golden questions the limits are set on all of it.
_FITTED_ON = 5_000
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


class Publisher:
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
        opened: Callable[[ReleaseId], release.Release | None] = lambda _: None,
    ) -> None:
        """Take the folder of the releases, what gives the embedder, and the settings of the same names.

        `opened` gives a release that this process has open already.
        """
        self._opened = opened
        self._store = store
        self._clock = clock
        self._root = root
        self._embedder = embedder
        self._indexing = indexing
        self._promise = promise
        self._keep = keep
        self._timezone = timezone
        self._replay = replay
        self.checked: release.Release | None = None  # the release that was published last, open

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
        not pass its checks or the disk refuses it.
        """
        with self._alone(), _uncollected():
            self.checked = None
            release.sweep(self._root)
            embedder = self._embedder()
            revision = self._store.entries.revision()
            live = self._live(embedder)
            if live and not refit and self._same(live.manifest, revision):
                return Published(live.manifest, changed=False, encoded=0)
            entries = [s.entry for s in self._store.entries.all() if s.entry.state is EntryState.LIVE]
            if not entries:
                raise NotReady("there is no live entry to publish; run `kb ingest data/faq` first")
            telling = _Telling(embedder, progress)
            knowledge, encoded = self._knowledge(entries, live, telling)
            shelf = self._shelf(knowledge, live, telling)
            now = self._clock.now()
            new = ReleaseId(_new_id(now, revision))
            golden = self._store.golden.all()
            fit = _Fit(
                knowledge,
                passages_of(shelf, embedder, self._promise),
                embedder,
                golden,
                self._promise,
                self._today(now),
                new,
                revision,
                progress,
                self._unchanged,
            )
            touched = self._touched(live, knowledge, shelf, embedder)
            kept = _kept(live, self._today(now))
            ready = (None if refit else fit.carried(live, kept, touched)) or fit.made()
            gate = self._gate(live, ready, golden, kept=kept, touched=touched, progress=progress)
            if gate.refuses and not accept and not dry_run:
                raise GateRefused(gate)
            manifest = Manifest(
                id=new,
                created_at=now,
                revision=revision,
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
            if dry_run:
                return Published(manifest, changed=True, encoded=encoded, gate=gate)
            progress("write", 0, 1)
            calibration = ready.matcher.calibration.to_json()
            made = release.Release(manifest, knowledge, calibration, shelf, ready.kept.to_json())
            manifest = release.write(self._root, made, live)
            try:
                progress("verify", 0, 1)
                if live and _searched_the_same(live.manifest, manifest):
                    self.checked = replace(made, manifest=manifest)
                else:
                    self.checked = self._check(manifest, embedder)
            except BaseException:
                release.remove(self._root, manifest.id)
                raise
            self._store.releases.add(manifest)
            told = {"entries": manifest.entries, "phrasings": manifest.phrasings, "accepted": accept and gate.refuses}
            self._store.releases.point(manifest.id, now, Note(by, "release.publish", manifest.id, told))
            self._prune()
            return Published(manifest, changed=True, encoded=encoded, gate=gate)

    def diff(self, a: ReleaseId, b: ReleaseId, *, progress: Progress = _silent) -> Diff:
        """Compare two releases; raises ReleaseError when one of them is gone or cannot be read."""
        embedder = self._embedder()
        one, other = (release.open_release(self._root, which, embedder.name, self._indexing) for which in (a, b))
        added, changed_entries, removed = differing.entries(one.knowledge.entries, other.knowledge.entries)
        golden = self._store.golden.all()
        asked = [(question.text, Scope()) for question in golden]
        today = self._today(self._clock.now())
        old, new = (
            ask(_matcher(opened, embedder), asked, today, lambda done, of: progress("gate", done, of))
            for opened in (one, other)
        )
        gate = compare(list(zip(golden, new, old, strict=True)), [], Figures(0, 0, 0, 1.0, 0.0), self._promise)
        return Diff(a, b, added, changed_entries, removed, len(golden), gate.changes)

    def rollback(self, to: ReleaseId | None = None, *, by: str = COMMAND_LINE) -> Manifest:
        """Make an older release live again: `to`, or the one before the present one. Raises NotFound, ReleaseError."""
        with self._alone():
            to = to or self._store.releases.previous()
            if to is None:
                raise NotFound("there is no earlier release to go back to")
            manifest = self._store.releases.get(to)
            release.verify(self._root, to)
            release.open_release(self._root, to, self._embedder().name, self._indexing)
            note = Note(by, "release.rollback", to, {"before": self._store.releases.current()})
            self._store.releases.point(to, self._clock.now(), note)
            return manifest

    def releases(self) -> list[ReleaseRecord]:
        """All releases, newest first."""
        return self._store.releases.all()

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._timezone).date()

    def _unchanged(self, revision: int) -> int:
        return self._store.golden.unchanged_since(revision)

    def _gate(
        self,
        live: release.Release | None,
        ready: "_Ready",
        golden: Sequence[GoldenQuestion],
        *,
        kept: Kept | None,
        touched: Touched | None,
        progress: Progress,
    ) -> Gate:
        """Hold both releases against the golden questions and what customers asked lately.

        What the live release made of the golden questions is kept with it; what a small change cannot touch is not
        asked again.
        """
        if live is None:
            return compare(
                [(question, new, None) for question, new in zip(golden, ready.outcomes, strict=True)],
                [],
                ready.figures,
                self._promise,
            )
        records = self._store.answers.recent(self._replay) if self._replay else []
        again = replay(records)
        candidates = _candidates(records)
        open_ones = again
        if touched and ready.carried:
            may = touched.by([text for text, _ in again], [candidates[text] for text, _ in again])
            open_ones = [one for one, yes in zip(again, may, strict=True) if yes]
        known = kept.outcomes if kept else {}
        unknown = [(question.text, Scope()) for question in golden if question.text not in known]
        steps = len(unknown) + 2 * len(open_ones)

        def said(before: int) -> Callable[[int, int], None]:
            return lambda done, _: progress("gate", before + done, steps)

        today = self._today(self._clock.now())
        old = ask(_matcher(live, ready.matcher.embedder), [*unknown, *open_ones], today, said(0))
        new = ask(ready.matcher, open_ones, today, said(len(unknown) + len(open_ones)))
        first = {text: outcome for (text, _), outcome in zip(unknown, old, strict=False)}
        first |= {text: outcome for text, (outcome, _) in known.items()}
        return compare(
            [(one, new_one, first[one.text]) for one, new_one in zip(golden, ready.outcomes, strict=True)],
            [
                (text, after, before)
                for (text, _), after, before in zip(open_ones, new, old[len(unknown) :], strict=True)
            ],
            ready.figures,
            self._promise,
            replayed_in_all=len(again),
        )

    def _touched(
        self, live: release.Release | None, knowledge: Knowledge, shelf: Shelf | None, embedder: Embedder
    ) -> Touched | None:
        if live is None:
            return None
        return Touched((live.knowledge, live.shelf), (knowledge, shelf), embedder)

    def _same(self, manifest: Manifest, revision: int) -> bool:
        return (manifest.revision, manifest.promise, manifest.index) == (revision, self._promise, self._indexing.name)

    def _live(self, embedder: Embedder) -> release.Release | None:
        """The live release if it was made for this program; its vectors need not be computed again."""
        current = self._store.releases.current()
        if current is None:
            return None
        try:
            if (opened := self._opened(current)) is not None:
                release.verify(self._root, current)  # what is in memory may be gone from the disk
                return opened
            return release.open_release(self._root, current, embedder.name, self._indexing)
        except ReleaseError:
            return None  # made by another embedder, or damaged: all is built anew

    def _knowledge(
        self, entries: Sequence[Entry], live: release.Release | None, embedder: Embedder
    ) -> tuple[Knowledge, int]:
        """Index the entries, and say how many of their texts had to be encoded.

        Where only answers, dates or links have changed, what is searched stays as it is.
        """
        synonyms = synonym_groups(self._store.lists.all(ListName.SYNONYMS))
        if live and (same := _searched_alike(live.knowledge, entries, synonyms)):
            return same, 0
        remembered = _Remembered(live)
        lists = live.knowledge.index if live else None

        def index(vectors: Vectors) -> ExactIndex | FaissIndex:
            if self._indexing.name == ExactIndexing.name:
                return ExactIndex(vectors)
            return lists.again(vectors) if isinstance(lists, FaissIndex) else FaissIndex.build(vectors)

        before = live.knowledge if live else None
        knowledge = Knowledge.build(entries, embedder, known=remembered, index=index, synonyms=synonyms, before=before)
        return knowledge, remembered.new(knowledge.texts)

    def _shelf(self, knowledge: Knowledge, live: release.Release | None, embedder: Embedder) -> Shelf | None:
        """Index the documents; what is searched stays as it is while their text does."""
        documents = tuple(document for document in self._store.documents.all() if document.passages)
        if not documents:
            return None
        before = live.shelf if live else None
        if before and before.knowledge.words.own == knowledge.words.own:
            if before.documents == documents:
                return before
            if list(before.knowledge.entries) == findable(documents):
                return Shelf(documents, before.knowledge)
        return Shelf.build(documents, embedder, knowledge.words, known=_Remembered(live))

    def _check(self, manifest: Manifest, embedder: Embedder) -> release.Release:
        """Open the release as a server would and ask it its own standard questions."""
        opened = release.open_release(self._root, manifest.id, embedder.name, self._indexing)
        matcher = _matcher(opened, embedder)
        entries = opened.knowledge.entries
        for entry in entries[:: max(1, len(entries) // _CHECKED)]:
            day = entry.valid_from or entry.valid_until or manifest.created_at.date()
            judgement = matcher.judge(Question(entry.question), day)
            guarded = judgement.decision.kind is DecisionKind.HANDOFF  # its question is one that a person must see
            if not guarded and entry.id not in {candidate.entry.id for candidate in judgement.candidates}:
                raise ReleaseError(
                    f"the new release does not find its own entry {entry.id}; it was discarded, the old one serves on"
                )
        return opened

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


@dataclass(frozen=True, slots=True)
class _Ready:
    """A release that could be written: what would answer, and what that was found to be worth."""

    matcher: Matcher
    fitted: Fitted
    outcomes: tuple[Outcome, ...]  # of the golden questions, in their order
    figures: Figures
    kept: Kept
    carried: bool = False  # its calibration is the live release's


@dataclass(frozen=True, slots=True)
class _Fit:
    """Makes a calibration for new knowledge, or takes over the live release's."""

    knowledge: Knowledge
    passages: Passages | None
    embedder: Embedder
    golden: Sequence[GoldenQuestion]
    promise: float
    today: date
    name: ReleaseId  # of the release that is being made
    revision: int
    progress: Progress
    unchanged: Callable[[int], int]  # golden questions that no later revision wrote

    def carried(self, live: release.Release | None, kept: Kept | None, touched: Touched | None) -> _Ready | None:
        """Keep the live release's calibration if little has changed since it was fitted."""
        fitted = Fitted.read(live.manifest) if live else None
        if live is None or fitted is None or live.manifest.promise != self.promise or fitted.shipped != _shipped():
            return None
        same = self.unchanged(fitted.revision)
        fitted = replace(
            fitted,
            changed=fitted.changed + changed(live.knowledge.texts, self.knowledge.texts),
            golden_changed=max(len(self.golden) - same, fitted.golden - same),
        )
        if not fitted.holds:
            return None
        try:
            calibration = Calibration.from_json(live.calibration)
        except ReleaseError:
            return None  # made by an earlier program, for other features
        return self._asked(calibration, fitted, kept, touched)

    def _asked(self, calibration: Calibration, fitted: Fitted, kept: Kept | None, touched: Touched | None) -> _Ready:
        """Ask the golden questions that the live release was not asked, and those that the change may have touched."""
        matcher = self._matcher(calibration)
        texts = [question.text for question in self.golden]
        known = kept.outcomes if kept and touched else {}
        there = [text for text in texts if text in known]
        may = touched.by(there, [known[text][1] for text in there]) if touched else []
        same = {text: known[text] for text, yes in zip(there, may, strict=True) if not yes}
        asked = [text for text in texts if text not in same]
        self.progress("golden", len(same), len(texts))
        judged = Kept.of(asked, matcher.judge_many([Question(text) for text in asked], self.today), self.today)
        now = Kept(self.today, {**same, **judged.outcomes})
        self.progress("golden", len(texts), len(texts))
        outcomes = tuple(now.outcomes[text][0] for text in texts)
        return _Ready(matcher, fitted, outcomes, counted(self.golden, outcomes), now, carried=True)

    def made(self) -> _Ready:
        """Fit anew: on the knowledge's own variants, then on golden questions where there are enough."""
        shipped = Calibration.shipped()
        entries = self.knowledge.entries
        if len(entries) > _FITTED_ON:
            entries = tuple(Random(0).sample(entries, _FITTED_ON))  # noqa: S311 - nothing secret
        calibration = refit(
            entries,
            self.embedder,
            shipped,
            promise=self.promise,
            progress=lambda _, share: self.progress("fit", round(100 * share), 100),
        )
        fitted = Fitted(
            by="shipped" if calibration is shipped else "variants",
            release=self.name,
            revision=self.revision,
            phrasings=len(self.knowledge.texts),
            golden=len(self.golden),
            shipped=_shipped(),
        )
        trials = self._try(calibration)
        if not are_enough(trials):
            return self._ready(calibration, fitted, trials)
        kept = keep(calibration, trials, self.promise)
        ready = self._ready(kept.calibration, replace(fitted, by="golden"), trials, kept.scaling)
        measured = kept.calibration.measured
        figures = replace(ready.figures, precision=measured["precision"], coverage=measured["coverage"])
        return replace(ready, figures=figures)

    def _ready(
        self, calibration: Calibration, fitted: Fitted, trials: Sequence[Trial], scaling: Scaling | None = None
    ) -> _Ready:
        judgements = [settle(trial, scaling or Scaling(), calibration.limits) for trial in trials]
        figures = served(trials, judgements)
        judgements = [self._beside(judgement, trial) for judgement, trial in zip(judgements, trials, strict=True)]
        outcomes = tuple(map(Outcome.of, judgements))
        texts = [question.text for question in self.golden]
        kept = Kept.of(texts, judgements, self.today)
        return _Ready(self._matcher(calibration), fitted, outcomes, figures, kept)

    def _beside(self, judgement: Judgement, trial: Trial) -> Judgement:
        """What documents add; the precision is of answers from entries, which golden questions know."""
        if self.passages is None:
            return judgement
        return self.passages.beside(judgement, matched_form(trial.question.text), Scope())

    def _try(self, calibration: Calibration) -> list[Trial]:
        return try_all(
            self._matcher(calibration),
            self.golden,
            self.today,
            progress=lambda done, of: self.progress("golden", done, of),
        )

    def _matcher(self, calibration: Calibration) -> Matcher:
        return Matcher(
            self.knowledge, self.embedder, calibration, calibration.limits, self.name, passages=self.passages
        )


class _Telling:
    """An embedder that says how far it is."""

    _BATCH = 2_048

    def __init__(self, embedder: Embedder, progress: Progress) -> None:
        self._embedder = embedder
        self._progress = progress
        self.name = embedder.name
        self.dim = embedder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode in batches."""
        import numpy as np

        out = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), self._BATCH):
            self._progress("encode", start, len(texts))
            out[start : start + self._BATCH] = self._embedder.encode(texts[start : start + self._BATCH])
        self._progress("encode", len(texts), len(texts))
        return out


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


class _Remembered:
    """Vectors of an earlier release, by fingerprint of their text."""

    def __init__(self, earlier: release.Release | None) -> None:
        self._earlier = earlier

    @cached_property
    def _rows(self) -> Mapping[str, Vectors]:
        if self._earlier is None:
            return {}
        return {mark: row for texts, vectors in self._parts(self._earlier) for mark, row in _rows(texts, vectors)}

    @staticmethod
    def _parts(earlier: release.Release) -> list[tuple[Sequence[str], Vectors]]:
        knowledge, shelf = earlier.knowledge, earlier.shelf
        parts: list[tuple[Sequence[str], Vectors]] = [
            (knowledge.lexical.vocabularies[0], knowledge.word_vectors),
            (knowledge.texts, knowledge.vectors),
        ]
        return [*parts, (shelf.knowledge.texts, shelf.knowledge.vectors)] if shelf else parts

    def __call__(self, fingerprints: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors that are known among those asked for."""
        return {mark: self._rows[mark] for mark in fingerprints if mark in self._rows}

    def new(self, texts: Sequence[str]) -> int:
        """Count the texts that are not known."""
        unknown = set(texts)
        for known, _ in self._parts(self._earlier) if self._earlier else ():
            unknown.difference_update(known)
        return len(unknown)


def _rows(texts: Sequence[str], vectors: Vectors) -> Iterator[tuple[str, Vectors]]:
    return zip(map(fingerprint, texts), vectors, strict=True)


def _searched_alike(
    knowledge: Knowledge, entries: Sequence[Entry], synonyms: tuple[tuple[str, ...], ...]
) -> Knowledge | None:
    """The same knowledge with other answers; None when a phrasing, synonym or word of the house's has changed."""
    if synonyms != knowledge.synonyms:
        return None
    ordered = sorted(entries, key=lambda entry: entry.id)
    if [entry.id for entry in ordered] != [entry.id for entry in knowledge.entries]:
        return None
    if any(new.phrasings != old.phrasings for new, old in zip(ordered, knowledge.entries, strict=True)):
        return None
    if own_words(ordered) != own_words(knowledge.entries):
        return None
    return replace(knowledge, entries=tuple(ordered))


def _searched_the_same(live: Manifest, new: Manifest) -> bool:
    """Whether a release differs from the live one, which was checked and serves, in its entries' answers alone."""
    names = live.files.keys() | new.files.keys()
    return {name for name in names if live.files.get(name) != new.files.get(name)} <= {"entries.jsonl", "golden.json"}


def _kept(live: release.Release | None, today: date) -> Kept | None:
    """What the live release makes of the golden questions today; None when that has to be asked."""
    if live is None or not live.outcomes:
        return None
    try:
        kept = Kept.from_json(live.outcomes)
    except (ValueError, KeyError, TypeError):
        return None
    dated = any(entry.valid_from or entry.valid_until for entry in live.knowledge.entries)
    return kept if kept.day == today or not dated else None


def _candidates(records: Sequence[AnswerRecord]) -> Mapping[str, set[str]]:
    """The ids of the entries that were looked at for each logged question."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        found[record.question] |= {entry_id for entry_id, _ in record.candidates}
    return found


def _matcher(opened: release.Release, embedder: Embedder) -> Matcher:
    """Return what a server would answer with."""
    calibration = Calibration.from_json(opened.calibration)
    manifest = opened.manifest
    passages = passages_of(opened.shelf, embedder, manifest.promise)
    return Matcher(opened.knowledge, embedder, calibration, manifest.limits, manifest.id, passages=passages)


def _shipped() -> str:
    """Name the shipped calibration."""
    return hashlib.sha256(SHIPPED.read_bytes()).hexdigest()[:16]


def _new_id(now: datetime, revision: int) -> ReleaseId:
    """Ids sort by time and tell the revision: 20261121-190501-r12-3f2a."""
    return ReleaseId(f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-r{revision}-{secrets.token_hex(2)}")
