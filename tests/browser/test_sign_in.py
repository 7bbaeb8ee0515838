"""The door to the pages, as people meet it: in, out, and in the middle of something."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kb import messages
from kb.settings import Settings
from kb.types import Role
from tests.browser.conftest import DESK, Service, Watched, opened, serving
from tests.browser.test_pages import keeps_out

pytestmark = pytest.mark.browser

words = messages.signing
SECRET = "a long password"
SignIn = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def office(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service with a user of each role; tests that change a user make their own."""
    home = Path(shutil.copytree(printed, tmp_path_factory.mktemp("door") / "home"))
    kb = opened(Settings(home=home))
    for name, role in (("xiaolin", Role.AGENT), ("xiaochen", Role.EDITOR), ("boss", Role.ADMIN)):
        kb.people.add(name, {"xiaolin": "小林"}.get(name, name), role, SECRET, by="test")
    with serving(kb, pages=True) as one:
        yield one


@pytest.fixture
def watched(office: Service) -> Watched:
    return Watched(office.host)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def sign_in(context: BrowserContext, office: Service, watched: Watched, tmp_path: Path) -> Iterator[SignIn]:
    """Opens an address and signs in at the door in front of it; ends red if a page logged an error."""
    page = context.new_page()
    watched.over(page)

    def at(path: str, name: str) -> Page:
        page.goto(office.url + path)
        fill(page, name)
        return page

    yield at
    page.screenshot(path=tmp_path / "end.png")
    assert watched.errors == []
    assert watched.strangers == []


def fill(page: Page, name: str, password: str = SECRET) -> None:
    page.get_by_label(words.FIELDS["name"], exact=True).fill(name)
    page.get_by_label(words.FIELDS["password"], exact=True).fill(password)
    page.get_by_role("button", name=words.SIGN_IN).click()


def menu(page: Page) -> None:
    page.locator(".kb-who-menu > summary").click()


def somebody(office: Service, name: str, role: Role = Role.AGENT) -> str:
    office.kb.people.add(name, name, role, SECRET, by="test")
    return name


def test_who_signs_in_comes_to_the_page_they_wanted(sign_in: SignIn, office: Service) -> None:
    page = sign_in("/insight?days=7", "xiaochen")
    page.wait_for_url(f"{office.url}/insight?days=7")
    menu(page)
    expect(page.get_by_text(f"xiaochen · {words.ROLES['editor']}")).to_be_visible()


def test_a_wrong_password_is_told_and_the_name_stays(sign_in: SignIn, office: Service, watched: Watched) -> None:
    watched.refused.add(401)
    page = sign_in("/desk", "boss")
    page.wait_for_url(f"{office.url}/desk")
    page.context.clear_cookies()
    page.goto(f"{office.url}/desk")
    fill(page, "boss", "not this one")
    expect(page.get_by_role("alert")).to_have_text(words.WRONG)
    expect(page.get_by_label(words.FIELDS["name"])).to_have_value("boss")
    expect(page.get_by_label(words.FIELDS["password"])).to_be_focused()


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("xiaolin", ["/desk"]),
        ("xiaochen", ["/desk", "/studio", "/insight"]),
        ("boss", ["/desk", "/studio", "/insight"]),
    ],
)
def test_the_navigation_has_what_a_role_may_open(
    sign_in: SignIn, office: Service, watched: Watched, name: str, pages: list[str]
) -> None:
    watched.refused.add(403)
    page = sign_in("/desk", name)
    links = page.get_by_role("navigation", name=messages.console.NAVIGATION).get_by_role("link")
    expect(links).to_have_text([messages.console.PAGES[path] for path in pages])
    reply = page.goto(f"{office.url}/audit")
    assert reply is not None
    assert reply.status == (200 if name == "boss" else 403)
    if name != "boss":
        expect(page.get_by_role("heading", name=messages.console.NO_RIGHT)).to_be_visible()


