"""Every sentence that customers, agents and editors read, grouped by who reads it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

# --- ingestion: for editors, on the command line and in the console -----------------------------------------------

#: What is wrong and what to do, by the code of `kb.ingest.problems.Code`.
INGEST_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "not_found": ("没有这个文件或文件夹", "请检查路径是否写对，文件是否已被移走"),
    "unreadable": ("无法读取：{reason}", "请检查文件权限，或关闭正在占用它的程序后重试"),
    "nothing_found": (
        "这里没有可导入的文件",
        "请放入 csv、tsv、xlsx、xls、jsonl、md、txt、html、docx、pptx 或 pdf 文件",
    ),
    "name_twice": ("两个不同的文件会得到相同的来源名", "请改名，或把它们放进同一个文件夹后一起导入"),
    "empty_file": ("文件是空的（0 字节）", "文件可能没有保存完整，请重新导出"),
    "too_large": ("文件有 {size} MB，超过上限 {limit} MB", "请拆成几个较小的文件"),
    "too_large_unpacked": ("文件解压后超过上限 {limit} MB", "请删除多余的工作表、格式和图片，或另存为 csv"),
    "too_many_rows": ("行数超过上限 {limit}", "请拆成几个文件，或删除多余的空行"),
    "wrong_format": ("扩展名与内容不符：内容是{actual}", "请用表格软件打开后，另存为正确的格式"),
    "damaged": ("文件已损坏或不完整", "请重新导出或重新下载这个文件"),
    "encrypted": ("文件设有密码，无法读取", "请去掉密码后另存"),
    "undecodable": ("文字编码无法识别，从这一行开始不能正确读取", "请另存为 UTF-8 编码，再检查这一行的内容"),
    "nul_bytes": ("文件里有空字节（NUL），内容可能已损坏", "请重新导出，并保存为 UTF-8 编码"),
    "broken_quotes": (
        "引号没有成对，从这一行开始无法分清单元格",
        "请检查这一行的英文双引号；单元格里的双引号要写成两个",
    ),
    "no_header": ("前 {rows} 行里没有找到表头", "表头至少要有“标准问”和“答案”两列"),
    "missing_column": ("表头缺少“{column}”列", "请补上这一列；列名可以用中文，也可以用英文别名"),
    "duplicate_column": ("“{column}”列出现了不止一次", "请只保留一列"),
    "same_id": ("编号“{id}”重复，另一处在 {other}", "请改成不同的编号，或删除其中一条"),
    "empty_question": ("标准问为空，本条未导入", "请填写标准问，或删除这一行"),
    "empty_answer": ("“{question}”没有答案，本条未导入", "请填写答案；还没定稿可以先把状态写成“草稿”，但答案不能为空"),
    "nothing_to_match": ("标准问“{question}”里没有文字、字母或数字，本条未导入", "请写成顾客会问的一句话"),
    "question_too_long": ("标准问有 {length} 个字，超过上限 {limit}，本条未导入", "请缩短标准问，把细节放进答案"),
    "answer_too_long": (
        "“{question}”的答案有 {length} 个字，超过上限 {limit}，本条未导入",
        "请缩短答案，或拆成几条并用追问连接",
    ),
    "id_too_long": ("编号有 {length} 个字符，超过上限 {limit}，本条未导入", "请缩短编号"),
    "bad_date": ("“{column}”里的“{value}”不是日期，本条未导入", "请写成 2026-12-01 这样的日期，或留空"),
    "dates_reversed": ("生效时间 {start} 晚于失效时间 {end}，本条未导入", "请检查两个日期是否填反了"),
    "unknown_state": ("不认识的状态“{value}”，本条未导入", "状态只能是：上线、草稿、停用；留空表示上线"),
    "bad_json": ("这一行不是一个 JSON 对象，未导入", "请检查这一行的引号、逗号和括号；每行一个完整的对象"),
    "bad_value": (
        "“{column}”的值类型不对，本条未导入",
        "文字列请写文字；相似问、标签、追问写成文字列表，链接写成带 title 和 url 的列表",
    ),
    "formula": ("“{column}”是公式，本条未导入", "请复制这一格，用“粘贴为数值”换成文字"),
    "cell_error": ("“{column}”是错误值 {value}，本条未导入", "请改成正确的内容"),
    "extra_cells": (
        "这一行的单元格比表头多，本条未导入",
        "多半是内容里有分隔符而没有加引号；请用英文双引号括起整格内容",
    ),
    "repeated_question": (
        "标准问“{question}”与 {other} 相同，本条未导入",
        "请合并成一条；如果确实是两条，请各写一个编号",
    ),
    "variant_too_long": (
        "“{question}”的一条相似问有 {length} 个字，超过上限 {limit}，这条相似问未导入",
        "请缩短这条相似问",
    ),
    "variant_nothing_to_match": (
        "“{question}”的相似问“{variant}”里没有文字、字母或数字，这条相似问未导入",
        "请删除或改写",
    ),
    "bad_link": (
        "链接“{value}”不能用，未导入",
        "链接必须以 http:// 或 https:// 开头；每行一条，先写标题，空一格，再写网址",
    ),
    "control_characters": ("有 {count} 个看不见的控制字符，已去掉", "通常不影响使用；多半是从别处复制时带来的"),
    "expired": ("“{question}”已于 {end} 失效，不会再回答顾客", "如果活动还在继续，请改失效时间；否则可以停用"),
    "same_question": (
        "标准问“{question}”与 {other} 的标准问相同，顾客这样问时机器人会反问",
        "请合并成一条，或把两个标准问写得有区别",
    ),
    "shared_phrasing": (
        "“{phrasing}”也是 {other} 的问法，顾客这样问时机器人会反问",
        "请只在更合适的那一条里保留这个问法",
    ),
    "unknown_follow_up": ("追问“{follow_up}”不是任何词条的标准问", "请改成某条词条的标准问原文，或删除"),
    "bad_golden": (
        "这一行不是一条验收问题，未导入",
        "每行一个 JSON 对象：question 是不超过 {limit} 字的问法，expected 是能回答它的词条编号列表（没有就写 []）",
    ),
    "repeated_golden": ("验收问题“{question}”与 {other} 重复，只用前面那一条", "请删除其中一条"),
    "unknown_expected": (
        "验收问题“{question}”期望的词条 {ids} 不存在或已停用",
        "请改成现有词条的编号，或删除这条验收问题",
    ),
    "unknown_column": ("不认识的列“{column}”，已忽略", "如果需要这一列，请改用约定的列名"),
    "unsupported": ("暂不支持 {suffix} 文件，已跳过", "请另存为 xlsx、docx、pptx、pdf、html、md 或 txt"),
    "no_table": (
        "没有找到词条表，内容按资料读入",
        "如果是词条表，表头至少要有“标准问”和“答案”两列，并且在前 {rows} 行内",
    ),
    "sheet_skipped": ("工作表“{sheet}”没有“标准问”和“答案”表头，内容按资料读入", "如果里面是词条，请补上表头"),
    "sheet_hidden": ("工作表“{sheet}”是隐藏的，已跳过", "如果里面有词条，请取消隐藏"),
    "no_rows": ("没有可导入的词条", "请检查文件内容是否完整"),
    "proposed": (
        "从文字里找到 {count} 组问答，作为草稿导入，不会直接发布",
        "请核对后改为上线；如果整份资料都已审定，可以在开头写一行“词条状态：上线”",
    ),
    "proposal_differs": (
        "“{question}”在这份资料里的答案与已上线的词条不同，上线的词条没有改动",
        "请核对哪个是对的；要改的话，请直接修改词条",
    ),
    "cleaned": ("已清理：{steps}", "清理掉的内容列在报告里；哪一步不合适，可以单独关掉"),
    "stuttered": ("原文有重影（转换时重复的字），已经修复", "其中的数字可能有误，请逐一与原件核对"),
    "scanned": ("这份 PDF 是扫描图片，没有文字，未导入", "请先做文字识别（OCR），或改用原来的 Word 文件"),
    "scanned_pages": ("第 {pages} 页是扫描图片，没有文字，未导入", "如果这些页有内容，请先做文字识别（OCR）"),
    "pages_unread": ("只读了前 {read} 页（共 {pages} 页），其余未导入", "请拆成几个较小的文件"),
    "pages_damaged": ("第 {pages} 页已损坏，未导入", "请重新导出这份 PDF"),
    "slide_hidden": ("第 {slide} 张幻灯片是隐藏的，已跳过", "如果里面有知识，请取消隐藏"),
    "macros": ("文件带有宏，已忽略，只读取了文字", "宏不会被运行；建议另存为不带宏的格式"),
    "formulas_unseen": ("xls 格式里看不出哪些是公式，读到的是保存时的计算结果", "请核对数字，或另存为 xlsx 后再导入"),
    "more": ("还有 {count} 处同类问题没有列出，例如：{example}", "先改好列出的，再导入一次"),
}

#: What editors call the fields of an entry.
INGEST_COLUMNS: Final[Mapping[str, str]] = {
    "id": "编号",
    "question": "标准问",
    "variants": "相似问",
    "answer": "答案",
    "category": "分类",
    "tags": "标签",
    "product": "产品",
    "valid_from": "生效时间",
    "valid_until": "失效时间",
    "state": "状态",
    "links": "链接",
    "follow_ups": "追问",
}

#: What editors call the states of an entry.
INGEST_STATES: Final[Mapping[str, str]] = {"live": "上线", "draft": "草稿", "retired": "停用"}

#: What a file turns out to hold when its extension says otherwise.
INGEST_CONTENTS: Final[Mapping[str, str]] = {
    "zip": "压缩包或别的 Office 文件",
    "xlsx": "Excel 工作簿（xlsx）",
    "docx": "Word 文档（docx）",
    "pptx": "PowerPoint 演示文稿（pptx）",
    "ole": "旧版 Office 文件（doc、xls、ppt）",
    "html": "网页（html）",
    "pdf": "PDF",
    "text": "纯文本",
    "binary": "无法识别的二进制数据",
}

#: What the steps of cleaning take away, by the value of `kb.ingest.cleaning.Step`.
INGEST_STEPS: Final[Mapping[str, str]] = {
    "forms": "特殊字形",
    "converter": "转换软件的提示",
    "site": "文档网站的附加文字",
    "page": "页眉页脚",
    "page_numbers": "页码",
    "script": "乱入的外文",
    "repeated": "重复的段落",
    "contents": "目录",
    "bullets": "项目符号",
    "join": "断开的句子",
    "stutter": "重影的文字",
}

#: The name of the sheet in an exported workbook.
EXPORT_SHEET = "词条"
#: Why a pipe, a device or a broken link is not read.
INGEST_NOT_A_FILE = "不是普通文件，或是失效的链接"

EXPORT_FORMAT = "只能导出为 csv、tsv、xlsx 或 jsonl，不能导出为“{suffix}”"
EXPORT_CELL_TOO_LONG = "词条“{id}”的“{column}”有 {length} 个字符，超过 Excel 单元格上限 32767；请改为导出 csv 或 jsonl"


def ingest_row(row: int, sheet: str = "") -> str:
    """Say where a row of a table is."""
    return f"工作表“{sheet}”第 {row} 行" if sheet else f"第 {row} 行"


def ingest_row_at_line(row: int, line: int) -> str:
    """Say where a row of a csv file is when cells with line breaks stand before it."""
    return f"第 {row} 行（用文本编辑器看是第 {line} 行）"


def ingest_page(page: int) -> str:
    """Name a page."""
    return f"第 {page} 页"


def ingest_slide(slide: int, *, notes: bool = False) -> str:
    """Name a slide, or its notes."""
    return f"第 {slide} 张幻灯片{'的备注' if notes else ''}"


def ingest_more_pages(shown: str, count: int) -> str:
    """Name some pages of many."""
    return f"{shown} 等 {count}"


def ingest_section(title: str) -> str:
    """Name a section of a document that has no pages."""
    return f"“{title[:30]}”一节"


def ingest_footnote(text: str) -> str:
    """Write a footnote as a line of its own."""
    return f"注：{text}"


def ingest_progress(source: str, page: int, pages: int) -> str:
    """Say which page of a long file is being read."""
    return f"{source}（第 {page} / {pages} 页）"


def ingest_steps(steps: Sequence[tuple[str, int]]) -> str:
    """List what the steps of cleaning took away."""
    return "、".join(f"{INGEST_STEPS[step]} {count} 处" for step, count in steps)


def ingest_sheet(sheet: str) -> str:
    """Name a sheet."""
    return f"工作表“{sheet}”"


# --- end of ingestion ---------------------------------------------------------------------------------------------

# --- review: what editors are warned of before anything is written, on the command line and in the report -----------

#: What is found and what to do, by the code of `kb.ingest.review.FindingCode`.
REVIEW_FINDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "personal_data": (
        "“{question}”里有{kind}：{quote}",
        "顾客的个人信息请删除或换成“×××”；如果是商城对外公开的，请写进 KB_HOME/review/allowed.txt",
    ),
    "forbidden_wording": (
        "“{question}”的答案里有服务忌语：“{quote}”",
        "请换成说明原因、给出办法的说法；确实要保留的，导入时加 --yes",
    ),
    "promise": (
        "“{question}”的答案里有不能作的承诺：“{quote}”",
        "请改成能核实的事实（条件、期限、范围）；确实要保留的，导入时加 --yes",
    ),
    "contradiction": (
        "“{question}”与 {other}“{other_question}”问的是同一件事，答案互相矛盾——{differences}",
        "请核实哪一个是对的，改正另一条，或合并成一条",
    ),
    "same_question": (
        "“{question}”与 {other} 的标准问相同，顾客这样问时机器人会反问",
        "请合并成一条；如果是两件事，请把两个标准问写得有区别",
    ),
    "near_duplicate": (
        "“{question}”与 {other}“{other_question}”问的几乎是同一件事，答案也差不多",
        "请合并：保留一条，把另一条的问法并入相似问",
    ),
    "other_answer": (
        "“{question}”与 {other}“{other_question}”问的几乎是同一件事，答案却各说各的",
        "请合并成一条完整的答案；如果是两件事，请把标准问写得有区别",
    ),
    "shared_phrasing": (
        "“{quote}”也是 {other}“{other_question}”的问法，顾客这样问时机器人会反问",
        "请只在更合适的那一条里保留这个问法",
    ),
    "stray_variant": (
        "“{question}”的相似问“{quote}”更像是在问 {other}“{other_question}”",
        "请把它移到那一条的相似问里，或改写、删除",
    ),
    "dead_link": ("“{question}”里的{kind}：“{quote}”", "请改成现有词条的编号或标准问原文，或删除"),
    "expired": ("“{question}”已于 {last} 失效，不会再回答顾客", "如果还有效，请改失效时间；否则可以停用"),
    "expires_soon": (
        "“{question}”将于 {last} 失效（还有 {days} 天）",
        "如果会延期，请提前改失效时间；活动结束后顾客还会问的，请准备好新的词条",
    ),
    "impolite": (
        "“{question}”的答案有 {length} 个字，却没有一个“您”“请”这样的礼貌用语",
        "请对着顾客说话，例如“您可以……”“请您……”",
    ),
    "not_a_question": ("标准问“{question}”不像顾客会问的话：{why}", "请写成顾客会问的一句完整的话，例如“怎么申请退货”"),
}

#: What editors call the kinds of findings.
REVIEW_TITLES: Final[Mapping[str, str]] = {
    "personal_data": "个人信息",
    "forbidden_wording": "服务忌语",
    "promise": "不能作的承诺",
    "contradiction": "互相矛盾",
    "same_question": "标准问重复",
    "near_duplicate": "近似重复",
    "other_answer": "同问不同答",
    "shared_phrasing": "问法相同",
    "stray_variant": "相似问放错",
    "dead_link": "失效的站内链接",
    "expired": "已经失效",
    "expires_soon": "即将失效",
    "impolite": "缺少礼貌用语",
    "not_a_question": "不像问题",
}

#: How much a finding weighs, by the value of `kb.ingest.review.Weight`.
REVIEW_WEIGHTS: Final[Mapping[str, str]] = {"blocks": "必须先解决", "confirm": "需要确认", "notice": "提醒"}

#: In what two answers differ, by the value of `kb.ingest.review.facts.Kind`.
REVIEW_DIFFERENCES: Final[Mapping[str, str]] = {
    "number": "数字不同",
    "deadline": "时限不同",
    "date": "日期不同",
    "yes_no": "一个肯定、一个否定",
    "who": "承担的一方不同",
}
REVIEW_AND: Final = "、"
REVIEW_DIFFERENCE: Final = "{label}（本条：{ours}；对方：{theirs}）"

#: What a link is that leads nowhere.
REVIEW_LINKS: Final[Mapping[str, str]] = {
    "follow_up": "追问不是任何词条的标准问",
    "itself": "追问就是这条词条自己",
    "entry": "引用的词条不存在",
    "question": "引用的问题不存在",
    "inside": "网址只能在公司内部打开",
}

#: Why nobody would ask a standard question, by the value of `kb.ingest.review.questions.Why`.
REVIEW_NO_QUESTION: Final[Mapping[str, str]] = {
    "placeholder": "像是测试或占位的文字",
    "heading": "像是章节标题",
    "fragment": "像是半句话",
    "points_nowhere": "“这个”“它”不知道指什么",
    "answer": "像是答案，不是问题",
    "keyword": "只有关键词，看不出想问什么",
}

#: The report of an ingestion, for editors.
REPORT: Final[Mapping[str, str]] = {
    "title": "导入检查报告",
    "made_at": "生成于 {at}",
    "verdict_fine": "没有需要先处理的问题，可以导入。",
    "verdict_confirm": "有 {confirm} 处需要确认：请修改，或核实后导入时加 --yes。",
    "verdict_blocks": "有 {blocks} 处必须先解决，在此之前什么都不会写入。",
    "added": "新增",
    "changed": "修改",
    "retired": "停用",
    "unchanged": "不变",
    "blocks": "必须先解决",
    "confirm": "需要确认",
    "notice": "提醒",
    "findings": "内容检查",
    "no_findings": "没有发现问题。",
    "problems": "文件里的问题",
    "none": "没有。",
    "more": "还有 {count} 条没有列出。",
    "show": "展开列表",
    "phrased": "问法：",
    "variants": "· {count} 个相似问",
    "footer": "红色删除线是去掉的文字，绿色是新增的文字；并排的两条里，黄色是两边不同的文字。",
}

CLI_REVIEW_CONFIRM: Final = (
    "有 {count} 处服务忌语、承诺或联系方式需要确认。请修改，或者核实后加上 --yes；什么都没有写入。"
)
CLI_REVIEW_BLOCKED: Final = "有 {count} 处顾客的个人信息必须先删除，什么都没有写入，线上内容不变。"
CLI_REVIEW_ASK: Final = "有 {count} 处服务忌语、承诺或联系方式需要确认（见上表）。核实过了，要继续写入吗？"
CLI_CONFIRM: Final = "需要确认"
CLI_REPORT_OPTION: Final = "把检查报告（HTML）写进这个文件夹"
CLI_REPORT_WRITTEN: Final = "报告已写到 {file}，请用浏览器打开。"

# --- end of review --------------------------------------------------------------------------------------------------

# --- replies: for customers, in the chat ---------------------------------------------------------------------------

REPLY_GREETING: Final = "您好，很高兴为您服务！请问您想咨询什么问题呢？"
REPLY_PARTING: Final = "不客气，很高兴为您服务。如果还有其他问题，随时可以在这里问我。"
REPLY_EMPTY: Final = "抱歉，没有看明白您的问题。请用一句话描述一下您想咨询的内容，好吗？"

REPLY_WHICH: Final = "您是想问下面哪个问题？"
REPLY_WHICH_ONE: Final = "您是想问下面这个问题吗？"
REPLY_WHICH_DETAIL: Final = "为了给您准确的答复，想先和您确认一下细节，您是想问下面的问题吗？"
REPLY_AFTER_OPTIONS: Final = "直接发送上面的问题就能看到答案；如果都不是，请换个说法再问一次，或者回复“转人工”。"
REPLY_REPHRASE: Final = "抱歉，没有完全理解您的问题。请换个说法再问一次，或者回复“转人工”，由同事为您解答。"

#: What the customer reads while a person takes over, by the value of the reason.
REPLY_HANDED_OVER: Final[Mapping[str, str]] = {
    "asked_for_person": "好的，已经为您转接人工客服，同事会尽快在这里回复您，请稍等。",
    "nothing_close": "抱歉，这个问题我暂时没有准确的答案，已经为您转接人工客服，同事会尽快在这里回复您，请稍等。",
    "order_specific": (
        "这个问题需要核对您的具体情况，已经为您转接人工客服，同事会尽快在这里回复您，请稍等。"
        "为了保护您的账户安全，请不要在这里发送密码或验证码。"
    ),
    "complaint": (
        "非常抱歉给您带来了不好的体验。您反映的情况我们已经记录下来，并转给专人优先处理，同事会尽快在这里联系您，请稍等。"
    ),
    "danger": (
        "非常抱歉让您遇到这样的情况。请先停止使用相关商品；如果有任何不适，请尽快就医，并保留好商品、包装和就诊资料。"
        "我们已经通知专人，会马上在这里与您联系。"
    ),
    "legal": (
        "非常抱歉给您带来了困扰。您反映的情况我们高度重视，已经通知专人，会马上在这里与您联系。请您保留好订单和相关凭证。"
    ),
    "with_agent": "您的消息已经转给正在为您处理的同事，会尽快在这里回复您，请稍等。",
}

REPLY_SERVICE_ENDED: Final = "本次人工服务已经结束。如果还有其他问题，可以继续在这里提问。"


def reply_which_of(opening: str, options: Sequence[str]) -> str:
    """Ask back with the questions to choose from, one a line."""
    return "\n".join([opening, *(f"· {option}" for option in options), REPLY_AFTER_OPTIONS])


# --- tickets: for agents, with the draft that they may send ---------------------------------------------------------

#: Why a question was handed over, by the value of the reason.
TICKET_BECAUSE: Final[Mapping[str, str]] = {
    "nothing_close": "知识库未覆盖",
    "asked_for_person": "要求人工",
    "complaint": "投诉",
    "danger": "安全风险",
    "legal": "法律风险",
    "order_specific": "需要核对订单或账户",
}


def ticket_summary(because: str, question: str, earlier: str) -> str:
    """Say in one line what a ticket is about; `earlier` is what the customer had asked before, if anything."""
    line = f"{because}｜{question}"
    return f"{line}（此前咨询：{earlier}）" if earlier else line


def draft_answer(question: str, answer: str) -> str:
    """Put the standard answer into the house's polite frame."""
    return f"您好，关于您咨询的「{question}」，{answer}\n如果还有其他问题，欢迎随时告诉我们。"


