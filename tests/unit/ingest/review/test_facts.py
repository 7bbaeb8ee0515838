import pytest

from kb.ingest.review.facts import Kind, alike, differences


def kinds(ours: str, theirs: str, *, whether: bool = False) -> list[Kind]:
    return [found.kind for found in differences(ours, theirs, whether=whether)]


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        pytest.param("满 59 元包邮。", "满 49 元包邮。", Kind.NUMBER, id="another amount"),
        pytest.param("可以换一次。", "可以换 3 次。", Kind.NUMBER, id="a Chinese numeral counts"),
        pytest.param("最多抵 10%。", "最多抵 20%。", Kind.NUMBER, id="another share"),
        pytest.param("成长值满 500 即可。", "成长值满 800 即可。", Kind.NUMBER, id="a number without a unit"),
        pytest.param("可选 3 期、6 期、12 期。", "可选 3 期、6 期、12 期、24 期。", Kind.NUMBER, id="a longer list"),
        pytest.param("24 小时内发货。", "3 天内发货。", Kind.DEADLINE, id="hours and days are compared"),
        pytest.param("1 个月内吃完。", "3 周内吃完。", Kind.DEADLINE, id="months and weeks are compared"),
        pytest.param("1–3 个工作日到账。", "3–7 个工作日到账。", Kind.DEADLINE, id="another range"),
        pytest.param("每天 8:30–22:30 在线。", "每天 9:00–21:00 在线。", Kind.DEADLINE, id="other hours of the day"),
        pytest.param("到 11 月 30 日结束。", "2026-12-05 结束。", Kind.DATE, id="another date, otherwise written"),
        pytest.param("运费由您承担。", "运费由商城承担。", Kind.WHO, id="another pays"),
    ],
)
def test_what_contradicts_is_named(ours: str, theirs: str, kind: Kind) -> None:
    assert kinds(ours, theirs) == [kind]
    assert kinds(theirs, ours) == [kind]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("7 天内可退。", "一周内可退。", id="a week is seven days"),
        pytest.param("24 小时内发货。", "1 天内发货。", id="a day is 24 hours"),
        pytest.param("下单 1 年内可开。", "下单 12 个月内可开。", id="a year is twelve months"),
        pytest.param("满 59 元包邮，不满收 8 元。", "满 59 元包邮。", id="the other says more"),
        pytest.param("第 1–2 天、第 3–4 天、第 7 天。", "第 1–2 天约占一半。", id="only the first steps"),
        pytest.param("拨打 0800-061-588。", "拨打 0800-212-880。", id="telephone numbers are no amounts"),
        pytest.param("请等一下，一般都可以。", "请联系客服两次以内。", id="words with a numeral in them count nothing"),
        pytest.param(
            "寄回运费由您承担，质量问题由商城承担。", "寄回运费由您承担。", id="an exception comes after the rule"
        ),
    ],
)
def test_what_agrees_is_no_contradiction(ours: str, theirs: str) -> None:
    assert kinds(ours, theirs) == []


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("可以的，请您放心。", "抱歉，暂不支持。"),
        ("周末照常发货。", "周末不发货。"),
        ("需要的，请附上保修卡，否则不能保修。", "不需要。没有保修卡也能保修。"),
        ("含有少量酒精。", "不含酒精。"),
        ("支持，不超过 600 元也行。", "没有这项服务。"),
        ("需要的，每次收 50 元。", "正常故障免费维修。"),
    ],
)
def test_yes_and_no_contradict_where_the_question_asks_for_them(yes: str, no: str) -> None:
    assert Kind.YES_NO in kinds(yes, no, whether=True)
    assert Kind.YES_NO not in kinds(yes, no)
    assert Kind.YES_NO not in kinds(yes, yes, whether=True)
    assert Kind.YES_NO not in kinds(no, no, whether=True)


def test_a_shortened_answer_is_alike_and_another_is_not() -> None:
    long = "打开「我的 → 我的订单」，点「查看物流」，就能看到承运快递、运单号和实时进度。"
    assert alike(long, "打开「我的订单」点「查看物流」，能看到承运快递、运单号和进度。") > 0.8
    assert alike(long, "仓库收到商品后 48 小时内换发。") < 0.3
