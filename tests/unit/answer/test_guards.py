import pytest

from kb.answer.guards import chat, guard
from kb.text import normalise
from kb.types import Reason

ASKS_FOR_PERSON = """
转人工
转人工客服
人工客服
人工
人工服务
请转人工
我要转人工！！
麻烦帮我转一下人工
能不能转人工啊
可以转人工吗
给我转人工服务，谢谢
我要人工客服
我要找人工
帮我接人工
接人工客服
找真人客服
真人客服在吗
有真人吗
有没有人工客服
来个活人行不行
叫个活人来
能换个真人跟我说吗
我想和真人聊
我不想跟机器人说话
不要机器人回复，转人工
叫你们经理来
让你们主管出来跟我说
找你们负责人处理
我要找你们老板
客服呢？怎么没有人工
让人工来回答
你好，我要人工
直接转人工吧
快点转人工
还是给我转人工吧
请帮我联系人工客服
"""

ASKS_ABOUT_PERSON = """
人工客服几点上班
人工客服的服务时间是几点到几点
你们客服几点下班
怎么联系人工客服
人工客服电话是多少
客服电话多少
转人工要等多久
转人工需要排队吗
周末有人工客服吗
晚上还有人工吗几点结束
你是机器人还是人工
是真人还是机器人
节假日客服上班吗
在哪里可以找到人工客服的入口
客服微信号是多少
客服在哪个页面
人工审核要多长时间
这个要人工费吗
客服会主动给我打电话吗
经理推荐的奶粉是哪款
怎么给店长留言
请问怎么联系你们
老板椅有货吗
人工草皮怎么清洗
客服说的优惠券在哪领
机器人玩具多少钱
扫地机器人怎么退货
会说话的早教机有吗
可以帮我推荐一款奶粉吗
找不到发票入口
人工喂养的宝宝喝多少奶
热线电话24小时都有人接吗
"""

COMPLAINS = """
我要投诉
投诉
我要投诉你们
投诉你们客服
举报你们卖假货
我要去12315投诉
再不退款我就打12315
已经打12315了
我要向消协反映
我找工商局
等着收律师函吧
法院见
你们不退钱我就起诉
再不处理我就报警告你们
要走法律程序告你们
我要去微博曝光你们
发到小红书上让大家看看
你们就是骗子
骗子公司
大骗子
你们是不是在骗人
虚假宣传
奸商
黑心商家
什么破店
垃圾平台
太垃圾了
客服态度太差了
服务态度恶劣
气死我了
太失望了
再也不来了
你们卖的都是假货
没人管吗
给个说法
你们就知道敷衍人
滚蛋
这什么破玩意
给你们差评
太坑了
"""

ASKS_ABOUT_COMPLAINT = """
怎么投诉
如何投诉快递员
在哪里可以投诉
投诉渠道有哪些
投诉电话是多少
投诉以后多久有结果
投诉处理需要几天
投诉进度在哪看
可以匿名投诉吗
提建议的入口在哪
差评可以删除吗
怎么写评价
怎么修改差评
怎么追加评价
如何识别假货
你们卖的是正品吗
假一赔十是真的吗
买到假货怎么赔
垃圾袋有货吗
垃圾桶多少钱
滚筒洗衣机能洗吗
滚珠瓶怎么打开
怎么防止被骗
怎样识别诈骗电话
可以起诉商家吗
在什么情况下可以申请仲裁
离婚起诉需要什么材料
起诉离婚去哪个法院
奶粉的态度是什么意思
发朋友圈有优惠吗
黑心棉怎么分辨
妈妈的生日礼物
质量怎么样
意见反馈在哪里
去死皮的磨砂膏有吗
服务态度怎么评价
"""

IN_DANGER = """
宝宝过敏了
宝宝用了你们的面霜过敏了
孩子吃了米粉起疹子了
用完湿巾屁股起红疹了
抹了润肤乳脸上红肿
宝宝喝了这个奶粉一直拉肚子
吃了你们家果泥拉肚子
喝完就吐了，呕吐不止
穿了纸尿裤起了好多红疹子
脸上起了一片小红点
全身起疹子了怎么办
吃完就送医院了
孩子误吞了积木零件
宝宝把纽扣电池吞下去了
孩子吃了干燥剂
宝宝被烫伤了
手被夹伤了
孩子从平衡车上摔下来受伤了
暖奶器漏电了
温奶器冒烟了
消毒柜着火了怎么办
充电的时候爆炸了
机器突然冒烟
加湿器短路了
插座烧焦了
被电到了
奶粉里有虫
吃出一根头发丝
米粉里发现了虫子
面条里面有异物
吃了发霉的饼干
喝了过期的奶粉
孩子呛到了
宝宝噎住了
玩具划伤了孩子的手
我家娃用完就红屁股了
"""