def draft_order_answer(question: str, answer: str) -> str:
    """Give the general rule and offer to look into this customer's case."""
    return f"您好，关于您咨询的「{question}」，{answer}\n您的具体情况我正在为您核对，稍后把结果告诉您，请稍等。"


def draft_order(question: str) -> str:
    """Say that the case is looked into, where no general rule is known."""
    return f"您好，关于您咨询的「{question}」，我正在为您核对具体情况，稍后把结果告诉您，请稍等。"


def draft_check(question: str) -> str:
    """Say that an answer is being found, where nothing in the knowledge comes close."""
    return f"您好，关于您咨询的「{question}」，我正在为您核实，稍后给您准确的答复，请稍等。"


DRAFT_WELCOME: Final = "您好，我是人工客服，很高兴为您服务。请问有什么可以帮您？"


def draft_welcome(earlier: str) -> str:
    """Greet somebody who had asked the bot before asking for a person."""
    return f"您好，我是人工客服。您之前咨询的「{earlier}」我已经看到了，正在为您核实，请稍等。"


def draft_apology(question: str, by: str) -> str:
    """Apologise for what is complained about and say what happens next and by when."""
    return (
        f"您好，非常抱歉给您带来了不好的体验。您反映的「{question}」我们已经登记，由专人负责核实，"
        f"最晚会在{by}前把处理结果告诉您。如果方便，请把相关照片或说明一并发给我们，以便尽快为您处理。"
    )


