"""What is read of the audit log: who did what, in words."""

from collections.abc import Mapping
from typing import Any, Final

from kb.messages import signing

TITLE: Final = "操作记录"
COLUMNS: Final = ("时间", "谁", "做了什么", "对象", "详情")
NOTHING: Final = "还没有操作记录。"
NONE_FOUND: Final = "没有符合条件的记录，请放宽条件。"
TOTAL: Final = "共 {total} 条"
MORE: Final = "共 {total} 条，只列出了最近 {shown} 条；用 --limit 可以多看一些，用 --csv 可以全部导出。"
WRITTEN: Final = "已把 {count} 条记录写到 {file}。"
DAY: Final = "日期请写成 2026-11-20"

#: What was done, by its stable name; what is not here is shown by that name.
ACTIONS: Final[Mapping[str, str]] = {
    "entry.write": "修改词条",
    "entry.retire": "停用词条",
    "entry.restore": "恢复词条的旧版",
    "golden.write": "修改验收问题",
    "golden.remove": "删除验收问题",
    "list.change": "修改词表",
    "document.approve": "设置资料能否直接回答",
    "document.remove": "移除资料",
    "files.write": "导入文件",
    "release.publish": "发布",
    "release.schedule": "定时发布",
    "release.rollback": "退回发布版本",
    "job.cancel": "取消任务",
    "key.add": "新建访问密钥",
    "key.revoke": "停用访问密钥",
    "user.add": "添加用户",
    "user.password": "修改密码",
    "user.role": "更改用户角色",
    "user.deactivate": "停用用户",
    "user.activate": "重新启用用户",
    "session.begin": "登录",
    "session.end": "退出登录",
    "gap.entry": "把知识缺口变成词条",
    "gap.variants": "把知识缺口并入词条",
    "gap.ignore": "忽略知识缺口",
    "conversation.forget": "删除会话记录",
}

#: Kinds of changes, by how their names begin.
KINDS: Final[Mapping[str, str]] = {
    "entry.": "词条",
    "golden.": "验收问题",
    "list.": "词表",
    "document.": "资料",
    "files.": "导入",
    "release.": "发布与退回",
    "job.": "任务",
    "gap.": "知识缺口",
    "user.": "用户",
    "session.": "登录与退出",
    "key.": "访问密钥",
    "conversation.": "会话",
}

#: What is told beside it, by its name.
DETAILS: Final[Mapping[str, str]] = {
    "revision": "第 {} 版",
    "question": "{}",
    "role": "角色 {}",
    "name": "{}",
    "put": "写入 {} 条词条",
    "documents": "资料 {} 份",
    "words": "写入 {}",
    "switched_off": "停用自带的 {}",
    "removed": "删除 {}",
    "approved": "可以直接回答",
    "kind": "{}",
    "retired": "停用 {} 条",
    "golden": "验收问题 {} 个",
    "entries": "{} 条词条",
    "phrasings": "{} 种问法",
    "accepted": "验收没有通过也发布",
    "due_at": "定于 {}",
    "from_revision": "恢复到第 {} 版",
    "before": "之前是 {}",
    "entry_id": "词条 {}",
    "questions": "{} 个问法",
    "state": "{}",
    "files": "{}",
}
#: Stable names among what is told, in words.
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "role": {**signing.ROLES, "asker": "提问"},
    "state": {"live": "上线", "draft": "草稿", "retired": "停用"},
    "kind": {"publish": "发布", "ingest": "导入"},
}
COMMAND_LINE: Final = "命令行（{name}）"
COMMAND_LINE_ALONE: Final = "命令行"


def actor(name: str) -> str:
    """Say who: a name as it is, the command line with the system's user."""
    if name == "kb":
        return COMMAND_LINE_ALONE
    return COMMAND_LINE.format(name=name.removeprefix("kb:")) if name.startswith("kb:") else name


def action(name: str) -> str:
    """Say what was done."""
    return ACTIONS.get(name, name)


def detail(told: Mapping[str, Any]) -> str:
    """Say the rest in one line; a list by its first three."""
    return "，".join(_part(name, value) for name, value in told.items() if value not in (None, "", False, [], 0))


def _part(name: str, value: Any) -> str:
    match value:
        case list():
            shown = "、".join(map(str, value[:3])) + ("…" if len(value) > 3 else "")
        case int():
            shown = f"{value:,}"
        case _:
            shown = VALUES.get(name, {}).get(value, str(value))
    return DETAILS.get(name, name + " {}").format(shown)
