"""Carries out jobs: publications, also those set for a later time, and uploads; in whichever process comes first."""

import logging
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unicodedata import normalize

from kb.errors import ConfirmationNeeded, Conflict, InputError, KbError
from kb.ingest import Step
from kb.ports import Clock
from kb.publish.gate import GateRefused
from kb.publish.intake import Intake
from kb.publish.publisher import Publisher
from kb.publish.told import report
from kb.store.store import Store
from kb.types import Job, JobKind, JobState

log = logging.getLogger("kb.jobs")

#: When somebody else is publishing, a job tries again after so long.
_RETRY = timedelta(seconds=2)
_BEAT_S = 0.5  # between two words about how far a job is
_SILENT_BEATS = 20  # after which it is said again that the process lives

Report = Callable[[str, int, int], None]


class Worker:
    """Takes jobs out of the store and carries them out, one at a time.

    A job may be begun twice, when its process died: publishing what is live already changes nothing, and files that
    were written already change nothing.
    """

    def __init__(self, store: Store, clock: Clock, publisher: Callable[[], Publisher], intake: Intake) -> None:
        """Take what gives the publisher: it loads the embedder only when there is something to publish."""
        self._store = store
        self._clock = clock
        self._publisher = publisher
        self._intake = intake

    def run_due(self) -> Job | None:
        """Carry out one job that is due, if any, and return it as it is then; a failure is kept with the job."""
        job = self._store.jobs.take(self._clock.now())
        if job is None:
            return None
        log.info("job begun", extra={"job": job.id, "kind": job.kind.value})
        try:
            with _Beating(self._store, self._clock, job) as say:
                if job.kind is JobKind.PUBLISH:
                    return self._end(job, JobState.DONE, result=self._publish(job, say))
                return self._ingest(job, say)
        except KbError as error:
            return self._failed(job, error)
        except Exception:
            log.exception("job failed", extra={"job": job.id})
            return self._end(job, JobState.FAILED, problem={"code": "internal_error", "detail": "see the log"})

    def _publish(self, job: Job, say: Report) -> dict[str, Any]:
        dry_run = bool(job.request.get("dry_run"))
        published = self._publisher().publish(
            accept=bool(job.request.get("accept")),
            refit=bool(job.request.get("refit")),
            dry_run=dry_run,
            by=job.author,
            progress=say,
        )
        return {
            "release": None if dry_run else published.manifest.id,
            "changed": published.changed,
            "dry_run": dry_run,
            "gate": published.gate.as_dict() if published.gate else None,
        }

    def _ingest(self, job: Job, say: Report) -> Job:
        with tempfile.TemporaryDirectory(prefix="kb-upload-") as folder:
            paths = _unpacked(Path(folder), self._store.jobs.files(job.id), self._intake.sources())
            without = [Step(name) for name in job.request.get("without", ())]
            looked = self._intake.look(paths, without=without, progress=say)
        seen: dict[str, Any] = {
            **looked.as_dict(),
            "revision": looked.revision,
            "blocked": looked.blocked,
            "needs_confirmation": looked.retires_many or looked.doubtful > 0,
            "written": False,
            "report": report(looked),
        }
        if not job.request.get("apply"):
            return self._end(job, JobState.REVIEW, result=seen)
        if job.result.get("plan") != seen["plan"]:
            raise _Stale(seen)
        revision = self._intake.write(looked, author=job.author, confirmed=bool(job.request.get("confirmed")))
        done = {**seen, "written": revision != looked.revision, "revision": revision}
        if not job.request.get("publish"):
            return self._end(job, JobState.DONE, result=done)
        try:
            return self._end(job, JobState.DONE, result={**done, "publication": self._publish(job, say)})
        except KbError as error:  # what was written stays written
            return self._end(job, JobState.FAILED, result={**done, **_found(error)}, problem=_problem(error))

    def _failed(self, job: Job, error: KbError) -> Job:
        if isinstance(error, _Stale):
            return self._end(job, JobState.REVIEW, result=error.seen, problem=_problem(error))
        if isinstance(error, Conflict) and job.kind is JobKind.PUBLISH:
            now = self._clock.now()
            return self._store.jobs.again(job.id, job.request, now, due_at=now + _RETRY)
        undecided = job.kind is JobKind.INGEST and isinstance(error, (InputError, Conflict, ConfirmationNeeded))
        state = JobState.REVIEW if undecided else JobState.FAILED
        return self._end(job, state, result=_found(error) or None, problem=_problem(error))

    def _end(
        self,
        job: Job,
        state: JobState,
        *,
        result: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> Job:
        self._store.jobs.finish(job.id, state, self._clock.now(), result=result, problem=problem)
        log.info("job ended", extra={"job": job.id, "state": state.value})
        return self._store.jobs.get(job.id)


class _Beating:
    """Says from a thread of its own that a job is being carried out, and how far it is."""

    def __init__(self, store: Store, clock: Clock, job: Job) -> None:
        self._store = store
        self._clock = clock
        self._job = job
        self._over = Event()
        self._progress: dict[str, Any] = {}
        self._thread = Thread(target=self._beat, name="kb-job", daemon=True)

    def __enter__(self) -> Report:
        self._thread.start()
        return self._report

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _report(self, step: str, done: int, of: int) -> None:
        self._progress = {"step": step, "done": done, "of": of}

    def _beat(self) -> None:
        said, silent = self._progress, 0
        while not self._over.wait(_BEAT_S):
            silent += 1
            if self._progress is not said or silent >= _SILENT_BEATS:
                said, silent = self._progress, 0
                with suppress(KbError):  # the job itself will meet a store that cannot be reached
                    self._store.jobs.beat(self._job.id, self._clock.now(), said)


class _Stale(Conflict):
    """The plan that somebody applied is not the plan any more."""

    def __init__(self, seen: Mapping[str, Any]) -> None:
        super().__init__("the knowledge has changed since these files were looked at; look at the new plan")
        self.seen = seen


def _unpacked(folder: Path, files: Sequence[tuple[str, bytes]], known: Collection[str]) -> list[Path]:
    """Write uploads below `folder`, one that is called like a single `known` file as that: it is its new version.

    Their names were checked when they came in.
    """
    paths = []
    for name, content in files:
        own = normalize("NFC", name)
        namesakes = [source for source in known if own == source or source.endswith(f"/{own}")]
        path = folder / (namesakes[0] if len(namesakes) == 1 and _lies_below(namesakes[0]) else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths


def _lies_below(source: str) -> bool:
    """Whether a source can be written below any folder; whoever wrote an entry may be called anything."""
    return {"", ".", ".."}.isdisjoint(source.split("/")) and source.isprintable()


def _problem(error: KbError) -> dict[str, str]:
    return {"code": error.code, "detail": str(error)}


def _found(error: KbError) -> dict[str, Any]:
    return {"gate": error.gate.as_dict()} if isinstance(error, GateRefused) else {}
