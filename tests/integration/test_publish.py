"""From the store to a live release: beside, verified, then pointed to."""

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from kb.answer.confidence import Calibration
from kb.answer.match import Matcher
from kb.errors import Conflict, DiskRefused, NotFound, NotReady, ReleaseError, ReleaseMismatch
from kb.index import digests, knowledge, release
from kb.index.faiss_index import FaissIndexing
from kb.index.knowledge import Knowledge
from kb.ports import Embedder, SystemClock
from kb.publish.building import living
from kb.publish.publisher import Publisher
from kb.store.store import Store
from kb.types import DecisionKind, Entry, EntryId, EntryState, Question, ReleaseId, SourcedEntry
from tests.fakes.embedder import BigramEmbedder

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ENTRIES = [
    Entry(EntryId("TK001"), "未发货怎么申请退款", "在订单页点申请退款。", ("还没发货能退款吗", "没发货想退钱")),
    Entry(EntryId("TK002"), "退款多久到账", "原路退回，一到三个工作日。", ("退款几天到", "钱什么时候退回来")),
    Entry(EntryId("FP001"), "怎么开发票", "在订单页申请开票。", ("想开个发票", "发票在哪里开")),
    Entry(EntryId("WL001"), "几天能送到", "江浙沪一到两天。", ("快递要多久", "什么时候能到货")),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'kb.db'}")
    yield store
    store.close()


@pytest.fixture
def publisher(store: Store, tmp_path: Path) -> Publisher:
    return make_publisher(store, tmp_path)


def make_publisher(store: Store, tmp_path: Path, embedder: Embedder | None = None, keep: int = 10) -> Publisher:
    chosen = embedder or BigramEmbedder()
    return Publisher(
        store, SystemClock(), tmp_path / "releases", lambda: chosen, indexing=FaissIndexing(), promise=0.95, keep=keep
    )


def put(store: Store, *entries: Entry, retire: tuple[str, ...] = ()) -> None:
    sourced = [SourcedEntry(entry, "faq.csv") for entry in entries]
    gone = [EntryId(one) for one in retire]
    store.entries.apply(sourced, gone, author="test", now=NOW, expect=store.entries.revision())


def answer(store: Store, tmp_path: Path, text: str) -> str | None:
    current = store.releases.current()
    assert current
    embedder = BigramEmbedder()
    opened = release.open_release(tmp_path / "releases", current, embedder.name)
    calibration = Calibration.from_json(opened.calibration)
    matcher = Matcher(opened.knowledge, embedder, calibration, opened.manifest.limits, current)
    decision = matcher.judge(Question(text), TODAY).decision
    return decision.best.entry.answer if decision.kind is DecisionKind.ANSWER and decision.best else None


def folders(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "releases").iterdir() if path.is_dir()}


