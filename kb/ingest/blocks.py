"""What a document says, in reading order: headings, paragraphs and tables, each knowing where it stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands in its file."""

    page: int | None = None  # page or slide, from 1
    row: int | None = None  # line or row, from 1
    where: str = ""  # in words, for editors


NOWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the outermost. Without a text it only ends the sections of its level."""

    text: str
    level: int
    spot: Spot = NOWHERE
    may_ask: bool = True  # False where what stands below is no answer, even if the text asks something


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, or an item of a list."""

    text: str
    spot: Spot = NOWHERE
    mark: str = ""  # of a list item, with its space: "- " or "3. "
    depth: int = 0  # of the list in lists
    broken: bool = False  # ended by a line break only, the next one may go on in mid-sentence
    edge: bool = False  # stands at the top or the bottom of its page
    contents: bool = False  # the format itself says that it belongs to a table of contents
    links: tuple[tuple[str, str], ...] = ()  # title and address

    @property
    def whole(self) -> str:
        """The text with its mark."""
        return self.mark + self.text


@dataclass(frozen=True, slots=True)
class Table:
    """A table without its empty rows, merged cells filled; the first `head` rows name the columns."""

    rows: tuple[tuple[str, ...], ...]
    spot: Spot = NOWHERE
    spots: tuple[Spot, ...] = ()  # of each row, where rows have their own
    head: int = 1

    def at(self, row: int) -> Spot:
        """Where a row stands."""
        return self.spots[row] if self.spots else self.spot


Block: TypeAlias = Heading | Paragraph | Table


def texts(block: Block) -> Iterable[str]:
    """Every text in a block."""
    if isinstance(block, Table):
        for row in block.rows:
            yield from row
    else:
        yield block.text


def rewrite(block: Block, change: Callable[[str], str]) -> Block:
    """The block with every text changed."""
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(change(cell) for cell in row) for row in block.rows))
    return replace(block, text=change(block.text))
