"""The page to try the service, used as a customer uses it."""

import re
from datetime import UTC, datetime

import pytest
from httpx2 import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kb import messages
from kb.types import Author, ConversationId, Role
from tests.browser.conftest import MARKUP, PHONE, Service, Watched

pytestmark = pytest.mark.browser


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="您的问题")


def ask(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")


def bots(page: Page) -> Locator:
    return page.get_by_role("article", name="智能客服")


def why(page: Page) -> Locator:
    return page.get_by_role("complementary", name="为什么这样答")


def only_ticket(agents: Client) -> str:
    (ticket,) = agents.get("/v1/tickets").json()["tickets"]
    return str(ticket["id"])


def agent_says(agents: Client, text: str) -> None:
    ticket = only_ticket(agents)
    agents.post(f"/v1/tickets/{ticket}/claim").raise_for_status()
    agents.post(f"/v1/tickets/{ticket}/reply", json={"text": text}).raise_for_status()


def test_a_question_is_answered_with_its_pages_and_what_to_ask_next(page: Page) -> None:
    ask(page, "怎么开发票")

    answer = bots(page).last
    expect(answer).to_contain_text("下单时勾选“开具发票”即可。")
    link = answer.get_by_role("link", name="开票说明")
    expect(link).to_have_attribute("href", "https://shop.example/invoice")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    answer.get_by_role("button", name="发票抬头可以修改吗？").click()
    expect(bots(page).last).to_contain_text("开票后 30 天内可以修改一次抬头。")


def test_an_example_to_begin_with_is_asked_by_a_click(page: Page) -> None:
    page.get_by_role("button", name="多久发货？").click()
    expect(bots(page).last).to_contain_text("现货订单 48 小时内发货。")


def test_the_page_says_at_once_when_nothing_was_published(page: Page, service: Service, watched: Watched) -> None:
    watched.refused.add(503)
    page.route(
        "**/v1/suggest?*",
        lambda route: route.fulfill(status=503, content_type="application/problem+json", json={"code": "not_ready"}),
    )
    page.reload()
    expect(page.get_by_role("alert")).to_have_text(messages.try_it.PROBLEMS["not_ready"])


def test_the_panel_says_why(page: Page) -> None:
    ask(page, "发票怎么开具呢")
    expect(bots(page)).to_have_count(2)

    panel = why(page)
    expect(panel.locator(".badge")).to_have_text(re.compile("直答|反问|转人工"))
    expect(panel.get_by_role("meter", name="把握")).to_have_attribute("aria-valuenow", re.compile(r"^\d+(\.\d)?$"))
    expect(panel.locator(".candidates li").first).to_contain_text("怎么开发票？")
    expect(panel.locator(".contributions .feature").first).to_have_text(re.compile("[一-鿿]"))
    expect(panel.locator(".facts")).to_contain_text("发布版本")
    panel.get_by_text("接口原文").click()
    expect(panel.locator("pre").first).to_contain_text('"question": "发票怎么开具呢"')


def test_an_option_that_is_chosen_is_answered(page: Page) -> None:
    ask(page, "券怎么用")

    options = bots(page).last.locator(".options")
    expect(options.get_by_role("button")).to_have_text(["优惠券怎么用？", "红包怎么用？"], use_inner_text=True)
    options.get_by_role("button", name="红包怎么用？").click()
    expect(bots(page).last).to_contain_text("红包在付款时自动抵扣。")


def test_what_else_was_asked_stands_beneath_the_answer_to_be_clicked(page: Page) -> None:
    ask(page, "怎么申请退款 怎么开具发票")

    answer = bots(page).last
    expect(answer.locator(".bubble")).to_have_text("在“我的订单”里点击“申请退款”。")
    expect(answer).to_contain_text("您还问到另一件事，是想了解这个吗？")
    expect(answer).not_to_contain_text("·")
    answer.get_by_role("button", name="怎么开发票？").click()
    expect(bots(page).last).to_contain_text("下单时勾选“开具发票”即可。")


def test_what_an_agent_writes_arrives_by_itself_until_the_service_ends(page: Page, agents: Client) -> None:
    page.get_by_role("button", name="转人工").click()

    card = page.get_by_role("region", name="工单")
    ticket = only_ticket(agents)
    expect(card).to_contain_text(ticket[-6:].upper())
    expect(card).to_contain_text("要求人工")
    expect(card).to_contain_text(re.compile(r"(今天|明天) \d\d:\d\d 前"))
    expect(page.locator("#status")).to_have_text("等待人工回复")

    agent_says(agents, "您好，我是小林。说明在 https://shop.example/help ，请看一下。")

    line = page.get_by_role("article", name="人工客服")
    expect(line).to_contain_text("您好，我是小林。")
    expect(line.get_by_role("link")).to_have_attribute("href", "https://shop.example/help")
    ask(page, "怎么开发票")
    expect(page.get_by_role("log").get_by_text(messages.replies.HANDED_OVER["with_agent"])).to_be_visible()

    agents.post(f"/v1/tickets/{ticket}/close", json={}).raise_for_status()

    expect(page.get_by_text(messages.replies.SERVICE_ENDED)).to_have_count(1)
    expect(page.locator("#status")).to_have_text("机器人在线")
    ask(page, "多久发货")
    expect(bots(page).last).to_contain_text("现货订单 48 小时内发货。")
    expect(line).to_have_count(1)


def test_where_no_stream_gets_through_an_agents_line_arrives_by_polling(
    page: Page, agents: Client, watched: Watched
) -> None:
    page.route("**/events*", lambda route: route.fulfill(status=502))
    watched.refused.add(502)
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="转人工").click()
    expect(page.get_by_role("region", name="工单")).to_be_visible()

    agent_says(agents, "您好，我是小林。")

    line = page.get_by_role("article", name="人工客服")
    for _ in range(60):  # two minutes on the page's clock: nobody waits here for its next look
        if line.count():
            break
        page.clock.fast_forward(2_000)
    expect(line).to_contain_text("您好，我是小林。")


