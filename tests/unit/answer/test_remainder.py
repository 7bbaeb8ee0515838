"""Questions that name what an entry is about, and ask something else of it."""

from dataclasses import replace
from datetime import date

import pytest

from kb.answer.match import REMAINDER, Matcher
from kb.answer.parts import clauses
from kb.answer.remainder import SEVERAL, Remainders, Signs, agreement
from kb.index.knowledge import Knowledge
from kb.index.ngram import NgramEmbedder
from kb.types import DecisionKind, Entry, EntryId, Limits, Question, Reason, ReleaseId
from tests.fakes.shop import calibration

ENTRIES = (
    Entry(
        EntryId("a-detergent"),
        "竹青洗洁精可以洗水果吗",
        "可以。苹果、葡萄都能用它泡一泡，再用清水冲两遍。",
        (
            "洗洁精能拿来洗蔬菜不",
            "用洗洁精泡葡萄行吗",
            "洗洁精 洗水果",
            "草莓想用洗洁精洗洗",
            "洗洁精洗菜安全吗",
            "洗水果能不能放洗洁精",
        ),
    ),
    Entry(EntryId("b-few"), "竹青抹布怎么洗", "用温水搓。", ("抹布怎么清洗", "洗抹布")),
    Entry(
        EntryId("c-send"), "多久发货", "当天。", ("几天能发货", "什么时候发货", "发货要多久", "发货快不快", "哪天发货")
    ),
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.build(ENTRIES, NgramEmbedder())


@pytest.fixture(scope="module")
def remainders(knowledge: Knowledge) -> Remainders:
    return Remainders(knowledge, NgramEmbedder())


def differ(remainders: Remainders, knowledge: Knowledge, message: str, position: int = 0) -> bool:
    readings = [knowledge.form(message), *clauses(message)]
    return remainders.differ(readings, int(knowledge.starts[position]))


@pytest.mark.parametrize(
    "question", ["洗洁精一桶多少毫升", "洗洁精有没有柠檬香的", "洗洁精 保质期", "你们的洗洁精哪个城市生产的"]
)
def test_something_else_about_the_same_is_seen(remainders: Remainders, knowledge: Knowledge, question: str) -> None:
    assert differ(remainders, knowledge, question)


@pytest.mark.parametrize(
    "question", ["洗洁精可以洗蔬菜吗", "这个洗洁精洗水果行不行", "能用洗洁精泡苹果吗", "洗洁精 洗蔬菜"]
)
def test_the_same_in_other_words_is_passed_over(remainders: Remainders, knowledge: Knowledge, question: str) -> None:
    assert not differ(remainders, knowledge, question)


def test_one_clause_that_agrees_is_enough(remainders: Remainders, knowledge: Knowledge) -> None:
    told = "昨天在你们直播间抢到两大桶柠檬香的"
    assert differ(remainders, knowledge, f"{told}洗洁精，哪个城市生产的")
    assert not differ(remainders, knowledge, f"{told}，洗洁精能洗水果吗")


def test_the_name_alone_is_no_clause(remainders: Remainders, knowledge: Knowledge) -> None:
    assert differ(remainders, knowledge, "洗洁精 多少毫升一桶")
    assert not differ(remainders, knowledge, "洗洁精")


def test_a_question_that_names_nothing_is_passed_over(remainders: Remainders, knowledge: Knowledge) -> None:
    assert not differ(remainders, knowledge, "一桶多少毫升")
    assert not differ(remainders, knowledge, "怎么样")


def test_few_phrasings_do_not_show_how_else_it_is_asked(remainders: Remainders, knowledge: Knowledge) -> None:
    assert len(knowledge.texts_of(1)) < SEVERAL
    assert not differ(remainders, knowledge, "抹布一包多少条", 1)


def test_what_the_answer_says_is_not_new(remainders: Remainders, knowledge: Knowledge) -> None:
    in_answer, nowhere = remainders.signs("洗洁精苹果", "洗洁精", 0), remainders.signs("洗洁精柠檬", "洗洁精", 0)
    assert in_answer
    assert nowhere
    assert in_answer.novel == 0
    assert nowhere.novel == 1


def test_the_name_is_what_most_phrasings_hold_and_few_others(remainders: Remainders, knowledge: Knowledge) -> None:
    assert remainders.name("洗洁精能洗水果吗", 0) == "洗洁精"
    assert remainders.name("发货多久", int(knowledge.starts[2])) == "发货"
    assert remainders.name("多少毫升", 0) == ""


def test_every_sign_counts() -> None:
    signs = Signs(same=0.0, near=0.5, novel=0.5)
    assert agreement(replace(signs, same=1.0)) > agreement(signs)
    assert agreement(replace(signs, near=0.9)) > agreement(signs)
    assert agreement(replace(signs, novel=0.9)) < agreement(signs)


def test_what_is_seen_at_a_glance_is_what_all_signs_say(remainders: Remainders, knowledge: Knowledge) -> None:
    for question in ("洗洁精洗草莓", "洗洁精一桶多少毫升", "洗洁精有没有柠檬香的", "草莓用洗洁精"):
        signs = remainders.signs(question, "洗洁精", 0)
        assert signs
        assert differ(remainders, knowledge, question) == (agreement(signs) < 0)


def test_clauses_are_parted_by_marks_and_spaces() -> None:
    assert clauses("您好，洗洁精能洗水果吗？ 多少钱一瓶") == ("洗洁精能洗水果吗", "多少钱一瓶")
    assert clauses("洗洁精能洗水果吗？") == ()
    assert clauses("") == ()


def test_what_would_be_answered_is_asked_back_and_remembered_with_its_clauses(knowledge: Knowledge) -> None:
    anything = Limits(answer=0.0, suggest=0.0)
    matcher = Matcher(knowledge, NgramEmbedder(), calibration(anything), anything, ReleaseId("r"))

    def judged(message: str) -> tuple[DecisionKind, Reason, str]:
        found = matcher.judge(Question(message), date(2026, 11, 22))
        return found.decision.kind, found.decision.reason, found.candidates[0].conflict

    asked_back = DecisionKind.CLARIFY, Reason.DETAIL_DIFFERS, REMAINDER
    assert judged("洗洁精有没有柠檬香的") == asked_back
    for _ in range(2):
        assert judged("昨天抢到两大桶柠檬香的洗洁精能洗水果吗") == asked_back
        assert judged("昨天抢到两大桶柠檬香的 洗洁精能洗水果吗") == (DecisionKind.ANSWER, Reason.CONFIDENT, "")
