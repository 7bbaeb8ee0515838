"""What agents read at their desk."""

from collections.abc import Mapping
from typing import Final

from kb.messages import try_it

TITLE: Final = "工作台"

# --- the queue

QUEUES: Final[Mapping[str, str]] = {"waiting": "待处理", "mine": "我的", "done": "已完成"}
QUEUE: Final = "工单列表"
EMPTY: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("没有等待的工单", "新的工单会自动出现在这里。"),
    "mine": ("手上没有工单", "在“待处理”里选一张，按 Enter 领取。"),
    "done": ("还没有完成的工单", "结束的工单会保留在这里，可以随时查看。"),
}
MORE: Final = "再显示 {count} 张"
TEAM_ALL: Final = "全部小组"
TEAM: Final = "小组"
WAITED: Final = "等待 {time}"
WAITED_NOW: Final = "刚刚进来"
DUE_IN: Final = "剩 {time}"
DUE_SOON: Final = "即将到期"
OVERDUE: Final = "超时 {time}"
OVERDUE_NOW: Final = "刚刚超时"
DUE_AT: Final = "应在 {time} 前首次答复"
REPLIED: Final = "已答复"
NEW_LINES: Final = "顾客有新消息"

#: Why a ticket is here, short, by the value of the reason.
REASONS: Final[Mapping[str, str]] = {
    "nothing_close": "知识库未覆盖",
    "asked_for_person": "要求人工",
    "complaint": "投诉",
    "danger": "安全风险",
    "order_specific": "查订单",
    "not_sure_enough": "把握不够",
    "too_close_to_call": "难以区分",
    "same_phrasing": "问法重复",
    "detail_differs": "细节不一致",
    "with_agent": "人工处理中",
}
PRIORITIES: Final = try_it.PRIORITIES

# --- one ticket

BACK: Final = "返回列表"
NOTHING_OPEN: Final = "选择一张工单开始处理"
NOTHING_OPEN_MORE: Final = "按 J、K 上下选择，按 Enter 领取；按 ? 查看全部快捷键。"
CONVERSATION: Final = "对话记录"
AUTHORS: Final[Mapping[str, str]] = {"customer": "顾客", "bot": "机器人", "agent": "客服"}
CATEGORY: Final = "分类"
NO_CATEGORY: Final = "未分类"
WHY: Final = "为什么转人工"
WHY_NEAREST: Final = "最接近的词条把握 {confidence}，直接回答需要 {limit}。"
WHY_NOTHING: Final = "没有找到接近的词条。"
HAS: Final = "{agent} 正在处理"
YOURS: Final = "由您处理"
TAKEN: Final = "{agent} 已经领取了这张工单，由 TA 来回复顾客。"
GONE: Final = "这张工单已经结束。"
LOST: Final = "这张工单现在由 {agent} 处理，您写的内容没有发送。"
RELEASED: Final = "这张工单已经回到待处理，您写的内容没有发送。请重新领取后再发送。"

CLAIM: Final = "领取"
CLAIM_HINT: Final = "领取后只有您能回复这位顾客。"
SEND: Final = "发送"
SEND_CLOSE: Final = "发送并结束"
SEND_ANYWAY: Final = "仍然发送"
EDIT_AGAIN: Final = "回去修改"
SENT: Final = "已发送给顾客（{kind}）。"
SENT_AS: Final[Mapping[str, str]] = {"drafted": "按建议发送", "edited": "修改后发送", "rewritten": "重新撰写"}
REPLY: Final = "回复顾客"
PLACEHOLDER: Final = "写给顾客的回复…"
DRAFT: Final = "建议回复"
USE_DRAFT: Final = "恢复建议回复"
UNDO: Final = "撤销插入"
EMPTY_REPLY: Final = "请先写好回复再发送。"
CHARACTERS: Final = "{count} 字"
CLOSE: Final = "结束"
CLOSE_TITLE: Final = "结束这张工单"
CLOSE_MORE: Final = "结束后机器人会继续回答这位顾客。"
CLOSE_UNSENT: Final = "顾客还没有收到任何回复。"
OUTCOMES: Final[Mapping[str, str]] = {
    "solved": "已解决",
    "answered": "已答复待确认",
    "follow_up": "转线下跟进",
    "unsolved": "未能解决",
    "invalid": "无效咨询",
    "returned": "交还机器人",
}
CLOSED: Final = "工单已结束：{outcome}。"
RETURN: Final = "交还机器人"
RETURN_MORE: Final = "由机器人继续回答，不需要人工答复。"
RETURNED: Final = "已交还机器人。"
RELEASE: Final = "放回队列"
RELEASED_BY: Final = "已放回待处理。"
TRANSFER: Final = "转交"
TRANSFER_TITLE: Final = "转交工单"
TRANSFER_TO: Final = "转给"
TRANSFER_COLLEAGUE: Final = "同事"
TRANSFER_TEAM: Final = "小组"
TRANSFER_NAME: Final = "同事的名字"
TRANSFER_NOTE: Final = "交接说明（只有同事能看到）"
TRANSFER_WHO: Final = "请选择转给谁。"
TRANSFERRED: Final = "已转给 {to}。"
NOTES: Final = "内部备注"
NOTE_PLACEHOLDER: Final = "写给同事看，顾客看不到"
NOTE_ADD: Final = "添加备注"
NOTE_ADDED: Final = "备注已保存。"
CANCEL: Final = "取消"

