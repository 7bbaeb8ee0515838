"""Every page there is, whoever it is for: usable without eyes or mouse, no error, and nothing from another host."""

import shutil
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kb import messages
from kb.answer.respond import Asked
from kb.settings import Settings
from kb.types import ConversationId, Role
from tests.browser.conftest import DESK, PHONE, Service, Watched, opened, serving

pytestmark = pytest.mark.browser

chat, studio = messages.widget.SAYS, messages.studio

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

#: What axe calls an impact that keeps people out.
KEEPS_OUT = ("moderate", "serious", "critical")


@pytest.fixture(scope="module")
def office(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a day's work behind it: answers, opinions, tickets waiting, in hand and done."""
    home = Path(shutil.copytree(printed, tmp_path_factory.mktemp("pages") / "home"))
    kb = opened(Settings(home=home, teams=("售后组",)))
    for number, text in enumerate(
        ["怎么开发票", "多久发货", "券怎么用", "转人工", "我要投诉你们", "公司报销要的票据怎么拿", "宝宝喝了起红疹"]
    ):
        reply = kb.responder.respond(kb.matcher(), Asked(text, ConversationId(f"c{number}"), channel="web"))
        if reply.ticket is None:
            kb.responder.feedback(reply.id, number == 0, "")
    first, second, *_ = kb.desk.tickets()
    for ticket in (first, second):
        kb.desk.claim(ticket.id, "小林")
        kb.desk.reply(ticket.id, "小林", "您好，我是小林，正在为您核实。")
    kb.desk.close(second.id, "小林", "solved")
    with serving(kb, pages=True) as one:
        yield one


@pytest.fixture
def watched(office: Service) -> Watched:
    return Watched(office.host)


@pytest.fixture
def context(browser: Browser, watched: Watched) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    context.on("page", watched.over)
    yield context
    context.close()
    assert watched.errors == []
    assert watched.strangers == []


@cache
def axe() -> str:
    """Deque's axe-core, which comes with a package for these tests."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def keeps_out(page: Page) -> list[str]:
    """What axe finds that keeps people out, each with where it is."""
    page.evaluate(axe())
    found: Any = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}; {node['target']} {node['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in KEEPS_OUT
        for node in one["nodes"]
    ]


def test_the_page_to_try_it(context: BrowserContext, office: Service) -> None:
    page = context.new_page()
    page.goto(office.url)
    page.get_by_role("combobox", name="您的问题").fill("券怎么用")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="红包怎么用？")).to_be_visible()
    assert keeps_out(page) == []
    page.emulate_media(color_scheme="dark")
    assert keeps_out(page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_chat_in_a_shop(context: BrowserContext, office: Service, size: Any) -> None:
    page = context.new_page()
    page.set_viewport_size(size)
    page.goto(f"{office.url}/widget-demo")
    assert keeps_out(page) == []
    page.get_by_role("button", name=chat["open"]).click()
    field = page.get_by_role("combobox", name=chat["question"])
    for text in ("怎么开发票", "券怎么用"):
        field.fill(text)
        field.press("Enter")
    expect(page.get_by_role("group", name=chat["suggestions"])).to_be_visible()
    page.get_by_role("button", name=chat["unhelpful"]).click()
    expect(page.get_by_role("textbox", name=chat["comment"])).to_be_visible()
    field.press_sequentially("发票")
    expect(page.get_by_role("listbox", name=chat["suggestions"])).to_be_visible()
    field.press("ArrowDown")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert keeps_out(page) == []
    field.press("Escape")
    page.get_by_role("button", name=chat["person"]).click()
    expect(page.get_by_role("button", name=chat["with_person"])).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert keeps_out(page) == []


def test_the_agents_desk(context: BrowserContext, office: Service) -> None:
    page = context.new_page()
    page.goto(f"{office.url}/desk?agent=小林")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("option").first.click()
    expect(page.get_by_role("log")).to_be_visible()
    assert keeps_out(page) == []
    page.get_by_role("button", name=messages.desk.QUEUES["mine"]).click()
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("option").click()
    expect(page.get_by_role("textbox", name=messages.desk.REPLY)).to_be_visible()
    assert keeps_out(page) == []
    page.get_by_role("button", name=messages.desk.RETURN).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert keeps_out(page) == []


@pytest.mark.parametrize("tab", studio.TABS)
def test_the_editors_pages(context: BrowserContext, office: Service, tab: str) -> None:
    page = context.new_page()
    page.goto(f"{office.url}/studio?tab={tab}")
    expect(page.get_by_role("button", name=studio.TABS[tab], exact=True)).to_have_attribute("aria-current", "page")
    expect(page.get_by_text(studio.LOADING)).to_have_count(0)
    assert keeps_out(page) == []


def test_an_entry_in_the_editor(context: BrowserContext, office: Service) -> None:
    page = context.new_page()
    page.goto(f"{office.url}/studio?tab=entries&open=invoice")
    expect(page.get_by_role("textbox").filter(visible=True).nth(2)).to_be_visible()
    assert keeps_out(page) == []


def test_the_figures(context: BrowserContext, office: Service) -> None:
    page = context.new_page()
    page.goto(f"{office.url}/insight")
    expect(page.get_by_role("main").get_by_role("table").first).to_be_attached()
    assert keeps_out(page) == []


def test_the_door(browser: Browser, printed: Path, tmp_path: Path) -> None:
    kb = opened(Settings(home=Path(shutil.copytree(printed, tmp_path / "home"))))
    kb.people.add("lin", "小林", Role.ADMIN, "a long password 1", by="本机")
    with serving(kb, pages=True) as guarded:
        watched = Watched(guarded.host)
        page = browser.new_page(locale="zh-CN")
        watched.over(page)
        page.goto(f"{guarded.url}/studio")
        expect(page.get_by_role("button", name=messages.signing.SIGN_IN)).to_be_visible()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert keeps_out(page) == []
        page.get_by_label(messages.signing.FIELDS["name"]).fill("lin")
        page.get_by_label(messages.signing.FIELDS["password"], exact=True).fill("a long password 1")
        page.get_by_role("button", name=messages.signing.SIGN_IN).click()
        expect(page.get_by_role("navigation", name=studio.TITLE)).to_be_visible()
        assert keeps_out(page) == []
        page.close()
    assert watched.errors == []
    assert watched.strangers == []


def test_the_document_of_the_api(context: BrowserContext, office: Service) -> None:
    page = context.new_page()
    page.goto(f"{office.url}/docs")
    assert keeps_out(page) == []
