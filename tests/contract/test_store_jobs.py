"""Jobs on every database: taken once, given back when their process dies, erased with their files."""

from datetime import timedelta

import pytest

from kb.errors import Conflict, NotFound
from kb.store import Store
from kb.store.jobs import ABANDONED
from kb.types import Job, JobId, JobKind, JobState
from tests.records import NOW, later

FILES = [("a.csv", b"\x00\xff"), ("b.csv", "标准问".encode())]


def add(store: Store, minutes: float = 0, **more: object) -> Job:
    return store.jobs.add(JobKind.INGEST, {"publish": True}, author="小王", now=NOW, due_at=later(minutes), **more)  # type: ignore[arg-type]


def test_a_job_comes_back_as_it_was_added(store: Store) -> None:
    job = add(store, files=FILES)
    assert store.jobs.get(job.id) == job
    assert store.jobs.files(job.id) == FILES
    assert store.jobs.all() == [job]
    assert store.jobs.all(kind=JobKind.PUBLISH) == []


def test_it_is_taken_when_it_is_due_and_only_once(store: Store) -> None:
    job = add(store, minutes=5)
    assert store.jobs.take(later(4)) is None
    assert not store.jobs.is_due(later(4))
    assert store.jobs.is_due(later(5))
    taken = store.jobs.take(later(5))
    assert not store.jobs.is_due(later(5))
    assert taken is not None
    assert (taken.id, taken.state) == (job.id, JobState.RUNNING)
    assert store.jobs.take(later(5)) is None


def test_the_one_that_is_due_longest_goes_first(store: Store) -> None:
    second, first = add(store, minutes=2), add(store, minutes=1)
    assert [taken.id for _ in range(2) if (taken := store.jobs.take(later(3)))] == [first.id, second.id]


def test_a_job_whose_process_died_is_taken_again(store: Store) -> None:
    add(store)
    store.jobs.take(NOW)
    store.jobs.beat(store.jobs.all()[0].id, later(1), {"step": "fit", "done": 1, "of": 2})
    assert store.jobs.take(later(1) + ABANDONED) is None
    again = store.jobs.take(later(1) + ABANDONED + timedelta(seconds=1))
    assert again is not None
    assert again.progress == {"step": "fit", "done": 1, "of": 2}


def test_what_came_of_it_is_kept_and_the_files_are_not(store: Store) -> None:
    job = add(store, files=FILES)
    store.jobs.take(NOW)
    store.jobs.finish(job.id, JobState.FAILED, later(1), problem={"code": "conflict", "detail": "…"})
    found = store.jobs.get(job.id)
    assert (found.state, found.problem["code"], found.finished_at) == (JobState.FAILED, "conflict", later(1))
    assert store.jobs.files(job.id) == []
    assert store.jobs.take(later(60)) is None


def test_a_review_keeps_the_files_and_goes_on_when_told(store: Store) -> None:
    job = add(store, files=FILES)
    store.jobs.take(NOW)
    store.jobs.finish(job.id, JobState.REVIEW, NOW, result={"plan": {"added": ["A"]}})
    assert store.jobs.take(later(60)) is None
    store.jobs.again(job.id, {"apply": True}, later(61))
    taken = store.jobs.take(later(61))
    assert taken is not None
    assert taken.request == {"apply": True}
    assert store.jobs.files(job.id) == FILES


def test_only_a_review_goes_on(store: Store) -> None:
    job = add(store)
    with pytest.raises(Conflict, match="waiting"):
        store.jobs.again(job.id, {}, NOW)
    with pytest.raises(NotFound):
        store.jobs.again(JobId("job_x"), {}, NOW)


def test_waiting_jobs_are_cancelled_and_running_ones_are_not(store: Store) -> None:
    job = add(store, files=FILES)
    assert store.jobs.cancel(job.id, NOW).state is JobState.CANCELLED
    assert store.jobs.files(job.id) == []
    other = add(store)
    store.jobs.take(NOW)
    with pytest.raises(Conflict, match="running"):
        store.jobs.cancel(other.id, NOW)


def test_old_jobs_are_erased_and_waiting_ones_are_not(store: Store) -> None:
    done, waiting = add(store, files=FILES), add(store, minutes=1000)
    store.jobs.take(NOW)
    store.jobs.finish(done.id, JobState.REVIEW, NOW)
    assert store.jobs.forget_older_than(later(1)) == 1
    assert [job.id for job in store.jobs.all()] == [waiting.id]
