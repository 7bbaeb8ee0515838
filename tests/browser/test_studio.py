"""The editors' page in a browser: an edit seen before it is saved, files, publishing, going back, gaps, the bench."""

import gc
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, ViewportSize, expect

from kb import messages
from kb.answer.respond import Asked
from kb.errors import NotFound
from kb.settings import Settings
from kb.types import (
    ConversationId,
    Document,
    EntryId,
    EntryState,
    GoldenQuestion,
    JobKind,
    JobState,
    Passage,
    PassageId,
)
from tests.browser.conftest import DESK, Service, Watched, keep_picture, opened, serving

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 768, "height": 1024}
TABS = ("词条", "资料", "导入", "发布", "版本", "缺口", "验收问题", "试问", "词表")
SHIPPING, COUPON = EntryId("shipping"), EntryId("coupon")
WAIT_MS = 20_000  # for a machine that is busy with other things


@pytest.fixture(scope="module")
def office(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests of this file; each works on entries of its own."""
    home = Path(shutil.copytree(printed, tmp_path_factory.mktemp("studio") / "home"))
    with serving(opened(Settings(home=home)), pages=True) as one:
        yield one


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has what the pages are made of, once it has seen one."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture
def studio(visitor: BrowserContext, office: Service, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The editors' page, open; ends red if it logged an error or asked another host."""
    page = visitor.new_page()
    watched = Watched(office.host)
    watched.over(page)
    page.goto(f"{office.url}/studio")
    expect(page.locator(".st-rows button").first).to_be_visible(timeout=WAIT_MS)
    page.wait_for_function("window.kbStudioKeys")
    yield page
    keep_picture(request, page, tmp_path / "end.png")
    page.close()
    assert watched.errors == []
    assert watched.strangers == []


def go(page: Page, name: str) -> None:
    page.locator(".st-tabs").get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".st-tabs [aria-current=page]")).to_have_text(name)
    expect(page.locator(".st-waiting")).to_have_count(0, timeout=WAIT_MS)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def in_dialog(page: Page, name: str) -> None:
    page.locator(".st-dialog").get_by_role("button", name=name, exact=True).click()


def open_entry(page: Page, question: str) -> None:
    page.locator(".st-rows").get_by_role("button", name=question).click()
    expect(page.get_by_role("heading", name=question)).to_be_visible(timeout=WAIT_MS)


def publish(page: Page) -> None:
    press(page, "立即发布")
    in_dialog(page, "立即发布")


def test_an_edit_shows_its_effect_is_published_and_taken_back(studio: Page, office: Service) -> None:
    kb = office.kb
    first = kb.store.releases.current()
    kb.editing.add_golden(GoldenQuestion("下单之后几时寄出", (SHIPPING,)), author="测试")
    studio.keyboard.press("/")
    studio.keyboard.type("多久发")
    expect(studio.locator(".st-rows button")).to_have_count(1)
    studio.keyboard.press("Escape")
    open_entry(studio, "多久发货")

    studio.get_by_label("答案").fill("您好，24 小时内发货。\n详情见 https://shop.example/ship 。")
    variants = studio.get_by_label("相似问")
    variants.fill(variants.input_value() + "\n下单之后几时寄出")
    bubble = studio.locator(".st-said-bot")
    expect(bubble).to_contain_text("24 小时内发货")
    expect(bubble.get_by_role("link")).to_have_attribute("href", "https://shop.example/ship")
    effect = studio.locator(".st-change", has_text="下单之后几时寄出")
    expect(effect).to_contain_text("变对", timeout=WAIT_MS)
    expect(effect).to_contain_text("直答")

    studio.keyboard.press("Control+s")
    expect(studio.locator(".st-row-chips", has_text="待发布")).to_be_visible(timeout=WAIT_MS)
    assert kb.editing.get(SHIPPING).sourced.entry.variants[-1] == "下单之后几时寄出"

    go(studio, "发布")
    expect(studio.locator("ins", has_text="24")).to_be_visible()
    press(studio, "先试一遍")
    expect(studio.get_by_role("heading", name="试发布的结果")).to_be_visible(timeout=WAIT_MS)
    expect(studio.get_by_text("通过验收")).to_be_visible()
    assert kb.store.releases.current() == first
    studio.locator(".st-ways").first.get_by_role("button", name="立即发布").click()
    in_dialog(studio, "立即发布")
    expect(studio.get_by_role("heading", name="已发布")).to_be_visible(timeout=WAIT_MS)
    second = kb.store.releases.current()
    assert second != first

    go(studio, "版本")
    press(studio, "比较")
    expect(studio.locator(".st-card", has_text="多久发货")).to_be_visible(timeout=WAIT_MS)
    press(studio, "退回到此版本")
    in_dialog(studio, "退回")
    expect(studio.locator("tr", has_text=str(first)).get_by_text("线上")).to_be_visible(timeout=WAIT_MS)
    assert kb.store.releases.current() == first
    kb.editing.restore(SHIPPING, kb.editing.history(SHIPPING)[0][0], author="测试")


