"""The page of figures: a choice of period and channel, tiles, and a panel for each chart with its table behind it."""

import asyncio
from collections.abc import Sequence

from nicegui import ui

from kb.answer.backlog import Backlog
from kb.answer.insight import Insight
from kb.console import frame
from kb.console.insight import charts, numbers
from kb.console.insight.asked import NAMELESS, Asked
from kb.console.insight.sheets import Sheet, gap_sheet, is_number, sheets, shown
from kb.console.insight.tiles import tiles
from kb.console.markup import button, empty, piece, tag, text
from kb.errors import KbError, NotReady
from kb.messages import insight as words
from kb.web.csv_file import csv_file

_GAPS = 10  # shown; the rest is in the editors' page


class Board:
    """One visitor's view of the figures."""

    def __init__(self, here: frame.Here, asked: Asked, now: Insight, before: Insight, channels: Sequence[str]) -> None:
        self._here = here
        self._asked = asked
        self._now = now
        self._before = before
        self._channels = channels
        self._timezone = here.kb.settings.timezone
        self._sheets = sheets(now, self._timezone)

    async def open(self) -> None:
        """Fill the page; gaps are put together after the rest is seen, for that takes a while."""
        with ui.element("div").classes("in-page"):
            piece(self._head())
            if not self._now.total.questions and not self._now.service:
                piece(empty(words.NOTHING, words.NOTHING_MORE), classes="kb-panel")
                return
            piece(tiles(self._now, self._before))
            with ui.element("div").classes("in-panels"):
                self._panels()

    def _panels(self) -> None:
        now = self._now
        self._panel("daily", 8, charts.daily(now), height=268)
        self._panel("reasons", 4, charts.reasons(now), height=268)
        self._panel("promise", 4, charts.promise(now), height=200)
        self._panel("verdicts", 4, charts.verdicts(now), height=200)
        self._panel("drafts", 4, charts.drafts(now), height=200)
        self._panel("service", 7, charts.service(now), height=168, open_=True)
        self._panel("releases", 5, charts.releases(now, self._timezone), height=244)
        self._panel("channels", 12, None, open_=True)
        self._panel("top", 6, None, open_=True)
        self._gaps()

    def _head(self) -> str:
        """Title, what days these are, and the choice."""
        asked, period = self._asked, self._asked.period
        today = self._here.kb.clock.now().astimezone(self._timezone).date()
        first, last = (numbers.day(one, today) for one in (period.first, period.last))
        usual = [
            tag(
                "a",
                text(label),
                href=asked.address(days=days),
                class_="kb-button" + (" in-chosen" if asked.days == days else ""),
                aria_current="true" if asked.days == days else None,
            )
            for days, label in words.PERIODS.items()
        ]
        return tag(
            "div",
            tag(
                "div",
                tag("h1", text(words.TITLE), class_="kb-title"),
                tag("div", text(words.SPAN.format(first=first, last=last, days=len(period.days))), class_="kb-soft"),
                class_="kb-grow",
            ),
            tag("nav", *usual, class_="kb-row", aria_label=words.TITLE),
            self._form(),
            class_="in-head",
        ) + (tag("div", text(words.BAD_PERIOD), class_="kb-warning", role="alert") if asked.wrong else "")

    def _form(self) -> str:
        """From, to and channel, as a plain form: the address says what is seen, and can be handed on."""
        period, channel = self._asked.period, self._asked.channel
        choice = [tag("option", text(words.ALL_CHANNELS), value="", selected=channel is None)]
        choice += [
            tag("option", text(name or words.NO_CHANNEL), value=name or NAMELESS, selected=channel == name)
            for name in self._channels
        ]
        dates = (
            tag("label", text(label), tag("input", type="date", name_=name, value=value.isoformat(), class_="kb-field"))
            for name, label, value in (("from", words.FROM, period.first), ("to", words.TO, period.last))
        )
        channels = tag("select", *choice, name_="channel", class_="kb-field", aria_label=words.CHANNEL)
        submit = tag("button", text(words.SHOW), class_="kb-button kb-button-main")
        return tag("form", *dates, channels, submit, method="get", action="/insight", class_="in-form")

    def _panel(
        self, name: str, width: int, chart: charts.Options | None, *, height: int = 0, open_: bool = False
    ) -> None:
        """One chart with its table; `open_` shows the table at once."""
        sheet = self._sheets[name]
        with _framed(name, width):
            if not sheet.rows:
                piece(empty(words.EMPTY.get(name, words.NOTHING)))
                return
            if chart is not None:
                title = words.PANELS[name][0]
                ui.echart(chart, renderer="svg").style(f"height: {height}px").classes("in-chart").props(
                    f'role="img" aria-label="{title}"'
                )
            self._table(name, sheet, open_=open_)

    def _table(self, name: str, sheet: Sheet, *, open_: bool, more: str = "") -> None:
        async def act(_do: str, _id: str) -> None:
            period = self._asked.period
            content = await asyncio.to_thread(csv_file, sheet.head, sheet.rows)
            ui.download.content(content, f"{name}-{period.first}-{period.last}.csv", "text/csv")

        title = words.PANELS[name][0]
        table = tag("div", _table(sheet), class_="in-table", tabindex="0", role="group", aria_label=title)
        export = tag("div", button(words.CSV, "csv", name, look="quiet"), more, class_="in-export")
        if open_:
            piece(table + export, act)
        else:
            piece(tag("details", tag("summary", text(words.TABLE)), table, export, class_="in-details"), act)

    def _gaps(self) -> None:
        """The costliest gaps: compared with each other only once somebody looks at the page."""
        with _framed("gaps", 6):
            room = ui.element("div")
            with room:
                piece(tag("div", text(words.LOADING), class_="kb-soft in-wait", role="status"))

        async def fill() -> None:
            sheet, problem = await asyncio.to_thread(self._found_gaps)
            room.clear()
            with room:
                if sheet is None or not sheet.rows:
                    piece(empty(problem or words.EMPTY["gaps"]))
                    return
                more = tag("a", text(words.TO_GAPS), href="/studio?tab=gaps", class_="kb-button kb-button-quiet")
                self._table("gaps", sheet, open_=True, more=more)

        ui.timer(0.1, fill, once=True)

    def _found_gaps(self) -> tuple[Sheet | None, str]:
        kb, period = self._here.kb, self._asked.period
        today = kb.clock.now().astimezone(self._timezone).date()
        days = max(1, (today - period.first).days + 1)
        try:
            found = Backlog(kb.store, kb.clock, self._timezone).gaps(kb.matcher(), days)
        except NotReady:
            return None, words.EMPTY["not_ready"]
        except KbError as error:
            return None, frame.said(error)
        return gap_sheet(found[:_GAPS]), ""


def _framed(name: str, width: int) -> ui.element:
    title, more = words.PANELS[name]
    panel = ui.element("section").classes(f"kb-panel in-panel in-wide-{width}").props(f'data-panel="{name}"')
    with panel:
        shown_more = more.format(count=numbers.exact(20))
        piece(
            tag("h2", text(title), class_="kb-heading") + tag("p", text(shown_more), class_="kb-soft kb-small in-about")
        )
    return panel


def _table(sheet: Sheet) -> str:
    """A table; numbers stand under each other."""
    kinds = [("kb-number in-right" if is_number(name) else "") or None for name in sheet.columns]
    head = [tag("th", text(label), scope="col", class_=kind) for label, kind in zip(sheet.head, kinds, strict=True)]
    rows = [
        tag(
            "tr",
            *(
                tag("td", text(shown(name, value)), class_=kind)
                for name, kind, value in zip(sheet.columns, kinds, row, strict=True)
            ),
        )
        for row in sheet.rows
    ]
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="kb-table")
