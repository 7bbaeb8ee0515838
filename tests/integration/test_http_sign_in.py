"""Signing in and out over HTTP: what is let in, what is refused, and what nobody can tell from outside."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import argon2
import pytest
from starlette.testclient import TestClient

from kb import messages, people
from kb.errors import AccessDenied
from kb.store import passwords
from kb.types import Role
from kb.web.signed_in import COOKIE
from kb.wiring import Kb
from tests.fakes.browser import elsewhere, local
from tests.fakes.shop import SetClock, release, shop

PASSWORD = "correct horse battery"
words = messages.signing


@pytest.fixture(autouse=True, scope="module")
def cheap_passwords() -> Iterator[None]:
    """Hash as ever, in a hundredth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", lambda: cheap)
        yield


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def kb(tmp_path: Path, clock: SetClock) -> Kb:
    made = shop(f"sqlite:///{tmp_path / 'kb.db'}", clock=clock, serving=release())
    made.people.add("xiaolin", "小林", Role.AGENT, PASSWORD, by="test")
    return made


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    with elsewhere(kb) as opened:
        opened.follow_redirects = False
        yield opened


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def sign_in(client: TestClient, name: str = "xiaolin", password: str = PASSWORD, **more: str) -> Any:
    token = token_in(client.get("/sign-in").text)
    return client.post("/sign-in", data={"name": name, "password": password, "token": token, **more})


def test_who_signs_in_goes_to_where_they_wanted_to_be(client: TestClient) -> None:
    reply = sign_in(client, to="/studio?entry=invoice")
    assert (reply.status_code, reply.headers["location"]) == (303, "/studio?entry=invoice")
    cookie = next(one for one in reply.headers.get_list("set-cookie") if one.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/sign-in").status_code == 303


def test_over_https_the_cookie_never_travels_in_the_open(kb: Kb) -> None:
    with elsewhere(kb) as client:
        client.base_url = "https://kb.example"
        client.follow_redirects = False
        reply = sign_in(client)
    assert all("Secure" in one for one in reply.headers.get_list("set-cookie") if one.startswith(COOKIE))


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "desk",
        "",
        "/sign-in",
        "/desk\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_led_elsewhere(client: TestClient, to: str) -> None:
    assert sign_in(client, to=to).headers["location"] == "/desk"


@pytest.mark.parametrize(
    ("name", "password"),
    [("xiaolin", "wrong password"), ("nobody", PASSWORD), ("xiaolin\0", PASSWORD), ("' OR 1=1 --", PASSWORD)],
)
def test_nobody_learns_whether_the_name_or_the_password_is_wrong(client: TestClient, name: str, password: str) -> None:
    reply = sign_in(client, name, password)
    assert reply.status_code == 401
    assert words.WRONG in reply.text
    assert COOKIE not in client.cookies


def test_a_password_is_compared_for_an_unknown_user_as_well(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []
    matches = passwords.matches

    def noted(password_hash: str | None, password: str) -> bool:
        compared.append(password_hash)
        return matches(password_hash, password)

    monkeypatch.setattr(passwords, "matches", noted)
    for name in ("xiaolin", "nobody"):
        with pytest.raises(AccessDenied):
            kb.people.sign_in(name, "wrong password", "192.0.2.7")
    assert [known is None for known in compared] == [False, True]


def test_a_name_is_found_however_it_is_typed(client: TestClient) -> None:
    assert sign_in(client, " ＸiaoLin ").status_code == 303


def test_after_too_many_tries_even_the_right_password_has_to_wait(client: TestClient, clock: SetClock) -> None:
    for _ in range(people.USER_TRIES):
        assert sign_in(client, password="wrong password").status_code == 401
    reply = sign_in(client)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "900")
    assert words.WAIT.format(minutes=15) in reply.text
    clock.move(timedelta(minutes=15))
    assert sign_in(client).status_code == 303


def test_who_does_not_exist_has_to_wait_all_the_same(client: TestClient) -> None:
    statuses = [sign_in(client, name="nobody").status_code for _ in range(people.USER_TRIES + 1)]
    assert statuses == [401] * people.USER_TRIES + [429]


def test_the_count_holds_over_processes_and_restarts(kb: Kb, tmp_path: Path, clock: SetClock) -> None:
    for _ in range(people.USER_TRIES):
        with pytest.raises(AccessDenied):
            kb.people.sign_in("xiaolin", "wrong password", "192.0.2.7")
    again = shop(f"sqlite:///{tmp_path / 'kb.db'}", clock=clock, serving=release())
    with pytest.raises(people.Wait):
        again.people.sign_in("xiaolin", PASSWORD, "198.51.100.1")


def test_an_address_that_tries_many_names_has_to_wait(kb: Kb) -> None:
    address = "2001:db8::{:x}"  # one network, that has as many addresses as it likes
    for number in range(people.ADDRESS_TRIES):
        with pytest.raises(AccessDenied):
            kb.people.sign_in(f"user{number}", "wrong password", address.format(number))
    with pytest.raises(people.Wait):
        kb.people.sign_in("xiaolin", PASSWORD, address.format(99))
    assert kb.people.sign_in("xiaolin", PASSWORD, "2001:db8:0:1::1")


def test_a_form_without_our_token_signs_nobody_in(client: TestClient) -> None:
    given = {"name": "xiaolin", "password": PASSWORD}
    assert client.post("/sign-in", data=given).status_code == 403
    client.get("/sign-in")
    assert client.post("/sign-in", data={**given, "token": "0" * 64}).status_code == 403
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_a_form_of_another_site_signs_nobody_in_or_out(client: TestClient, headers: dict[str, str]) -> None:
    token = token_in(client.get("/sign-in").text)
    given = {"name": "xiaolin", "password": PASSWORD, "token": token}
    assert client.post("/sign-in", data=given, headers=headers).status_code == 403
    sign_in(client)
    own = token_in(client.get("/password").text)
    assert client.post("/sign-out", data={"token": own}, headers=headers).status_code == 403
    assert client.get("/password").status_code == 200


def test_who_signs_out_is_out(kb: Kb, client: TestClient) -> None:
    sign_in(client)
    token = client.cookies[COOKIE]
    assert client.post("/sign-out").status_code == 403
    reply = client.post("/sign-out", data={"token": token_in(client.get("/password").text)})
    assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in?said=out")
    assert COOKIE not in client.cookies
    client.cookies[COOKIE] = token
    assert client.get("/password").headers["location"].startswith("/sign-in?to=/password")
    assert words.SIGNED_OUT in client.get("/sign-in?said=out").text


def test_a_session_ends_after_so_long_without_work_and_not_while_one_works(
    kb: Kb, client: TestClient, clock: SetClock
) -> None:
    token = kb.people.sign_in("xiaolin", PASSWORD, "192.0.2.7")
    for _ in range(3):
        clock.move(kb.settings.session_idle - timedelta(hours=1))
        assert kb.people.session(token, working=True)
    clock.move(kb.settings.session_idle - timedelta(hours=1))
    assert kb.people.session(token, working=False)
    clock.move(timedelta(hours=1))
    assert kb.people.session(token, working=True) is None


def test_a_session_ends_in_any_case_some_day(kb: Kb, clock: SetClock) -> None:
    token, began = kb.people.sign_in("xiaolin", PASSWORD, "192.0.2.7"), clock.at
    while kb.people.session(token, working=True):
        clock.move(timedelta(hours=6))
    assert clock.at - began == kb.settings.session_limit


def test_a_changed_password_ends_every_other_session(kb: Kb, client: TestClient) -> None:
    elsewhere_token = kb.people.sign_in("xiaolin", PASSWORD, "192.0.2.9")
    sign_in(client)
    before = client.cookies[COOKIE]
    given = {"old": PASSWORD, "new": "another long secret", "again": "another long secret"}
    reply = client.post("/password", data={**given, "token": token_in(client.get("/password").text)})
    assert reply.status_code == 200
    assert words.CHANGED in reply.text
    assert client.cookies[COOKIE] != before
    assert kb.people.session(elsewhere_token, working=False) is None
    assert client.get("/password").status_code == 200
    with pytest.raises(AccessDenied):
        kb.people.sign_in("xiaolin", PASSWORD, "192.0.2.9")


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"old": "wrong"}, 401, words.WRONG_OLD),
        ({"again": "something else"}, 422, words.UNLIKE),
        ({"new": "short", "again": "short"}, 422, words.TOO_SHORT.format(least=people.SHORTEST)),
        ({"new": PASSWORD, "again": PASSWORD}, 422, words.SAME),
        ({"token": "0"}, 403, words.FOREIGN),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(
    client: TestClient, given: dict[str, str], status: int, said: str
) -> None:
    sign_in(client)
    token = token_in(client.get("/password").text)
    good = {"old": PASSWORD, "new": "another long secret", "again": "another long secret", "token": token}
    reply = client.post("/password", data={**good, **given})
    assert reply.status_code == status
    assert said in reply.text
    assert client.get("/password").status_code == 200


