"""What excludes each other in general Chinese: characters that say the opposite, and things of one kind.

楼上 and 楼下, 转进 and 转出 differ in one character beside the same neighbour; 高铁 and 地铁, 金卡 and 白金卡 are two of one
kind, and a question means one of them.
"""

# ruff: noqa: E501 - a kind a line

import re
from collections.abc import Iterator, Sequence

#: Characters that say the opposite of each other where a neighbour is the same.
_OPPOSITE = (
    "买卖 进出 入出 进退 升降 加减 增减 开关 上下 前后 里外 内外 大小 大中 小中 早晚 早中 中晚 高低 高初 初中 快慢 长短 新旧 新老 冷热 冷暖 "
    "干湿 生熟 左右 男女 老小 公私 公母 单双 首末 首尾 借还 存取 充退 收发 收寄 送取 寄取 租售 租买 租卖 涨跌 涨降 盈亏 输赢 轻重 厚薄 宽窄 "
    "粗细 深浅 远近 松紧 软硬 甜咸 甜辣 咸淡 南北 东西 夏冬 昼夜 今明 先后 起止 入离 入退 结离 订退 签解 绑解 锁解 冻解 封解 "
    "戴摘 穿脱 装拆 接送 接拒 接挂 允禁 准禁 显隐 金银 真假 优劣 好坏 好差 正副 正反 甲乙 夫妻 爸妈 父母 儿女 兄弟 姐妹 补退 交退 交领 拿放"
)
#: Things of one kind, a kind a line; what is joined by | is one thing.
_KINDS = """
高铁 动车 火车 地铁 公交|公交车 飞机|航班|机票 大巴 轮船 出租车|打车
汽车|轿车 货车|卡车 摩托车 自行车|单车 电动车|电瓶车 房车
租车 买车
微信 支付宝 银行卡 云闪付 现金
京东 淘宝 拼多多 天猫 抖音 唯品会
美团 饿了么
移动 联通 电信 广电
华为 小米 oppo vivo 三星 荣耀
联想 戴尔 惠普 华硕 苹果
顺丰 圆通 中通 申通 韵达 邮政
工行|工商银行 建行|建设银行 农行|农业银行 中行|中国银行 招行|招商银行 交行|交通银行
养老|养老金|养老保险 医疗保险|医保 失业|失业金|失业保险 生育|生育险|生育保险 工伤|工伤险|工伤保险 公积金
空调 冰箱 洗衣机 烘干机 热水器 电视|电视机 洗碗机 微波炉 烤箱 电饭煲|电饭锅 油烟机|抽油烟机 燃气灶|煤气灶 净水器 扫地机|扫地机器人 吸尘器
电脑|笔记本 平板 手机 手表|手环 耳机 音箱|音响 相机 打印机 路由器 投影仪
充电线|数据线 充电头|充电器 充电宝 电池
网页|网页版|网页端 客户端|电脑版 小程序 公众号
小学 初中 高中 大学 幼儿园
专科|大专 本科 硕士|研究生 博士
老师|教师|班主任 学生|学员
新生 老生
轻度 中度 重度|高度
标准间|标间 大床房 双床房 豪华间 套房 家庭房
经济舱 商务舱 头等舱
一等座 二等座 商务座 无座|站票 硬座 硬卧 软卧
经济型 舒适型 豪华型
普卡 金卡 白金卡 钻石卡|钻卡 黑卡 银卡
信用卡 储蓄卡|借记卡
花呗 借呗 白条
定期 活期
婴儿 儿童 成人 老人|老年人
早餐|早饭 午餐|午饭 晚餐|晚饭
上午 下午
白天 夜里|夜间|晚上
工作日 周末|节假日
春季|春天|春装 夏季|夏天|夏装 秋季|秋天|秋装 冬季|冬天|冬装
周一|星期一 周二|星期二 周三|星期三 周四|星期四 周五|星期五 周六|星期六 周日|星期日|星期天
科目一|科一 科目二|科二 科目三|科三 科目四|科四
健身房 游泳馆|泳池 瑜伽馆 篮球馆|球馆 舞蹈室
瑜伽 游泳 拳击 跑步 篮球 羽毛球 网球 乒乓球 足球 舞蹈
猫|猫咪 狗|狗狗 兔子 仓鼠
奶茶 咖啡 果汁 可乐
身份证 护照 驾照|驾驶证 户口本 社保卡|医保卡 居住证 结婚证 出生证|出生证明 行驶证 房产证
增值税 个税|个人所得税 契税 印花税
羽绒服 羊绒衫 毛衣 衬衫 牛仔裤 皮衣 西装|西服
内科 外科 儿科 妇科 眼科 牙科|口腔科 皮肤科 骨科
门诊 住院|急诊
医生|大夫 患者|病人
流感疫苗 水痘疫苗 狂犬疫苗 新冠疫苗 hpv疫苗
语文 数学 英语 物理 化学 历史 地理 生物
公办 民办|私立
洗衣液 洗衣凝珠|凝珠 洗衣粉 肥皂|洗衣皂
外卖 堂食
司机|车主 乘客
甲方 乙方
骑手|快递员 商家|店家|顾客
本地|本市|本省|同城 外地|异地|外省|跨省|跨市
新房 二手房
单程 往返
物业 邻居|业主
全款 贷款|分期
首次|第一次|初次 再次|第二次|多次
新用户|新客 老用户|老客
自提|自取 配送|上门
发送|发出 接收|收到
提前 延后|推迟|延期|逾期
满期|到期 提前
最多|最高|最长|最晚|上限 最少|最低|最短|最早|起步|下限
爸爸|父亲 妈妈|母亲 爷爷 奶奶 外公|姥爷 外婆|姥姥
儿子 女儿
丈夫|老公 妻子|老婆
孕妇|孕期|怀孕 产妇|产后|坐月子 哺乳期
新生儿 幼儿 青少年 中年
片剂 胶囊 颗粒|冲剂 口服液 糖浆 混悬液 喷雾|喷剂 软膏|药膏 贴剂|膏药 滴剂
感冒 咳嗽 发烧|发热 腹泻|拉肚子 过敏 便秘 头痛|头疼 失眠
血压|高血压 血糖|高血糖|糖尿病 血脂|高血脂 尿酸|痛风
验血|抽血 验尿 胸片 ct|核磁|核磁共振 b超|彩超 心电图 胃镜 肠镜
种牙|种植牙 拔牙 补牙 洗牙 箍牙|正畸|矫正 镶牙
近视 远视 散光 老花
意外险 重疾险 寿险 车损险 三者险|三责险 交强险 医疗险 旅行险|旅游险 财产险
柴油|柴油车 汽油|汽油车|燃油车 电动|纯电|新能源 混动
轮胎 刹车 玻璃 雨刷|雨刮 大灯|车灯 电瓶 空调滤芯 机油
保养 年检|年审 过户 上牌 违章
钢琴 吉他 小提琴 古筝 架子鼓
油画 国画 素描 书法
多肉 绿萝 兰花 玫瑰 月季
面霜 眼霜 面膜 精华 防晒|防晒霜 卸妆油|卸妆水 洗面奶 口红 粉底|粉底液
面包 蛋糕 饼干 月饼 粽子
牛奶 酸奶 豆浆 咖啡 奶粉
苹果 香蕉 橙子 葡萄 西瓜 草莓
牛肉 羊肉 猪肉 鸡肉 鱼肉
白酒 红酒|葡萄酒 啤酒 黄酒
黄金 白银 铂金 钻石 玉|翡翠
棉|纯棉 羊毛 真丝|丝绸 化纤|涤纶 亚麻
黑色 白色 红色 蓝色 绿色 黄色 灰色 粉色 紫色
外套 裤子 裙子 鞋子 袜子 帽子 内衣 围巾
沙发 床垫 衣柜 餐桌 书桌 椅子|餐椅 茶几
地板 瓷砖 墙纸|壁纸 油漆|乳胶漆 门窗
水费 电费 燃气费|煤气费 物业费 停车费 话费 网费|宽带费 取暖费|暖气费
房租|租金 押金 定金|订金 首付 尾款 手续费 服务费 运费|邮费 违约金
工资|薪水 奖金|年终奖 加班费 补贴|津贴 提成
年假 病假 事假 产假 婚假 陪产假 丧假
笔试 面试 口试
期中 期末
学费 杂费 书本费|教材费 住宿费 伙食费|餐费
食堂 宿舍|寝室 图书馆 教室 操场
出生证明 结婚证 离婚证 死亡证明
支票 汇票 本票
股票 基金 债券 期货
本金 利息 罚息
房贷 车贷 消费贷|信用贷 经营贷
word excel ppt pdf
图片|照片 视频 音频|录音 文档|文件 表格
蓝牙 wifi|无线网 有线|网线
开机 关机 重启
拍照 录像|录视频
点赞 评论 收藏 转发 关注 私信
群主 管理员 群成员
主播 观众|粉丝
安检 值机 登机 托运 中转
登机牌 行李牌 护照
大厅|大堂 餐厅 泳池 停车场
东门 西门 南门 北门
滑雪 滑冰 潜水 漂流
缆车 索道 观光车 游船
成都 北京 上海 广州 深圳 杭州 南京 重庆 武汉 西安
美国 英国 日本 韩国 法国 德国 澳洲|澳大利亚 加拿大 泰国 新加坡
美元|美金 欧元 英镑 日元 港币|港元 人民币
初赛|预赛 复赛|半决赛 决赛
试营业 正式营业
白班 中班 夜班
现房 期房
一楼|底楼|一层 顶楼|顶层
主卧 次卧
整租 合租
少儿组|儿童组 成人组
短袖 长袖
新款|新版 老款|老版|旧款|旧版
三险 五险
双眼皮 眼袋 隆鼻
拉杆箱|行李箱 双肩包|背包 手提包
月付 季付 年付
月卡 季卡 年卡 次卡
面授 网课|线上课|直播课 录播|录播课
走读 住校|住宿
全日制|统招 自考 成考 函授
应届|应届生 往届|往届生
全职 兼职
试用期 转正|正式员工
初诊 复诊
专家号 普通号
头胎|一胎 二胎 三胎
顺产 剖腹产|剖宫产
单人间 双人间 三人间
单人床 双人床
入门 进阶 高阶
基础版 标准版 专业版 旗舰版 企业版 个人版 免费版 试用版
手动挡|手动档 自动挡|自动档
油性|油皮 干性|干皮 混合性|混合皮 敏感肌
幼犬 成犬
平信 挂号信
热饮 冷饮
水洗 干洗
前台|窗口|柜台 网上|线上|手机上|app
"""