def test_what_breaks_a_golden_question_is_refused_until_a_reason_is_given(studio: Page, office: Service) -> None:
    kb = office.kb
    kb.editing.add_golden(GoldenQuestion("标签怎么显示", (EntryId("markup"),)), author="测试")
    open_entry(studio, "标签怎么显示")
    press(studio, "停用")
    in_dialog(studio, "停用")
    expect(studio.locator(".st-editor-head").get_by_role("button", name="恢复上线")).to_be_visible(timeout=WAIT_MS)
    go(studio, "发布")
    publish(studio)
    expect(studio.get_by_role("heading", name="没有通过验收")).to_be_visible(timeout=WAIT_MS)
    expect(studio.locator(".st-change-breaks")).to_contain_text("标签怎么显示")
    press(studio, "仍然发布")
    expect(studio.get_by_text("请先写明理由")).to_be_visible()
    studio.get_by_label("为什么可以这样发布").fill("活动结束")
    press(studio, "仍然发布")
    expect(studio.get_by_role("heading", name="已发布")).to_be_visible(timeout=WAIT_MS)
    (job, *_) = kb.store.jobs.all()
    assert job.request == {"accept": True, "reason": "活动结束"}


def test_a_question_stays_until_it_is_answered_whatever_is_drawn_anew_behind_it(studio: Page, office: Service) -> None:
    kb = office.kb
    kb.editing.add_golden(GoldenQuestion("退款怎么弄呀", (EntryId("refund"),)), author="测试")
    later = kb.clock.now() + timedelta(hours=1)
    trial = kb.store.jobs.add(JobKind.PUBLISH, {"dry_run": True}, author="测试", now=kb.clock.now(), due_at=later)
    assert kb.store.jobs.take(later) is not None  # by another process
    go(studio, "发布")
    expect(studio.get_by_role("progressbar")).to_be_visible()
    studio.get_by_label("定时发布的时间").fill("2040-01-01T08:00")
    press(studio, "立即发布")
    dialog = studio.locator(".st-dialog")
    expect(dialog).to_be_visible()
    kb.store.jobs.finish(trial.id, JobState.DONE, kb.clock.now())
    expect(studio.locator(".st-lines-list li").first).to_contain_text(messages.cli.JOB_STATES["done"])
    gc.collect()  # what is gone from the page is gone from memory, too
    expect(dialog).to_be_visible()
    in_dialog(studio, "取消")
    expect(dialog).to_have_count(0)
    expect(studio.get_by_label("定时发布的时间")).to_have_value("2040-01-01T08:00")
    assert kb.store.jobs.all(limit=1)[0].id == trial.id


def test_two_editors_of_one_entry_lose_nothing(studio: Page, office: Service) -> None:
    open_entry(studio, "优惠券怎么用")
    studio.get_by_label("答案").fill("您好，结算页可以选用。")
    other = office.kb.editing.get(COUPON).sourced.entry.as_dict()
    del other["id"]
    office.kb.editing.put(COUPON, {**other, "category": "活动"}, author="小李")
    expect(studio.locator(".st-unsaved")).to_be_visible()
    studio.keyboard.press("Control+s")
    dialog = studio.locator(".st-dialog")
    expect(dialog).to_contain_text("小李")
    expect(dialog.locator("ins")).to_have_text("活动")
    in_dialog(studio, "合并保存")
    expect(dialog).to_have_count(0)
    expect(studio.locator(".st-unsaved")).to_have_count(0)
    kept = office.kb.editing.get(COUPON).sourced.entry
    assert (kept.answer, kept.category) == ("您好，结算页可以选用。", "活动")


