"""What is claimed after a chain of edits is what is claimed of the texts as they are then."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.index import claims
from kb.index.claims import Claims

SAID = st.lists(st.lists(st.sampled_from("甲乙丙丁戊己"), unique=True, max_size=4), min_size=3, max_size=3)


def claimed(said: list[list[str]]) -> Claims:
    texts = [(text, at) for at, texts in enumerate(said) for text in texts]
    return Claims.of([text for text, _ in texts], [at for _, at in texts])


@given(st.lists(SAID, min_size=1, max_size=4), st.sampled_from([0.0, 100.0]))
def test_edits_end_where_starting_anew_does(states: list[list[list[str]]], most: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "_MOST_CHANGED", most)
        live = claimed(states[0])
        for before, after in pairwise(states):
            live = live.changed(dict(enumerate(before)), dict(enumerate(after)))
    anew = claimed(states[-1])
    assert live == anew
    assert len(live) == len(anew)
    for text in "甲乙丙丁戊己":
        assert live.get(text) == anew.get(text)
        assert (text in live) == (text in anew)


def test_what_was_there_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_MOST_CHANGED", 100.0)
    live = claimed([["甲"], ["甲", "乙"]])
    edited = live.changed({1: ["甲", "乙"]}, {1: ["丙"]})
    assert dict(live) == {"甲": (0, 1), "乙": (1,)}
    assert dict(edited) == {"甲": (0,), "丙": (1,)}
