from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kb.publish.carry import changed

TEXTS = st.lists(st.sampled_from("甲乙丙"), max_size=8)


def test_a_text_that_was_replaced_counts_once() -> None:
    assert changed(["甲", "乙", "丙"], ["甲", "丁", "丙"]) == 1
    assert changed(["甲", "甲"], ["甲"]) == 1
    assert changed(["甲", "乙"], ["乙", "甲"]) == 0


@given(TEXTS, TEXTS)
def test_only_how_often_a_text_stands_there_counts(old: list[str], new: list[str]) -> None:
    before, after = Counter(old), Counter(new)
    assert changed(old, new) == max((before - after).total(), (after - before).total())