def test_a_user_who_is_deactivated_is_out(kb: Kb, client: TestClient) -> None:
    sign_in(client)
    kb.people.set_active("xiaolin", active=False, by="test")
    assert kb.people.session(client.cookies[COOKIE], working=True) is None
    assert sign_in(client).status_code in (303, 401)
    with pytest.raises(AccessDenied):
        kb.people.sign_in("xiaolin", PASSWORD, "192.0.2.7")


def test_the_api_takes_a_session_from_our_own_pages_only(kb: Kb, client: TestClient) -> None:
    sign_in(client)
    ask = {"question": "多久发货"}
    assert client.post("/v1/answer", json=ask, headers={"Origin": "http://kb.example"}).status_code == 200
    assert client.get("/v1/tickets").status_code == 200
    assert client.get("/v1/entries").status_code == 403
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/v1/answer", json=ask, headers=headers).status_code in (401, 403)


def test_once_a_user_exists_the_own_machine_must_sign_in_too(kb: Kb) -> None:
    with local(kb) as client:
        assert client.get("/v1/tickets").status_code == 401
        assert 'action="/sign-in"' in client.get("/sign-in").text


def test_without_users_the_own_machine_need_not_sign_in_and_others_are_told_how_to_begin(tmp_path: Path) -> None:
    kb = shop(f"sqlite:///{tmp_path / 'empty.db'}", serving=release())
    with local(kb) as client:
        assert words.OPEN in client.get("/sign-in").text
        assert words.NO_ACCOUNT in client.get("/password").text
    with elsewhere(shop(f"sqlite:///{tmp_path / 'empty.db'}", serving=release())) as client:
        assert "kb users add" in client.get("/sign-in").text


def test_what_was_typed_comes_back_as_text(client: TestClient) -> None:
    reply = sign_in(client, '"><script>alert(1)</script>', "wrong password")
    assert "<script" not in reply.text
    assert "script-src" not in reply.headers["content-security-policy"]
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_form_that_is_too_long_or_none_is_refused(client: TestClient) -> None:
    assert client.post("/sign-in", content=b"a" * 20_000).status_code == 413
    assert client.post("/sign-in", content=b"\xff\xfe&=&" * 30).status_code == 403