def draft_danger(question: str, by: str) -> str:
    """Show concern for health, say what to do at once, who comes back and by when."""
    return (
        f"您好，得知您遇到的情况，我们非常重视，也深表歉意。请您先停止使用相关商品；如果有任何不适，请尽快就医，"
        f"并保留好商品、包装和就诊资料。您反映的「{question}」已由专人跟进，最晚会在{by}前与您联系，沟通后续处理。"
    )


def draft_legal(question: str, by: str) -> str:
    """Apologise in a legal matter, say who looks into it and by when."""
    return (
        f"您好，非常抱歉给您带来了困扰。您反映的「{question}」我们高度重视，已由专人核实，"
        f"最晚会在{by}前与您联系，沟通处理方案。请您保留好订单和相关凭证。"
    )


def point_in_time(at: datetime) -> str:
    """Name a local time without today or tomorrow: a draft may be read later than it was written."""
    return f"{at.month}月{at.day}日{at.hour:02d}:{at.minute:02d}"


# --- end of replies and tickets -------------------------------------------------------------------------------------

# --- the page to try it: for whoever opens the service in a browser -------------------------------------------------

#: Why a decision was taken, in a sentence, by the value of the reason.
TRY_REASONS: Final[Mapping[str, str]] = {
    "exact": "问题和知识库里的一种问法完全一致，直接给出标准答案。",
    "confident": "最接近的词条把握足够高，并且明显领先其他词条，直接给出标准答案。",
    "same_phrasing": "有几条词条写了同样的问法，先请顾客选一个。",
    "too_close_to_call": "前两条词条不相上下，先请顾客选一个，不替顾客猜。",
    "not_sure_enough": "有相近的词条，但把握还不够直接回答，先和顾客确认。",
    "detail_differs": "意思相近，但细节不一致（否定、数量、段位或型号），先和顾客确认。",
    "greeting": "只是打招呼，还没有提出问题。",
    "empty": "没有可以匹配的文字。",
    "nothing_close": "知识库里没有足够接近的内容，不编造答案，转给人工。",
    "asked_for_person": "顾客要求人工服务，直接转接。",
    "complaint": "顾客在投诉或表达不满，由专人优先处理。",
    "danger": "涉及健康、安全或法律，必须由专人处理。",
    "order_specific": "需要核对顾客自己的订单或账户，知识库答不了，转给人工。",
    "with_agent": "人工客服已经接手，机器人不再插话。",
}