ASKS_ABOUT_DANGER = """
会过敏吗
这个面霜会不会过敏
宝宝用了会过敏吗
过敏体质能用吗
过敏宝宝可以喝羊奶粉吗
湿疹宝宝用哪款润肤乳
怎么预防红屁股
纸尿裤会引起红屁股吗
防过敏的洗衣液有吗
抗过敏奶粉是哪款
会不会漏电
温奶器有漏电保护吗
有没有防干烧功能
怎么防止触电
这款消毒柜安全吗会爆炸吗
会不会烫伤宝宝
奶嘴会不会呛奶
防呛奶的奶瓶
积木会不会误吞
零件小会不会被宝宝误吞
腹泻的时候能喝什么奶粉
腹泻期间可以吃米粉吗
吃了会拉肚子吗
奶粉开封后容易变质吗
怎么判断奶粉变质
万一过敏可以退吗
如果宝宝过敏能退货吗
担心宝宝过敏怎么办
有没有低过敏配方
致敏成分有哪些过敏原
容易长虫吗怎么保存
发烧时可以用体温计测吗
体温计怎么用
防烫设计是什么
防夹手柜门锁有吗
手机打不着火的图标
保修期内漏电怎么保修
烧水壶几分钟烧开
"""

ABOUT_ONE_ORDER = """
我的订单3321到哪了
订单号202611210045怎么还没发货
单号SF1234567890到哪里了
帮我查下快递到哪了
帮我查一下我的订单
帮我看看我的快递
我那单怎么还没发货
我的那个单什么时候发
我的快递到哪儿了
我的包裹怎么一直不动
我的订单怎么还没发货
我的退款怎么还没到账
我昨天买的奶粉怎么还没发货
我前天下的单还没发货
上周我买的纸尿裤到哪了
我买的东西怎么还没到
我拍的温奶器发货了吗
快递到哪了
包裹到哪里了
货发了吗
帮我催一下快递
催一下发货
麻烦帮我催下退款
运单号7788990011显示签收了但我没收到
尾号8888的订单退了吗
帮我取消这个订单
帮我改一下地址
帮我拦截一下快递
我的单号是多少
我11月3号下的单还没到
我的积分还有多少
我的快递今天能到吗
我的订单什么时候能到
3天前买的，我的快递还没到
帮忙查询一下物流
"""

ASKS_ABOUT_ORDERS = """
怎么查物流
怎么查看订单的物流进度
在哪里查快递
如何查询订单
订单号在哪里看
单号是什么意思
快递单号在哪查
多久发货
一般几天能到
下单后多久发货
怎么取消订单
订单能取消吗
怎么修改收货地址
如何催发货
怎么申请退款
退款多久到账
快递丢了怎么办
物流一直不更新怎么办
显示已签收但没收到怎么办
可以指定快递吗
用什么快递
发什么快递
怎么合并订单
订单可以拆开发货吗
积分怎么查
怎么查看我的积分
我的订单在哪里看
我想退货怎么操作
我想改地址怎么改
预售什么时候发货
我的银行卡有钱怎么还花呗
积分有效期多久
优惠券在哪里看
请问怎么还款
周末发货吗
请问有什么好的奶粉推荐
"""

GREETINGS = """
你好
您好
你好啊
您好！
hi
Hello
哈喽
在吗
在么？
亲，在吗
有人吗
有人在吗
你好，在吗
早上好
晚上好
谢谢
谢谢你
谢谢啦，再见
多谢
辛苦了
好的，谢谢
好的
嗯嗯
ok
拜拜
再见
请问一下
我想咨询一下
你好，我想问一下
知道了
不好意思，打扰了
麻烦你了
"""

NO_GREETINGS = """
你好多少钱
你好，怎么退款
在吗，想问下发货时间
您好请问有货吗
谢谢，那怎么退
早上好，几点发货
在不在保修期
好的奶粉是哪款
可以退吗
可以开发票吗
可以货到付款吗
行李箱有吗
嗨体是什么
亲子装有吗
早教机怎么用
早产儿能喝吗
午餐肉
晚安奶是什么
拜年礼盒
没事可以退吗
收到货有问题
收到的东西不对
好评返现
好吃吗
辛苦费
客服电话
88会员节
喂奶间隔
了解一下会员
明白了，那发票呢
哦，那运费谁出
麻烦帮忙开下发票
"""


