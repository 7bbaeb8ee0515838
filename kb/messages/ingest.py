"""What editors read about files and rows: problems and what to do, columns, places in a file."""

from collections.abc import Mapping, Sequence
from typing import Final

#: What is wrong and what to do, by the code of `kb.ingest.problems.Code`.
PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "not_found": ("没有这个文件或文件夹", "请检查路径是否写对，文件是否已被移走"),
    "unreadable": ("无法读取：{reason}", "请检查文件权限，或关闭正在占用它的程序后重试"),
    "nothing_found": (
        "这里没有可导入的文件",
        "请放入 csv、tsv、xlsx、xls、jsonl、md、txt、html、docx、pptx 或 pdf 文件",
    ),
    "name_twice": ("两个不同的文件会得到相同的来源名", "请改名，或把它们放进同一个文件夹后一起导入"),
    "empty_file": ("文件是空的（0 字节）", "文件可能没有保存完整，请重新导出"),
    "too_large": ("文件有 {size} MB，超过上限 {limit} MB", "请拆成几个较小的文件"),
    "too_large_unpacked": ("文件解压后超过上限 {limit} MB", "请删除多余的工作表、格式和图片，或拆成几个文件"),
    "too_many_rows": ("行数超过上限 {limit}", "请拆成几个文件，或删除多余的空行"),
    "wrong_format": ("扩展名与内容不符：内容是{actual}", "请用能打开它的软件另存为正确的格式，或把扩展名改对"),
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
    "namesake": (
        "知识库里已有同名的“{other}”，这份会算作另一份，原来那份的内容不会因此停用",
        "如果是它的新版本，请和上次一样导入“{given}”；或者在写入后移除原来那份资料、停用多余的词条",
    ),
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
COLUMNS: Final[Mapping[str, str]] = {
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
STATES: Final[Mapping[str, str]] = {"live": "上线", "draft": "草稿", "retired": "停用"}

#: What a file turns out to hold when its extension says otherwise.
CONTENTS: Final[Mapping[str, str]] = {
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
STEPS: Final[Mapping[str, str]] = {
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
NOT_A_FILE = "不是普通文件，或是失效的链接"

EXPORT_FORMAT = "只能导出为 csv、tsv、xlsx 或 jsonl，不能导出为“{suffix}”"
EXPORT_CELL_TOO_LONG = "词条“{id}”的“{column}”有 {length} 个字符，超过 Excel 单元格上限 32767；请改为导出 csv 或 jsonl"


def row(row: int, sheet: str = "") -> str:
    """Say where a row of a table is."""
    return f"工作表“{sheet}”第 {row} 行" if sheet else f"第 {row} 行"


def row_at_line(row: int, line: int) -> str:
    """Say where a row of a csv file is when cells with line breaks stand before it."""
    return f"第 {row} 行（用文本编辑器看是第 {line} 行）"


def page(page: int) -> str:
    """Name a page."""
    return f"第 {page} 页"


def slide(slide: int, *, notes: bool = False) -> str:
    """Name a slide, or its notes."""
    return f"第 {slide} 张幻灯片{'的备注' if notes else ''}"


def more_pages(shown: str, count: int) -> str:
    """Name some pages of many."""
    return f"{shown} 等 {count}"


def section(title: str) -> str:
    """Name a section of a document that has no pages."""
    return f"“{title[:30]}”一节"


def footnote(text: str) -> str:
    """Write a footnote as a line of its own."""
    return f"注：{text}"


def progress(source: str, page: int, pages: int) -> str:
    """Say which page of a long file is being read."""
    return f"{source}（第 {page} / {pages} 页）"


def steps(steps: Sequence[tuple[str, int]]) -> str:
    """List what the steps of cleaning took away."""
    return "、".join(f"{STEPS[step]} {count} 处" for step, count in steps)


def sheet(sheet: str) -> str:
    """Name a sheet."""
    return f"工作表“{sheet}”"
