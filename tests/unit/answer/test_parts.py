from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answer.parts import MOST, Reading, clauses, is_one, others, parts, readings
from kb.types import Candidate, Entry, EntryId, Limits

LIMITS = Limits(answer=0.7, suggest=0.35)


def candidate(id_: str, confidence: float, conflict: str = "") -> Candidate:
    return Candidate(Entry(EntryId(id_), "问", "答"), "问", confidence, conflict=conflict)


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        pytest.param("换货咋申请 寄回去多久发新的", ("换货咋申请", "寄回去多久发新的"), id="a space between clauses"),
        pytest.param("你们周末发货吗？发到新疆要几天？", ("你们周末发货吗", "发到新疆要几天"), id="question marks"),
        pytest.param("想发顺丰在哪选，另外备注写哪里", ("想发顺丰在哪选", "备注写哪里"), id="另外"),
        pytest.param(
            "怎么改密码 顺便绑定的手机号也想换掉", ("怎么改密码", "绑定的手机号也想换掉"), id="顺便 before a wish"
        ),
        pytest.param("怎么提交投诉以及需要准备哪些材料", ("怎么提交投诉", "需要准备哪些材料"), id="以及 in one clause"),
        pytest.param("包邮吗发什么快递", ("包邮吗", "发什么快递"), id="吗 in the middle"),
        pytest.param("退货寄到哪，单号在哪填，谢谢", ("退货寄到哪", "单号在哪填"), id="thanks are no part"),
        pytest.param(
            "驿站也没有 咋办 能投诉快递不", ("驿站也没有咋办", "能投诉快递不"), id="咋办 belongs to what was told"
        ),
        pytest.param(
            "能改地址吗还没发货 还有能不能开发票", ("能改地址吗还没发货", "能不能开发票"), id="told after it was asked"
        ),
        pytest.param("我要退货，另外怎么开发票", ("我要退货", "怎么开发票"), id="a wish and another question"),
        pytest.param(
            "调奶壶 TN-120 能过夜吗 温奶器 WN-200 怎么用", ("调奶壶tn-120能过夜吗", "温奶器wn-200怎么用"), id="codes"
        ),
        pytest.param(
            "WN-200 TN-120 有什么区别 哪个好用", ("wn-200 tn-120有什么区别", "哪个好用"), id="two words in a row"
        ),
    ],
)
def test_a_message_falls_into_its_questions(message: str, questions: tuple[str, ...]) -> None:
    assert parts(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "",
        "怎么申请退款",
        "怎么申请退款？？",
        "您好，请问怎么申请退款，谢谢",
        "在吗？我想问一下，怎么退款",
        "买错了尺码，能换吗",
        "显示签收了驿站也没有 咋办",
        "快递显示签收了，我根本没收到",
        "券明明没过期，结算时就是用不了",
        "我还没下单呢，从哪点进去",
        "就买一包湿巾十几块，邮费多少",
        "温奶器 WN-200 和调奶壶 TN-120 有什么区别",
        "送到家里要另外给师傅钱吗",
        "号里还有积分和礼品卡没用完 准备注销 得先弄好哪些事",
        "App、小程序和网站的价格一样吗",
        "先放水吗还是先放粉",
        "这个可以退吗 哪里看",
        "换过一回码了还是不合适 能再换一次不",
        "怎么确定使用权以及利益的分配办法",
        "购买 level2 不另外下载能不能看到",
    ],
)
def test_one_question_has_no_parts_however_many_clauses_it_has(message: str) -> None:
    assert parts(message) == ()


def test_no_more_questions_are_heard_than_anybody_answers_at_once() -> None:
    assert len(parts("多少钱 多重 几岁能玩 怎么洗 什么材质 保修多久")) == MOST


