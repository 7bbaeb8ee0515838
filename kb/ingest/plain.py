"""Blocks as the plain text that a customer reads."""

from collections.abc import Iterable

from kb.ingest.blocks import Block, Heading, Paragraph, Table


def plain(blocks: Iterable[Block]) -> str:
    """Lists keep their numbers or dashes, rows of tables are a line each, blocks are parted by an empty line."""
    lines: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None and not _closely(before, block):
            lines.append("")
        lines.extend(_lines(block))
        before = block
    return "\n".join(lines).strip()


def _closely(before: Block, block: Block) -> bool:
    """Whether no empty line goes between two blocks."""
    if isinstance(before, Paragraph) and isinstance(block, Paragraph):
        return before.broken or (bool(before.mark or before.depth) and bool(block.mark or block.depth))
    return False


def _lines(block: Block) -> list[str]:
    if isinstance(block, Table):
        return [" | ".join(" ".join(cell.split("\n")) for cell in row) for row in block.rows]
    if isinstance(block, Heading):
        return [block.text]
    indent = "  " * block.depth
    first, *rest = block.text.split("\n")
    return [indent + block.mark + first, *(indent + " " * len(block.mark) + line for line in rest)]
