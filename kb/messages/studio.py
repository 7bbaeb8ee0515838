"""What editors read on their pages, and what they are told when a line of a list cannot be used."""

from collections.abc import Mapping
from typing import Final

BETWEEN: Final = "、"

LIST_EMPTY: Final = "请先写上词语。"
LIST_TOO_LONG: Final = "太长了，最多 {limit} 个字。"
LIST_BEGINS: Final = "不能以“#”或“-”开头。"
LIST_NO_EXPRESSION: Final = "两个斜杠之间不是正确的正则表达式：{reason}"
LIST_MATCHES_ALL: Final = "这个正则表达式什么文字都能匹配，请写得具体一些。"
LIST_FULL: Final = "这个词表已有 {limit} 条，请先清理不用的。"
LIST_THERE: Final = "词表里已经有这一条了。"
LIST_CLAIMED: Final = "“{word}”已经在“{group}”这一组里，请改那一组。"
SYNONYMS_COUNT: Final = "一组同义词请写 2 到 {limit} 个词，中间用“、”隔开。"
SYNONYMS_TWICE: Final = "“{word}”在这一组里重复了，或者没有文字。"
SYNONYMS_LONG: Final = "“{word}…”太长了，同义词请写词语，不要写句子（最多 {limit} 个字）。"

# --- the page ------------------------------------------------------------------------------------------------------

TITLE: Final = "知识管理"
TABS: Final[Mapping[str, str]] = {
    "entries": "词条",
    "documents": "资料",
    "ingest": "导入",
    "publish": "发布",
    "releases": "版本",
    "gaps": "缺口",
    "golden": "验收问题",
    "bench": "试问",
    "lists": "词表",
}

LOADING: Final = "正在读取…"
CANCEL: Final = "取消"
CLOSE: Final = "关闭"
BACK: Final = "返回列表"
SAVE: Final = "保存"
EDIT: Final = "修改"
REMOVE: Final = "删除"
ADD: Final = "添加"
YES: Final = "有"
NO: Final = "没有"
NONE: Final = "还没有"
NEVER: Final = "从未"
SAVED: Final = "已保存"
REMOVED: Final = "已删除"
PREVIOUS: Final = "上一页"
NEXT: Final = "下一页"
PAGE: Final = "第 {first}–{last} 条，共 {total} 条"
TIMES: Final = "{count} 次"
NOT_LISTED: Final = "还有 {count} 条没有列出。"
AND_MORE: Final = "还有 {count} 条"

#: What went wrong, by the error's stable code, where editors can do more about it than anybody else.
PROBLEMS: Final[Mapping[str, str]] = {
    "conflict": "内容刚刚被别人改动，或者另一项任务正在进行。请稍等片刻，再试一次。",
    "not_ready": "知识库还没有发布过内容，请先到“发布”页发布。",
    "not_found": "这条内容已经不在了，可能刚被别人删除或整理，请刷新页面。",
    "bad_input": "填写的内容不能使用，请检查后再试。",
    "release_damaged": "这个版本的文件不完整，请重新发布，或退回到别的版本。",
    "release_mismatch": "这个版本是用别的模型或程序建立的，请重新发布。",
    "disk_refused": "磁盘已满或不能写入，什么都没有改变，线上版本不变。请联系管理员处理后再试。",
    "store_unavailable": "数据库暂时无法读写，请稍后再试；一直这样请联系管理员。",
    "file_unreadable": "文件无法读取，请检查格式，或另存为 xlsx、docx、csv 后再试。",
}

# --- entries

