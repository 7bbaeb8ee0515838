"""A lexicon of customer service: what is wanted (where, why, how long, cancel, change …), however it is worded.

取消, 撤销 and 终止 are one concept, 快递, 物流 and 包裹 another. Which concepts a question and a phrasing share says what
their words alone don't: 短线宝怎么用 and 短线宝用不了怎么办 differ in one small word and in everything.
"""

# ruff: noqa: E501 - one concept a line

import re

#: One concept a line: its name, then the ways to say it. The longest way that fits is the one that counts.
_LEXICON = """
where 哪里 哪儿 在哪 去哪 从哪 什么地方 什么位置 位置 入口 何处 哪个页面 哪个位置 啥地方 哪边 找不到 哪看 哪查 哪找 哪领
how 怎么 怎样 如何 咋 怎麽 咋样 步骤 流程 教我 教程 方法 操作 怎么弄 咋弄 咋整 怎么搞 点整 怎
why 为什么 为何 为啥 原因 怎么回事 什么情况 咋回事 什么原因 啥原因 怎会 啥情况 是什么问题 凭什么
when 什么时候 何时 几点 啥时候 哪天 几号 什么时间 时间 哪一天 几时 啥时 日期 几月
howlong 多久 多长时间 几天 多少天 几个工作日 时效 要多长 几个小时 几分钟 多少时间 多长 几日 几周 期限 有效期
howmuch 多少 多少钱 几块 价格 价钱 几元 多大 几个 多高 几次 几张 几 额度是
whether 能不能 可不可以 是否 可否 能否 可以吗 行不行 行吗 会不会 是不是 有没有 能吗 需不需要 要不要 得不得行 好不好 中不中
what 是什么 什么意思 啥意思 指什么 是啥 定义 含义 什么叫 什么是 啥叫 啥是 干嘛的 干什么用 有什么用 做什么用 介绍
which 哪个 哪些 哪种 哪几 哪款 什么样 哪一个 哪家 哪类 啥样
who 谁 什么人 哪位
difference 区别 不同 差别 不一样 差异 有什么不同 比较 对比 哪个好
fail 不了 失败 无法 不能 不到 不上 不出 不开 不成功 没反应 用不了 打不开 不行 不能用 出错 报错 错误 异常 故障 不显示 没有了 不见了 消失 坏了 不好使 没法 不支持 卡住 不动 闪退 没成功 不通过 未通过 不下来 不进去 不出来 受限 被拒 提示
none 没有 没 未 还没 暂无 无
use 使用 怎么用 怎样用 如何用 用法 咋用 会用
buy 购买 买 订购 下单 拍 选购 申购 认购 预订 采购 入手
sell 卖 卖出 出售 抛
open 开通 开启 打开 启用 激活 开户 办理 申请 开
close 关闭 关掉 停用 注销 销户 关停 停止 关 退订 停掉
cancel 取消 撤销 撤单 终止 撤回 解除 撤 作废 不要了 不想要了 反悔 中止
change 修改 更改 更换 变更 改 换 调整 更新 改成 换成 重设 切换 更正 改一下
exchange 换货 调换 换一个 换新 换码 换尺码
delete 删除 删掉 移除 清除 清空 删 去掉
add 添加 增加 新增 加上 加入 补充
bind 绑定 关联 绑 绑卡 捆绑
unbind 解绑 解除绑定 取消绑定 解除关联 换绑
login 登录 登陆 登入 登不上 登 上不去
register 注册 新用户 开号
account 账户 账号 帐号 帐户 户头 用户名 id
password 密码 口令 pin
forget 忘记 忘了 找回 丢失 丢了 遗失 不记得 想不起
verify 验证 认证 核实 审核 实名 校验 核验 鉴定 审批 评估 测评 评测
code 验证码 校验码 动态码
phone 手机号 电话号码 手机号码 号码 预留手机 手机
card 银行卡 卡 借记卡 储蓄卡 信用卡
money 钱 资金 款 余额 金额 现金 本金
refund 退款 退钱 退费 返还 退回 退还 返现 还钱给我 钱退 退到 原路退
return 退货 退掉 退回去 寄回 不想要 退换 无理由
pay 支付 付款 付钱 交钱 缴费 结账 买单 支付方式 刷卡 付
repay 还款 还钱 还清 结清 偿还 还贷
lend 借款 借钱 贷款 借贷 放款 借
transfer 转账 转入 转出 转到 转进 汇款 转钱 划转 转
withdraw 提现 取现 取出 取款 取钱 提款 出金 取
deposit 充值 存入 存款 充钱 入金 充
arrive 到账 到帐 入账 到款 收到钱 什么时候到
deduct 扣款 扣钱 扣费 扣了 代扣 被扣 扣除
fee 费用 手续费 收费 佣金 费率 要钱 免费 服务费 工本费 成本 花钱 收钱
interest 利息 利率 收益 利息率 盈利 回报 年化
overdue 逾期 超期 晚还 滞纳金 违约金 罚息 延期 推迟
limit 额度 限额 上限 最多 最高 提额 限制 封顶
minimum 最低 最少 起步 门槛 起订 起购
condition 条件 要求 资格 资质 符合 满足
document 资料 材料 证件 身份证 证明 凭证 手续 户口
contract 合同 协议 条款 签约 签
expire 过期 到期 失效 期满 作废了 过了期
delivery 快递 物流 包裹 配送 运输 派送 快件 送货 邮寄 寄 派件 运单
ship 发货 寄出 出库 发出 发走 发啦 发了
receive 收货 签收 收到 到货 拿到 收件
address 地址 收件人 收货人 送到
freight 运费 邮费 包邮 快递费 免邮 邮资 包油
urge 催 加急 快点 尽快 太慢 慢
track 到哪 进度 查询 查看 查 跟踪 看 显示 状态
stock 有货 缺货 库存 现货 补货 断货 没货 预售
price 降价 价保 差价 涨价 贵 便宜 保价 优惠价 打折 折扣
coupon 优惠券 券 红包 满减 代金券 抵扣 优惠卷 优惠 礼品卡
activity 活动 促销 秒杀 双11 双12 抽奖 特价 大促
points 积分 成长值 兑换 会员分 金币
member 会员 vip 等级 级别 满享卡 付费会员 权益
gift 赠品 礼品 礼物 送的 赠送
invoice 发票 开票 税票 专票 普票 电子票 抬头 税号 发飘
warranty 保修 质保 维修 修 返修 售后 寄修 修理
damage 破损 损坏 坏 漏 碎 裂 瑕疵 质量问题 有问题 划痕 变形 压坏
missing 少发 漏发 少件 缺件 少了 没发全 发错 错发 错了
authentic 正品 真假 假货 真的 正规 可靠 靠谱 骗人 安全吗 保真 盗版 山寨
compensate 赔偿 赔付 赔 补偿 理赔 索赔
responsible 责任 负责 谁出 谁承担 承担
complain 投诉 举报 建议 反馈 意见
contact 联系 客服 人工 电话 热线 打电话 咨询 服务时间 联系方式
download 下载 安装 安卓 苹果版 版本 升级 更新版
setting 设置 设定 权限 开关
notice 通知 提醒 短信 消息 推送 提示音
privacy 隐私 信息安全 个人信息 泄露
name 姓名 名字 昵称 户名
size 尺码 尺寸 多大码 大小 型号 规格 码数 几码 多重 重量
ingredient 成分 配料 含有 添加剂 材质 材料是 成份 原料
age 几岁 多大 月龄 几个月 岁 年龄 适合
allergy 过敏 敏感 红疹 疹子
shelf 保质期 生产日期 保存 存放 储存 开封后 开罐 变质 能放
feed 冲泡 冲调 喂 怎么冲 水温 冲奶 喝 吃
wash 清洗 消毒 洗 清洁 擦
suit 适合 合适 推荐 选 哪款好 选择
work 原理 效果 功能 作用 功效 管用 有效
divorce 离婚 婚姻 夫妻 结婚 复婚
sue 起诉 诉讼 告他 法院 打官司 上诉 仲裁 判决
crime 犯罪 判刑 坐牢 刑事 处罚 罪 量刑 拘留 罚款
labour 工资 加班 劳动合同 辞退 离职 工伤 社保 单位 公司
inherit 继承 遗产 遗嘱 赠与
property 房产 房子 房屋 不动产 产权 土地
treat 治疗 怎么治 医治 治 治好 吃什么药 用药
symptom 症状 表现 征兆 特征
cause 引起 导致 造成 会导致 影响 后果 危害
"""

_WAYS: dict[str, str] = {}
for _line in _LEXICON.strip().splitlines():
    _name, *_ways = _line.split()
    for _way in _ways:
        _WAYS.setdefault(_way, _name)  # a way to say two things is taken for the first
# by first character how long the ways are that begin with it, the longest first
_LENGTHS = {
    first: sorted({len(way) for way in _WAYS if way[0] == first}, reverse=True) for first in {way[0] for way in _WAYS}
}

# the word before 怎么办 or 咋办 matters, not that it asks how; 不好意思 denies nothing
_PASSED_OVER = re.compile(r"怎么办|咋办|怎么处理|如何处理|如何解决|怎么解决|为什么呢|不好意思|有没有人")


def concepts(text: str) -> list[str]:
    """The concepts a normalised text names, in order, with repeats."""
    plain = _PASSED_OVER.sub("，", text)
    found: list[str] = []
    at = 0
    while at < len(plain):
        for length in _LENGTHS.get(plain[at], ()):
            name = _WAYS.get(plain[at : at + length])
            if name is not None:
                found.append(name)
                at += length
                break
        else:
            at += 1
    if text.endswith(("吗", "么")):
        found.append("whether")
    return found
