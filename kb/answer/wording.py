"""What one text says that may tell it from its near twins: what it asks for, denies, counts and names, and who acts.

Each thing is read when it is first asked for, and once: the phrasings of an entry are compared with many questions.
"""

# ruff: noqa: E501 - a pattern is easier to read in one line

import re
from collections import Counter
from functools import cached_property, lru_cache

from kb.answer.directions import Ways, ways
from kb.answer.opposites import things
from kb.index.details import Details, details
from kb.text import characters, plain_numbers

#: Phrasings remembered at once; what customers write is not.
_REMEMBERED = 4096

#: Said twice to ask: 能不能 is 能, …了没 and …行不 ask what …了 and …行 ask.
_ASKING = re.compile(r"(.)[不没]\1|(可)不(可以)|(?:吗|么|(?<![都也])没有|不|没|呢|呀|吧|啊)+$")
#: 不能退吗 asks what 能退吗 asks.
_ASKED_BOTH_WAYS = re.compile(r"不(?=(?:能|可以?|支持|会|是|用|需要|允许|给|让)[^不没未能可会]*[吗么]$)")

#: Said without changing what is asked.
FILLER = re.compile(
    r"请问|你们|我们|咱们?|一下|可以|能够|应该|应当|需要|到底|究竟|现在|目前|是否|怎么会|已经|[的了吗呢吧啊呀嘛哦哈呗么我你您这那个还就都也要想会能可得给把被来去是在有请问下过着们家买块元到则于对为]"
)
#: Says that something is asked, not of what.
QUESTIONING = re.compile(
    r"怎么样?|如何|怎样|咋|为什么|为何|为啥|多久|多少|多长|几|什么|啥|哪[里儿个些种]?|吗|呢|吧|可以|能否|能不能|是否|是不是|有没有|需要|应该|谁|何时|请问|[的了我要想会能可在把将被是有]"
)

# --- what is denied ------------------------------------------------------------------------------------------------

_SET_PHRASES = re.compile(
    r"不好意思|不知道|不小心|不仅|不但|不管|不论|不错|对不起|差不多|没问题|没事|要不(?!要)|不然|不同|不一样|不客气|不用谢|不限|不锈钢|不少于|不超过|不低于|不足|"
    r"未成年|未来|不动产|不当|不良|不明|不断|无理由|无论|无线|不停|非常|是非|特别|别人|别的|个别|区别|分别|性别|级别|类别|识别|没收(?!到)|不正当|不可抗力|免密|免费|不得不"
)
_DENIES = re.compile(
    r"(?:不|没|未|无法|无(?!线|糖|人)|别|勿|禁止|拒绝|拒不|停止)"
    r"(?:有|能够?|会|可以?|要|给|让|想|再|用|是|需要?|必|得|予以?|支持|允许|被|曾|及时|按时|准时|再次|提前|事先|一直|办法|法|我|你们?|您|帮)*([\u4e00-\u9fff]{1,2})"
)
_CANNOT = re.compile(
    r"([\u4e00-\u9fff])(?:款|货|票|钱)?不(?:了|到|着|出来?|上|起|动|掉|开|进去?|下来?|成|回来?|得)(?!于)"
)
#: 忘交 is 没交; 忘记密码 denies nothing.
_FORGOTTEN = re.compile(r"忘(?:了|记)?([交取还带缴加关签续付填退拿打存戴买充报写锁拔换吃做看去][\u4e00-\u9fff]?)")
#: What comes about: 收到, 打得开.
_DONE = re.compile(r"(?<![不没未])([\u4e00-\u9fff])(?<!不)(?:到|得)(?![期牌班学课网线岁])")
#: 一点吸力都没有.
_NONE_AT_ALL = re.compile(r"([\u4e00-\u9fff]{2})[都也]没有?(?![\u4e00-\u9fff])")
#: Follows what is denied without belonging to it: 没油怎么办.
_GOES_ON = frozenset("怎什哪多几如咋还就吗能会可")
_FAILED = re.compile(r"[不没未]成功|没有成功")
_ALREADY = re.compile(r"已经?|刚刚?才?")
_COMPLEMENTS = re.compile(
    r"(?<=[\u4e00-\u9fff])[了过着的]|(?<=[\u4e00-\u9fff])(?<![不没未])[到上](?![期牌班学课网线岁])"
)


