"""What is shown of figures: addresses, numbers, tiles, tables and charts, without a browser."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kb.answer.insight import Day, Insight, Period, Service, Share
from kb.console.insight import charts, numbers
from kb.console.insight.asked import NAMELESS, Asked
from kb.console.insight.audit import Narrowed
from kb.console.insight.sheets import sheets
from kb.console.insight.tiles import tiles
from kb.messages import audit as told
from kb.messages import insight as words
from kb.types import Priority, Reason, ReleaseId, ReleaseTally, ReplyKind
from kb.web.csv_file import csv_file

TODAY = date(2026, 11, 19)


def insight(**fields: Any) -> Insight:
    values: dict[str, Any] = {
        "period": Period.latest(7, TODAY),
        "promise": 0.95,
        "days": (
            Day(
                TODAY,
                "网站",
                questions=10,
                answered=6,
                clarified=1,
                handed_over=3,
                helpful=3,
                unhelpful=1,
                reasons=_counter(),
            ),
        ),
        "drafts": {ReplyKind.DRAFTED: 2, ReplyKind.EDITED: 0, ReplyKind.REWRITTEN: 1},
        "service": (Service(Priority.URGENT, 3, 3, 2, 1, 90.0, 300.0, 600.0, None),),
        "customers": Share(3, 4),
        "agents": Share(2, 3),
        "releases": (ReleaseTally(ReleaseId("r1"), datetime(2026, 11, 19, tzinfo=UTC), 10, 6, 3, 1),),
        "top": (),
    }
    return Insight(**{**values, **fields})


def _counter() -> Any:
    from collections import Counter

    return Counter({Reason.NOTHING_CLOSE: 2, Reason.COMPLAINT: 1})


NOTHING = {"days": (), "drafts": dict.fromkeys(ReplyKind, 0), "service": (), "releases": ()} | {
    "customers": Share(0, 0),
    "agents": Share(0, 0),
}


@pytest.mark.parametrize(
    ("query", "first", "days"),
    [
        ({}, date(2026, 10, 21), 30),
        ({"days": "7"}, date(2026, 11, 13), 7),
        ({"days": "8"}, date(2026, 10, 21), 30),
        ({"days": "٧"}, date(2026, 10, 21), 30),
        ({"from": "2026-11-01", "to": "2026-11-19"}, date(2026, 11, 1), None),
        ({"from": "2026-11-13"}, date(2026, 11, 13), 7),
    ],
)
def test_an_address_says_which_days(query: dict[str, str], first: date, days: int | None) -> None:
    asked = Asked.read(query, TODAY)
    assert (asked.period.first, asked.days, asked.wrong) == (first, days, False)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "gestern"},
        {"from": "2026-11-20", "to": "2026-11-19"},
        {"from": "1990-01-01"},
        {"from": "0001-01-02", "to": "0001-01-03"},
    ],
)
def test_an_address_that_cannot_be_is_the_last_thirty_days_and_says_so(query: dict[str, str]) -> None:
    asked = Asked.read(query, TODAY)
    assert (asked.days, asked.wrong) == (30, True)


@pytest.mark.parametrize("channel", [None, "", "网站&x=1"], ids=["all", "without a name", "odd"])
def test_an_address_leads_back_to_itself(channel: str | None) -> None:
    from urllib.parse import parse_qsl, urlsplit

    for asked in (
        Asked(Period.latest(90, TODAY), 90, channel),
        Asked(Period(date(2026, 11, 1), date(2026, 11, 3)), None, channel),
    ):
        query = dict(parse_qsl(urlsplit(asked.address()).query))
        assert Asked.read(query, TODAY) == asked
    assert Asked.read({"channel": NAMELESS}, TODAY).channel == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (9_812, "9,812"), (10_681, "1.07 万"), (456_000, "45.6 万"), (12_345_678, "1,234.6 万")],
)
def test_large_numbers_are_counted_in_wan(value: int, text: str) -> None:
    assert numbers.count(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "—"),
        (45, "45 秒"),
        (600, "10 分钟"),
        (3_600, "1 小时"),
        (11_100, "3 小时 5 分"),
        (187_200, "2 天 4 小时"),
    ],
)
def test_lengths_are_said_as_people_do(seconds: float | None, text: str) -> None:
    assert numbers.length(seconds) == text


def test_a_tile_says_how_it_was_before() -> None:
    html = tiles(insight(), insight(customers=Share(1, 2)))
    assert "75.0%" in html
    assert words.UP.format(change=words.POINTS.format(points="25.0")) in html
    assert "in-good" in html
    assert words.SAME in html
    assert words.DOWN.split("{", maxsplit=1)[0] not in html


def test_tiles_of_nothing_claim_nothing() -> None:
    html = tiles(insight(**NOTHING), insight(**NOTHING))
    assert html.count(words.NO_DATA) == 5
    assert "比上期" not in html


def test_a_table_of_nothing_has_no_rows_and_a_chart_of_nothing_can_be_drawn() -> None:
    nothing = insight(**NOTHING)
    assert all(not sheet.rows for sheet in sheets(nothing, UTC).values())
    for draw in (charts.daily, charts.reasons, charts.promise, charts.verdicts, charts.drafts, charts.service):
        assert draw(nothing)["animation"] is False
    assert charts.releases(nothing, UTC)["series"][0]["data"] == []


def test_tables_have_a_heading_and_a_cell_for_every_column() -> None:
    for sheet in sheets(insight(), UTC).values():
        assert len(sheet.head) == len(sheet.columns)
        assert {len(row) for row in sheet.rows} <= {len(sheet.columns)}


def test_the_interval_is_drawn_where_it_lies() -> None:
    (series,) = charts.promise(insight())["series"]
    low, _, middle, _, high = series["data"][1]["value"]
    assert low < middle == 75 < high
    assert series["markLine"]["data"] == [{"xAxis": 95.0}]


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@a", "\t=1"])
def test_no_cell_of_a_file_is_a_formula_and_numbers_are_numbers(begin: str) -> None:
    text = csv_file(["a", "b"], [(begin, -5), (None, 0.5)]).decode("utf-8-sig")
    assert f"'{begin.strip()}" in text
    assert ",-5\r\n" in text
    assert text.endswith(",0.5\r\n")


def test_the_log_is_narrowed_by_what_can_be_understood() -> None:
    odd = Narrowed.read({"day": "gestern", "page": "-3", "actor": "小陈"})
    assert (odd.day, odd.page, odd.actor, odd.anything) == ("", 1, "小陈", True)
    assert Narrowed.read({"page": "3", "action": "entry."}).address(2) == "/audit?action=entry.&page=2"


def test_every_change_has_words_and_what_is_unknown_keeps_its_name() -> None:
    assert told.detail({"role": "agent", "revision": 1_234, "files": ["a", "b", "c", "d"], "golden": 0}) == (
        "角色 坐席，第 1,234 版，a、b、c…"
    )
    assert told.actor("kb:ops") == "命令行（ops）"
    assert told.action("quick.write") == "quick.write"
    assert {kind for name in told.ACTIONS for kind in told.KINDS if name.startswith(kind)} == set(told.KINDS)
    assert all(any(name.startswith(kind) for kind in told.KINDS) for name in told.ACTIONS)