ENTRY: Final = "词条内容"
SEARCH: Final = "搜索编号、问法、答案（按 / 键）"
SEARCH_LABEL: Final = "搜索词条"
NEW: Final = "新建"
NEW_MORE: Final = "新建词条"
NEW_ENTRY: Final = "新词条"
NEW_ID: Final = "新词条"
ANY_STATE: Final = "全部状态"
ANY_CATEGORY: Final = "全部分类"
ANY_PRODUCT: Final = "全部产品"
ANY_TAG: Final = "全部标签"
EXPIRING: Final = "只看 30 天内失效和已经失效的"
EXPIRED: Final = "已失效"
EXPIRES: Final = "{days} 天后失效"
UNPUBLISHED: Final = "待发布"
UNPUBLISHED_MORE: Final = "和线上版本不同，发布后生效"
NO_ENTRIES: Final = "知识库里还没有词条"
NO_ENTRIES_MORE: Final = "点“新建”写第一条，或者到“导入”页上传表格和文档。"
NOTHING_FOUND: Final = "没有找到符合条件的内容"
NOTHING_FOUND_MORE: Final = "请换个词试试，或者放宽筛选条件。"
NOTHING_OPEN: Final = "从左边选一条词条来查看和修改"
NOTHING_OPEN_MORE: Final = "按 / 键搜索，Ctrl+S 保存，Esc 返回。"

ID: Final = "编号（不填会自动生成）"
VARIANTS: Final = "相似问（每行一个，照顾客的原话写）"
LINKS: Final = "链接（每行一条：标题 网址）"
FOLLOW_UPS_LABEL: Final = "追问（每行一个，写别的词条的标准问）"
DATES: Final[Mapping[str, str]] = {"valid_from": "生效日期（含当天）", "valid_until": "失效日期（含当天）"}
SOURCE: Final = "来自 {source}"
UNSAVED_CHIP: Final = "未保存"
REVERT: Final = "撤销修改"
HISTORY: Final = "历史"
RETIRE: Final = "停用"
REVIVE: Final = "恢复上线"
RETIRE_TITLE: Final = "停用这条词条？"
RETIRE_MORE: Final = "下次发布后，机器人不再用它回答；内容和历史都会保留，随时可以恢复。"
RETIRED: Final = "已停用，发布后生效"
DISCARD: Final = "放弃修改"
UNSAVED: Final = "修改还没有保存"
UNSAVED_MORE: Final = "现在离开的话，刚才的修改会丢失。"
SAVE_DOUBTS: Final = "有需要确认的地方"
SAVE_ANYWAY: Final = "核实过了，保存"
ID_TAKEN: Final = "编号“{id}”已经是“{question}”，请换一个编号。"
CONFLICT: Final = "{who} 在{when}改过这条词条"
CONFLICT_MORE: Final = "您的修改还在，没有丢失。下面是对方的改动；“合并保存”会保留双方的修改。"
CLASHING: Final = (
    "两边都改了“{names}”。合并时以您写的为准，下面是您写的和对方写的之间的差别（红色是对方的，绿色是您的）："
)
TAKE_THEIRS: Final = "用对方的，放弃我的"
MERGE: Final = "合并保存"

PREVIEW: Final = "预览"
CUSTOMER_SEES: Final = "顾客看到的"
CHECKS: Final = "检查"
EFFECTS: Final = "哪些问题的回答会变"
FOLLOW_UPS: Final = "您可能还想问"
NO_QUESTION_YET: Final = "（还没有写标准问）"
NO_ANSWER_YET: Final = "（还没有写答案）"
NOTHING_TYPED: Final = "写好标准问和答案后，会在这里检查。"
NO_PROBLEMS: Final = "没有发现问题。"
DRAFT_WAITS: Final = "还是草稿，不影响线上的回答；状态改为上线后会在这里比较。"
SAME_AS_LIVE: Final = "和线上版本一样，没有等待发布的改动。"
NO_EFFECTS: Final = "与线上版本相比，没有问题会改变回答。"
EFFECTS_INVALID: Final = "改好上面的问题后再比较。"
EFFECTS_UNPUBLISHED: Final = "还没有发布过，没有线上版本可以比较。"
EFFECTS_LARGE: Final = "知识库较大，比较需要几秒钟。"
COMPARE: Final = "比较"
COMPARING: Final = "正在和线上版本比较…"
READERS: Final = "{count} 个问题仍由这条词条回答，顾客会读到新的答案："
EFFECTS_ASKED: Final = "用 {asked} 个相近的验收问题和顾客最近的提问，分别问了线上版本和改动之后。"
EFFECTS_PARTLY: Final = "时间有限，只问了 {near} 个相近问题中最接近的 {asked} 个。"
GOLDEN: Final = "验收"
LOGGED: Final = "顾客问过"
BREAKS: Final = "变错"
MENDED: Final = "变对"
BECOMES: Final = "变成"

