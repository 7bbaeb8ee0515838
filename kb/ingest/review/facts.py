"""What an answer states that another may contradict: amounts, times, dates, and yes or no."""

# ruff: noqa: E501 - a pattern reads best on one line

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.text import bigrams, normalise


class Kind(StrEnum):
    """In what two answers differ; the values are keys of `messages.review.DIFFERENCES`."""

    NUMBER = "number"
    DEADLINE = "deadline"
    DATE = "date"
    YES_NO = "yes_no"
    WHO = "who"


#: From this share of common character pairs on two answers are one answer in other words.
SAME_ANSWER = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """One contradiction between two answers, with the words of either."""

    kind: Kind
    ours: str
    theirs: str


_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_DATE = re.compile(
    r"(?:\d{4}\s*[-/.年]\s*)?(?<!\d)(\d{1,2})\s*(?:月\s*(\d{1,2})\s*[日号]|[-/](\d{1,2})(?!\d|\s*[-/.天日个]))"
)
_ISO = re.compile(r"\d{4}\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?")
#: Telephone numbers and the like: compared digit by digit they would be amounts.
_CODE = re.compile(r"\d{3,}(?:-\d{3,})+|\d{7,}|[A-Za-z]+-?\d+[A-Za-z]*")
_CHINESE = "零一二两三四五六七八九十百半"
_NUMBER = rf"(?:\d+(?:\.\d+)?|[{_CHINESE}]+)"
_UNITS = "个工作日|工作日|个小时|小时|分钟|秒钟?|个半月|个月|月龄|天|日|周|星期|年|岁|元|块|%|折|倍|次|张|件|个|片|罐|盒|瓶|袋|包|抽|粒|颗|期|段|级|条|号|码|kg|g|克|千克|公斤|ml|毫升|cm|厘米|米|公里|°c|℃|度|分|斤|点|瓦|w"
_AMOUNT = re.compile(
    rf"(?P<from>{_NUMBER})\s*(?:(?:{_UNITS})?\s*[-–—~～至到]\s*(?P<to>{_NUMBER}))?\s*(?P<unit>{_UNITS})?", re.IGNORECASE
)
_HOURS = {
    "小时": 1.0,
    "个小时": 1.0,
    "分钟": 1 / 60,
    "天": 24.0,
    "日": 24.0,
    "周": 168.0,
    "星期": 168.0,
    "工作日": 24.0,
    "个工作日": 24.0,
    "个月": 720.0,  # 30 days, and 12 months are a year
    "月龄": 720.0,
    "年": 8640.0,
    "岁": 8640.0,
}
_SAME = {
    "块": "元",
    "公斤": "kg",
    "千克": "kg",
    "克": "g",
    "毫升": "ml",
    "厘米": "cm",
    "颗": "粒",
    "°c": "度",
    "℃": "度",
}
_PARTLY = frozenset({"hours", "clock", "date", ""})  # a shorter answer may leave some of these out
#: 一下, 一般: Chinese numerals that count nothing.
_NO_COUNT = re.compile(
    "一[下般些样起旦律定直并致切经边面路半性部分]|一次性|十分|万一|第一次|统一|唯一|单一|进一步|百分之|再一次|两者|两种|三者|四舍五入|一个(?!月|工作日|小时)|一段(?=时间)"
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}

_SOFT = re.compile(
    "不满|不超过|不少于|不低于|不足|不仅|不过|不同|不便|不好意思|不用担心|不必担心|不论|不管|不影响|不小心|不收到|没问题"
)
_YES = re.compile(
    r"^(?:您好[,，!！]?)?(?:亲[,，])?(?:当然|是的|可以|能的?[,，。]|能够|支持的?|会的|有的|有[,，。]|需要的?|要的|要[,，]|对的|行的|含有|会[,，。]|没问题|好的|您可以|都可以|通用)"
)
_NO = re.compile(
    r"^(?:您好[,，!！]?)?(?:亲[,，])?(?:很|非常|十分|真的)?(?:抱歉|对不起|遗憾|不好意思)|^(?:目前|现在|暂时|商城|我们)*(?:还|暂|并)?(?:不|没有|没|无法|无需|未)"
)
_DENIES = re.compile("免(?!邮券)|不(?!是)|没有|无法|无需|未(?=[开提支])|仅限|只能|只在")
_BEARS = re.compile(
    "(?<!不必)(?<!不用)(?<!无需)(?<!不需)(?<!不需要)(?<!不由)(?<!是否)(?:由|需|需要|应)?(您|你|买家|顾客|商城|我们|商家|卖家|保险公司|厂家)(?:自行|自己|来|需|需要)?(?:承担|负担|支付|出(?!现|示|具|发|库|错|来|去|门))"
)
_PARTY = {"你": "您", "买家": "您", "顾客": "您", "我们": "商城", "商家": "商城", "卖家": "商城", "厂家": "商城"}
_SENTENCE = re.compile("[。!！?？;；\n]")


