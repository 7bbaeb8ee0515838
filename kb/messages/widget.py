"""What customers read in the chat on a shop's pages, beside the replies themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from kb.messages import replies

#: What the chat says by itself; handed over to the script in one piece, under these names.
SAYS: Final[Mapping[str, str]] = {
    "title": "在线客服",
    "open": "打开在线客服",
    "close": "关闭",
    "unread": "条新消息",
    "again": "新对话",
    "greeting": replies.GREETING,
    "log": "对话消息",
    "me": "我",
    "bot": "智能客服",
    "agent": "人工客服",
    "ask": "请输入您的问题",
    "question": "您的问题",
    "send": "发送",
    "suggestions": "您可能想问",
    "next": "您可能还想问",
    "others": "都不是的话，请换个说法再问一次，或者点“转人工”。",
    "person": "转人工",
    "with_person": "已转人工",
    "helpful": "有帮助",
    "unhelpful": "没帮助",
    "thanks": "谢谢您的反馈",
    "sorry": "谢谢您的反馈，我们会改进",
    "comment": "哪里没帮到您？（选填）",
    "submit": "提交",
    "offline": "网络已断开，恢复后会自动发送",
    "retry": "暂时连接不上，正在重试",
    "busy": "消息发送得有点快，稍后会自动发送",
    "sending": "待发送",
    "closed": "在线客服暂时无法使用，请稍后再来，或通过其他方式联系我们。",
    "failed": "这条消息没能发送成功，请稍后再试。",
    "yesterday": "昨天",
}

#: What is wrong with a message that will never get through, by the problem's stable code.
PROBLEMS: Final[Mapping[str, str]] = {
    "bad_input": "这条消息没能被识别，请检查内容后再试。",
    "question_too_long": "消息太长了，请精简到 1,000 字以内再发送。",
    "nothing_to_match": "没有看到文字内容，请用一句话描述您的问题。",
}

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

IN_SERVICE: Final = "人工客服正在为您服务。"


def in_queue(ahead: int) -> str:
    """Say where somebody stands who waits while people are there."""
    return f"您前面还有 {ahead} 位顾客，客服会按顺序回复您。" if ahead else "下一位就是您，客服会尽快回复您。"


def after_hours(hours: str, back: str, ahead: int, *, rests: bool = False) -> str:
    """Say that nobody is there at the moment, when somebody will be, and the place in the queue.

    `rests` says that the day is none like others.
    """
    now = "今天休息" if rests else "现在不在服务时间"
    place = f"您前面还有 {ahead} 位顾客。" if ahead else "您排在第一位。"
    return f"人工服务时间：{hours}。{now}，您的问题已经记下，客服会在{back} 上班后按顺序回复您。{place}"


def hours(week: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Name the hours of a week, from Monday on, in one phrase; days with the same hours are put together."""
    runs: list[str] = []
    for stretches, days in groupby(range(7), key=lambda day: tuple(week[day])):
        if not stretches:
            continue
        run = list(days)
        name = _WEEKDAYS[run[0]] if len(run) == 1 else f"{_WEEKDAYS[run[0]]}至{_WEEKDAYS[run[-1]]}"
        runs.append(f"{name} {'、'.join(f'{begin}–{end}' for begin, end in stretches)}")
    if len(runs) == 1 and runs[0].startswith("周一至周日"):
        return runs[0].replace("周一至周日", "每天")
    return "，".join(runs)


def moment(at: datetime, now: datetime) -> str:
    """Name a local time to come as people do: today, tomorrow, a weekday within the week, else a date."""
    clock = f"{at.hour:02d}:{at.minute:02d}"
    match (at.date() - now.date()).days:
        case 0:
            return f"今天 {clock}"
        case 1:
            return f"明天 {clock}"
        case days if 1 < days < 7:
            return f"{_WEEKDAYS[at.weekday()]} {clock}"
        case _:
            return f"{at.month}月{at.day}日 {clock}"
