"""Texts that differ in one thing only, and whether it matters."""

import pytest

from kb.answer.twins import turned
from kb.index.knowledge import matched_form
from kb.index.ngram import NgramEmbedder

DOUBTFUL = (0.0, 0.0)  # what the interaction model says when it can't tell


@pytest.fixture(scope="module")
def embedder() -> NgramEmbedder:
    return NgramEmbedder()


def asks_otherwise(
    embedder: NgramEmbedder, question: str, *phrasings: str, read: tuple[float, float] = DOUBTFUL
) -> bool:
    known = [matched_form(phrasing) for phrasing in phrasings]

    def near(one: str, other: str) -> float:
        vectors = embedder.encode([one, other])
        return float(vectors[0] @ vectors[1])

    return turned(matched_form(question), known[0], known, near=near, read_beside=lambda: read)


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        pytest.param("满199减50的券怎么领", "满199减20的券怎么领", id="another amount"),
        pytest.param("支持十五天无理由退货吗", "支持七天无理由退货吗", id="another number of days"),
        pytest.param("用70度的水冲奶粉可以吗", "用40度的水冲奶粉可以吗", id="another temperature"),
        pytest.param("大号婴儿床配几号床垫", "小号婴儿床配几号床垫", id="another size"),
        pytest.param("iPhone 16换电池多少钱", "iPhone 15换电池多少钱", id="another model"),
        pytest.param("支付宝付款怎么退", "微信付款怎么退", id="another way to pay"),
        pytest.param("羊奶粉怎么冲泡", "牛奶粉怎么冲泡", id="another product"),
        pytest.param("没收到取件码怎么取快递", "收到取件码怎么取快递", id="a negation more"),
        pytest.param("待产包里含哪些东西", "待产包里不含哪些东西", id="a negation less"),
        pytest.param("怎么解绑银行卡", "怎么绑定银行卡", id="the opposite step"),
        pytest.param("手机发烫怎么降温", "手机为什么发烫", id="another question about the same"),
        pytest.param("公积金多久能提取", "公积金怎么提取", id="when, not how"),
        pytest.param("快递没送到却显示已签收", "快递送到了却没显示签收", id="denied of the other thing"),
        pytest.param("把话费转给家人怎么操作", "把家人话费转给我怎么操作", id="to whom it goes"),
        pytest.param("吸奶器怎么寄给我", "吸奶器怎么寄给你们", id="from us, not to us"),
        pytest.param("欧元怎么换成日元", "日元怎么换成欧元", id="two things have changed places"),
        pytest.param("主卡销户副卡还能用吗", "副卡销户主卡还能用吗", id="one for the other, and the other for the one"),
        pytest.param("出院要带什么材料", "入院要带什么材料", id="the opposite side"),
        pytest.param("Watch Ultra 表带多少钱", "Watch 表带多少钱", id="a longer name"),
        pytest.param("定期存3月利率多少", "定期存3年利率多少", id="another unit"),
        pytest.param("报销八千能到账多少", "报销八万能到账多少", id="another order of magnitude"),
        pytest.param("季票半年期多少钱", "季票一年期多少钱", id="half of it"),
        pytest.param("第三关打完多久进第四关", "第二关打完多久进第三关", id="more than one number"),
        pytest.param("门票退了却显示没取消", "门票没退却显示取消了", id="the negation stands elsewhere"),
        pytest.param("轮胎有气跑偏怎么办", "轮胎没气了怎么办", id="what is missing in one is there in the other"),
        pytest.param("司机取消行程要赔吗", "我取消行程要赔吗", id="somebody else does it"),
        pytest.param("护士拒绝患者探视怎么办", "患者拒绝护士探视怎么办", id="who does it to whom"),
        pytest.param("谁付给中介佣金", "中介佣金付给谁", id="who and whom"),
        pytest.param("往返船票怎么买划算", "单程船票怎么买划算", id="the other one of two"),
        pytest.param("拖挂房车年审改期要多少钱", "拖挂房车年审能改期几次", id="money, not how often"),
        pytest.param("缆车能带婴儿车吗", "观光车能带婴儿车吗", id="another thing of the same kind"),
        pytest.param("楼下说我家漏水怎么办", "楼上说我家漏水怎么办", id="the opposite beside the same neighbour"),
        pytest.param("怎么把资料从平板传到电脑", "怎么把资料从电脑传到平板", id="the other way"),
        pytest.param("教练欠我课怎么办", "我欠教练课怎么办", id="who owes whom"),
        pytest.param("平板没电能连手表吗", "手表没电能连平板吗", id="said of the other one"),
        pytest.param("物业费交了还会断水吗", "物业费忘交会断水吗", id="forgotten, and done"),
    ],
)
def test_one_thing_that_differs_is_seen(embedder: NgramEmbedder, question: str, phrasing: str) -> None:
    assert asks_otherwise(embedder, question, phrasing)


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        pytest.param("退款多久到账呀", "退款多久到账", id="a particle"),
        pytest.param("支持7天无理由退货吗", "支持七天无理由退货吗", id="digits for numerals"),
        pytest.param("能不能退货", "能退货吗", id="asked by saying it twice"),
        pytest.param("货发了没", "货发了吗", id="asked with 没"),
        pytest.param("怎样申请退款", "怎么申请退款", id="another word for the same question"),
        pytest.param("我买的奶粉宝宝不爱喝打开了还能退不", "拆封的奶粉能退吗", id="worded differently altogether"),
        pytest.param("退款多久到账", "退款多久到账", id="the same"),
        pytest.param("购买level-2要多少钱", "购买level2要多少钱", id="a code written otherwise"),
        pytest.param("手机和电脑的自选股不同步", "电脑和手机的自选股不同步", id="listed in another order"),
        pytest.param("预约申购不成功是什么原因", "预约申购失败是什么原因", id="denied in other words"),
        pytest.param("这个怎么打不开了", "这个为什么打不开", id="how come is why"),
    ],
)
def test_what_changes_nothing_is_passed_over(embedder: NgramEmbedder, question: str, phrasing: str) -> None:
    assert not asks_otherwise(embedder, question, phrasing)