HISTORY_OF: Final = "“{question}”的历史"
CURRENT_STEP: Final = "现在"
RESTORE: Final = "恢复到这一版"
RESTORED: Final = "已恢复，发布后生效"
STEP_SAME: Final = "内容没有变化。"

#: What to do about a finding, by its code, where the page has another way than the command line.
ADVICE: Final[Mapping[str, str]] = {
    "personal_data": "顾客的个人信息请删除或换成“×××”；商城对外公开的，请加到“词表”的“可公开的联系方式”里",
    "forbidden_wording": "请换成说明原因、给出办法的说法",
    "promise": "请改成能核实的事实（条件、期限、范围）",
}

# --- documents

DOCUMENT: Final = "资料内容"
SEARCH_DOCUMENTS: Final = "搜索资料名和段落（按 / 键）"
SEARCH_DOCUMENTS_LABEL: Final = "搜索资料"
NO_DOCUMENTS: Final = "知识库里还没有资料"
NO_DOCUMENTS_MORE: Final = "到“导入”页上传 Word、PDF、PPT、网页或文本，没有问答的内容会按段落保存在这里。"
NO_PASSAGES_FOUND_MORE: Final = "资料名和段落里都没有这个词。"
NO_DOCUMENT_OPEN: Final = "从左边选一份资料来查看"
NO_DOCUMENT_OPEN_MORE: Final = "坐席处理工单时会看到相关的段落；常被问到的段落，可以存为词条。"
DOCUMENTS_COUNT: Final = "{count} 份资料，{passages} 个段落"
PASSAGES_COUNT: Final = "{count} 个段落"
PASSAGES_FOUND: Final = "含有“{text}”的段落：{count} 个"
MORE_PASSAGES: Final = "再看后面的段落（还有 {count} 个）"
READ_AT: Final = "{at} 由 {who} 读入"
APPROVED: Final = "可直接回答"
NO_MORE_APPROVED: Final = "不再直接回答"
APPROVED_MORE: Final = "已批准：顾客的问题和某一节的标题一模一样时，会用那一节的原文回答，并注明出处。"
NOT_APPROVED_MORE: Final = "没有批准：只给坐席引用，不会直接发给顾客。"
APPROVE: Final = "批准直接回答"
APPROVE_TITLE: Final = "批准用《{title}》直接回答顾客？"
APPROVE_MORE: Final = (
    "顾客的问题和某一节的标题一模一样时，会用那一节的原文回答，并注明出处。发布后生效；资料内容改动后需要重新批准。"
)
APPROVE_YES: Final = "批准"
APPROVED_SAID: Final = "已批准，发布后生效"
REVOKE: Final = "取消批准"
REVOKE_TITLE: Final = "不再用《{title}》直接回答顾客？"
REVOKE_MORE: Final = "发布后生效。坐席仍然可以引用其中的段落。"
REVOKED_SAID: Final = "已取消批准，发布后生效"
REMOVE_DOCUMENT: Final = "移除资料"
REMOVE_DOCUMENT_TITLE: Final = "移除《{title}》？"
REMOVE_DOCUMENT_MORE: Final = (
    "发布后，这份资料的 {count} 个段落不再给坐席引用，也不再回答顾客。已经存成的词条会保留。需要时可以重新导入文件。"
)
REMOVE_DOCUMENT_YES: Final = "移除"
REMOVED_DOCUMENT_SAID: Final = "已移除，发布后生效"
MAKE_ENTRY: Final = "存为词条"
HAS_ENTRY: Final = "已有词条："
MADE_OF_IT: Final = "出自这一节的词条"
FROM_PASSAGE: Final = "已填好段落原文。请改成顾客的问法和对顾客说的话，再保存。"

