from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index import knowledge, postings
from kb.index.details import details
from kb.index.exact import ExactIndex
from kb.index.knowledge import Knowledge
from kb.index.patched import Patched
from kb.types import Entry, EntryId
from tests.fakes.embedder import BigramEmbedder, CountingEmbedder

PHRASINGS = (
    *("怎么退款", "退款退款退款", "请问怎么退款", "退款多久到账", "不能退款吗", "7天内能退吗", "十五天内能退吗"),
    *("怎么开发票", "发票抬头怎么修改", "未发货可以取消吗", "已发货可以取消吗", "会员怎么升级", "vip怎么升级"),
    *("wn-200 怎么用", "M码还是L码", "！！"),
)
ENTRIES = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(st.sampled_from(PHRASINGS), min_size=1, max_size=6), max_size=6
)


def built(entries: dict[str, list[str]], before: Knowledge | None = None, product: str = "") -> Knowledge:
    return Knowledge.build(
        [Entry(EntryId(id_), texts[0], "答", tuple(texts[1:]), product=product) for id_, texts in entries.items()],
        BigramEmbedder(),
        index=ExactIndex,
        synonyms=(("会员", "vip"),),
        before=before,
    )


def assert_same(one: Knowledge, other: Knowledge) -> None:
    assert (one.entries, one.phrasings, one.texts) == (other.entries, other.phrasings, other.texts)
    assert (one.exact, one.reading) == (other.exact, other.reading)
    assert (one.words.own, one.words.table) == (other.words.own, other.words.table)
    assert one.lexical.vocabularies == other.lexical.vocabularies
    mine, theirs = one.arrays(), other.arrays()
    assert mine.keys() == theirs.keys()
    mine |= {"vectors": one.vectors, "starts": one.starts, "centroids": one.centroids}
    theirs |= {"vectors": other.vectors, "starts": other.starts, "centroids": other.centroids}
    for name, array in mine.items():
        expected = theirs[name]
        assert array.dtype == expected.dtype, name
        np.testing.assert_array_equal(np.asarray(array), np.asarray(expected), err_msg=name)
    for text in PHRASINGS:
        read = details(text)
        found = one.details.differences(text, read, one.all_rows)
        np.testing.assert_array_equal(found, other.details.differences(text, read, other.all_rows), err_msg=text)


@settings(deadline=None, max_examples=100)
@given(ENTRIES, ENTRIES, st.sampled_from(["", "退款多久"]), st.sampled_from(["sorted", "spliced"]))
def test_knowledge_made_beside_another_is_that_made_anew(
    before: dict[str, list[str]], now: dict[str, list[str]], product: str, way: str
) -> None:
    live = built(before)
    arrays = {name: array for name, array in live.arrays().items() if isinstance(array, np.ndarray)}
    frozen = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False  # as the arrays of a release are
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_MOST_MOVED", 100 if way == "spliced" else -1)  # however much comes and goes
        assert_same(built(now, live, product), built(now, product=product))
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, frozen[name])


@settings(deadline=None, max_examples=40)
@given(st.lists(ENTRIES, min_size=2, max_size=5), st.sampled_from(["moved together", "laid beside"]))
def test_a_chain_of_edits_ends_where_building_anew_does(states: list[dict[str, list[str]]], way: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if way == "laid beside":
            patch.setattr(knowledge, "PATCHED_FROM", 0)
            patch.setattr(knowledge, "_MOST_STALE", 100.0)
            patch.setattr(postings, "_MOST_MOVED", 100)
        live = built(states[0])
        for state in states[1:]:
            live = built(state, live)
    anew = built(states[-1])
    assert_same(live, anew)
    for query in np.asarray(anew.vectors):
        mine, theirs = live.index.search(query, 3), anew.index.search(query, 3)
        np.testing.assert_allclose(mine[1], theirs[1], atol=1e-6)


def test_what_an_edit_leaves_as_it_is_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "PATCHED_FROM", 10)
    entries = {f"a{at}": [f"怎么退第{at}笔款"] for at in range(150)}
    live = built(entries)
    once = built(entries | {"a3": ["怎么换货"]}, live)
    assert isinstance(once.vectors, Patched)
    assert once.vectors.base is live.vectors
    twice = built(entries | {"a3": ["怎么换货"], "a4": ["发票怎么开"]}, once)
    assert isinstance(twice.vectors, np.ndarray)  # more than one in a hundred is stale by now
    assert_same(twice, built(entries | {"a3": ["怎么换货"], "a4": ["发票怎么开"]}))


def test_only_what_is_new_is_encoded() -> None:
    live = built({"a": ["怎么退款", "退款多久到账"]})
    embedder = CountingEmbedder()
    Knowledge.build([Entry(EntryId("a"), "怎么退款", "答", ("怎么换货",))], embedder, before=replace(live, synonyms=()))
    assert embedder.encoded == ["怎么换货", "换货"]


def test_what_was_read_in_another_way_is_read_anew() -> None:
    live = built({"a": ["怎么退款"]})
    older = replace(live, reading=live.reading + 1, vectors=np.zeros_like(live.vectors))
    assert_same(built({"a": ["怎么退款"], "b": ["怎么换货"]}, older), built({"a": ["怎么退款"], "b": ["怎么换货"]}))


def test_what_is_taken_as_read_is_not_read_anew() -> None:
    live = built({"a": ["怎么退款"]})
    older = replace(live, reading=live.reading + 1, vectors=np.ones_like(live.vectors))
    edited = built({"a": ["怎么退款"], "b": ["怎么换货"]}, older.taken_as_read())
    assert np.asarray(edited.vectors)[0].tolist() == np.ones(256).tolist()