def test_what_is_not_saved_is_not_lost_and_history_brings_back(studio: Page, office: Service) -> None:
    open_entry(studio, "怎么申请退款")
    studio.get_by_label("答案").fill("您好，在订单页申请。")
    expect(studio.locator(".st-unsaved")).to_be_visible()
    studio.locator(".st-rows").get_by_role("button", name="怎么开发票").click()
    in_dialog(studio, "取消")
    expect(studio.locator(".st-dialog")).to_have_count(0)
    expect(studio.get_by_label("答案")).to_have_value("您好，在订单页申请。")
    studio.get_by_role("button", name="保存", exact=True).dblclick()  # the second click finds nothing left to write
    expect(studio.locator(".st-unsaved")).to_have_count(0)
    press(studio, "历史")
    expect(studio.locator(".st-step")).to_have_count(2)
    in_dialog(studio, "恢复到这一版")
    expect(studio.get_by_label("答案")).to_have_value("在“我的订单”里点击“申请退款”。")
    assert len(office.kb.editing.history(EntryId("refund"))) == 3


def test_what_was_typed_last_is_saved_however_soon_the_key_follows(studio: Page, office: Service) -> None:
    open_entry(studio, "红包怎么用")
    studio.get_by_label("答案").fill("您好，付款时自动抵扣。")
    studio.keyboard.press("Control+s")
    expect(studio.locator(".st-rows button", has_text="红包怎么用").get_by_text("待发布")).to_be_visible()
    assert office.kb.editing.get(EntryId("packet")).sourced.entry.answer == "您好，付款时自动抵扣。"


def test_a_new_entry_is_checked_written_and_found(studio: Page, office: Service) -> None:
    press(studio, "新建")
    studio.get_by_label("标准问", exact=True).fill("可以开收据吗")
    studio.get_by_label("答案").fill("您好，请打 13912345678 找小王。")
    expect(studio.locator(".st-told")).to_contain_text("必须先解决")
    studio.keyboard.press("Control+s")
    expect(studio.locator(".q-notification", has_text="手机号")).to_be_visible()
    studio.get_by_label("答案").fill("您好，目前不开收据。")
    expect(studio.locator(".st-preview .st-fine").first).to_be_visible()
    studio.keyboard.press("Control+s")
    expect(studio.locator(".st-rows button", has_text="可以开收据吗")).to_be_visible()
    (found,) = [one.entry for one in office.kb.store.entries.all() if one.entry.question == "可以开收据吗"]
    assert found.id.startswith("q-")


def test_an_upload_shows_both_sides_of_a_contradiction_before_it_is_written(studio: Page, office: Service) -> None:
    go(studio, "导入")
    table = (
        "编号,标准问,答案\nFH9,要多久发货,您好，现货订单 24 小时内发货。\nHD1,可以货到付款吗,您好，暂不支持货到付款。\n"
    )
    guide = "# 保修条款\n\n## 保修期\n\n请拨打客户服务服务务中心的热线，整机保修一年，工程师上门检测，不收费。\n"
    files: list[FilePayload] = [
        {"name": "发货.csv", "mimeType": "text/csv", "buffer": table.encode()},
        {"name": "保修.md", "mimeType": "text/markdown", "buffer": guide.encode()},
    ]
    studio.locator("input[type=file]").set_input_files(files)
    card = studio.locator(".st-card", has_text="互相矛盾").or_(studio.locator(".st-card", has_text="答案互相矛盾"))
    expect(card.first).to_be_visible(timeout=WAIT_MS)
    sides = card.first.locator(".st-side")
    expect(sides).to_have_count(2)
    expect(sides.nth(0).locator("mark", has_text="24")).to_be_visible()
    expect(sides.nth(1).locator("mark", has_text="48")).to_be_visible()
    with pytest.raises(NotFound):
        office.kb.editing.get(EntryId("FH9"))
    studio.locator(".st-cleaning > summary").click()
    expect(studio.locator(".st-step-row")).to_contain_text("重影的文字")
    studio.get_by_label("重影的文字").click()
    press(studio, "按勾选的重新检查")
    expect(studio.locator(".st-step-row .kb-chip")).to_have_text("没有做", timeout=WAIT_MS)
    press(studio, "写入，先不发布")
    expect(studio.get_by_text("已写入知识库，发布后生效。")).to_be_visible(timeout=WAIT_MS)
    assert office.kb.editing.get(EntryId("HD1")).sourced.source == "发货.csv"
    assert "服务服务务" in office.kb.library.find("保修.md").passages[0].text