def test_what_the_store_holds_goes_live(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    published = publisher.publish()
    assert published.changed
    assert published.manifest.entries == 4
    assert published.manifest.phrasings == 12
    assert store.releases.current() == published.manifest.id
    assert answer(store, tmp_path, "退款几天到？") == "原路退回，一到三个工作日。"


def test_publishing_again_changes_nothing(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    first = publisher.publish()
    again = publisher.publish()
    assert not again.changed
    assert again.manifest == first.manifest
    assert len(store.releases.all()) == 1


def test_only_new_texts_are_encoded(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    assert publisher.publish().encoded == 12
    put(store, replace(ENTRIES[0], variants=(*ENTRIES[0].variants, "货没发能不能退")))
    assert publisher.publish().encoded == 1


def test_vectors_that_were_remembered_equal_new_ones(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES[:2])
    publisher.publish()
    put(store, *ENTRIES[2:])
    manifest = publisher.publish().manifest
    knowledge = release.open_release(tmp_path / "releases", manifest.id, BigramEmbedder().name).knowledge
    np.testing.assert_array_equal(knowledge.vectors, BigramEmbedder().encode(knowledge.texts))


def test_drafts_and_retired_entries_stay_out(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES[:2], replace(ENTRIES[2], state=EntryState.DRAFT))
    put(store, retire=("TK002",))
    assert publisher.publish().manifest.entries == 1


def test_nothing_to_publish_is_refused(store: Store, publisher: Publisher) -> None:
    with pytest.raises(NotReady, match="kb ingest"):
        publisher.publish()
    assert store.releases.current() is None


def test_rollback_goes_to_the_release_before(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], answer="当天到账。"))
    publisher.publish()
    assert answer(store, tmp_path, "退款多久到账") == "当天到账。"
    assert publisher.rollback().id == first.id
    assert answer(store, tmp_path, "退款多久到账") == "原路退回，一到三个工作日。"


def test_there_is_no_rollback_from_the_first_release(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    publisher.publish()
    with pytest.raises(NotFound, match="no earlier release"):
        publisher.rollback()


def test_rollback_to_a_damaged_release_is_refused(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], answer="当天到账。"))
    second = publisher.publish().manifest
    (tmp_path / "releases" / first.id / "vectors.npy").write_bytes(b"gone")
    with pytest.raises(ReleaseError, match="damaged"):
        publisher.rollback()
    assert store.releases.current() == second.id


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("calibration.json", b'{"features": []}', id="a calibration for other features"),
        pytest.param("array.reading.npy", b"gone", id="texts read in no known way, which is why it is opened"),
    ],
)
def test_rollback_to_what_this_program_cannot_serve_is_refused(
    store: Store, publisher: Publisher, tmp_path: Path, name: str, content: bytes
) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], answer="当天到账。"))
    second = publisher.publish().manifest
    written(tmp_path / "releases" / first.id, name, content)
    with pytest.raises(ReleaseError):
        publisher.rollback()
    assert store.releases.current() == second.id


def test_rollback_to_a_release_that_an_earlier_program_read_opens_it(
    store: Store, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *ENTRIES)
    with monkeypatch.context() as patch:
        patch.setattr(knowledge, "reading", lambda: 1)
        first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], answer="当天到账。"))
    publisher.publish()
    folder = tmp_path / "releases" / first.id
    rows = (folder / "rows.jsonl").read_bytes()
    written(folder, "rows.jsonl", b"gone\n")
    with pytest.raises(ReleaseError, match="damaged"):
        publisher.rollback()
    written(folder, "rows.jsonl", rows)
    assert publisher.rollback().id == first.id


def test_going_back_compares_what_only_the_older_release_has(
    store: Store, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], answer="当天到账。"))  # so that both have every array
    publisher.publish()
    compared: list[str] = []
    digest = digests.digest

    def noted(file: Path) -> str:
        compared.append(file.name)
        return digest(file)

    with monkeypatch.context() as patch:
        patch.setattr(digests, "digest", noted)
        assert publisher.rollback().id == first.id
    assert set(compared) == {name for name in first.files if not name.endswith(".npy")}
    (tmp_path / "releases" / first.id / "entries.jsonl").write_bytes(b"gone")
    publisher.rollback(store.releases.all()[0].id)
    with pytest.raises(ReleaseError, match="damaged"):
        publisher.rollback(first.id)


def written(folder: Path, name: str, content: bytes) -> None:
    """Write a file of a release, and its digest into the manifest: as if it had been published so."""
    (folder / name).unlink()  # other releases may have it too
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_old_releases_are_pruned_and_never_the_live_one(store: Store, tmp_path: Path) -> None:
    publisher = make_publisher(store, tmp_path, keep=2)
    for number in range(5):
        put(store, replace(ENTRIES[0], answer=f"第{number}版。"))
        publisher.publish()
    kept = {record.id for record in store.releases.all()}
    assert len(kept) == 2
    assert store.releases.current() in kept
    assert folders(tmp_path) == kept


