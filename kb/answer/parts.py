"""The questions in a message that asks several: 换货咋申请 寄回去多久发新的.

Customers seldom say where one ends. A clause that asks is a question, with the clauses before it that only tell
something (买错了尺码，能换吗 is one), and 咋办 belongs to what was told. Each is read alone, and those behind the first with
its topic as well, since they mostly leave it out (新人券减多少 能用几天).
"""

# ruff: noqa: E501 - a pattern is easier to read in one line

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.answer.guards import chat, guard, only_hello
from kb.index.courtesy import without_courtesy
from kb.text import normalise
from kb.types import Candidate, EntryId, Limits

#: Questions of one message that are heard, at most.
MOST = 4

# --- where one ends ------------------------------------------------------------------------------------------------

_POINTS = "，。？！；、,?!;…~～"
_MARKS = re.compile(rf"[\s{_POINTS}]+")  # what stands between clauses
_EDGES = f" \t\n\r\u3000{_POINTS}"
_NEXT = r"另外(?![加收给付买交])|此外|顺便|顺带|再就是|再有就是|还有就是|还有(?=[，,：:\s])|其次"
_LED = rf"(?P<next>{_NEXT})|(?P<also>还有)(?!没有|多|几|什么|啥|哪|货|效|用|积|券|余|别的)|以及"
_LED_BY = re.compile(rf"(?:{_LED})(?:再?(?:请?问|咨询|说)(?:一?下|问)?|想问(?:一?下|问)?)?[，,：:\s]*")
_CUT = re.compile(rf"{_MARKS.pattern}|(?<=吗)(?!还是|$)|(?<![要会得再有能可不否者或])(?={_NEXT})|(?=以及)")
#: What the above cuts at begins so: most messages are seen to be one question in a microsecond.
_MAY_CUT = re.compile(rf"{_MARKS.pattern}|[另此顺再还其以]|吗.")

#: Characters of a clause that asks something, at least.
_CLAUSE = 3
#: Asks something.
_ASKS = re.compile(
    r"[吗么]$|^(?!.*(?:还没|我)).{2,8}呢$|(?<!好)吧$|(?<!好)[不没]$|(?<!还)没有$|怎|咋|如何|什么|啥|哪|(?<![十好差这那前过了])几(?![十乎])|"
    r"多少|多久|多[大长高重厚宽远早快](?!了|的)|多钱|谁|何时|是否|能否|可否|为何|(.)[不没]\1|可不可以|[是要用选先买].{1,8}还是|(?:想|请)(?:知道|了解|问)"
)
#: Asks nothing of its own: it belongs to what was said before.
_ASKS_OF_BEFORE = re.compile(
    r"(?:请问|那|这|这个|这种|这样|该|我|我们|又|要|得|应该|应当|现在|接下来|然后|后面|后续|到底|究竟|是|你们|你说)*"
    r"(?:(?:怎么|咋|如何|怎样|怎)(?:办|弄|整|搞|处理|解决|解|操作|回事|样|好|说|搞定)?|为(?:什么|啥|何)|[什啥]么?(?:情况|原因|问题|意思)|"
    r"(?:可以|行|好|能|对|是|中|成|有|会|要)(?:[吗么不没]|不可以|不行|不好|不能|不对|不是|没有)+|能不能行?|有没有|有办法吗|有[什啥]么?办法|"
    r"(?:在|上|去|从)?哪(?:儿|里|边)?(?:能|可以)?(?:看|查|找)(?:见|到|得到|去)?|给解决吗|管不管|求助|求解)"
    r"[了啊呀呢吗么的哦嘛]*"
)
#: Says that something will be asked.
_ANNOUNCES = re.compile(
    r"(?:那个|哦|嗯|啊|呃)*我?(?:就|还|再)?(?:想|要)?(?:先|再)?(?:请教|请问|问|咨询|了解|说)(?:一下|下|问|个问题|个事|一个问题|一件事)?[啊哈呀哦]*"
)


def is_one(message: str) -> bool:
    """Whether a message is a single clause for certain: then all that is heard in it lies in its normalised text."""
    return not _MAY_CUT.search(message.strip(_EDGES))


def clauses(message: str) -> tuple[str, ...]:
    """All clauses of a message as it was typed, in matched form; nothing where it is a single one."""
    said = (without_courtesy(normalise(clause)) for clause in _MARKS.split(message))
    found = tuple(clause for clause in said if len(clause) >= _CLAUSE)
    return found if len(found) > 1 else ()


def parts(message: str) -> tuple[str, ...]:
    """The questions of a message as it was typed, normalised, in their order; nothing when it asks no more than one."""
    if is_one(message):
        return ()
    message = message.strip(_EDGES)
    found: list[str] = []
    told = ""
    for clause, goes_on, begins in _clauses(message):
        if _ASKS_OF_BEFORE.fullmatch(clause) and found and not told:
            found[-1] = _joined(found[-1], clause)
            continue
        if told and goes_on and (begins or found):
            found, told = _told(found, told, apart=begins), ""
        if _ASKS.search(clause) or (goes_on and found):
            found.append(_joined(told, clause))
            told = ""
        else:
            told = _joined(told, clause)
    if told and found:
        found = _told(found, told, apart=False)
    return tuple(found[:MOST]) if len(found) > 1 else ()


