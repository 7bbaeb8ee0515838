"""What is said around every page: header, navigation, times, what went wrong."""

from collections.abc import Mapping
from typing import Final

PRODUCT: Final = "客服知识库"
LOCAL: Final = "本机"
OPEN: Final = "未设置用户，页面对本机开放"
SKIP: Final = "跳到正文"
NAVIGATION: Final = "主导航"

#: The pages that the navigation names, by their address, in order.
PAGES: Final[Mapping[str, str]] = {"/desk": "工作台", "/studio": "知识管理", "/insight": "数据"}

NO_PAGE: Final = "没有这个页面"
NO_PAGE_MORE: Final = "地址可能写错了，或者页面已经移走。"
NO_RIGHT: Final = "没有权限打开这个页面"
NO_RIGHT_MORE: Final = "当前账号的角色不能使用这里的功能，请联系管理员。"
FAILED: Final = "页面没有打开"
FAILED_MORE: Final = "服务出了点问题，已经记录下来。请稍后刷新再试。"
UNFINISHED: Final = "操作没有完成，请稍后再试。"

#: What went wrong, by the error's stable code, for somebody who works on a page.
PROBLEMS: Final[Mapping[str, str]] = {
    "bad_input": "填写的内容有问题，请检查后再试。",
    "question_too_long": "文字太长，请精简后再试。",
    "nothing_to_match": "没有可以查找的文字。",
    "file_unreadable": "文件无法读取，请检查格式。",
    "not_found": "内容已经不存在，请刷新页面。",
    "conflict": "内容刚刚被别人改动过，请刷新后再试。",
    "not_ready": "知识库还没有发布内容，请先发布。",
    "release_damaged": "当前发布版本不完整，请重新发布。",
    "release_mismatch": "发布版本与当前程序不匹配，请重新发布。",
    "access_denied": "登录已失效，请重新登录。",
    "role_too_low": "当前账号没有权限这样做。",
    "disk_refused": "磁盘已满或不能写入，请联系管理员。",
    "store_unavailable": "数据暂时无法读写，请稍后再试。",
}

_PLAIN: Final = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
    "<title>{title}</title><style>body{{margin:0;min-height:100vh;display:grid;place-content:center;text-align:center;"
    'font:16px/1.7 system-ui,"Noto Sans CJK SC",sans-serif;color:#33393e;background:#f6f7f7}}p{{margin:4px;color:#667}}'
    "</style></head><body><h1>{title}</h1><p>{more}</p></body></html>"
)
STARTING: Final = _PLAIN.format(title="页面正在启动", more="请稍候，几秒后会自动打开。")
BROKEN: Final = _PLAIN.format(title="页面暂时打不开", more="服务出了点问题，正在重试。顾客的问答不受影响。")

TODAY: Final = "今天 {time}"
YESTERDAY: Final = "昨天 {time}"
TOMORROW: Final = "明天 {time}"
THIS_YEAR: Final = "{month}月{day}日 {time}"
ANY_YEAR: Final = "{year}年{month}月{day}日 {time}"
JUST_NOW: Final = "刚刚"
MINUTES: Final = "{minutes} 分钟"
HOURS: Final = "{hours} 小时"
HOURS_MINUTES: Final = "{hours} 小时 {minutes} 分"
DAYS: Final = "{days} 天"