def test_what_another_phrasing_of_the_entry_says_is_meant_too(embedder: NgramEmbedder) -> None:
    assert asks_otherwise(embedder, "微信付款怎么退", "支付宝付款怎么退")
    assert not asks_otherwise(embedder, "微信付款怎么退", "支付宝付款怎么退", "用微信付款的订单退到哪")


def test_the_phrasing_that_is_worded_most_alike_is_read_too(embedder: NgramEmbedder) -> None:
    """The closest by meaning may say it in other words; the twin is one of another phrasing."""
    assert not asks_otherwise(embedder, "停车卡补办几次要换新", "丢过好多回的停车卡还给补吗")
    assert asks_otherwise(embedder, "滑雪票满300减80怎么领", "雪场优惠在哪里拿", "滑雪票满300减50怎么领")


def test_what_no_phrasing_asks_for_is_not_answered(embedder: NgramEmbedder) -> None:
    """All phrasings say what they ask, so that the entry says nothing of what somebody else asks."""
    asked = "课桌椅保修期外维修多少钱"
    assert asks_otherwise(embedder, asked, "课桌坏了去哪修", "维修课桌椅的地点在哪里")
    assert not asks_otherwise(embedder, asked, "课桌坏了去哪修", "维修课桌椅的地点在哪里收费吗")
    assert not asks_otherwise(embedder, asked, "课桌坏了去哪修"), "one phrasing says too little"


def test_many_small_signs_together_keep_from_answering(embedder: NgramEmbedder) -> None:
    """None of them would alone: another verb, a place for a manner, nothing of what all phrasings say."""
    phrasings = ("雪板怎么保养", "雪板保养方法", "给雪板做保养")
    assert asks_otherwise(embedder, "雪板在哪租", *phrasings)
    assert not asks_otherwise(embedder, "雪板要怎么保养好", *phrasings)


def test_one_character_counts_only_with_its_neighbour(embedder: NgramEmbedder) -> None:
    assert asks_otherwise(embedder, "大号婴儿床配多大床垫", "小号婴儿床配多大床垫")


def test_what_the_interaction_model_is_sure_of_decides_where_wording_does_not(embedder: NgramEmbedder) -> None:
    """A word may be another for the same thing; two short questions may share most characters and nothing else."""
    assert asks_otherwise(embedder, "公积金合法吗", "公积金合规吗")
    assert not asks_otherwise(embedder, "公积金合法吗", "公积金合规吗", read=(9.0, 9.0))
    assert asks_otherwise(embedder, "账户注销要多久", "账户注销在哪", read=(-9.0, -9.0))
