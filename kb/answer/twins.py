"""Near twins: a question that is worded like a phrasing but for one thing, and asks for something else by it.

满199减50的券怎么领 is all but one number the phrasing 满199减20的券怎么领: every likeness is high, the answer wrong.
Five such things are looked for: what one of the two denies and the other says, parties that have changed places
(积分转给家人, 家人积分转给我), another question about the same (为什么, 怎么), another amount, and another thing in the same
place. What is said in other words is often the same, so another word counts only where the embedder finds the two
unlike, and hardly anything counts where the interaction model is sure that no word turns the question.
"""

# ruff: noqa: E501 - a pattern is easier to read in one line

import re
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from kb.index.concepts import concepts
from kb.index.details import Details, details
from kb.text import characters, plain_numbers

Near = Callable[[str, str], float]  # cosine of two texts

#: Share of the longer text that beginning and end must have in common; below, two texts are worded differently anyway.
NEAR = 0.5
#: Share of all their characters that two texts must have in common, for each of the tests.
_ABOUT_THE_SAME, _ALIKE, _MUCH_ALIKE, _NEARLY_THE_SAME = 0.4, 0.55, 0.7, 0.8
#: From these log-odds on the interaction model is believed that nothing is turned, up to these that it is not the same.
UNTURNED = 2.7
ANOTHER = -6.0
CERTAINLY_ANOTHER = -8.0
#: Below this cosine two words mean something else.
UNLIKE = 0.36
#: Units of the longest thing that one thing is taken for; longer pieces are another wording.
_LONGEST = 5

