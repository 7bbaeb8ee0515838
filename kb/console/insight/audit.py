"""/audit: who changed what, for admins."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from urllib.parse import urlencode

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.markup import button, empty, piece, tag, text
from kb.messages import insight as words
from kb.types import AuditEntry, Role
from kb.web.csv_file import csv_file

_ROWS = 50  # a page
_ALL = 1_000_000  # in a file
_LONGEST = 200
_told = messages.audit


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Whose changes, of which kind and on which day; an empty field narrows nothing."""

    actor: str = ""
    action: str = ""
    day: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Narrowed":
        """Read an address; what cannot be understood narrows nothing."""
        day, page = query.get("day", ""), query.get("page", "1")
        try:
            date.fromisoformat(day)
        except ValueError:
            day = ""
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(query.get("actor", "")[:_LONGEST], query.get("action", "")[:_LONGEST], day, max(1, number))

    @property
    def anything(self) -> bool:
        """Whether the log is narrowed at all."""
        return bool(self.actor or self.action or self.day)

    def address(self, page: int) -> str:
        """Return the address of another page of the same."""
        given = {"actor": self.actor, "action": self.action, "day": self.day, "page": str(page) if page > 1 else ""}
        return "/audit?" + urlencode({name: value for name, value in given.items() if value})

    def bounds(self, timezone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """When the day begins and ends."""
        if not self.day:
            return None, None
        first = date.fromisoformat(self.day)
        begin, end = (datetime.combine(one, time(), tzinfo=timezone) for one in (first, first + timedelta(days=1)))
        return begin, end


@frame.page("/audit", _told.TITLE, least=Role.ADMIN)
async def audit(here: frame.Here) -> None:
    """Fill the page."""
    narrowed = Narrowed.read(here.request.query_params)
    total, found = await asyncio.to_thread(_look, here, narrowed, _ROWS, (narrowed.page - 1) * _ROWS)
    actors = await asyncio.to_thread(here.kb.store.audit.actors)

    async def act(_do: str, _id: str) -> None:
        _, everything = await asyncio.to_thread(_look, here, narrowed, _ALL, 0)
        rows = [_row(here, one, exact=True) for one in everything]
        ui.download.content(await asyncio.to_thread(csv_file, _told.COLUMNS, rows), "audit.csv", "text/csv")

    with ui.element("div").classes("in-page"):
        lead = tag("div", text(words.AUDIT_LEAD), class_="kb-soft")
        title = tag("div", tag("h1", text(_told.TITLE), class_="kb-title"), lead, class_="kb-grow")
        piece(tag("div", title, button(words.CSV, "csv"), class_="in-head"), act)
        piece(_form(narrowed, actors))
        with ui.element("section").classes("kb-panel"):
            if found:
                piece(_table(here, found) + _pages(narrowed, total))
            elif narrowed.anything:
                piece(empty(words.AUDIT_NONE, words.AUDIT_NONE_MORE))
            else:
                piece(empty(words.AUDIT_NOTHING, words.AUDIT_NOTHING_MORE))


def _look(here: frame.Here, narrowed: Narrowed, limit: int, offset: int) -> tuple[int, list[AuditEntry]]:
    since, until = narrowed.bounds(here.kb.settings.timezone)
    return here.kb.store.audit.find(
        actor=narrowed.actor, action=narrowed.action, since=since, until=until, limit=limit, offset=offset
    )


def _row(here: frame.Here, one: AuditEntry, *, exact: bool = False) -> tuple[str, ...]:
    at = f"{one.at.astimezone(here.kb.settings.timezone):%Y-%m-%d %H:%M:%S}" if exact else here.moment(one.at)
    return at, _told.actor(one.actor), _told.action(one.action), one.target, _told.detail(one.detail)


def _table(here: frame.Here, found: list[AuditEntry]) -> str:
    head = tag("tr", *(tag("th", text(label), scope="col") for label in _told.COLUMNS))
    rows = [tag("tr", *(tag("td", text(cell)) for cell in _row(here, one))) for one in found]
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="kb-table in-audit")


def _form(narrowed: Narrowed, actors: list[str]) -> str:
    who = [(name, _told.actor(name)) for name in actors]
    kinds = [(name, words.ALL_OF.format(kind=label)) for name, label in _told.KINDS.items()]
    kinds = [one for kind, label in kinds for one in ((kind, label), *_actions(kind))]
    fields = (
        _choice("actor", words.WHO, narrowed.actor, [("", words.EVERYBODY), *who]),
        _choice("action", words.WHAT, narrowed.action, [("", words.EVERYTHING), *kinds]),
        tag(
            "label",
            text(words.WHEN),
            tag("input", type="date", name_="day", value=narrowed.day, class_="kb-field"),
        ),
    )
    submit = tag("button", text(words.FILTER), class_="kb-button kb-button-main")
    clear = tag("a", text(words.CLEAR), href="/audit", class_="kb-button kb-button-quiet") if narrowed.anything else ""
    return tag("form", *fields, submit, clear, method="get", action="/audit", class_="in-form")


def _actions(kind: str) -> list[tuple[str, str]]:
    return [(name, f"　{label}") for name, label in _told.ACTIONS.items() if name.startswith(kind)]


def _choice(name: str, label: str, chosen: str, options: list[tuple[str, str]]) -> str:
    inside = [tag("option", text(shown), value=value, selected=value == chosen) for value, shown in options]
    return tag("label", text(label), tag("select", *inside, name_=name, class_="kb-field in-choice", aria_label=label))


def _pages(narrowed: Narrowed, total: int) -> str:
    pages = -(-total // _ROWS)
    if pages <= 1:
        return tag("div", text(_told.TOTAL.format(total=f"{total:,}")), class_="kb-soft kb-small in-pages")
    where = words.PAGE.format(page=narrowed.page, pages=pages, total=f"{total:,}")
    return tag(
        "nav",
        _turn(words.NEWER, narrowed, narrowed.page - 1, pages),
        _turn(words.OLDER, narrowed, narrowed.page + 1, pages),
        tag("span", text(where), class_="kb-soft kb-small"),
        class_="kb-row in-pages",
        aria_label=_told.TITLE,
    )


def _turn(label: str, narrowed: Narrowed, page: int, pages: int) -> str:
    if not 1 <= page <= pages:
        return ""
    return tag("a", text(label), href=narrowed.address(page), class_="kb-button")
