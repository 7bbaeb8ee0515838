"""Minimal pairs made out of training texts: what one small change does to a question's meaning, or doesn't.

A twist turns the meaning round (能退 → 不能退, 7天 → 15天, 开通 → 关闭, 我转给你 → 你转给我, 怎么 → 多久); a rewording
keeps it (怎么 → 如何, 不能 → 无法). A model that learns from pairs of sentences alone hardly ever sees the first.
"""

# ruff: noqa: E501 - a group of words is easier to read in one line

import re
from collections.abc import Callable, Sequence

import numpy as np

Random = np.random.Generator
Twist = Callable[[str, Random], str | None]

#: Words that stand for each other's opposite wherever they are.
_OPPOSED = """
开通 关闭|打开 关闭|开启 关闭|启用 停用|充值 提现|转入 转出|存入 取出|买入 卖出|买 卖|借款 还款|借 还|增加 减少|提高 降低|提升 降低|绑定 解绑|
绑定 解除|添加 删除|上传 下载|安装 卸载|登录 退出|发送 接收|发出 收到|收款 付款|收 付|开始 结束|之前 之后|以前 以后|婚前 婚后|产前 产后|饭前 饭后|
以上 以下|以内 以外|之内 之外|国内 国外|境内 境外|线上 线下|本地 异地|男 女|男方 女方|父亲 母亲|爸爸 妈妈|丈夫 妻子|老公 老婆|儿子 女儿|
原告 被告|债权人 债务人|雇主 雇员|用人单位 员工|公司 个人|企业 个人|单位 个人|卖家 买家|商家 买家|卖方 买方|房东 租客|出租人 承租人|甲方 乙方|
自己 别人|本人 他人|贵 便宜|太大 太小|太多 太少|太高 太低|太快 太慢|太长 太短|大码 小码|左手 右手|上午 下午|白天 晚上|第一 第二|最高 最低|最多 最少|最大 最小|
最早 最晚|提前 延后|全部 部分|主动 被动|直接 间接|电子 纸质|有 没有|已 未|已经 还没|成功 失败|同意 拒绝|允许 禁止|支持 不支持|通过 不通过|显示 不显示|
左边 右边|升级 降级|涨 跌|变大 变小|变多 变少|转进 转出|正常 异常|有效 无效|合法 违法|公开 私下|领取 发放|寄出 收到|退货 换货|退款 补款|免费 收费|手动 自动|
恢复 停止|冻结 解冻|锁定 解锁|挂失 解挂|注册 注销|续费 退费|离婚 结婚|原件 复印件|主卡 副卡|春天 秋天|冬天 夏天|热水 冷水|胖 瘦
"""
#: Ways to ask the same; what stands in different lines asks for something else.
_ASKING = """
怎么 如何 怎样 咋
为什么 为何 为啥
多久 多长时间 多少天 几天
多少钱 什么价格 几块钱
在哪 在哪里 在哪儿 哪里
什么时候 何时 几点 啥时候
是谁 谁
"""
#: The same said otherwise.
_SAME = """
不能 无法 没法|可以 能 能够|怎么办 怎么处理 如何处理 咋办|没有 没|什么 啥|多少 几|为什么 为啥|需要 要|修改 更改|更换 换|取消 撤销|收到 拿到|钱 款|
账号 帐号 账户|手机号 手机号码 电话号码|是不是 是否|能不能 能否 可不可以|会不会 是否会|需不需要 要不要|的时候 时|一下 下|查看 查询|原因 缘故
"""


def _groups(text: str) -> list[list[str]]:
    return [part.split() for part in text.replace("\n", "|").split("|") if part.strip()]


_ANTONYMS: dict[str, list[str]] = {}
for _one, _other in _groups(_OPPOSED):
    _ANTONYMS.setdefault(_one, []).append(_other)
    _ANTONYMS.setdefault(_other, []).append(_one)
_ASPECTS = _groups(_ASKING.replace("\n", "|"))
_ASPECT_OF = {way: at for at, ways in enumerate(_ASPECTS) for way in ways}
_REWORDED = {way: [other for other in ways if other != way] for ways in _groups(_SAME) for way in ways}
_REWORDED |= {way: [other for other in ways if other != way] for ways in _ASPECTS for way in ways}


