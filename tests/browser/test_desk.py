"""The agents' desk, used as agents use it: by keyboard, two at a time, with customers on the other side."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kb import messages
from kb.answer.respond import Asked
from kb.settings import Settings
from kb.types import Author, ConversationId, EntryId, EntryState, Priority, Reason, Role, Ticket, TicketId, TicketState
from tests.browser.conftest import DESK, PHONE, Service, Watched, keep_picture, opened, serving, stalled

pytestmark = pytest.mark.browser

words = messages.desk
At = Callable[[str], Page]


@pytest.fixture(scope="module")
def office(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of this file; each has its own tickets."""
    home = Path(shutil.copytree(printed, tmp_path_factory.mktemp("desk") / "home"))
    with serving(opened(Settings(home=home, teams=("售后组",))), pages=True) as one:
        yield one


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has what the pages are made of, once it has seen one; who works says each page's address."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def desks(visitor: BrowserContext, office: Service, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[At]:
    """Opens the desk as an agent, each in a window of their own; ends red if a page logged an error."""
    watched = Watched(office.host)
    pages: list[Page] = []

    def at(agent: str) -> Page:
        page = visitor.new_page()
        pages.append(page)
        watched.over(page)
        page.goto(f"{office.url}/desk?agent={agent}")
        expect(page.get_by_role("group", name=words.QUEUE)).to_be_visible()
        return page

    yield at
    for number, page in enumerate(pages):
        keep_picture(request, page, tmp_path / f"end{number}.png")
        page.close()
    assert watched.errors == []
    assert watched.strangers == []


_conversations = iter(range(1_000_000))


def hand_over(office: Service, text: str) -> Ticket:
    """A customer asks, and is handed over."""
    conversation = ConversationId(f"c{next(_conversations)}")
    ticket = office.kb.responder.respond(office.kb.matcher(), Asked(f"转人工，{text}", conversation)).ticket
    assert ticket is not None
    return ticket


def sent(office: Service, ticket: Ticket) -> list[str]:
    """What agents wrote to the customer."""
    return [line.text for line in office.kb.desk.messages(ticket.conversation_id) if line.author is Author.AGENT]


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("option").filter(has_text=text)


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name=words.REPLY)


def claim(page: Page, text: str) -> None:
    row(page, text).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()


def answer(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Control+Enter")
    expect(page.get_by_role("log").get_by_text(text)).to_be_visible()


def test_a_ticket_is_found_claimed_and_answered_by_keyboard_alone(desks: At, office: Service) -> None:
    ticket = hand_over(office, "有没有线下门店")
    page = desks("小林")
    expect(row(page, "有没有线下门店")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("j")
        expect(page.get_by_role("option", selected=True)).to_have_count(1)
        if "有没有线下门店" in page.get_by_role("option", selected=True).inner_text():
            break
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value(ticket.draft)

    page.keyboard.press("Control+a")
    page.keyboard.type("您好，目前没有线下门店。")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("log")).to_contain_text("目前没有线下门店")
    expect(field(page)).to_have_value("")
    assert sent(office, ticket) == ["您好，目前没有线下门店。"]
    kept = office.kb.desk.ticket(ticket.id)
    assert (kept.assignee, kept.reply_kind) == ("小林", "rewritten")


def test_the_draft_is_sent_as_it_is_and_the_ticket_ended_in_one_step(desks: At, office: Service) -> None:
    ticket = hand_over(office, "会员日是哪天")
    page = desks("小林")
    claim(page, "会员日是哪天")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_text(words.GONE)).to_be_visible()
    kept = office.kb.desk.ticket(ticket.id)
    assert (kept.state, kept.outcome, kept.reply_kind) == (TicketState.CLOSED, "solved", "drafted")
    page.get_by_role("button", name=words.QUEUES["done"]).click()
    expect(row(page, "会员日是哪天")).to_contain_text(words.OUTCOMES["solved"])


def test_the_second_of_two_agents_sees_who_has_the_ticket(desks: At, office: Service) -> None:
    ticket = hand_over(office, "两位坐席同时看")
    lin, li = desks("小林"), desks("小李")
    for page in (lin, li):
        row(page, "两位坐席同时看").click()
        expect(page.get_by_role("button", name=words.CLAIM)).to_be_visible()
    office.kb.desk.claim(ticket.id, "小林")
    li.keyboard.press("Enter")
    expect(li.get_by_text(words.TAKEN.format(agent="小林")).first).to_be_visible()
    expect(field(li)).to_be_hidden()
    expect(field(lin)).to_be_visible()