_DENIAL = re.compile(r"[不没未]")
#: 手机没电 says it of the phone; longer texts than this put the same in another order.
_SHORT = 16
_DENIED_OF = re.compile(r"([\u4e00-\u9fff]{2})[不没未]有?([\u4e00-\u9fff])")
_CERTAINTIES = re.compile(r"已经|(?<=没)有|[了过着已却还有的到明]")

# --- who does what to whom -----------------------------------------------------------------------------------------

_PARTY = r"我们?|咱们?|你们?|您|他们?|她|对方|别人|他人|家人|家里人?|朋友|好友|老公|老婆|孩子|父母|妈妈?|爸爸?|买家|卖家|商家|店家|客服|平台|公司|单位|员工|房东|租客"
_ROLE = rf"{_PARTY}|乘客|司机|骑手|快递员|老师|学生|家长|学校|医生|护士|患者|病人|物业|业主|邻居|甲方|乙方|中介|银行|保险公司|航空公司|酒店|影院|餐厅|银行|店主|丈夫|妻子|男方|女方|子女|儿子|女儿|老板|原告|被告|本人|债主|担保人|客人|住客|顾客|客户|收件人|寄件人|主卡|副卡"
_ACTS = re.compile(rf"^(?:请问|如果|要是|假如)?({_ROLE})(?=[^的和与跟或及])")
_GIVEN = re.compile(rf"(?:[给到还向往进归入去]|转让给|过户给)({_PARTY}|[外本异]地|外省|老家|国[内外]|境[内外])")
_TO_WHOM = re.compile(r"[给向]谁")

# --- what is asked about it ----------------------------------------------------------------------------------------

