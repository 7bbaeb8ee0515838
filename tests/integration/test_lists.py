"""The editors' lists: written, switched off, used by the review and kept in a release."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.cli import app
from kb.errors import InputError, NotFound
from kb.publish.lists import Vocabulary
from kb.settings import Settings
from kb.types import EntryId, ListName
from kb.wiring import Kb, build
from tests.fakes.embedder import BigramEmbedder
from tests.fakes.shop import SetClock

ENTRY = {"question": "怎么申请退货", "answer": "您好，请在订单页申请退货。", "variants": ["想退货"]}


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Kb]:
    kb = build(Settings(home=tmp_path, index="exact"), SetClock())
    kb.__dict__["embedder"] = BigramEmbedder()
    yield kb
    kb.close()


@pytest.fixture
def words(kb: Kb) -> Vocabulary:
    return kb.vocabulary


def test_an_editors_line_stands_before_those_that_come_with_the_package(words: Vocabulary) -> None:
    line = words.add(ListName.FORBIDDEN, " 爱买   不买 ", author="小王")
    first, *others = words.lines(ListName.FORBIDDEN)
    assert (first, first.words, first.ours, first.author) == (line, ("爱买 不买",), False, "小王")
    assert others
    assert all(other.ours for other in others)


def test_a_forbidden_word_is_found_in_texts_and_in_answers(kb: Kb, words: Vocabulary) -> None:
    kb.editing.put(EntryId("TH001"), {**ENTRY, "answer": "您好，本店概不退货，请见谅。"}, author="小王")
    words.add(ListName.FORBIDDEN, "概不退货", author="小王")
    assert [(said.list, said.words) for said in words.said("对不起，概不退货")] == [(ListName.FORBIDDEN, ("概不退货",))]
    assert [use.entry.id for use in words.uses("/概不(退货|退款)/")] == ["TH001"]


def test_a_file_with_a_word_that_editors_forbade_must_be_confirmed(kb: Kb, words: Vocabulary, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("标准问,答案\n怎么退货,您好，特价商品概不退货，请您谅解。\n", "utf-8")
    assert kb.intake.look([file]).doubtful == 0
    words.add(ListName.FORBIDDEN, "概不退货", author="小王")
    assert [found.code for found in kb.intake.look([file]).findings][:1] == ["forbidden_wording"]


def test_a_line_of_the_package_is_switched_off_and_on_again(words: Vocabulary) -> None:
    line = next(one for one in words.lines(ListName.PROMISES) if "万能" in one.words[0])
    assert words.said("万能胶")
    words.remove(ListName.PROMISES, line.id, author="小王")
    off = next(one for one in words.lines(ListName.PROMISES) if one.id == line.id)
    assert (off.off, off.author) == (True, "小王")
    assert not words.said("万能胶")
    assert not words.add(ListName.PROMISES, line.words[0], author="小王").off
    assert words.said("万能胶")


def test_synonyms_are_published_with_the_release(kb: Kb, words: Vocabulary) -> None:
    kb.editing.put(EntryId("TH001"), ENTRY, author="小王")
    kb.publisher.publish()
    words.add(ListName.SYNONYMS, "退货、退掉  寄回", author="小王")
    published = kb.publisher.publish()
    assert published.changed
    assert kb.open(published.manifest.id).matcher.knowledge.synonyms == (("退货", "退掉", "寄回"),)
    assert not kb.publisher.publish().changed


def test_a_line_is_written_anew_under_its_new_words(words: Vocabulary) -> None:
    old = words.add(ListName.SYNONYMS, "奶瓶 奶壶", author="小王")
    new = words.replace(ListName.SYNONYMS, old.id, "奶瓶 奶壶 奶樽", author="小李")
    assert [line.words for line in words.lines(ListName.SYNONYMS)] == [("奶瓶", "奶壶", "奶樽")]
    words.remove(ListName.SYNONYMS, new.id, author="小李")
    assert words.lines(ListName.SYNONYMS) == []
    with pytest.raises(NotFound):
        words.remove(ListName.SYNONYMS, old.id, author="小李")
    with pytest.raises(NotFound):
        words.replace(ListName.SYNONYMS, old.id, "甲 乙", author="小李")


@pytest.mark.parametrize("text", ["", "  ", "好" * 201, "# 注释", "-减去", "/(/", "/x*/"])
def test_a_wording_that_cannot_be_used_is_refused(words: Vocabulary, text: str) -> None:
    with pytest.raises(InputError):
        words.add(ListName.FORBIDDEN, text, author="小王")


@pytest.mark.parametrize("text", ["", "奶瓶", "奶瓶 奶瓶", "！ ？", "退" * 21 + " 换", " ".join(map(str, range(21)))])
def test_words_that_are_no_synonyms_are_refused(words: Vocabulary, text: str) -> None:
    with pytest.raises(InputError):
        words.add(ListName.SYNONYMS, text, author="小王")


def test_a_word_has_one_meaning(words: Vocabulary) -> None:
    words.add(ListName.SYNONYMS, "奶瓶 奶壶", author="小王")
    with pytest.raises(InputError, match="奶瓶、奶壶"):
        words.add(ListName.SYNONYMS, "奶壶 水壶", author="小王")


def test_the_same_line_is_not_written_twice(words: Vocabulary) -> None:
    words.add(ListName.FORBIDDEN, "爱买不买", author="小王")
    with pytest.raises(InputError):
        words.add(ListName.FORBIDDEN, "爱买不买", author="小李")


def test_the_command_line_keeps_the_same_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HOME", str(tmp_path))
    run = CliRunner().invoke
    added = json.loads(run(app, ["lists", "add", "synonyms", "奶瓶、奶壶", "--json"]).stdout)
    assert added["words"] == ["奶瓶", "奶壶"]
    assert "奶瓶、奶壶" in run(app, ["lists", "show", "synonyms"]).stdout
    assert run(app, ["lists", "remove", "synonyms", added["id"]]).exit_code == 0
    assert json.loads(run(app, ["lists", "show", "synonyms", "--json"]).stdout) == []
    ours = json.loads(run(app, ["lists", "show", "promises", "--all", "--json"]).stdout)
    assert ours[0]["ours"]
    assert isinstance(run(app, ["lists", "add", "forbidden", "/(/"]).exception, InputError)