#: What happened to a ticket, by the event's kind.
EVENTS: Final[Mapping[str, str]] = {
    "created": "机器人转来",
    "claimed": "{actor} 领取",
    "released": "{actor} 放回队列",
    "expired": "{actor} 太久没有操作，自动放回队列",
    "replied": "{actor} 回复顾客",
    "transferred": "{actor} 转给 {to}",
    "returned": "{actor} 交还机器人",
    "closed": "{actor} 结束：{outcome}",
    "noted": "{actor} 备注",
    "learned_variant": "{actor} 把问题加到词条“{question}”",
    "learned_entry": "{actor} 提议新词条“{question}”",
}

# --- what is known beside it

NO_CANDIDATES: Final = "没有接近的词条，试试搜索。"
MATCHED: Final = "匹配问法：{text}"
CONFIDENCE: Final = "把握 {percent}"
INSERT: Final = "插入"
PASSAGES: Final = "资料原文"
SEARCH: Final = "搜索知识库"
SEARCH_PLACEHOLDER: Final = "输入关键词搜索词条"
NO_HITS: Final = "没有找到“{text}”相关的词条。"
FOUND: Final = "找到 {count} 条"
QUICK_SHARED: Final = "公共"
QUICK_OWN: Final = "个人"
QUICK_NONE: Final = "还没有快捷回复。把常说的话存下来，一点即用。"
QUICK_ADD: Final = "新建快捷回复"
QUICK_EDIT: Final = "修改快捷回复"
QUICK_FROM: Final = "存为快捷回复"
QUICK_TITLE: Final = "名称"
QUICK_TEXT: Final = "内容"
QUICK_FOR_ALL: Final = "所有坐席都能使用"
QUICK_SAVED: Final = "快捷回复已保存。"
QUICK_REMOVED: Final = "快捷回复已删除。"
QUICK_EMPTY: Final = "请填写名称和内容。"
QUICK_TOO_LONG: Final = "名称最多 {title} 字，内容最多 {text} 字。"
QUICK_FULL: Final = "快捷回复最多 {most} 条，请先删除不用的。"
SAVE: Final = "保存"
REMOVE: Final = "删除"
EDIT: Final = "修改"
TABS: Final[Mapping[str, str]] = {"candidates": "候选", "search": "搜索", "quick": "快捷回复", "history": "记录"}
BESIDE: Final = "参考资料"
BESIDE_NOTHING: Final = "打开工单后，这里显示最接近的词条。"

# --- before sending

CAUTION_TITLE: Final = "发送前请再看一眼"
CAUTIONS: Final[Mapping[str, str]] = {
    "forbidden": "服务忌语“{words}”",
    "promise": "不能承诺的说法“{words}”",
    "personal": "{what}“{words}”",
}
CAUTION_WHERE: Final = "第 {line} 行：{around}"

# --- after sending

LEARN: Final = "教会机器人"
LEARN_TO: Final = "把这个问题加到“{question}”"
LEARN_CHOOSE: Final = "把这个问题加到词条…"
LEARN_VARIANT: Final = "把这个问题加到词条"
LEARN_OTHER: Final = "其他词条…"
LEARN_WHICH: Final = "把这个问题加到哪个词条？"
LEARN_SEARCH: Final = "不在这里？在右边“搜索”里找到词条，也可以加进去。"
LEARN_ENTRY: Final = "提议新词条"
LEARN_LATER: Final = "编辑发布后生效"
LEARNED_VARIANT: Final = "已加到词条“{question}”，由编辑发布后生效。"
LEARNED_ENTRY: Final = "已提议新词条 {id}（草稿），由编辑审核、发布后生效。"
LEARN_RETIRED: Final = "词条“{question}”已经停用，请换一个词条。"
LEARN_KNOWN: Final = "词条“{question}”已经有这个问法了。"
LEARN_PROPOSED: Final = "这个问题已经提议过了，草稿词条是 {id}。"
LEARN_NO_REPLY: Final = "还没有可以作为答案的回复：请先把完整的答复发送给顾客。"
LEARN_NOTHING: Final = "这个问题里没有可以匹配的文字。"

# --- keys

KEYS: Final = "快捷键"
KEYS_LIST: Final[tuple[tuple[str, str], ...]] = (
    ("J K", "下一张、上一张工单"),
    ("Enter", "领取当前工单，并开始回复"),
    ("1 – 5", "插入对应的候选词条（编辑时按 Alt+数字）"),
    ("Ctrl+Enter", "发送回复"),
    ("Ctrl+Shift+Enter", "发送并结束"),
    ("Esc", "离开输入框"),
    ("/", "搜索知识库"),
    ("?", "显示快捷键"),
)
