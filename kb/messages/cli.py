"""What editors and operators read on the command line."""

from collections.abc import Mapping
from typing import Final

REVIEW_CONFIRM: Final = "有 {count} 处服务忌语、承诺或联系方式需要确认。请修改，或者核实后加上 --yes；什么都没有写入。"
REVIEW_BLOCKED: Final = "有 {count} 处顾客的个人信息必须先删除，什么都没有写入，线上内容不变。"
REVIEW_ASK: Final = "有 {count} 处服务忌语、承诺或联系方式需要确认（见上表）。核实过了，要继续写入吗？"
CONFIRM: Final = "需要确认"
REPORT_OPTION: Final = "把检查报告（HTML）写进这个文件夹"
REPORT_WRITTEN: Final = "报告已写到 {file}，请用浏览器打开。"


#: What went wrong, by the stable code of the error; the detail that follows it is for whoever runs the service.
ERROR_TITLES: Final[Mapping[str, str]] = {
    "kb_error": "操作没有完成",
    "bad_setting": "设置有误",
    "bad_input": "输入有误",
    "question_too_long": "问题太长",
    "nothing_to_match": "问题里没有文字、字母或数字",
    "file_unreadable": "文件无法读取",
    "ingest_blocked": "有问题必须先解决，什么都没有写入",
    "confirmation_needed": "需要确认",
    "not_found": "没有找到",
    "conflict": "与别人的操作冲突",
    "not_ready": "还没有可用的发布版本",
    "release_damaged": "发布版本不完整或已损坏",
    "release_mismatch": "发布版本与当前模型或程序不匹配",
    "publication_refused": "新版本没有通过验收，已放弃；线上版本不变",
    "access_denied": "没有访问权限",
    "role_too_low": "当前密钥的权限不够",
    "too_many_attempts": "尝试次数过多，请稍后再试",
    "disk_refused": "文件无法写入",
    "store_unavailable": "数据库不可用",
}