#: Said without changing what is asked.
_FILLER = re.compile(
    r"请问|你们|我们|咱们?|一下|可以|能够|应该|应当|需要|到底|究竟|现在|目前|是否|怎么会|已经|[的了吗呢吧啊呀嘛哦哈呗么我你您这那个还就都也要想会能可得给把被来去是在有请问下过着们家买块元到则于对为]"
)
#: Said twice to ask: 能不能 is 能, …了没 and …行不 ask what …了 and …行 ask.
_ASKING = re.compile(r"(.)[不没]\1|(可)不(可以)|(?:吗|么|没有|不|没|呢|呀|吧|啊)+$")
#: 不能退吗 asks what 能退吗 asks.
_ASKED_BOTH_WAYS = re.compile(r"不(?=(?:能|可以?|支持|会|是|用|需要|允许|给|让)[^不没未]*[吗么]$)")


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
    (`kb.index.interaction.FIGURES`).
    """
    asked, meant = _plain(question), _plain(closest)
    known = [_plain(phrasing) for phrasing in phrasings]
    if asked in known:
        return False
    if _asked_of_none(asked, known):
        return True
    if _differs(
        question, closest, phrasings, asked=asked, meant=meant, known=known, near=near, read_beside=read_beside
    ):
        return True
    likest = max(phrasings, key=lambda phrasing: _likeness(asked, _plain(phrasing)))
    return likest != closest and _differs(
        question, likest, phrasings, asked=asked, meant=_plain(likest), known=known, near=near, read_beside=read_beside
    )


def _differs(
    question: str,
    closest: str,
    phrasings: Sequence[str],
    *,
    asked: str,
    meant: str,
    known: Sequence[str],
    near: Near,
    read_beside: Callable[[], tuple[float, float]],
) -> bool:
    """Whether one phrasing of an entry is worded like the question and asks for something else."""
    likeness = _likeness(asked, meant)
    if likeness < _ABOUT_THE_SAME:
        return False  # worded differently altogether, as most questions are
    mine, theirs = _apart(asked, meant)
    if (
        _counted_otherwise(asked, meant, known)
        or _denial_moved(asked, meant)
        or (likeness >= _MUCH_ALIKE and _another_party(asked, meant, known))
        or _another_amount(mine, theirs, asked, known)
        or (likeness >= _MUCH_ALIKE and _places_changed(asked, meant))
        or (likeness >= _ALIKE and _another_side(question, closest, phrasings))
    ):
        return True
    same, unturned = read_beside()
    if same < (ANOTHER if likeness >= _ALIKE else CERTAINLY_ANOTHER):
        return True
    if likeness < _ALIKE or (unturned >= UNTURNED and likeness < _NEARLY_THE_SAME):
        return False
    if _denied_otherwise(asked, meant, known):
        return True
    return unturned < UNTURNED and (
        (_turns(mine) != _turns(theirs) and not _turned_alike(asked, known))
        or _another_aspect(asked, meant, known)
        or _another_thing(mine, theirs, asked, known, near)
    )


def _plain(text: str) -> str:
    return _ASKING.sub(r"\1\2\3", _ASKED_BOTH_WAYS.sub("", plain_numbers(text)))


# --- what is denied ------------------------------------------------------------------------------------------------

#: What turns the meaning round wherever it is added or taken away.
_TURNING = re.compile(r"[不没未无非别勿禁]|取消|失败|拒绝|停止|解除")
_SET_PHRASES = re.compile(
    r"不好意思|不知道|不小心|不仅|不但|不管|不论|不错|对不起|差不多|没问题|没事|要不(?!要)|不然|不同|不一样|不客气|不用谢|不限|不锈钢|不少于|不超过|不低于|不足|"
    r"未成年|未来|不动产|不当|不良|不明|不断|无理由|无论|无线|不停|非常|是非|特别|别人|别的|个别|区别|分别|性别|级别|类别|识别|没收(?!到)|不正当|不可抗力|免密|免费|不得不"
)
_DENIES = re.compile(
    r"(?:不|没|未|无法|无(?!线|糖|人)|别|勿|禁止|拒绝|拒不|停止)"
    r"(?:有|能够?|会|可以?|要|给|让|想|再|用|是|需要?|必|得|予以?|支持|允许|被|曾|及时|按时|再次|办法|法|我|你们?|您|帮)*([\u4e00-\u9fff]{1,2})"
)
_CANNOT = re.compile(r"([\u4e00-\u9fff])(?:款|货|票|钱)?不(?:了|到|出来?|上|起|动|掉|开|进去?|下来?|成|回来?|得)(?!于)")
_FAILED = re.compile(r"[不没未]成功|没有成功")
_NOTHING = frozenset("的了吗呢吧么行")  # stands behind a negation without being denied by it
_COMPLEMENTS = re.compile(r"(?<=[\u4e00-\u9fff])[了过着的到上]")


_DENIAL = re.compile(r"[不没未]")
_CERTAINTIES = re.compile(r"已经|(?<=没)有|[了过着已却还有的到明]")


def _denials(text: str) -> tuple[list[str], str]:
    """What a text denies, in one or two characters each, and the text without it."""
    found: list[str] = []

    def denied(match: re.Match[str]) -> str:
        found.append("".join(filter(None, match.groups())))
        return "，"

    rest = _CANNOT.sub(denied, _SET_PHRASES.sub("，", _FAILED.sub("失败", text)))
    rest = _DENIES.sub(denied, _COMPLEMENTS.sub("", rest))
    return found, rest


def _denied_otherwise(asked: str, meant: str, known: Sequence[str]) -> bool:
    """Whether one of the two denies what the other says, and no phrasing takes the side of the question."""
    (mine, my_rest), (theirs, their_rest) = _denials(asked), _denials(meant)
    if any(word[0] in _NOTHING for word in (*mine, *theirs)):
        return False  # 这样是不允许的: of what it is said cannot be seen
    for word in mine:
        if (
            not _among(word, theirs)
            and _says(their_rest, word, asked)
            and not any(_among(word, _denials(phrasing)[0]) for phrasing in known)
        ):
            return True
    return any(
        not _among(word, mine)
        and _says(my_rest, word, meant)
        and not any(_says(_denials(phrasing)[1], word, meant) for phrasing in known if phrasing != meant)
        for word in theirs
    )


def _denial_moved(asked: str, meant: str) -> bool:
    """Whether two texts are the same but for the place of their one negation: 没发货却显示签收, 发货了却没显示签收."""
    mine, theirs = (_CERTAINTIES.sub("", _SET_PHRASES.sub("，", text)) for text in (asked, meant))
    at, there = _DENIAL.findall(mine), _DENIAL.findall(theirs)
    if len(at) != 1 or len(there) != 1 or _DENIAL.sub("", mine) != _DENIAL.sub("", theirs):
        return False
    return abs(mine.index(at[0]) - theirs.index(there[0])) > 1


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
        return there == 0
    return rest[at - 1] != "，" and rest[at - 1] in other[max(0, there - 4) : there]


def _turned_alike(asked: str, known: Sequence[str]) -> bool:
    """Whether a phrasing that is worded like the question denies what it denies."""
    for phrasing in known:
        one, other = _apart(asked, phrasing)
        if (one or other or asked == phrasing) and _turns(one) == _turns(other):
            return True
    return False


def _turns(text: str) -> bool:
    return len(_TURNING.findall(text)) % 2 == 1


# --- who does what to whom -----------------------------------------------------------------------------------------

_QUESTIONING = re.compile(
    r"怎么样?|如何|怎样|咋|为什么|为何|为啥|多久|多少|多长|几|什么|啥|哪[里儿个些种]?|吗|呢|吧|可以|能否|能不能|是否|是不是|有没有|需要|应该|谁|何时|请问|[的了我要想会能可在把将被是有]"
)
_MOST_PIECES = 8
#: What is done between two that can change places, and how long that is at most.
_DIRECTED = re.compile(
    r"[换转改充退寄赔变兑借欠送付漏给到进成比绑连接打抵告骂追撞向由从加看用替帮代拉删罚扣卖租教请找评管让被取]"
)
_SHORT = 4
#: Between two things that are only listed their order means nothing.
_LISTED = re.compile(r"^(?:和|与|或|及|跟|以及|或者|还是|同)?$")
_PARTY = r"我们?|咱们?|你们?|您|他们?|她|对方|别人|他人|家人|家里人?|朋友|好友|老公|老婆|孩子|父母|妈妈?|爸爸?|买家|卖家|商家|店家|客服|平台|公司|单位|员工|房东|租客"
_ROLE = rf"{_PARTY}|乘客|司机|骑手|快递员|老师|学生|家长|学校|医生|护士|患者|病人|物业|业主|邻居|甲方|乙方|中介|银行|保险公司|航空公司|酒店|影院|餐厅|银行|店主|丈夫|妻子|男方|女方|子女|儿子|女儿|老板|原告|被告|本人|债主|担保人|客人|住客|顾客|客户|收件人|寄件人|主卡|副卡"
_EMPLOYERS = frozenset(("公司", "单位", "老板", "本人", "我"))
_ACTS = re.compile(rf"^(?:请问|如果|要是|假如)?({_ROLE})(?=[^的和与跟或及])")
_GIVEN = re.compile(rf"(?:[给到还向往进归入去]|转让给|过户给)({_PARTY}|[外本异]地|外省|老家|国[内外]|境[内外])")
_TO_WHOM = re.compile(r"[给向]谁")
_ONE_SIDE = {"我们": "我", "咱": "我", "咱们": "我"} | dict.fromkeys(
    ("你们", "您", "商家", "卖家", "店家", "平台"), "你"
)


def _places_changed(asked: str, meant: str) -> bool:
    """Whether what goes to one party in one of the two goes to, or comes from, the other in the other."""
    if _exchanged(asked, meant) or _who_and_whom(asked, meant) or _who_and_whom(meant, asked):
        return True
    mine, theirs = _GIVEN.findall(asked), _GIVEN.findall(meant)
    if len(mine) != 1 or len(theirs) != 1:
        return False
    to, their_to = mine[0], theirs[0]
    sides = {_ONE_SIDE.get(to, to), _ONE_SIDE.get(their_to, their_to)}
    if len(sides) == 1:
        return False
    return sides == {"我", "你"} or meant.count(to) > 0 or asked.count(their_to) > 0


def _who_and_whom(one: str, other: str) -> bool:
    return one.startswith("谁") and _TO_WHOM.search(other) is not None


def _another_party(asked: str, meant: str, known: Sequence[str]) -> bool:
    """Whether both begin with who does it, and no phrasing names the one that the question names."""
    mine, theirs = _ACTS.match(asked), _ACTS.match(meant)
    if mine is None or theirs is None:
        return False
    actor, other = (_ONE_SIDE.get(one.group(1), one.group(1)) for one in (mine, theirs))
    if actor == other or actor in other or other in actor or {actor, other} <= _EMPLOYERS:
        return False
    rest, their_rest = asked[mine.end() :], meant[theirs.end() :]
    swapped = mine.group(1) in their_rest and theirs.group(1) in rest
    if _likeness(rest, their_rest) < (_ALIKE if swapped else _NEARLY_THE_SAME):
        return False
    return not any((named := _ACTS.match(phrasing)) and named.group(1) == mine.group(1) for phrasing in known)


def _exchanged(asked: str, meant: str) -> bool:
    """Whether two things stand around what is done in one order and in the other: 美元换人民币, 人民币换美元."""
    one, other = characters(asked), characters(meant)
    if one == other or _likeness(asked, meant) < _MUCH_ALIKE:
        return False
    both = set(one) & set(other)
    if [unit for unit in one if unit in both] == [unit for unit in other if unit in both]:
        return False  # nothing stands in another order
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for (first, a, b, c, d), (_, e, f, _, _), (second, g, h, i, j) in zip(steps, steps[1:], steps[2:], strict=False):
        if first == second == "replace" and (one[a:b], other[c:d]) == (other[i:j], one[g:h]):
            return not _LISTED.match(_content(one[e:f]))  # 主卡销户副卡…, 副卡销户主卡…
    pieces = _pieces(one, other)
    for x, x_there, size in pieces:
        for y, y_there, other_size in pieces:
            if x < y and y_there < x_there:
                between, there = _content(one[x + size : y]), _content(other[y_there + other_size : x_there])
                if between == there and len(between) <= _SHORT and _DIRECTED.search(between):
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
    return _QUESTIONING.sub("", "".join(units))


# --- what is asked about it ----------------------------------------------------------------------------------------

#: Taken out one after the other, so that 怎么办 is not read as 怎么.
_WAYS_OF_ASKING = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("why", r"为什么|为何|为啥|什么原因|啥原因|原因(?=$|是|有|在|呢)|怎么回事|咋回事|[什啥]么?情况(?=$|呢|啊|呀)|凭什么|凭啥|怎么会|咋会|(?:怎么|咋)(?=又|老|总|还|这么|那么|有|没)"),
        ("remedy", r"怎么办(?!理)|咋办(?!理)|咋整|怎么处理|如何处理|怎么解决|如何解决|怎么恢复|怎么修|怎么弄(?!的)|怎么去掉|怎么消除|怎么补救"),
        ("papers", r"(?:什么|哪些|啥)(?:材料|资料|证件|手续|文件|证明|东西|单据|凭证)|(?:材料|资料|证件)(?=$|清单|有哪些|是什么)"),
        ("times", r"(?:几|多少)(?:次|回|遍)|次数"),
        ("pieces", r"(?:几|多少)(?:个(?!小?时|月|工作日|钟|星期)|件|张|份|人|位|台|部|套|只|瓶|间|户|门|座|期|笔|条)"),
        ("age", r"几岁|多少岁|多大(?=能|可以|上|开始|才|的?孩子|的?宝宝|的?娃)|年龄"),
        ("size", r"多重|多少斤|多少公斤|几斤|几公斤|多大|多高|多宽|尺寸|容量|多远|多少公里|几公里|多少米"),
        ("when", r"什么时候|何时|啥时候?|几点|几号|哪天|几月|什么时间|(?:多久|几天)(?=发|到|能到|送|出|上架|开|更新|有)"),
        ("howlong", r"多久|多长时间|多少天|几天|几个月|几年|多少年|多长|几个?小时|多少小时|几分钟|多少分钟|几个?工作日|多少个?工作日|多少时间|时长|期限|有效期"),
        ("howmuch", r"多少(?=钱|元|块|费|运费|邮费|税|租金|押金|首付)|几块|几元|几毛|多钱|价格|价钱|价位|收费|要钱|费用|费率|多贵|什么价|啥价|收钱|花钱|手续费"),
        ("amount", r"多少|几(?=分|成|折|级|层|楼|号|%)"),
        ("effect", r"(?:有|会有|产生|造成)?(?:什么|啥|哪些)(?:影响|后果|坏处|危害|处罚|风险)|影响$|后果$|会怎样|会怎么样"),
        ("where", r"在哪|哪里|哪儿|去哪|从哪|什么地方|什么位置|位置|地址|地点|入口|上哪|到哪|哪个(?:窗口|柜台|部门|地方|页面)"),
        ("who", r"谁|哪些人|什么人|哪位"),
        ("what", r"有哪些|有什么|是什么|包括|包含|什么意思|有啥|是啥|里有|什么情况|哪些情况|情形"),
        ("which", r"哪个|哪款|哪种|哪家|什么|啥"),
        ("how", r"怎么样?|如何|怎样|咋|流程|步骤|方法|教程|办法|方式|攻略"),
    )
)  # fmt: skip
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
#: 怎么打不开 asks as often 为什么 as 怎么办.
_TROUBLE = re.compile(r"(?:怎么|咋)[^办弄整]{0,6}[没不少停]")
_GONE_WRONG = re.compile(r"[不没无未]|失败|停止|找不到|丢|报错|错误")
_SEVERAL = 2  # phrasings of an entry, of which all ask something else
_YES_OR_NO = re.compile(r"[吗么]$|(.)[不没]\1|可不可以|能否|是否|可否|行不|[能可会].*不$")


def _another_aspect(asked: str, meant: str, known: Sequence[str]) -> bool:
    mine, theirs = _aspects(asked), _aspects(meant)
    if not mine or not theirs or _one_answer(mine, theirs):
        return False
    return not any(mine & _aspects(phrasing) for phrasing in known)


def _asked_of_none(asked: str, known: Sequence[str]) -> bool:
    """Whether a question plainly asks for what no phrasing of the entry asks, all of which say what they ask."""
    mine = _aspects(asked) & _PLAINLY_SAID
    if len(mine) != 1 or _aspects(asked) != mine or len(known) < _SEVERAL or ("why" in mine and _trouble(asked)):
        return False
    theirs = [_aspects(phrasing) or _whether(phrasing) for phrasing in known]
    return any(theirs) and not any(_one_answer(mine, others) for others in theirs)


def _trouble(text: str) -> bool:
    return (_TROUBLE.search(text) or _CANNOT.search(text) or _GONE_WRONG.search(text)) is not None


def _whether(text: str) -> frozenset[str]:
    return frozenset(("whether",)) if _YES_OR_NO.search(text) else frozenset()


def _one_answer(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(a == b or frozenset((a, b)) in _ONE_ANSWER for a in mine for b in theirs)


def _aspects(text: str) -> frozenset[str]:
    """What a text asks for: how, why, where …; nothing when it doesn't say."""
    found = set()
    plain = text
    for name, pattern in _WAYS_OF_ASKING:
        plain, times = pattern.subn("，", plain)
        if times:
            found.add(name)
    if "how" in found and _trouble(text):
        found |= {"why", "remedy"}
    return frozenset(found)


