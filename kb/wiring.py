"""The composition root: settings become a working kb."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kb.errors import DiskRefused, NotReady
from kb.index import release
from kb.index.exact import ExactIndexing
from kb.index.faiss_index import FaissIndexing
from kb.people import People
from kb.ports import Clock, Embedder, Indexing, SystemClock
from kb.settings import Settings
from kb.store.store import Store
from kb.types import Job, Manifest, Question, ReleaseId

if TYPE_CHECKING:
    from kb.answer.customer import CustomerSide
    from kb.answer.desk import Desk
    from kb.answer.match import Matcher
    from kb.answer.policy import Policy
    from kb.answer.quick import Quick
    from kb.answer.respond import Responder
    from kb.publish.catalogue import Served
    from kb.publish.cautions import Caution
    from kb.publish.editing import Editing
    from kb.publish.intake import Intake
    from kb.publish.jobs import Worker
    from kb.publish.lessons import Lessons
    from kb.publish.library import Library
    from kb.publish.lists import Vocabulary
    from kb.publish.preview import Preview
    from kb.publish.publisher import Publisher
    from kb.publish.releases import Releases

#: Asked of every release before it serves: the first question is slower, and no customer should wait for it.
_FIRST_QUESTION = "请问这个怎么用"


@dataclass(frozen=True, slots=True)
class Serving:
    """A release that is open, and what answers from it."""

    manifest: Manifest
    matcher: "Matcher"
    outcomes: str = ""  # of the golden questions, when it was made


@dataclass
class Kb:
    """Everything a program over kb needs; safe to share between threads."""

    settings: Settings
    store: Store
    clock: Clock
    indexing: Indexing
    _serving: Serving | None = None
    _opening: Lock = field(default_factory=Lock)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder that the settings name, loaded when first needed."""
        return load_embedder(self.settings.embedding_model, self.settings.cross_encoder)

    @cached_property
    def responder(self) -> "Responder":
        """Answers customers."""
        from kb.answer.respond import Responder

        return Responder(self.store, self.clock, self._policy)

    @cached_property
    def desk(self) -> "Desk":
        """Where agents work on what was handed over."""
        from kb.answer.desk import Desk

        return Desk(self.store, self.clock, self._policy)

    @cached_property
    def _policy(self) -> "Policy":
        from kb.answer.policy import Policy

        settings = self.settings
        return Policy(
            due_urgent=settings.due_urgent,
            due_ordinary=settings.due_ordinary,
            due_complex=settings.due_complex,
            claim_idle=settings.claim_idle,
            timezone=settings.timezone,
            keep_personal_data=settings.keep_personal_data,
        )

    @cached_property
    def releases(self) -> "Releases":
        """Goes back to older releases."""
        from kb.publish.releases import Releases

        return Releases(self.store, self.clock, self.settings.releases, lambda: self.embedder, self.indexing)

    @cached_property
    def publisher(self) -> "Publisher":
        """Builds and points to releases."""
        from kb.publish.publisher import Publisher

        settings = self.settings
        return Publisher(
            self.store,
            self.clock,
            settings.releases,
            lambda: self.embedder,
            indexing=self.indexing,
            promise=settings.answer_precision,
            keep=settings.keep_releases,
            timezone=settings.timezone,
            replay=settings.replay,
            opened=self._opened,
        )

    @cached_property
    def intake(self) -> "Intake":
        """Takes files in."""
        from kb.publish.intake import Intake

        settings = self.settings
        return Intake(self.store, self.clock, settings.timezone, settings.home, lambda: self.embedder)

    @cached_property
    def customer(self) -> "CustomerSide":
        """What the customer's side reads of a conversation."""
        from kb.answer.customer import CustomerSide

        return CustomerSide(self.store, self.clock, self.settings.office_hours, self.settings.timezone)

    @cached_property
    def editing(self) -> "Editing":
        """Changes single entries and golden questions."""
        from kb.publish.editing import Editing

        return Editing(self.store, self.clock, self.settings.timezone, self.vocabulary.read, self._served)

    def _served(self) -> "Served | None":
        """What is served from the release in use, if one is open."""
        from kb.publish.catalogue import Served

        serving = self._serving
        return Served(serving.matcher.knowledge, serving.manifest.revision) if serving else None

    @cached_property
    def library(self) -> "Library":
        """Approves documents, and makes entries of their passages."""
        from kb.publish.library import Library

        return Library(self.store, self.clock, self.settings.timezone)

    @cached_property
    def preview(self) -> "Preview":
        """Says what an edit would do."""
        from kb.publish.preview import Preview

        settings = self.settings
        return Preview(self.store, self.clock, settings.timezone, self.matcher, replay=settings.replay)

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """The lists of words that editors extend."""
        from kb.publish.lists import Vocabulary

        return Vocabulary(self.store, self.clock, self.settings.home)

    @cached_property
    def quick(self) -> "Quick":
        """What agents keep to send again."""
        from kb.answer.quick import Quick

        return Quick(self.store, self.clock)

    @cached_property
    def lessons(self) -> "Lessons":
        """Writes what tickets teach into the knowledge."""
        from kb.publish.lessons import Lessons

        return Lessons(self.store, self.clock, self.editing)

    def cautions(self, text: str) -> "list[Caution]":
        """Return what speaks against sending a reply as it is."""
        from kb.publish.cautions import cautions

        return cautions(text, self.vocabulary.read)

    @cached_property
    def people(self) -> People:
        """Lets people in who work on the pages."""
        return People(self.store, self.clock, idle=self.settings.session_idle, limit=self.settings.session_limit)

    @cached_property
    def worker(self) -> "Worker":
        """Carries out jobs."""
        from kb.publish.jobs import Worker

        return Worker(self.store, self.clock, lambda: self.publisher, self.intake)

    def run_due(self) -> Job | None:
        """Carry out one job that is due, if any, and return it as it is then."""
        if not self.store.jobs.is_due(self.clock.now()):
            return None  # the common case; what publishes and takes files in, slow to import, is not needed
        return self.worker.run_due()

    @property
    def serving(self) -> Serving:
        """The live release, opened; raises NotReady when nothing was published, ReleaseError if it is damaged."""
        if self._serving is None:
            self.refresh()
        if self._serving is None:
            raise NotReady("nothing has been published yet; run `kb ingest data/faq --publish`")
        return self._serving

    def matcher(self) -> "Matcher":
        """What answers from the live release; raises NotReady."""
        return self.serving.matcher

    def refresh(self) -> bool:
        """Follow the release pointer: open another release beside the one in use, then swap. Say whether it changed.

        If the new one cannot be opened the old one stays in use, and ReleaseError or StoreError says why.
        """
        with self._opening:
            current = self.store.releases.current()
            if current is None or (self._serving and self._serving.manifest.id == current):
                return False
            self._serving = self.open(current)
            return True

    def look_over(self) -> None:
        """Compare every file of the release in use with its manifest, which the next publication need not do then.

        Raises NotReady when nothing was published, ReleaseError when a file is damaged.
        """
        release.verify(self.settings.releases, self.serving.manifest.id)

    def open(self, release_id: ReleaseId) -> Serving:
        """Open any release; raises ReleaseError."""
        publisher: Publisher | None = self.__dict__.get("publisher")  # when this process has published
        checked = publisher.checked if publisher else None
        if checked is not None and checked.release.manifest.id == release_id:
            opened, matcher = checked.release, checked.matcher
        else:
            opened = release.open_release(
                self.settings.releases, release_id, self.embedder.name, self.indexing, beside=self._in_use()
            )
            from kb.answer.opened import matcher_of

            matcher = matcher_of(opened, self.embedder)
        matcher.judge(Question(_FIRST_QUESTION), opened.manifest.created_at.date())
        return Serving(opened.manifest, matcher, opened.outcomes)

    def _opened(self, release_id: ReleaseId) -> "tuple[release.Release, Matcher] | None":
        """The release in use and what answers from it, if it is this one."""
        serving, opened = self._serving, self._in_use()
        if serving is None or opened is None or not serving.manifest.id == opened.manifest.id == release_id:
            return None
        return opened, serving.matcher

    def _in_use(self) -> release.Release | None:
        """The release in use, if there is one."""
        serving = self._serving
        if serving is None:
            return None
        matcher = serving.matcher
        shelf = matcher.passages.shelf if matcher.passages else None
        calibration = matcher.calibration.to_json()
        return release.Release(serving.manifest, matcher.knowledge, calibration, shelf, serving.outcomes)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def build(settings: Settings, clock: Clock | None = None) -> Kb:
    """Make a kb from settings; raises DiskRefused without a folder, StoreError without a database to use."""
    if settings.database.startswith("sqlite"):
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DiskRefused.at(f"KB_HOME={settings.home}", error) from error
    clock = clock or SystemClock()
    store = Store.open(settings.database)
    try:
        indexing = _indexing(settings.index, store)
    except BaseException:
        store.close()
        raise
    return Kb(settings, store, clock, indexing)


def _indexing(name: str, store: Store) -> Indexing:
    """How vectors are searched; raises SettingsError when this store cannot do it."""
    if name == "pgvector":
        return store.vectors()
    return ExactIndexing() if name == ExactIndexing.name else FaissIndexing()


def load_embedder(model: str, cross_encoder: str = "") -> Embedder:
    """The shipped embedder for an empty name, else one of `kb train` by path, or a sentence-transformers model.

    With a cross-encoder, found in the same way, beside it where one is named.
    """
    from kb.index.ngram import VOCABULARY, NgramEmbedder

    if cross_encoder:
        from kb.index.cross import CrossEncoding, WithCrossEncoder

        return WithCrossEncoder(load_embedder(model), CrossEncoding(cross_encoder))
    if model and (Path(model) / VOCABULARY).exists():
        return NgramEmbedder(Path(model))
    if model:
        from kb.index.sentence import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(model)
    return NgramEmbedder()