def test_a_conversation_outlives_loading_the_page_again(page: Page, agents: Client) -> None:
    ask(page, "多久发货")
    expect(bots(page)).to_have_count(2)
    page.get_by_role("button", name="转人工").click()
    expect(page.get_by_role("region", name="工单")).to_be_visible()
    page.reload()

    expect(page.get_by_role("article", name="我")).to_have_count(2)
    agent_says(agents, "您好，我是小林。")
    expect(page.get_by_role("article", name="人工客服")).to_have_count(1)
    page.get_by_role("button", name="新对话").click()
    expect(page.get_by_role("article", name="我")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("机器人在线")


def test_completions_are_chosen_with_the_keyboard(page: Page) -> None:
    field(page).press_sequentially("发票抬")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_have_text("发票抬头可以修改吗？")
    expect(options.first.locator("mark")).to_have_text("发票抬")

    field(page).press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", "suggestion-0")
    field(page).press("Enter")

    expect(page.get_by_role("article", name="我")).to_contain_text("发票抬头可以修改吗？")
    expect(bots(page).last).to_contain_text("开票后 30 天内可以修改一次抬头。")
    expect(field(page)).to_have_value("")


def test_escape_puts_completions_away_and_keeps_what_was_typed(page: Page) -> None:
    field(page).press_sequentially("发票")
    expect(page.get_by_role("listbox")).to_be_visible()
    field(page).press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field(page)).to_have_value("发票")


def test_enter_that_ends_a_chinese_input_sends_nothing(page: Page) -> None:
    field(page).fill("发票")
    field(page).evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )

    expect(field(page)).to_have_value("发票")
    expect(page.get_by_role("article", name="我")).to_have_count(0)


def test_markup_in_an_answer_stays_text(page: Page) -> None:
    ask(page, "标签怎么显示？")

    answer = bots(page).last
    expect(answer.locator(".text")).to_have_text(MARKUP)
    expect(answer.get_by_text("坏链接")).to_be_visible()
    expect(answer.get_by_role("link")).to_have_text(["好链接"])
    ask(page, "<img src=x onerror='window.broken=4'>你好")
    expect(page.get_by_role("article", name="我").last).to_contain_text("<img src=x")
    assert page.evaluate("window.broken") is None
    assert page.locator("#log img, #log script, #log b, #why img").count() == 0


def test_traditional_characters_are_understood(page: Page) -> None:
    ask(page, "怎麼開發票？")
    expect(bots(page).last).to_contain_text("下单时勾选“开具发票”即可。")


def test_a_question_that_is_too_long_is_counted_and_kept(page: Page) -> None:
    ask(page, "退" * 1001)

    expect(page.locator("#counter")).to_have_text("1,001 / 1,000 字，请精简后再发送")
    expect(page.get_by_role("button", name="发送")).to_be_disabled()
    expect(page.get_by_role("article", name="我")).to_have_count(0)
    field(page).fill("𠮷" * 1000)
    expect(page.locator("#counter")).to_have_text("1,000 / 1,000 字")
    expect(page.get_by_role("button", name="发送")).to_be_enabled()


