"""Text in which a converter wrote the last character of every piece again: 在任何与与客户的的互动中中.

The pieces are about equally long, so the doubles that are to go are chosen together: the best way through the text has
pieces of the usual length, and leaves only doubles that Chinese has anyway.
"""

import re
from collections.abc import Sequence
from functools import cache

from kb.ingest.blocks import Block, Table, rewrite, texts
from kb.ingest.lines import HAN
from kb.text import Words

_WORDS = frozenset(
    "爸妈爷奶哥姐弟妹叔舅姑婶婆公娃宝星猩蛐蝈谢常往刚渐仅纷息步人时种处天年月日夜家户个件条条句句字样片层阵阵排队对双"
    "看试想说走听尝用问找等聊谈坐站逛查算教学读写帮洗擦吹摸闻喝吃玩笑敲动歇"
    "慢快好早晚轻重多少大小高低远近深浅长短紧牢稳满足够静悄默偷暗明白红绿蓝黑黄"
    "偏恰稍略频屡每各单多慢匆草隐冷热暖凉平空满弯圆方甜酸苦辣软硬干湿脏乖萌胖瘦"
    "点些口声回次遍滴丝缕点块堆团串朵颗粒杯碗盒袋罐包瓶"
    "哈呵嘻嘿啦呀嗯哦喂咚叮当滴答嘟汪喵咩呱嗡隆轰哗沙"
    "亲抱贝拉露波球咪美乐仔圈蹦泡饭果蛋车鸭兔猪熊羊牛鱼糖豆毛囡囝觉尿便嘘哒噜呜吧啪哆咕嘎吱砰叽唧喳喔噢哎呦哩"
    "万亿上下里外前后左右面口头脑心手脚眼原本本源勤恳恳切兢业业战念滔绝落"
)
_HAN = re.compile(f"[{HAN}]")
_TWICE = re.compile(rf"([{HAN}]{{2,4}})\1(?=([{HAN}]))")
_DENSITY = 1 / 14  # doubles that Chinese doesn't have, by character
_SAMPLE = 2_000  # characters at the beginning of a text whose words are looked at
_PIECE = 3  # characters between two doubles, mostly
_CERTAIN = 3  # so many different ones at least
_ENUMERATES = re.compile(r"(?<!\d)(\d{1,3})(?=[、.．)）])")


def stutter(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Mend the texts that stutter; what is listed are they, before and after."""
    all_texts = [text for block in blocks for text in texts(block)]
    length = sum(len(text) for text in all_texts if stutters(text))
    throughout = length > 0.5 * sum(map(len, all_texts))
    changed: list[str] = []
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) or not any(
            stutters(text) or (throughout and bool(_odd(text))) for text in texts(block)
        ):
            out.append(block)
            continue
        out.append(rewrite(block, mend))
        changed += [f"{old} → {mend(old)}" for old in texts(block)]
    return out, changed


def stutters(text: str) -> bool:
    """Whether there are more doubles in a text than Chinese, with its names and nursery words, has."""
    if _pieces_twice(text):
        return True
    odd = _odd(text)
    if not _many(text, odd):
        return False
    whole = _within_words(text[:_SAMPLE])
    return _many(text[:_SAMPLE], [at for at in odd if at < _SAMPLE and not (at in whole and at - 1 in whole)])


def _many(text: str, odd: Sequence[int]) -> bool:
    return len({text[at] for at in odd}) >= _CERTAIN and len(odd) >= _DENSITY * len(_HAN.findall(text))


def _odd(text: str) -> list[int]:
    """Where a character repeats the one before, though Chinese words don't double it."""
    return [
        at for at in range(1, len(text)) if text[at] == text[at - 1] and _HAN.match(text[at]) and text[at] not in _WORDS
    ]


def _within_words(text: str) -> set[int]:
    """The places inside of words of several characters: 现在在家 is two words, 与与 is none."""
    places: set[int] = set()
    at = 0
    for word in _words()(text):
        at = text.index(word, at)
        if len(set(word)) > 1:
            places.update(range(at, at + len(word)))
        at += len(word)
    return places


@cache
def _words() -> Words:
    return Words()


def _pieces_twice(text: str) -> bool:
    """Whether a piece stands there twice with its end once more: 服务服务务."""
    return any(found.group(1)[-1] == found.group(2) and len(set(found.group(1))) > 1 for found in _TWICE.finditer(text))


def mend(text: str) -> str:
    """The text without its stutter."""
    text = _TWICE.sub(lambda found: found.group(1) if found.group(1)[-1] == found.group(2) else found.group(), text)
    doubles = [
        at
        for at in range(1, len(text))
        if text[at] == text[at - 1] and not text[at].isspace() and _may_double(text[at])
    ]
    counted = _counted(text)
    gone = set(_chosen(text, [at for at in doubles if at not in counted]))
    return "".join(char for at, char in enumerate(text) if at not in gone)


def _counted(text: str) -> set[int]:
    """Where the numbers of a list stand that follow their neighbours: 11、 after 10、."""
    seen: set[int] = set()
    places: set[int] = set()
    for found in _ENUMERATES.finditer(text):
        number = int(found.group(1))
        if number - 1 in seen:
            places.update(range(*found.span()))
        seen.add(number)
    return places


def _may_double(char: str) -> bool:
    return bool(_HAN.match(char)) or (char.isascii() and char.isalnum())


def _chosen(text: str, doubles: list[int]) -> list[int]:
    """The doubles to take out: those on the cheapest way through the text. Position `at` repeats `at - 1`."""
    stays = [_price_of_staying(text, at) for at in doubles]
    before = [0.0]  # cost of letting all doubles before this one stay
    for price in stays:
        before.append(before[-1] + price)
    best: list[tuple[float, int]] = []  # cost of the best way that ends with taking this one, and the one taken before
    for here, at in enumerate(doubles):
        choices = [(before[here], -1)]
        for there in range(here - 1, max(-1, here - 1 - _LOOK_BACK), -1):
            gap = at - doubles[there] - 1
            cost = best[there][0] + before[here] - before[there + 1]
            choices.append((cost + _PRICES[min(gap, len(_PRICES) - 1)], there))
            if gap > _FAR:
                break
        best.append(min(choices))
    ends = [(cost + before[-1] - before[here + 1], here) for here, (cost, _) in enumerate(best)]
    if not ends:
        return []
    cost, here = min(ends)
    if cost >= before[-1]:
        return []
    taken = []
    while here >= 0:
        taken.append(doubles[here])
        here = best[here][1]
    return taken


def _price_of_gap(gap: int) -> float:
    """What a distance between two doubles costs: a piece may have ended at a mark, which is not doubled."""
    return min(1.6, *(0.4 * abs(gap - pieces * _PIECE) + 0.3 * (pieces - 1) for pieces in (1, 2, 3, 4)))


_LOOK_BACK, _FAR = 12, 14  # doubles, and characters, beyond which the one before is not looked for
_PRICES = [_price_of_gap(gap) for gap in range(_FAR + 2)]


def _price_of_staying(text: str, at: int) -> float:
    char = text[at]
    if char.isascii():
        return 0.9
    return 0.9 if char in _WORDS else 4.0
