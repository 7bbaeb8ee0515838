"""Text in which a converter wrote the last character of every piece again: 在任何与与客户的的互动中中.

The pieces are about equally long, so the doubles that are to go are chosen together: the best way through the text has
pieces of the usual length, and leaves only doubles that Chinese has anyway.
"""

import re
from collections.abc import Sequence

from kb.ingest.blocks import Block, Table, rewrite, texts
from kb.ingest.lines import HAN

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
_PIECE = 3  # characters between two doubles, mostly
_CERTAIN = 3  # so many different ones at least
_ENUMERATES = re.compile(r"\d[、.．)）]")


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
    return len(set(odd)) >= _CERTAIN and len(odd) >= _DENSITY * len(_HAN.findall(text))


def _odd(text: str) -> list[str]:
    """The doubled characters that Chinese words don't double."""
    return [
        text[at]
        for at in range(1, len(text))
        if text[at] == text[at - 1] and _HAN.match(text[at]) and text[at] not in _WORDS
    ]


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
    gone = set(_chosen(text, doubles))
    return "".join(char for at, char in enumerate(text) if at not in gone)


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
        for there in range(max(0, here - 12), here):
            gap = at - doubles[there] - 1
            cost = best[there][0] + before[here] - before[there + 1] + _price_of_gap(gap)
            choices.append((cost, there))
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


def _price_of_staying(text: str, at: int) -> float:
    char = text[at]
    if char.isascii():
        return 3.0 if _ENUMERATES.match(text, at) else 0.9  # 11、 after 10、
    return 0.9 if char in _WORDS else 4.0
