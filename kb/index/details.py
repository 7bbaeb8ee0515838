"""Details on which two alike questions may differ: negation, opposites, quantities, stages, sizes, model codes.

七天 is 7 天 and 二段 is 2 段: Chinese numerals are read. 能不能, 是不是 ask, they don't deny.
"""

# ruff: noqa: E501 - a pattern is easier to read in one line

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.index.origin import Origin
from kb.text import number_of

_T = TypeVar("_T")

Masks = NDArray[np.uint64]


class Detail(StrEnum):
    """A kind of detail, in the order in which a difference is reported."""

    CODE = "code"  # wn-200 and xn-100
    QUANTITY = "quantity"  # 7 天 and 15 天, 一段 and 二段, M 码 and L 码
    OPPOSITE = "opposite"  # 未发货 and 已发货, 绑定 and 解绑
    NEGATION = "negation"  # 能退 and 不能退


#: Two sides that exclude each other; one of each pair in a question, only the other in a phrasing, and they differ.
OPPOSITES: tuple[tuple[str, str], ...] = (
    (
        r"未发货|没发货|没有发货|还没发|不发货|发货前|发货之前|未发出",
        r"已发货|已经发货|发货后|发货之后|已发出|发了货|发货了(?!吗|没)",
    ),
    (
        r"未收到|没收到|没有收到|收不到|没签收|未签收|签收前|收货前|没到货",
        r"已收到|已经收到|收到了(?!吗|没)|已签收|签收后|收货后|收到货后|到货后",
    ),
    (r"未拆|没拆|没有拆|没开封|未开封|拆封前|未使用|没用过", r"已拆|拆了|拆开|拆封后|已开封|开封了|开封后|拆过|用过了"),
    (r"绑定|绑上", r"解绑|解除绑定|取消绑定|解除关联"),
    (r"开通|启用|(?<!解除)注册|激活|打开|开启", r"关闭|停用|注销|关掉|关了|取消开通"),
    (r"充值|存入|转入|入金", r"提现|取出|转出|出金"),
    (r"买入|买进|购入", r"卖出|卖掉"),
    (r"以上|超过|大于|满", r"以下|不足|小于|低于|未满|不满"),
    (r"付款前|支付前|下单前|未付款|没付款|未支付|没支付", r"付款后|支付后|下单后|已付款|已支付|付了款"),
    (r"增加|添加|新增", r"删除|移除|减少|去掉"),
    (r"个人", r"企业|公司|单位"),
    (r"男方|男士|男性|男生|男款|男宝|男孩", r"女方|女士|女性|女生|女款|女宝|女孩"),
    (r"国内|境内|大陆", r"国外|海外|境外"),
    (r"过期前|到期前", r"过期后|到期后|已过期|过期了"),
    (r"电子(?:版)?发票|电子票", r"纸质发票|纸质票|纸票"),
    (r"普通发票|普票", r"专用发票|专票"),
    (r"单边", r"双边"),
    (r"牛奶粉", r"羊奶粉"),
    (r"热水|加热", r"冷水|冷藏|冷冻"),
    (r"保修期?内|保内", r"保修期?外|保外|过保"),
    (r"婚前", r"婚后"),
    (r"买家(?:承担|出|付)", r"(?:商城|商家|卖家)(?:承担|出|付)"),
    (r"成功(?!率)", r"失败|[不没未]成功|没有成功"),
    (r"暂停|中止", r"恢复"),
    (r"挂失", r"解挂|解除挂失|取消挂失"),
    (r"冻结", r"解冻|解除冻结"),
    (r"上传", r"下载"),
    (r"导入", r"导出"),
    (r"移入|加入|拉进|拉入", r"移出|退出|移除"),
    (r"提高|调高|提升|调大|升高", r"降低|调低|调小"),
    (r"升级|升舱", r"降级|降舱"),
    (r"上铺", r"下铺"),
    (r"早期|初期", r"晚期|后期"),
    (r"大号|大码", r"小号|小码"),
    (r"入境|进境", r"出境|离境"),
    (r"入院|住院", r"出院"),
    (r"入住", r"退房|离店"),
    (r"接机|接站", r"送机|送站"),
    (r"寄件人|发件人", r"收件人|收货人"),
    (r"付款人|汇款人|转账人", r"收款人"),
    (r"借款人", r"担保人|出借人"),
    (r"投保人", r"被保人|被保险人"),
    (r"(?<!被)邀请人", r"被邀请人|受邀人"),
    (r"转让人", r"受让人"),
    (r"房东|出租人|出租方", r"租客|租户|承租人|承租方"),
    (r"债权人", r"债务人"),
    (r"原告", r"被告"),
    (r"买家(?![承出付])|买方", r"卖家(?![承出付])|卖方"),
    (r"定金|订金", r"尾款"),
    (r"呼入|打进来", r"呼出|打出去"),
    (r"公开", r"私密|不公开"),
    (r"出租", r"出售"),
    (r"折叠|收起", r"展开"),
    (r"退订", r"订阅"),
    (r"退货", r"换货"),
    (r"有线", r"无线|蓝牙"),
    (r"苹果(?:手机|系统|版)|ios|iphone", r"安卓|android"),
    (r"微信", r"支付宝"),
    (r"线上", r"线下|门店"),
    (r"开头|开始前|之前", r"结束后|之后"),
)
_ANY_SIDE = re.compile("|".join(side for pair in OPPOSITES for side in pair))
_SIDES = tuple((re.compile(a), re.compile(b)) for a, b in OPPOSITES)

