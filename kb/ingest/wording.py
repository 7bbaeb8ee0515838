"""How questions and answers are marked in documents."""

import re

_NUMBER = r"[0-9０-９一二三四五六七八九十]*"
_ASKS = re.compile(rf"\s*(?:[Qq]{_NUMBER}|(?:常见)?问题?{_NUMBER})\s*[:：.、]\s*")
_ANSWERS = re.compile(rf"\s*(?:[Aa]{_NUMBER}|答案?{_NUMBER}|回答|解答|答复)\s*[:：.、]\s*")
_ANSWER_INSIDE = re.compile(r"(?<=[?？。\s])\s*(?:答案?|回答|解答|[Aa])\d*\s*[:：]\s*")
_LEADING_NUMBER = re.compile(
    r"\s*(?:\d+(?:\.\d+)+[.、)）]?(?![\d%])|\d+[.、)）](?!\d)|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]"
    r"|第[一二三四五六七八九十百\d]+[章节条]\s*)\s*"
)
_BARE_NUMBER = re.compile(r"\s*\d{1,2}\s+(?=\D)")
_QUESTION_WORDS = re.compile(
    r"怎么|怎样|咋|如何|什么|啥|多少|多久|多长|几天|几个|几次|哪|谁|何时|为何|为什么|是否|能否|可否|能不能|可不可以|可以不|"
    r"是不是|有没有|会不会|要不要|行不行|[吗么嘛呢]$|(?:how|what|why|when|where|which|who|can|do|does|is|are)\b",
    re.IGNORECASE,
)


def asked(text: str) -> str | None:
    """What is asked by a text that is marked as a question (问：…, Q1: …), or None."""
    found = _ASKS.match(text)
    return text[found.end() :] if found else None


def without_answer_mark(text: str) -> str:
    """The text without 答：or A: before it."""
    found = _ANSWERS.match(text)
    return text[found.end() :] if found else text


def is_answer(text: str) -> bool:
    """Whether a text is marked as an answer."""
    return bool(_ANSWERS.match(text))


def split_answer(text: str) -> tuple[str, str]:
    """Question and answer of "怎么退？答：这样退。"; without an answer mark inside, the text and ""."""
    found = _ANSWER_INSIDE.search(text)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text, "")


def without_number(title: str) -> str:
    """A heading without the number before it."""
    found = _LEADING_NUMBER.match(title)
    return (title[found.end() :] if found else title) or title


def without_any_number(title: str) -> str:
    """A heading without the number before it, even one that only a space parts from it: 3 退换货."""
    plain = without_number(title)
    found = _BARE_NUMBER.match(plain)
    return plain[found.end() :] if found else plain


def is_question(title: str) -> bool:
    """Whether a heading asks something."""
    title = title.strip().rstrip("*_ ")
    return title.endswith(("?", "？")) or bool(_QUESTION_WORDS.search(title))
