import random

import pytest

from kb.ingest.layout import Box, reading_order
from kb.ingest.spans import Cell, unspanned


def ordered(boxes: dict[str, Box]) -> str:
    names = list(boxes)
    random.Random(7).shuffle(names)
    return "".join(names[at] for at in reading_order([boxes[name] for name in names]))


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param({"a": Box(0, 0, 9, 2), "b": Box(0, 3, 9, 5), "c": Box(0, 6, 9, 8)}, id="one below the other"),
        pytest.param(
            {"a": Box(0, 0, 9, 1), "b": Box(0, 2, 4, 5), "c": Box(5, 2, 9, 5), "d": Box(0, 6, 9, 7)},
            id="two beside each other between two",
        ),
        pytest.param(
            {"a": Box(0, 0, 4, 1), "b": Box(0, 1.2, 4, 5), "c": Box(6, 0, 9, 1), "d": Box(6, 1.2, 9, 5)},
            id="two cards, each with its heading",
        ),
        pytest.param(
            {"a": Box(0, 0, 1, 1), "b": Box(3, 0, 9, 1), "c": Box(0, 1.5, 1, 2.5), "d": Box(3, 1.5, 9, 2.5)},
            id="labels and what stands beside them",
        ),
        pytest.param({"a": Box(0, 0, 5, 3), "b": Box(1, 1, 6, 4)}, id="one over the other"),
    ],
)
def test_boxes_are_read_as_people_read_them(boxes: dict[str, Box]) -> None:
    assert ordered(boxes) == "".join(boxes)


def test_cells_that_span_are_written_into_every_place() -> None:
    rows = [
        [Cell("a", rows=2), Cell("b", columns=2)],
        [Cell("c"), Cell("d")],
        [Cell("e", columns=3)],
        [Cell(""), Cell("")],
        [Cell("f")],
    ]
    assert unspanned(rows) == (("a", "b", "b"), ("a", "c", "d"), ("e", "e", "e"), ("f", "", ""))
