"""Words on pages become blocks: columns, tables with and without rules, headings by their size, lines joined.

Coordinates are in points from the top left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from kb import messages
from kb.ingest.blocks import Block, Heading, Paragraph, Spot, Table
from kb.ingest.lines import LONGEST_HEADING, ends_sentence, has_pause, join, numbered_level, opens_item


class Word(NamedTuple):
    """A run of characters without a gap."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool


Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table with lines between its cells."""

    box: Rectangle
    cells: tuple[tuple[Rectangle, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    tables: tuple[Ruled, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words on one line that belong together."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


_GUTTER = 0.8  # of the size of a character: the least width of the gap between columns
_CELL_GAP = 1.5  # likewise, between the cells of a table without rules
_EDGE = 0.1  # share of the page's height at its top and bottom where headers and footers stand
_FILLED = 0.6  # share of a column's width that its lines fill, on the median; the cells of a table are shorter
_LEAST_ROWS = 3
_LARGER = 1.12  # times the usual size: a heading


def blocks(pages: Sequence[Page]) -> Iterator[Block]:
    """The blocks of a document, in reading order."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            sizes[round(word.size * 2) / 2] += len(word.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    levels = _levels(sizes, body)
    yield from _continued(block for page in pages for block in _Composer(page, body, levels).blocks())


def _continued(found: Iterator[Block]) -> Iterator[Block]:
    """Put a table together that goes on on the next page, below the same heading or below none."""
    table: Table | None = None
    edges: list[Block] = []  # what stands between the two
    for block in found:
        if table is not None and isinstance(block, Paragraph) and block.edge:
            edges.append(block)
        elif table is not None and isinstance(block, Table) and edges and len(block.rows[0]) == len(table.rows[0]):
            rows = block.rows[1:] if block.rows[0] == table.rows[0] else block.rows
            spots = (table.spots or (table.spot,) * len(table.rows)) + (block.spot,) * len(rows)
            table = replace(table, rows=table.rows + rows, spots=spots)
        else:
            if table is not None:
                yield table
            yield from edges
            table, edges = None, []
            if isinstance(block, Table):
                table = block
            else:
                yield block
    if table is not None:
        yield table
    yield from edges


def _levels(sizes: Counter[float], body: float) -> dict[float, int]:
    """Heading level by size, the largest first."""
    larger = sorted((size for size in sizes if size >= _LARGER * body), reverse=True)
    return {size: min(level, 4) for level, size in enumerate(larger, 1)}


