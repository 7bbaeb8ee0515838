"""Figures as an editor looks at them, and the audit log as an admin does; of a history made through the use cases."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kb import messages
from kb.answer.respond import Asked
from kb.settings import Settings
from kb.types import ConversationId, DecisionKind
from tests.browser.conftest import Service, Watched, opened, serving
from tests.fakes.shop import SetClock

pytestmark = pytest.mark.browser

words = messages.insight
EVIL = '=HYPERLINK("https://evil.example")'


@pytest.fixture(scope="module")
def office(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A shop whose customers asked for five days, by two channels."""
    home = Path(shutil.copytree(printed, tmp_path_factory.mktemp("insight") / "home"))
    kb = opened(Settings(home=home))
    now = kb.clock.now()
    clock = SetClock()
    kb.responder._clock = kb.desk._clock = clock
    for days in range(5):
        clock.at = now - timedelta(days=4 - days, hours=2)
        for number, text in enumerate(("多久发货", "怎么开发票", "券怎么用", "转人工", "会飞的机器人多少钱")):
            conversation = ConversationId(f"c{days}-{number}")
            channel = EVIL if number % 2 else "网站"
            reply = kb.responder.respond(kb.matcher(), Asked(text, conversation_id=conversation, channel=channel))
            if reply.judgement.decision.kind is DecisionKind.ANSWER:
                kb.responder.feedback(reply.id, helpful=days != 0, comment="")
            if reply.ticket is not None and days < 4:
                clock.move(timedelta(minutes=10))
                kb.desk.claim(reply.ticket.id, "小林")
                kb.desk.reply(reply.ticket.id, "小林", "您好，这个问题我来处理。")
                kb.desk.close(reply.ticket.id, "小林", "solved")
    with serving(kb, pages=True) as one:
        yield one


@pytest.fixture
def watched(office: Service) -> Watched:
    return Watched(office.host)


@pytest.fixture
def page(context: BrowserContext, office: Service, watched: Watched, tmp_path: Path) -> Iterator[Page]:
    page = context.new_page()
    watched.over(page)
    page.goto(f"{office.url}/insight?days=7")
    expect(page.locator("[data-tile]").first).to_be_visible()
    yield page
    page.screenshot(path=tmp_path / "end.png", full_page=True)
    assert watched.errors == []
    assert watched.strangers == []


@pytest.fixture
def service(office: Service) -> Service:
    """What the shared fixtures serve is this file's office."""
    return office


def tile(page: Page, name: str) -> Locator:
    return page.locator(f'[data-tile="{name}"]')


def panel(page: Page, name: str) -> Locator:
    return page.locator(f'[data-panel="{name}"]')


def exported(page: Page, where: Locator) -> list[list[str]]:
    with page.expect_download() as download:
        where.get_by_role("button", name=words.CSV).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_figures_are_those_of_the_history(page: Page) -> None:
    expect(tile(page, "questions")).to_contain_text("25")
    expect(tile(page, "deflection")).to_contain_text("40.0%")
    expect(tile(page, "deflection")).to_contain_text("25 中的 10")
    expect(tile(page, "customers")).to_contain_text("80.0%")
    expect(tile(page, "customers")).to_contain_text("承诺 95%")
    expect(tile(page, "in_time")).to_contain_text("100.0%")


def test_every_chart_is_drawn_and_has_its_table(page: Page) -> None:
    for name in ("daily", "reasons", "promise", "verdicts", "drafts", "service", "releases"):
        expect(panel(page, name).locator("svg").first).to_be_visible()
        if name != "service":
            panel(page, name).get_by_text(words.TABLE).click()
        expect(panel(page, name).get_by_role("table")).to_be_visible()
    expect(panel(page, "reasons").get_by_role("row").nth(1)).to_contain_text("5")
    expect(panel(page, "promise").get_by_role("row", name=words.CUSTOMERS)).to_contain_text("95.0%")
    expect(panel(page, "channels").get_by_role("row")).to_have_count(3)
    expect(panel(page, "top")).to_contain_text("多久发货？")


def test_gaps_come_by_themselves_costliest_first(page: Page) -> None:
    rows = panel(page, "gaps").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("会飞的机器人多少钱")
    expect(panel(page, "gaps").get_by_role("link", name=words.TO_GAPS)).to_have_attribute("href", "/studio?tab=gaps")


def test_a_file_holds_every_day_and_channel_and_no_formula(page: Page) -> None:
    panel(page, "daily").get_by_text(words.TABLE).click()
    head, *rows = exported(page, panel(page, "daily"))
    assert head[:4] == [words.COLUMNS[name] for name in ("day", "channel", "questions", "answered")]
    assert len(rows) == 10
    assert {row[1] for row in rows} == {"网站", "'" + EVIL}
    assert sum(int(row[2]) for row in rows) == 25


def test_a_channel_and_days_can_be_chosen_and_the_address_says_so(page: Page, office: Service) -> None:
    page.get_by_label(words.CHANNEL, exact=True).select_option("网站")
    page.get_by_role("button", name=words.SHOW).click()
    expect(tile(page, "questions")).to_contain_text("15")
    page.get_by_role("link", name=words.PERIODS[90]).click()
    expect(tile(page, "questions")).to_contain_text("15")
    expect(page.get_by_role("link", name=words.PERIODS[90])).to_have_attribute("aria-current", "true")
    assert "channel=%E7%BD%91%E7%AB%99" in page.url
    page.goto(f"{office.url}/insight?from=2020-01-01&to=2020-01-31")
    expect(page.get_by_text(words.NOTHING, exact=True)).to_be_visible()
    page.goto(f"{office.url}/insight?from=2020-02-01&to=2020-01-01")
    expect(page.get_by_role("alert")).to_have_text(words.BAD_PERIOD)


def test_the_audit_log_is_narrowed_turned_and_exported(page: Page, office: Service) -> None:
    audit, now = office.kb.store.audit, office.kb.clock.now()
    for number in range(60):
        audit.add("小陈", "entry.write", f"entry-{number}", {"question": "<b>怎么退款？</b>"}, now)
    audit.add("kb:ops", "release.rollback", "r1", {"before": "r2"}, now)
    page.goto(f"{office.url}/audit")
    first = page.get_by_role("row").nth(1)
    for text in ("命令行（ops）", messages.audit.ACTIONS["release.rollback"], "之前是 r2"):
        expect(first).to_contain_text(text)
    page.get_by_role("link", name=words.OLDER).click()
    expect(page.get_by_text("第 2 页", exact=False)).to_be_visible()
    page.get_by_label(words.WHO, exact=True).select_option("kb:ops")
    page.get_by_role("button", name=words.FILTER).click()
    expect(page.get_by_role("row")).to_have_count(2)
    assert len(exported(page, page.get_by_role("main"))) == 2
    page.get_by_role("link", name=words.CLEAR).click()
    expect(page.get_by_role("cell", name="<b>怎么退款？</b>").first).to_be_visible()
