"""The figures that are seen first, each beside what it was in the period before."""

from dataclasses import dataclass

from kb.answer.insight import Insight, Share
from kb.console.insight import numbers
from kb.console.markup import tag, text
from kb.messages import insight as words


@dataclass(frozen=True, slots=True)
class _Tile:
    name: str
    value: str
    more: str
    change: float | None  # of a share, in percent points; of a number, as a share of what it was
    points: bool = True
    good: int = 1  # 1 when more is better, -1 when less is, 0 when neither


def tiles(now: Insight, before: Insight) -> str:
    """Return the row of tiles."""
    total = now.total
    questions = total.questions
    handed, handed_before = (Share(one.total.handed_over, one.total.questions) for one in (now, before))
    promise = words.PROMISE.format(promise=f"{now.promise:.0%}")
    per_day = words.PER_DAY.format(count=numbers.count(round(questions / len(now.period.days))))
    row = (
        _Tile(
            "questions",
            numbers.count(questions),
            per_day,
            _growth(questions, before.total.questions),
            points=False,
            good=0,
        ),
        _share("deflection", now.deflection, before.deflection, words.OF),
        _share("handed_over", handed, handed_before, words.OF, good=-1),
        _share("customers", now.customers, before.customers, f"{words.JUDGED} · {promise}"),
        _share("agents", now.agents, before.agents, words.REPLIED),
        _share("in_time", now.in_time, before.in_time, words.TICKETS),
    )
    return tag("div", *map(_shown, row), class_="in-tiles")


def _share(name: str, share: Share, before: Share, more: str, *, good: int = 1) -> _Tile:
    told = more.format(of=numbers.exact(share.of), count=numbers.exact(share.count))
    change = None if share.value is None or before.value is None else 100 * (share.value - before.value)
    return _Tile(name, numbers.percent(share.value), told, change, good=good)


def _growth(now: int, before: int) -> float | None:
    return 100 * (now - before) / before if before else None


def _shown(tile: _Tile) -> str:
    return tag(
        "div",
        tag("div", text(words.TILES[tile.name]), class_="in-tile-name"),
        tag("div", text(tile.value), class_="in-tile-value kb-number"),
        tag("div", text(tile.more), class_="in-tile-more"),
        _changed(tile),
        class_="in-tile",
        data_tile=tile.name,
    )


def _changed(tile: _Tile) -> str:
    if tile.change is None:
        return ""
    size = f"{abs(tile.change):.1f}"
    if float(size) == 0:
        return tag("div", text(words.SAME), class_="in-tile-change")
    shown = words.POINTS.format(points=size) if tile.points else f"{size}%"
    tone = {1: "in-good", -1: "in-bad", 0: ""}[tile.good * (1 if tile.change > 0 else -1)]
    pattern = words.UP if tile.change > 0 else words.DOWN
    return tag("div", text(pattern.format(change=shown)), class_=f"in-tile-change {tone}".strip())
