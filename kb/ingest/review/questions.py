"""Standard questions that no customer would ask: placeholders, headings, fragments, bare keywords, pasted answers."""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from kb import messages
from kb.index.courtesy import without_courtesy
from kb.ingest.review.findings import Finding, FindingCode, Standing, finding
from kb.text import bigrams, normalise


class Why(StrEnum):
    """What is wrong with it; the values are keys of `messages.review.NO_QUESTION`."""

    PLACEHOLDER = "placeholder"
    HEADING = "heading"
    FRAGMENT = "fragment"
    POINTS_NOWHERE = "points_nowhere"
    ANSWER = "answer"
    KEYWORD = "keyword"


_PLACEHOLDER = re.compile(
    r"^(?:测试|test|待补充|待定|待完善|待更新|无|暂无|略|同上|同前|新建|未命名|标题|示例|xx+|aa+|todo|tbd|n/?a|null|none|nan|问题|问)[\s\-_]*(?:问题|用例|数据|词条|question)?[\s\-_]*[0-9一二三四五六七八九十]*$|^[a-z]{1,12}$|^[0-9\-./%_]+$|^(.)\1{2,}$"
)
_HEADING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节条款部篇]|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|附[件录表][一二三四五六七八九十\d]*|\d{1,2}(?:\.\d{1,2})+\s)"
)
_BEGINS = re.compile(
    r"^(?:的(?!士|确)|了(?!解|结)|[，,、。；;：:）)」』》]|以及|并且|而且|但是|但(?!凡)|因此|因而|所以|然而|或者|此外|另外|从而|否则|其中|和(?=[^\s]{0,20}$)(?!.*[吗呢么？?怎什哪几多]))"
)
_ENDS = re.compile(
    r"(?:[，,、；;：:（(「『《]|以及|并且|或者|而且|因为|如果|但是|的话|将于|位于|属于|由于|关于|对于|[和或与及将把被从向])$"
)
_POINTING = re.compile(
    r"^(?:那|那么|请问)?(?:上面|上述|前面|刚才|之前)?(?:这个|那个|这些|那些|这种|那种|它们?|该|其|这|此|上面|上述)(?!码|月|周|年|天|次|边|里)(.*)$"
)
_QUESTION = re.compile(
    r"[?？]|[吗呢么吧嘛]$|什么|啥|怎|咋|如何|哪|谁|几(?=[^何乎])|多少|多久|多大|多长|多重|多高|多远|多厚|多宽|何[种时地处人]|为何|是否|能否|可否|何时|何地|有无|(.)[不没]\1|可不可以|支不支持|区别|不同|好不好|还是"
)
_WANTS = re.compile(
    r"[我你您俩咱]|想|要(?![求点])(?<![主重必])|(?<!邀)请(?!假)|[帮让]|给(?!付)|(?<![要需请追])求(?![助])|查一?下|看一?下|讲个|来个|"
    r"(?<![功职技智性节机万])能(?![力量源])|会(?![员计议场])(?<![机社协])|可以|没(?!药)|不(?!锈钢|倒翁|干胶)|无(?![线糖人纺忧酸氟])|未(?![来成])|"
    r"了$|了[，,]|过[，,吗]|推荐|投诉$|取消$|转人工|找人工|催|忘记|丢了|坏|破|漏|错|慢|失败|打扰|聪明|谢|好的|知道"
)
_SMALL_TALK = re.compile(
    r"^(?:您好|你好|在吗|在么|在不在|hello|hi|嗨|哈喽|早|早上好|上午好|中午好|下午好|晚上好|晚安|谢谢.{0,3}|感谢.{0,3}|再见|拜拜|好的.{0,6}|嗯+|收到|辛苦了|人工|人工客服|客服|转人工)$"
)
_ANSWERS = re.compile(
    r"即可|您可以|您可在|为您(?!服务)|请您|请到|请在|请先|敬请|感谢您|我们会|我们将|本商城|本店|我司|抱歉|。.+|。$"
)
_LONG_STATEMENT = 24  # characters of a statement that asks nothing
_PASTED = 0.75  # share of a question's character pairs that stand in its answer
_SHORTEST_PASTED = 10
_SHORTEST = 2


def odd_question(at: Standing) -> Iterator[Finding]:
    """Why nobody would ask the standard question, if so; the first reason counts."""
    why = why_odd(at.entry.question, at.entry.answer)
    if why:
        yield finding(
            FindingCode.NOT_A_QUESTION, at, quotes=[at.entry.question], why=messages.review.NO_QUESTION[why.value]
        )


def why_odd(question: str, answer: str) -> Why | None:
    """What keeps `question` from being one that a customer would ask; None for a good one."""
    plain = unicodedata.normalize("NFKC", question).strip()
    text = without_courtesy(normalise(question))
    if _SMALL_TALK.match(text) or _SMALL_TALK.match(normalise(question)):
        return None
    asks = _QUESTION.search(plain) is not None
    for why, found in (
        (Why.PLACEHOLDER, _PLACEHOLDER.match(text) or len(text) < _SHORTEST),
        (Why.HEADING, _HEADING.match(plain) and not asks),
        (Why.FRAGMENT, _BEGINS.match(plain) or _ENDS.search(plain) or _unbalanced(plain)),
        (Why.POINTS_NOWHERE, _points_nowhere(text)),
        (Why.ANSWER, not asks and _is_answer(plain, text, answer)),
        (Why.KEYWORD, not asks and not _WANTS.search(text)),
    ):
        if found:
            return why
    return None


def _points_nowhere(text: str) -> bool:
    """Whether a pronoun stands for what the question is about, and nothing else names it."""
    if re.match("(?:请问)?它们?[^的]", text):
        return True
    match = _POINTING.match(text)
    if not match:
        return False
    rest = _QUESTION.sub("", match[1])
    return (
        len(re.sub(r"处理|解决|操作|使用|办理|[么样办弄用钱要能会可以是的呢吗吧啊个得了多少有没在用]", "", rest)) <= 1
    )


def _is_answer(plain: str, text: str, answer: str) -> bool:
    if _ANSWERS.search(plain):
        return True
    if len(text) >= _LONG_STATEMENT and not re.match(r"我|想|请问|为啥", text):
        return True
    if len(text) < _SHORTEST_PASTED:
        return False
    said = normalise(answer)
    if said.startswith(text):
        return True
    pairs = set(bigrams(text)[1:-1])
    return len(pairs & set(bigrams(said))) >= _PASTED * len(pairs) and not _WANTS.search(text)


def _unbalanced(text: str) -> bool:
    return any(text.count(left) != text.count(right) for left, right in ("()", "《》", "「」", "“”", "【】", "（）"))