def test_a_document_is_approved_and_a_passage_of_it_becomes_an_entry(studio: Page, office: Service) -> None:
    kb = office.kb
    passages = [
        Passage(PassageId("p-1"), "care.md", ("洗护手册", "1 保修期"), "整机保修一年，从签收那天起算。", 2, "第 2 页"),
        Passage(PassageId("p-2"), "care.md", ("洗护手册", "2 清洗"), "请用软布擦拭，不要用水冲洗。", 3, "第 3 页"),
    ]
    care = Document("care.md", "洗护手册", tuple(passages))
    revision = kb.store.entries.revision()
    kb.store.entries.apply([], [], author="小王", now=kb.clock.now(), expect=revision, documents=[care])
    go(studio, "资料")
    studio.locator(".st-rows").get_by_role("button", name="洗护手册").click()
    expect(studio.locator(".st-passage")).to_have_count(2)
    press(studio, "批准直接回答")
    in_dialog(studio, "批准")
    expect(studio.locator(".st-editor-head").get_by_text("可直接回答")).to_be_visible()
    assert kb.library.find("care.md").approved
    studio.get_by_label("搜索资料").fill("签收")
    expect(studio.locator(".st-passage")).to_have_count(1)
    press(studio, "存为词条")
    expect(studio.get_by_label("标准问", exact=True)).to_have_value("保修期")
    studio.get_by_label("标准问", exact=True).fill("保修多久")
    expect(studio.locator(".st-unsaved")).to_be_visible()
    studio.keyboard.press("Control+s")
    expect(studio.locator(".st-rows button", has_text="保修多久")).to_be_visible(timeout=WAIT_MS)
    (made,) = [one for one in kb.store.entries.all() if one.entry.question == "保修多久"]
    assert (made.entry.state, made.entry.answer) == (EntryState.DRAFT, passages[0].text)
    assert made.source.endswith("《洗护手册》“1 保修期”第 2 页")
    go(studio, "资料")
    studio.locator(".st-rows").get_by_role("button", name="洗护手册").click()
    expect(studio.locator(".st-passage").first).to_contain_text("保修多久")
    go(studio, "发布")
    expect(studio.locator(".kb-table tr", has_text="care.md")).to_contain_text("新增")
    go(studio, "资料")
    studio.locator(".st-rows").get_by_role("button", name="洗护手册").click()
    press(studio, "移除资料")
    expect(studio.get_by_role("dialog")).to_contain_text("2 个段落")
    in_dialog(studio, "移除")
    expect(studio.locator(".st-rows").get_by_role("button", name="洗护手册")).to_have_count(0)
    assert "care.md" not in [one.source for one in kb.library.all()]
    assert made in kb.store.entries.all()


