"""The command line as its users type it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kb import messages
from kb.cli import main
from kb.index import release
from tests.conftest import ROOT

FAQ = """编号,标准问,相似问,答案,分类
TK001,未发货怎么申请退款,还没发货能退款吗,在订单页点「申请退款」即可。,退款
TK002,退款多久到账,退款几天到,审核后原路退回，一到三个工作日到账。,退款
FP001,怎么开发票,想开个发票,签收后在订单页申请开票。,发票
WL001,几天能送到,快递要多久,江浙沪一到两天，其他地区二到四天。,物流
"""


@dataclass
class Run:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Kb = Callable[..., Run]


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kb:
    for name in [name for name in os.environ if name.startswith("KB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KB_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["kb", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        seen = capsys.readouterr()
        return Run(code, seen.out, seen.err)

    return run


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    file = tmp_path / "faq.csv"
    file.write_text(FAQ, encoding="utf-8")
    return file


def test_from_a_file_to_an_answer(kb: Kb, faq: Path) -> None:
    assert kb("ingest", str(faq), "--publish").code == 0
    asked = kb("ask", "退款几天到？")
    assert asked.code == 0
    assert "直答" in asked.out
    assert "审核后原路退回，一到三个工作日到账。" in asked.out


def test_json_prints_one_document_and_nothing_else(kb: Kb, faq: Path) -> None:
    ingested = kb("ingest", str(faq), "--publish", "--json").json
    assert ingested["plan"]["added"] == ["FP001", "TK001", "TK002", "WL001"] or len(ingested["plan"]["added"]) == 4
    assert ingested["written"] is True
    assert ingested["release"]["entries"] == 4
    for words in (["publish"], ["releases"], ["ask", "怎么开发票"], ["doctor"], ["keys", "list"]):
        assert kb(*words, "--json").json is not None


def test_asking_in_json_gives_decision_message_and_candidates(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    asked = kb("ask", "怎么开发票", "--json", "--explain").json
    assert asked["decision"] == "answer"
    assert asked["confidence"] == 1.0
    assert asked["candidates"][0]["entry_id"] == "FP001"


def test_explaining_shows_what_each_feature_added(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    asked = kb("ask", "请问你们开票么", "--explain")
    assert asked.code == 0
    assert "FP001" in asked.out
    assert "对数几率" in asked.out
    assert messages.try_it.FEATURES["dense"] in asked.out
    assert "直答线" in asked.out
    assert "先被拦下：要求人工" in kb("ask", "转人工", "--explain").out


def test_a_dry_run_writes_nothing(kb: Kb, faq: Path) -> None:
    run = kb("ingest", str(faq), "--dry-run")
    assert run.code == 0
    assert "什么都没有写入" in run.err
    assert kb("ingest", str(faq), "--dry-run", "--json").json["plan"]["added"]
    assert kb("releases").out.strip() == "还没有发布版本。先运行 kb ingest 文件 --publish。"


def test_a_publication_is_tried_and_nothing_is_published(kb: Kb, faq: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions" / "golden.jsonl"
    questions.parent.mkdir()
    questions.write_text('{"question": "想开个发票", "expected": ["FP001"]}\n', encoding="utf-8")
    kb("ingest", str(faq), str(questions.parent), "--publish")
    assert kb("publish", "--dry-run", "--json").json["changed"] is False

    faq.write_text(FAQ.replace("WL001,几天能送到,快递要多久", "WL001,几天能送到,快递几天到"), encoding="utf-8")
    kb("ingest", str(faq))
    assert "可以发布：4 条词条" in kb("publish", "--dry-run").out
    faq.write_text(FAQ.replace("FP001,怎么开发票,想开个发票", "FP001,可以换颜色吗,"), encoding="utf-8")
    kb("ingest", str(faq))
    tried = kb("publish", "--dry-run", "--json").json
    assert (tried["id"], tried["dry_run"], tried["gate"]["refuses"]) == (None, True, True)
    shown = kb("publish", "--dry-run")
    assert (shown.code, "想开个发票" in shown.out, "会被拒绝" in shown.out) == (0, True, True)
    assert len(kb("releases", "--json").json) == 1
    assert kb("publish", "--dry-run", "--due").code == 2


def test_ingesting_again_changes_nothing(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    again = kb("ingest", str(faq), "--publish", "--json").json
    assert again["written"] is False
    assert again["release"]["changed"] is False
    assert again["plan"]["unchanged"] == 4


def test_a_blocking_problem_is_told_with_its_row_and_nothing_is_written(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    faq.write_text(FAQ + "TK001,另一个问题,,另一个答案。,退款\n", encoding="utf-8")
    run = kb("ingest", str(faq), "--publish")
    assert run.code == 1
    assert "第 6 行" in run.err
    assert "必须先解决" in run.err
    assert kb("ingest", str(faq), "--json").json["written"] is False
    assert len(kb("releases", "--json").json) == 1


def test_retiring_many_entries_needs_a_yes(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    faq.write_text("".join(FAQ.splitlines(keepends=True)[:2]), encoding="utf-8")
    refused = kb("ingest", str(faq), "--publish")
    assert refused.code == 1
    assert "--yes" in refused.err
    assert kb("ask", "怎么开发票", "--json").json["decision"] == "answer"
    assert kb("ingest", str(faq), "--publish", "--yes").code == 0
    assert kb("ask", "怎么开发票", "--json").json["decision"] != "answer"


def test_rollback_brings_the_old_answers_back(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    faq.write_text(FAQ.replace("一到三个工作日", "当天"), encoding="utf-8")
    kb("ingest", str(faq), "--publish")
    assert "当天到账" in kb("ask", "退款多久到账").out
    assert kb("rollback").code == 0
    assert "一到三个工作日" in kb("ask", "退款多久到账").out
    assert [r["current"] for r in kb("releases", "--json").json] == [False, True]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "jsonl"])
def test_what_is_exported_is_read_back_unchanged(kb: Kb, faq: Path, tmp_path: Path, suffix: str) -> None:
    kb("ingest", str(faq))
    assert kb("export", str(tmp_path / f"all.{suffix}")).code == 0
    plan = kb("ingest", str(tmp_path / f"all.{suffix}"), "--json").json["plan"]
    assert (plan["added"], plan["changed"], plan["retired"], plan["unchanged"]) == ([], [], [], 4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["ask", "你好"], "还没有可用的发布版本", id="nothing was published"),
        pytest.param(["publish"], "还没有可用的发布版本", id="nothing to publish"),
        pytest.param(["rollback"], "没有找到", id="nothing to go back to"),
        pytest.param(["diff", "20261120-r1", "20261121-r2"], "没有找到", id="no such release"),
        pytest.param(["ingest", "missing.csv"], "没有这个文件", id="no such file"),
        pytest.param(["forget", "conv-1"], "没有找到", id="no such conversation"),
        pytest.param(["keys", "revoke", "key-1"], "没有找到", id="no such key"),
        pytest.param(["serve"], "还没有可用的发布版本", id="nothing to serve"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_1(kb: Kb, words: list[str], said: str) -> None:
    run = kb(*words)
    assert run.code == 1
    assert said in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    "words",
    [["serve", "--port", "0"], ["serve", "--port", "x"], ["nonsense"], ["ask"], ["keys", "add", "a", "--role", "boss"]],
)
def test_wrong_usage_is_exit_2(kb: Kb, words: list[str]) -> None:
    assert kb(*words).code == 2


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("export", "in the way/all.xlsx"), id="an export"),
        pytest.param(("ingest", "faq.csv", "--dry-run", "--report", "in the way"), id="a report"),
    ],
)
def test_a_file_that_cannot_be_written_is_one_sentence(
    kb: Kb, faq: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    kb("ingest", str(faq), "--publish")
    (tmp_path / "in the way").write_text("a file, not a folder")
    seen = kb(*words)
    assert seen.code == 1
    assert "文件无法写入：" in seen.err
    assert "in the way" in " ".join(seen.err.split())


def test_ctrl_c_is_told_and_leaves_what_is_served(kb: Kb, faq: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kb("ingest", str(faq), "--publish")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    faq.write_text(FAQ.replace("一到三个工作日", "当天"), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(release, "write", interrupted)
        seen = kb("ingest", str(faq), "--publish")
    assert seen.code == 130
    assert "已中断，线上内容不变。" in seen.err
    assert "一到三个工作日" in kb("ask", "退款多久到账").out


@pytest.mark.parametrize("words", [("ask", "怎么开发票"), ("doctor",), ("serve",)])
def test_a_home_that_cannot_be_made_is_one_sentence(
    kb: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    monkeypatch.setenv("KB_HOME", str(tmp_path / "home"))
    seen = kb(*words)
    assert seen.code == 1
    assert "check its path" in " ".join((seen.out + seen.err).split())


def test_a_mistyped_setting_is_told(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HOMES", "x")
    run = kb("releases")
    assert run.code == 1
    assert "did you mean KB_HOME?" in run.err


def test_keys_are_shown_once_listed_without_secret_and_revoked(kb: Kb) -> None:
    made = kb("keys", "add", "网页", "--role", "asker")
    secret = made.out.strip()
    assert secret.startswith("kb_")
    listed = kb("keys", "list", "--json")
    assert secret not in listed.out
    (key,) = listed.json
    assert (key["name"], key["role"]) == ("网页", "asker")
    assert kb("keys", "revoke", key["id"]).code == 0
    assert kb("keys", "list", "--json").json[0]["revoked_at"]


def test_the_doctor_says_what_is_wrong(kb: Kb, faq: Path, tmp_path: Path) -> None:
    assert kb("doctor").code == 1
    assert kb("doctor", "--quiet").out == ""
    kb("ingest", str(faq), "--publish")
    assert kb("doctor").code == 0
    (release,) = [path for path in (tmp_path / "var" / "releases").iterdir() if path.is_dir()]
    (release / "vectors.npy").write_bytes(b"")
    sick = kb("doctor")
    assert sick.code == 1
    assert "✗" in sick.out
    assert "kb publish" in sick.out


def test_an_address_that_others_reach_needs_a_key(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    run = kb("serve", "--host", "0.0.0.0")
    assert run.code == 1
    assert "kb keys add" in run.err


def test_a_taken_port_is_one_clear_sentence(kb: Kb, faq: Path) -> None:
    kb("ingest", str(faq), "--publish")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = kb("serve", "--port", str(taken.getsockname()[1]))
    assert run.code == 1
    assert run.err.startswith("设置有误：port ")
    assert "--port" in run.err
    assert "Traceback" not in run.err


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("workers", [1, 2])
def test_it_serves_without_torch_follows_releases_and_stops_when_told(
    kb: Kb, faq: Path, tmp_path: Path, workers: int
) -> None:
    kb("ingest", str(faq), "--publish")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "kb.cli", "serve", "--port", str(port), "--workers", str(workers)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_ready(port)
        assert post(port, "退款多久到账")["message"].endswith("一到三个工作日到账。")
        for child in {process.pid, *children(process.pid)}:
            mapped = Path(f"/proc/{child}/maps").read_text(encoding="utf-8")
            assert "/torch/" not in mapped  # its libraries would be mapped if it were imported
        faq.write_text(FAQ.replace("一到三个工作日", "当天"), encoding="utf-8")
        kb("ingest", str(faq), "--publish")
        deadline = time.monotonic() + 20
        while not all(post(port, "退款多久到账")["message"].endswith("当天到账。") for _ in range(10)):
            assert time.monotonic() < deadline, "a process did not follow the release pointer"
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "已中断" not in err
    assert f"http://127.0.0.1:{port}" in err


def wait_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as reply:
                if reply.status == 200:
                    return
        except OSError:
            assert time.monotonic() < deadline, "the service did not come up"
            time.sleep(0.1)


def post(port: int, question: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/answer",
        json.dumps({"question": question}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def children(pid: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.add(int(path.parent.name))
    return found
