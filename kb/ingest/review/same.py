"""Whether two questions ask the same, in other words: their cores, the residue between them, and their details.

The core of a question is what is left when ways to ask are made one (怎么, 如何 and 咋; 几天, 多久 and 多长时间) and
small words are dropped; the order of its characters does not count (退货怎么申请 is 怎么申请退货).
"""

# ruff: noqa: E501 - a pattern reads best on one line

import re
from collections import Counter
from dataclasses import dataclass

from kb.index.details import Details, details
from kb.index.knowledge import matched_form
from kb.text import characters

#: One way to say it, then all; the longest that fits counts. Capital letters cannot come from a normalised text.
_ALIKE = """
N 怎么办 咋办 怎么处理 如何处理 怎么解决 如何解决 咋整 怎么弄好
Y 怎么(?=[^一-鿿]?[一-鿿]{0,2}(?:不了|不到|不能|不上|没有?|不出)) 为什么 为何 为啥 怎么回事 什么原因 啥原因 咋回事
T 多长时间 多少时间 多少天 多少日 多少个工作日 几个工作日 几天时间 几天 几日 多久 多少小时 几个小时 几小时 多少分钟 几分钟 有效期 时效 期限 多久时间
W 什么时候 什么时间 啥时候 何时 几时 哪一天 哪天 几号 几点
M 多少钱 多少元 多少 几块钱 几元 多大 多重 多高 多长 多宽 多厚 几岁 几 价格
H 怎么样 怎么 怎样 如何 咋样 咋 流程 步骤 方法 方式是什么
R 在哪里 从哪里 去哪里 到哪里 哪里 在哪儿 哪儿 在哪 什么地方 哪个地方 什么位置 入口
Q 哪几种 哪些 哪几 哪个 哪种 什么 啥
U 没有 没 未
F 谁承担 谁负担 谁出 谁付 由谁
C 能不能 可不可以 行不行 可否 能否 是否可以 是否能 是否支持 是否 可以 能够 会不会 有没有 支不支持 能 支持 吗 么
S 查询 查看 查到 查 查找 看到 看
Z 没有达到 没达到 未达到 不满 不足 未满
X 最多 最高 最大 上限
L 最少 最低 最小
D 破损 损坏 坏了 坏掉 坏
P 赔付 赔偿 赔
E 修改 更改 更换 变更 改成 换成 改
A 以后 之后 后
B 以前 之前 前
I 以内 之内 内
K 快递 物流
J 客服人员 人工客服 客服
O 购买 买
G 支付方式 付款方式 支付 付款
V 一(?=[罐包盒袋箱片个套件张瓶]) 每
"""
_WAYS = {way: line[0] for line in _ALIKE.strip().splitlines() for way in line.split()[1:]}
_PLAIN = {way: symbol for way, symbol in _WAYS.items() if "(" not in way}
_AHEAD = [(re.compile(way), symbol) for way, symbol in _WAYS.items() if "(" in way]  # depends on what follows
_WAY = re.compile("|".join([p.pattern for p, _ in _AHEAD] + sorted(map(re.escape, _PLAIN), key=len, reverse=True)))
_SMALL = re.compile(
    r"我们|你们|您们|咱们|你家|贵店|贵司|贵商城|商城|平台|一下|想要|想|需要|须要|必须|要|我|你|您|请|麻烦|帮忙|帮|给|让|的话|的|地|得|了|呢|啊|呀|吧|哦|嘛|哈|"
    r"是|有|会|在|到|把|将|被|就|都|也|还|再|才|与|和|跟|满足|一般|通常|大概|大约|一共|总共|具体|自己|使用|或者|或|及|以|用|为|个|另外|额外|现在|目前|之|这|那|时候|时|申请|提交|订单|商品|东西|服务|地方|地区|情况"
)
_ASKS_WHETHER = re.compile(
    r"吗$|(?<![什怎多那这要])么$|能不能|可不可以|能否|可否|是否|会不会|有没有|行不行|支不支持|要不要|需不需要|是不是"
)
_WITHIN = re.compile("内")
_OVER = re.compile("过了|超过|过期|期满|逾期|外")
_ONE_OF = frozenset("罐包盒袋箱片个套件张瓶单次")
_ASKING = frozenset("NYTWMHRQC")

_SYMBOL_WEIGHT = 2.0  # a symbol stands for a word of two characters
_LIGHT = {"C": 0.0, "I": 0.5, "A": 1.0, "S": 1.0, "V": 0.5}
_ONE_SIDED = 0.14  # share of both cores that one side may say more than the other
_CLOSE = 0.78  # cosine from which on a small residue is believed to be a matter of wording
_A_WORD = 1.5  # weight of less than a word
_TURNING = frozenset(
    "非免无不反入出进买卖上下内外新旧老男女大小高低增减正负双单早晚左右首末日台"
)  # one such character, another matter
_BEFORE_AFTER = frozenset("AB")
_DOING = re.compile("申请|使用|提交")
_DEFINE = re.compile("^什么是|^什么叫")