#: By name: the characters without which none of it is said, and how it is said. Taken out one after the other, so that
#: 怎么办 is not read as 怎么.
_WAYS_OF_ASKING = tuple(
    (name, frozenset(marks), re.compile(pattern))
    for name, marks, pattern in (
        ("why", "为因回况凭会怎咋", r"为什么|为何|为啥|什么原因|啥原因|原因(?=$|是|有|在|呢)|怎么回事|咋回事|[什啥]么?情况(?=$|呢|啊|呀)|凭什么|凭啥|怎么会|咋会|(?:怎么|咋)(?=又|老|总|还|这么|那么|有|没)"),
        ("remedy", "怎咋何", r"怎么办(?!理)|咋办(?!理)|咋整|怎么处理|如何处理|怎么解决|如何解决|怎么恢复|怎么修|怎么弄(?!的)|怎么去掉|怎么消除|怎么补救"),
        ("difference", "区不差", r"(?:什么|啥|哪些)?(?:区别|不同|差别|差异)|(?:什么|啥)不一样"),
        ("contact", "电联热", r"(?:电话|联系方式|热线)(?=$|是|多少|号码)"),
        ("papers", "什哪啥材资证", r"(?:什么|哪些|啥)(?:材料|资料|证件|手续|文件|证明|东西|单据|凭证)|(?:材料|资料|证件)(?=$|清单|有哪些|是什么)"),
        ("times", "次回遍", r"(?:几|多少)(?:次|回|遍)|次数"),
        ("pieces", "几多", r"(?:几|多少)(?:个(?!小?时|月|工作日|钟|星期)|件|张|份|人|位|台|部|套|只|瓶|间|户|门|座|期|笔|条)"),
        ("age", "岁大龄月", r"几个月(?:大|的?宝宝|的?娃|的?孩子|可以|能|才|开始|就)|几月龄|几岁|多少岁|多大(?=能|可以|上|开始|才|的?孩子|的?宝宝|的?娃)|年龄"),
        ("size", "重斤大高宽寸量远里米", r"多重|多少斤|多少公斤|几斤|几公斤|多大|多高|多宽|尺寸|容量|多远|多少公里|几公里|多少米"),
        ("when", "候何几哪什久啥", r"什么时候|何时|啥时候?|几点|几号|哪天|几月|什么时间|(?:多久|几天)(?=发|到|能到|送|出|上架|开|更新|有)"),
        ("howlong", "久长天年月时分日间限效", r"多久|多长时间|多少天|几天|几个月|几年|多少年|多长|几个?小时|多少小时|几分钟|多少分钟|几个?工作日|多少个?工作日|多少时间|时长|期限|有效期"),
        ("howmuch", "钱元块费税租押首几毛价收率贵啥", r"多少(?=钱|元|块|费|运费|邮费|税|租金|押金|首付)|几块|几元|几毛|多钱|价格|价钱|价位|收费|要钱|费用|费率|多贵|什么价|啥价|收钱|花钱|手续费"),
        ("amount", "多几", r"多少|几(?=分|成|折|级|层|楼|号|%)"),
        ("effect", "影后坏危处风会", r"(?:有|会有|产生|造成)?(?:什么|啥|哪些)(?:影响|后果|坏处|危害|处罚|风险)|影响$|后果$|会怎样|会怎么样"),
        ("where", "在哪去从什位地入上到", r"在哪|哪里|哪儿|去哪|从哪|什么地方|什么位置|位置|地址|地点|入口|上哪|到哪|哪个(?:窗口|柜台|部门|地方|页面)"),
        ("who", "谁人位", r"谁|哪些人|什么人|哪位"),
        ("what", "有是什包啥况情", r"有哪些|有什么|是什么|包括|包含|什么意思|有啥|是啥|里有|什么情况|哪些情况|情形"),
        ("which", "哪什啥", r"哪个|哪款|哪种|哪家|什么|啥"),
        ("how", "怎何咋流步方教办攻", r"怎么样?|如何|怎样|咋|流程|步骤|方法|教程|办法|方式|攻略"),
    )
)  # fmt: skip
#: 怎么打不开 asks as often 为什么 as 怎么办.
_TROUBLE = re.compile(r"(?:怎么|咋)[^办弄整]{0,6}[没不少停]")
_GONE_WRONG = re.compile(r"[不没无未]|失败|停止|找不到|丢|报错|错误")
_YES_OR_NO = re.compile(r"[吗么]$|(.)[不没]\1|可不可以|能否|是否|可否|行不|[能可会].*不$")

# --- what is counted and named -------------------------------------------------------------------------------------

_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMERAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|[零一二两三四五六七八九十百千万]+")
_CODE = re.compile(r"[a-z0-9.\-+/%]+")
_NAMES = re.compile(r"[a-z0-9.\-+/%]+(?: [a-z0-9.\-+/%]+)+")


