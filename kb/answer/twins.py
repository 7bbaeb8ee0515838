"""Near twins: a question that is worded like a phrasing but for one thing, and asks for something else by it.

满199减50的券怎么领 is all but one number the phrasing 满199减20的券怎么领: every likeness is high, the answer wrong.
Four such things are looked for: another word in the same place, a negation more or less, two parties that have changed
places (积分转给家人, 家人积分转给我), and another question about the same (为什么, 怎么).
"""

import re
from collections import Counter
from collections.abc import Sequence

from kb.index.concepts import concepts
from kb.text import characters, plain_numbers

#: Share of the longer text that beginning and end must have in common; below, two texts are worded differently anyway.
NEAR = 0.5
#: Share of all their characters that two texts must have in common to be about the same.
ABOUT_THE_SAME = 0.55
#: Said without changing what is asked.
_FILLER = re.compile(
    r"请问|你们|我们|咱们?|一下|可以|能够|应该|需要|到底|究竟|现在|目前|是否|怎么会|[的了吗呢吧啊呀嘛哦哈呗么我你您这那个还就都也要想会能可得给把被来去是在有请问下过着们家买块元到会]"
)
#: What turns the meaning round wherever it is added or taken away.
_TURNING = re.compile(r"[不没未无非别勿禁]|取消|失败|拒绝|停止|解除")
#: Said twice to ask: 能不能 is 能, …了没 and …行不 ask what …了 and …行 ask.
_ASKING = re.compile(r"(.)[不没]\1|(可)不(可以)|(?:吗|么|没有|不|没|呢|呀|啊|吧)+$")
_WHY = re.compile(r"怎么(?=会|有|没|不|又|老|总|还|是|变|少|多)|咋(?=会|有|没|不|老|又)")
#: Over which two parties change places.
_DIRECTION = re.compile(
    r"转给|转到|转进|转|换成|改成|改到|改|充到|充|退到|寄给|寄回给|寄回|寄到|过户给|漏水到|收房|赔|销户|取消|变成|但"
)
#: Questions that have different answers about the same thing; the names are those of `kb.index.concepts`.
_ASPECTS = frozenset({"why", "how", "where", "when", "howlong", "howmuch", "who"})
_ALIKE = {"howlong": "when", "which": "what"}


def turned(question: str, closest: str, phrasings: Sequence[str]) -> bool:
    """Whether `question` asks for something else than `closest`, the phrasing of an entry that it is worded like.

    All texts are in matched form. What the question says differently may stand in any of the entry's `phrasings`: then
    the entry means it too.
    """
    asked, near = _plain(question), _plain(closest)
    mine, theirs = _apart(asked, near)
    another_word = _another_word(mine, theirs)
    denied = _turns(mine) != _turns(theirs)
    if not another_word and not denied and _likeness(asked, near) < ABOUT_THE_SAME:
        return False  # worded differently altogether, as most questions are
    known = [_plain(phrasing) for phrasing in phrasings]
    if asked in known:
        return False
    return (
        (another_word and not _meant(asked, mine, known))
        or (denied and not _turned_alike(asked, known))
        or _places_changed(asked, near)
        or _another_aspect(asked, near, known)
    )


def _plain(text: str) -> str:
    return _ASKING.sub(r"\1\2\3", plain_numbers(text))


def _another_word(mine: str, theirs: str) -> bool:
    """Whether other words stand in the same place; less or more said in it seldom changes the answer."""
    said, meant = _FILLER.sub("", mine), _FILLER.sub("", theirs)
    return bool(said and meant) and said != meant and not set(concepts(mine)) & set(concepts(theirs))


def _meant(asked: str, mine: str, known: Sequence[str]) -> bool:
    """Whether a phrasing of the entry says what the question says differently."""
    units = characters(asked)
    parts = characters(_FILLER.sub("", mine))
    start = next((at for at in range(len(units)) if units[at : at + len(parts)] == parts), None)
    if start is None:
        return any("".join(parts) in phrasing for phrasing in known)
    if len(parts) < 2:  # one character alone stands in many places: take its neighbour with it
        around = [units[start : start + 2], units[max(start - 1, 0) : start + 1]]
        wanted = [pair for pair in around if len(pair) == 2]
    else:
        wanted = [parts]
    return any(_holds(characters(phrasing), run) for phrasing in known for run in wanted)


def _turned_alike(asked: str, known: Sequence[str]) -> bool:
    """Whether a phrasing that is worded like the question denies what it denies."""
    for phrasing in known:
        one, other = _apart(asked, phrasing)
        if (one or other or asked == phrasing) and _turns(one) == _turns(other):
            return True
    return False


def _turns(text: str) -> bool:
    return len(_TURNING.findall(text)) % 2 == 1


def _places_changed(asked: str, near: str) -> bool:
    if _likeness(asked, near) < 0.7:
        return False
    for verb in _DIRECTION.findall(asked):
        if verb in near:
            before, after = (_pairs(part) for part in asked.split(verb, 1))
            theirs_before, theirs_after = (_pairs(part) for part in near.split(verb, 1))
            if before & theirs_after - theirs_before and after & theirs_before - theirs_after:
                return True
    return False


def _another_aspect(asked: str, near: str, known: Sequence[str]) -> bool:
    mine, theirs = _aspects(asked), _aspects(near)
    if not mine or not theirs or mine & theirs or _likeness(asked, near) < ABOUT_THE_SAME:
        return False
    return not any(mine & _aspects(phrasing) for phrasing in known)


def _aspects(text: str) -> frozenset[str]:
    named = concepts(_WHY.sub("为什么", text))
    return frozenset(_ALIKE.get(name, name) for name in named) & _ASPECTS


def _apart(one: str, other: str) -> tuple[str, str]:
    """What stands between the common beginning and the common end of two texts; nothing if they share too little."""
    a, b = characters(one), characters(other)
    shorter = min(len(a), len(b))
    begin = 0
    while begin < shorter and a[begin] == b[begin]:
        begin += 1
    end = 0
    while end < shorter - begin and a[-1 - end] == b[-1 - end]:
        end += 1
    if begin + end < NEAR * max(len(a), len(b)):
        return "", ""
    return "".join(a[begin : len(a) - end]), "".join(b[begin : len(b) - end])


def _holds(units: Sequence[str], run: Sequence[str]) -> bool:
    return any(units[at : at + len(run)] == run for at in range(len(units) - len(run) + 1))


def _likeness(one: str, other: str) -> float:
    """Share of the characters of both that they have in common, whatever their order."""
    a, b = Counter(characters(one)), Counter(characters(other))
    return 2 * (a & b).total() / max((a + b).total(), 1)


def _pairs(text: str) -> set[str]:
    plain = _FILLER.sub("", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
