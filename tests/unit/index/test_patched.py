"""An array that rows were added to reads like the array that has them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.index.patched import Patched

PLACES = st.lists(st.integers(0, 6), max_size=12)


def patched(places: list[int]) -> Patched[np.float32]:
    """Rows out of five that lie in the base and two that are fresh."""
    rows = np.arange(14, dtype=np.float32).reshape(7, 2)
    return Patched(rows[:5], rows[5:], np.array(places, np.int32))


def whole(places: list[int]) -> np.ndarray:
    rows: np.ndarray = np.arange(14, dtype=np.float32).reshape(7, 2)
    return rows.take(np.array(places, int), 0).reshape(-1, 2)


@given(PLACES)
def test_it_reads_like_the_whole_array(places: list[int]) -> None:
    some, expected = patched(places), whole(places)
    assert (len(some), some.shape, some.dtype) == (len(expected), expected.shape, expected.dtype)
    np.testing.assert_array_equal(np.asarray(some), expected)
    np.testing.assert_array_equal(some[1:4], expected[1:4])
    rows = np.arange(len(places))[::-1]
    np.testing.assert_array_equal(some.take(rows, 0), expected.take(rows, 0))
    np.testing.assert_array_equal(some[rows.tolist()], expected[rows])
    np.testing.assert_array_equal(some @ np.array([2, 3], np.float32), expected @ np.array([2, 3], np.float32))
    for row in rows.tolist():
        np.testing.assert_array_equal(some[row], expected[row])


@given(PLACES)
def test_its_parts_make_it_again(places: list[int]) -> None:
    some = patched(places)
    again = Patched.restore(some.base, some.fresh, some.runs)
    assert again.place.dtype == np.int32
    np.testing.assert_array_equal(again.place, some.place)


@given(PLACES)
def test_rows_that_come_lie_behind_those_that_stay(places: list[int]) -> None:
    some, more = patched(places), np.full((2, 2), 9, np.float32)
    laid = some.laid(np.array([-1, *range(len(places)), -1]), more)
    assert laid.base is some.base
    np.testing.assert_array_equal(np.asarray(laid), [more[0], *whole(places), more[1]])
    assert Patched.of(some) is some


def test_an_array_has_nothing_beside_it_at_first() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert Patched.of(rows).stale == 0
    np.testing.assert_array_equal(np.asarray(Patched.of(rows)), rows)


def test_rows_that_follow_each_other_are_one_run() -> None:
    assert patched([0, 1, 5, 3, 4, 6]).runs.tolist() == [[0, 2], [5, 6], [3, 5], [6, 7]]
    assert patched([]).runs.shape == (0, 2)


def test_what_is_fresh_or_gone_is_stale() -> None:
    assert patched([0, 1, 2, 3, 4]).stale == 2
    assert patched([0, 0, 5]).stale == 6


@pytest.mark.parametrize("runs", [[[0, 8]], [[-1, 2]], [[3, 2]]], ids=["beyond the end", "before it", "backwards"])
def test_runs_that_no_rows_lie_in_are_refused(runs: list[list[int]]) -> None:
    some = patched([])
    with pytest.raises(ValueError, match="no such runs"):
        Patched.restore(some.base, some.fresh, np.array(runs))
    with pytest.raises(ValueError, match="no such runs"):
        Patched.restore(some.base, np.zeros((2, 3), np.float32), np.array([[0, 1]]))
