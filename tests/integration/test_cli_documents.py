"""`kb documents` and `kb entries` on a real store: approve, make an entry of a passage, let it go live."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kb.cli import app

GUIDE = """# 纸尿裤选购指南

## 尺码对照

L 码纸尿裤适合 9 到 14 公斤的宝宝，腰围 52 厘米以内；大腿处能伸进两根手指就是合适的尺码，勒出红印请换大一码。
同一款的尺码以包装为准，不同系列的版型略有差别，第一次买请先买小包试穿，合适了再买整箱。
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KB_HOME", str(tmp_path / "kb"))
    (tmp_path / "guide.md").write_text(GUIDE, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Any:
    """What a command prints as JSON; it must succeed."""
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_from_a_file_to_a_live_entry(home: Path) -> None:
    seen = run("ingest", str(home / "guide.md"))
    assert seen["plan"]["documents"]["added"] == ["guide.md"]
    (document,) = run("documents", "list")
    assert (document["title"], document["passages"], document["approved"]) == ("纸尿裤选购指南", 1, False)
    (approved,) = run("documents", "approve", "guide.md")
    assert approved["approved"]
    assert run("ingest", str(home / "guide.md"))["written"] is False
    (passage,) = run("documents", "show", "guide.md")["passages"]
    assert passage["citation"] == "《纸尿裤选购指南》“尺码对照”"
    made = run("documents", "entry", passage["id"], "--question", "怎么选尺码")
    assert (made["state"], made["answer"]) == ("draft", passage["text"])
    assert made["source"].endswith("《纸尿裤选购指南》“尺码对照”")
    assert [one["id"] for one in run("entries", "list", "--state", "draft")] == [made["id"]]
    (live,) = run("entries", "live", made["id"])
    assert live["state"] == "live"
    (retired,) = run("entries", "retire", made["id"])
    assert retired["state"] == "retired"
    (revoked,) = run("documents", "revoke", "guide.md")
    assert not revoked["approved"]
    assert [one["file"] for one in run("documents", "remove", "guide.md")["removed"]] == ["guide.md"]
    assert run("documents", "list") == []
    assert [one["id"] for one in run("entries", "list")] == [made["id"]]  # what was made of it stays


def test_what_people_read(home: Path) -> None:
    runner = CliRunner()
    assert "还没有资料" in runner.invoke(app, ["documents", "list"]).output
    assert "没有这样的词条" in runner.invoke(app, ["entries", "list"]).output
    done = runner.invoke(app, ["ingest", str(home / "guide.md")])
    assert "资料新增" in done.output
    assert "段落新增" in done.output
    assert "纸尿裤选购指南" in runner.invoke(app, ["documents", "list"]).output
    shown = runner.invoke(app, ["documents", "approve", "guide.md"]).output
    assert "已批准 1 份资料" in shown
    assert "已移除 1 份资料" in runner.invoke(app, ["documents", "remove", "guide.md"]).output


def test_a_step_of_cleaning_that_there_is_not_is_wrong_usage(home: Path) -> None:
    done = CliRunner().invoke(app, ["ingest", str(home / "guide.md"), "--without", "everything"])
    assert done.exit_code == 2
