"""What converters without a licence write into a text."""

import re
from collections.abc import Sequence

from kb.ingest.blocks import Block, rewrite, texts

_WARNING = re.compile(
    r"\s*(?:"
    r"Evaluation Warning\s*[:：]?\s*The document was created with\s+[A-Za-z.]+(?:\s+for\s+\.?[A-Za-z+]+)?\.?"
    r"|Evaluation Warning\s*[:：][^\n。]{0,80}"
    r"|(?:Evaluation Only\.\s*)?Created with (?:an evaluation copy of )?Aspose\.[A-Za-z]+[^\n。]{0,160}"
    r"|This (?:document|file) was (?:created|converted) (?:using|with|by)[^\n。]{0,40}(?:trial|evaluation|demo)"
    r"[^\n。]{0,60}"
    r"|(?:由|使用)[^\n，。]{0,20}(?:试用版|未注册版|评估版)(?:转换|生成|创建)[^\n。]{0,20}"
    r")\s*"
)


def converter(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Take the warnings out of every text; what is left of the text stays."""
    removed: list[str] = []
    out: list[Block] = []
    for block in blocks:
        found = [match.group().strip() for text in texts(block) for match in _WARNING.finditer(text)]
        if found:
            removed += found
            block = rewrite(block, lambda text: _WARNING.sub("", text))  # noqa: PLW2901 - the block without it
            if not any(text.strip() for text in texts(block)):
                continue
        out.append(block)
    return out, removed
