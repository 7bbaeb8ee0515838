"""What is measured is what is served: one confidence over HTTP, from the command line and in an evaluation."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.answer.labelled import are_labelled, ask_labelled
from kb.answer.measure import ask
from kb.answer.tasks import Asked, Task, read_entries
from kb.errors import FileUnreadable
from kb.settings import Settings
from kb.types import GoldenQuestion
from kb.wiring import Kb, build
from tests.command import succeed
from tests.conftest import ROOT
from tests.fakes.browser import local

ASKED = (
    "会员怎么升级呀",
    "积分能换什么东西",
    "我想改一下绑定的手机号",
    "森林会员有啥好处",
    "生日当天会送优惠券吗",
    "怎样把帐号注销掉",
    "你好，请问积分什么时候过期",
    "能不能用微信登录",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("members")
    succeed(folder, "ingest", str(ROOT / "data" / "faq" / "members.jsonl"), "--publish")
    return folder


@pytest.fixture(scope="module")
def kb(home: Path) -> Iterator[Kb]:
    opened = build(Settings.read({"KB_HOME": str(home)}))
    yield opened
    opened.close()


def confidence_over_http(client: TestClient, question: str) -> list[float]:
    reply = client.post("/v1/answer", json={"question": question, "dry_run": True}).json()
    return [reply["confidence"], *(candidate["confidence"] for candidate in reply["candidates"])]


def test_a_question_has_one_confidence_wherever_it_is_asked(home: Path, kb: Kb) -> None:
    evaluated = ask_labelled(kb.matcher(), [GoldenQuestion(text) for text in ASKED], date.today())  # noqa: DTZ011
    measured = ask(kb.matcher(), Task("", (), tuple(Asked(text, None) for text in ASKED)))
    with local(build(Settings.read({"KB_HOME": str(home)}))) as client:
        alone = [confidence_over_http(client, text) for text in ASKED]
    assert len({tuple(one) for one in alone}) == len(ASKED)
    for text, served in zip(ASKED[:3], alone, strict=False):  # a process for each
        typed = json.loads(succeed(home, "ask", text, "--json").stdout)
        assert [typed["confidence"], *(one["confidence"] for one in typed["candidates"])] == served
    for served, judged, outcome in zip(alone, evaluated, measured, strict=True):
        candidates = judged.judgement.candidates
        assert [judged.judgement.confidence, *(one.confidence for one in candidates)] == served
        assert outcome.confidence in (served[0], 0.0)  # 0 for what a guard stopped
        assert outcome.found[: len(candidates)] == tuple(one.entry.id for one in candidates)


def test_company_does_not_change_a_confidence(home: Path) -> None:
    with local(build(Settings.read({"KB_HOME": str(home)}))) as client:
        together = list(ThreadPoolExecutor(8).map(lambda text: confidence_over_http(client, text), ASKED * 4))
    with local(build(Settings.read({"KB_HOME": str(home)}))) as client:
        assert together == [confidence_over_http(client, text) for text in ASKED] * 4


def test_an_evaluation_writes_its_report(home: Path, tmp_path: Path) -> None:
    done = succeed(home, "evaluate", "--variants", "3", "--report", str(tmp_path / "report"), "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    page = (tmp_path / "report" / "evaluation.html").read_text("utf-8")
    assert str(tmp_path / "report" / "evaluation.html") in done.stderr.replace("\n", "")
    assert f"{rows['kb']['recall_at_1']:.1%}" in page
    assert f"{rows['BM25 characters']['recall_at_1']:.3f}" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_labelled_questions_are_reported_too(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "asked.jsonl"
    rows = [{"question": text, "expected": [], "handoff": "order", "kind": "spoken"} for text in ASKED]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    succeed(home, "evaluate", str(file), "--report", str(tmp_path))
    page = (tmp_path / "evaluation.html").read_text("utf-8")
    assert "回答质量评估：asked.jsonl" in page
    assert "知识库里没有，应该转人工" in page


def test_entries_in_a_file_need_no_ids(tmp_path: Path) -> None:
    file = tmp_path / "entries.jsonl"
    file.write_text(
        '{"question": "怎么升级", "variants": ["如何升级"]}\n{"question": "积分换什么"}\n', encoding="utf-8"
    )
    first, second = read_entries(file)
    assert first.id != second.id
    assert (first.variants, second.variants) == (("如何升级",), ())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no such file"),
        pytest.param(b"", id="empty"),
        pytest.param(b"garbage", id="no JSON"),
        pytest.param(b"5", id="no row"),
        pytest.param(b'{"variants": ["?"]}', id="no question"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["entries.jsonl", "entries.jsonl.gz"])
def test_a_file_that_holds_no_entries_is_named(tmp_path: Path, content: bytes | None, name: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert not are_labelled([tmp_path / name])
    with pytest.raises(FileUnreadable, match=name):
        read_entries(tmp_path / name)
