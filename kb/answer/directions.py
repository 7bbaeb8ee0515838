"""Which way something goes in a text: from where to where, and who does what to whom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FROM = re.compile(r"从([^从到给向往里]{2})")
_TO = re.compile(r"(?:(?<![收签得不想遇找])到|[给往向进入回])([\u4e00-\u9fffa-z0-9]{2})")
_PARTY = (
    r"我们?|你们?|他们?|对方|别人|他人|人家|朋友|好友|同事|老板|公司|单位|员工|职工|房东|租客|父母|爸妈|孩子|子女|老公|老婆|老师|学生|家长|医生|患者|病人|司机|乘客|"
    r"客人|酒店|商家|店家|卖家|买家|平台|客服|物业|业主|邻居|甲方|乙方|顾客|客户|银行|保险公司|学校|医院|家人|亲戚"
)
_ADVERBS = r"(?:自己|可以|怎么|怎样|如何|能不能|能|要|会|应该|需要|也|来|不|没有?|在)*"
_DOES = "借欠送给交付转寄发退还赔罚骂打追撞告骗租教查催扣换找评派批请嫌投喂带"
_DOER = re.compile(rf"(?=({_PARTY}){_ADVERBS}([{_DOES}]))")
_DONE_TO = re.compile(rf"(?=([{_DOES}])[让达交送]?[了给过到走向]?({_PARTY}))")
_SUBJECT = re.compile(
    r"^(?:如果|要是)?(你们|我们|他们|[\u4e00-\u9fff]{2}(?=怎么|如何|怎样|能|可以|可不可以|会|要|没|不|给|向|的))"
)
_RECIPIENT = re.compile(r"[给向对跟替帮为]([\u4e00-\u9fff]{2})(?!的)")
_DONE_FOR = re.compile(rf"(?=[给向对跟替帮为]({_PARTY})(?:怎么|能|可以)?([{_DOES}]))")


@dataclass(frozen=True, slots=True)
class Ways:
    """Places and unknown parties by their first two characters, known parties with what is done."""

    sources: frozenset[str]  # 从上海寄
    goals: frozenset[str]  # 寄到北京
    doers: frozenset[tuple[str, str]]  # 公司欠我: 公司 does it
    concerned: frozenset[tuple[str, str]]  # to 我
    subject: frozenset[str]  # 下属怎么提交任务: what it begins with, at most one
    recipients: frozenset[str]  # 给下属分配任务

    @property
    def none(self) -> bool:
        """Whether nothing goes anywhere, and nobody does anything to anybody."""
        return not (self.sources or self.goals or self.doers or self.concerned or self.subject or self.recipients)


def ways(text: str) -> Ways:
    """Read the ways of a normalised text."""
    concerned = frozenset((party, verb) for verb, party in _DONE_TO.findall(text)) | frozenset(_DONE_FOR.findall(text))
    return Ways(
        frozenset(_FROM.findall(text)),
        frozenset(_TO.findall(text)),
        frozenset(_DOER.findall(text)) - concerned,
        concerned,
        frozenset(_SUBJECT.findall(text)),
        frozenset(_RECIPIENT.findall(text)),
    )


def reversed_in(asked: Ways, meant: Ways, known: Sequence[Ways]) -> bool:
    """Whether what is a source, goal, doer or recipient in one is its opposite in the other, and in none of `known`."""
    pairs = (
        ((asked.sources - asked.goals) & (meant.goals - meant.sources), "sources"),
        ((asked.goals - asked.sources) & (meant.sources - meant.goals), "goals"),
        (asked.doers & meant.concerned, "doers"),
        (asked.concerned & meant.doers, "concerned"),
        ((asked.subject - asked.recipients) & (meant.recipients - meant.subject), "subject"),
        ((asked.recipients - asked.subject) & (meant.subject - meant.recipients), "recipients"),
    )
    return any(turned and all(turned.isdisjoint(getattr(one, name)) for one in known) for turned, name in pairs)


def goals_changed(asked: str, meant: str, mine: Ways, theirs: Ways, known: Sequence[Ways]) -> bool:
    """Whether two goals have changed places with what stands before them: 饭卡的钱退到微信, 微信的钱充到饭卡."""
    if mine.goals & theirs.goals:
        return False
    return any(
        0 <= meant.find(here) < meant.find(there)
        and 0 <= asked.find(there) < asked.find(here)
        and not any(here in one.goals for one in known)
        for here in mine.goals
        for there in theirs.goals
    )