def test_another_embedder_builds_anew_and_is_never_mixed(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    other = BigramEmbedder(64)
    with pytest.raises(ReleaseMismatch, match="kb publish"):
        release.open_release(tmp_path / "releases", first.id, other.name)
    published = make_publisher(store, tmp_path, other).publish()
    assert published.encoded == 12
    assert published.manifest.dim == 64


@pytest.mark.parametrize("name", ["entries.jsonl", "rows.jsonl", "vectors.npy", "index.faiss", "calibration.json"])
@pytest.mark.parametrize("fault", ["missing", "truncated", "altered"])
def test_a_damaged_release_is_refused_by_name(
    store: Store, publisher: Publisher, tmp_path: Path, name: str, fault: str
) -> None:
    put(store, *ENTRIES)
    manifest = publisher.publish().manifest
    file = tmp_path / "releases" / manifest.id / name
    content = file.read_bytes()
    match fault:
        case "missing":
            file.unlink()
        case "truncated":
            file.write_bytes(content[: len(content) // 2])
        case _:
            file.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    with pytest.raises(ReleaseError, match="damaged"):
        release.open_release(tmp_path / "releases", manifest.id, BigramEmbedder().name)
    with pytest.raises(ReleaseError, match="damaged"):
        release.verify(tmp_path / "releases", manifest.id)
    repaired = publisher.publish()
    assert repaired.changed
    assert answer(store, tmp_path, "退款多久到账") == "原路退回，一到三个工作日。"


def test_a_full_disk_leaves_the_old_release_serving(
    store: Store, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], question="退款要等几天"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        with pytest.raises(DiskRefused, match=r"the disk is full\); free some space and try again"):
            publisher.publish()
    assert store.releases.current() == first.id
    assert folders(tmp_path) == {first.id}
    assert publisher.publish().changed


def test_two_processes_do_not_publish_at_once(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=hold_lock, args=(tmp_path / "releases", held, done))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(Conflict, match="another process is publishing"):
            publisher.publish()
    finally:
        done.set()
        other.join()
    assert publisher.publish().changed


def hold_lock(root: Path, held: object, done: object) -> None:
    import fcntl

    root.mkdir(parents=True, exist_ok=True)
    with (root / ".publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]


PUBLISH = """
import sys
from pathlib import Path
from kb.index.faiss_index import FaissIndexing
from kb.ports import SystemClock
from kb.publish.publisher import Publisher
from kb.store.store import Store
from tests.fakes.embedder import BigramEmbedder
home = Path(sys.argv[1])
store = Store.open(f"sqlite:///{home / 'kb.db'}")
print("ready", flush=True)
root, way = home / "releases", FaissIndexing()
Publisher(store, SystemClock(), root, BigramEmbedder, indexing=way, promise=0.95, keep=10).publish()
print("done", flush=True)
"""


def test_a_killed_publication_leaves_a_state_that_works(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    for round_, delay in enumerate((0.0, 0.02, 0.05, 0.1, 0.2)):
        put(store, *[replace(entry, answer=f"{entry.answer}{round_}") for entry in ENTRIES])
        before = store.releases.current()
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        current = store.releases.current()
        assert current
        release.verify(tmp_path / "releases", current)
        assert answer(store, tmp_path, "退款多久到账")
        if current == before:
            assert publisher.publish().changed  # the next run repairs
    live = {record.id for record in store.releases.all()}
    assert folders(tmp_path) == live
    assert first.id in live


def test_a_release_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="run `kb publish`"):
        release.open_release(tmp_path, ReleaseId("20260101-000000-r1-beef"), "any")


def test_a_pointer_to_a_deleted_folder_is_repaired_by_publishing(
    store: Store, publisher: Publisher, tmp_path: Path
) -> None:
    put(store, *ENTRIES)
    publisher.publish()
    shutil.rmtree(tmp_path / "releases")
    assert publisher.publish().changed
    assert answer(store, tmp_path, "退款多久到账")


def test_a_store_that_was_set_back_is_read_whole(store: Store) -> None:
    put(store, *ENTRIES)
    now = [one.entry for one in store.entries.all()]
    served = Knowledge.build([replace(ENTRIES[0], answer="后来改的答案。")], BigramEmbedder())
    assert living(store, served, store.entries.revision() + 1) == now
    assert living(store, served, store.entries.revision()) == list(served.entries)