# --- uploads

INGEST: Final = "导入文件"
INGEST_MORE: Final = "表格、Word、PDF、PPT、网页和文本都可以。上传后先检查，看过报告再决定写不写入。"
UPLOAD: Final = "把文件拖到这里，或点右侧的 + 选择"
UPLOAD_AGAIN: Final = "和知识库里已有的文件同名，就当作它的新版本；如果是另一份，请先改名。"
UPLOAD_REJECTED: Final = "有文件没有上传：类型不支持，或者合计超过 {megabytes} MB、50 个文件。"
UPLOAD_NAME: Final = "有文件的名字不能使用，请改名后再上传。"
UPLOAD_TWICE: Final = "有两个文件同名，请改名后再上传。"
UPLOADS: Final = "最近的导入"
NO_UPLOADS: Final = "还没有导入过文件"
NO_UPLOADS_MORE: Final = "可以从 data/template.csv 模板开始，一行一个词条。"
LOOKING: Final = "正在检查"
JOB_WAITING: Final = "等待开始"
JOB_FAILED: Final = "任务没有完成，请稍后再试；一直这样请联系管理员。"
JOB_PROBLEMS: Final[Mapping[str, str]] = {
    "conflict": "检查之后知识库又有了变化，请看过新的报告再写入。",
    "internal_error": "任务意外中断，已经记录下来。请稍后再试。",
    "publication_refused": "新版本没有通过验收，已放弃；线上版本不变。",
    "not_ready": "没有可以发布的上线词条。",
}
MUST_SOLVE: Final = "{count} 处必须先解决"
DOUBTFUL: Final = "{count} 处用语、承诺或联系方式需要确认"
RETIRES_MANY: Final = "会停用 {count} 条词条（占 {share}）"
CONFIRM: Final = "我已核实：{what}，仍要写入"
CONFIRM_PLAIN: Final = "我已核实，仍要写入"
CONFIRM_FIRST: Final = "请先核实需要确认的地方，并勾选左边的方框。"
VERDICT_BLOCKS: Final = "有 {count} 处必须先解决。请改好文件后重新上传；现在什么都没有写入。"
VERDICT_CONFIRM: Final = "有需要确认的地方，请看下面的报告。"
FILE_PROBLEMS: Final = "文件里的问题"
CHANGED: Final = "修改"
ADDED: Final = "新增"
REMOVED_ENTRIES: Final = "移除"
RETIRED_BY_FILE: Final = "停用（文件里已经没有）"
DOCUMENTS: Final = "资料"
DOCUMENTS_MORE: Final = "资料（坐席可以引用其中的段落）"
DOCUMENT_COLUMNS: Final = ("文件", "变化", "段落")
CLEANED: Final = "清理掉的内容"
CLEANED_MORE: Final = "资料里的这些文字没有当作知识。哪一步清理得不合适，就取消勾选，再重新检查。"
STEP_TAKEN: Final = "做这一步清理：{step}"
STEP_COUNT: Final = "{count} 处，{files} 个文件"
STEP_OFF: Final = "没有做"
LOOK_AGAIN: Final = "按勾选的重新检查"
PHRASED: Final = "问法："
OURS: Final = "文件里的"
THEIRS: Final = "另一条"
VARIANT_COUNT: Final = "{count} 个相似问"
DROP: Final = "放弃"
DROPPED: Final = "已放弃，什么都没有写入"
WRITE: Final = "写入，先不发布"
WRITE_PUBLISH: Final = "写入并发布"
WRITTEN: Final = "已写入知识库，发布后生效。"
WRITTEN_PUBLISHED: Final = "已写入知识库，并已发布上线。"
WRITTEN_REFUSED: Final = "内容已经写入，但发布没有通过验收，线上版本不变。请到“发布”页查看并处理："
NOTHING_WRITTEN: Final = "文件内容和知识库一致，没有需要写入的。"
TO_ENTRIES: Final = "查看词条"
TO_PUBLISH: Final = "去发布"