def test_a_question_behind_the_first_is_read_with_its_topic_too() -> None:
    assert readings(("新人券减多少", "能用几天")) == [
        Reading(0, "新人券减多少"),
        Reading(1, "能用几天", lacking=True),
        Reading(1, "新人券减能用几天", with_topic=True),
    ]


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ("s号多少斤穿", "m号呢", "m号多少斤穿"),
        ("退到借记卡几天", "信用卡呢", "退到信用卡几天"),
        ("小苗多少成长值", "大树会员呢", "大树会员多少成长值"),
        ("电子发票几天能开好", "在哪下载呢", "电子发票在哪下载呢"),
    ],
)
def test_what_and_this_one_asks_is_said_by_the_first(first: str, second: str, asked: str) -> None:
    assert readings((first, second))[-1] == Reading(1, asked, with_topic=True)


def test_a_question_that_names_its_topic_is_read_once() -> None:
    assert [way.text for way in readings(("拉拉裤怎么脱", "拉拉裤有几个码"))] == ["拉拉裤怎么脱", "拉拉裤有几个码"]


@pytest.mark.parametrize(
    "stopped", ["我要投诉你们", "转人工", "宝宝用了过敏了怎么办", "我的订单3321到哪了", "你爱我吗"]
)
def test_a_part_that_a_guard_would_stop_is_not_read(stopped: str) -> None:
    assert {way.part for way in readings(("怎么开发票", stopped))} == {0}


READINGS = Reading(0, "甲"), Reading(1, "乙", lacking=True), Reading(1, "甲乙", with_topic=True)
WHOLE = [candidate("a", 0.9), candidate("b", 0.02), candidate("d", 0.005)]


def heard(*ranked: Sequence[Candidate]) -> list[str]:
    return [one.entry.id for one in others(READINGS[: len(ranked)], ranked, WHOLE, LIMITS)]


def test_each_part_asks_for_its_own_entry_in_their_order() -> None:
    assert heard([candidate("b", 0.8)], [candidate("a", 0.99)]) == ["b", "a"]


def test_a_part_that_may_lack_its_topic_is_believed_where_the_whole_knows_the_entry() -> None:
    assert heard([], [candidate("b", 0.95)]) == ["b"]
    assert heard([], [candidate("d", 0.95)]) == []
    assert heard([], [candidate("c", 0.95)]) == []


def test_a_part_with_its_topic_is_believed_where_the_part_alone_speaks_for_the_entry() -> None:
    assert heard([], [candidate("c", 0.3), candidate("e", 0.05)], [candidate("e", 0.8)]) == ["e"]
    assert heard([], [candidate("c", 0.3), candidate("e", 0.01)], [candidate("e", 0.8)]) == []
    assert heard([], [], [candidate("e", 0.95)]) == ["e"]


def test_less_chance_is_enough_for_what_the_whole_knows() -> None:
    assert heard([candidate("d", 0.4)]) == ["d"]
    assert heard([candidate("c", 0.4)]) == []
    assert heard([candidate("d", 0.3)]) == []


def test_a_topic_that_drowns_its_part_does_not_hide_what_the_part_asks() -> None:
    assert heard([candidate("a", 0.99)], [candidate("b", 0.9)], [candidate("a", 0.9)]) == ["a", "b"]


def test_parts_that_ask_the_same_are_one() -> None:
    assert heard([candidate("a", 0.99)], [candidate("a", 0.9)], [candidate("a", 0.9)]) == ["a"]


def test_a_detail_that_differs_stops_the_offer() -> None:
    assert heard([candidate("a", 0.9, "quantity")], [], []) == []


def test_what_a_part_asks_as_it_stands_gives_way_only_to_what_it_speaks_for() -> None:
    whole_knows = [candidate("b", 0.95), candidate("e", 0.05)]
    assert heard([], whole_knows, [candidate("e", 0.95)]) == ["e"]
    assert heard([], whole_knows, [candidate("f", 0.95)]) == ["b"]


@given(st.text(alphabet="退款吗以及另外还有，。？ \n\xa0\u2028换货嗎", max_size=16))
def test_a_single_clause_has_neither_parts_nor_clauses(message: str) -> None:
    if is_one(message):
        assert not parts(message)
        assert not clauses(message)
