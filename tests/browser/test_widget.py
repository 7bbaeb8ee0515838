"""The chat on a shop's page, used as customers use it: on a desk and on a phone, with a keyboard, on a bad line."""

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kb import messages
from kb.settings import Settings
from kb.types import Author, ConversationId, Role, TicketState
from tests.browser.conftest import MARKUP, PHONE, Service, Watched, serving
from tests.browser.conftest import opened as opened_kb
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

SAYS = messages.widget.SAYS

SERVER = """
import sys, uvicorn
from pathlib import Path
from kb.settings import Settings
from kb.web.app import create_app
from kb.wiring import build
from tests.fakes.embedder import BigramEmbedder
kb = build(Settings(home=Path(sys.argv[1])))
kb.embedder = BigramEmbedder()
app = create_app(kb)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""


@pytest.fixture(scope="module")
def service(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of this file; each has a conversation of its own."""
    home = Path(shutil.copytree(printed, tmp_path_factory.mktemp("widget") / "home"))
    with serving(opened_kb(Settings(home=home))) as one:
        yield one


@pytest.fixture
def page(context: BrowserContext, service: Service, watched: Watched) -> Iterator[Page]:
    """The shop's page with the chat in it; ends red if it logged an error or asked another host."""
    yield embedded(context, service, watched)
    assert watched.errors == []
    assert watched.strangers == []


def embedded(context: BrowserContext, service: Service, watched: Watched) -> Page:
    page = context.new_page()
    watched.over(page)
    page.goto(f"{service.url}/widget-demo")
    return page


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=SAYS["open"])


def chat(page: Page) -> Locator:
    return page.get_by_role("dialog", name=SAYS["title"])


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name=SAYS["question"])


def lines(page: Page, who: str) -> Locator:
    return chat(page).get_by_role("article", name=SAYS[who])


