import pytest

from kb.ingest.review.same import ask_the_same, take_apart

CLOSE = 0.95  # cosine of two phrasings that the embedder thinks alike


def same(one: str, other: str, similarity: float = CLOSE) -> bool:
    return ask_the_same(take_apart(one), take_apart(other), similarity)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么申请退货", "退货怎么申请？"),
        ("怎么申请退货", "请问如何申请退货"),
        ("退到信用卡要几天", "退到信用卡要多久"),
        ("能寄到港澳台或者海外吗", "可不可以寄到港澳台或海外"),
        ("在哪里查看退款进度", "退款进度在哪看"),
        ("外包装破损可以拒收吗", "外包装坏了能拒收吗"),
        ("禾牧奶粉一罐有多重", "禾牧奶粉每罐多重"),
        ("優惠券怎麼用", "优惠券如何使用"),
        ("质量问题退换货的运费谁出", "质量问题退换货运费谁承担"),
    ],
)
def test_other_words_for_one_question(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("禾牧 1 段奶粉适合多大的宝宝", "禾牧 2 段奶粉适合多大的宝宝", id="another stage"),
        pytest.param("云朵纸尿裤 M 码适合多重", "云朵纸尿裤 L 码适合多重", id="another size"),
        pytest.param("温奶器 WN-200 怎么用", "温奶器 WN-300 怎么用", id="another model"),
        pytest.param("拆封的奶粉可以退吗", "没拆封的奶粉可以退吗", id="denied"),
        pytest.param("升到小苗会员需要多少成长值", "升到大树会员需要多少成长值", id="another name"),
        pytest.param("怎么绑定银行卡", "怎么解绑银行卡", id="the opposite"),
        pytest.param("保修期内寄修的运费谁出", "过了保修期寄修的运费谁出", id="within and after"),
        pytest.param("付款前可以改地址吗", "付款后可以改地址吗", id="before and after"),
        pytest.param("约定转账的每日限额是多少", "非约定转账的每日限额是多少", id="a turning character"),
        pytest.param("怎么取消订单", "取消订单要多久", id="how and how long"),
        pytest.param("什么是满享卡", "满享卡的年费是什么", id="what it is, and what of it"),
        pytest.param("怎么申请刷脸支付", "怎么使用刷脸支付", id="another thing to do"),
    ],
)
def test_one_detail_makes_another_question(one: str, other: str) -> None:
    assert not same(one, other, 0.99)
    assert not same(other, one, 0.99)


def test_a_small_rest_counts_only_where_the_vectors_agree() -> None:
    assert same("小家电保修多久", "小家电的保修期是多久", 0.9)
    assert not same("小家电保修多久", "小家电的保修期是多久", 0.3)


def test_a_phrasing_of_small_words_alone_is_never_the_same() -> None:
    assert not same("的", "了", 1.0)
