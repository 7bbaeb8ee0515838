"""What is read at the door: signing in and out, passwords, users on the command line, and the audit log."""

from collections.abc import Mapping
from typing import Final

PRODUCT: Final = "客服知识库"
TITLE: Final = "登录"
LEAD: Final = "坐席、编辑和管理员请登录后使用。"
FIELDS: Final[Mapping[str, str]] = {
    "name": "用户名",
    "password": "密码",
    "old": "原密码",
    "new": "新密码",
    "again": "再输一次新密码",
}
SIGN_IN: Final = "登录"
SIGN_OUT: Final = "退出登录"
FORGOT: Final = "忘记密码？请管理员用 kb users password 重设。"
NO_USERS: Final = "还没有可以登录的用户。请在服务器上运行 {command} 添加第一位管理员，然后刷新本页。"
OPEN: Final = "未设置用户，页面对本机开放，不用登录。"
TO_DESK: Final = "进入工作台"
SIGNED_OUT: Final = "您已退出登录。"
EXPIRED: Final = "登录已过期，请重新登录。"
AGAIN: Final = "请先登录，登录后会回到刚才的页面。"
CHANGED: Final = "密码已修改，其他地方的登录都已退出。"
STALE: Final = "页面放得太久了，请再试一次。"
FOREIGN: Final = "这个请求不是从本站的页面发出的，没有执行。"
EMPTY: Final = "请填写用户名和密码。"

WRONG: Final = "用户名或密码不对。"
WRONG_OLD: Final = "原密码不对。"
WAIT: Final = "尝试次数过多，请 {minutes} 分钟后再试。"

CHANGE: Final = "修改密码"
CHANGE_LEAD: Final = "修改后，您在其他电脑上的登录会全部退出。"
SAVE: Final = "保存新密码"
BACK: Final = "返回"
RULES: Final = "至少 10 个字符，不要只用重复或连续的字符。"
UNLIKE: Final = "两次输入的新密码不一样。"
SAME: Final = "新密码和原密码一样，请换一个。"
NO_ACCOUNT: Final = "页面对本机开放，没有登录的账号，不用修改密码。"

BAD_NAME: Final = "用户名要以文字、字母或数字开头，只能用文字、字母、数字和 . _ - @，最多 64 个字符。"
TOO_SHORT: Final = "密码太短，至少要 {least} 个字符。"
TOO_LONG: Final = "密码太长，最多 {most} 个字符。"
TOO_PLAIN: Final = "密码太简单，请不要只用重复或连续的字符。"
LIKE_NAME: Final = "密码和用户名太像了，请换一个。"

ROLES: Final[Mapping[str, str]] = {"agent": "坐席", "editor": "编辑", "admin": "管理员"}

# --- on the command line -----------------------------------------------------------------------------------------

HELP: Final[Mapping[str, str]] = {
    "users": "管理在页面上登录的用户。",
    "users_add": "添加一个用户；不用 --password-stdin 时会询问密码。",
    "users_list": "列出所有用户。",
    "users_password": "重设一个用户的密码，并退出其所有登录。",
    "users_role": "更改一个用户的角色，立即生效。",
    "users_deactivate": "停用一个用户，并退出其所有登录。",
    "users_activate": "重新启用一个用户。",
}
OPTIONS: Final[Mapping[str, str]] = {
    "name": "用户名，登录时用",
    "role": "agent 坐席、editor 编辑、admin 管理员",
    "display_name": "页面上显示的名字；不写就是用户名",
    "password_stdin": "从标准输入读取密码（第一行）",
    "actor": "只看这个人的操作",
    "action": "只看这种操作，例如 entry.write；以点结尾表示一类，例如 entry.",
    "day": "只看这一天，例如 2026-11-20",
    "limit": "最多列出多少条",
    "csv": "写成 CSV 文件",
}
ASK: Final = "密码"
ASK_REPEAT: Final = "再输一次"
NOT_THE_SAME: Final = "两次输入的密码不一样，没有做任何改动。"
NOTHING_TYPED: Final = "标准输入里没有密码。"
ADDED: Final = "已添加用户 {name}（{display_name}，{role}）。"
RESET: Final = "已重设 {name} 的密码，其所有登录都已退出。"
ROLE_SET: Final = "{name} 现在是{role}。"
DEACTIVATED: Final = "已停用 {name}，其所有登录都已退出。"
ACTIVATED: Final = "已重新启用 {name}。"
NO_USERS_YET: Final = "还没有用户。"
USER_COLUMNS: Final = ("用户名", "名字", "角色", "添加时间", "状态")
ACTIVE: Final = "可以登录"
INACTIVE: Final = "已停用"