# --- publishing

PUBLISH: Final = "发布"
NEVER_PUBLISHED: Final = "还没有发布过，发布后机器人才能回答。"
UNREADABLE: Final = "线上版本是用别的模型或程序建立的，现在打不开，请重新发布。"
LIVE_SINCE: Final = "线上版本发布于{at}（{release}），之后的改动如下。"
GOLDEN_CHANGED: Final = "验收问题改动"
SYNONYMS_CHANGED: Final = "同义词改动"
WAITS: Final = "等待发布的改动"
NOTHING_WAITS: Final = "没有等待发布的改动"
NOTHING_WAITS_MORE: Final = "线上版本已经是最新内容。"
TRY: Final = "先试一遍"
TRY_MORE: Final = "建好新版本并与线上比较，但不发布"
PUBLISH_NOW: Final = "立即发布"
PUBLISH_LATER: Final = "定时发布"
PUBLISH_AT: Final = "定时发布的时间"
PUBLISH_TITLE: Final = "现在发布？"
PUBLISH_MORE: Final = "新版本会先用验收问题和顾客最近的提问检验；由对变错时不会上线。切换在一瞬间完成，随时可以退回。"
WHEN: Final = "请先选好定时发布的时间。"
SCHEDULED: Final = "将在{at}发布"
SCHEDULES: Final = "定时发布"
PUBLICATIONS: Final = "最近的发布"
BY: Final = "{author} 设定"
CANCEL_JOB: Final = "取消发布"
CANCEL_TITLE: Final = "取消这次定时发布？"
JOB_CANCELLED: Final = "定时发布已取消"
AT_WORK: Final = "正在建立新版本"
TRIED: Final = "试发布的结果（没有上线）"
REFUSED: Final = "没有通过验收，线上版本不变"
FAILED: Final = "发布没有完成，线上版本不变"
PUBLISHED: Final = "已发布 {release}"
ACCEPT_MORE: Final = (
    "如果这些变化正是您要的（例如词条确实该停用），可以写明理由后按现状发布；更好的做法是先改好词条或验收问题。"
)
ACCEPT_REASON: Final = "为什么可以这样发布"
ACCEPT: Final = "仍然发布"
ACCEPTED: Final = "按现状发布"
REASON_FIRST: Final = "请先写明理由，便于以后查对。"
GATE_FINE: Final = "通过验收：没有验收问题由对变错，正确率达到承诺。"
GATE_BROKEN: Final = "{count} 个验收问题会由对变错"
GATE_BELOW: Final = "直答的正确率 {precision}，低于承诺的 {promise}"
GATE_GOLDEN: Final = "验收问题"
GATE_BREAKS: Final = "由对变错"
GATE_REPLAYED: Final = "回放顾客提问"
GATE_CHANGES: Final = "回答会变"
GATE_PRECISION: Final = "直答正确率"
GATE_PROMISE: Final = "承诺"
GATE_NO_CHANGES: Final = "所有验收问题和回放的提问，回答都和线上一样。"
GATE_SAME: Final = "线上版本已经是最新内容，无需重新发布。"

# --- releases

