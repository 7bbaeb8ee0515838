"""The table behind each chart: what is shown, and what goes into a CSV file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from kb.answer.gaps import Gap
from kb.answer.insight import Day, Insight, Share
from kb.console.insight import numbers
from kb.messages import insight as words

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns by their names in `words.COLUMNS`, and rows of plain values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def head(self) -> list[str]:
        """The columns' headings."""
        return [words.COLUMNS[name] for name in self.columns]


#: How values of a column are written for people; the others are text.
_SHOWN: dict[str, Callable[..., str]] = {
    **dict.fromkeys(("rate", "share", "value", "low", "high", "promise"), numbers.percent),
    **dict.fromkeys(("first_response", "first_response_90", "handling", "handling_90"), numbers.length),
}


def shown(name: str, value: Cell) -> str:
    """Return a cell as people read it."""
    if name in _SHOWN:
        return _SHOWN[name](value)
    if isinstance(value, int):
        return numbers.exact(value)
    return f"{value:,.0f}" if isinstance(value, float) else value or words.NO_DATA


def is_number(name: str) -> bool:
    """Whether a column is aligned to the right."""
    return name not in ("day", "channel", "reason", "source", "kind", "priority", "release", "first", "entry") and (
        name not in ("question", "typical", "nearest")
    )


def sheets(insight: Insight, timezone: tzinfo) -> dict[str, Sheet]:
    """Return every table of a period, by the panel that it belongs to."""
    total = insight.total
    handed_over = sum(total.reasons.values())
    return {
        "daily": Sheet(("day", "channel", *_NUMBERS), tuple(_day(one) for one in insight.days if one.questions)),
        "channels": Sheet(("channel", *_NUMBERS), tuple(_day(one)[1:] for one in insight.by_channel)),
        "reasons": Sheet(
            ("reason", "count", "share"),
            tuple((words.REASONS.get(r, r), n, Share(n, handed_over).value) for r, n in total.reasons.most_common()),
        ),
        "promise": Sheet(
            ("source", "right", "judged", "value", "low", "high", "promise"),
            tuple(
                (name, share.count, share.of, share.value, *(share.interval or (None, None)), promise)
                for name, share, promise in (
                    (words.CUSTOMERS, insight.customers, insight.promise),
                    (words.AGENTS, insight.agents, None),
                )
                if share.of
            ),
        ),
        "verdicts": Sheet(
            ("day", "helpful", "unhelpful"),
            tuple(
                (one.day.isoformat(), one.helpful, one.unhelpful)
                for one in insight.by_day
                if one.helpful or one.unhelpful
            ),
        ),
        "drafts": Sheet(
            ("kind", "count", "share"),
            tuple(
                (words.DRAFTS[kind], n, Share(n, insight.agents.of).value) for kind, n in insight.drafts.items() if n
            ),
        ),
        "service": Sheet(
            ("priority", "tickets", "replied", "in_time", "late", *_LENGTHS),
            tuple(
                (
                    words.PRIORITIES[one.priority],
                    one.tickets,
                    one.replied,
                    one.in_time,
                    one.late,
                    *(getattr(one, name) for name in _LENGTHS),
                )
                for one in insight.service
            ),
        ),
        "releases": Sheet(
            ("release", "first", "questions", "answered", "rate", "helpful", "unhelpful"),
            tuple(
                (
                    one.release,
                    f"{one.first.astimezone(timezone):%Y-%m-%d %H:%M}",
                    one.questions,
                    one.answered,
                    Share(one.answered, one.questions).value,
                    one.helpful,
                    one.unhelpful,
                )
                for one in insight.releases
            ),
        ),
        "top": Sheet(
            ("entry", "question", "hits", "helpful", "unhelpful"),
            tuple(
                (one.entry_id, one.question or words.GONE, one.hits, one.helpful, one.unhelpful) for one in insight.top
            ),
        ),
    }


def gap_sheet(gaps: Sequence[Gap]) -> Sheet:
    """Return the table of gaps, costliest first."""
    return Sheet(
        ("typical", "asked", "minutes", "nearest"),
        tuple(
            (one.question, one.count, one.minutes, one.nearest[0].entry.question if one.nearest else None)
            for one in gaps
        ),
    )


_NUMBERS = ("questions", "answered", "rate", "clarified", "chosen", "handed_over", "helpful", "unhelpful")
_LENGTHS = ("first_response", "first_response_90", "handling", "handling_90")


def _day(one: Day) -> tuple[Cell, ...]:
    rate = Share(one.answered, one.questions).value
    values = (rate if name == "rate" else getattr(one, name) for name in _NUMBERS)
    return one.day.isoformat(), one.channel or words.NO_CHANNEL, *values