def test_what_is_written_for_a_ticket_that_was_taken_away_is_not_sent(desks: At, office: Service) -> None:
    ticket = hand_over(office, "写到一半被转走")
    page = desks("小林")
    claim(page, "写到一半被转走")
    with stalled():  # the page does not learn of it
        office.kb.desk.transfer(ticket.id, "小林", "小李", "")
        field(page).fill("您好，我来处理。")
        field(page).press("Control+Enter")
    expect(page.get_by_text(words.TAKEN.format(agent="小李"))).to_be_visible()
    assert sent(office, ticket) == []


def test_forbidden_words_and_personal_data_are_shown_before_they_go_out(desks: At, office: Service) -> None:
    ticket = hand_over(office, "退货地址在哪里")
    page = desks("小林")
    claim(page, "退货地址在哪里")
    field(page).fill("请您自己看说明。\n电话 13800138000")
    field(page).press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("服务忌语“自己看”")
    expect(dialog).to_contain_text("第 2 行")
    expect(dialog).to_contain_text("手机号“13800138000”")
    dialog.get_by_role("button", name=words.EDIT_AGAIN).click()
    assert sent(office, ticket) == []

    field(page).press("Control+Enter")
    page.get_by_role("dialog").get_by_role("button", name=words.SEND_ANYWAY).click()
    expect(page.get_by_role("log")).to_contain_text("13800138000")


def test_an_agent_who_is_faster_than_the_server_loses_no_key_and_no_question(desks: At, office: Service) -> None:
    ticket = hand_over(office, "可以改地址吗")
    page = desks("小林")
    claim(page, "可以改地址吗")
    field(page).fill("请您自己看说明。")
    field(page).press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    with stalled():
        dialog.get_by_role("button", name=words.EDIT_AGAIN).click()
        expect(dialog).to_be_hidden()
        field(page).press("Control+Enter")
    expect(dialog).to_be_visible()
    assert sent(office, ticket) == []
    dialog.get_by_role("button", name=words.SEND_ANYWAY).click()
    expect(page.get_by_role("log")).to_contain_text("请您自己看说明。")
    expect(dialog).to_have_count(0)


def test_what_is_known_is_put_into_the_reply(desks: At, office: Service) -> None:
    hand_over(office, "投诉，发票开不出来")
    office.kb.quick.add("稍等", "请稍等，正在为您核对。", agent="小林", role=Role.AGENT)
    page = desks("小林")
    claim(page, "投诉，发票开不出来")
    page.keyboard.press("Alt+1")
    expect(field(page)).to_have_value(re.compile("下单时勾选"))

    field(page).press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label(words.SEARCH)).to_be_focused()
    page.keyboard.type("退款")
    hit = page.get_by_role("article").filter(has_text="怎么申请退款？")
    expect(hit.locator("mark").first).to_have_text("退款")
    hit.get_by_role("button", name=words.INSERT).click()
    expect(field(page)).to_have_value(re.compile("点击“申请退款”"))  # instead of the other, which nobody had touched

    page.get_by_role("button", name=words.UNDO).click()
    expect(field(page)).to_have_value(re.compile("下单时勾选"))
    page.get_by_role("button", name=words.TABS["quick"], exact=True).click()
    page.get_by_role("article").filter(has_text="稍等").get_by_role("button", name=words.INSERT).click()
    expect(field(page)).to_have_value(re.compile(r"下单时勾选[\s\S]*请稍等，正在为您核对。$"))


def test_the_bot_learns_from_a_reply_by_one_click(desks: At, office: Service) -> None:
    ticket = hand_over(office, "开票要什么资料")
    page = desks("小林")
    claim(page, "开票要什么资料")
    answer(page, "开票需要抬头和税号。")
    page.get_by_role("button", name=words.LEARN_ENTRY).click()
    expect(page.get_by_role("alert").filter(has_text="草稿")).to_be_visible()
    (made,) = [one for one in office.kb.store.entries.all() if one.entry.answer == "开票需要抬头和税号。"]
    assert made.entry.state is EntryState.DRAFT

    page.get_by_role("button", name=words.TABS["search"]).click()
    page.get_by_label(words.SEARCH).fill("开发票")
    card = page.get_by_role("article").filter(has_text="怎么开发票？")
    card.get_by_role("button", name=words.LEARN_VARIANT).click()
    expect(page.get_by_role("alert").filter(has_text="已加到词条“怎么开发票？”")).to_be_visible()
    assert ticket.question in office.kb.store.entries.get(EntryId("invoice")).variants
    page.get_by_role("button", name=words.TABS["history"]).click()
    expect(page.get_by_role("listitem").last).to_contain_text("把问题加到词条“怎么开发票？”")