#: The detail in which a question and an entry differ, by the value of `kb.index.details.Detail`.
TRY_CONFLICTS: Final[Mapping[str, str]] = {
    "code": "型号不同",
    "quantity": "数量、段位或尺码不同",
    "opposite": "说的是相反的情况",
    "negation": "一个肯定、一个否定",
    "wording": "说法很像，问的是另一件事",
}

#: What is looked at when a question meets an entry, by the feature's name.
TRY_FEATURES: Final[Mapping[str, str]] = {
    "intercept": "起点",
    "dense": "语义相似度",
    "dense_second": "第二接近的问法",
    "centre": "与词条整体的相似度",
    "words": "用词匹配",
    "characters": "用字匹配",
    "bigrams": "相邻字匹配",
    "cover_words": "问题的词被覆盖",
    "cover_characters": "问题的字被覆盖",
    "cover_bigrams": "问题的相邻字被覆盖",
    "back_words": "问法的词被提到",
    "back_characters": "问法的字被提到",
    "union_words": "词在整条词条中",
    "union_characters": "字在整条词条中",
    "union_bigrams": "相邻字在整条词条中",
    "missing_word": "没对上的生僻词",
    "missing_character": "没对上的生僻字",
    "concepts": "概念匹配",
    "cover_concepts": "问题的概念被覆盖",
    "back_concepts": "问法的概念被提到",
    "union_concepts": "概念在整条词条中",
    "missing_concept": "没对上的生僻概念",
    "same_concepts": "概念一致程度",
    "same_concepts_ahead": "概念一致领先其他词条",
    "soft": "问题的词有近义词对上",
    "soft_back": "问法的词有近义词对上",
    "soft_both": "双方的词都对得上",
    "soft_ahead": "近义词领先其他词条",
    "soft_both_ahead": "双向近义词领先",
    "vote": "相近问法的票数",
    "phrasings": "问法的数量",
    "question_length": "问题长度",
    "longer": "问法与问题的长度比",
    "negation_differs": "否定不一致",
    "detail_differs": "细节不一致",
    "conflict": "与所有问法冲突",
    "dense_ahead": "语义领先其他词条",
    "centre_ahead": "整体相似度领先",
    "words_ahead": "用词领先其他词条",
    "characters_ahead": "用字领先其他词条",
    "bigrams_ahead": "相邻字领先其他词条",
    "union_words_ahead": "词的覆盖领先",
    "union_characters_ahead": "字的覆盖领先",
    "vote_ahead": "票数领先其他词条",
    "order": "排序得分",
    "order_ahead": "排序得分领先",
    "order_share": "排序得分占比",
}