_OPPOSITES_OF: dict[str, str] = {}
for _two in _OPPOSITE.split():
    for _at, _unit in enumerate(_two):
        _OPPOSITES_OF[_unit] = _OPPOSITES_OF.get(_unit, "") + _two[1 - _at]
_ANY_OPPOSITE = re.compile(f"[{''.join(_OPPOSITES_OF)}]")

# by word the kinds that it belongs to, each with a bit for which of its things the word is
_THINGS: dict[str, list[tuple[int, int]]] = {}
for _kind, _line in enumerate(_KINDS.strip().splitlines()):
    for _at, _thing in enumerate(_line.split()):
        for _word in _thing.split("|"):
            _THINGS.setdefault(_word, []).append((_kind, 1 << _at))
_ANY_THING = re.compile("|".join(sorted(map(re.escape, _THINGS), key=len, reverse=True)))


def things(text: str) -> dict[int, int]:
    """By kind the things that a normalised text names, a bit each."""
    found: dict[int, int] = {}
    for word in _ANY_THING.findall(text):
        for kind, thing in _THINGS[word]:
            found[kind] = found.get(kind, 0) | thing
    return found


def opposed(one: str, other: str) -> Iterator[str]:
    """What `one` says, with the neighbour, where `other` says the opposite beside the same neighbour."""
    for found in _ANY_OPPOSITE.finditer(one):
        unit, at = found.group(), found.start()
        if unit in other:
            continue
        for opposite in _OPPOSITES_OF[unit]:
            if opposite in other and opposite not in one:
                before, after = one[at - 1 : at] if at else "", one[at + 1 : at + 2]
                if before and before + opposite in other:
                    yield before + unit
                elif after and opposite + after in other:
                    yield unit + after


def another_of_kind(mine: dict[int, int], theirs: dict[int, int], known: Sequence[dict[int, int]]) -> bool:
    """Whether a text names another thing of a kind than a second one, and none of the `known` names that one."""
    return any(
        not any(other.get(kind, 0) & named for other in known)
        for kind, named in mine.items()
        if theirs.get(kind) and not theirs[kind] & named
    )