class _Composer:
    """Puts one page together."""

    def __init__(self, page: Page, body: float, levels: dict[float, int]) -> None:
        self.page = page
        self.body = body or 10.0
        self.levels = levels
        self.spot = Spot(page.number, None, messages.ingest.page(page.number))

    def blocks(self) -> Iterator[Block]:
        tables = [table for table in self.page.tables if self._is_table(table)]
        words = [word for word in self.page.words if not any(_inside(word, table.box) for table in tables)]
        runs = _runs(words)
        top, bottom = self._edges(runs)
        inner = [run for run in runs if run not in top and run not in bottom]
        yield from (Paragraph(run.text, self.spot, edge=True) for run in top)
        for region in _regions([*inner, *(_as_run(table, at) for at, table in enumerate(tables))], self.body):
            yield from self._region(region, tables)
        yield from (Paragraph(run.text, self.spot, edge=True) for run in bottom)

    def _is_table(self, table: Ruled) -> bool:
        """Frames and shaded lines are no tables: there are two rows and two columns with text at least."""
        filled = [box for box, text in table.cells if text.strip()]
        return len({round(box[1]) for box in filled}) > 1 and len({round(box[0]) for box in filled}) > 1

    def _edges(self, runs: Sequence[_Run]) -> tuple[list[_Run], list[_Run]]:
        """What may be header and footer: small lines at the edge with a gap between them and the text."""
        height = self.page.height
        ordered = sorted(runs, key=lambda run: (run.top, run.left))
        top = [run for run in ordered if run.bottom < _EDGE * height and run.size < _LARGER * self.body]
        bottom = [run for run in ordered if run.top > (1 - _EDGE) * height and run.size < _LARGER * self.body]
        return top, bottom

    # --- one region, from top to bottom

    def _region(self, runs: Sequence[_Run], tables: Sequence[Ruled]) -> Iterator[Block]:
        lines = _lines(runs)
        right = max((run.right for run in runs if run.size), default=0.0)
        left = min((run.left for run in runs if run.size), default=0.0)
        pending: list[_Run] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            if not line[0].size:  # a ruled table
                yield from self._text(pending, left, right)
                pending = []
                yield self._ruled(tables[int(line[0].text)])
                at += 1
                continue
            rows = _unruled(lines, at, self.body)
            if rows:
                yield from self._text(pending, left, right)
                pending = []
                texts, used = rows
                yield Table(texts, self.spot)
                at += used
                continue
            pending.append(_whole(line))
            at += 1
        yield from self._text(pending, left, right)

    def _ruled(self, table: Ruled) -> Table:
        return Table(_grid(table), self.spot)

    def _text(self, lines: Sequence[_Run], left: float, right: float) -> Iterator[Block]:
        """Lines as headings and paragraphs. A line that doesn't reach the margin ends its paragraph."""
        current: Paragraph | Heading | None = None
        before: _Run | None = None
        usual = median([b.top - a.top for a, b in pairwise(lines) if b.top > a.top] or [self.body])
        for line in lines:
            level = self._level(line)
            if isinstance(current, Heading):
                near = before is not None and line.top - before.top < 1.6 * line.size and level == current.level
                if near and len(current.text) + len(line.text) <= LONGEST_HEADING and not numbered_level(line.text):
                    current = replace(current, text=join(current.text, line.text))
                    before = line
                    continue
            elif (
                current is not None
                and before is not None
                and level is None
                and self._goes_on(before, line, left, right, usual)
            ):
                current = replace(current, text=join(current.text, line.text))
                before = line
                continue
            if current is not None:
                yield self._closed(current, before, right)
            current = Heading(line.text, level, self.spot) if level else Paragraph(line.text, self.spot)
            before = line
        if current is not None:
            yield self._closed(current, before, right)

    def _closed(self, block: Paragraph | Heading, last: _Run | None, right: float) -> Block:
        """A paragraph whose last line is full and ends no sentence may go on in the next column or on the next page."""
        if (
            isinstance(block, Paragraph)
            and last
            and last.right > right - 2 * last.size
            and not ends_sentence(block.text)
        ):
            return replace(block, broken=True)
        return block

    def _goes_on(self, before: _Run, line: _Run, left: float, right: float, usual: float) -> bool:
        if opens_item(line.text) or abs(line.size - before.size) > 0.6:
            return False
        if line.top - before.top > max(1.35 * usual, usual + 0.3 * line.size):
            return False
        full = before.right > right - 1.6 * before.size
        indented = line.left > left + 1.2 * line.size and line.left > before.left + 0.5 * line.size
        hanging = opens_item(before.text) or line.left >= before.left
        return full and not (indented and not hanging)

    def _level(self, line: _Run) -> int | None:
        text = line.text.strip()
        if len(text) > LONGEST_HEADING or (ends_sentence(text) and not text.endswith(("?", "？"))):
            return None
        level = self.levels.get(round(line.size * 2) / 2)
        if level is not None:
            return level
        if (
            line.bold
            and not has_pause(text)
            and not opens_item(text)
            and len(text) > 1
            and not text.endswith(("：", ":"))
        ):
            return 5
        return None


# --- lines


def _runs(words: Sequence[Word]) -> list[_Run]:
    """Words side by side as runs: parted where the gap is as wide as between columns."""
    out: list[_Run] = []
    for line in _rows(words):
        current: list[Word] = []
        for word in line:
            if current and word.left - current[-1].right > _CELL_GAP * max(word.size, current[-1].size):
                out.append(_run(current))
                current = []
            current.append(word)
        if current:
            out.append(_run(current))
    return out


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.left)):
        middle = (word.top + word.bottom) / 2
        last = rows[-1] if rows else None
        if last and abs((last[0].top + last[0].bottom) / 2 - middle) < 0.45 * min(word.size, last[0].size):
            last.append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _run(words: Sequence[Word]) -> _Run:
    text = words[0].text
    for before, word in pairwise(words):
        gap = word.left - before.right
        text += (" " if gap > 0.2 * word.size else "") + word.text
    size = Counter({word: len(word.text) for word in words}).most_common(1)[0][0].size
    return _Run(
        text,
        words[0].left,
        min(word.top for word in words),
        words[-1].right,
        max(word.bottom for word in words),
        size,
        all(word.bold for word in words),
    )


def _as_run(table: Ruled, at: int) -> _Run:
    """A place for a table among the lines: its text is its number, it has no size."""
    left, top, right, bottom = table.box
    return _Run(str(at), left, top, right, bottom, 0.0, bold=False)


def _lines(runs: Sequence[_Run]) -> list[list[_Run]]:
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.middle if run.size else run.top, run.left)):
        last = lines[-1] if lines else None
        if last and run.size and last[0].size and abs(last[0].middle - run.middle) < 0.45 * min(run.size, last[0].size):
            last.append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.left) for line in lines]


def _whole(line: Sequence[_Run]) -> _Run:
    if len(line) == 1:
        return line[0]
    text = " ".join(run.text for run in line)
    return replace(line[0], text=text, right=line[-1].right, bold=all(run.bold for run in line))


def _inside(word: Word, box: Rectangle) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


# --- columns


