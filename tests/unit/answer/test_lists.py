import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.answer.lists import Lists

SIZES = st.lists(st.integers(0, 6), min_size=1, max_size=8).filter(any)


def bounds(sizes: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.cumsum([0, *sizes], dtype=np.int64)


def test_a_lead_is_counted_over_the_best_other() -> None:
    np.testing.assert_allclose(Lists.single(3).ahead(np.array([1.0, 3.0, 2.5])), [-2.0, 0.5, -0.5])
    np.testing.assert_allclose(Lists.single(2).ahead(np.array([2.0, 2.0])), [0.0, 0.0])
    np.testing.assert_allclose(Lists.single(1).ahead(np.array([0.7])), [0.7])
    two = np.array([[1.0, 5.0], [2.0, 3.0]])
    np.testing.assert_allclose(Lists.single(2).ahead(two), [[-1.0, 2.0], [1.0, -2.0]])


def test_order_puts_the_largest_first_and_keeps_equals_as_they_were() -> None:
    lists = Lists.within(bounds([3, 0, 2]))
    assert lists.order(np.array([1.0, 2.0, 2.0, 7.0, 9.0])).tolist() == [1, 2, 0, 4, 3]
    assert lists.places.tolist() == [0, 1, 2, 0, 1]


@given(SIZES, st.integers(0, 2**32 - 1))
def test_a_list_fares_the_same_to_the_last_bit_whatever_stands_beside_it(sizes: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=sum(sizes))
    ends = bounds(sizes)
    lists = Lists.within(ends)
    together = lists.ahead(values)
    for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        if begin < end:
            np.testing.assert_array_equal(together[begin:end], Lists.single(end - begin).ahead(values[begin:end]))