#: What went wrong, by the problem's stable code, for somebody in the chat.
TRY_PROBLEMS: Final[Mapping[str, str]] = {
    "bad_input": "这条消息没能被识别，请检查内容后再试。",
    "question_too_long": "问题太长了，请精简到 1,000 字以内再发送。",
    "nothing_to_match": "没有看到文字内容，请用一句话描述您的问题。",
    "not_found": "没有找到这段对话，请点“新对话”重新开始。",
    "conflict": "刚才有别的操作同时进行，请再试一次。",
    "not_ready": "知识库还没有发布内容，请先导入并发布词条，再来试问。",
    "release_damaged": "当前发布版本不完整，请联系管理员重新发布。",
    "release_mismatch": "发布版本与当前程序不匹配，请联系管理员重新发布。",
    "access_denied": "需要有效的访问密钥。",
    "role_too_low": "当前密钥的权限不够，请换一个密钥。",
    "store_unavailable": "数据暂时无法读写，请稍后再试。",
    "internal_error": "服务出了点问题，请稍后再试。",
}

#: How soon a ticket is looked at, by the value of the priority.
TRY_PRIORITIES: Final[Mapping[str, str]] = {"urgent": "紧急", "ordinary": "普通", "complex": "复杂"}

#: Everything else on the page that is said in more than one place, or that tests rely on.
TRY_SAYS: Final[Mapping[str, str]] = {
    "greeting": REPLY_GREETING,
    "service_ended": REPLY_SERVICE_ENDED,
    "unreachable": "网络好像断开了，消息还没有发出去。",
    "failed": "服务暂时没有回应，请稍后再试。",
    "key_wrong": "这个密钥不对或已停用，请重新输入。",
}