def test_what_cannot_be_matched_is_said_in_chinese(page: Page, watched: Watched) -> None:
    watched.refused.add(422)
    ask(page, "😀😀")
    expect(page.get_by_role("alert")).to_contain_text(messages.try_it.PROBLEMS["nothing_to_match"])


def test_a_question_that_did_not_get_through_can_be_sent_again(
    page: Page, context: BrowserContext, watched: Watched
) -> None:
    context.set_offline(True)
    ask(page, "多久发货")
    expect(page.get_by_role("alert")).to_contain_text(messages.try_it.SAYS["unreachable"])
    context.set_offline(False)
    page.get_by_role("button", name="重试").click()

    expect(bots(page).last).to_contain_text("现货订单 48 小时内发货。")
    expect(page.get_by_role("article", name="我")).to_have_count(1)
    assert all("ERR_INTERNET_DISCONNECTED" in error for error in watched.errors)
    watched.errors.clear()


def test_feedback_reaches_the_service_and_may_change(page: Page, service: Service) -> None:
    ask(page, "多久发货")
    helped, not_helped = (page.get_by_role("button", name=name) for name in ("有帮助", "没帮助"))
    with page.expect_response("**/v1/feedback") as first:
        helped.click()
    assert first.value.status == 204
    expect(page.get_by_text("谢谢您的反馈")).to_be_visible()
    with page.expect_response("**/v1/feedback") as second:
        not_helped.click()

    assert second.value.status == 204
    expect(helped).to_have_attribute("aria-pressed", "false")
    expect(not_helped).to_have_attribute("aria-pressed", "true")


def test_only_looking_leaves_nothing_behind(page: Page, service: Service, agents: Client) -> None:
    page.get_by_role("switch", name="只看不记录").check(force=True)
    page.get_by_role("button", name="转人工").click()
    expect(page.get_by_text("没有真的建立工单")).to_be_visible()
    ask(page, "多久发货")
    expect(bots(page).last).to_contain_text("现货订单 48 小时内发货。")

    expect(page.get_by_role("button", name="有帮助")).to_have_count(0)
    assert service.kb.store.answers.recent(10) == []
    assert agents.get("/v1/tickets").json()["tickets"] == []


def test_a_key_is_asked_for_once_and_kept_for_the_tab(page: Page, service: Service, watched: Watched) -> None:
    watched.refused.add(401)
    _, secret = service.kb.store.keys.add("网页", Role.ASKER, datetime.now(UTC))
    page.wait_for_timeout(1100)  # for a second the service remembers that there was no key
    ask(page, "多久发货")
    dialog = page.get_by_role("dialog", name="请输入访问密钥")
    dialog.get_by_label("访问密钥").fill("kb_wrong")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog.get_by_role("alert")).to_have_text(messages.try_it.SAYS["key_wrong"])
    dialog.get_by_label("访问密钥").fill(secret)
    dialog.get_by_label("访问密钥").press("Enter")

    expect(bots(page).last).to_contain_text("现货订单 48 小时内发货。")
    page.reload()
    ask(page, "怎么申请退款")
    expect(bots(page).last).to_contain_text("申请退款")
    expect(dialog).to_be_hidden()
    assert secret not in page.content()


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size(PHONE)
    ask(page, "券怎么用")
    expect(bots(page).last.locator(".options button")).to_have_count(2)
    panel = why(page)
    expect(panel.locator(".candidates")).to_be_hidden()
    panel.get_by_role("button", name="为什么这样答").click()
    expect(panel.locator(".candidates")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "document.querySelector('#why-body').scrollWidth <= document.querySelector('#why-body').clientWidth"
    )
    page.keyboard.press("Escape")
    expect(panel.locator(".candidates")).to_be_hidden()
    expect(page.get_by_role("button", name="转人工")).to_be_in_viewport()


def test_the_page_may_run_no_script_but_its_own(page: Page, watched: Watched) -> None:
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )

    assert page.evaluate("window.ran") is None
    (error,) = watched.errors
    assert "Content Security Policy" in error
    watched.errors.clear()


def test_what_is_asked_is_kept_as_one_conversation(page: Page, service: Service) -> None:
    ask(page, "多久发货")
    expect(bots(page)).to_have_count(2)
    conversation = ConversationId(page.evaluate("sessionStorage.getItem('kb.conversation')"))
    lines = service.kb.desk.messages(conversation)
    assert [line.author for line in lines] == [Author.CUSTOMER, Author.BOT]
