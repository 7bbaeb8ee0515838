"""What editors are warned of before anything is written, on the command line and in the report."""

from collections.abc import Mapping
from typing import Final

#: What is found and what to do, by the code of `kb.ingest.review.FindingCode`.
FINDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "personal_data": (
        "“{question}”里有{kind}：{quote}",
        "顾客的个人信息请删除或换成“×××”；如果是商城对外公开的，请加到词表“可公开的联系方式”（kb lists add allowed）",
    ),
    "forbidden_wording": (
        "“{question}”的答案里有服务忌语：“{quote}”",
        "请换成说明原因、给出办法的说法；确实要保留的，写入时确认即可（命令行加 --yes）",
    ),
    "promise": (
        "“{question}”的答案里有不能作的承诺：“{quote}”",
        "请改成能核实的事实（条件、期限、范围）；确实要保留的，写入时确认即可（命令行加 --yes）",
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
TITLES: Final[Mapping[str, str]] = {
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
WEIGHTS: Final[Mapping[str, str]] = {"blocks": "必须先解决", "confirm": "需要确认", "notice": "提醒"}

#: In what two answers differ, by the value of `kb.ingest.review.facts.Kind`.
DIFFERENCES: Final[Mapping[str, str]] = {
    "number": "数字不同",
    "deadline": "时限不同",
    "date": "日期不同",
    "yes_no": "一个肯定、一个否定",
    "who": "承担的一方不同",
}
AND: Final = "、"
DIFFERENCE: Final = "{label}（本条：{ours}；对方：{theirs}）"

#: What a link is that leads nowhere.
LINKS: Final[Mapping[str, str]] = {
    "follow_up": "追问不是任何词条的标准问",
    "itself": "追问就是这条词条自己",
    "entry": "引用的词条不存在",
    "question": "引用的问题不存在",
    "inside": "网址只能在公司内部打开",
}

#: Why nobody would ask a standard question, by the value of `kb.ingest.review.questions.Why`.
NO_QUESTION: Final[Mapping[str, str]] = {
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
    "verdict_confirm": "有 {confirm} 处需要确认：请修改，或核实后在写入时确认（命令行加 --yes）。",
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
    "documents": "资料",
    "documents_unchanged": "另有 {count} 份资料没有变化。",
    "document_added": "新增，共 {count} 段",
    "document_changed": "修改，现在共 {count} 段",
    "document_retired": "删除，原有 {count} 段",
    "passages_added": "新增的段落",
    "passages_removed": "删除的段落",
    "lapses": "内容有改动，原来的“可直接回答顾客”已失效，核对后请重新批准（“资料”页，或 kb documents approve）",
    "cleaned": "清理掉的内容",
    "cleaned_lead": "逐步列出从资料里去掉或改动的文字；哪一步不合适，导入时加 --without 步骤名（每一步右边的英文）。",
    "more": "还有 {count} 条没有列出。",
    "show": "展开列表",
    "phrased": "问法：",
    "variants": "· {count} 个相似问",
    "footer": "红色删除线是去掉的文字，绿色是新增的文字；并排的两条里，黄色是两边不同的文字。",
}