# --- end of the page to try it --------------------------------------------------------------------------------------

# --- command line: for editors and operators ------------------------------------------------------------------------

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
    "store_unavailable": "数据库不可用",
}

CLI_ABOUT: Final = "中文 FAQ 知识库：导入词条，发布，自动回答，拿不准的转人工。"
CLI_HELP: Final[Mapping[str, str]] = {
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
    "forget": "彻底删除一个会话的全部记录。",
    "gaps": "顾客问了却没有得到答案的问题：归类、排序，并变成词条。",
    "gaps_accept": "采纳一个知识缺口：新建词条草稿，或并入已有词条的相似问。",
    "gaps_ignore": "忽略一个知识缺口，类似的问法以后也不再显示。",
}
CLI_OPTIONS: Final[Mapping[str, str]] = {
    "paths": "文件或文件夹，可以写多个",
    "dry_run": "只看会有什么变化，不写入",
    "publish": "导入后立即发布",
    "yes": "停用超过一成词条、或有需要确认的用语时不再询问",
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
    "seed": "随机种子",
    "data": "训练语料所在的文件夹",
    "out": "训练结果写到哪里；不写就替换自带的模型",
    "name": "密钥的名字，例如使用它的人或系统",
    "role": "asker 提问、agent 坐席、editor 编辑、admin 管理员",
    "key": "密钥编号",
    "conversation": "会话编号",
    "days": "看最近多少天的提问",
    "idle_entries": "改为列出很少或从未被问到的词条",
    "gap": "知识缺口的编号",
    "gap_as": "entry 新建词条草稿，variants 并入已有词条",
    "gap_entry": "要并入的词条编号",
    "gap_answer": "新词条的答案；不写就用坐席最好的答复",
    "quiet": "正常时不输出",
}

