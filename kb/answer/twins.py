"""Near twins: a question that is worded like a phrasing but for one thing, and asks for something else by it.

满199减50的券怎么领 is all but one number the phrasing 满199减20的券怎么领: every likeness is high, the answer wrong.
Some differences are certain: another amount, another thing of the same kind (地铁, 高铁), the opposite (楼上, 楼下), parties
or places that have changed places (积分转给家人, 家人积分转给我), a negation that stands elsewhere. Others may be the same in
other words: what one of the two denies, another question about the same (为什么, 怎么), another thing in the same place,
what all phrasings say and the question doesn't. Those are weighed together (`kb.answer.doubt`).
"""

# ruff: noqa: E501 - a pattern is easier to read in one line

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import repeat
from math import log
from typing import Self

from kb.answer.directions import goals_changed, reversed_in
from kb.answer.doubt import WEIGHTS, Signs, doubt
from kb.answer.opposites import another_of_kind, opposed
from kb.answer.wording import FILLER, QUESTIONING, Wording, codes, known_wording
from kb.index.concepts import concepts
from kb.index.details import Details
from kb.text import characters

Near = Callable[[str, str], float]  # cosine of two texts

#: Share of the longer text that beginning and end must have in common; below, two texts are worded differently anyway.
NEAR = 0.5
#: Share of all their characters that two texts must have in common, for each of the tests.
_ABOUT_THE_SAME, _HALF, _ALIKE, _MUCH_ALIKE, _NEARLY_THE_SAME = 0.4, 0.5, 0.55, 0.7, 0.8
#: Up to these log-odds the interaction model is believed that two texts ask something else, however alike they are.
ANOTHER = -6.0
#: Below this cosine two words mean something else.
UNLIKE = 0.36
#: Units of the longest thing that one thing is taken for; longer pieces are another wording.
_LONGEST = 5


def turned(
    question: str,
    closest: str,
    phrasings: Sequence[str],
    *,
    near: Near,
    read_beside: Callable[[], tuple[float, float]],
) -> bool:
    """Whether `question` asks for something else than `closest`, the phrasing of an entry that it is worded like.

    All texts are in matched form. What the question says differently may stand in any of the entry's `phrasings`: then
    the entry means it too. `read_beside` gives what the interaction model makes of question and closest phrasing
    (`kb.index.interaction.FIGURES`); it is asked only when that matters.
    """
    asked, meant = Wording(question), known_wording(closest)
    known = [known_wording(phrasing) for phrasing in phrasings]
    if any(phrasing.plain == asked.plain for phrasing in known):
        return False
    beside = _beside(asked, meant, known)
    if _asked_of_none(asked, known) or any(_differs(asked, one, known) for one in beside):
        return True
    figures = read_beside()
    if _far(beside[0], figures):
        return True
    sure = doubt(_signs(asked, beside, known, figures))
    if sure > 0 or sure + WEIGHTS.thing <= 0:
        return sure > 0
    return _things_differ(asked, beside, known, near)


def signs(
    question: str, closest: str, phrasings: Sequence[str], *, near: Near, figures: tuple[float, float]
) -> Signs | None:
    """What `turned` weighs, to fit the weights; None where a difference is certain, or there is none."""
    asked, meant = Wording(question), known_wording(closest)
    known = [known_wording(phrasing) for phrasing in phrasings]
    beside = _beside(asked, meant, known)
    if any(phrasing.plain == asked.plain for phrasing in known) or _asked_of_none(asked, known):
        return None
    if any(_differs(asked, one, known) for one in beside) or _far(beside[0], figures):
        return None
    return replace(_signs(asked, beside, known, figures), thing=_things_differ(asked, beside, known, near))


@dataclass(frozen=True, slots=True)
class _Beside:
    """A phrasing that the question is laid beside."""

    wording: Wording
    likeness: float
    mine: str  # what stands between the common beginning and end in the question
    theirs: str  # and in the phrasing

    @classmethod
    def of(cls, asked: Wording, meant: Wording) -> Self:
        """Compare the two."""
        return cls(meant, _likeness(asked, meant), *_apart(asked.units, meant.units))


def _beside(asked: Wording, meant: Wording, known: Sequence[Wording]) -> Sequence[_Beside]:
    """The closest phrasing, and the one that has the most characters in common with the question if it is another."""
    units = asked.distinct
    size = len(units)
    likest = max(known, key=lambda one: len(units & one.distinct) / (size + len(one.distinct)))
    return [_Beside.of(asked, one) for one in ((meant,) if likest.text == meant.text else (meant, likest))]


