"""The review with what ships: the embedder, the lists, the planted faults, and the command line with its report."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kb.errors import FileUnreadable
from kb.index.ngram import NgramEmbedder
from kb.ingest import Place, Plan, plan, read
from kb.ingest.report import Report, difference
from kb.ingest.review import Finding, Lists, Weight, review, review_plan, untold
from kb.types import Entry, EntryId, EntryState, SourcedEntry
from tests.bench.review import measure
from tests.conftest import ROOT
from tests.unit.ingest.review.standings import codes, entry, sourced

TODAY = date(2026, 11, 21)
RETURN = entry(
    "A1", "怎么申请退货", "打开「我的订单」，点「申请售后」，请您上传照片，7 天内可退。", variants=("退货入口在哪",)
)
INVOICE = entry("A2", "电子发票多久能开好", "提交申请后 1 个工作日内开好，请您留意邮箱。", variants=("发票几天开出来",))
WEEKEND = entry("A3", "周末发货吗", "周末照常发货，请您放心下单。")
KNOWN = (RETURN, INVOICE, WEEKEND)


@pytest.fixture(scope="module")
def embedder() -> NgramEmbedder:
    return NgramEmbedder()


def reviewed(embedder: NgramEmbedder, *entries: Entry, beside: tuple[Entry, ...] = KNOWN) -> list[Finding]:
    return review(sourced(*entries), {}, sourced(*beside, source="faq/old.csv"), embedder, today=TODAY)


def test_clean_entries_give_no_finding(embedder: NgramEmbedder) -> None:
    assert reviewed(embedder, *KNOWN, beside=()) == []


def test_the_same_question_twice_is_told_once_at_what_is_read(embedder: NgramEmbedder) -> None:
    (found,) = reviewed(embedder, replace(RETURN, id=EntryId("B1"), question="怎么申请退货？", variants=()))
    assert (found.entry_id, found.code, found.weight) == ("B1", "same_question", Weight.NOTICE)
    assert found.other is not None
    assert (found.other.entry.id, found.other.place) == ("A1", Place("faq/old.csv"))


def test_the_same_in_other_words_is_a_near_duplicate(embedder: NgramEmbedder) -> None:
    again = entry("B1", "退货要如何申请", "打开「我的订单」点「申请售后」，请您上传照片。")
    assert codes(reviewed(embedder, again)) == [("B1", "near_duplicate")]


def test_another_answer_to_the_same_question_is_told_as_such(embedder: NgramEmbedder) -> None:
    other = entry("B1", "退货要如何申请", "请您直接拨打客服热线，由同事为您登记。")
    assert codes(reviewed(embedder, other)) == [("B1", "other_answer")]


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("如何申请退货", "打开「我的订单」，请您点「申请售后」，15 天内可退。", "15天"),
        ("电子发票要多久开好", "请您耐心等候，7 个工作日内开好。", "7个工作日"),
        ("周末能发货吗", "周末不发货，请您耐心等到周一。", "一个肯定、一个否定"),
    ],
)
def test_a_contradiction_says_what_contradicts(embedder: NgramEmbedder, question: str, answer: str, told: str) -> None:
    (found,) = reviewed(embedder, entry("B1", question, answer))
    assert found.code == "contradiction"
    assert told in found.message


def test_a_phrasing_of_two_entries_is_shared(embedder: NgramEmbedder) -> None:
    assert codes(reviewed(embedder, entry("B1", "退款多久到账", variants=("周末发货吗",)))) == [
        ("B1", "shared_phrasing")
    ]


def test_a_variant_that_asks_for_another_entry_strays(embedder: NgramEmbedder) -> None:
    (found,) = reviewed(embedder, entry("B1", "满享卡一年多少钱", variants=("满享卡多少钱", "电子发票要多久才开好")))
    assert (found.code, found.quotes) == ("stray_variant", ("电子发票要多久才开好",))
    assert found.other is not None
    assert found.other.entry.id == "A2"


def test_products_and_dates_keep_entries_apart(embedder: NgramEmbedder) -> None:
    one = entry("B1", "怎么清洗", "请您用清水洗。", product="奶瓶")
    other = entry("B2", "如何清洗", "请您用湿布擦。", product="积木")
    assert reviewed(embedder, one, other) == []
    spring = entry("B3", "活动有什么优惠", "请您参加满 300 减 50。", valid_until=date(2026, 12, 31))
    summer = entry("B4", "活动有哪些优惠", "请您参加满 200 减 30。", valid_from=date(2027, 1, 1))
    assert reviewed(embedder, replace(spring, valid_until=date(2026, 12, 31)), summer) == []


def test_what_is_over_or_retired_meets_nobody(embedder: NgramEmbedder) -> None:
    over = replace(RETURN, id=EntryId("B1"), valid_until=date(2026, 1, 1))
    assert codes(reviewed(embedder, over)) == [("B1", "expired")]
    assert reviewed(embedder, replace(RETURN, id=EntryId("B1"), state=EntryState.RETIRED)) == []


def test_only_the_named_entries_are_told_of_but_all_are_looked_at(embedder: NgramEmbedder) -> None:
    bad = entry("B1", "周末能发货吗", "周末不发货，请您等到周一。")
    everything = sourced(*KNOWN, bad, entry("B2", "赠品规则"))
    found = review(everything, {}, [], embedder, today=TODAY, only={EntryId("B1")})
    assert codes(found) == [("B1", "contradiction")]


def test_without_an_embedder_entries_are_looked_at_alone() -> None:
    bad = entry("B1", "周末能发货吗", "周末不发货，拨打 13812345678。")
    found = review(sourced(*KNOWN, bad), {}, [], None, today=TODAY)
    assert codes(found) == [("B1", "personal_data")]
    assert found[0].blocks


def test_a_follow_up_may_lead_to_what_is_not_read_again(embedder: NgramEmbedder) -> None:
    assert reviewed(embedder, entry("B1", "退款多久到账", follow_ups=("周末发货吗",))) == []


def test_the_gravest_comes_first(embedder: NgramEmbedder) -> None:
    bad = entry("B1", "赠品规则", "去找快递吧，13812345678。")
    weights = [found.weight for found in reviewed(embedder, bad)]
    assert weights == sorted(weights, key=list(Weight).index)
    assert weights[0] is Weight.BLOCKS


# --- the lists of editors


def home(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "review"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return tmp_path


def test_an_editor_adds_and_takes_away(tmp_path: Path) -> None:
    assert Lists.read(tmp_path).polite.find("您好")
    lists = Lists.read(home(tmp_path, forbidden="# 我们的\n么么哒\n/宝子们?/\n", polite="-您\n"))
    assert lists.forbidden.find("宝子，么么哒，说了不行就是不行") == ["宝子", "么么哒", "说了不行就是不行"]
    assert not lists.polite.find("您好")


def test_full_width_letters_and_digits_are_seen(tmp_path: Path) -> None:
    assert Lists.read().promises.find("１００％ 安全") == ["100% 安全"]


def test_an_expression_that_is_none_is_refused_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="promises"):
        Lists.read(home(tmp_path, promises="/(全网/\n"))


# --- planned: what would be written, beside what stays


TABLE = "编号,标准问,相似问,答案\n"
GOOD = "A1,怎么申请退货,退货入口在哪,打开「我的订单」，请您点「申请售后」。\n"
RUDE = "A2,周末发货吗,,这不关我们的事，去找快递吧。\n"
HARM = "A3,派件员的电话是多少,,请打 13812345678。\n"


def planned(tmp_path: Path, rows: str, existing: list[SourcedEntry]) -> tuple[Plan, list[Finding]]:
    file = tmp_path / "a.csv"
    file.write_text(TABLE + rows, "utf-8")
    reading = read([file], today=TODAY)
    made = plan(reading, existing)
    found = review_plan(
        reading, made, existing, NgramEmbedder, today=TODAY, lists=Lists.read(tmp_path), everything=True
    )
    return made, found


def test_findings_name_the_row(tmp_path: Path) -> None:
    _, found = planned(tmp_path, GOOD + RUDE, [])
    assert [(one.code, one.file, one.row, one.weight) for one in found] == [
        ("forbidden_wording", "a.csv", 3, Weight.CONFIRM)
    ]


def test_what_stands_in_the_knowledge_already_does_not_stop_the_writing(tmp_path: Path) -> None:
    made, found = planned(tmp_path, GOOD + HARM, [])
    assert found[0].blocks
    _, again = planned(tmp_path, GOOD + HARM, list(made.put))
    assert [one.weight for one in again] == [Weight.NOTICE]


def test_without_changes_nothing_is_looked_at_and_no_embedder_loaded(tmp_path: Path) -> None:
    made, _ = planned(tmp_path, GOOD + RUDE, [])
    reading = read([tmp_path / "a.csv"], today=TODAY)

    def never() -> NgramEmbedder:
        raise AssertionError

    same = plan(reading, list(made.put))
    lists = Lists.read()
    assert review_plan(reading, same, list(made.put), never, today=TODAY, lists=lists, everything=False) == []


def test_a_problem_that_a_finding_tells_better_is_told_once(tmp_path: Path) -> None:
    twice = GOOD + "A9,怎么申请退货？,,打开「我的订单」，请您点「申请售后」。\n"
    made, found = planned(tmp_path, twice, [])
    assert [one.code for one in made.problems] == ["same_question", "same_question"]
    assert codes(found) == [("A9", "same_question")]
    assert untold(made.problems, found, everything=True) == ()


# --- the report


def test_the_report_stands_alone_and_escapes_what_it_shows(tmp_path: Path) -> None:
    old = [
        *sourced(entry("A1", "怎么申请退货", "打开「我的订单」，您点「申请退款」。"), source="a.csv"),
        *sourced(entry("A7", "旧的问题怎么办", "请您联系客服。"), source="a.csv"),
    ]
    rows = (
        GOOD
        + RUDE
        + "A4,<b>怎么</b>开票,,请您看 <script>alert(1)</script>。\nA5,周末能发货吗,,周末照常发货，请您放心。\n"
    )
    made, found = planned(tmp_path, rows, old)
    file = Report(made, made.problems, found, datetime(2026, 11, 21, 12, tzinfo=UTC)).write(tmp_path / "out")
    html = file.read_text("utf-8")
    assert "<script" not in html
    assert "src=" not in html
    assert "<link" not in html
    assert "&lt;script&gt;" in html
    assert "<del>退款</del><ins>售后</ins>" in html
    assert "<mark>这不关我们的事</mark>" in html
    assert 'class="sides"' in html
    assert "旧的问题怎么办" in html
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["report.html"]


def test_two_answers_are_marked_where_they_differ() -> None:
    assert difference("满 59 元包邮。", "满 49 元包邮。") == (
        "满 <mark>59</mark> 元包邮。",
        "满 <mark>49</mark> 元包邮。",
    )


# --- the command line


def kb(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return subprocess.run(
        [sys.executable, "-c", "from kb.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environ | {"KB_HOME": str(home)},
    )


def written(tmp_path: Path, rows: str, *words: str) -> tuple[int, dict[str, Any], str]:
    file = tmp_path / "a.csv"
    file.write_text(TABLE + rows, "utf-8")
    ran = kb(tmp_path / "home", "ingest", str(file), "--json", *words)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else {}, ran.stderr


def test_a_judgement_is_written_only_when_confirmed(tmp_path: Path) -> None:
    code, _, said = written(tmp_path, GOOD + RUDE)
    assert code == 1
    assert "--yes" in said
    code, report, _ = written(tmp_path, GOOD + RUDE, "--yes")
    assert code == 0
    assert report["written"]
    assert [one["code"] for one in report["findings"]] == ["forbidden_wording"]


def test_personal_data_is_never_written_but_may_be_allowed_by_list(tmp_path: Path) -> None:
    code, report, said = written(tmp_path, GOOD + HARM, "--yes")
    assert code == 1
    assert not report["written"]
    assert "个人信息" in said
    home(tmp_path / "home" if (tmp_path / "home").exists() else tmp_path, allowed="138-1234-5678\n")
    code, report, _ = written(tmp_path, GOOD + HARM)
    assert (code, report["findings"]) == (0, [])


def test_a_dry_run_writes_the_report_and_nothing_else(tmp_path: Path) -> None:
    code, report, said = written(tmp_path, GOOD + HARM, "--dry-run", "--report", str(tmp_path / "out"))
    assert code == 0
    assert not report["written"]
    assert "report.html" in said
    assert "13812345678" in (tmp_path / "out" / "report.html").read_text("utf-8")


# --- how good it is


def test_planted_faults_are_found_and_clean_entries_left_alone() -> None:
    result = measure(NgramEmbedder())
    assert len(result.faults) >= 150
    assert result.clean >= 200
    assert result.recall >= 0.95
    assert result.false_alarms <= 0.02