class Wording:
    """A text in matched form, and what it says."""

    def __init__(self, text: str) -> None:
        """Read nothing yet but the `plain` form: numerals in digits, without what only asks."""
        self.text = text
        self.plain = _ASKING.sub(r"\1\2\3", _ASKED_BOTH_WAYS.sub("", plain_numbers(text)))

    @cached_property
    def units(self) -> list[str]:
        """The characters, and words in Latin letters or digits."""
        return characters(self.plain)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often it says each unit."""
        return Counter(self.units)

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The units, each once."""
        return frozenset(self.units)

    @cached_property
    def details(self) -> Details:
        """Quantities, codes and opposites."""
        return details(self.text)

    @cached_property
    def denials(self) -> tuple[list[str], str]:
        """What it denies, in one or two characters each, and the text without it."""
        found: list[str] = []

        def denied(match: re.Match[str]) -> str:
            word = "".join(filter(None, match.groups()))
            kept = word[:1] if word[1:] in _GOES_ON else word
            found.append(kept)
            return "，" + word[len(kept) :]

        rest = _CANNOT.sub(
            denied,
            _FORGOTTEN.sub(denied, _NONE_AT_ALL.sub(denied, _SET_PHRASES.sub("，", _FAILED.sub("失败", self.plain)))),
        )
        rest = _DENIES.sub(denied, _COMPLEMENTS.sub("", _ALREADY.sub("", rest)))
        return found, rest

    @cached_property
    def one_denial(self) -> tuple[int, str] | None:
        """Where its one negation stands, and what it says without it; None when it has none or several."""
        text = _CERTAINTIES.sub("", _SET_PHRASES.sub("，", self.plain))
        found = _DENIAL.findall(text)
        return (text.index(found[0]), _DENIAL.sub("", text)) if len(found) == 1 else None

    @cached_property
    def done(self) -> frozenset[str]:
        """What it says comes about, by the verb: 收到, 打得开."""
        return frozenset(_DONE.findall(self.plain))

    @cached_property
    def denied_of(self) -> tuple[str, str] | None:
        """Of what its one negation says what, both by the characters beside it: 手机, 电 of 手机没电."""
        found = _DENIED_OF.findall(_SET_PHRASES.sub("，", self.plain))
        short = len(found) == 1 and len(self.plain) <= _SHORT and not QUESTIONING.search(found[0][0])
        return found[0] if short else None

    @cached_property
    def actor(self) -> tuple[str, str] | None:
        """Who does something, when it begins with that, and the rest."""
        found = _ACTS.match(self.plain)
        return (found.group(1), self.plain[found.end() :]) if found else None

    @cached_property
    def given(self) -> list[str]:
        """To whom something goes."""
        return _GIVEN.findall(self.plain)

    @cached_property
    def asks_to_whom(self) -> bool:
        """Whether it asks to whom something goes."""
        return _TO_WHOM.search(self.plain) is not None

    @cached_property
    def aspects(self) -> frozenset[str]:
        """What it asks for: how, why, where …; nothing when it doesn't say."""
        found = set()
        plain = self.plain
        said = frozenset(plain)
        for name, marks, pattern in _WAYS_OF_ASKING:
            if not marks.isdisjoint(said):
                plain, times = pattern.subn("，", plain)
                if times:
                    found.add(name)
        if "how" in found and self.in_trouble:
            found |= {"why", "remedy"}
        return frozenset(found)

    @cached_property
    def in_trouble(self) -> bool:
        """Whether something does not work: 怎么 asks 为什么 as well then."""
        return (_TROUBLE.search(self.plain) or _CANNOT.search(self.plain) or _GONE_WRONG.search(self.plain)) is not None

    @cached_property
    def asks_whether(self) -> bool:
        """Whether yes or no would answer it."""
        return _YES_OR_NO.search(self.plain) is not None

    @cached_property
    def numerals(self) -> tuple[list[str], str]:
        """Its numbers, and what it says without them."""
        return _NUMERAL.findall(self.plain), _NUMERAL.sub("#", self.plain)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Numbers and model codes."""
        return frozenset(codes(self.plain))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of several Latin words: pro max."""
        return frozenset(_NAMES.findall(self.plain))

    @cached_property
    def content(self) -> frozenset[str]:
        """The units that say what it is about, rather than that something is asked."""
        return frozenset(characters(content(self.plain)))

    @cached_property
    def things(self) -> dict[int, int]:
        """By kind the things that it names, of which a question means one."""
        return things(self.text)

    @cached_property
    def ways(self) -> Ways:
        """Where from and where to something goes, and who does it to whom."""
        return ways(self.plain)


@lru_cache(_REMEMBERED)
def known_wording(phrasing: str) -> Wording:
    """The wording of an entry's phrasing, remembered."""
    return Wording(phrasing)


def content(text: str) -> str:
    """What a text says, rather than that something is asked."""
    return QUESTIONING.sub("", FILLER.sub("", text))


def codes(text: str) -> list[str]:
    """Numbers and model codes, however they are joined: level-2 is level2."""
    return [code.replace("-", "").replace("_", "") for code in _CODE.findall(text)]