# said twice to ask (能不能, 有没有), and set phrases that deny nothing
_NO_NEGATION = re.compile(
    r"(.)[不没]\1|(..)[不没]\2|不好意思|不知道|不小心|不仅|不但|不管|不论|不过(?!期)|不错|对不起|差不多|没问题|没事|了没有?$|[吗么]没有?$|没有?$|不$|"
    r"不对劲|不然|要不|不同|不一样|不满意|不合适|不喜欢|不想要|不客气|不用谢|不限|不锈钢|不倒翁|不干胶|不少于|不超过|不低于|不足|没收(?!到)|未成年|未来|不动产|不当",
)
# the negation, what may stand between, and the word that is denied: 不能退 and 没给发 deny 退 and 发
_NEGATION = re.compile(
    r"(?:不|没|未|无法|无需|别(?=再|给|发|让|用)|勿)(?:有|能够?|会|可以?|要|给|让|想|再|用|是|需要?|必|得|予|支持|允许|被|曾|及时|按时|再次)*(?:[给帮]?[我你您])?([\u4e00-\u9fff])?"
)
# 退不了, 收不到 deny what stands before
_CANNOT = re.compile(r"([\u4e00-\u9fff])(?:款|货|票)?不(?:了|到|出|上|起|动|掉|开|进|下|成|回)")

# 不能退吗 asks what 能退吗 asks
_ASKED = re.compile(r"不((?:能|可以?|支持|会|是|用|需要|允许|收|包|给|送)[^不没未]*[吗么]$)")
# negative too, but it cannot be said of what
_SOFTLY = re.compile(
    r"无(?!理由|论|线|糖|添加|酒精|人机|忧|聊|名|形|限)|失败|消失|拒绝|禁止|停用|缺少|忘|末通过|放弃|[拿养还吃]不起|错误|异常"
)
_MARK = re.compile(r"[不没未无别勿缺忘末错]|失败|消失|拒绝|禁止|停用|放弃|异常")