def _signs(asked: Wording, beside: Sequence[_Beside], known: Sequence[Wording], figures: tuple[float, float]) -> Signs:
    """All signs but whether another thing stands in the same place, which takes longest."""
    said = asked.content
    contents = [phrasing.content for phrasing in known]
    core = frozenset.intersection(*contents) if len(contents) > 1 else frozenset()
    same, unturned = figures
    turning = any(_turns(one.mine) != _turns(one.theirs) for one in beside)
    return Signs(
        alike=beside[0].likeness,
        same=same,
        unturned=unturned,
        missing=len(core - said) / max(len(core), 1),
        novel=len(said.difference(*contents)) / max(len(said), 1),
        aspect_of_none=bool(asked.aspects) and not any(asked.aspects & phrasing.aspects for phrasing in known),
        denied=any(_denied_otherwise(asked, one.wording, known) for one in beside),
        turning=turning and not _turned_alike(asked, known),
        aspect=any(_another_aspect(asked, one.wording, known) for one in beside),
        thing=False,
        length=log(max(len(asked.units), 1)),
    )


def _far(closest: _Beside, figures: tuple[float, float]) -> bool:
    """Whether the interaction model is sure that two texts of about the same characters ask something else."""
    return figures[0] < ANOTHER and closest.likeness >= _ALIKE


def _things_differ(asked: Wording, beside: Sequence[_Beside], known: Sequence[Wording], near: Near) -> bool:
    return any(_another_thing(one.mine, one.theirs, asked, known, near) for one in beside)


def _differs(asked: Wording, beside: _Beside, known: Sequence[Wording]) -> bool:
    """Whether one phrasing of an entry is worded like the question and certainly asks for something else."""
    meant, likeness = beside.wording, beside.likeness
    if likeness < _ABOUT_THE_SAME:
        return False  # worded differently altogether, as most questions are
    return (
        _counted_otherwise(asked, meant, known)
        or _denial_moved(asked, meant)
        or _another_of_kind(asked, meant, known)
        or _another_amount(beside.mine, beside.theirs, asked, known)
        or _other_way(asked, meant, known)
        or (likeness >= _HALF and _opposed_in(asked, meant, known))
        or (likeness >= _ALIKE and _another_side(asked, meant, known))
        or (likeness >= _MUCH_ALIKE and (_another_party(asked, meant, known) or _places_changed(asked, meant)))
    )


# --- what is denied ------------------------------------------------------------------------------------------------

#: What turns the meaning round wherever it is added or taken away.
_TURNING = re.compile(r"[不没未无非别勿禁]|免(?!费)|取消|失败|拒绝|停止|解除")
_NEGATED = re.compile(r"[不没未有]*")
_NOTHING = frozenset("的了吗呢吧么行")  # stands behind a negation without being denied by it