RELEASES: Final = "发布版本"
RELEASE_COLUMNS: Final = ("发布时间", "", "词条", "问法", "直答线", "直答正确率", "覆盖率", "")
LIVE: Final = "线上"
NO_RELEASES: Final = "还没有发布版本"
NO_RELEASES_MORE: Final = "到“发布”页发布一次，就会出现在这里。"
ROLL_BACK: Final = "退回到此版本"
ROLL_BACK_TITLE: Final = "退回到这个版本？"
ROLL_BACK_MORE: Final = "线上会立即换成{at}发布的版本（{entries} 条词条）。知识库里的内容不变，之后可以再发布。"
ROLL_BACK_YES: Final = "退回"
ROLLED_BACK: Final = "已退回到{at}的版本"
COMPARE_TWO: Final = "比较两个版本"
FROM: Final = "从"
TO: Final = "到"
COMPARE_THEM: Final = "比较"
DIFF_FAILED: Final = "这两个版本不能比较"
DIFF_FAILED_MORE: Final = "其中一个是用别的模型或程序建立的，或者文件已经清理。"
SAME_TWO: Final = "请选两个不同的版本。"
ANSWERS_CHANGED: Final = "验收问题的回答不同"

# --- gaps

GAPS: Final = "知识缺口"
GAPS_MORE: Final = "顾客问了却没有得到答案的问题，按占用的坐席时间排序。"
LOOK_BACK: Final = "看多少天"
LAST_DAYS: Final = "最近 {days} 天"
CLUSTERING: Final = "正在把相近的问题归到一起…"
GAPS_FAILED: Final = "现在还不能归类"
GAPS_FAILED_MORE: Final = "发布一次知识库后再来看。"
NO_GAPS: Final = "这段时间没有知识缺口"
NO_GAPS_MORE: Final = "顾客的问题都有着落。可以看更长的时间。"
QUESTIONS: Final = "提问"
MINUTES: Final = "坐席分钟"
MINUTES_OF: Final = "约 {minutes} 分钟"
LESS: Final = "不到 1 分钟"
WHY: Final[Mapping[str, str]] = {
    "handed_over": "转人工 {count} 次",
    "disliked": "点踩 {count} 次",
    "rephrased": "换说法再问 {count} 次",
}
ASKED_LAST: Final = "最近一次：{at}"
PHRASINGS: Final = "顾客的问法"
NEAREST: Final = "最接近的词条"
REPLIES: Final = "坐席的答复"
SENT: Final = "发送 {times} 次，其中 {unedited} 次原样发送"
PROPOSED: Final = "建议并入“{question}”"
AS_ENTRY: Final = "新建词条"
AS_VARIANTS: Final = "并入词条"
IGNORE: Final = "忽略"
IGNORE_TITLE: Final = "忽略“{question}”？"
IGNORE_MORE: Final = "它和类似的问法以后都不再显示。"
IGNORED: Final = "已忽略"
GAP_GONE: Final = "这个缺口刚刚有了变化，请重新打开这一页。"
DRAFT_OF: Final = "为“{question}”新建词条"
DRAFT_MORE: Final = "会建成草稿，另外 {count} 种问法作为相似问，并成为验收问题。"
DRAFT_REPLIED: Final = "答案默认是坐席最好的答复，请核对。"
DRAFT_CITED: Final = "答案取自{citation}，是资料的原文：请核对，并改成对顾客说的话。"
DRAFT_BLANK: Final = "还没有坐席答复过，资料里也没有找到，请写上答案。"
IN_DOCUMENTS: Final = "资料里可能有答案"
AS_ENTRY_OF_PASSAGE: Final = "用这段新建"
MAKE_DRAFT: Final = "建成草稿"
ANSWER_FIRST: Final = "请先写答案。"
DRAFTED: Final = "已建成草稿，新增 {golden} 个验收问题。核对后把状态改为上线。"
JOIN: Final = "把这些问法并入哪条词条？"
JOIN_ENTRY: Final = "词条"
JOIN_SEARCH: Final = "搜索别的词条"
JOIN_YES: Final = "并入"
JOINED: Final = "已并入“{question}”，新增 {golden} 个验收问题，发布后生效"
IDLE: Final = "很少用到的词条"
IDLE_MORE: Final = "最近 {days} 天里几乎没有回答过顾客。问法不像顾客的话，或已没人问了？（不满 {days} 天的新词条不算）"
IDLE_COLUMNS: Final = ("标准问", "编号", "回答次数", "被点踩", "最近一次")