def _told(found: Sequence[str], told: str, *, apart: bool) -> list[str]:
    """What was told without a question behind it: a matter of its own, or more about the one before."""
    return [*found[:-1], _joined(found[-1], told)] if found and not apart else [*found, told]


def _joined(before: str, clause: str) -> str:
    """Two clauses as one normalised text: a space stands only between two words in Latin letters or digits."""
    latin = before[-1:].isascii() and clause[:1].isascii() and before != ""
    return f"{before} {clause}" if latin else before + clause


def _clauses(message: str) -> Iterator[tuple[str, bool, bool]]:
    """The clauses that say something, normalised; whether a word joins each to another question, and whether that is new."""
    for clause in filter(None, _CUT.split(message)):
        led = _LED_BY.match(clause)
        said = without_courtesy(normalise(clause[led.end() :] if led else clause))
        if said and not only_hello(said) and not _ANNOUNCES.fullmatch(said):
            yield said, bool(led and led.lastgroup), bool(led and led["next"])


# --- what each asks for --------------------------------------------------------------------------------------------

#: The chance that the whole message must give an entry, where a part alone is no proof: 要钱吗 asks of anything.
OF_THE_WHOLE, AT_LEAST_OF_IT = 0.01, 0.001
#: The chance that a part alone must give an entry, where the topic alone may have brought it up; above the other, none.
OF_THE_PART, SURE_WITH_TOPIC = 0.02, 0.9
#: Characters of a topic; what is longer tells a story.
_TOPIC = range(2, 11)

_QUESTIONS = re.compile(
    r"怎|咋|如何|什么|啥|哪|几|多少|多久|多[大长高重厚宽]|还?能|可以|可不|还?要|有没|是不是|会|(.)[不没]\1|吗|不$|没$|谁|还给|最[少多]|是"
)
_AND_THIS = re.compile(r"((?:(?![怎咋啥哪几谁]|如何|什么|多[少久大]).){2,8})呢")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question of a message."""

    part: int
    text: str
    lacking: bool = False  # it may lack what it is about, which was said before
    with_topic: bool = False  # what was said before stands before it


def readings(questions: Sequence[str]) -> list[Reading]:
    """The ways to read the `parts` of a message; none of a part that a guard stops, or that only chats."""
    asks = _QUESTIONS.search(questions[0])
    end = asks.start() if asks else 0
    topic, asked_of_it = (questions[0][:end], questions[0][end:]) if end in _TOPIC else ("", "")
    found: list[Reading] = []
    for part, text in enumerate(questions):
        if guard(text) or chat(text):
            continue
        named = not part or (bool(topic) and topic in text)
        found.append(Reading(part, text, lacking=not named))
        if topic and not named:
            found.append(Reading(part, _with_topic(text, topic, asked_of_it), with_topic=True))
    return found


def _with_topic(text: str, topic: str, asked_of_it: str) -> str:
    """A part with its topic; behind 退到借记卡几天 it is 退到信用卡几天 that 信用卡呢 asks, behind S号多少斤穿 M号呢 M号多少斤穿."""
    another = _AND_THIS.fullmatch(text)
    if not another:
        return topic + text
    thing = another[1]
    return (topic[: -len(thing)] if topic[-1] == thing[-1] else "") + thing + asked_of_it


def others(
    read: Sequence[Reading], ranked: Sequence[Sequence[Candidate]], whole: Sequence[Candidate], limits: Limits
) -> list[Candidate]:
    """The entries that the parts of a message ask for, in their order, each once; a part without a likely one has none.

    `ranked` holds the candidates of each reading, best first, `whole` those of the message as one question.
    """
    together, alone = _chances(whole), dict[EntryId, float]()
    found: dict[int, Candidate] = {}
    for reading, candidates in zip(read, ranked, strict=True):
        alone = alone if reading.with_topic else _chances(candidates)
        best = candidates[0] if candidates else None
        if best is None or best.conflict or not _likely(reading, best, together, alone, limits):
            continue
        claimed = any(best.entry.id == of_part.entry.id for part, of_part in found.items() if part != reading.part)
        drowned = reading.part in found and alone.get(best.entry.id, 0.0) < OF_THE_PART
        if not claimed and not drowned:
            found[reading.part] = best
    return list(found.values())


def _chances(candidates: Sequence[Candidate]) -> dict[EntryId, float]:
    return {candidate.entry.id: candidate.confidence for candidate in candidates}


def _likely(
    reading: Reading,
    best: Candidate,
    together: Mapping[EntryId, float],
    alone: Mapping[EntryId, float],
    limits: Limits,
) -> bool:
    """Whether the best of a reading is asked for, given what the whole message and the part alone make of it."""
    id_, chance = best.entry.id, best.confidence
    of_the_whole = together.get(id_, 0.0)
    if reading.lacking:
        return chance >= limits.answer and of_the_whole >= OF_THE_WHOLE
    if reading.with_topic and chance < SURE_WITH_TOPIC and alone.get(id_, 0.0) < OF_THE_PART:
        return False
    return chance >= limits.answer or (chance >= limits.suggest and of_the_whole >= AT_LEAST_OF_IT)
