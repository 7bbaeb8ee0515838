"""The order in which boxes on a page or a slide are read."""

from collections.abc import Sequence
from dataclasses import dataclass

_LEEWAY = 0.08  # share of a box by which boxes may overlap and still stand beside one another
_LABEL = 0.5  # a column narrower than this share of its neighbour holds labels, and is read row by row


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands; y grows downwards, in any unit."""

    left: float
    top: float
    right: float
    bottom: float


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Positions of the boxes in reading order: cut at the widest gap between rows or columns, and again within each.

    Columns are read one after the other, except a column of labels: that is read with what stands beside it.
    """
    return _ordered(boxes, list(range(len(boxes))))


def _ordered(boxes: Sequence[Box], chosen: list[int]) -> list[int]:
    if len(chosen) < 2:
        return chosen
    rows = _cut([(_shrunk(boxes[at].top, boxes[at].bottom), at) for at in chosen])
    columns = _cut([(_shrunk(boxes[at].left, boxes[at].right), at) for at in chosen])
    if rows and (not columns or rows[0] > columns[0] or _labels(boxes, columns[1])):
        parts = rows[1]
    elif columns:
        parts = columns[1]
    else:  # they overlap both ways
        return sorted(chosen, key=lambda at: (boxes[at].top, boxes[at].left))
    return [at for part in parts for at in _ordered(boxes, part)]


def _shrunk(start: float, end: float) -> tuple[float, float]:
    leeway = _LEEWAY * (end - start)
    return start + leeway, end - leeway


def _cut(spans: list[tuple[tuple[float, float], int]]) -> tuple[float, list[list[int]]] | None:
    """Width of the widest gap, and what lies before and behind it; None without a gap."""
    spans.sort()
    reached = spans[0][0][1]
    best: tuple[float, int] | None = None
    for place, ((start, end), _) in enumerate(spans):
        if start > reached and (best is None or start - reached > best[0]):
            best = (start - reached, place)
        reached = max(reached, end)
    if best is None:
        return None
    gap, place = best
    return gap, [[at for _, at in spans[:place]], [at for _, at in spans[place:]]]


def _labels(boxes: Sequence[Box], parts: list[list[int]]) -> bool:
    """Whether the left part holds labels for the right one: as many, narrower, and at the same heights."""
    left, right = parts
    if len(left) < 2 or len(left) != len(right):
        return False
    narrow = max(boxes[at].right - boxes[at].left for at in left)
    wide = min(boxes[at].right - boxes[at].left for at in right)
    pairs = zip(sorted(boxes[at].top for at in left), sorted(boxes[at].top for at in right), strict=True)
    height = min(boxes[at].bottom - boxes[at].top for at in (*left, *right))
    return narrow < _LABEL * wide and all(abs(a - b) < max(height, 1e-9) for a, b in pairs)