# --- golden questions

GOLDEN_TITLE: Final = "验收问题"
GOLDEN_MORE: Final = "每次发布之前都会用它们检验：原来答对的，新版本也必须答对。右边是线上版本现在的表现。"
GOLDEN_COLUMNS: Final = ("问题", "应该由谁回答", "问法类型", "线上版本", "")
SEARCH_GOLDEN: Final = "搜索验收问题"
ADD_GOLDEN: Final = "添加验收问题"
EDIT_GOLDEN: Final = "修改验收问题"
REMOVE_GOLDEN: Final = "删除这个验收问题？"
NO_GOLDEN: Final = "还没有验收问题"
NO_GOLDEN_MORE: Final = "把顾客真实的问法加进来；有 200 个以上时，直答线会按它们来定。"
#: What our own kinds of questions are called, and a reason of ours that no decision has.
KINDS: Final[Mapping[str, str]] = {
    "dialect": "方言",
    "gap": "知识缺口",
    "polite": "客气",
    "situation": "讲情况",
    "spoken": "口语",
    "terse": "简短",
    "traditional": "繁体",
    "two_in_one": "一句两问",
    "typo": "错别字",
    "unanswerable": "答不了",
    "written": "书面",
}
HANDOFFS: Final[Mapping[str, str]] = {"smalltalk": "闲聊"}
GOLDEN_TEXT: Final = "顾客会这样问"
GOLDEN_FIRST: Final = "请先写上问题。"
EXPECTED: Final = "能正确回答它的词条（可以多选，不选表示必须转人工）"
EXPECTED_SEARCH: Final = "搜索词条"
WHY_PERSON: Final = "为什么必须转人工"
WHY_PERSON_MORE: Final = "只在没有选词条时填写"
KIND: Final = "问法类型（例如口语、错别字）"
ENTRY_GONE: Final = "词条已不存在"
ENTRY_RETIRED: Final = "已停用"
TO_PERSON: Final = "转人工"
RIGHT: Final = "正确"
WRONG: Final = "未直接答对"
IMPORT: Final = "批量导入"
IMPORT_MORE: Final = "jsonl 文件，每行一个问题；同样的问题会被更新。"
IMPORT_EXAMPLE: Final = '{"question": "钱啥时候退", "expected": ["TK002"], "kind": "口语"}'
UPLOAD_GOLDEN: Final = "选择 jsonl 文件"
IMPORTED: Final = "新增 {added} 个，更新 {changed} 个，{unchanged} 个没有变化"
IMPORT_PROBLEMS: Final = "有些行没有导入"

# --- the bench

BENCH: Final = "试问"
BENCH_MORE: Final = "像顾客一样问一句，看线上版本怎么决定、为什么。不会留下记录。"
BENCH_ASK: Final = "输入顾客的问题，按回车"
ASK: Final = "提问"
BENCH_EMPTY: Final = "问一句试试"
BENCH_EMPTY_MORE: Final = "会看到决定、把握、每个候选，以及每个特征起了多大作用。"
BENCH_RELEASE: Final = "发布版本 {release} · 用时 {took} 毫秒"
SURE: Final = "把握"
LIMITS: Final = "直答线 {answer} · 选项线 {suggest}"
ANSWER_LIMIT: Final = "达到 {limit} 直接回答"
SUGGEST_LIMIT: Final = "达到 {limit} 给出选项"
GUARD: Final = "先被拦下：{guard}。这类问题不按知识库匹配。"
CONFLICT_WITH: Final = "细节不一致：{detail}，所以不直接回答。"
CANDIDATES: Final = "候选词条"
NO_CANDIDATES: Final = "没有相近的词条"
MATCHED: Final = "最接近的问法：{phrasing}"
OPEN_ENTRY: Final = "打开"
WHY_SO: Final = "“{question}”的把握从哪里来"
EXACTLY: Final = "问题和一种问法完全一致，不需要比较。"
REST: Final = "其余 {count} 项"
FEATURE_COLUMNS: Final = ("特征", "取值", "作用（右边增加把握，左边减少）", "对数几率")

