"""Each check that looks at one entry."""

from datetime import date
from typing import Any

import pytest

from kb.ingest.review import Lists, Weight
from kb.ingest.review.dates import expiry
from kb.ingest.review.links import Known, dead_links
from kb.ingest.review.lists import Wordings
from kb.ingest.review.manners import manners
from kb.ingest.review.personal import personal_data
from kb.ingest.review.questions import Why, why_odd
from kb.ingest.review.wording import forbidden_wording, promises
from kb.types import EntryState, Link
from tests.unit.ingest.review.standings import entry, standing

TODAY = date(2026, 11, 21)
LISTS = Lists.read()
LONG = (
    "偏远地区一共六个省区，分别是新疆、西藏、青海、宁夏、甘肃、内蒙古，其余可以配送的省市都按照普通地区计算运费和时效。"
)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        pytest.param("派件员电话 139 0000 1234。", Weight.BLOCKS, id="mobile"),
        pytest.param("身份证 11010519491231002X", Weight.BLOCKS, id="identity card"),
        pytest.param("卡号 6222021234567890128", Weight.BLOCKS, id="bank card"),
        pytest.param("寄到杭州市余杭区文一西路969号3号楼201室", Weight.CONFIRM, id="address"),
        pytest.param("发到 wang.fang1988@163.com", Weight.CONFIRM, id="private mailbox"),
        pytest.param("单号 SF1234567890123 的包裹", Weight.CONFIRM, id="parcel number"),
    ],
)
def test_personal_data_is_found_in_answers_and_in_phrasings(text: str, weight: Weight) -> None:
    (in_answer,) = personal_data(standing(answer=text), LISTS.allowed)
    (in_variant,) = personal_data(standing(variants=(text,)), LISTS.allowed)
    assert in_answer.weight is in_variant.weight is weight


@pytest.mark.parametrize(
    "text",
    [
        "请拨打 400-820-8820。",
        "热线 95588",
        "发到 kefu@qq.com",
        "邮箱 ESUN@bank.com.tw",
        "每单 100 元起",
        "每天 8:30–22:30",
    ],
)
def test_what_is_public_is_no_personal_data(text: str) -> None:
    assert list(personal_data(standing(answer=text), LISTS.allowed)) == []


def test_the_shop_may_allow_its_own_number_however_it_is_grouped() -> None:
    text = "请拨打 0571-88123456。"
    assert len(list(personal_data(standing(answer=text), Wordings([])))) == 1
    assert list(personal_data(standing(answer=text), Wordings(["0571 8812 3456"]))) == []


@pytest.mark.parametrize(
    "said",
    ["这不关我们的事，去找快递吧。", "说了不行就是不行。", "你自己看清楚再来问。", "超期就是超期。", "嫌贵就别买。"],
)
def test_service_taboos_ask_for_confirmation(said: str) -> None:
    (found,) = forbidden_wording(standing(answer=f"您好。{said}"), LISTS.forbidden)
    assert found.weight is Weight.CONFIRM
    assert all(quote in said for quote in found.quotes)


@pytest.mark.parametrize(
    "said",
    [
        "滚筒洗衣机可以洗，请您放心。",
        "请让宝宝自己看护好玩具。",
        "水煮到滚开后请关火。",
        "边喂,边留意宝宝。",
    ],
)
def test_ordinary_words_are_no_taboo(said: str) -> None:
    assert list(forbidden_wording(standing(answer=said), LISTS.forbidden)) == []


@pytest.mark.parametrize(
    "said", ["全网最低价", "百分之百没有问题", "永久保修", "三天根治", "中国第一", "保证当天送到", "100% 安全"]
)
def test_promises_nobody_may_make_ask_for_confirmation(said: str) -> None:
    (found,) = promises(standing(answer=f"您好，{said}。"), LISTS.promises)
    assert found.weight is Weight.CONFIRM


@pytest.mark.parametrize(
    "said",
    [
        "不保证一定成功",
        "为保证您的资金安全",
        "最好先看说明",
        "请绝对不要用开水",
        "请把它包好",
        "最佳食用时间是 6 个月内",
    ],
)
def test_careful_words_are_no_promise(said: str) -> None:
    assert list(promises(standing(answer=said), LISTS.promises)) == []


