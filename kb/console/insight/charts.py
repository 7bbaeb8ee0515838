"""What is drawn: figures as ECharts' options, plain data without a script."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from kb.answer.insight import Insight, Share
from kb.console.insight import numbers
from kb.messages import insight as words
from kb.types import ReplyKind

Options = dict[str, Any]

TEAL, AMBER, BLUE, RED, GREY = "#0b6b5d", "#e3a63b", "#7f8fd6", "#d0695c", "#b9c4c1"
_SOFT, _LINE = "#566461", "#e6ebe9"
_FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif'


def daily(insight: Insight) -> Options:
    """Questions of each day, by what became of them, and the share that was answered directly."""
    days = insight.by_day
    names = words.COLUMNS
    bars = [
        _bar(names["answered"], [one.answered for one in days], TEAL, stack="day"),
        _bar(names["clarified"], [one.clarified for one in days], AMBER, stack="day"),
        _bar(names["handed_over"], [one.handed_over for one in days], BLUE, stack="day"),
    ]
    rate = {
        "name": names["rate"],
        "type": "line",
        "yAxisIndex": 1,
        "data": [numbers.of(Share(one.answered, one.questions)) for one in days],
        "color": "#1b2725",
        "symbol": "circle",
        "symbolSize": 5,
        "showSymbol": len(days) <= 31,
        "lineStyle": {"width": 1.5},
        "connectNulls": True,
    }
    return _framed(
        xAxis=_days(insight),
        yAxis=[_amount(), {**_percent(), "splitLine": {"show": False}}],
        series=[*bars, rate],
        legend=_legend(),
        grid={"left": 44, "right": 48, "top": 40, "bottom": 26},
    )


def reasons(insight: Insight) -> Options:
    """Why questions were handed over, the most frequent on top."""
    found = insight.total.reasons.most_common()[::-1]
    labels = [words.REASONS.get(reason, reason) for reason, _ in found]
    return _framed(
        xAxis={**_amount(), "splitLine": {"show": False}, "axisLabel": {"show": False}},
        yAxis=_names(labels),
        series=[
            {
                **_bar(words.COLUMNS["count"], [count for _, count in found], BLUE),
                "label": {"show": True, "position": "right", "color": _SOFT},
                "barMaxWidth": 22,
            }
        ],
        grid={"left": 8, "right": 48, "top": 8, "bottom": 8, "containLabel": True},
    )


def promise(insight: Insight) -> Options:
    """What was promised of direct answers, and where the truth lies as customers and agents judge."""
    named = [(words.AGENTS, insight.agents, BLUE), (words.CUSTOMERS, insight.customers, TEAL)]
    there = [(name, share, colour) for name, share, colour in named if share.of]
    boxes = [_box(share, colour) for _, share, colour in there]
    least = min([insight.promise, *(share.interval[0] for _, share, _ in there if share.interval)])
    return _framed(
        xAxis={**_percent(), "min": max(0, int(least * 10 - 0.2) * 10), "max": 100},
        yAxis=_names([name for name, _, _ in there]),
        series=[
            {
                "name": words.COLUMNS["value"],
                "type": "boxplot",
                "data": boxes,
                "boxWidth": [14, 20],
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "data": [{"xAxis": round(100 * insight.promise, 1)}],
                    "lineStyle": {"color": RED, "type": "solid", "width": 1.5},
                    "label": {
                        "formatter": words.PROMISE.format(promise=f"{insight.promise:.0%}"),
                        "color": "#a8402f",
                    },
                },
            }
        ],
        tooltip={"show": False},
        grid={"left": 8, "right": 24, "top": 30, "bottom": 8, "containLabel": True},
    )


def verdicts(insight: Insight) -> Options:
    """What customers said, day by day."""
    days = insight.by_day
    names = words.COLUMNS
    return _framed(
        xAxis=_days(insight),
        yAxis=_amount(),
        series=[
            _bar(names["helpful"], [one.helpful for one in days], TEAL, stack="day"),
            _bar(names["unhelpful"], [one.unhelpful for one in days], RED, stack="day"),
        ],
        legend=_legend(),
        grid={"left": 36, "right": 12, "top": 36, "bottom": 26},
    )


def drafts(insight: Insight) -> Options:
    """What agents made of the draft."""
    colours = {ReplyKind.DRAFTED: TEAL, ReplyKind.EDITED: AMBER, ReplyKind.REWRITTEN: RED}
    data = [
        {"name": words.DRAFTS[kind], "value": count, "itemStyle": {"color": colours[kind]}}
        for kind, count in insight.drafts.items()
        if count
    ]
    return _framed(
        series=[
            {
                "type": "pie",
                "radius": ["46%", "72%"],
                "center": ["50%", "52%"],
                "data": data,
                "label": {"formatter": "{b}\n{d}%", "color": "#1b2725", "lineHeight": 18},
                "itemStyle": {"borderColor": "#fff", "borderWidth": 2},
            }
        ],
        tooltip={"trigger": "item"},
    )


def service(insight: Insight) -> Options:
    """Tickets answered in time and late, by priority."""
    rows = insight.service[::-1]
    names = words.COLUMNS
    return _framed(
        xAxis={**_amount(), "splitLine": {"show": False}},
        yAxis=_names([words.PRIORITIES[one.priority] for one in rows]),
        series=[
            {**_bar(names["in_time"], [one.in_time for one in rows], TEAL, stack="all"), "barMaxWidth": 20},
            {**_bar(names["late"], [one.late for one in rows], RED, stack="all"), "barMaxWidth": 20},
        ],
        legend=_legend(),
        grid={"left": 8, "right": 24, "top": 34, "bottom": 4, "containLabel": True},
    )


def releases(insight: Insight, timezone: tzinfo) -> Options:
    """The share of questions that each release answered directly."""
    rows = insight.releases
    labels = [f"{one.first.astimezone(timezone):%m-%d %H:%M}" for one in rows]
    return _framed(
        xAxis={"type": "category", "data": labels, **_axis()},
        yAxis=_percent(),
        series=[
            {
                "name": words.COLUMNS["rate"],
                "type": "line" if len(rows) > 8 else "bar",
                "data": [numbers.of(Share(one.answered, one.questions)) for one in rows],
                "color": TEAL,
                "barMaxWidth": 44,
                "label": {"show": len(rows) <= 8, "position": "top", "formatter": "{c}%", "color": "#1b2725"},
            }
        ],
        grid={"left": 44, "right": 16, "top": 26, "bottom": 26},
    )


def _framed(**options: Any) -> Options:
    """What all charts share; nothing moves, so that nobody has to wait for a figure."""
    return {
        "animation": False,
        "textStyle": {"fontFamily": _FONTS, "color": _SOFT},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        **options,
    }


def _bar(name: str, data: Sequence[int], colour: str, *, stack: str | None = None) -> Options:
    found: Options = {"name": name, "type": "bar", "data": list(data), "color": colour, "barMaxWidth": 28}
    return {**found, "stack": stack} if stack else found


def _box(share: Share, colour: str) -> Options:
    """An interval as a box with the measured share as its middle line."""
    low, high = share.interval or (0.0, 0.0)
    ends = [round(100 * value, 2) for value in (low, low, share.value or 0.0, high, high)]
    return {"value": ends, "itemStyle": {"color": colour + "40", "borderColor": colour, "borderWidth": 2}}


def _days(insight: Insight) -> Options:
    labels = [f"{one.month}/{one.day}" for one in insight.period.days]
    return {"type": "category", "data": labels, **_axis()}


def _axis() -> Options:
    return {"axisLine": {"lineStyle": {"color": GREY}}, "axisTick": {"show": False}, "axisLabel": {"color": _SOFT}}


def _names(labels: Sequence[str]) -> Options:
    return {"type": "category", "data": list(labels), **_axis(), "axisLine": {"show": False}}


def _amount() -> Options:
    return {
        "type": "value",
        "minInterval": 1,
        "splitLine": {"lineStyle": {"color": _LINE}},
        "axisLabel": {"color": _SOFT},
    }


def _percent() -> Options:
    return {
        "type": "value",
        "min": 0,
        "max": 100,
        "splitLine": {"lineStyle": {"color": _LINE}},
        "axisLabel": {"color": _SOFT, "formatter": "{value}%"},
    }


def _legend() -> Options:
    return {"top": 4, "left": 4, "itemWidth": 12, "itemHeight": 10, "itemGap": 16, "textStyle": {"color": _SOFT}}
