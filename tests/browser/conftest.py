"""A real service over a small shop, and Debian's Chromium in front of it."""

import os
import shutil
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
import uvicorn
from nicegui import core
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from kb.console import app as console
from kb.ports import Clock
from kb.settings import Settings
from kb.types import Entry, EntryId, Link, SourcedEntry
from kb.web.app import create_app
from kb.wiring import Kb, build
from tests.fakes.embedder import BigramEmbedder

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=20_000)  # ms; patience on a busy machine, nothing waits that long by itself

FAILED = pytest.StashKey[bool]()

DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 375, "height": 740}

MARKUP = '<script>window.broken = 1</script><img src=x onerror="window.broken = 2"><b>粗体</b>'


def _entry(id_: str, question: str, answer: str, *variants: str, links: tuple[Link, ...] = (), more: str = "") -> Entry:
    return Entry(EntryId(id_), question, answer, variants, links=links, follow_ups=(more,) if more else ())


ENTRIES = (
    _entry("shipping", "多久发货？", "现货订单 48 小时内发货。", "什么时候发货", "几天能发货"),
    _entry(
        "invoice",
        "怎么开发票？",
        "下单时勾选“开具发票”即可。",
        "如何开具发票",
        "可以开票吗",
        links=(Link("开票说明", "https://shop.example/invoice"),),
        more="发票抬头可以修改吗？",
    ),
    _entry("title", "发票抬头可以修改吗？", "开票后 30 天内可以修改一次抬头。", "改一下发票抬头"),
    _entry("coupon", "优惠券怎么用？", "结算页选择可用的优惠券即可抵扣。", "券怎么用"),
    _entry("packet", "红包怎么用？", "红包在付款时自动抵扣。", "券怎么用"),
    _entry("refund", "怎么申请退款？", "在“我的订单”里点击“申请退款”。", "退款怎么弄"),
    _entry(
        "markup",
        "标签怎么显示？",
        MARKUP,
        links=(
            Link("坏链接", "javascript:window.broken = 3"),
            Link("好链接", "https://shop.example/ok"),
            Link("打电话", "tel:4008001234"),
            Link("写邮件", "mailto:help@shop.example"),
        ),
    ),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last, for Playwright's event loop keeps this thread; without Chromium they are skipped."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if shutil.which("chromium") or os.environ.get("CI") == "true":
        return
    reason = pytest.mark.skip(reason="chromium is not installed (on Debian or Ubuntu: apt install chromium)")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether their test failed."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


def keep_picture(request: pytest.FixtureRequest, page: Page, path: Path) -> None:
    """Take a picture of how a test ended, if it failed."""
    if request.node.stash.get(FAILED, True):
        page.screenshot(path=path)


@dataclass(frozen=True)
class Service:
    """A service that runs, and the kb behind it."""

    url: str
    kb: Kb

    @property
    def host(self) -> str:
        """The host and port of its pages."""
        return urlsplit(self.url).netloc


def opened(settings: Settings, clock: Clock | None = None) -> Kb:
    """A kb without a model, on what lies in its home."""
    kb = build(settings, clock)
    kb.embedder = BigramEmbedder()
    return kb


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, published; to be copied, for publishing takes longer."""
    home = tmp_path_factory.mktemp("printed") / "home"
    kb = opened(Settings(home=home))
    kb.store.entries.apply(
        [SourcedEntry(entry, "shop.csv") for entry in ENTRIES], [], author="编辑", now=kb.clock.now(), expect=0
    )
    kb.publisher.publish()
    kb.close()
    return home


@contextmanager
def serving(kb: Kb, port: int = 0, *, pages: bool = False) -> Iterator[Service]:
    """Serve a kb until the end, from a thread; with the pages of agents and editors when they are wanted."""
    app = console.create_app(kb) if pages else create_app(kb)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Service(f"http://127.0.0.1:{_port(server, thread)}", kb)
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the service did not end"


@pytest.fixture
def service(tmp_path: Path, printed: Path) -> Iterator[Service]:
    with serving(opened(Settings(home=Path(shutil.copytree(printed, tmp_path / "home"))))) as one:
        yield one


def _port(server: uvicorn.Server, thread: threading.Thread) -> int:
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.02)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@pytest.fixture
def office(tmp_path: Path, printed: Path) -> Iterator[Service]:
    """The service with the pages of agents and editors."""
    with serving(opened(Settings(home=Path(shutil.copytree(printed, tmp_path / "office")))), pages=True) as one:
        yield one


@contextmanager
def stalled() -> Iterator[None]:
    """The server hears what a page says and does nothing, as when it is busy; afterwards it does all of it at once."""
    assert core.loop is not None
    go_on = threading.Event()
    core.loop.call_soon_threadsafe(go_on.wait)
    try:
        yield
    finally:
        go_on.set()


@pytest.fixture
def agents(service: Service) -> Iterator[httpx2.Client]:
    """The service as the agent 小林 uses it."""
    with httpx2.Client(base_url=service.url, params={"agent": "小林"}, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is not installed; `make test` installs it where apt and root are at hand"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a page did that it should not have done."""

    host: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)  # statuses that the test brings about, of which the console tells

    def over(self, page: Page) -> None:
        """Watch a page from now on."""
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self.request)
        page.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        expected = any(f"status of {status}" in message.text for status in self.refused)
        if message.type in ("error", "warning") and not expected:
            self.errors.append(message.text)

    def request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host:
            self.strangers.append(request.url)

    def response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refused:
            self.errors.append(f"{response.status} {response.url}")


@pytest.fixture
def watched(service: Service) -> Watched:
    return Watched(service.host)


@pytest.fixture
def context(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(
    context: BrowserContext, service: Service, watched: Watched, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The page to try the service, loaded; ends red if it logged an error or asked another host."""
    page = context.new_page()
    watched.over(page)
    page.goto(service.url)
    yield page
    keep_picture(request, page, tmp_path / "end.png")
    assert watched.errors == []
    assert watched.strangers == []