_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?[万千百]?|[零〇一二两俩三四五六七八九十百千万]+|半)"
_UNIT = (
    r"个工作日|工作日|个?小时|个半?月|分钟|天|日|周|星期|年|岁|月龄|月|秒|段|阶段|期|级|代|折|成|元|块钱?|毛|次|张|件|个|片|罐|盒|"
    r"瓶|袋|包|箱|斤|公斤|千克|kg|g|克|ml|毫升|升|l|cm|厘米|mm|米|公里|码|号|%|楼|层|档|股|手|位|人|倍|点|寸|颗粒?|粒|抽"
)
_QUANTITY = re.compile(rf"(第?)({_NUMBER})({_UNIT})")
_THRESHOLD = re.compile(r"(满|减|送)([0-9]+)(?![0-9.]*" + f"(?:{_UNIT}))")
_SIZE = re.compile(r"(?<![a-z0-9])(nb|x{0,4}l|\d?xl|m|s|xs)(?:码|号|size|(?![a-z0-9]))")
_CODE = re.compile(r"(?<![a-z0-9.\-+/_])(?=[a-z0-9.\-+/_]*[a-z])(?=[a-z0-9.\-+/_]*[0-9])[a-z0-9][a-z0-9.\-+/_]*")
_FIGURE = re.compile(r"[0-9a-z零〇一二两俩三四五六七八九十百千万半]")  # no quantity, size or code is without one
_PLAIN_UNIT = re.compile(r"^[0-9.]+(?:kg|g|ml|l|cm|mm|m|h|min|s|d|k|w|元|%)$")
_SAME_UNIT = {
    "日": "天", "个小时": "小时", "个工作日": "工作日", "星期": "周", "块": "元", "块钱": "元", "阶段": "段", "月龄": "月", "个月": "月",
    "公斤": "kg", "千克": "kg", "克": "g", "毫升": "ml", "升": "l", "厘米": "cm", "米": "m", "毛": "角", "颗粒": "粒", "颗": "粒",
}  # fmt: skip
# 一个, 一次, 一下: said without meaning a number
_VAGUE = {("个", 1.0), ("次", 1.0), ("件", 1.0), ("点", 1.0), ("天", 1.0), ("人", 1.0), ("张", 1.0), ("位", 1.0), ("期", 1.0), ("成", 1.0)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Details:
    """What one text says about each kind of detail."""

    denied: frozenset[str]  # what is negated, by its first character; "" when nothing can be named
    sides: tuple[int, int]  # bit i: the first (second) side of the i-th pair of opposites is named, and not the other
    quantities: frozenset[tuple[str, float]]  # unit and value
    sizes: frozenset[str]
    codes: frozenset[str]


def details(text: str) -> Details:
    """Read the details of a normalised text."""
    first = second = 0
    for bit, (one, other) in enumerate(_SIDES if _ANY_SIDE.search(text) else ()):
        right = other.search(text) is not None
        left = one.search(text if not right else other.sub(" ", text)) is not None
        if left is not right:
            first |= left << bit
            second |= right << bit
    if not _FIGURE.search(text):
        return Details(_denied(text), (first, second), frozenset(), frozenset(), frozenset())
    quantities = set()
    for ordinal, number, unit in _QUANTITY.findall(text):
        value = number_of(number)
        plain = _SAME_UNIT.get(unit, unit)
        if ordinal or (plain, value) not in _VAGUE or number[0] in "0123456789":
            quantities.add((ordinal + plain, value))
    quantities |= {(word, float(number)) for word, number in _THRESHOLD.findall(text)}
    codes = frozenset(code for code in _CODE.findall(text) if not _PLAIN_UNIT.match(code) and not _SIZE.fullmatch(code))
    return Details(
        denied=_denied(text),
        sides=(first, second),
        quantities=frozenset(quantities),
        sizes=frozenset(_SIZE.findall(text)),
        codes=codes,
    )


def _denied(text: str) -> frozenset[str]:
    if not _MARK.search(text):
        return frozenset()
    plain = _ASKED.sub(r"\1", _NO_NEGATION.sub("，", text))
    cannot = _CANNOT.findall(plain)
    plainer = _CANNOT.sub("，", plain)
    return frozenset([*cannot, *_NEGATION.findall(plainer), *("" for _ in _SOFTLY.findall(plainer))])


class _Said(dict[int, _T]):
    """What rows say, each read when it is asked for first; safe to share between threads."""

    def __init__(self, texts: Sequence[str], read: Callable[[str], _T], known: Mapping[str, _T]) -> None:
        super().__init__()
        self._texts, self._read, self._known = texts, read, known

    def __missing__(self, row: int) -> _T:
        text = self._texts[row]
        known = self._known.get(text)
        said = self[row] = self._read(text) if known is None else known
        return said

    def by_text(self) -> dict[str, _T]:
        """What was asked for so far."""
        return {self._texts[row]: said for row, said in tuple(self.items())}


class DetailTable:
    """The details of every phrasing, so that a question is compared with many rows at once."""

    def __init__(
        self,
        texts: Sequence[str],
        arrays: Mapping[str, NDArray[np.generic]],
        figures: Mapping[str, Details] | None = None,
        denied: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Take the phrasings and what `arrays` of another gave for them; what is known by text is not read again.

        All else is read where a question is compared with it first.
        """
        self._texts = texts
        self._negative = arrays["negative"]  # (rows,) bool
        self._sides: Masks = arrays["sides"]  # type: ignore[assignment]  # (rows, 2)
        self._figured = arrays["figures"]  # (rows,) bool: few rows name a quantity or a code
        self._figures = _Said(texts, details, figures or {})
        self._denied = _Said(texts, _denied, denied or {})

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        """Read the details of normalised `texts`."""
        read = [details(text) for text in texts]
        arrays: dict[str, NDArray[np.generic]] = {
            "negative": np.array([bool(one.denied) for one in read], bool),
            "sides": np.array([one.sides for one in read], np.uint64).reshape(-1, 2),
            "figures": np.array([bool(one.quantities or one.sizes or one.codes) for one in read], bool),
        }
        return cls(texts, arrays)

    def again(self, texts: Sequence[str], origin: Origin) -> Self:
        """The details of texts of which many are in this table: as `build` would, but only the fresh ones are read."""
        before, fresh = self.arrays(), type(self).build(origin.fresh).arrays()
        return self.restore(texts, {name: origin.take(before[name], fresh[name]) for name in before})

    def restore(self, texts: Sequence[str], arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Make another table again from what `arrays` gave for its texts; what is in this one is not read again."""
        return type(self)(texts, arrays, self._figures.by_text(), self._denied.by_text())

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The numeric parts by name, to be saved."""
        return {"negative": self._negative, "sides": self._sides, "figures": self._figured}

    def denials_differ(self, question: Details, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Where only one of the two denies something: (len(rows),). A hint, unlike a difference."""
        differs: NDArray[np.bool_] = self._negative.take(rows) != bool(question.denied)
        return differs

    def differences(self, text: str, question: Details, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Where `rows` contradict the question `text`: (len(rows), details in order of `Detail`)."""
        found = np.zeros((len(rows), len(Detail)), bool)
        differing = self.denials_differ(question, rows).nonzero()[0]
        if len(differing):
            found[differing, _NEGATION_AT] = self._affirmed(text, question.denied, rows.take(differing).tolist())
        if any(question.sides):
            sides = self._sides[rows]
            mine = np.array(question.sides, np.uint64)
            found[:, _OPPOSITE_AT] = ((sides[:, 0] & mine[1]) | (sides[:, 1] & mine[0])) != 0
        if question.quantities or question.sizes or question.codes:
            amounts = _by_unit(question.quantities)
            for at in self._figured.take(rows).nonzero()[0].tolist():
                theirs = self._figures[int(rows[at])]
                found[at, _CODE_AT] = _disjoint(question.codes, theirs.codes)
                found[at, _QUANTITY_AT] = _disjoint(question.sizes, theirs.sizes) or (
                    bool(amounts) and _other_amount(amounts, theirs.quantities)
                )
        return found

    def _affirmed(self, text: str, denied: frozenset[str], rows: Sequence[int]) -> list[bool]:
        """Whether one speaks of what the other denies: the question and each of these rows, only one of which denies.

        What is denied is known by one character, or by none.
        """
        if not denied:
            said = frozenset(text)
            return [not self._denied[row].isdisjoint(said) for row in rows]
        affirmed = [False] * len(rows)
        for word in filter(None, denied):
            affirmed = [already or word in self._texts[row] for already, row in zip(affirmed, rows, strict=True)]
        return affirmed


_KINDS = list(Detail)
_CODE_AT, _QUANTITY_AT = _KINDS.index(Detail.CODE), _KINDS.index(Detail.QUANTITY)
_OPPOSITE_AT, _NEGATION_AT = _KINDS.index(Detail.OPPOSITE), _KINDS.index(Detail.NEGATION)


def _disjoint(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def _by_unit(quantities: frozenset[tuple[str, float]]) -> dict[str, set[float]]:
    amounts: dict[str, set[float]] = {}
    for unit, value in quantities:
        amounts.setdefault(unit, set()).add(value)
    return amounts


def _other_amount(mine: Mapping[str, set[float]], theirs: frozenset[tuple[str, float]]) -> bool:
    """Whether both count the same unit and no amount agrees."""
    agreed: dict[str, bool] = {}
    for unit, value in theirs:
        if unit in mine:
            agreed[unit] = agreed.get(unit, False) or value in mine[unit]
    return not all(agreed.values())
