"""The columns of an entries table: what they may be called, and how a header is recognised."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from kb import messages, text


class Column(StrEnum):
    """A field of an entry; the value is the English column name and the JSONL key."""

    ID = "id"
    QUESTION = "question"
    VARIANTS = "variants"
    ANSWER = "answer"
    CATEGORY = "category"
    TAGS = "tags"
    PRODUCT = "product"
    VALID_FROM = "valid_from"
    VALID_UNTIL = "valid_until"
    STATE = "state"
    LINKS = "links"
    FOLLOW_UPS = "follow_ups"

    @property
    def label(self) -> str:
        """What editors call it."""
        return messages.ingest.COLUMNS[self.value]


#: A table may have several columns of these; their items are put together.
REPEATABLE = frozenset({Column.VARIANTS, Column.TAGS, Column.LINKS, Column.FOLLOW_UPS})

#: A header is looked for in so many rows.
HEADER_ROWS = 10

_OTHER_NAMES = {
    Column.ID: "词条编号 知识编号 问题编号 entryid faqid",
    Column.QUESTION: "标准问题 标准问法 标准提问 主问题 问题 问句 questions 问",
    Column.VARIANTS: "相似问题 相似问法 相似提问 扩展问 扩展问题 扩展问法 variant similar similarquestions",
    Column.ANSWER: "标准答案 标准回答 回答 回复 答复 答案内容 answers 答",
    Column.CATEGORY: "类别 类目 分类名称 问题分类 categories",
    Column.TAGS: "标记 关键词标签 tag",
    Column.PRODUCT: "商品 产品名称 商品名称 适用产品 products",
    Column.VALID_FROM: "生效日期 开始时间 开始日期 有效期开始",
    Column.VALID_UNTIL: "失效日期 结束时间 结束日期 有效期结束 截止时间 截止日期 到期时间",
    Column.STATE: "词条状态 上线状态 status",
    Column.LINKS: "相关链接 链接地址 link",
    Column.FOLLOW_UPS: "关联问 关联问题 推荐问 推荐问题 followup",
}
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")
_BETWEEN = re.compile(r"[/／|\n]")
_NUMBERED = re.compile(r"\d+$")
_LONGEST = 60


def _key(name: str) -> str:
    return text.normalise(name).replace(" ", "").replace("_", "").replace("-", "")


def _names() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in Column:
        for name in (column.value, column.label, *_OTHER_NAMES[column].split()):
            found[_key(name)] = column
    return found


_NAMES = _names()


def recognise(name: str) -> Column | None:
    """The column that a header cell names, in Chinese, English or both ("标准问/question"), or None."""
    return _recognised(name) if len(name) <= _LONGEST else None


@lru_cache(maxsize=1_000)  # in a file of one object a line the same few names stand again and again
def _recognised(name: str) -> Column | None:
    plain = _BRACKETED.sub("", name)
    for part in (plain, *_BETWEEN.split(plain)):
        key = _key(part)
        if key in _NAMES:
            return _NAMES[key]
        column = _NAMES.get(_NUMBERED.sub("", key))  # 相似问1, 相似问2
        if column in REPEATABLE:
            return column
    return None


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[Column | None, ...]] | None:
    """Position and columns of the row that names most columns, the question or the answer among them; None without."""
    best: tuple[int, tuple[Column | None, ...]] | None = None
    most = 0
    for at, row in enumerate(rows[:HEADER_ROWS]):
        columns = tuple(recognise(cell) for cell in row)
        named = len(set(columns) - {None})
        if named > most and {Column.QUESTION, Column.ANSWER} & set(columns):
            best, most = (at, columns), named
    return best
