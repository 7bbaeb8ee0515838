from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from kb.index import knowledge as module
from kb.index.exact import ExactIndex
from kb.index.knowledge import Knowledge, matched_form
from kb.ports import Vectors
from kb.text import Words, fingerprint
from kb.types import Entry, EntryId
from tests.fakes.embedder import BigramEmbedder, CountingEmbedder


def entry(id_: str, question: str, *variants: str, product: str = "") -> Entry:
    return Entry(EntryId(id_), question, "答", variants, product=product)


ENTRIES = [
    entry("b", "怎么开发票？", "发票怎么开", "您好，发票怎么开"),
    entry("a", "怎么退款", "退钱", "！！"),
    entry("c", "？？"),
]


def test_rows_of_an_entry_lie_together_standard_question_first() -> None:
    knowledge = Knowledge.build(ENTRIES, BigramEmbedder())
    assert [one.id for one in knowledge.entries] == ["a", "b"]
    assert knowledge.texts == ("怎么退款", "退钱", "怎么开发票", "发票怎么开")
    assert knowledge.phrasings == ("怎么退款", "退钱", "怎么开发票？", "发票怎么开")
    assert knowledge.owner.tolist() == [0, 0, 1, 1]
    assert knowledge.starts.tolist() == [0, 2, 4]
    assert knowledge.exact["发票怎么开"] == (1,)


def test_two_entries_may_claim_one_text() -> None:
    knowledge = Knowledge.build([entry("a", "怎么退款"), entry("b", "退货", "请问怎么退款")], BigramEmbedder())
    assert knowledge.exact["怎么退款"] == (0, 1)


def test_what_is_known_is_not_encoded_again() -> None:
    first = CountingEmbedder()
    built = Knowledge.build(ENTRIES, first)
    vectors = {fingerprint(text): vector for text, vector in zip(built.texts, np.asarray(built.vectors), strict=True)}

    def known(marks: Sequence[str]) -> Mapping[str, Vectors]:
        return {mark: vectors[mark] for mark in marks if mark in vectors}

    second = CountingEmbedder()
    again = Knowledge.build([*ENTRIES, entry("d", "会员怎么升级")], second, known=known)
    assert not set(second.encoded) & set(built.texts)
    assert "会员怎么升级" in second.encoded
    np.testing.assert_array_equal(again.vectors[:4], built.vectors)


def test_centroids_point_the_mean_way() -> None:
    knowledge = Knowledge.build(ENTRIES, BigramEmbedder())
    expected = knowledge.vectors[:2].sum(axis=0)
    np.testing.assert_allclose(knowledge.centroids[0], expected / np.linalg.norm(expected), rtol=1e-5)


def test_centroids_do_not_depend_on_how_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Knowledge.build(ENTRIES, BigramEmbedder()).centroids
    monkeypatch.setattr(module, "_CENTRES_AT_ONCE", 1)  # two of the three can be found
    monkeypatch.setattr(module, "_RESTED_AFTER", 1)
    np.testing.assert_array_equal(Knowledge.build(ENTRIES, BigramEmbedder()).centroids, together)


def test_it_is_the_same_after_being_saved() -> None:
    built = Knowledge.build(ENTRIES, BigramEmbedder())
    again = Knowledge.restore(
        built.entries,
        built.phrasings,
        built.texts,
        vectors=built.vectors,
        index=ExactIndex(built.vectors),
        vocabularies=built.lexical.vocabularies,
        arrays=built.arrays(),
        words=Words(built.words.own, built.words.table),
    )
    assert again.exact == built.exact
    assert again.starts.tolist() == built.starts.tolist()
    np.testing.assert_array_equal(again.word_vectors, built.word_vectors)
    terms = built.lexical.terms(["退款"], [built.words("退款")])
    np.testing.assert_array_equal(again.lexical.scores(terms), built.lexical.scores(terms))


def test_the_matched_form_is_plain_and_without_politeness() -> None:
    assert matched_form("您好，請問怎麼退款？謝謝！") == "怎么退款"


def test_no_entries_make_an_empty_knowledge() -> None:
    knowledge = Knowledge.build([], BigramEmbedder())
    assert knowledge.entries == ()
    assert knowledge.vectors.shape == (0, 256)
    assert knowledge.centroids.shape == (0, 256)