def _either(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


_ANTONYM, _ASPECT, _OTHERWISE = _either(list(_ANTONYMS)), _either(list(_ASPECT_OF)), _either(list(_REWORDED))
_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百]+(?=[天个月年元块次岁周号段折件张万千小分点级代期条倍])"
)
_CHINESE = "一二三四五六七八九十"
# 能不能, 有没有 and 能…吗 ask both ways: a negation there turns nothing
_BOTH_WAYS = re.compile(r"(.)[不没]\1|可不可以|是否|能否|可否|[吗么嘛没不]$")
_DENIED = re.compile(r"不能|不会|不可以|不是|不用|不要|没有|没|无法|不支持|不给|未|不")
_AFFIRMED = re.compile(
    r"能够?|可以|会|要|用(?!户)|是(?!什么|谁|多少|怎|哪)|有|支持|收到|显示|成功|通过|到账|给|发货|收(?!到|款|货)|退(?!款|货)|还(?=款|钱|清)"
)
_PLAIN = {"不能": "能", "不会": "会", "不可以": "可以", "不是": "是", "不用": "用", "不要": "要", "没有": "有", "没": "", "无法": "能", "不支持": "支持", "不给": "给", "未": "已", "不": ""}  # fmt: skip
_STATES = frozenset({"收到", "显示", "到账", "发货", "收", "退", "还"})
_PARTY = (
    r"我们|我|你们|你|您|他们|他|她|对方|别人|他人|朋友|家人|老公|老婆|父母|孩子|员工|公司|单位|商家|卖家|买家|客户|用户|银行|支付宝|微信|余额宝|银行卡|信用卡|"
    r"储蓄卡|甲方|乙方|房东|租客|债务人|债权人|出租人|承租人|保险公司|学校|医院|男方|女方|余额|花呗|借呗"
)
_TWO_PARTIES = re.compile(rf"({_PARTY})([\u4e00-\u9fff]{{0,8}}?)({_PARTY})")
_DIRECTED = re.compile(r"给|转|到|向|借|还|寄|付|赔|告|打|送|把|比|替|帮|从|对|让|被|欠|骗|绑|换成|改成|充")


def antonym(text: str, random: Random) -> str | None:
    """Put one word's opposite in its place."""
    return _replaced(text, _ANTONYM, random, lambda word: str(random.choice(_ANTONYMS[word])))


def aspect(text: str, random: Random) -> str | None:
    """Ask for something else about the same."""

    def another(word: str) -> str:
        other = int(random.integers(len(_ASPECTS) - 1))
        return str(random.choice(_ASPECTS[other + (other >= _ASPECT_OF[word])]))

    return _replaced(text, _ASPECT, random, another)


def number(text: str, random: Random) -> str | None:
    """Change one number."""

    def another(word: str) -> str:
        if word[0] in "0123456789":
            changed = float(word) * random.choice((2, 3, 5, 10, 0.5, 0.1)) + int(random.integers(0, 4))
            return f"{changed:g}"
        return str(random.choice([figure for figure in _CHINESE if figure != word]))

    return _replaced(text, _NUMBER, random, another)


def negation(text: str, random: Random) -> str | None:
    """Deny what was said, or say what was denied; None where the text asks both ways at once."""
    if _BOTH_WAYS.search(text):
        return None
    if _DENIED.search(text):
        return _replaced(text, _DENIED, random, _PLAIN.__getitem__)
    return _replaced(text, _AFFIRMED, random, lambda word: ("没" if word in _STATES or word == "有" else "不") + word)


def parties(text: str, random: Random) -> str | None:
    """Let two parties change places."""
    found = [m for m in _TWO_PARTIES.finditer(text) if m[1] != m[3] and _DIRECTED.search(m[2])]
    if not found:
        return None
    match = found[int(random.integers(len(found)))]
    return text[: match.start()] + match[3] + match[2] + match[1] + text[match.end() :]


TWISTS: tuple[Twist, ...] = (negation, antonym, number, parties, aspect)


def twisted(text: str, random: Random) -> str | None:
    """`text` with its meaning turned by one change of a kind that fits, by chance; None when none does."""
    order: list[int] = random.permutation(len(TWISTS)).tolist()
    for at in order:
        found: str | None = TWISTS[at](text, random)
        if found is not None and found != text:
            return found
    return None


def reworded(text: str, random: Random) -> str | None:
    """`text` with one word said otherwise; None when no word of it is known."""
    return _replaced(text, _OTHERWISE, random, lambda word: str(random.choice(_REWORDED[word])))


def _replaced(text: str, pattern: re.Pattern[str], random: Random, other: Callable[[str], str]) -> str | None:
    found = list(pattern.finditer(text))
    if not found:
        return None
    match = found[int(random.integers(len(found)))]
    return text[: match.start()] + other(match.group()) + text[match.end() :]