ABOUT: Final = "中文 FAQ 知识库：导入词条，发布，自动回答，拿不准的转人工。"
HELP: Final[Mapping[str, str]] = {
    "ingest": "导入词条表格（csv、tsv、xlsx、jsonl）和资料（md、html、txt、docx、pptx、pdf）。",
    "publish": "把知识库当前内容发布上线。",
    "rollback": "退回到上一个（或指定的）发布版本。",
    "releases": "列出所有发布版本。",
    "diff": "比较两个发布版本：词条的增删改，以及验收问题的回答有什么不同。",
    "export": "把全部词条导出为 csv、tsv、xlsx 或 jsonl 文件。",
    "ask": "问一句，看系统怎么回答。",
    "serve": "启动 HTTP 服务。",
    "evaluate": "衡量回答质量：对线上知识库，或对一个带标注的 jsonl 文件。",
    "train": "用自己的语料重新训练自带的向量模型和把握模型。",
    "keys": "管理访问密钥。",
    "keys_add": "新建一个密钥；密钥只显示这一次。",
    "keys_list": "列出所有密钥（不含密钥本身）。",
    "keys_revoke": "停用一个密钥。",
    "doctor": "检查设置、数据库、模型和线上版本是否正常。",
    "audit": "查看操作记录：谁在什么时候改了什么。",
    "forget": "彻底删除一个会话的全部记录。",
    "entries": "单条词条：列出草稿、上线、停用。",
    "entries_list": "列出词条；--state draft 只看草稿。",
    "entries_live": "把草稿（或停用的词条）改为上线，发布后生效。",
    "entries_retire": "停用词条，发布后生效。",
    "documents": "资料：查看、批准用于直接回答顾客、移除、把段落变成词条。",
    "documents_list": "列出所有资料。",
    "documents_show": "列出一份资料的段落。",
    "documents_approve": "批准资料用于直接回答顾客；资料改动后需要重新批准。",
    "documents_revoke": "不再用这些资料直接回答顾客，只给坐席参考。",
    "documents_remove": "移除资料，发布后生效；由其中段落变成的词条会保留。",
    "documents_entry": "用一个段落新建词条草稿。",
    "gaps": "顾客问了却没有得到答案的问题：归类、排序，并变成词条。",
    "gaps_accept": "采纳一个知识缺口：新建词条草稿，或并入已有词条的相似问。",
    "lists": "词表：同义词、服务忌语、不能作的承诺、礼貌用语、可公开的联系方式。",
    "lists_show": "列出一个词表里自己添加的和停用的。",
    "lists_add": "往词表里添加一条；同义词写成一组，用、隔开。",
    "lists_remove": "删除自己添加的一条，或停用系统自带的一条。",
    "gaps_ignore": "忽略一个知识缺口，类似的问法以后也不再显示。",
}
OPTIONS: Final[Mapping[str, str]] = {
    "paths": "文件或文件夹，可以写多个",
    "dry_run": "只看会有什么变化，不写入",
    "rehearse": "先试一遍：建好新版本并与线上比较，显示验收结果，但不发布",
    "publish": "导入后立即发布",
    "yes": "停用超过一成词条、删除超过一成资料、或有需要确认的用语时不再询问",
    "entry_state": "只列出这个状态的词条：live 上线、draft 草稿、retired 停用",
    "entries": "词条编号，可以写多个",
    "without": "不做哪一步清理，可以写多次：{steps}",
    "documents": "资料的文件名，见 kb documents list",
    "passage": "段落编号，见 kb documents show",
    "entry_question": "标准问；不写就用段落的标题",
    "json": "只在标准输出打印一个 JSON 文档",
    "release": "发布版本号；不写就是上一个",
    "accept": "验收没有通过也发布",
    "refit": "重新校准把握，即使改动很少",
    "at": "定时发布，例如 2026-12-01 00:00（店铺所在时区），由服务或 kb publish --due 执行",
    "due": "执行已经到时间的发布和导入任务",
    "cancel": "取消一个定时发布（任务编号）",
    "diff_a": "较早的发布版本号",
    "diff_b": "较新的发布版本号",
    "file": "要写入的文件",
    "question": "要问的问题",
    "explain": "显示候选、把握和每个特征的作用",
    "host": "监听的地址",
    "port": "监听的端口",
    "workers": "进程数",
    "labelled": "带标注的问题，或带相似问的词条（jsonl，可以是 .gz）；不写就衡量线上知识库",
    "variants": "每条词条索引几个相似问，其余用来提问",
    "report": "把评估报告（HTML，含曲线和典型错误）写进这个文件夹",
    "seed": "随机种子",
    "data": "训练语料所在的文件夹",
    "out": "训练结果写到哪里；不写就替换自带的模型",
    "name": "密钥的名字，例如使用它的人或系统",
    "role": "asker 提问、agent 坐席、editor 编辑、admin 管理员",
    "key": "密钥编号",
    "conversation": "会话编号",
    "days": "看最近多少天的提问",
    "idle_entries": "改为列出很少或从未被问到的词条",
    "list": "synonyms 同义词、forbidden 服务忌语、promises 承诺、polite 礼貌用语、allowed 联系方式",
    "list_all": "也列出系统自带的",
    "list_text": "词句，或 /正则表达式/；同义词写成一组，用、隔开",
    "list_line": "词表里的编号",
    "gap": "知识缺口的编号",
    "gap_as": "entry 新建词条草稿，variants 并入已有词条",
    "gap_entry": "要并入的词条编号",
    "gap_answer": "新词条的答案；不写就用坐席最好的答复",
    "gap_passage": "新词条的答案取自资料的这个段落，并注明出处（段落编号见 kb gaps）",
    "quiet": "正常时不输出",
}