def _regions(runs: Sequence[_Run], body: float) -> list[list[_Run]]:
    """Cut a page at the gap between two columns, zone by zone between what goes across; each column is a region."""
    texts = [run for run in runs if run.size]
    if len(texts) < 2 * _LEAST_ROWS:
        return [list(runs)]
    left, right = min(run.left for run in texts), max(run.right for run in texts)
    best: tuple[int, float] | None = None
    x = left + 0.25 * (right - left)
    while x < left + 0.75 * (right - left):
        beside = sum(len(a) + len(b) for a, b in _zones(runs, x, body) if _columns(a, b, x))
        if beside and (best is None or beside > best[0]):
            best = (beside, x)
        x += 2.0
    if best is None:
        return [list(runs)]
    return _cut(runs, best[1], body)


def _crosses(run: _Run, x: float, body: float) -> bool:
    return run.left < x + _GUTTER * body / 2 and run.right > x - _GUTTER * body / 2


def _zones(runs: Sequence[_Run], x: float, body: float) -> list[tuple[list[_Run], list[_Run]]]:
    """What stands left and right of `x`, between the lines that go across it."""
    zones: list[tuple[list[_Run], list[_Run]]] = [([], [])]
    for run in sorted(runs, key=lambda run: run.top):
        if _crosses(run, x, body):
            zones.append(([], []))
        else:
            zones[-1][run.left > x].append(run)
    return zones


def _columns(first: Sequence[_Run], second: Sequence[_Run], x: float) -> bool:
    """Whether two sides are columns of text, and not the cells of a table."""
    a, b = [run for run in first if run.size], [run for run in second if run.size]
    if min(len(a), len(b)) < _LEAST_ROWS:
        return False
    left, right = min(run.left for run in a), max(run.right for run in b)
    start = min(run.left for run in b)
    end = max(run.right for run in a)
    fills = (
        median(run.right - run.left for run in a) / max(end - left, 1.0),
        median(run.right - run.left for run in b) / max(right - start, 1.0),
    )
    wide = min(end - left, right - start) > 8 * a[0].size
    return wide and min(fills) > _FILLED and start - end > 0 and end < x + a[0].size


def _cut(runs: Sequence[_Run], x: float, body: float) -> list[list[_Run]]:
    regions: list[list[_Run]] = [[]]
    zone: tuple[list[_Run], list[_Run]] = ([], [])

    def close() -> None:
        nonlocal zone
        if _columns(*zone, x):
            regions.extend([zone[0], zone[1], []])
        else:
            regions[-1].extend([*zone[0], *zone[1]])
        zone = ([], [])

    for run in sorted(runs, key=lambda run: run.top):
        if _crosses(run, x, body):
            close()
            regions[-1].append(run)
        else:
            zone[run.left > x].append(run)
    close()
    return [region for region in regions if region]


# --- tables


def _grid(table: Ruled) -> tuple[tuple[str, ...], ...]:
    """Every place of a ruled table with the text of the cell that covers it."""
    lefts = _places([box[0] for box, _ in table.cells])
    tops = _places([box[1] for box, _ in table.cells])
    rights, bottoms = [*lefts[1:], table.box[2]], [*tops[1:], table.box[3]]
    rows = []
    for top, bottom in zip(tops, bottoms, strict=True):
        row = []
        for left, right in zip(lefts, rights, strict=True):
            x, y = (left + right) / 2, (top + bottom) / 2
            text = next((text for box, text in table.cells if box[0] < x < box[2] and box[1] < y < box[3]), "")
            row.append(_cell(text))
        rows.append(tuple(row))
    return tuple(row for row in rows if any(row))


def _places(values: Sequence[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > 2:
            places.append(value)
    return places


def _cell(text: str) -> str:
    whole = ""
    for line in text.split("\n"):
        whole = join(whole, line)
    return whole


def _unruled(lines: Sequence[Sequence[_Run]], at: int, body: float) -> tuple[tuple[tuple[str, ...], ...], int] | None:
    """A table without rules that begins with this line: its rows, and of how many lines it is made; None without."""
    first = lines[at]
    if len(first) < 2:
        return None
    starts = [run.left for run in first]
    rows: list[list[str]] = []
    full = 0
    used = 0
    before: Sequence[_Run] | None = None
    for line in lines[at:]:
        places = [_column(run, starts, body) for run in line]
        if not line[0].size or None in places or len(set(places)) < len(places):
            break
        if before is not None and line[0].top - before[0].top > 3.2 * line[0].size:
            break
        known = [place for place in places if place is not None]
        goes_on = (
            rows
            and (known[0] > 0 or len(known) == 1)
            and before is not None
            and line[0].top - before[0].bottom < 0.6 * line[0].size
        )
        if goes_on:
            for place, run in zip(known, line, strict=True):
                rows[-1][place] = join(rows[-1][place], run.text)
        elif len(known) < 2:
            break
        else:
            row = [""] * len(starts)
            for place, run in zip(known, line, strict=True):
                row[place] = run.text
            rows.append(row)
            full += len(known) > 1
        used += 1
        before = line
    if full < _LEAST_ROWS:
        return None
    return tuple(tuple(row) for row in rows), used


def _column(run: _Run, starts: Sequence[float], body: float) -> int | None:
    """The column at whose start a run begins."""
    for place, start in enumerate(starts):
        if abs(run.left - start) < body:
            return place
    return None
