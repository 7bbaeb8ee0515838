"""What is read on the page with the figures."""

from collections.abc import Mapping
from typing import Final

from kb.messages import try_it

TITLE: Final = "数据"

PERIODS: Final[Mapping[int, str]] = {7: "近 7 天", 30: "近 30 天", 90: "近 90 天"}
FROM: Final = "从"
TO: Final = "到"
SHOW: Final = "查看"
CHANNEL: Final = "渠道"
ALL_CHANNELS: Final = "全部渠道"
NO_CHANNEL: Final = "未注明渠道"
BAD_PERIOD: Final = "日期不对：开始日期要在结束日期之前，最多两年。已改为显示近 30 天。"
SPAN: Final = "{first} 至 {last}，共 {days} 天，按店铺所在时区的自然日统计"
DAY: Final = "{month}月{day}日"
DAY_OF_YEAR: Final = "{year}年{month}月{day}日"

NOTHING: Final = "这段时间还没有顾客提问"
NOTHING_MORE: Final = "顾客在聊天窗口或接口里提问之后，这里会显示每天的问题数、直答率、转人工的原因、评价和处理时间。"

TABLE: Final = "看表格"
CSV: Final = "导出 CSV"
LOADING: Final = "正在整理…"
NO_DATA: Final = "—"

# --- tiles
TILES: Final[Mapping[str, str]] = {
    "questions": "顾客提问",
    "deflection": "直答率",
    "handed_over": "转人工",
    "customers": "直答好评率",
    "agents": "建议回复采纳率",
    "in_time": "按时首次回复",
}
PER_DAY: Final = "平均每天 {count}"
OF: Final = "{of} 中的 {count}"
PROMISE: Final = "承诺 {promise}"
JUDGED: Final = "{of} 条评价"
REPLIED: Final = "{of} 次回复"
TICKETS: Final = "{of} 张工单"
UP: Final = "比上期 +{change}"
DOWN: Final = "比上期 −{change}"
SAME: Final = "与上期持平"
POINTS: Final = "{points} 个百分点"

# --- panels: title, and what is to be seen there
PANELS: Final[Mapping[str, tuple[str, str]]] = {
    "daily": ("每天的问题和直答率", "直答是机器人直接给出标准答案；反问是先请顾客选一个；其余转给人工。"),
    "channels": ("各渠道", "同一段时间里，每个渠道问了多少、答了多少。"),
    "reasons": ("为什么转人工", "按次数从多到少。"),
    "promise": ("承诺与实测", "竖线是承诺的直答正确率；色块是 95% 的把握下真实值所在的范围，评价越多越窄。"),
    "verdicts": ("顾客的评价", "每天“有帮助”和“没帮助”的次数，包括直答和反问。"),
    "drafts": ("坐席怎样用建议回复", "直接发送和修改后发送，说明草稿找对了；重写说明没找对。"),
    "service": ("回复是否及时", "首次回复在最晚答复时间之前算按时；到时间还没回复的也算超时。"),
    "releases": ("各发布版本的直答率", "每个版本上线期间，直接回答了多少问题。"),
    "top": ("问得最多的词条", "直接回答次数最多的 {count} 条。"),
    "gaps": ("最费人工的知识缺口", "答不上来、因此花掉坐席时间最多的问题；到“知识管理”里可以变成词条。"),
}
EMPTY: Final[Mapping[str, str]] = {
    "reasons": "没有转人工的问题。",
    "promise": "还没有评价。顾客点“有帮助 / 没帮助”、坐席发送建议回复之后，这里显示实测的正确率。",
    "verdicts": "还没有顾客评价。",
    "drafts": "坐席还没有回复过工单。",
    "service": "这段时间没有工单。",
    "releases": "还没有发布版本回答过问题。",
    "top": "还没有直接回答过的问题。",
    "gaps": "没有知识缺口：问到的都能回答，或者已经处理。",
    "not_ready": "还没有可用的发布版本，发布之后才能整理知识缺口。",
}
TO_GAPS: Final = "去处理"

# --- what is drawn and listed
COLUMNS: Final[Mapping[str, str]] = {
    "day": "日期",
    "channel": "渠道",
    "questions": "问题",
    "answered": "直答",
    "rate": "直答率",
    "clarified": "反问",
    "chosen": "反问后选中",
    "handed_over": "转人工",
    "helpful": "有帮助",
    "unhelpful": "没帮助",
    "reason": "原因",
    "count": "次数",
    "share": "占比",
    "source": "依据",
    "right": "正确",
    "judged": "评价",
    "value": "正确率",
    "low": "下限",
    "high": "上限",
    "promise": "承诺",
    "kind": "用法",
    "priority": "优先级",
    "tickets": "工单",
    "replied": "已回复",
    "in_time": "按时",
    "late": "超时",
    "first_response": "首响中位",
    "first_response_90": "首响九成内",
    "handling": "处理中位",
    "handling_90": "处理九成内",
    "release": "发布版本",
    "first": "开始回答",
    "entry": "词条",
    "question": "标准问",
    "hits": "直答次数",
    "minutes": "坐席分钟",
    "asked": "次数",
    "typical": "典型问法",
    "nearest": "最接近的词条",
}
CUSTOMERS: Final = "顾客评价的直答"
AGENTS: Final = "坐席用的建议回复"
DRAFTS: Final[Mapping[str, str]] = {"drafted": "直接发送", "edited": "修改后发送", "rewritten": "重写"}
PRIORITIES: Final = try_it.PRIORITIES
REASONS: Final[Mapping[str, str]] = {
    "nothing_close": "知识库未覆盖",
    "asked_for_person": "要求人工",
    "complaint": "投诉",
    "danger": "安全或法律风险",
    "order_specific": "核对订单或账户",
}
GONE: Final = "（词条已删除）"

# --- the audit log's page
AUDIT_LEAD: Final = "谁在什么时候改了什么。记录只增不改，里面没有密码、密钥和顾客的个人信息。"
EVERYBODY: Final = "所有人"
EVERYTHING: Final = "所有操作"
WHO: Final = "谁"
WHAT: Final = "做了什么"
WHEN: Final = "哪一天"
ALL_OF: Final = "{kind}（全部）"
FILTER: Final = "筛选"
CLEAR: Final = "清除筛选"
NEWER: Final = "上一页"
OLDER: Final = "下一页"
PAGE: Final = "第 {page} 页，共 {pages} 页 · {total} 条"
AUDIT_NOTHING: Final = "还没有操作记录"
AUDIT_NOTHING_MORE: Final = "修改词条、发布、退回、添加用户等操作会自动记在这里。"
AUDIT_NONE: Final = "没有符合条件的记录"
AUDIT_NONE_MORE: Final = "请放宽条件，或者清除筛选。"