@pytest.mark.parametrize(
    ("more", "dead"),
    [
        ({"follow_ups": ("退货要多久",)}, "退货要多久"),
        ({"follow_ups": ("怎么申请退货？",)}, "怎么申请退货？"),
        ({"answer": "详见词条 WL099。"}, "WL099"),
        ({"answer": "见[说明](#YH0088)。"}, "YH0088"),
        ({"answer": "请看 [[SQ900]]。"}, "SQ900"),
        ({"answer": "请看问题「怎么开发票」。"}, "怎么开发票"),
        ({"links": (Link("说明", "http://192.168.1.20/pay"),)}, "http://192.168.1.20/pay"),
        ({"answer": "打开 http://wiki.local/a 查看。"}, "http://wiki.local/a"),
    ],
)
def test_links_that_lead_nowhere(more: dict[str, Any], dead: str) -> None:
    at = standing(**more)
    (found,) = dead_links(at, Known({"A1": at.entry, "WL001": entry("WL001", "怎么退款")}))
    assert found.quotes == (dead,)


def test_links_that_lead_somewhere_are_left_alone() -> None:
    answer = "详见词条 wl001，或问题「怎么退款？」，网页 https://help.example.com/a 也有。"
    at = standing(answer=answer, follow_ups=("怎么退款",), links=(Link("帮助", "https://help.example.com"),))
    assert list(dead_links(at, Known({"A1": at.entry, "WL001": entry("WL001", "怎么退款")}))) == []


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (date(2026, 11, 20), ["expired"]),
        (date(2026, 11, 21), ["expires_soon"]),
        (date(2026, 12, 21), ["expires_soon"]),
        (date(2026, 12, 22), []),
        (None, []),
    ],
)
def test_the_last_day_is_told_thirty_days_ahead(last: date | None, code: list[str]) -> None:
    assert [found.code.value for found in expiry(standing(valid_until=last), TODAY)] == code


def test_a_draft_has_no_time_to_run_out() -> None:
    assert list(expiry(standing(valid_until=date(2020, 1, 1), state=EntryState.DRAFT), TODAY)) == []


@pytest.mark.parametrize("answer", [LONG, "步骤如下：" + LONG, LONG.replace("其余", "申请后其余")])
def test_a_long_answer_owes_a_polite_word(answer: str) -> None:
    assert len(list(manners(standing(answer=answer), LISTS.polite))) == 1


@pytest.mark.parametrize(
    "answer",
    [
        LONG + "请您留意。",
        "可以，下单即可。",
        f"1. {LONG}\n2. {LONG}",
        f"微信：{LONG}\n支付宝：{LONG}",
        LONG + "請留意",
    ],
)
def test_polite_short_and_listed_answers_are_fine(answer: str) -> None:
    assert list(manners(standing(answer=answer), LISTS.polite)) == []


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("测试问题123", Why.PLACEHOLDER),
        ("待补充", Why.PLACEHOLDER),
        ("asdfgh", Why.PLACEHOLDER),
        ("第三章 售后服务政策", Why.HEADING),
        ("（二）赠品发放细则", Why.HEADING),
        ("以及退款相关的说明", Why.FRAGMENT),
        ("的奶瓶可以机洗吗", Why.FRAGMENT),
        ("退款说明：", Why.FRAGMENT),
        ("宝宝周活动规则（完整版", Why.FRAGMENT),
        ("这个怎么弄", Why.POINTS_NOWHERE),
        ("它可以放进微波炉吗", Why.POINTS_NOWHERE),
        ("您可以在会员中心领取生日礼。", Why.ANSWER),
        ("奶瓶刷建议每两个月更换一次", Why.ANSWER),
        ("赠品规则", Why.KEYWORD),
        ("会员生日礼", Why.KEYWORD),
    ],
)
def test_what_nobody_would_ask(question: str, why: Why) -> None:
    assert why_odd(question, "奶瓶刷建议每两个月更换一次，请您留意。") is why


@pytest.mark.parametrize(
    "question",
    [
        "你好",
        "谢谢",
        "人工客服",
        "你真聪明",
        "自营吗",
        "收不到验证码怎么办",
        "我要退货",
        "订单提交后提示库存不足",
        "这款奶粉适合多大的宝宝",
        "和别的品牌比有什么不同",
        "不想要了",
    ],
)
def test_what_somebody_would_ask(question: str) -> None:
    assert why_odd(question, "您好，请您联系客服。") is None