PROBLEM_COLUMNS: Final = ("文件", "位置", "问题", "怎么办")
BLOCKING: Final = "必须先解决"
PLAN_COLUMNS: Final = ("变化", "条数", "例如")
PLAN: Final[Mapping[str, str]] = {"added": "新增", "changed": "修改", "retired": "停用", "unchanged": "不变"}
PLAN_GOLDEN: Final[Mapping[str, str]] = {"golden": "验收问题新增或修改", "golden_gone": "验收问题删除"}
NOTHING_WRITTEN: Final = "以上只是预览，什么都没有写入。"
BLOCKED: Final = "有 {count} 处问题必须先解决，什么都没有写入，线上内容不变。"
RETIRE_MANY: Final = "这次导入会{gone}。如果确实要这样做，请加上 --yes。"
RETIRE_ASK: Final = "这次导入会{gone}。要继续吗？"
GONE: Final[Mapping[str, str]] = {
    "entries": "停用 {count} 条词条（占 {share}）",
    "documents": "删除 {count} 份资料（占 {share}）",
}
PLAN_DOCUMENTS: Final[Mapping[str, str]] = {
    "added": "资料新增",
    "changed": "资料修改",
    "removed": "资料删除",
    "unchanged": "资料不变",
    "passages_added": "段落新增",
    "passages_removed": "段落删除",
    "lapses": "需要重新批准的资料",
}
ENTRY_COLUMNS: Final = ("编号", "状态", "标准问", "来源")
ENTRIES_NONE: Final = "没有这样的词条。"
ENTRY_LIVE: Final = "{id} 已改为上线：{question}"
ENTRY_RETIRED: Final = "{id} 已停用：{question}"
ENTRIES_THEN: Final = "运行 kb publish 发布后生效。"
CLEANED_COLUMNS: Final = ("文件", "清理步骤", "处数", "例如")
INGESTED: Final = "已写入知识库（第 {revision} 版）。运行 kb publish 发布上线。"
INGESTED_THEN: Final = "已写入知识库（第 {revision} 版）。"
UNCHANGED: Final = "知识库没有变化。"
PUBLISHED: Final = "已发布 {release}：{entries} 条词条，{phrasings} 种问法，新编码 {encoded} 条文本。"
GATE_COLUMNS: Final = ("", "问题", "线上版本", "新版本")
GATE_BREAKS: Final = "变错"
GATE_GOLDEN: Final = "验收"
GATE_REPLAYED: Final = "回放"
GATE_MORE: Final = "还有 {count} 处变化没有列出；加上 --json 可以看到全部。"
GATE: Final = "验收：{golden} 个验收问题，回放 {replayed} 个问题，{changes} 个回答会变，其中 {broken} 个由对变错。"
GATE_PRECISION: Final = "验收问题上直答的正确率 {precision}（承诺 {promise}）。"
WOULD_BE_PUBLISHED: Final = "可以发布：{entries} 条词条，{phrasings} 种问法。这只是试一遍，没有写入，线上内容不变。"
WOULD_BE_REFUSED: Final = (
    "这样发布会被拒绝：请改好词条或验收问题，或者用 kb publish --accept 按现状发布。"
    "这只是试一遍，没有写入，线上内容不变。"
)
PUBLISH_ONE_OF: Final = "--at、--due、--cancel 和 --dry-run 只能用一个"
PUBLISH_AT: Final = "时间请写成 2026-12-01 00:00"
PUBLISH_PAST: Final = "这个时间已经过去了"
SCHEDULED: Final = "定时发布：{at}（任务 {id}）。"
JOB_CANCELLED: Final = "任务 {id} 已取消。"
NOTHING_DUE: Final = "没有到时间的任务。"
JOB_STATES: Final[Mapping[str, str]] = {
    "waiting": "等待",
    "running": "进行中",
    "review": "待确认",
    "done": "完成",
    "failed": "没有完成",
    "cancelled": "已取消",
}
DIFF_COLUMNS: Final = ("变化", "编号", "标准问", "改动")
DIFF: Final[Mapping[str, str]] = {"added": "新增", "changed": "修改", "removed": "移除"}
DIFF_NONE: Final = "两个版本的词条完全相同。"
DIFF_ANSWERS: Final = "{golden} 个验收问题里，{changes} 个的回答不同。"
PUBLISH_SAME: Final = "线上版本 {release} 已经是最新内容，无需重新发布。"
ROLLED_BACK: Final = "已退回到 {release}（{entries} 条词条）。"
EXPORTED: Final = "已导出 {count} 条词条到 {file}。"
RELEASE_COLUMNS: Final = ("发布版本", "发布时间", "词条", "问法", "")
LIVE: Final = "线上"
NO_RELEASES: Final = "还没有发布版本。先运行 kb ingest 文件 --publish。"
DECISIONS: Final[Mapping[str, str]] = {"answer": "直答", "clarify": "反问", "handoff": "转人工"}
REASONS: Final[Mapping[str, str]] = {
    "exact": "与问法完全一致",
    "confident": "把握足够",
    "same_phrasing": "多条词条有相同问法",
    "passage": "来自已批准的资料",
    "too_close_to_call": "前两条不相上下",
    "not_sure_enough": "像，但把握不够",
    "detail_differs": "细节不一致（否定、数量、段位或型号）",
    "greeting": "只是打招呼",
    "empty": "没有可匹配的内容",
    "nothing_close": "知识库里没有相近的内容",
    "asked_for_person": "要求人工",
    "complaint": "投诉或不满",
    "danger": "健康、安全或法律风险",
    "order_specific": "需要核对订单或账户",
    "with_agent": "人工正在处理",
}
CONFIDENCE: Final = "把握"
RELEASE: Final = "发布版本"
TOOK: Final = "用时"
CANDIDATE_COLUMNS: Final = ("", "编号", "标准问", "最接近的问法", "把握")
FEATURE_COLUMNS: Final = ("特征", "取值", "对把握的作用（对数几率）")
NO_CANDIDATES: Final = "没有候选。"
KEY_COLUMNS: Final = ("编号", "名字", "角色", "创建时间", "停用时间")
KEY_MADE: Final = "已新建密钥“{name}”（{role}，编号 {id}）。请现在保存，它不会再次显示："
KEY_REVOKED: Final = "密钥 {id} 已停用。"
NO_KEYS: Final = "还没有密钥；服务只在本机地址上开放。"
FORGOTTEN: Final = "会话 {id} 的全部记录已删除。"
SERVING: Final = "正在启动，一两秒后即可在浏览器打开 {url} 试问；接口文档在 {url}/docs，按 Ctrl+C 停止。"
OPEN: Final = (
    "还没有用户和密钥：页面和接口对本机开放，任何能访问本机的人都可以使用。"
    "对外服务前请先运行 kb users add（登录页面的人）和 kb keys add（调用接口的程序）。"
)
NO_USERS: Final = "还没有用户，页面需要登录才能打开；请运行 kb users add NAME --role admin 添加。"
PAGES_AGAIN: Final = "提供页面的进程意外结束，正在重新启动。"
INTERRUPTED: Final = "已中断，线上内容不变。"
STEPS: Final[Mapping[str, str]] = {
    "read": "读取文件",
    "review": "检查内容",
    "encode": "编码文本",
    "fit": "校准把握",
    "golden": "试答验收问题",
    "gate": "与线上版本比较",
    "write": "写入版本",
    "verify": "核对版本",
    "evaluate": "衡量质量",
    "compare": "比较问法",
    "train": "训练模型",
}
DOCTOR: Final[Mapping[str, str]] = {
    "settings": "设置",
    "store": "数据库",
    "embedder": "向量模型",
    "release": "线上版本",
    "access": "访问密钥",
}

