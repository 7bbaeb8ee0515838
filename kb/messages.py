"""Every sentence that customers, agents and editors read, grouped by who reads it."""

from collections.abc import Mapping
from typing import Final

# --- ingestion: for editors, on the command line and in the console -----------------------------------------------

#: What is wrong and what to do, by the code of `kb.ingest.problems.Code`.
INGEST_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "not_found": ("没有这个文件或文件夹", "请检查路径是否写对，文件是否已被移走"),
    "unreadable": ("无法读取：{reason}", "请检查文件权限，或关闭正在占用它的程序后重试"),
    "nothing_found": ("这里没有可导入的文件", "请放入 csv、tsv、xlsx、jsonl 或 md 文件"),
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
    "broken_quotes": ("引号没有成对，从这一行开始无法分清单元格", "请检查这一行的英文双引号；单元格里的双引号要写成两个"),
    "no_header": ("前 {rows} 行里没有找到表头", "表头至少要有“标准问”和“答案”两列"),
    "missing_column": ("表头缺少“{column}”列", "请补上这一列；列名可以用中文，也可以用英文别名"),
    "duplicate_column": ("“{column}”列出现了不止一次", "请只保留一列"),
    "same_id": ("编号“{id}”重复，另一处在 {other}", "请改成不同的编号，或删除其中一条"),
    "empty_question": ("标准问为空，本条未导入", "请填写标准问，或删除这一行"),
    "empty_answer": ("“{question}”没有答案，本条未导入", "请填写答案；还没定稿可以先把状态写成“草稿”，但答案不能为空"),
    "nothing_to_match": ("标准问“{question}”里没有文字、字母或数字，本条未导入", "请写成顾客会问的一句话"),
    "question_too_long": ("标准问有 {length} 个字，超过上限 {limit}，本条未导入", "请缩短标准问，把细节放进答案"),
    "answer_too_long": ("“{question}”的答案有 {length} 个字，超过上限 {limit}，本条未导入", "请缩短答案，或拆成几条并用追问连接"),
    "id_too_long": ("编号有 {length} 个字符，超过上限 {limit}，本条未导入", "请缩短编号"),
    "bad_date": ("“{column}”里的“{value}”不是日期，本条未导入", "请写成 2026-12-01 这样的日期，或留空"),
    "dates_reversed": ("生效时间 {start} 晚于失效时间 {end}，本条未导入", "请检查两个日期是否填反了"),
    "unknown_state": ("不认识的状态“{value}”，本条未导入", "状态只能是：上线、草稿、停用；留空表示上线"),
    "bad_json": ("这一行不是一个 JSON 对象，未导入", "请检查这一行的引号、逗号和括号；每行一个完整的对象"),
    "bad_value": ("“{column}”的值类型不对，本条未导入", "文字列请写文字；相似问、标签、追问写成文字列表，链接写成带 title 和 url 的列表"),
    "formula": ("“{column}”是公式，本条未导入", "请复制这一格，用“粘贴为数值”换成文字"),
    "cell_error": ("“{column}”是错误值 {value}，本条未导入", "请改成正确的内容"),
    "extra_cells": ("这一行的单元格比表头多，本条未导入", "多半是内容里有分隔符而没有加引号；请用英文双引号括起整格内容"),
    "repeated_question": ("标准问“{question}”与 {other} 相同，本条未导入", "请合并成一条；如果确实是两条，请各写一个编号"),
    "variant_too_long": ("“{question}”的一条相似问有 {length} 个字，超过上限 {limit}，这条相似问未导入", "请缩短这条相似问"),
    "variant_nothing_to_match": ("“{question}”的相似问“{variant}”里没有文字、字母或数字，这条相似问未导入", "请删除或改写"),
    "bad_link": ("链接“{value}”不能用，未导入", "链接必须以 http:// 或 https:// 开头；每行一条，先写标题，空一格，再写网址"),
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
    "unknown_column": ("不认识的列“{column}”，已忽略", "如果需要这一列，请改用约定的列名"),
    "unsupported": ("暂不支持 {suffix} 文件，已跳过", "请另存为 csv、tsv、xlsx、jsonl 或 md"),
    "sheet_skipped": ("工作表“{sheet}”没有“标准问”和“答案”表头，已跳过", "如果里面有词条，请补上表头"),
    "sheet_hidden": ("工作表“{sheet}”是隐藏的，已跳过", "如果里面有词条，请取消隐藏"),
    "no_rows": ("没有可导入的词条", "请检查文件内容是否完整"),
    "no_question": ("有 {count} 个小节的标题不是问题，没有导入", "要作为词条的小节，请把标题写成问句，或写成“问：…答：…”"),
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
    "ole": "旧版 Excel（xls）或加了密码的文件",
    "html": "网页（html）",
    "pdf": "PDF",
    "text": "纯文本",
    "binary": "无法识别的二进制数据",
}

EXPORT_FORMAT = "只能导出为 csv、tsv、xlsx 或 jsonl，不能导出为“{suffix}”"
EXPORT_CELL_TOO_LONG = "词条“{id}”的“{column}”有 {length} 个字符，超过 Excel 单元格上限 32767；请改为导出 csv 或 jsonl"


def ingest_row(row: int, sheet: str = "") -> str:
    """Say where a row of a table is."""
    return f"工作表“{sheet}”第 {row} 行" if sheet else f"第 {row} 行"


def ingest_row_at_line(row: int, line: int) -> str:
    """Say where a row of a csv file is when cells with line breaks stand before it."""
    return f"第 {row} 行（用文本编辑器看是第 {line} 行）"


def ingest_sheet(sheet: str) -> str:
    """Name a sheet."""
    return f"工作表“{sheet}”"


# --- end of ingestion ---------------------------------------------------------------------------------------------
