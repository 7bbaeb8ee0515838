"""A small edit is laid beside the live release: its files are shared, and it answers as if all were built anew."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ReleaseError
from kb.index import knowledge as knowledge_module
from kb.index import lines, postings, release
from kb.index.faiss_index import FaissIndexing
from kb.index.knowledge import Knowledge
from kb.index.patched import Patched
from kb.ports import SystemClock
from kb.publish.building import Live
from kb.publish.publisher import Publisher
from kb.store.store import Store
from kb.types import Entry, EntryId, EntryState, Question, ReleaseId
from tests.fakes.embedder import BigramEmbedder
from tests.integration.test_publish import ENTRIES, TODAY, folders, put

EMBEDDER = BigramEmbedder()
LATER = Entry(EntryId("HY001"), "会员怎么升级", "在会员页升级。", ("怎么成为高级会员",))
#: What an editor does one after the other, each published.
EDITS: dict[str, Callable[[Store], None]] = {
    "a phrasing is changed": lambda store: put(store, replace(ENTRIES[1], variants=("退款几天能到", "钱何时退回来"))),
    "an answer is changed": lambda store: put(store, replace(ENTRIES[2], answer="请联系客服开票。")),
    "an entry comes": lambda store: put(store, LATER),
    "an entry goes": lambda store: put(store, retire=("WL001",)),
    "a phrasing stands in two": lambda store: put(store, replace(LATER, variants=("怎么开发票", "怎么成为高级会员"))),
    "a draft changes nothing": lambda store: put(store, replace(ENTRIES[0], id=EntryId("X"), state=EntryState.DRAFT)),
    "it comes back": lambda store: put(store, ENTRIES[3]),
}


def assert_same(one: Knowledge, other: Knowledge, name: str = "") -> None:
    """To the last bit, wherever the rows lie."""
    for field in ("entries", "phrasings", "texts", "exact", "synonyms"):
        assert getattr(one, field) == getattr(other, field), (name, field)
    assert one.lexical.vocabularies == other.lexical.vocabularies, name
    assert (one.words.own, one.words.table) == (other.words.own, other.words.table), name
    mine, theirs = ({**made.arrays(), "vectors": made.vectors} for made in (one, other))
    assert mine.keys() == theirs.keys()
    for part, array in mine.items():
        np.testing.assert_array_equal(np.asarray(array), np.asarray(theirs[part]), err_msg=f"{name}: {part}")


@pytest.fixture(autouse=True)
def always_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few phrasings there are."""
    monkeypatch.setattr(knowledge_module, "PATCHED_FROM", 0)
    monkeypatch.setattr(knowledge_module, "_MOST_STALE", 100.0)
    monkeypatch.setattr(knowledge_module, "_LARGE", 1)
    monkeypatch.setattr(postings, "_MOST_MOVED", 100)
    monkeypatch.setattr(lines, "_BYTES_AT_ONCE", 7)
    monkeypatch.setattr(lines, "_BYTES_AT_FIRST", 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kb.db'}") as store:
        put(store, *ENTRIES)
        yield store


@pytest.fixture
def publisher(store: Store, tmp_path: Path) -> Publisher:
    return make_publisher(store, tmp_path)


def make_publisher(store: Store, tmp_path: Path, keep: int = 20) -> Publisher:
    root = tmp_path / "releases"
    return Publisher(store, SystemClock(), root, lambda: EMBEDDER, indexing=FaissIndexing(), promise=0.95, keep=keep)


def opened(tmp_path: Path, which: ReleaseId, beside: release.Release | None = None) -> release.Release:
    return release.open_release(tmp_path / "releases", which, EMBEDDER.name, beside=beside)


def anew(store: Store) -> Knowledge:
    return Knowledge.build([one.entry for one in store.entries.all() if one.entry.state is EntryState.LIVE], EMBEDDER)


def test_a_chain_of_edits_is_what_would_be_built_anew(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    first = publisher.publish().manifest
    before = opened(tmp_path, first.id)
    for name, edit in EDITS.items():
        edit(store)
        manifest = publisher.publish().manifest
        release.verify(tmp_path / "releases", manifest.id)
        assert manifest.files["vectors.npy"] == first.files["vectors.npy"], name
        fresh, expected = opened(tmp_path, manifest.id), anew(store)
        assert_same(fresh.knowledge, expected, name)
        beside = opened(tmp_path, manifest.id, before)
        assert_same(beside.knowledge, expected, name)
        assert publisher.checked
        assert_same(publisher.checked.release.knowledge, expected, name)
        np.testing.assert_array_equal(beside.knowledge.centroids, expected.centroids)
        for text in ("退款几天到", "发票怎么开", "怎样成为会员", "快递几天"):
            judged = [
                Live(one, EMBEDDER).matcher.judge(Question(text), TODAY)
                for one in (fresh, beside, replace(fresh, knowledge=expected))
            ]
            assert judged[0] == judged[1] == judged[2], (name, text)
        before = beside
    assert isinstance(before.knowledge.vectors, Patched)


def test_files_are_shared_and_stay_when_the_first_release_goes(store: Store, tmp_path: Path) -> None:
    publisher = make_publisher(store, tmp_path, keep=2)
    first = publisher.publish().manifest
    inode = (tmp_path / "releases" / first.id / "vectors.npy").stat().st_ino
    for edit in EDITS.values():
        edit(store)
        publisher.publish()
    live = store.releases.current()
    assert live
    assert first.id not in folders(tmp_path)
    assert (tmp_path / "releases" / live / "vectors.npy").stat().st_ino == inode
    release.verify(tmp_path / "releases", live)
    assert_same(opened(tmp_path, live).knowledge, anew(store))


def test_vectors_of_words_are_written_only_when_words_come_or_go(
    store: Store, publisher: Publisher, tmp_path: Path
) -> None:
    inodes = []
    for variants in (("退款几天到", "钱什么时候退回来"), ("退款什么时候到",), ("退款什么时候退回来的",)):
        put(store, replace(ENTRIES[1], variants=variants))
        live = publisher.publish().manifest
        inodes.append((tmp_path / "releases" / live.id / "array.word_vectors.npy").stat().st_ino)
        assert_same(opened(tmp_path, live.id).knowledge, anew(store))
    before, words_went, words_came = inodes
    put(store, replace(ENTRIES[1], variants=("退回来的退款什么时候",)))
    live = publisher.publish().manifest
    assert (tmp_path / "releases" / live.id / "array.word_vectors.npy").stat().st_ino == words_came
    assert_same(opened(tmp_path, live.id).knowledge, anew(store))
    assert len({before, words_went, words_came}) == len(inodes)


def test_two_releases_may_be_laid_beside_one(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish()
    EDITS["a phrasing is changed"](store)
    second = publisher.publish().manifest
    publisher.rollback()
    EDITS["an entry comes"](store)
    third = publisher.publish().manifest
    assert_same(opened(tmp_path, third.id).knowledge, anew(store))
    assert "退款几天能到" in opened(tmp_path, second.id).knowledge.texts
    assert LATER.question not in opened(tmp_path, second.id).knowledge.texts


@pytest.mark.parametrize(
    "name", ["vectors.npy", "vectors.fresh.npy", "vectors.runs.npy", "array.states.units.runs.npy"]
)
@pytest.mark.parametrize("fault", ["missing", "truncated", "altered"])
def test_damage_is_noticed_and_repaired_by_publishing(
    store: Store, publisher: Publisher, tmp_path: Path, name: str, fault: str
) -> None:
    publisher.publish()
    EDITS["a phrasing is changed"](store)
    manifest = publisher.publish().manifest
    file = tmp_path / "releases" / manifest.id / name
    content = file.read_bytes()
    match fault:
        case "missing":
            file.unlink()
        case "truncated":
            os.truncate(file, len(content) // 2)
        case _:
            file.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    with pytest.raises(ReleaseError, match="damaged"):
        opened(tmp_path, manifest.id)
    with pytest.raises(ReleaseError, match="damaged"):
        release.verify(tmp_path / "releases", manifest.id)
    again = publisher.publish()
    assert again.changed
    assert_same(opened(tmp_path, again.manifest.id).knowledge, anew(store))


@pytest.mark.parametrize("part", ["owner", "word_vectors", "vectors.fresh", "kept-1"])
def test_what_does_not_read_as_it_was_made_never_serves(
    store: Store, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    first = publisher.publish().manifest
    EDITS["a phrasing is changed"](store)
    save = np.save

    def torn(file: Path, array: np.ndarray) -> None:
        save(file, array[::-1] if part in str(file) else array)

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", torn)
        with pytest.raises(ReleaseError, match="damaged"):
            publisher.publish()
    assert store.releases.current() == first.id
    assert folders(tmp_path) == {first.id}
    assert publisher.publish().changed


def test_nothing_is_left_beside_the_releases(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish()
    EDITS["an entry comes"](store)
    manifest = publisher.publish(dry_run=True).manifest
    assert manifest.id not in folders(tmp_path)
    assert not any(name.startswith(".") for name in folders(tmp_path))