def ask(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")


def opened(page: Page) -> Page:
    launcher(page).click()
    return page


def kept(page: Page) -> Any:
    """What the chat keeps in the browser."""
    return page.evaluate("JSON.parse(Object.entries(localStorage).find(([name]) => name.startsWith('kb.chat'))[1])")


def said(service: Service, page: Page) -> list[tuple[str, str]]:
    """What the service has of the conversation."""
    found = service.kb.store.conversations.messages(conversation(page))
    return [(line.author.value, line.text) for line in found]


def conversation(page: Page) -> ConversationId:
    return ConversationId(kept(page)["conversation"])


def only_ticket(agents: Client, page: Page) -> str:
    mine = conversation(page)
    (ticket,) = (one for one in agents.get("/v1/tickets").json()["tickets"] if one["conversation_id"] == mine)
    return str(ticket["id"])


def agent_says(agents: Client, page: Page, text: str) -> None:
    ticket = only_ticket(agents, page)
    agents.post(f"/v1/tickets/{ticket}/claim").raise_for_status()
    agents.post(f"/v1/tickets/{ticket}/reply", json={"text": text}).raise_for_status()


# --- asking ------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_its_pages_and_what_to_ask_next(page: Page) -> None:
    ask(opened(page), "怎么开发票")
    answer = lines(page, "bot").last
    expect(answer).to_contain_text("下单时勾选“开具发票”即可。")
    expect(answer.get_by_role("link", name="开票说明")).to_have_attribute("href", "https://shop.example/invoice")
    expect(answer.get_by_role("link")).to_have_attribute("rel", "noopener noreferrer")
    answer.get_by_role("button", name="发票抬头可以修改吗？").click()
    expect(lines(page, "bot").last).to_contain_text("开票后 30 天内可以修改一次抬头。")


def test_an_option_is_chosen_by_its_button(page: Page) -> None:
    ask(opened(page), "券怎么用")
    options = chat(page).get_by_role("group", name=SAYS["suggestions"])
    expect(options.get_by_role("button")).to_have_text(["优惠券怎么用？", "红包怎么用？"])
    expect(lines(page, "bot").last).not_to_contain_text("·")
    options.get_by_role("button", name="红包怎么用？").click()
    expect(lines(page, "bot").last).to_contain_text("红包在付款时自动抵扣。")


def test_what_else_was_asked_stands_beneath_the_answer(page: Page) -> None:
    ask(opened(page), "怎么申请退款 怎么开具发票")
    answer = lines(page, "bot").last
    expect(answer.locator(".bubble")).to_have_text("在“我的订单”里点击“申请退款”。")
    other = answer.get_by_role("group", name="您还问到另一件事，是想了解这个吗？")
    other.get_by_role("button", name="怎么开发票？").click()
    expect(lines(page, "bot").last).to_contain_text("下单时勾选“开具发票”即可。")


def test_completions_are_chosen_with_the_keyboard(page: Page) -> None:
    opened(page)
    field(page).press_sequentially("发票抬")
    option = page.get_by_role("listbox", name=SAYS["suggestions"]).get_by_role("option")
    expect(option).to_have_text("发票抬头可以修改吗？")
    field(page).press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", "kb-option-0")
    field(page).press("Enter")
    expect(lines(page, "me")).to_contain_text("发票抬头可以修改吗？")
    expect(field(page)).to_have_value("")


def test_escape_puts_completions_away_first_and_then_the_chat(page: Page) -> None:
    opened(page)
    field(page).press_sequentially("发票")
    listbox = page.get_by_role("listbox")
    expect(listbox).to_be_visible()
    field(page).press("Escape")
    expect(listbox).to_be_hidden()
    expect(field(page)).to_have_value("发票")
    field(page).press("Escape")
    expect(chat(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()


def test_enter_sends_and_shift_enter_begins_a_line(page: Page, service: Service) -> None:
    opened(page)
    expect(field(page)).to_be_focused()
    field(page).press_sequentially("多久")
    field(page).press("Shift+Enter")
    field(page).press_sequentially("发货")
    field(page).evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(lines(page, "me")).to_have_count(0)
    field(page).press("Enter")
    expect(lines(page, "bot")).to_have_count(2)
    assert said(service, page)[0] == ("customer", "多久\n发货")


def test_what_helped_is_said_and_what_did_not_with_a_reason(page: Page, service: Service) -> None:
    ask(opened(page), "多久发货")
    helped, not_helped = (chat(page).get_by_role("button", name=SAYS[name]) for name in ("helpful", "unhelpful"))
    helped.click()
    expect(chat(page).get_by_text(SAYS["thanks"])).to_be_visible()
    expect(helped).to_have_attribute("aria-pressed", "true")
    not_helped.click()
    chat(page).get_by_role("textbox", name=SAYS["comment"]).fill("想知道节假日发不发货")
    chat(page).get_by_role("button", name=SAYS["submit"]).click()
    expect(chat(page).get_by_text(SAYS["sorry"])).to_be_visible()
    (record,) = (one for one in service.kb.store.answers.recent(5) if one.conversation_id == conversation(page))
    feedback = service.kb.store.answers.feedback_on(record.id)
    assert feedback is not None
    assert (feedback.helpful, feedback.comment) == (False, "想知道节假日发不发货")

    page.reload()
    expect(not_helped).to_have_attribute("aria-pressed", "true")


def test_markup_in_an_answer_stays_text(page: Page) -> None:
    ask(opened(page), "标签怎么显示？")
    answer = lines(page, "bot").last
    expect(answer.locator(".bubble")).to_contain_text(MARKUP)
    expect(answer.get_by_text("坏链接")).to_be_visible()
    expect(answer.get_by_role("link")).to_have_text(["好链接", "打电话", "写邮件"])
    ask(page, "<img src=x onerror='window.broken=4'>你好")
    expect(lines(page, "me").last).to_contain_text("<img src=x")
    assert page.evaluate("window.broken") is None
    assert chat(page).locator("img, script, b").count() == 0


def test_a_message_that_cannot_be_understood_says_so_and_is_not_sent_again(page: Page, watched: Watched) -> None:
    watched.refused.add(422)
    ask(opened(page), "😀😀")
    expect(chat(page).get_by_role("alert")).to_have_text(messages.widget.PROBLEMS["nothing_to_match"])
    assert kept(page)["outbox"] == []


# --- a person takes over -----------------------------------------------------------------------------------------


def test_who_waits_sees_the_place_in_the_queue_and_then_the_agents_words(
    page: Page, service: Service, agents: Client
) -> None:
    with Client(base_url=service.url, trust_env=False) as others:
        others.post("/v1/answer", json={"question": "我要投诉你们", "conversation_id": "c-other"}).raise_for_status()
    ahead = service.kb.desk.count(TicketState.WAITING)
    assert ahead
    opened(page).get_by_role("button", name=SAYS["person"]).click()
    bar = chat(page).get_by_role("status")
    expect(bar.filter(has_text=messages.widget.in_queue(ahead))).to_be_visible()
    expect(page.get_by_role("button", name=SAYS["with_person"])).to_be_disabled()

    agent_says(agents, page, "您好，我是小林。\n说明在 https://shop.example/help ，请看。")
    line = lines(page, "agent")
    expect(line).to_contain_text("您好，我是小林。")
    expect(line.get_by_role("link")).to_have_attribute("href", "https://shop.example/help")

    ask(page, "好的，谢谢")
    expect(lines(page, "me").last.get_by_role("time")).to_be_visible()
    agents.post(f"/v1/tickets/{only_ticket(agents, page)}/close", json={}).raise_for_status()
    expect(chat(page).get_by_text(messages.replies.SERVICE_ENDED)).to_have_count(1)
    expect(page.get_by_role("button", name=SAYS["person"])).to_be_enabled()
    ask(page, "多久发货")
    expect(lines(page, "bot").last).to_contain_text("现货订单 48 小时内发货。")
    expect(line).to_have_count(1)


def test_an_agents_words_are_announced_while_the_chat_is_closed(page: Page, agents: Client) -> None:
    opened(page).get_by_role("button", name=SAYS["person"]).click()
    expect(page.get_by_role("button", name=SAYS["with_person"])).to_be_visible()
    page.get_by_role("button", name=SAYS["close"]).click()
    agent_says(agents, page, "您好，我是小林。")
    waiting = page.get_by_role("button", name=f"{SAYS['open']}，1 {SAYS['unread']}")
    expect(waiting).to_be_visible()
    page.reload()
    expect(waiting).to_be_visible()
    waiting.click()
    expect(lines(page, "agent")).to_have_count(1)
    page.get_by_role("button", name=SAYS["close"]).click()
    expect(launcher(page)).to_have_accessible_name(SAYS["open"])


def test_where_no_stream_gets_through_the_agents_words_arrive_by_polling(
    page: Page, agents: Client, watched: Watched
) -> None:
    page.route("**/events", lambda route: route.fulfill(status=502))
    watched.refused.add(502)
    page.clock.install()
    page.reload()
    opened(page).get_by_role("button", name=SAYS["person"]).click()
    expect(page.get_by_role("button", name=SAYS["with_person"])).to_be_visible()
    agent_says(agents, page, "您好，我是小林。")
    for _ in range(60):  # two minutes on the page's clock: nobody waits here for its next look
        if lines(page, "agent").count():
            break
        page.clock.fast_forward(2_000)
    expect(lines(page, "agent")).to_contain_text("您好，我是小林。")


# --- a bad line --------------------------------------------------------------------------------------------------


def test_a_conversation_outlives_loading_the_page_again_and_other_pages(
    page: Page, context: BrowserContext, service: Service, watched: Watched
) -> None:
    ask(opened(page), "券怎么用")
    expect(chat(page).get_by_role("group", name=SAYS["suggestions"])).to_be_visible()
    page.reload()
    expect(chat(page)).to_be_visible()
    expect(lines(page, "me")).to_have_count(1)
    options = chat(page).get_by_role("group", name=SAYS["suggestions"])

    second = embedded(context, service, watched)
    expect(lines(second, "me")).to_have_count(1)
    options.get_by_role("button", name="红包怎么用？").click()
    expect(lines(page, "bot").last).to_contain_text("红包在付款时自动抵扣。")
    expect(lines(second, "bot").last).to_contain_text("红包在付款时自动抵扣。")
    for one in (page, second):
        expect(lines(one, "me")).to_have_count(2)
    page.get_by_role("button", name=SAYS["again"]).click()
    expect(lines(page, "me")).to_have_count(0)
    expect(lines(second, "me")).to_have_count(0)


def test_what_is_written_on_a_lost_connection_is_sent_when_it_is_back(
    page: Page, context: BrowserContext, service: Service, watched: Watched
) -> None:
    ask(opened(page), "多久发货")
    expect(lines(page, "bot")).to_have_count(2)
    context.set_offline(True)
    ask(page, "怎么开发票")
    ask(page, "怎么申请退款")
    expect(chat(page).get_by_role("status").filter(has_text=SAYS["offline"])).to_be_visible()
    expect(lines(page, "me").last).to_contain_text(SAYS["sending"])
    context.set_offline(False)

    expect(lines(page, "bot")).to_have_count(4)
    expect(chat(page).get_by_text(SAYS["offline"])).to_be_hidden()
    expect(chat(page).get_by_text(SAYS["sending"])).to_have_count(0)
    assert [text for author, text in said(service, page) if author == "customer"] == [
        "多久发货",
        "怎么开发票",
        "怎么申请退款",
    ]
    only_of_the_connection(watched)


def test_a_reply_that_was_lost_on_the_way_is_fetched_and_nothing_doubled(
    page: Page, service: Service, watched: Watched
) -> None:
    lost: list[str] = []

    def lose_the_first(route: Any) -> None:
        if not lost:
            lost.append(route.request.post_data)
            route.fetch()  # the service answers, and nobody hears it
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/v1/answer", lose_the_first)
    ask(opened(page), "转人工")
    expect(page.get_by_role("button", name=SAYS["with_person"])).to_be_visible()
    expect(lines(page, "bot")).to_have_count(2)
    expect(lines(page, "me")).to_have_count(1)
    assert [author for author, _ in said(service, page)] == ["customer", "bot"]
    assert len([one for one in service.kb.desk.tickets() if one.conversation_id == conversation(page)]) == 1
    only_of_the_connection(watched)


def test_what_was_not_sent_yet_outlives_loading_the_page_again(page: Page, service: Service, watched: Watched) -> None:
    page.route("**/v1/answer", lambda route: route.abort("connectionreset"))
    ask(opened(page), "多久发货")
    expect(chat(page).get_by_text(SAYS["retry"])).to_be_visible()
    page.unroute("**/v1/answer")
    watched.refused.add(404)  # the service does not know of the conversation yet
    page.reload()
    expect(lines(page, "bot").last).to_contain_text("现货订单 48 小时内发货。")
    expect(lines(page, "me")).to_have_count(1)
    assert [author for author, _ in said(service, page)] == ["customer", "bot"]
    only_of_the_connection(watched)


def test_a_restart_of_the_service_is_noticed_by_nobody(
    context: BrowserContext, tmp_path: Path, printed: Path, watched: Watched
) -> None:
    home = Path(shutil.copytree(printed, tmp_path / "again"))
    kb = opened_kb(Settings(home=home))
    service = Service(f"http://127.0.0.1:{(port := free_port())}", kb)
    watched.host = f"127.0.0.1:{port}"
    with process(home, port):
        page = embedded(context, service, watched)
        opened(page).get_by_role("button", name=SAYS["person"]).click()
        expect(page.get_by_role("button", name=SAYS["with_person"])).to_be_visible()
    ask(page, "还在吗")
    expect(chat(page).get_by_role("status").filter(has_text=SAYS["retry"])).to_be_visible()
    with process(home, port):
        expect(chat(page).get_by_text(SAYS["sending"])).to_have_count(0, timeout=15_000)
        with Client(base_url=service.url, params={"agent": "小林"}, trust_env=False) as agents:
            agent_says(agents, page, "您好，我在。")
        expect(lines(page, "agent")).to_contain_text("您好，我在。", timeout=30_000)
        assert [text for author, text in said(service, page) if author != "bot"] == ["转人工", "还在吗", "您好，我在。"]
        page.close()
    kb.close()
    only_of_the_connection(watched)
    assert watched.errors == []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def only_of_the_connection(watched: Watched) -> None:
    """Take out what a browser logs by itself when a connection is lost."""
    watched.errors[:] = [error for error in watched.errors if "net::ERR_" not in error]


@contextmanager
def process(home: Path, port: int) -> Iterator[None]:
    """A service that is killed in the end."""
    one = subprocess.Popen([sys.executable, "-c", SERVER, str(home), str(port)], cwd=ROOT)
    try:
        with httpx2.Client(trust_env=False) as client:
            while one.poll() is None:
                try:
                    client.get(f"http://127.0.0.1:{port}/readyz").raise_for_status()
                    break
                except httpx2.HTTPError:
                    time.sleep(0.1)
        yield
    finally:
        one.kill()
        one.wait()


# --- on other sites ----------------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def shop_at(folder: Path, script: str) -> Iterator[str]:
    """A shop on an origin of its own, with a style that would spoil the chat if it could."""
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>店铺</title>'
        '<meta http-equiv="Content-Security-Policy" content="script-src http:; style-src-elem \'none\'">'
        '<link rel="icon" href="data:,"><body style="color: red; font-size: 40px; text-align: center"><h1>店铺</h1>'
        + script,
        encoding="utf-8",
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_another_site_that_is_allowed_has_the_chat_with_its_own_looks(
    context: BrowserContext, tmp_path: Path, printed: Path
) -> None:
    port = free_port()
    script = (
        f'<script src="http://127.0.0.1:{port}/widget.js" data-key="KEY" data-title="禾小满客服" data-colour="#ffd54a" '
        'data-position="left" data-greeting="欢迎光临！" data-channel="shop" async></script>'
    )
    with shop_at(tmp_path / "shop", "") as shop:
        home = Path(shutil.copytree(printed, tmp_path / "allowed"))
        kb = opened_kb(Settings(home=home, allowed_origins=shop))
        _, secret = kb.store.keys.add("网页", Role.ASKER, datetime.now(UTC))
        index = tmp_path / "shop" / "index.html"
        index.write_text(index.read_text(encoding="utf-8") + script.replace("KEY", secret), encoding="utf-8")
        with serving(kb, port):
            page = context.new_page()
            problems: list[str] = []
            page.on("console", lambda message: problems.append(message.text))
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.goto(shop)
            opened(page)
            mine = page.get_by_role("dialog", name="禾小满客服")
            expect(mine).to_contain_text("欢迎光临！")
            assert mine.evaluate("box => box.getBoundingClientRect().left") < 100
            header = mine.locator("header")
            expect(header).to_have_css("background-color", "rgb(255, 213, 74)")
            expect(header).to_have_css("color", "rgb(0, 0, 0)")
            expect(mine.locator(".log")).to_have_css("font-size", "15px")
            ask(page, "怎么开发票")
            expect(mine.get_by_role("article").last).to_contain_text("下单时勾选“开具发票”即可。")
            page.get_by_role("button", name=SAYS["person"]).click()
            expect(page.get_by_role("button", name=SAYS["with_person"])).to_be_visible()
            ticket = kb.desk.tickets()[0]
            kb.desk.claim(ticket.id, "小林")
            kb.desk.reply(ticket.id, "小林", "您好，我是小林。")
            expect(mine.get_by_role("article", name=SAYS["agent"])).to_contain_text("您好，我是小林。")
            assert kb.store.answers.recent(9)[-1].channel == "shop"
            page.close()
            assert problems == []


def test_another_site_that_is_not_allowed_is_refused_and_says_so(
    context: BrowserContext, service: Service, tmp_path: Path
) -> None:
    before = service.kb.store.answers.recent(1)
    with shop_at(tmp_path / "shop", f'<script src="{service.url}/widget.js"></script>') as shop:
        page = context.new_page()
        page.goto(shop)
        ask(opened(page), "怎么开发票")
        expect(chat(page).get_by_role("status").filter(has_text=re.compile("连接不上|无法使用"))).to_be_visible()
        expect(lines(page, "bot")).to_have_count(1)
        page.close()
    assert service.kb.store.answers.recent(1) == before


# --- how it looks and how it is reached --------------------------------------------------------------------------


@pytest.fixture
def phone(browser: Browser, service: Service, watched: Watched) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    yield embedded(context, service, watched)
    context.close()
    assert watched.errors == []


def test_on_a_phone_the_chat_fills_the_screen_and_keeps_the_focus(phone: Page) -> None:
    launcher(phone).tap()
    panel = chat(phone)
    expect(panel).to_be_focused()
    box = panel.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    ask(phone, "券怎么用")
    expect(panel.get_by_role("group", name=SAYS["suggestions"])).to_be_visible()
    assert panel.evaluate("box => box.scrollWidth <= box.clientWidth")
    expect(phone.get_by_role("button", name=SAYS["person"])).to_be_in_viewport()
    field(phone).focus()
    stops = []
    for _ in range(24):
        phone.keyboard.press("Tab")
        stops.append(phone.evaluate("document.activeElement.tagName"))
    assert set(stops) == {"KB-CHAT"}, "the page behind got the focus"
    phone.keyboard.press("Shift+Tab")
    assert phone.evaluate("document.activeElement.tagName") == "KB-CHAT"
    phone.keyboard.press("Escape")
    expect(launcher(phone)).to_be_focused()


def test_the_order_of_the_keyboard_is_the_order_of_the_eye(page: Page) -> None:
    page.locator("#code").focus()
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expected = [SAYS["again"], SAYS["close"], SAYS["log"], SAYS["person"], SAYS["question"]]
    reached = []
    chat(page).evaluate("box => box.focus()")
    for _ in expected:
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "() => { const one = document.querySelector('kb-chat').shadowRoot.activeElement;"
                " return one.getAttribute('aria-label') ?? one.textContent }"
            )
        )
    assert reached == expected


def test_new_lines_are_told_to_a_screen_reader_and_old_ones_are_not(page: Page) -> None:
    log = opened(page).get_by_role("log", name=SAYS["log"])
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, "多久发货")
    expect(lines(page, "bot")).to_have_count(2)
    page.route("**/messages?after=0", lambda route: route.fulfill(response=route.fetch()))
    page.reload()
    expect(log).to_have_attribute("aria-live", "off")
    expect(lines(page, "bot")).to_have_count(2)
    expect(log).to_have_attribute("aria-live", "polite")


def test_the_chat_follows_the_colours_of_the_night(browser: Browser, service: Service, watched: Watched) -> None:
    context = browser.new_context(color_scheme="dark", locale="zh-CN")
    page = opened(embedded(context, service, watched))
    expect(chat(page)).to_have_css("background-color", "rgb(24, 33, 32)")
    context.close()


def test_what_the_agent_knows_is_what_the_customer_wrote(page: Page, service: Service) -> None:
    ask(opened(page), "多久发货")
    expect(lines(page, "bot")).to_have_count(2)
    assert [Author(author) for author, _ in said(service, page)] == [Author.CUSTOMER, Author.BOT]
    assert re.fullmatch(r"web-[0-9a-f]{36}", kept(page)["conversation"])
