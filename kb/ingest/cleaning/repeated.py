"""A stretch of a document that stands there twice, as sites show a preview before the whole."""

from collections.abc import Sequence

from kb.ingest.blocks import Block, Heading, Table

_BLOCKS = 12  # a stretch is so long at least: the steps of two products may be the same
_CHARACTERS = 200


def repeated(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Keep the first of two equal stretches. A sentence that stands in two places stays in both."""
    keys = [_key(block) for block in blocks]
    first: dict[tuple[str, ...], int] = {}
    out: list[Block] = []
    removed: list[str] = []
    at = 0
    while at < len(keys):
        window = tuple(keys[at : at + _BLOCKS])
        before = first.setdefault(window, at) if len(window) == _BLOCKS else at
        length = 0
        while (
            before < at
            and before + length < at
            and keys[before + length : before + length + 1] == keys[at + length : at + length + 1]
            and at + length < len(keys)
        ):
            length += 1
        if length >= _BLOCKS and sum(map(len, keys[at : at + length])) >= _CHARACTERS:
            removed += keys[at : at + length]
            at += length
        else:
            out.append(blocks[at])
            at += 1
    return out, removed


def _key(block: Block) -> str:
    if isinstance(block, Table):
        return "\n".join("\t".join(row) for row in block.rows)
    return f"# {block.text}" if isinstance(block, Heading) else block.whole
