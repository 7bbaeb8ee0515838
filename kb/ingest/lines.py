"""What a line of Chinese text looks like by itself: a sentence, a heading, an item, a part of a sentence."""

import re
from collections.abc import Iterator

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_END = re.compile(r"[。！？!?；;…][”’」』）)】\]\"']*$|[.][”’\"]?$")
_PAUSE = re.compile(r"[，。！？；!?;]|,(?!\d)|：.|:(?!\d)\s*.")
_HAN = re.compile(f"[{HAN}]")
_TITLE = re.compile(rf"[^{HAN}A-Za-z]*[{HAN}A-Za-z]")
_LETTER = re.compile(rf"[{HAN}A-Za-z]")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)】\]\"']*|\n+|$)")

_NUMERAL = "一二三四五六七八九十百零〇两"
_CHAPTER = re.compile(
    rf"(?:第\s*[{_NUMERAL}\d]+\s*[章篇编部回]|附录\s*[{_NUMERAL}\dA-Z]*|(?:Chapter|Part)\s+\d+)", re.IGNORECASE
)
_SECTION = re.compile(rf"第\s*[{_NUMERAL}\d]+\s*节|[{_NUMERAL}]{{1,3}}\s*[、.．]|【[^】]+】$")
_SUBSECTION = re.compile(rf"[（(]\s*[{_NUMERAL}]{{1,3}}\s*[）)]")
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})(?![\d%])\s*[.、．]?\s*(?=\D)")
_ITEM = re.compile(
    rf"\s*(?:[-–—•·●○■□◆◇▪▫►▶➢➤✓✔★☆※*]\s+|[•●■◆▪►➢➤✓✔]|\d{{1,3}}\s*[.、．)）](?!\d)|[（(]\s*\d{{1,3}}\s*[）)]|[①-⑳]"
    rf"|[{_NUMERAL}]{{1,3}}、|[（(][{_NUMERAL}]{{1,3}}[）)]|第[{_NUMERAL}\d]+[章节条步]|(?:问|答|[QqAa])\d*\s*[:：])"
)
LONGEST_HEADING = 40  # characters
_LONGEST_BARE = 20  # of a heading that has neither number nor mark


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence ends."""
    return bool(_END.search(text.rstrip()))


def has_pause(text: str) -> bool:
    """Whether a text holds a comma or an end of sentence, as running text does and headings don't."""
    return bool(_PAUSE.search(text))


def opens_item(text: str) -> bool:
    """Whether a text begins with a bullet, a number or the mark of a question or answer."""
    return bool(_ITEM.match(text))


def numbered_level(text: str) -> int | None:
    """The level of a heading that is numbered as one (第一章 1, 一、 2, （一） 3, 1.1 2, 1.1.1 3), or None."""
    text = text.strip()
    if not text or len(text) > LONGEST_HEADING or has_pause(text) or text.endswith(("：", ":", "、")):
        return None
    if _CHAPTER.match(text):
        return 1
    if _SECTION.match(text):
        return 2
    if _SUBSECTION.match(text):
        return 3
    found = _DECIMAL.match(text)
    if found and _TITLE.match(text, found.end()) and (found.end() > found.end(1) or _HAN.match(text, found.end())):
        return 1 + found.group(1).count(".")
    return None


def bare_title(text: str) -> bool:
    """Whether a text may be a heading although nothing marks it: short, no pause, no end, at least two letters."""
    text = text.strip()
    return (
        len(text) <= _LONGEST_BARE
        and len(_LETTER.findall(text)) > 1
        and not has_pause(text)
        and not text.endswith(("：", ":", "、", "，", "—", "-", "。"))
        and not opens_item(text)
    )


def is_title_over(text: str, below: str) -> bool:
    """Whether a numbered line without an end of sentence heads the much longer text below it."""
    return opens_item(text) and len(text) < 30 and not ends_sentence(text) and len(below) > 2 * len(text)


def sentences(text: str) -> Iterator[str]:
    """Cut a text behind every end of a sentence and at line breaks; joined they give the text, but for those breaks."""
    for found in _SENTENCE.findall(text):
        if sentence := found.strip():
            yield sentence


def join(first: str, second: str) -> str:
    """Put two parts of a sentence together: with a space only where two words in Latin letters meet."""
    first, second = first.rstrip(), second.lstrip()
    if not first or not second:
        return first + second
    if first[-1].isascii() and second[0].isascii():
        if re.search(r"[A-Za-z]-$", first):
            return (first[:-1] if second[0].islower() else first) + second
        if (
            (first[-1].isalnum() and second[0].isalpha())
            or first[-1] in ",.;:"
            or (first[-1].isalpha() and second[0].isalnum())
        ):
            return f"{first} {second}"
    return first + second
