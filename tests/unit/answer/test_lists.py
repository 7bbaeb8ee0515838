import numpy as np

from kb.answer.lists import Lists


def test_lists_that_hold_nothing_are_passed_over() -> None:
    lists = Lists.within(np.array([0, 3, 3, 5]))
    assert lists.starts.tolist() == [0, 3]
    assert lists.sizes.tolist() == [3, 2]
    assert lists.places.tolist() == [0, 1, 2, 0, 1]