# --- another amount, another thing -----------------------------------------------------------------------------------

_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMERAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|[零一二两三四五六七八九十百千万]+")
_CODE = re.compile(r"[a-z0-9.\-+/%]+")
_NAMES = re.compile(r"[a-z0-9.\-+/%]+(?: [a-z0-9.\-+/%]+)+")
_UNIT = re.compile(
    r"天|日|周|星期|个?月|年|个?小时|分钟|秒|点|万|千|百|亿|元|块|角|分|斤|公斤|克|吨|升|毫升|米|厘米|里|公里|次|折|倍"
)


def _counted_otherwise(asked: str, meant: str, known: Sequence[str]) -> bool:
    """Whether two texts are one and the same but for their numbers, and no phrasing has those of the question."""
    mine = _NUMERAL.findall(asked)
    if not mine or _NUMERAL.sub("#", asked) != _NUMERAL.sub("#", meant):
        return False
    return not any(_NUMERAL.findall(phrasing) == mine for phrasing in known)


def _another_amount(mine: str, theirs: str, asked: str, known: Sequence[str]) -> bool:
    """Whether another number, or another model, stands in the same place."""
    if mine != theirs and _UNIT.fullmatch(mine) and _UNIT.fullmatch(theirs):
        counted = re.search(f".{mine}", asked)
        return counted is not None and not any(counted.group() in phrasing for phrasing in known)
    if not mine or not theirs:
        return mine + theirs == "半" or _another_name(mine or theirs, asked, known)
    said, meant = _codes(mine), _codes(theirs)
    if not said or not meant or set(said) & set(meant):
        return False
    figures = _FIGURE.findall(mine), _FIGURE.findall(theirs)
    if (bool(figures[0]) is not bool(figures[1]) or figures[0] == figures[1]) and len(mine) > len("".join(said)):
        return False
    return not any(set(said) & set(_codes(phrasing)) for phrasing in known)