def _denied_otherwise(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether one of the two denies what the other says, and no phrasing takes the side of the question."""
    (mine, my_rest), (theirs, their_rest) = asked.denials, meant.denials
    if any(word[0] in _NOTHING for word in (*mine, *theirs)):
        return False  # 这样是不允许的: of what it is said cannot be seen
    for word in mine:
        if (
            not _among(word, theirs)
            and _says(their_rest, word, asked.plain)
            and not any(_among(word, phrasing.denials[0]) for phrasing in known)
        ):
            return True
    if any(word in asked.done and not any(word in phrasing.done for phrasing in known) for word in theirs):
        return True
    return any(
        not _among(word, mine)
        and _says(my_rest, word, meant.plain)
        and not any(
            _says(phrasing.denials[1], word, meant.plain) for phrasing in known if phrasing.plain != meant.plain
        )
        for word in theirs
    )


def _denial_moved(asked: Wording, meant: Wording) -> bool:
    """Whether two texts are the same but for the place of their one negation: 没发货却显示签收, 发货了却没显示签收."""
    if asked.denied_of and meant.denied_of:
        (mine, what), (theirs, denied) = asked.denied_of, meant.denied_of
        if what == denied and mine != theirs and mine in meant.plain and theirs in asked.plain:
            return True  # 门锁没电能用手机开吗, 手机没电能开门锁吗
    if asked.one_denial is None or meant.one_denial is None:
        return False
    (at, rest), (there, their_rest) = asked.one_denial, meant.one_denial
    return rest == their_rest and abs(at - there) > 1


def _among(word: str, denied: Sequence[str]) -> bool:
    """Whether a word is denied too; it may have been cut off differently."""
    return any(word[0] == other[0] or word[-1] == other[0] or word[0] == other[-1] for other in denied)


def _says(rest: str, word: str, other: str) -> bool:
    """Whether a text, of which `rest` is what it does not deny, says what is denied in the other."""
    if (len(word) > 1 and word in rest) or f"有{word}" in rest:
        return True
    verb = word[0]
    if rest.count(verb) != 1 or other.count(verb) != 1:
        return False
    at, there = rest.index(verb), other.index(verb)
    if at == 0:
        return _NEGATED.fullmatch(other[:there]) is not None
    return rest[at - 1] != "，" and rest[at - 1] in other[max(0, there - 4) : there]


def _turned_alike(asked: Wording, known: Sequence[Wording]) -> bool:
    """Whether a phrasing that is worded like the question denies what it denies."""
    for phrasing in known:
        one, other = _apart(asked.units, phrasing.units)
        if (one or other or asked.plain == phrasing.plain) and _turns(one) == _turns(other):
            return True
    return False


def _turns(text: str) -> bool:
    return len(_TURNING.findall(text)) % 2 == 1


# --- who does what to whom -----------------------------------------------------------------------------------------

_MOST_PIECES = 8
#: What is done between two that can change places, and how long that is at most.
_DIRECTIONS = frozenset(
    "换转改充退寄赔变兑借欠送付漏给到进成比绑连接打抵告骂追撞向由从加看用替帮代拉删罚扣卖租教请找评管让被取"
)
_SHORT = 4
#: Between two things that are only listed their order means nothing.
_LISTED = re.compile(r"^(?:和|与|或|及|跟|以及|或者|还是|同)?$")
_EMPLOYERS = frozenset(("公司", "单位", "老板", "本人", "我"))
_ONE_SIDE = {"我们": "我", "咱": "我", "咱们": "我"} | dict.fromkeys(
    ("你们", "您", "商家", "卖家", "店家", "平台"), "你"
)


def _places_changed(asked: Wording, meant: Wording) -> bool:
    """Whether what goes to one party in one of the two goes to, or comes from, the other in the other."""
    if _exchanged(asked, meant) or _who_and_whom(asked, meant) or _who_and_whom(meant, asked):
        return True
    mine, theirs = asked.given, meant.given
    if len(mine) != 1 or len(theirs) != 1:
        return False
    to, their_to = mine[0], theirs[0]
    sides = {_ONE_SIDE.get(to, to), _ONE_SIDE.get(their_to, their_to)}
    if len(sides) == 1:
        return False
    return sides == {"我", "你"} or meant.plain.count(to) > 0 or asked.plain.count(their_to) > 0


def _who_and_whom(one: Wording, other: Wording) -> bool:
    return one.plain.startswith("谁") and other.asks_to_whom


def _another_party(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether both begin with who does it, and no phrasing names the one that the question names."""
    if asked.actor is None or meant.actor is None:
        return False
    (mine, rest), (theirs, their_rest) = asked.actor, meant.actor
    actor, other = (_ONE_SIDE.get(one, one) for one in (mine, theirs))
    if actor == other or actor in other or other in actor or {actor, other} <= _EMPLOYERS:
        return False
    swapped = mine in their_rest and theirs in rest
    units, their_units = characters(rest), characters(their_rest)
    likeness = _alike(Counter(units), Counter(their_units), len(units) + len(their_units))
    if likeness < (_ALIKE if swapped else _NEARLY_THE_SAME):
        return False
    return not any(phrasing.actor and phrasing.actor[0] == mine for phrasing in known)


def _other_way(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether something goes the other way: 从上海寄到北京, 从北京寄到上海."""
    theirs = meant.ways
    if theirs.none:
        return False
    others = [phrasing.ways for phrasing in known]
    return reversed_in(asked.ways, theirs, others) or goals_changed(
        asked.plain, meant.plain, asked.ways, theirs, others
    )


def _opposed_in(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether the opposite stands beside the same neighbour, and in no phrasing of the entry: 楼上漏水, 楼下漏水."""
    return any(not any(said in one.plain for one in known) for said in opposed(asked.plain, meant.plain))


def _exchanged(asked: Wording, meant: Wording) -> bool:
    """Whether two things stand around what is done in one order and in the other: 美元换人民币, 人民币换美元."""
    one, other = asked.units, meant.units
    if one == other:
        return False
    both = set(one) & set(other)
    if [unit for unit in one if unit in both] == [unit for unit in other if unit in both]:
        return False  # nothing stands in another order
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for (first, a, b, c, d), (_, e, f, _, _), (second, g, h, i, j) in zip(steps, steps[1:], steps[2:], strict=False):
        if first == second == "replace" and (one[a:b], other[c:d]) == (other[i:j], one[g:h]):
            return not _LISTED.match(_content(one[e:f]))  # 主卡销户副卡…, 副卡销户主卡…
    if both.isdisjoint(_DIRECTIONS):
        return False
    pieces = _pieces(one, other)
    for x, x_there, size in pieces:
        for y, y_there, other_size in pieces:
            if x < y and y_there < x_there:
                between, there = _content(one[x + size : y]), _content(other[y_there + other_size : x_there])
                if between == there and len(between) <= _SHORT and not _DIRECTIONS.isdisjoint(between):
                    return True
    return False


def _pieces(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    """The longest pieces that both texts hold, wherever: begin in each, and units."""
    free, their_free = list(one), list(other)
    found: list[tuple[int, int, int]] = []
    for mark in range(_MOST_PIECES):
        match = SequenceMatcher(None, free, their_free, autojunk=False).find_longest_match()
        if not match.size:
            break
        if _content(one[match.a : match.a + match.size]):
            found.append((match.a, match.b, match.size))
        free[match.a : match.a + match.size] = [f"<{mark}>"] * match.size  # neither is met again
        their_free[match.b : match.b + match.size] = [f">{mark}<"] * match.size
    return found


def _content(units: Sequence[str]) -> str:
    return QUESTIONING.sub("", "".join(units))


# --- what is asked about it ----------------------------------------------------------------------------------------

#: Questions that one answer often serves.
_ONE_ANSWER = frozenset(
    frozenset(two.split())
    for two in (
        "how where", "how remedy", "when howlong", "what which", "how what", "where what", "who which", "who what",
        "which where", "how which", "papers how", "papers what", "papers which", "pieces howlong", "pieces which",
        "age when", "size which", "pieces times", "amount howmuch", "amount howlong", "amount times", "amount pieces",
        "amount age", "amount size", "amount what", "amount which", "effect what", "effect remedy",
        "effect which", "howmuch how",
    )
)  # fmt: skip
#: Asked only where a text says so: what a text that says nothing, or asks whether, seldom means.
_PLAINLY_SAID = frozenset(("why", "papers", "times", "age", "when", "howlong", "howmuch", "who"))
_WHETHER = frozenset(("whether",))
_SEVERAL = 2  # phrasings of an entry, of which all ask something else


def _another_aspect(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    mine, theirs = asked.aspects, meant.aspects
    if not mine or not theirs or _one_answer(mine, theirs):
        return False
    return not any(mine & phrasing.aspects for phrasing in known)


def _asked_of_none(asked: Wording, known: Sequence[Wording]) -> bool:
    """Whether a question plainly asks for what no phrasing of the entry asks, all of which say what they ask."""
    mine = asked.aspects & _PLAINLY_SAID
    if len(mine) != 1 or asked.aspects != mine or len(known) < _SEVERAL or ("why" in mine and asked.in_trouble):
        return False
    theirs = [phrasing.aspects or (_WHETHER if phrasing.asks_whether else frozenset()) for phrasing in known]
    return any(theirs) and not any(_one_answer(mine, others) for others in theirs)


def _one_answer(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(a == b or frozenset((a, b)) in _ONE_ANSWER for a in mine for b in theirs)


# --- another amount, another thing -----------------------------------------------------------------------------------

_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_CODE = re.compile(r"[a-z0-9.\-+/%]+")
_UNIT = re.compile(
    r"天|日|周|星期|个?月|年|个?小时|分钟|秒|点|万|千|百|亿|元|块|角|分|斤|公斤|克|吨|升|毫升|米|厘米|里|公里|次|折|倍"
)


def _counted_otherwise(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether two texts are one and the same but for their numbers, and no phrasing has those of the question."""
    mine, rest = asked.numerals
    if not mine or rest != meant.numerals[1]:
        return False
    return not any(phrasing.numerals[0] == mine for phrasing in known)


def _another_amount(mine: str, theirs: str, asked: Wording, known: Sequence[Wording]) -> bool:
    """Whether another number, or another model, stands in the same place."""
    if mine != theirs and _UNIT.fullmatch(mine) and _UNIT.fullmatch(theirs):
        counted = re.search(f".{mine}", asked.plain)
        return counted is not None and not any(counted.group() in phrasing.plain for phrasing in known)
    if not mine or not theirs:
        return mine + theirs == "半" or _another_name(mine or theirs, asked, known)
    said, meant = codes(mine), codes(theirs)
    if not said or not meant or set(said) & set(meant):
        return False
    figures = _FIGURE.findall(mine), _FIGURE.findall(theirs)
    if (bool(figures[0]) is not bool(figures[1]) or figures[0] == figures[1]) and len(mine) > len("".join(said)):
        return False
    return all(phrasing.codes.isdisjoint(said) for phrasing in known)


def _another_name(more: str, asked: Wording, known: Sequence[Wording]) -> bool:
    """Whether what only one of the two says belongs to a name of several Latin words: pro max, pro."""
    if not _CODE.fullmatch(more):
        return False
    theirs = frozenset().union(*(phrasing.names for phrasing in known))
    return asked.names.isdisjoint(theirs) and any(more in name.split() for name in asked.names ^ theirs)


def _another_side(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether the other one of two opposites, or another amount, is named, and by no phrasing of the entry."""
    theirs = meant.details
    if not any(theirs.sides) and not theirs.quantities:
        return False
    mine = asked.details
    if not (_opposed(mine, theirs) or _amounts_differ(mine, theirs)):
        return False
    others = [phrasing.details for phrasing in known if phrasing.text != meant.text]
    return not any(_on_one_side(mine, other) or mine.quantities & other.quantities for other in others)


def _another_of_kind(asked: Wording, meant: Wording, known: Sequence[Wording]) -> bool:
    """Whether another thing of the same kind is named, and by no phrasing of the entry: 地铁, 高铁."""
    return bool(meant.things) and another_of_kind(asked.things, meant.things, [one.things for one in known])


def _opposed(mine: Details, theirs: Details) -> bool:
    return bool(mine.sides[0] & theirs.sides[1] | mine.sides[1] & theirs.sides[0])


def _on_one_side(mine: Details, other: Details) -> bool:
    return bool(mine.sides[0] & other.sides[0] | mine.sides[1] & other.sides[1])


def _amounts_differ(mine: Details, theirs: Details) -> bool:
    units = {unit for unit, _ in mine.quantities} & {unit for unit, _ in theirs.quantities}
    return bool(units) and not mine.quantities & theirs.quantities


def _another_thing(mine: str, theirs: str, asked: Wording, known: Sequence[Wording], near: Near) -> bool:
    """Whether another thing stands in the same place; less or more said in it seldom changes the answer."""
    said, meant = FILLER.sub("", mine), FILLER.sub("", theirs)
    if not said or not meant or said in meant or meant in said:
        return False
    if max(len(characters(said)), len(characters(meant))) > _LONGEST or set(concepts(mine)) & set(concepts(theirs)):
        return False
    return not _meant(asked.plain, said, known) and near(mine, theirs) < UNLIKE


def _meant(asked: str, said: str, known: Sequence[Wording]) -> bool:
    """Whether a phrasing of the entry says what the question says differently."""
    if len(said) > 1 or said not in asked:
        return any(said in phrasing.plain for phrasing in known)
    at = asked.index(said)  # one character alone stands in many places: take its neighbour with it
    around = [run for run in (asked[at : at + 2], asked[max(at - 1, 0) : at + 1]) if len(run) == 2]
    return any(run in phrasing.plain for phrasing in known for run in around)


# --- how alike two texts are ---------------------------------------------------------------------------------------


def _apart(a: Sequence[str], b: Sequence[str]) -> tuple[str, str]:
    """What stands between the common beginning and the common end of two texts; nothing if they share too little."""
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


def _likeness(one: Wording, other: Wording) -> float:
    """Share of the characters of both that they have in common, whatever their order."""
    return _alike(one.counts, other.counts, len(one.units) + len(other.units))


def _alike(one: Mapping[str, int], other: Mapping[str, int], units: int) -> float:
    shared = sum(map(min, one.values(), map(other.get, one, repeat(0))))
    return 2 * shared / max(units, 1)
