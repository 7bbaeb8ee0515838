"""What editors read about documents on the command line."""

from typing import Final

LIST_COLUMNS: Final = ("文件", "标题", "段落", "读入时间", "可直接回答顾客")
PASSAGE_COLUMNS: Final = ("段落编号", "位置", "内容")
CITED_COLUMNS: Final = ("资料里可能有用的段落", "内容", "把握")
APPROVED: Final = "是"
NOT_APPROVED: Final = ""
NONE: Final = "知识库里还没有资料。先运行 kb ingest 文件。"
DONE_APPROVED: Final = "已批准 {count} 份资料用于直接回答顾客（第 {revision} 版）。运行 kb publish 发布上线。"
DONE_REVOKED: Final = "已取消 {count} 份资料的直接回答（第 {revision} 版）。运行 kb publish 发布上线。"
DONE_REMOVED: Final = "已移除 {count} 份资料（第 {revision} 版）。运行 kb publish 发布上线。"
MADE_ENTRY: Final = "已新建词条草稿 {id}：“{question}”，答案出自{source}。核对后改为上线。"