SCORE_COLUMNS: Final = ("指标", "数值")
SCORES: Final[Mapping[str, str]] = {
    "questions": "问题数",
    "answerable": "其中知识库能回答的",
    "precision": "直答的正确率",
    "answered_of_answerable": "能回答的问题里，直接答对的比例",
    "offered_of_answerable": "能回答的问题里，反问时给出正确选项的比例",
    "answered_of_unanswerable": "不能回答的问题里，被误答的比例",
}
SCORE_KIND: Final = "直接答对的比例：{kind}"
FIGURES: Final[Mapping[str, str]] = {
    "recall_at_1": "recall@1",
    "recall_at_5": "recall@5",
    "recall_at_10": "recall@10",
    "coverage_at_95": "95% 正确时的覆盖率",
    "coverage_at_90": "90% 正确时的覆盖率",
    "coverage_at_80": "80% 正确时的覆盖率",
    "aurc": "AURC（越低越好）",
    "auroc": "AUROC",
    "ece": "ECE",
    "answered": "实际直答的比例",
    "precision": "直答正确率",
    "unanswerable_answered": "误答（不可答）",
    "small_talk_answered": "误答（闲聊）",
}
TRAINED: Final = "训练完成，用时 {minutes:.1f} 分钟：{embedder}。留出数据上的 Spearman×100：{spearman}。"
