"""From a question that nobody understood to its answer: a customer, an agent and an editor, each in a browser."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kb import messages
from kb.types import DecisionKind, Question
from tests.browser.conftest import DESK, PHONE, Service, Watched

pytestmark = pytest.mark.browser

QUESTION = "公司报销要的票据怎么拿"
ANSWER = "下单时勾选“开具发票”即可。"
ADDED = "专用发票请在备注里写上税号。"

chat, desk, studio = messages.widget.SAYS, messages.desk, messages.studio


@pytest.fixture
def watched(office: Service) -> Watched:
    return Watched(office.host)


def somebody(browser: Browser, watched: Watched, *, phone: bool = False) -> BrowserContext:
    context = browser.new_context(
        viewport=PHONE if phone else DESK, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    context.on("page", watched.over)
    return context


@pytest.fixture
def customer(browser: Browser, office: Service, watched: Watched) -> Iterator[Page]:
    context = somebody(browser, watched, phone=True)
    page = context.new_page()
    page.goto(f"{office.url}/widget-demo")
    page.get_by_role("button", name=chat["open"]).click()
    yield page
    context.close()


@pytest.fixture
def staff(browser: Browser, watched: Watched) -> Iterator[BrowserContext]:
    context = somebody(browser, watched)
    yield context
    context.close()


def ask(customer: Page, text: str) -> None:
    field = customer.get_by_role("combobox", name=chat["question"])
    field.fill(text)
    field.press("Enter")


def test_a_question_nobody_understood_is_answered_by_itself_the_next_time(
    office: Service, customer: Page, staff: BrowserContext, watched: Watched
) -> None:
    # the customer asks, and waits for a person
    ask(customer, QUESTION)
    expect(customer.get_by_role("article", name=chat["bot"]).last).to_contain_text(
        messages.replies.HANDED_OVER["nothing_close"]
    )
    expect(customer.get_by_text(messages.widget.in_queue(0))).to_be_visible()

    # an agent claims the ticket, takes what the entry says instead of the draft, edits it, and sends it
    agent = staff.new_page()
    agent.goto(f"{office.url}/desk?agent=小林")
    agent.get_by_role("option", name=re.compile(QUESTION)).click()
    agent.get_by_role("button", name=desk.CLAIM).click()
    draft = agent.get_by_role("textbox", name=desk.REPLY)
    expect(draft).to_be_visible()
    known = agent.get_by_role("article").filter(has_text="怎么开发票？")
    known.get_by_role("button", name=desk.INSERT).click()
    expect(draft).to_have_value(re.compile(re.escape(ANSWER)))
    draft.fill(f"{draft.input_value()}\n{ADDED}")
    draft.press("Control+Enter")

    # the customer reads it
    reply = customer.get_by_role("article", name=chat["agent"])
    expect(reply).to_contain_text(ANSWER)
    expect(reply).to_contain_text(ADDED)
    expect(customer.get_by_text(messages.widget.IN_SERVICE)).to_be_visible()
    expect(agent.get_by_text(desk.SENT_AS["rewritten"]).first).to_be_visible()

    # the agent adds the question to the entry, and gives the conversation back
    agent.get_by_role("button", name=desk.LEARN_VARIANT, exact=True).first.click()
    expect(agent.get_by_text(desk.LEARNED_VARIANT.format(question="怎么开发票？"))).to_be_visible()
    agent.get_by_role("button", name=desk.RETURN).click()
    agent.get_by_role("dialog").get_by_role("button", name=desk.RETURN).click()
    expect(customer.get_by_text(messages.replies.SERVICE_ENDED)).to_be_visible()

    # before the editor publishes, nothing has changed
    assert decided(office) is DecisionKind.HANDOFF

    # the editor looks at what waits, and publishes it
    editor = staff.new_page()
    editor.goto(f"{office.url}/studio")
    editor.get_by_role("navigation", name=studio.TITLE).get_by_role("button", name=studio.TABS["publish"]).click()
    expect(editor.get_by_text(QUESTION)).to_be_visible()
    editor.get_by_role("button", name=studio.PUBLISH_NOW).click()
    editor.get_by_role("dialog").get_by_role("button", name=studio.PUBLISH_NOW).click()
    expect(editor.get_by_role("heading", name=re.compile("^已发布"))).to_be_visible(timeout=60_000)

    # the customer asks again, in a conversation of its own, and is answered directly
    customer.get_by_role("button", name=chat["again"]).click()
    expect(customer.get_by_role("article")).to_have_count(1)
    expect_served(office)
    ask(customer, QUESTION)
    expect(customer.get_by_role("article", name=chat["bot"]).last).to_contain_text(ANSWER)
    expect(customer.get_by_role("button", name=chat["person"])).to_be_enabled()
    last = office.kb.store.answers.recent(1)[0]
    assert (last.question, last.decision.value, last.entry_id) == (QUESTION, "answer", "invoice")

    assert watched.errors == []
    assert watched.strangers == []


def decided(office: Service) -> DecisionKind:
    """What the release in use makes of the question."""
    kb = office.kb
    return kb.matcher().judge(Question(QUESTION), kb.responder.today()).decision.kind


def expect_served(office: Service) -> None:
    """Wait until the release in use is the one that is live: the service follows by itself, within a second or so."""
    while office.kb.serving.manifest.id != office.kb.store.releases.current():
        time.sleep(0.1)
