"""Which figures an address asks for: /insight?days=30, or from and to, and a channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from kb.answer.insight import Period
from kb.errors import InputError
from kb.messages import insight as words

DAYS = 30
#: What an address says for questions that came by no channel; one that says nothing means all.
NAMELESS = "-"
_LONGEST = 200  # characters of a channel


@dataclass(frozen=True, slots=True)
class Asked:
    """A period and a channel, and how they were asked for."""

    period: Period
    days: int | None  # one of the usual lengths; None for a period that was typed in
    channel: str | None = None
    wrong: bool = False  # the address could not be understood

    @classmethod
    def read(cls, query: Mapping[str, str], today: date) -> "Asked":
        """Read an address; what cannot be understood is the last 30 days, and says so."""
        channel = query.get("channel", "")[:_LONGEST] or None
        channel = "" if channel == NAMELESS else channel
        if query.get("from"):
            try:
                first = date.fromisoformat(query["from"])
                last = date.fromisoformat(query["to"]) if query.get("to") else today
                period = Period.of(first, last)
            except (ValueError, InputError):
                return cls(Period.latest(DAYS, today), DAYS, channel, wrong=True)
            usual = next((days for days in words.PERIODS if Period.latest(days, today) == period), None)
            return cls(period, usual, channel)
        asked = query.get("days", "")
        days = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in words.PERIODS else DAYS
        return cls(Period.latest(days, today), days, channel)

    def address(self, **changed: str | int | None) -> str:
        """Return the address of these figures, or of others."""
        given: dict[str, str | int | None] = {"days": self.days, "channel": self.channel}
        if self.channel == "":
            given["channel"] = NAMELESS
        if self.days is None:
            given |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        given |= changed
        if changed.get("days"):
            given = {name: value for name, value in given.items() if name not in ("from", "to")}
        return "/insight?" + urlencode({name: value for name, value in given.items() if value is not None})