@dataclass(frozen=True, slots=True)
class Asked:
    """A phrasing, taken apart for comparison."""

    text: str  # in matched form
    core: Counter[str]
    weight: float
    details: Details
    whether: bool  # asks for yes or no
    key: frozenset[tuple[str, int]]  # the same for questions that differ in wording only


def take_apart(phrasing: str) -> Asked:
    """Read a phrasing."""
    text = matched_form(phrasing)
    symbols = _WAY.sub(lambda match: f" {_symbol(match)} ", text)
    words = [part for piece in symbols.split() for part in _pieces(piece)]
    core: Counter[str] = Counter()
    for part in words:
        if part in _ASKING:
            core[part] = 1  # 几点到几点 asks once
        else:
            core[part] += 1
    if "C" in core and core.keys() & (_ASKING - {"C"}):
        del core["C"]  # 多久能到 is 多久到
    key = frozenset((part, count) for part, count in core.items() if _weigh(part))
    whether = _ASKS_WHETHER.search(text) is not None
    return Asked(text, core, sum(map(_weighed, core.items())), details(text), whether, key)


def ask_the_same(a: Asked, b: Asked, similarity: float) -> bool:
    """Whether the two ask the same; `similarity` is the cosine of their vectors."""
    if similarity < _CLOSE and a.key != b.key:
        return False
    if not a.weight or not b.weight or differ_in_detail(a, b) or asks_for(a) != asks_for(b):
        return False
    more, less = a.core - b.core, b.core - a.core
    only_one = more.keys() | less.keys()
    if only_one & _TURNING or only_one >= _BEFORE_AFTER or _do_other(a.text, b.text):
        return False
    if only_one and (_DEFINE.search(a.text) or _DEFINE.search(b.text)):
        return False  # 什么是满享卡 asks for less than 满享卡的年费是什么
    ours, theirs = _says_more(a, b), _says_more(b, a)
    if ours and theirs:
        return False
    share = (ours + theirs) / (a.weight + b.weight)
    return not share or (ours + theirs <= _A_WORD and share <= _ONE_SIDED and similarity >= _CLOSE)


def _do_other(ours: str, theirs: str) -> bool:
    """Whether both name a thing to do that the core leaves out, and not the same: 申请 and 使用."""
    mine, others = set(_DOING.findall(ours)), set(_DOING.findall(theirs))
    return bool(mine and others) and mine.isdisjoint(others)


def covered(a: Asked, b: Asked) -> float:
    """Share of `a` that `b` says too, 0..1."""
    return 1 - sum(map(_weighed, (a.core - b.core).items())) / max(a.weight, 1.0)


def differ_in_detail(a: Asked, b: Asked) -> bool:
    """Whether the two name different numbers, sizes, models or opposites, or only one of them denies something."""
    return name_others(a, b) or bool(a.details.denied) != bool(b.details.denied)


def name_others(a: Asked, b: Asked) -> bool:
    """Whether the two name different numbers, sizes, models or opposites."""
    mine, theirs = a.details, b.details
    if (mine.sides[0] & theirs.sides[1]) | (mine.sides[1] & theirs.sides[0]):
        return True
    if mine.codes != theirs.codes or mine.sizes != theirs.sizes or _counted(a) != _counted(b):
        return True
    within = bool(_WITHIN.search(a.text)) != bool(_WITHIN.search(b.text))
    return within and bool(_OVER.search(a.text) or _OVER.search(b.text))


def asks_for(asked: Asked) -> frozenset[str]:
    """What kind of answer is asked for; when and how long are one, as are how, where, why and what to do."""
    return frozenset(
        {"W": "T", "Y": "H", "N": "H", "R": "H", "Q": "M"}.get(part, part) for part in asked.core if part in "NYTWMHRQ"
    )


def _counted(asked: Asked) -> frozenset[tuple[str, float]]:
    """The amounts in a question; 一罐 and 每包 are no amount."""
    return frozenset((unit, value) for unit, value in asked.details.quantities if value != 1.0 or unit not in _ONE_OF)


def _says_more(a: Asked, b: Asked) -> float:
    """Weight of what `a` says and `b` doesn't; what `b` says once and `a` twice counts half."""
    return sum(_weighed(more) * (0.5 if more[0] in b.core else 1.0) for more in (a.core - b.core).items())


def _symbol(match: re.Match[str]) -> str:
    for pattern, symbol in _AHEAD:
        if pattern.match(match.string, match.start()):
            return symbol
    return _PLAIN[match.group()]


def _pieces(piece: str) -> list[str]:
    return [piece] if piece in _ASKING or (len(piece) == 1 and piece.isupper()) else characters(_SMALL.sub("", piece))


def _weigh(part: str) -> float:
    return _LIGHT.get(part, _SYMBOL_WEIGHT if part.isupper() else 1.0 if len(part) == 1 else 2.0)


def _weighed(counted: tuple[str, int]) -> float:
    part, count = counted
    return _weigh(part) * count