def _another_name(more: str, asked: str, known: Sequence[str]) -> bool:
    """Whether what only one of the two says belongs to a name of several Latin words: pro max, pro."""
    if not _CODE.fullmatch(more):
        return False
    mine = set(_NAMES.findall(asked))
    theirs = {name for phrasing in known for name in _NAMES.findall(phrasing)}
    return not mine & theirs and any(more in name.split() for name in mine ^ theirs)


def _codes(text: str) -> list[str]:
    """Numbers and model codes, however they are joined: level-2 is level2."""
    return [code.replace("-", "").replace("_", "") for code in _CODE.findall(text)]


def _another_side(question: str, closest: str, phrasings: Sequence[str]) -> bool:
    """Whether the other one of two opposites, or another amount, is named, and by no phrasing of the entry."""
    mine, theirs = details(question), details(closest)
    if _another_of_two(question, closest, phrasings):
        return True
    if not (_opposed(mine, theirs) or _amounts_differ(mine, theirs)):
        return False
    others = [details(phrasing) for phrasing in phrasings if phrasing != closest]
    return not any(_on_one_side(mine, other) or mine.quantities & other.quantities for other in others)


#: Two of a kind, one of which is named and not the other; opposites that say which step is meant are among the details.
_TWO_OF_A_KIND = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (r"老师|教师|班主任", r"学生|学员"), (r"司机|车主", r"乘客"), (r"医生|大夫", r"患者|病人"), (r"甲方", r"乙方"),
        (r"骑手|快递员", r"商家|店家|顾客"), (r"本地|本市|本省|同城", r"外地|异地|外省|跨省|跨市"), (r"冬季|冬天|冬装", r"夏季|夏天|夏装"),
        (r"新房", r"二手房"), (r"单程", r"往返"), (r"成人", r"儿童"), (r"上午", r"下午"), (r"物业", r"邻居|业主"), (r"白天", r"夜里|夜间|晚上"),
        (r"工作日", r"周末|节假日"), (r"门诊", r"住院|急诊"), (r"全款", r"贷款|分期"), (r"首次|第一次|初次", r"再次|第二次|多次"),
        (r"新用户|新客|新生", r"老用户|老客|老生"), (r"信用卡", r"储蓄卡|借记卡"), (r"自提|自取", r"配送|上门"), (r"发送|发出", r"接收|收到"),
        (r"租车", r"买车"), (r"飞机|航班|机票", r"火车|高铁|动车"), (r"电动车|电瓶车", r"摩托车|汽车|自行车"), (r"提前", r"延后|推迟|延期|逾期"),
        (r"最多|最高|最长|最晚|上限", r"最少|最低|最短|最早|起步|下限"), (r"满期|到期", r"提前"), (r"前台|窗口|柜台", r"网上|线上|手机上|app"),
    )
)  # fmt: skip