def lines(block: str) -> list[str]:
    return [line for line in block.strip().splitlines() if line]


def reason(text: str) -> Reason | None:
    return guard(normalise(text))


@pytest.mark.parametrize("text", lines(ASKS_FOR_PERSON))
def test_who_asks_for_a_person_gets_one(text: str) -> None:
    assert reason(text) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize("text", lines(ASKS_ABOUT_PERSON))
def test_a_question_about_the_staff_is_a_question(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", lines(COMPLAINS))
def test_anger_and_legal_threats_go_to_a_person(text: str) -> None:
    assert reason(text) is Reason.COMPLAINT


@pytest.mark.parametrize("text", lines(ASKS_ABOUT_COMPLAINT))
def test_a_question_about_complaining_is_a_question(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", lines(IN_DANGER))
def test_harm_that_has_happened_goes_to_a_person(text: str) -> None:
    assert reason(text) is Reason.DANGER


@pytest.mark.parametrize("text", lines(ASKS_ABOUT_DANGER))
def test_a_question_about_safety_is_a_question(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", lines(ABOUT_ONE_ORDER))
def test_what_needs_a_look_into_one_order_goes_to_a_person(text: str) -> None:
    assert reason(text) is Reason.ORDER_SPECIFIC


@pytest.mark.parametrize("text", lines(ASKS_ABOUT_ORDERS))
def test_a_question_about_orders_in_general_is_a_question(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", lines(GREETINGS))
def test_a_greeting_alone_asks_nothing(text: str) -> None:
    assert reason(text) is Reason.GREETING


@pytest.mark.parametrize("text", lines(NO_GREETINGS))
def test_a_greeting_with_a_question_is_a_question(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", ["", "？？？", "😀😀", "。。。", "　"])
def test_nothing_to_match_is_empty(text: str) -> None:
    assert reason(text) is Reason.EMPTY


def test_the_gravest_reason_wins() -> None:
    assert reason("宝宝吃了起疹子了，我要投诉你们，转人工") is Reason.DANGER
    assert reason("我要投诉你们，转人工") is Reason.COMPLAINT


def test_each_guard_is_tried_on_thirty_examples_of_either_side() -> None:
    for block in (
        ASKS_FOR_PERSON,
        ASKS_ABOUT_PERSON,
        COMPLAINS,
        ASKS_ABOUT_COMPLAINT,
        IN_DANGER,
        ASKS_ABOUT_DANGER,
        ABOUT_ONE_ORDER,
        ASKS_ABOUT_ORDERS,
        GREETINGS,
        NO_GREETINGS,
    ):
        assert len(set(lines(block))) >= 30


CHAT = """
你真傻
你好可爱呀
你是不是很聪明
你会爱上我吗
你喜欢我吗
我好喜欢你
我讨厌你
你有男朋友吗
你有没有自己的梦想
你几岁了
你叫什么名字
你在干嘛
你对人类有什么看法
你是机器人吗
你是不是人工智能
我是在跟真人说话吗
机器人
早上好机器人
嘿siri
再说一遍
请再讲一次
没听懂
你一直重复这句话
你在说什么
喂喂喂听得见吗
回头再聊
讲个笑话
陪我聊天吧
"""

NO_CHAT = """
你们支持货到付款吗
你们家有没有大码
你好怎么退款
你好用微信付可以吗
你们的发票怎么开
你们几点上班
怎么联系人工客服
扫地机器人怎么连网
机器人保修多久
智能音箱怎么用
喜欢的商品怎么收藏
我喜欢的颜色没货了
再买一次能便宜吗
怎么重新下单
重新说明一下退货流程
说明书丢了怎么办
孩子多大能坐安全座椅
爸爸的账号怎么绑定
生日礼包怎么领
名字写错了怎么改
我想退货
我不喜欢可以退吗
你们说的七天无理由是什么
物流一直没更新
验证码再发一次
密码错了怎么办
以后再买还有优惠吗
下次再付可以吗
"""


@pytest.mark.parametrize("text", lines(CHAT))
def test_talk_to_whoever_answers_is_small_talk(text: str) -> None:
    assert chat(normalise(text))


@pytest.mark.parametrize("text", lines(NO_CHAT))
def test_what_is_asked_of_the_house_is_no_small_talk(text: str) -> None:
    assert not chat(normalise(text))