def test_a_session_that_ends_during_work_leads_to_the_door_and_back(
    sign_in: SignIn, office: Service, watched: Watched
) -> None:
    watched.refused.add(401)  # what the page still fetches when its session has ended, such as a font
    page = sign_in("/desk?ticket=none", somebody(office, "worker"))
    expect(page.locator(".kb-who-menu")).to_be_visible()
    office.kb.people.set_password("worker", "another password", by="test")
    page.wait_for_timeout(1100)  # as long as what the store said is remembered
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/sign-in\?said=expired&to=%2Fdesk"))
    expect(page.get_by_role("status")).to_have_text(words.EXPIRED)
    fill(page, "worker", "another password")
    page.wait_for_url(re.compile("/desk"))
    expect(page.locator(".kb-who-menu")).to_be_visible()


def test_a_page_that_comes_back_after_its_session_ended_is_led_to_the_door(sign_in: SignIn, office: Service) -> None:
    page = sign_in("/desk", somebody(office, "sleeper"))
    expect(page.locator(".kb-who-menu")).to_be_visible()
    page.wait_for_function("window.did_handshake")
    page.evaluate("window.socket.disconnect()")
    office.kb.people.set_active("sleeper", active=False, by="test")
    page.wait_for_timeout(1100)
    page.evaluate("window.socket.connect()")
    page.wait_for_url(re.compile(r"/sign-in\?said=expired"))


def test_a_role_that_was_taken_away_counts_for_a_page_that_is_open(
    sign_in: SignIn, office: Service, watched: Watched
) -> None:
    watched.refused.add(403)
    page = sign_in("/studio", somebody(office, "editor", Role.EDITOR))
    expect(page.locator(".kb-who-menu")).to_be_visible()
    page.wait_for_function("window.did_handshake")
    office.kb.people.set_role("editor", Role.AGENT, by="test")
    page.wait_for_timeout(1100)
    page.locator("[data-do]").first.click()
    expect(page.get_by_role("heading", name=messages.console.NO_RIGHT)).to_be_visible()


def test_one_changes_the_password_and_signs_out(sign_in: SignIn, office: Service) -> None:
    page = sign_in("/desk", somebody(office, "changer"))
    menu(page)
    page.get_by_role("link", name=words.CHANGE).click()
    for name, text in (("old", SECRET), ("new", "quite another one"), ("again", "quite another one")):
        page.get_by_label(words.FIELDS[name], exact=True).fill(text)
    page.get_by_role("button", name=words.SAVE).click()
    expect(page.get_by_role("status")).to_have_text(words.CHANGED)
    page.get_by_role("link", name=words.BACK).click()
    menu(page)
    page.get_by_role("button", name=words.SIGN_OUT).click()
    expect(page.get_by_role("status")).to_have_text(words.SIGNED_OUT)
    fill(page, "changer", "quite another one")
    page.wait_for_url(f"{office.url}/desk")


def test_menu_password_and_audit_log_keep_nobody_out(sign_in: SignIn, office: Service) -> None:
    page = sign_in("/audit", "boss")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    menu(page)
    assert keeps_out(page) == []
    page.get_by_role("link", name=words.CHANGE).click()
    expect(page.get_by_role("button", name=words.SAVE)).to_be_visible()
    assert keeps_out(page) == []


def test_while_there_is_no_user_the_page_says_that_it_is_open(
    context: BrowserContext, printed: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(printed, tmp_path / "open"))
    with serving(opened(Settings(home=home)), pages=True) as one:
        page = context.new_page()
        page.goto(f"{one.url}/insight")
        expect(page.get_by_text(messages.console.OPEN)).to_be_visible()
        one.kb.people.add("first", "", Role.ADMIN, SECRET, by="test")
        page.wait_for_timeout(1100)
        page.goto(f"{one.url}/insight")
        page.wait_for_url(re.compile("/sign-in"))
        page.close()
