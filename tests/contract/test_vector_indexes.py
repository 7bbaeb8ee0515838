"""Every vector index finds what exact comparison finds."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ReleaseError
from kb.index import faiss_index
from kb.index.amended import Amended
from kb.index.exact import ExactIndex
from kb.index.faiss_index import FaissIndex
from kb.index.patched import Patched
from kb.ports import VectorIndex, Vectors
from kb.store import Store
from kb.store import vectors as pgvector
from tests.stores import postgres_schema

DIM = 32
Build = Callable[[Vectors], VectorIndex]


def clustered(count: int, seed: int = 7) -> Vectors:
    """Unit vectors in clumps, as the phrasings of entries are."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(1, count // 6), DIM))
    points = centres[np.arange(count) % len(centres)] + 0.4 * rng.normal(size=(count, DIM))
    unit: Vectors = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


def brute(vectors: Vectors, query: Vectors, k: int) -> list[int]:
    return sorted(range(len(vectors)), key=lambda row: -float(vectors[row] @ query))[:k]


def reread(tmp_path: Path) -> Build:
    def build(vectors: Vectors) -> VectorIndex:
        FaissIndex.build(vectors).write(tmp_path / "index.faiss")
        return FaissIndex.read(tmp_path / "index.faiss", vectors)

    return build


def edited(vectors: Vectors) -> VectorIndex:
    """Indexed with what was learnt from the same vectors but for some, in another order."""
    before = np.concatenate([vectors[len(vectors) // 20 :][::-1], clustered(len(vectors) // 20, seed=3)])
    return FaissIndex.build(before).again(vectors)


def amended(vectors: Vectors) -> VectorIndex:
    """Indexed with others that are gone, and some laid beside what was indexed; one of those twice."""
    others, apart = clustered(len(vectors) // 20 + 1, seed=3), len(vectors) // 20
    base = np.concatenate([others, vectors[apart:][::-1]])
    place = np.append(np.arange(apart) + len(base), np.arange(len(base))[len(others) :][::-1]).astype(np.int32)
    return Amended(FaissIndex.build(base), Patched(base, vectors[:apart], place))


@pytest.fixture(
    params=[
        "exact",
        "faiss",
        "faiss from disk",
        "faiss again",
        "amended",
        pytest.param("pgvector", marks=pytest.mark.postgres),
    ]
)
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Build]:
    if request.param == "pgvector":
        with Store.open(postgres_schema()) as store:
            yield lambda vectors: store.vectors().open(vectors, digest_of(vectors))
        return
    builds: dict[str, Build] = {"exact": ExactIndex, "faiss": FaissIndex.build, "faiss from disk": reread(tmp_path)}
    builds |= {"faiss again": edited, "amended": amended}
    yield builds[request.param]


def digest_of(vectors: Vectors) -> str:
    return sha256(vectors.tobytes()).hexdigest()


def test_nearest_come_first_with_their_inner_products(build: Build) -> None:
    vectors = clustered(500)
    index = build(vectors)
    for query in clustered(20, seed=8):
        rows, similarities = index.search(query, 10)
        assert rows.tolist() == brute(vectors, query, 10)
        np.testing.assert_allclose(similarities, vectors[rows] @ query, atol=1e-6)


def test_many_queries_find_what_each_finds_alone(build: Build) -> None:
    index = build(clustered(500))
    queries = clustered(40, seed=8)
    together = index.nearest(queries, 10)
    assert len(together) == len(queries)
    for query, rows in zip(queries, together, strict=True):
        assert rows.tolist() == index.nearest(query[None, :], 10)[0].tolist() == index.search(query, 10)[0].tolist()
    assert index.nearest(queries[:0], 10) == []


def test_asking_for_more_than_there_is_gives_all(build: Build) -> None:
    rows, similarities = build(clustered(3)).search(clustered(1)[0], 10)
    assert sorted(rows.tolist()) == [0, 1, 2]
    assert similarities.shape == (3,)


def test_an_empty_index_finds_nothing(build: Build) -> None:
    rows, similarities = build(np.empty((0, DIM), np.float32)).search(clustered(1)[0], 5)
    assert rows.shape == similarities.shape == (0,)
    assert [len(rows) for rows in build(np.empty((0, DIM), np.float32)).nearest(clustered(2), 5)] == [0, 0]


def test_a_large_index_finds_almost_all_that_exact_search_finds(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_index, "EXACT_UP_TO", 1_000)  # or the test would take long
    monkeypatch.setattr(pgvector, "EXACT_UP_TO", 1_000)
    vectors = clustered(12_000)
    index, exact = build(vectors), ExactIndex(vectors)
    found = [
        len(set(index.search(query, 10)[0].tolist()) & set(exact.search(query, 10)[0].tolist()))
        for query in clustered(100, seed=9)
    ]
    assert sum(found) / len(found) / 10 >= 0.85
    queries = clustered(100, seed=9)
    nearly = [
        len(set(rows.tolist()) & set(exact.search(query, 10)[0].tolist()))
        for query, rows in zip(queries, index.nearest(queries, 10), strict=True)
    ]
    assert sum(nearly) / len(nearly) / 10 >= 0.85
    for query, rows in zip(queries, index.nearest(queries, 10), strict=True):
        assert rows.tolist() == index.nearest(query[None, :], 10)[0].tolist()
    rows, similarities = index.search(vectors[77], 10)
    assert rows[0] == 77
    assert np.all(np.diff(similarities) <= 0)
    np.testing.assert_allclose(similarities, vectors[rows] @ vectors[77], atol=1e-6)


def test_what_is_gone_hides_nothing() -> None:
    """All that is nearest is gone: what was further away is found all the same, and of two with one text both."""
    vectors = clustered(300)
    order = np.argsort(-(vectors @ vectors[0]), kind="stable")
    place = np.append(order[200:], order[-1]).astype(np.int32)
    index = Amended(ExactIndex(vectors), Patched(vectors, vectors[:0], place))
    expected = [*range(8), *(row for row in (99, 100) if row)]
    found = index.search(vectors[0], 101)[0].tolist()
    assert found[:8] == expected[:8]
    assert sorted(found) == list(range(101))
    assert index.nearest(vectors[:1], 8)[0].tolist() == expected[:8]


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    vectors = clustered(50)
    file = tmp_path / "index.faiss"
    FaissIndex.build(vectors).write(file)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ReleaseError, match="cannot be read"):
        FaissIndex.read(file, vectors)


def test_an_index_of_other_vectors_is_refused(tmp_path: Path) -> None:
    FaissIndex.build(clustered(50)).write(tmp_path / "index.faiss")
    with pytest.raises(ReleaseError, match="not \\(49, 32\\)"):
        FaissIndex.read(tmp_path / "index.faiss", clustered(49))
