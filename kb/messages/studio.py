"""What editors read on their pages, and what they are told when a line of a list cannot be used."""

from typing import Final

BETWEEN: Final = "、"

LIST_EMPTY: Final = "请先写上词语。"
LIST_TOO_LONG: Final = "太长了，最多 {limit} 个字。"
LIST_BEGINS: Final = "不能以“#”或“-”开头。"
LIST_NO_EXPRESSION: Final = "两个斜杠之间不是正确的正则表达式：{reason}"
LIST_MATCHES_ALL: Final = "这个正则表达式什么文字都能匹配，请写得具体一些。"
LIST_FULL: Final = "这个词表已有 {limit} 条，请先清理不用的。"
LIST_THERE: Final = "词表里已经有这一条了。"
LIST_CLAIMED: Final = "“{word}”已经在“{group}”这一组里，请改那一组。"
SYNONYMS_COUNT: Final = "一组同义词请写 2 到 {limit} 个词，中间用“、”隔开。"
SYNONYMS_TWICE: Final = "“{word}”在这一组里重复了，或者没有文字。"
SYNONYMS_LONG: Final = "“{word}…”太长了，同义词请写词语，不要写句子（最多 {limit} 个字）。"
