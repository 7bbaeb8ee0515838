"""Runs that stand in two sequences are found, however the one was made of the other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.index import alike as module
from kb.index.alike import alike

FEW = st.lists(st.integers(0, 3), max_size=14)


@given(FEW, FEW, st.sampled_from([1, 3, 100]), st.sampled_from([1, 2, 100]))
def test_runs_are_the_same_in_both_and_lie_in_order(one: list[int], other: list[int], at_once: int, near: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FIRST", 1)
        patch.setattr(module, "_AT_ONCE", at_once)
        patch.setattr(module, "_NEAR", (1, near))
        found = alike(one, tuple(other))
    for begin, stood, size in found.runs:
        assert size > 0
        assert one[begin : begin + size] == other[stood : stood + size]
    for (begin, stood, size), (later, further, _) in pairwise(found.runs):
        assert begin + size <= later
        assert stood + size <= further
    pieces = list(found.pieces())
    assert [value for apart, _, run, _ in pieces for value in (*one[apart], *one[run])] == one
    assert [value for _, apart, _, run in pieces for value in (*other[apart], *other[run])] == other
    assert len(found.came) + sum(size for *_, size in found.runs) == len(one)
    assert len(found.gone) + sum(size for *_, size in found.runs) == len(other)


def test_a_few_edits_leave_everything_else_in_runs() -> None:
    before = list(range(20_000))
    now = [-1, *before[:7_000], -2, -3, *before[7_001:12_000], *before[12_005:19_999], -4]
    found = alike(now, before)
    assert [now[at] for at in found.came] == [-1, -2, -3, -4]
    assert found.gone == [7_000, *range(12_000, 12_005), 19_999]


def test_behind_more_than_is_looked_through_the_end_is_found() -> None:
    before = list(range(10_000))
    now = [*before[:3_000], *range(20_000, 22_000), *before[3_000:]]
    found = alike(now, before)
    assert [now[at] for at in found.came] == list(range(20_000, 22_000))
    assert found.gone == []


def test_the_same_and_nothing_at_all_are_one_run_and_none() -> None:
    assert alike([1, 2, 3], [1, 2, 3]).runs == [(0, 0, 3)]
    assert alike([], [1]).runs == alike([], []).runs == []