def test_news_come_by_themselves(desks: At, office: Service) -> None:
    page = desks("小林")
    ticket = hand_over(office, "新来的工单")
    expect(row(page, "新来的工单")).to_be_visible()
    claim(page, "新来的工单")
    answer(page, "您好，请讲。")
    office.kb.responder.respond(office.kb.matcher(), Asked("<b>还有一个</b>问题", ticket.conversation_id))
    expect(page.get_by_role("log")).to_contain_text("<b>还有一个</b>问题")
    page.get_by_role("button", name=words.QUEUES["mine"]).click()
    expect(row(page, "新来的工单")).to_contain_text(words.NEW_LINES)


def test_a_click_counts_though_the_list_is_drawn_anew_under_it(desks: At, office: Service) -> None:
    hand_over(office, "按下去的时候")
    page = desks("小林")
    row(page, "按下去的时候").hover()
    page.mouse.down()
    hand_over(office, "又来了一位")
    expect(row(page, "又来了一位")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_contain_text("按下去的时候")


def test_a_note_stays_among_colleagues_and_a_ticket_goes_to_a_team(desks: At, office: Service) -> None:
    ticket = hand_over(office, "仓库少发了一件")
    page = desks("小林")
    claim(page, "仓库少发了一件")
    page.get_by_role("button", name=words.NOTES).click()
    note = page.get_by_role("textbox", name=words.NOTES)
    note.fill("已请仓库调监控")
    note.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("已请仓库调监控")
    assert sent(office, ticket) == []

    page.get_by_role("button", name=words.TRANSFER).click()
    page.get_by_role("combobox", name=words.TRANSFER_TO).fill("售后")
    page.get_by_role("option", name="售后组").click()
    page.get_by_label(words.TRANSFER_NOTE).fill("等仓库回复")
    page.get_by_role("dialog").get_by_role("button", name=words.TRANSFER).click()
    expect(page.get_by_role("button", name=words.CLAIM)).to_be_visible()
    assert office.kb.desk.ticket(ticket.id).team == "售后组"
    page.get_by_role("group", name=words.TEAM).get_by_role("button", name="售后组").click()
    expect(page.get_by_role("option")).to_have_count(1)
    expect(row(page, "仓库少发了一件")).to_be_visible()


def test_a_conversation_goes_back_to_the_bot(desks: At, office: Service) -> None:
    ticket = hand_over(office, "不用人工了")
    page = desks("小林")
    claim(page, "不用人工了")
    page.get_by_role("button", name=words.RETURN).click()
    page.get_by_role("dialog").get_by_role("button", name=words.RETURN).click()
    expect(page.get_by_text(words.GONE)).to_be_visible()
    assert office.kb.desk.ticket(ticket.id).outcome == "returned"


def test_on_a_phone_the_list_and_the_ticket_come_one_after_the_other(desks: At, office: Service) -> None:
    hand_over(office, "手机上也能看")
    page = desks("小林")
    page.set_viewport_size(PHONE)
    row(page, "手机上也能看").click()
    expect(page.get_by_role("button", name=words.CLAIM)).to_be_visible()
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name=words.BACK).click()
    expect(row(page, "手机上也能看")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_of_many_tickets_only_those_that_are_looked_at_are_on_the_page(desks: At, office: Service) -> None:
    kb = office.kb
    now = kb.clock.now()
    waiting = kb.desk.count(TicketState.WAITING)
    for number in range(500 - waiting):
        kb.store.tickets.add(_ticket(number, now + timedelta(hours=5, minutes=number)), now)
    page = desks("小林")
    expect(page.get_by_role("button", name=words.QUEUES["waiting"])).to_contain_text("500")
    expect(page.get_by_role("option")).to_have_count(50)
    page.get_by_role("option").nth(49).click()
    expect(page.get_by_role("option").nth(49)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("j")
    expect(page.get_by_role("option").nth(50)).to_have_attribute("aria-selected", "true")
    page.get_by_role("listbox").locator("..").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    expect(page.get_by_role("option")).to_have_count(150)


def _ticket(number: int, due: datetime) -> Ticket:
    return Ticket(
        id=TicketId(f"many-{number:03}"),
        conversation_id=ConversationId(f"many-{number}"),
        answer_id=None,
        question=f"第 {number} 位顾客的问题",
        summary=f"要求人工｜第 {number} 位顾客的问题",
        reason=Reason.ASKED_FOR_PERSON,
        category="",
        priority=Priority.ORDINARY,
        state=TicketState.WAITING,
        created_at=due - timedelta(hours=24),
        due_at=due,
        draft="您好",
    )