CLI_PROBLEM_COLUMNS: Final = ("文件", "位置", "问题", "怎么办")
CLI_BLOCKING: Final = "必须先解决"
CLI_PLAN_COLUMNS: Final = ("变化", "条数", "例如")
CLI_PLAN: Final[Mapping[str, str]] = {"added": "新增", "changed": "修改", "retired": "停用", "unchanged": "不变"}
CLI_PLAN_GOLDEN: Final[Mapping[str, str]] = {"golden": "验收问题新增或修改", "golden_gone": "验收问题删除"}
CLI_NOTHING_WRITTEN: Final = "以上只是预览，什么都没有写入。"
CLI_BLOCKED: Final = "有 {count} 处问题必须先解决，什么都没有写入，线上内容不变。"
CLI_RETIRE_MANY: Final = "这次导入会停用 {count} 条词条（占 {share}）。如果确实要这样做，请加上 --yes。"
CLI_RETIRE_ASK: Final = "这次导入会停用 {count} 条词条（占 {share}）。要继续吗？"
CLI_INGESTED: Final = "已写入知识库（第 {revision} 版）。运行 kb publish 发布上线。"
CLI_INGESTED_THEN: Final = "已写入知识库（第 {revision} 版）。"
CLI_UNCHANGED: Final = "知识库没有变化。"
CLI_PUBLISHED: Final = "已发布 {release}：{entries} 条词条，{phrasings} 种问法，新编码 {encoded} 条文本。"
CLI_GATE_COLUMNS: Final = ("", "问题", "线上版本", "新版本")
CLI_GATE_BREAKS: Final = "变错"
CLI_GATE_GOLDEN: Final = "验收"
CLI_GATE_REPLAYED: Final = "回放"
CLI_GATE_MORE: Final = "还有 {count} 处变化没有列出；加上 --json 可以看到全部。"
CLI_GATE: Final = "验收：{golden} 个验收问题，回放 {replayed} 个问题，{changes} 个回答会变，其中 {broken} 个由对变错。"
CLI_GATE_PRECISION: Final = "验收问题上直答的正确率 {precision}（承诺 {promise}）。"
CLI_PUBLISH_ONE_OF: Final = "--at、--due 和 --cancel 只能用一个"
CLI_PUBLISH_AT: Final = "时间请写成 2026-12-01 00:00"
CLI_PUBLISH_PAST: Final = "这个时间已经过去了"
CLI_SCHEDULED: Final = "定时发布：{at}（任务 {id}）。"
CLI_JOB_CANCELLED: Final = "任务 {id} 已取消。"
CLI_NOTHING_DUE: Final = "没有到时间的任务。"
CLI_JOB_STATES: Final[Mapping[str, str]] = {
    "waiting": "等待",
    "running": "进行中",
    "review": "待确认",
    "done": "完成",
    "failed": "没有完成",
    "cancelled": "已取消",
}
CLI_DIFF_COLUMNS: Final = ("变化", "编号", "标准问", "改动")
CLI_DIFF: Final[Mapping[str, str]] = {"added": "新增", "changed": "修改", "removed": "移除"}
CLI_DIFF_NONE: Final = "两个版本的词条完全相同。"
CLI_DIFF_ANSWERS: Final = "{golden} 个验收问题里，{changes} 个的回答不同。"
CLI_PUBLISH_SAME: Final = "线上版本 {release} 已经是最新内容，无需重新发布。"
CLI_ROLLED_BACK: Final = "已退回到 {release}（{entries} 条词条）。"
CLI_EXPORTED: Final = "已导出 {count} 条词条到 {file}。"
CLI_RELEASE_COLUMNS: Final = ("发布版本", "发布时间", "词条", "问法", "")
CLI_LIVE: Final = "线上"
CLI_NO_RELEASES: Final = "还没有发布版本。先运行 kb ingest 文件 --publish。"
CLI_DECISIONS: Final[Mapping[str, str]] = {"answer": "直答", "clarify": "反问", "handoff": "转人工"}
CLI_REASONS: Final[Mapping[str, str]] = {
    "exact": "与问法完全一致",
    "confident": "把握足够",
    "same_phrasing": "多条词条有相同问法",
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
CLI_CONFIDENCE: Final = "把握"
CLI_RELEASE: Final = "发布版本"
CLI_TOOK: Final = "用时"
CLI_CANDIDATE_COLUMNS: Final = ("", "编号", "标准问", "最接近的问法", "把握")
CLI_FEATURE_COLUMNS: Final = ("特征", "取值", "对把握的作用（对数几率）")
CLI_NO_CANDIDATES: Final = "没有候选。"
CLI_KEY_COLUMNS: Final = ("编号", "名字", "角色", "创建时间", "停用时间")
CLI_KEY_MADE: Final = "已新建密钥“{name}”（{role}，编号 {id}）。请现在保存，它不会再次显示："
CLI_KEY_REVOKED: Final = "密钥 {id} 已停用。"
CLI_NO_KEYS: Final = "还没有密钥；服务只在本机地址上开放。"
CLI_FORGOTTEN: Final = "会话 {id} 的全部记录已删除。"
CLI_SERVING: Final = "服务已启动：在浏览器打开 {url} 试问，接口文档在 {url}/docs，按 Ctrl+C 停止。"
CLI_OPEN: Final = "还没有密钥，任何能访问本机的人都可以使用；对外服务前请先运行 kb keys add。"
CLI_INTERRUPTED: Final = "已中断，线上内容不变。"
CLI_STEPS: Final[Mapping[str, str]] = {
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
CLI_DOCTOR: Final[Mapping[str, str]] = {
    "settings": "设置",
    "store": "数据库",
    "embedder": "向量模型",
    "release": "线上版本",
    "access": "访问密钥",
}

CLI_SCORE_COLUMNS: Final = ("指标", "数值")
CLI_SCORES: Final[Mapping[str, str]] = {
    "questions": "问题数",
    "answerable": "其中知识库能回答的",
    "precision": "直答的正确率",
    "answered_of_answerable": "能回答的问题里，直接答对的比例",
    "offered_of_answerable": "能回答的问题里，反问时给出正确选项的比例",
    "answered_of_unanswerable": "不能回答的问题里，被误答的比例",
}
CLI_SCORE_KIND: Final = "直接答对的比例：{kind}"
CLI_FIGURES: Final[Mapping[str, str]] = {
    "name": "方法",
    "recall_at_1": "recall@1",
    "recall_at_5": "recall@5",
    "recall_at_10": "recall@10",
    "coverage_at_95": "95% 正确时的覆盖率",
    "coverage_at_90": "90%",
    "coverage_at_80": "80%",
    "aurc": "AURC",
    "auroc": "AUROC",
    "ece": "ECE",
    "answered": "实际直答",
    "precision": "直答正确率",
    "unanswerable_answered": "误答（不可答）",
}
CLI_TRAINED: Final = "训练完成，用时 {minutes:.1f} 分钟：{embedder}。留出数据上的 Spearman×100：{spearman}。"

# --- end of the command line ----------------------------------------------------------------------------------------

# --- gaps: what customers asked in vain, for editors on the command line -------------------------------------------

GAPS_COLUMNS: Final = ("编号", "典型问法", "次数", "坐席分钟", "首末日期", "最接近的词条", "坐席的答复", "建议")
GAPS_MEMBERS: Final = "共 {count} 种问法，例如：{examples}"
GAPS_NONE: Final = "最近 {days} 天没有发现知识缺口。"
GAPS_SUMMARY: Final = "最近 {days} 天：{gaps} 个知识缺口，{questions} 次提问，约 {minutes:.0f} 分钟坐席时间。"
GAPS_MORE: Final = "只显示前 {shown} 个；加上 --json 可以看到全部。"
GAPS_NEAR: Final = "{id}（{confidence:.2f}）{question}"
GAPS_REPLY: Final = "{text}（{times} 次，其中 {unedited} 次原样发送）"
GAPS_NO_REPLY: Final = "还没有坐席答复"
GAPS_AS_ENTRY: Final = "新建词条"
GAPS_AS_VARIANTS: Final = "并入 {id}"
GAPS_NEXT: Final = (
    "处理：kb gaps accept 编号 --as entry（新建词条草稿）、kb gaps accept 编号 --as variants --entry 词条编号"
    "（并入相似问）、kb gaps ignore 编号（以后不再显示）。"
)
GAPS_DRAFTED: Final = (
    "已新建草稿词条 {id}“{question}”，{variants} 条相似问，{golden} 条验收问题（知识库第 {revision} 版）。"
    "请核对答案，把状态改为上线后发布。"
)
GAPS_JOINED: Final = (
    "已把问法并入词条 {id}，现有 {variants} 条相似问，新增 {golden} 条验收问题（知识库第 {revision} 版）。"
    "运行 kb publish 发布上线。"
)
GAPS_SOURCE: Final = "这条词条来自 {source}，请把新的相似问也写回那个文件，否则下次导入会被覆盖。"
GAPS_IGNORED: Final = "已忽略“{question}”和类似的问法，以后不再显示。"
GAPS_NEEDS_ENTRY: Final = "并入相似问时，请用 --entry 写明词条编号。"
GAPS_ENTRY_COLUMNS: Final = ("编号", "标准问", "回答次数", "被点踩", "最近一次")
GAPS_NEVER: Final = "从未"
GAPS_ALL_USED: Final = "最近 {days} 天，每条词条都有人问到。"

# --- end of gaps ----------------------------------------------------------------------------------------------------