def test_a_gap_becomes_an_entry_drafted_from_the_agents_reply(studio: Page, office: Service) -> None:
    kb = office.kb
    for at in range(2):
        asked = Asked("有没有礼品包装服务呀", ConversationId(f"c{at}"))
        ticket = kb.responder.respond(kb.matcher(), asked).ticket
        assert ticket
        kb.desk.claim(ticket.id, "小林")
        kb.desk.reply(ticket.id, "小林", "您好，可以免费包装，下单时备注即可。")
    go(studio, "缺口")
    gap = studio.locator(".st-gap", has_text="礼品包装")
    expect(gap).to_contain_text("可以免费包装", timeout=WAIT_MS)
    gap.get_by_role("button", name="新建词条").click()
    expect(studio.locator(".st-dialog textarea")).to_have_value("您好，可以免费包装，下单时备注即可。")
    in_dialog(studio, "建成草稿")
    expect(studio.get_by_role("heading", level=1, name="礼品包装")).to_be_visible(timeout=WAIT_MS)
    (draft,) = [one.entry for one in kb.store.entries.all() if one.entry.id.startswith("gap-")]
    assert (draft.state, draft.answer) == (EntryState.DRAFT, "您好，可以免费包装，下单时备注即可。")
    assert [one.expected for one in kb.store.golden.all() if one.kind == "gap"] == [(draft.id,)]


def test_the_bench_says_what_is_decided_and_why(studio: Page, office: Service) -> None:
    before = office.kb.store.answers.recent(5)
    go(studio, "试问")
    studio.get_by_label("输入顾客的问题").fill("发票怎么开呀")
    studio.keyboard.press("Enter")
    candidates = studio.locator(".st-candidates li")
    expect(candidates.first).to_contain_text("怎么开发票", timeout=WAIT_MS)
    expect(studio.locator(".st-contributions tbody tr").nth(5)).to_be_visible()
    expect(studio.locator(".st-scale")).to_be_visible()
    studio.get_by_label("输入顾客的问题").fill("我要投诉你们")
    studio.keyboard.press("Enter")
    expect(studio.get_by_text("先被拦下")).to_contain_text("投诉")
    assert office.kb.store.answers.recent(5) == before


def test_golden_questions_and_lists_are_kept_by_hand(studio: Page, office: Service) -> None:
    go(studio, "验收问题")
    press(studio, "添加验收问题")
    studio.get_by_label("顾客会这样问").fill("这单叫真人来")
    studio.get_by_label("为什么必须转人工").fill("要求人工")
    in_dialog(studio, "保存")
    row = studio.locator("tbody tr", has_text="这单叫真人来")
    expect(row).to_contain_text("转人工")
    row.get_by_role("button", name="删除").click()
    in_dialog(studio, "删除")
    expect(row).to_have_count(0)

    go(studio, "词表")
    studio.get_by_label("同义词").fill("奶瓶、奶壶")
    studio.keyboard.press("Enter")
    expect(studio.locator(".st-words li")).to_contain_text("奶壶")
    press(studio, "服务忌语")
    studio.get_by_label("服务忌语", exact=True).fill("爱答不理")
    studio.keyboard.press("Enter")
    expect(studio.locator(".st-words li", has_text="爱答不理")).to_be_visible()
    studio.get_by_label("试一段话").fill("对不起，爱答不理")
    expect(studio.locator(".kb-panel", has_text="试一段话").get_by_text("爱答不理").last).to_be_visible()
    assert [item.words for item in office.kb.store.lists.all()] == [("奶瓶", "奶壶"), ("爱答不理",)]


def test_a_publication_is_set_for_later_and_given_up(studio: Page, office: Service) -> None:
    office.kb.editing.retire(EntryId("title"), author="测试")
    go(studio, "发布")
    at = office.kb.clock.now().astimezone(office.kb.settings.timezone) + timedelta(days=1)
    studio.get_by_label("定时发布的时间").fill(f"{at:%Y-%m-%dT%H:%M}")
    press(studio, "定时发布")
    line = studio.locator(".st-line", has_text="明天")
    expect(line).to_be_visible()
    line.get_by_role("button", name="取消发布").click()
    in_dialog(studio, "取消发布")
    expect(line).to_have_count(0)


def test_a_tablet_shows_every_part_without_scrolling_sideways(studio: Page) -> None:
    studio.set_viewport_size(TABLET)
    for name in TABS:
        go(studio, name)
        assert studio.evaluate("document.querySelector('.st-room').scrollWidth <= innerWidth"), name
    go(studio, "词条")
    open_entry(studio, "红包怎么用")
    expect(studio.locator(".st-rows")).to_be_hidden()
    studio.keyboard.press("Escape")
    expect(studio.locator(".st-rows")).to_be_visible()