def _another_of_two(question: str, closest: str, phrasings: Sequence[str]) -> bool:
    for pair in _TWO_OF_A_KIND:
        for side, opposite in (pair, pair[::-1]):
            if (
                side.search(question)
                and opposite.search(closest)
                and not opposite.search(question)
                and not any(side.search(phrasing) for phrasing in phrasings)
            ):
                return True
    return False


def _opposed(mine: Details, theirs: Details) -> bool:
    return bool(mine.sides[0] & theirs.sides[1] | mine.sides[1] & theirs.sides[0])


def _on_one_side(mine: Details, other: Details) -> bool:
    return bool(mine.sides[0] & other.sides[0] | mine.sides[1] & other.sides[1])


def _amounts_differ(mine: Details, theirs: Details) -> bool:
    units = {unit for unit, _ in mine.quantities} & {unit for unit, _ in theirs.quantities}
    return bool(units) and not mine.quantities & theirs.quantities


def _another_thing(mine: str, theirs: str, asked: str, known: Sequence[str], near: Near) -> bool:
    """Whether another thing stands in the same place; less or more said in it seldom changes the answer."""
    said, meant = _FILLER.sub("", mine), _FILLER.sub("", theirs)
    if not said or not meant or said in meant or meant in said:
        return False
    if max(len(characters(said)), len(characters(meant))) > _LONGEST or set(concepts(mine)) & set(concepts(theirs)):
        return False
    return not _meant(asked, said, known) and near(mine, theirs) < UNLIKE


def _meant(asked: str, said: str, known: Sequence[str]) -> bool:
    """Whether a phrasing of the entry says what the question says differently."""
    if len(said) > 1 or said not in asked:
        return any(said in phrasing for phrasing in known)
    at = asked.index(said)  # one character alone stands in many places: take its neighbour with it
    around = [run for run in (asked[at : at + 2], asked[max(at - 1, 0) : at + 1]) if len(run) == 2]
    return any(run in phrasing for phrasing in known for run in around)


# --- how alike two texts are ---------------------------------------------------------------------------------------


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


def _likeness(one: str, other: str) -> float:
    """Share of the characters of both that they have in common, whatever their order."""
    a, b = Counter(characters(one)), Counter(characters(other))
    return 2 * (a & b).total() / max((a + b).total(), 1)
