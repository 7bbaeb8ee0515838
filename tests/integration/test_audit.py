"""Whatever is changed, by whichever way, leaves one line in the audit log, in the transaction that changes it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kb.cli import app
from kb.errors import AccessDenied, Conflict, KbError
from kb.settings import Settings
from kb.types import AuditEntry, Author, ConversationId, JobKind, Note, Role
from kb.wiring import Kb, build
from tests.fakes.browser import local
from tests.fakes.embedder import BigramEmbedder
from tests.records import NOW, sourced

TABLE = "标准问,答案,相似问\n怎么开发票？,下单时勾选。,如何开具发票\n多久发货？,48 小时内发货。,几天能发货\n"


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Kb]:
    made = build(Settings(home=tmp_path / "home"))
    made.embedder = BigramEmbedder()
    yield made
    made.close()


@pytest.fixture
def client(kb: Kb) -> Iterator[TestClient]:
    _, secret = kb.store.keys.add("小陈", Role.EDITOR, NOW)
    with local(kb, {"Authorization": f"Bearer {secret}"}) as opened:
        yield opened


def log(kb: Kb) -> list[AuditEntry]:
    return kb.store.audit.find()[1]


def last(kb: Kb) -> tuple[str, str, str, dict[str, Any]]:
    entry = log(kb)[0]
    return entry.actor, entry.action, entry.target, dict(entry.detail)


def test_an_editors_changes_are_written_down_with_name_and_revision(kb: Kb, client: TestClient) -> None:
    fields = {"question": "怎么开发票？", "answer": "下单时勾选。"}
    client.put("/v1/entries/invoice", json={**fields, "expect": 0}).raise_for_status()
    actor, action, target, detail = last(kb)
    assert (actor, action, target) == ("小陈", "entry.write", "invoice")
    assert (detail["question"], detail["revision"]) == ("怎么开发票？", 1)
    kb.editing.retire(kb.store.entries.all()[0].entry.id, author="小陈")
    assert last(kb)[:3] == ("小陈", "entry.retire", "invoice")
    kb.editing.restore(kb.store.entries.all()[0].entry.id, 1, author="小陈")
    assert last(kb) == ("小陈", "entry.restore", "invoice", {"from_revision": 1, "revision": 3})


def test_what_changes_nothing_leaves_no_line(kb: Kb) -> None:
    kb.store.entries.apply([sourced("invoice")], [], author="小陈", now=NOW, expect=0)
    kb.editing.retire(kb.store.entries.all()[0].entry.id, author="小陈")
    before = len(log(kb))
    kb.editing.retire(kb.store.entries.all()[0].entry.id, author="小陈")
    assert len(log(kb)) == before


def test_a_change_that_fails_leaves_no_line(kb: Kb) -> None:
    with pytest.raises(Conflict):
        kb.store.entries.apply([sourced("invoice")], [], author="小陈", now=NOW, expect=7)
    assert log(kb) == []


def test_a_line_that_cannot_be_written_undoes_the_change(kb: Kb) -> None:
    with pytest.raises(KbError):
        kb.store.entries.apply(
            [sourced("invoice")], [], author="小陈", now=NOW, expect=0, note=Note("小陈", "entry.write", "\0")
        )
    assert kb.store.entries.all() == []


def test_publications_and_rollbacks_are_written_down(kb: Kb, client: TestClient) -> None:
    kb.store.entries.apply([sourced("invoice")], [], author="小陈", now=NOW, expect=0)
    first = kb.publisher.publish(by="小陈").manifest.id
    assert last(kb)[:3] == ("小陈", "release.publish", first)
    kb.publisher.publish(by="小陈")  # the same: nothing was published
    assert [one.action for one in log(kb)].count("release.publish") == 1
    kb.store.entries.apply([sourced("refund", "怎么退款？")], [], author="小陈", now=NOW, expect=1)
    second = kb.publisher.publish(by="小陈").manifest.id
    client.post("/v1/releases/rollback", json={}).raise_for_status()
    assert last(kb) == ("小陈", "release.rollback", first, {"before": second})


def test_the_publisher_of_a_job_is_who_asked_for_it(kb: Kb) -> None:
    kb.store.entries.apply([sourced("invoice")], [], author="小陈", now=NOW, expect=0)
    now = kb.clock.now()
    job = kb.store.jobs.add(JobKind.PUBLISH, {}, author="小陈", now=now, due_at=now + timedelta(hours=1))
    assert last(kb)[:3] == ("小陈", "release.schedule", job.id)
    kb.store.jobs.cancel(job.id, now, by="小王")
    assert last(kb)[:3] == ("小王", "job.cancel", job.id)
    kb.store.jobs.add(JobKind.PUBLISH, {}, author="小李", now=now)
    done = kb.worker.run_due()
    assert done is not None
    assert last(kb)[:3] == ("小李", "release.publish", done.result["release"])


def test_users_and_keys_are_written_down_without_their_secrets(kb: Kb) -> None:
    key, secret = kb.store.keys.add("前端", Role.ASKER, NOW, by="kb:root")
    kb.store.keys.revoke(key.id, NOW, by="kb:root")
    kb.store.keys.revoke(key.id, NOW, by="kb:root")
    kb.people.add("xiaolin", "小林", Role.AGENT, "a long password", by="kb:root")
    token = kb.people.sign_in("xiaolin", "a long password", "192.0.2.7")
    fresh = kb.people.change_password(token, "a long password", "another password", "192.0.2.7")
    kb.people.sign_out(fresh)
    kb.people.set_role("xiaolin", Role.EDITOR, by="kb:root")
    kb.people.set_active("xiaolin", active=False, by="kb:root")
    found = [(one.actor, one.action) for one in reversed(log(kb))]
    assert found == [
        ("kb:root", "key.add"),
        ("kb:root", "key.revoke"),
        ("kb:root", "user.add"),
        ("xiaolin", "session.begin"),
        ("xiaolin", "user.password"),
        ("xiaolin", "session.begin"),
        ("xiaolin", "session.end"),
        ("kb:root", "user.role"),
        ("kb:root", "user.deactivate"),
    ]
    kept = str(log(kb))
    for hidden in (secret, token, fresh, "a long password", "another password", "argon2"):
        assert hidden not in kept


def test_a_failed_attempt_to_sign_in_leaves_nothing_that_was_typed(kb: Kb) -> None:
    kb.people.add("xiaolin", "小林", Role.AGENT, "a long password", by="kb:root")
    for name in ("xiaolin", "my secret in the wrong field"):
        with pytest.raises(AccessDenied):
            kb.people.sign_in(name, "wrong", "192.0.2.7")
    assert [one.action for one in log(kb)] == ["user.add"]


def test_an_erased_conversation_leaves_its_id_less_what_is_personal(kb: Kb) -> None:
    for id_ in ("web-1", "13800138000"):
        kb.store.conversations.add_message(ConversationId(id_), Author.CUSTOMER, "你好", NOW)
        assert kb.store.conversations.forget(ConversationId(id_), by="kb:root")
    assert [one.target for one in log(kb)] == ["[手机号]", "web-1"]


def run(home: Path, *words: str, typed: str = "") -> Any:
    result = CliRunner().invoke(app, list(words), input=typed, env={"KB_HOME": str(home)})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOGNAME", "ops")
    monkeypatch.setattr("kb.wiring.load_embedder", lambda *_: BigramEmbedder())
    return tmp_path / "home"


def test_the_command_line_signs_with_the_systems_user(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text(TABLE, encoding="utf-8")
    run(home, "ingest", str(table), "--publish", "--yes")
    run(home, "users", "add", "xiaolin", "--display-name", "小林", "--password-stdin", typed="a long password\n")
    run(home, "users", "deactivate", "xiaolin")
    run(home, "keys", "add", "前端")
    found = json.loads(run(home, "audit", "--json").stdout)
    assert [one["action"] for one in reversed(found)] == [
        "files.write",
        "release.publish",
        "user.add",
        "user.deactivate",
        "key.add",
    ]
    assert {one["actor"] for one in found} == {"kb:ops"}
    assert found[-1]["detail"] | {"files": []} == {
        "files": [], "put": 2, "retired": 0, "golden": 0, "documents": 0, "revision": 1,
    }  # fmt: skip


def test_the_log_is_narrowed_shown_and_exported(home: Path, tmp_path: Path) -> None:
    run(home, "keys", "add", "=1+1")
    shown = run(home, "audit", "--action", "key.", "--actor", "kb:ops").stdout
    assert "新建访问密钥" in shown
    assert "命令行（ops）" in shown
    assert "没有符合条件的记录" in run(home, "audit", "--day", "2020-01-01").stdout
    assert run(home, "audit", "--day", "gestern").exit_code == 2
    file = tmp_path / "audit.csv"
    run(home, "audit", "--csv", str(file))
    text = file.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "时间,谁,做了什么,对象,详情"
    assert ",'=1+1" in text


def test_a_password_is_asked_for_twice(home: Path) -> None:
    run(home, "users", "add", "xiaolin", typed="a long password\na long password\n")
    listed = json.loads(run(home, "users", "list", "--json").stdout)
    assert [(one["name"], one["active"]) for one in listed] == [("xiaolin", True)]
    with pytest.raises(KbError):
        run(home, "users", "password", "xiaolin", typed="one password\nanother password\n")
    with pytest.raises(KbError):
        run(home, "users", "password", "nobody", "--password-stdin", typed="a long password\n")
    with pytest.raises(KbError, match="太简单"):
        run(home, "users", "add", "xiaowang", "--password-stdin", typed="0123456789\n")


def test_the_output_of_a_list_of_users_says_who_may_sign_in(home: Path) -> None:
    assert "还没有用户" in run(home, "users", "list").stdout
    run(home, "users", "add", "xiaolin", "--role", "editor", "--password-stdin", typed="a long password\n")
    run(home, "users", "role", "xiaolin", "admin")
    run(home, "users", "deactivate", "xiaolin")
    shown = run(home, "users", "list").stdout
    assert "管理员" in shown
    assert "已停用" in shown
    run(home, "users", "activate", "xiaolin")
    assert "可以登录" in run(home, "users", "list").stdout
