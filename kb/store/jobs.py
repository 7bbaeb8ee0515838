"""Jobs: work that lasts, kept in the store so that it outlives the process that took it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from kb.errors import Conflict, NotFound
from kb.store.audit import COMMAND_LINE, Audit
from kb.store.database import Database
from kb.store.schema import job_files, jobs
from kb.types import Job, JobId, JobKind, JobState, Note

#: A running job of which nothing was heard for so long was left behind by a process that died.
ABANDONED = timedelta(seconds=60)
_COLUMNS = [column for column in jobs.c if column.name != "beat_at"]
_OPEN = (JobState.WAITING.value, JobState.REVIEW.value)


class Jobs:
    """Every job; each is carried out once, by the process that takes it."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self.queued = Event()  # set whenever this process puts a job into the queue; whoever looks for jobs clears it
        now = bindparam("now", type_=jobs.c.due_at.type, required=True)
        gone = bindparam("gone", type_=jobs.c.beat_at.type, required=True)
        self._ready = database.prepare(
            select(jobs.c.id)
            .where(
                or_(
                    and_(jobs.c.state == JobState.WAITING.value, jobs.c.due_at <= now),
                    and_(jobs.c.state == JobState.RUNNING.value, jobs.c.beat_at < gone),
                )
            )
            .order_by(jobs.c.due_at, jobs.c.id)
            .limit(1)
        )

    def add(
        self,
        kind: JobKind,
        request: Mapping[str, Any],
        *,
        author: str,
        now: datetime,
        due_at: datetime | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Job:
        """Put a job into the queue, to be taken at `due_at` or at once; the names of `files` differ."""
        job = Job(
            id=JobId(f"job_{secrets.token_hex(8)}"),
            kind=kind,
            state=JobState.WAITING,
            author=author,
            created_at=now,
            due_at=due_at or now,
            request=dict(request),
        )
        row = {name: getattr(job, name) for name in Job.__slots__} | {"kind": kind.value, "state": job.state.value}
        with self._database.transaction() as connection:
            connection.execute(insert(jobs), row)
            if files:
                uploaded = [{"job_id": job.id, "name": name, "content": content} for name, content in files]
                connection.execute(insert(job_files), uploaded)
            if kind is JobKind.PUBLISH and job.due_at > now:
                told = {"due_at": job.due_at.isoformat(timespec="minutes")}
                self._audit.add_on(connection, Note(author, "release.schedule", job.id, told), now)
        self.queued.set()
        return job

    def get(self, id: JobId) -> Job:  # noqa: A002
        """Return one job; raises NotFound."""
        with self._database.connection() as connection:
            return _read(connection, id)

    def all(self, *, kind: JobKind | None = None, state: JobState | None = None, limit: int = 50) -> list[Job]:
        """Return the last `limit` jobs, newest first."""
        query = select(*_COLUMNS).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        if kind is not None:
            query = query.where(jobs.c.kind == kind.value)
        if state is not None:
            query = query.where(jobs.c.state == state.value)
        with self._database.connection() as connection:
            return [_job(row) for row in connection.execute(query)]

    def files(self, id: JobId) -> list[tuple[str, bytes]]:  # noqa: A002
        """Return what was uploaded for a job, by name."""
        query = select(job_files.c.name, job_files.c.content).where(job_files.c.job_id == id)
        with self._database.connection() as connection:
            return [(name, bytes(content)) for name, content in connection.execute(query.order_by(job_files.c.name))]

    def is_due(self, now: datetime) -> bool:
        """Say whether there is a job to take; cheap enough to be asked twice a second."""
        return self._due(now) is not None

    def take(self, now: datetime) -> Job | None:
        """Take the job that has been due longest, if any; of two processes only one gets it.

        A job whose process died is taken again: whoever carries it out must be able to do so twice.
        """
        due = self._due(now)
        if due is None:
            return None
        free = or_(jobs.c.state == JobState.WAITING.value, jobs.c.beat_at < now - ABANDONED)
        mine = (
            update(jobs)
            .where(jobs.c.id == due, jobs.c.state.in_((JobState.WAITING.value, JobState.RUNNING.value)), free)
            .values(state=JobState.RUNNING.value, started_at=now, beat_at=now, problem={})
        )
        with self._database.transaction() as connection:
            if connection.execute(mine).rowcount == 0:
                return None  # another process was faster
            return _read(connection, due)

    def _due(self, now: datetime) -> JobId | None:
        with self._database.reading() as cursor:
            found = self._ready.one(cursor, {"now": now, "gone": now - ABANDONED})
        return None if found is None else JobId(found[0])

    def beat(self, id: JobId, now: datetime, progress: Mapping[str, Any]) -> None:  # noqa: A002
        """Say that a job is being carried out still, and how far it is."""
        running = update(jobs).where(jobs.c.id == id, jobs.c.state == JobState.RUNNING.value)
        with self._database.transaction() as connection:
            connection.execute(running.values(beat_at=now, progress=dict(progress)))

    def finish(
        self,
        id: JobId,  # noqa: A002
        state: JobState,
        now: datetime,
        *,
        result: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Say what came of a job; its files are kept for the review only."""
        values: dict[str, Any] = {"state": state.value, "finished_at": now, "problem": dict(problem or {})}
        if result is not None:
            values["result"] = dict(result)
        with self._database.transaction() as connection:
            connection.execute(update(jobs).where(jobs.c.id == id).values(**values))
            if state.value not in _OPEN:
                connection.execute(delete(job_files).where(job_files.c.job_id == id))

    def again(self, id: JobId, request: Mapping[str, Any], now: datetime, *, due_at: datetime | None = None) -> Job:  # noqa: A002
        """Put a job back into the queue with another request: one in review, or one that could not be done yet.

        Raises NotFound, or Conflict when it is in any other state.
        """
        back = (
            update(jobs)
            .where(jobs.c.id == id, jobs.c.state.in_((JobState.REVIEW.value, JobState.RUNNING.value)))
            .values(state=JobState.WAITING.value, request=dict(request), due_at=due_at or now, progress={})
        )
        with self._database.transaction() as connection:
            changed = connection.execute(back).rowcount
            job = _read(connection, id)
            if not changed:
                raise Conflict(f"job {id} is {job.state.value}; only one in review can go on")
        self.queued.set()
        return job

    def cancel(self, id: JobId, now: datetime, *, by: str = COMMAND_LINE) -> Job:  # noqa: A002
        """Give up a job that waits or is in review; raises NotFound, or Conflict when it is running or over."""
        change = update(jobs).where(jobs.c.id == id, jobs.c.state.in_(_OPEN))
        with self._database.transaction() as connection:
            changed = connection.execute(change.values(state=JobState.CANCELLED.value, finished_at=now)).rowcount
            job = _read(connection, id)
            if not changed:
                raise Conflict(f"job {id} is {job.state.value} and cannot be cancelled")
            self._audit.add_on(connection, Note(by, "job.cancel", id, {"kind": job.kind.value}), now)
            connection.execute(delete(job_files).where(job_files.c.job_id == id))
            return job

    def forget_older_than(self, at: datetime) -> int:
        """Erase jobs that nobody has touched since `at`, with their files; those that wait stay."""
        over = [JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value, JobState.REVIEW.value]
        with self._database.transaction() as connection:
            gone = delete(jobs).where(jobs.c.state.in_(over), jobs.c.finished_at < at)
            return int(connection.execute(gone).rowcount)


def _read(connection: Any, id_: JobId) -> Job:
    row = connection.execute(select(*_COLUMNS).where(jobs.c.id == id_)).one_or_none()
    if row is None:
        raise NotFound(f"there is no job {id_!r}")
    return _job(row)


def _job(row: Any) -> Job:
    values = {name: getattr(row, name) for name in Job.__slots__}
    return Job(**{**values, "kind": JobKind(row.kind), "state": JobState(row.state)})
