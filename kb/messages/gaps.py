"""What editors read about questions asked in vain."""

from typing import Final

COLUMNS: Final = ("编号", "典型问法", "次数", "坐席分钟", "首末日期", "最接近的词条和段落", "坐席的答复", "建议")
MEMBERS: Final = "共 {count} 种问法，例如：{examples}"
NONE: Final = "最近 {days} 天没有发现知识缺口。"
SUMMARY: Final = "最近 {days} 天：{gaps} 个知识缺口，{questions} 次提问，约 {minutes:.0f} 分钟坐席时间。"
MORE: Final = "只显示前 {shown} 个；加上 --json 可以看到全部。"
NEAR: Final = "{id}（{confidence:.2f}）{question}"
NEAR_PASSAGE: Final = "{id} {confidence:.2f}\n{citation}"
REPLY: Final = "{text}（{times} 次，其中 {unedited} 次原样发送）"
NO_REPLY: Final = "还没有坐席答复"
AS_ENTRY: Final = "新建词条"
AS_VARIANTS: Final = "并入 {id}"
NEXT: Final = (
    "处理：kb gaps accept 编号 --as entry（新建词条草稿；加上 --passage 段落编号，答案取自资料）、"
    "kb gaps accept 编号 --as variants --entry 词条编号"
    "（并入相似问）、kb gaps ignore 编号（以后不再显示）。"
)
DRAFTED: Final = (
    "已新建草稿词条 {id}“{question}”，{variants} 条相似问，{golden} 条验收问题（知识库第 {revision} 版）。"
    "请核对答案，把状态改为上线后发布。"
)
JOINED: Final = (
    "已把问法并入词条 {id}，现有 {variants} 条相似问，新增 {golden} 条验收问题（知识库第 {revision} 版）。"
    "运行 kb publish 发布上线。"
)
SOURCE: Final = "这条词条来自 {source}，请把新的相似问也写回那个文件，否则下次导入会被覆盖。"
IGNORED: Final = "已忽略“{question}”和类似的问法，以后不再显示。"
NEEDS_ENTRY: Final = "并入相似问时，请用 --entry 写明词条编号。"
ENTRY_COLUMNS: Final = ("编号", "标准问", "回答次数", "被点踩", "最近一次")
NEVER: Final = "从未"
ALL_USED: Final = "最近 {days} 天，没有很少被问到的词条（不满 {days} 天的新词条不算，可以用 --days 缩短时间）。"