# --- lists of words

LISTS: Final = "词表"
LIST_NAMES: Final[Mapping[str, str]] = {
    "synonyms": "同义词",
    "forbidden": "服务忌语",
    "promises": "不能作的承诺",
    "polite": "礼貌用语",
    "allowed": "可公开的联系方式",
}
LIST_ABOUT: Final[Mapping[str, str]] = {
    "synonyms": "意思一样的词放在一组，顾客用哪个词问都能匹配上。发布后生效。",
    "forbidden": "答案里不能对顾客说的话。保存词条、导入文件、坐席回复时都会提醒。马上生效。",
    "promises": "广告法的绝对化用语和做不到的保证。保存词条、导入文件、坐席回复时都会提醒。马上生效。",
    "polite": "较长的答案里有其中一条，就算有礼貌。马上生效。",
    "allowed": "可以告诉所有人的热线、邮箱、门店地址，不当作个人信息。马上生效。",
}
LIST_ADD: Final[Mapping[str, str]] = {
    "synonyms": "一组同义词，用“、”隔开，例如：奶瓶、奶壶、奶樽",
    "forbidden": "原样查找的词句，或写成 /正则表达式/",
    "promises": "原样查找的词句，或写成 /正则表达式/",
    "polite": "原样查找的词语，或写成 /正则表达式/",
    "allowed": "电话、邮箱或地址，例如：0571-88120000",
}
OWN_LINES: Final = "自己添加的"
OUR_LINES: Final = "系统自带的"
OUR_LINES_MORE: Final = "斜杠之间的是正则表达式。不合适的可以停用，随时可以恢复。"
OFF: Final = "停用了 {count} 条"
NO_OWN: Final = "还没有自己添加的"
NO_OWN_MORE: Final = "在上面写好，按回车添加。"
WRITTEN_BY: Final = "{author} · {at}"
SWITCH_OFF: Final = "停用"
SWITCH_ON: Final = "恢复"
USES: Final = "查现有答案"
USED_IN: Final = "{count} 条词条的答案里有它"
USED_NOWHERE: Final = "现有答案里都没有它"
USED_MORE: Final = "请到“词条”页逐条修改。"
REMOVE_LINE: Final = "删除这一条？"
EDIT_LINE: Final = "修改"
LIST_SAVED: Final = "已保存，马上生效"
SYNONYMS_SAVED: Final = "已保存，发布后生效"
TRY_TEXT: Final = "试一段话"
TRY_TEXT_MORE: Final = "粘贴一段答案或回复，看看有没有不该说的"
TRY_FINE: Final = "没有服务忌语，也没有不能作的承诺。"

# --- the same lists on the command line

CLI_COLUMNS: Final = ("编号", "词语", "", "谁", "时间")
CLI_NO_LINES: Final = "还没有自己添加的；加上 --all 可以看到系统自带的。"
CLI_ADDED: Final = "已添加（编号 {id}）。"
CLI_REMOVED: Final = "{id} 已删除；系统自带的会停用，重新添加就会恢复。"
CLI_THEN_PUBLISH: Final = "运行 kb publish 发布后生效。"
CLI_AT_ONCE: Final = "马上生效。"
OFF_STATE: Final = "已停用"
OUR_STATE: Final = "系统自带"
