"""Jobs carried out: publications set for later, and uploads that are looked at before they are written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.index.exact import ExactIndexing
from kb.publish.intake import Intake
from kb.publish.jobs import Worker
from kb.publish.publisher import Publisher
from kb.store.store import Store
from kb.types import JobKind, JobState
from tests.fakes.embedder import BigramEmbedder
from tests.fakes.shop import SetClock
from tests.records import sourced

TABLE = """编号,标准问,相似问,答案
TK001,未发货怎么申请退款,还没发货能退款吗,您好，请在订单页点申请退款。
TK002,退款多久到账,退款几天到,您好，审核后一到三个工作日原路退回。
FP001,怎么开发票,想开个发票,您好，签收后在订单页申请开票。
"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kb.db'}") as store:
        yield store


@pytest.fixture
def worker(store: Store, clock: SetClock, tmp_path: Path) -> Worker:
    root = tmp_path / "releases"
    publisher = Publisher(store, clock, root, BigramEmbedder, indexing=ExactIndexing(), promise=0.95, keep=10)
    return Worker(store, clock, lambda: publisher, Intake(store, clock, ZoneInfo("UTC"), tmp_path, BigramEmbedder))


def upload(store: Store, clock: SetClock, text: str = TABLE, name: str = "faq.csv", **request: object) -> str:
    files = [(name, text.encode())]
    return store.jobs.add(JobKind.INGEST, request, author="小王", now=clock.now(), files=files).id


def test_an_upload_is_looked_at_and_written_only_when_applied(store: Store, clock: SetClock, worker: Worker) -> None:
    upload(store, clock)
    seen = worker.run_due()
    assert seen is not None
    assert seen.state is JobState.REVIEW
    assert sorted(seen.result["plan"]["added"]) == ["FP001", "TK001", "TK002"]
    assert store.entries.revision() == 0
    store.jobs.again(seen.id, {"apply": True, "publish": True}, clock.now())
    done = worker.run_due()
    assert done is not None
    assert (done.state, done.result["written"], done.result["revision"]) == (JobState.DONE, True, 1)
    assert store.releases.current() == done.result["publication"]["release"]
    assert [step.entry.id for step in store.entries.all()] == ["FP001", "TK001", "TK002"]
    assert store.entries.history(store.entries.all()[0].entry.id)[0][2] == "小王"
    assert worker.run_due() is None


@pytest.mark.parametrize(
    ("sources", "retired"),
    [
        (("faq/faq.csv",), ["TK001"]),
        (("faq.csv",), ["TK001"]),
        (("faq/faq.csv", "shop/faq.csv"), []),
        (("faq/old-faq.csv",), []),
        (("../faq.csv",), []),
    ],
)
def test_an_upload_called_like_a_file_that_came_with_a_folder_is_its_new_version(
    store: Store, clock: SetClock, worker: Worker, sources: Sequence[str], retired: list[str]
) -> None:
    stood = [replace(sourced(f"TK00{at}", f"怎么退款{at}"), source=source) for at, source in enumerate(sources, 1)]
    store.entries.apply(stood, [], author="小王", now=clock.now(), expect=0)
    upload(store, clock, "编号,标准问,答案\nFP001,怎么开发票,请您在订单页申请开票。\n")
    seen = worker.run_due()
    assert seen is not None
    assert (seen.result["plan"]["added"], seen.result["plan"]["retired"]) == (["FP001"], retired)


def test_a_plan_that_is_out_of_date_is_shown_anew_instead_of_written(
    store: Store, clock: SetClock, worker: Worker
) -> None:
    first, second = upload(store, clock), upload(store, clock)
    worker.run_due()
    worker.run_due()
    for job in store.jobs.all():
        store.jobs.again(job.id, {"apply": True}, clock.now())
    states = {done.id: done for _ in range(2) if (done := worker.run_due())}
    assert sorted(states[id_].state for id_ in states) == [JobState.DONE, JobState.REVIEW]
    stale = next(job for job in states.values() if job.state is JobState.REVIEW)
    assert stale.problem["code"] == "conflict"
    assert stale.result["plan"]["unchanged"] == 3
    assert {first, second} == set(states)
    assert store.entries.revision() == 1


def test_what_must_be_solved_first_is_not_written(store: Store, clock: SetClock, worker: Worker) -> None:
    upload(store, clock, "编号,标准问\nA,怎么退款\n")
    seen = worker.run_due()
    assert seen is not None
    store.jobs.again(seen.id, {"apply": True}, clock.now())
    refused = worker.run_due()
    assert refused is not None
    assert (refused.state, refused.problem["code"]) == (JobState.REVIEW, "ingest_blocked")
    assert refused.result["blocked"]


def test_retiring_many_needs_a_word(store: Store, clock: SetClock, worker: Worker) -> None:
    for text in (TABLE, "\n".join(TABLE.splitlines()[:2])):
        upload(store, clock, text)
        seen = worker.run_due()
        assert seen is not None
        store.jobs.again(seen.id, {"apply": True}, clock.now())
        last = worker.run_due()
    assert last is not None
    assert (last.state, last.problem["code"]) == (JobState.REVIEW, "confirmation_needed")
    store.jobs.again(last.id, {"apply": True, "confirmed": True}, clock.now())
    done = worker.run_due()
    assert done is not None
    assert (done.state, done.result["plan"]["retired"]) == (JobState.DONE, ["FP001", "TK002"])


def test_a_publication_waits_for_its_time_and_happens_once(store: Store, clock: SetClock, worker: Worker) -> None:
    upload(store, clock)
    seen = worker.run_due()
    assert seen is not None
    store.jobs.again(seen.id, {"apply": True}, clock.now())
    worker.run_due()
    due = clock.now() + timedelta(hours=1)
    store.jobs.add(JobKind.PUBLISH, {}, author="小王", now=clock.now(), due_at=due)
    assert worker.run_due() is None
    assert store.releases.current() is None
    clock.move(timedelta(hours=1))
    done = worker.run_due()
    assert done is not None
    assert done.state is JobState.DONE
    assert store.releases.current() == done.result["release"]
    assert worker.run_due() is None


def test_a_publication_without_anything_to_publish_fails_with_its_reason(
    store: Store, clock: SetClock, worker: Worker
) -> None:
    store.jobs.add(JobKind.PUBLISH, {}, author="小王", now=clock.now())
    failed = worker.run_due()
    assert failed is not None
    assert (failed.state, failed.problem["code"]) == (JobState.FAILED, "not_ready")


def test_while_somebody_else_publishes_it_is_tried_again_later(
    store: Store, clock: SetClock, worker: Worker, tmp_path: Path
) -> None:
    import fcntl

    store.jobs.add(JobKind.PUBLISH, {}, author="小王", now=clock.now())
    (tmp_path / "releases").mkdir()
    with (tmp_path / "releases" / ".publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = worker.run_due()
    assert waiting is not None
    assert waiting.state is JobState.WAITING
    assert waiting.due_at > clock.now()
