"""Numbers as they are written in China."""

from datetime import date

from kb.answer.insight import Share
from kb.messages import insight as words

_WAN = 10_000


def count(value: int) -> str:
    """A number of things: 9,812; from ten thousand on in 万, with as many digits as say something: 1.23 万, 45.6 万."""
    if value < _WAN:
        return f"{value:,}"
    wan = value / _WAN
    return f"{wan:,.2f} 万" if wan < 10 else f"{wan:,.1f} 万"


def exact(value: int) -> str:
    """A number of things in a table, to the last digit."""
    return f"{value:,}"


def percent(value: float | None) -> str:
    """A share: 95.2%; of nothing there is none."""
    return words.NO_DATA if value is None else f"{value:.1%}"


def of(share: Share) -> float | None:
    """A share in percent, as a chart takes it."""
    return None if share.value is None else round(100 * share.value, 1)


def length(seconds: float | None) -> str:
    """How long something took: 45 秒, 12 分钟, 3 小时 5 分, 2 天 4 小时."""
    if seconds is None:
        return words.NO_DATA
    if seconds < 60:
        return f"{seconds:.0f} 秒"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
    days, hours = divmod(hours, 24)
    return f"{days} 天 {hours} 小时" if hours else f"{days} 天"


def day(at: date, today: date) -> str:
    """A day: 11月3日, with the year when it is another one."""
    pattern = words.DAY if at.year == today.year else words.DAY_OF_YEAR
    return pattern.format(year=at.year, month=at.month, day=at.day)
