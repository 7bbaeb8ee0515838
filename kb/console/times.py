"""Times as people say them: 今天 14:05, and how long something lasts."""

from datetime import datetime, timedelta, tzinfo

from kb.messages import console as words


def moment(at: datetime, now: datetime, timezone: tzinfo) -> str:
    """Name a moment on the shop's clock, by the day as seen from `now`."""
    local, today = at.astimezone(timezone), now.astimezone(timezone).date()
    time = f"{local:%H:%M}"
    near = {today: words.TODAY, today - timedelta(days=1): words.YESTERDAY, today + timedelta(days=1): words.TOMORROW}
    pattern = near.get(local.date(), words.THIS_YEAR if local.year == today.year else words.ANY_YEAR)
    return pattern.format(time=time, year=local.year, month=local.month, day=local.day)


def lasting(length: timedelta) -> str:
    """Say how long: 刚刚, 12 分钟, 1 小时 5 分, 3 小时, 2 天."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return words.JUST_NOW
    if minutes < 60:
        return words.MINUTES.format(minutes=minutes)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return words.DAYS.format(days=hours // 24)
    if hours >= 2 or not rest:
        return words.HOURS.format(hours=hours)
    return words.HOURS_MINUTES.format(hours=hours, minutes=rest)