def differences(ours: str, theirs: str, *, whether: bool) -> list[Difference]:
    """Where two answers to one question contradict each other; `whether` says that it asks for yes or no."""
    found = [
        Difference(_kind(unit), _shown(mine), _shown(other))
        for unit, (mine, other) in _shared(_amounts(ours), _amounts(theirs)).items()
        if _contradict(set(mine), set(other), whole=unit not in _PARTLY)
    ]
    pays, other_pays = _bears(ours), _bears(theirs)
    if pays and other_pays and pays[0] != other_pays[0]:
        found.append(Difference(Kind.WHO, pays[1], other_pays[1]))
    if whether:
        yes, other_yes = _says_yes(ours), _says_yes(theirs)
        if yes is not other_yes:
            found.append(Difference(Kind.YES_NO, first_sentence(ours), first_sentence(theirs)))
    return found


def alike(ours: str, theirs: str) -> float:
    """Share of the shorter text's character pairs that the longer one has too: 0..1."""
    a, b = set(bigrams(normalise(ours))), set(bigrams(normalise(theirs)))
    return len(a & b) / max(1, min(len(a), len(b)))


def first_sentence(text: str) -> str:
    """What stands before the first end of a sentence."""
    return _SENTENCE.split(text.strip(), maxsplit=1)[0]


def _bears(text: str) -> tuple[str, str] | None:
    """Who is named first as paying or responsible, and the words that say so; exceptions come after the rule."""
    match = _BEARS.search(text)
    return (_PARTY.get(match[1], match[1]), match.group()) if match else None


Amounts = Mapping[str, Mapping[float, str]]  # unit → value → as written


def _amounts(text: str) -> Amounts:
    plain = unicodedata.normalize("NFKC", text)
    found: defaultdict[str, dict[float, str]] = defaultdict(dict)

    def take(unit: str, pattern: re.Pattern[str], text: str) -> str:
        for match in pattern.finditer(text):
            first, second, *_ = [group for group in match.groups() if group]
            found[unit][int(first) * 100 + int(second)] = match.group()
        return pattern.sub("\x00", text)

    plain = take("date", _ISO, plain)
    plain = take("date", _DATE, plain)
    plain = take("clock", _CLOCK, plain)
    plain = _NO_COUNT.sub("\x00", _CODE.sub("\x00", plain))
    for match in _AMOUNT.finditer(plain):
        unit = (match["unit"] or "").lower()
        for written in (match["from"], match["to"]):
            value = _value(written) if written else None
            if value is None or (not unit and (not written[0].isdigit() or value < 10)):
                continue
            name, factor = _family(unit)
            found[name][value * factor] = f"{written}{unit}"
    return found


def _family(unit: str) -> tuple[str, float]:
    if unit in _HOURS:
        return "hours", _HOURS[unit]
    return _SAME.get(unit, unit), 1.0


def _value(written: str) -> float | None:
    if written[0].isdigit():
        return float(written)
    if written == "半":
        return 0.5
    if "百" in written or "半" in written:
        return None
    if "十" in written:
        tens, _, ones = written.partition("十")
        return float(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
    return float(_DIGITS[written]) if written in _DIGITS else None


def _shared(ours: Amounts, theirs: Amounts) -> dict[str, tuple[Mapping[float, str], Mapping[float, str]]]:
    return {unit: (ours[unit], theirs[unit]) for unit in ours.keys() & theirs.keys()}


def _contradict(ours: set[float], theirs: set[float], *, whole: bool) -> bool:
    """Whether neither says only what the other says too; of a `whole` list of three or more everything counts."""
    if whole and min(len(ours), len(theirs)) >= 3:
        return ours != theirs
    return not (ours <= theirs or theirs <= ours)


def _kind(unit: str) -> Kind:
    if unit == "date":
        return Kind.DATE
    return Kind.DEADLINE if unit in ("hours", "clock") else Kind.NUMBER


def _shown(amounts: Mapping[float, str]) -> str:
    return "、".join(amounts[value] for value in sorted(amounts))


def _says_yes(answer: str) -> bool:
    lead = first_sentence(answer)
    if _YES.search(lead):
        return True
    return not (_NO.search(lead) or _DENIES.search(_SOFT.sub("", lead)))
