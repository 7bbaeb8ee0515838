"""The README's pictures: each is held against the page that it shows, and made anew by `RENEW_SCREENSHOTS=1 pytest`."""

import io
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kb import messages
from kb.answer.respond import Asked
from kb.ingest.read import read
from kb.settings import Settings
from kb.types import ConversationId, TicketState
from kb.wiring import Kb
from tests.browser.conftest import Service, opened, serving
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parent / "screenshots"
#: Bytes of a picture: a README is read on phones too.
LARGEST = 150_000
#: Grey values, of 255, by which two pictures may differ in the mean of a tile: fonts, times and numbers do that much.
ALIKE = 40
TILES = (16, 9)

#: What the customer asked whose ticket is open on the desk.
WAITING, ABOUT = "我订单 3321 的发票怎么申请，一直没开出来", "发票怎么申请"
HANDED_OVER = (WAITING, "快递怎么三天没有动静了", "我要投诉你们的物流", "宝宝喝了奶粉起红疹了")

chat = messages.widget.SAYS


class Clock:
    """The machine's clock, as it was some days ago."""

    def __init__(self) -> None:
        self.ago = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) - self.ago


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A part of the demonstration shop with some weeks of work."""
    clock = Clock()
    kb = opened(Settings(home=tmp_path_factory.mktemp("pictures") / "home"), clock)
    found = read([ROOT / "data" / "faq"], today=date(2026, 11, 21))
    some = [one for one in found.entries if one.entry.state.value == "live"][::12]
    kb.store.entries.apply(some, [], author="编辑", now=clock.now(), expect=0)
    kb.publisher.publish()
    asked = [one.entry.question for one in some]
    for day in range(20, -1, -1):
        clock.ago = timedelta(days=day)
        a_day(kb, asked[day : day + 4 + day * 7 % 5], day)
    with serving(kb, pages=True) as one:
        yield one


def a_day(kb: Kb, asked: Sequence[str], day: int) -> None:
    """Questions, opinions, and tickets; those of the past were answered."""
    for number, text in enumerate([*asked, *HANDED_OVER[: 4 if day == 0 else 1 + day % 4]]):
        conversation = ConversationId(f"c{day}-{number}")
        reply = kb.responder.respond(kb.matcher(), Asked(text, conversation, channel="web"))
        if reply.ticket is None:
            kb.responder.feedback(reply.id, (number + day) % 6 > 0, "")
        elif day:
            kb.desk.claim(reply.ticket.id, "小林")
            kb.desk.reply(reply.ticket.id, "小林", reply.ticket.draft + "请放心。" * (day % 3))
            kb.desk.close(reply.ticket.id, "小林", "solved")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(
        viewport={"width": 1200, "height": 720},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
    )
    yield page
    page.close()


def held(page: Page, name: str) -> None:
    """Hold the picture of this name against the page; renew it when that is asked for."""
    now = page.screenshot(animations="disabled", caret="hide")
    file = PICTURES / f"{name}.png"
    if os.environ.get("RENEW_SCREENSHOTS"):
        PICTURES.mkdir(exist_ok=True)
        file.write_bytes(_packed(now))
    assert file.exists(), "run  RENEW_SCREENSHOTS=1 pytest tests/browser/test_screenshots.py"
    assert file.stat().st_size < LARGEST
    assert f"tests/browser/screenshots/{name}.png" in (ROOT / "README.md").read_text(encoding="utf-8")
    away = float(np.abs(_tiles(file.read_bytes()) - _tiles(now)).max())
    assert away < ALIKE, (
        f"the page no longer looks like its picture ({away:.0f} grey values away): look at it, and renew "
        "the picture with  RENEW_SCREENSHOTS=1 pytest tests/browser/test_screenshots.py"
    )


def _tiles(png: bytes) -> NDArray[np.float64]:
    """The mean grey of each tile."""
    grey = Image.open(io.BytesIO(png)).convert("L")
    assert grey.size == (1200, 720)
    return np.asarray(grey.resize(TILES, Image.Resampling.BOX), dtype=np.float64)


def _packed(png: bytes) -> bytes:
    """The picture in 256 colours, which is enough for pages."""
    packed = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def test_the_chat(page: Page, office: Service) -> None:
    page.goto(f"{office.url}/widget-demo")
    page.get_by_role("button", name=chat["open"]).click()
    page.get_by_role("combobox", name=chat["question"]).fill("现货商品付款后多久发货")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=chat["helpful"])).to_be_visible()
    page.get_by_role("button", name=chat["person"]).click()
    expect(page.get_by_role("button", name=chat["with_person"])).to_be_visible()
    ticket = next(one for one in office.kb.desk.tickets(state=TicketState.WAITING) if one.question == chat["person"])
    office.kb.desk.claim(ticket.id, "小林")
    office.kb.desk.reply(ticket.id, "小林", "您好，我是小林。请问有什么可以帮您？")
    expect(page.get_by_role("article", name=chat["agent"])).to_be_visible()
    expect(page.get_by_text(messages.widget.IN_SERVICE)).to_be_visible()
    held(page, "chat")
    office.kb.desk.give_back(ticket.id, "小林")


def test_the_desk(page: Page, office: Service) -> None:
    page.goto(f"{office.url}/desk?agent=小林")
    page.get_by_role("option", name=ABOUT).click()
    expect(page.get_by_role("log")).to_contain_text(ABOUT)
    page.get_by_role("button", name=messages.desk.CLAIM).click()
    expect(page.get_by_role("textbox", name=messages.desk.REPLY)).to_be_visible()
    expect(page.locator(".q-notification")).to_have_count(0, timeout=15_000)
    held(page, "desk")
    office.kb.desk.release(office.kb.desk.tickets(state=TicketState.CLAIMED)[0].id, "小林")


def test_the_editors_page(page: Page, office: Service) -> None:
    first = office.kb.serving.matcher.knowledge.entries[0]
    page.goto(f"{office.url}/studio?tab=entries&open={first.id}")
    expect(page.get_by_text(first.question).first).to_be_visible()
    expect(page.get_by_text(messages.studio.LOADING)).to_have_count(0)
    expect(page.get_by_role("textbox").filter(visible=True).nth(2)).to_be_visible()
    held(page, "studio")


def test_the_figures(page: Page, office: Service) -> None:
    page.goto(f"{office.url}/insight")
    expect(page.get_by_role("main").get_by_role("table").first).to_be_attached()
    held(page, "insight")


def test_there_is_no_picture_that_nobody_makes() -> None:
    made = {"chat", "desk", "studio", "insight"}
    assert {file.stem for file in PICTURES.glob("*.png")} == made
