"""Documents held against those in the store: what comes, what goes, what an approval is worth."""

from dataclasses import replace
from typing import Any

import pytest

from kb.ingest import Reading, plan
from kb.ingest.documents import compare, documents
from kb.ingest.passages import derive_passage_id
from kb.types import Document, Passage

FILE = "faq/guide.md"


def passage(text: str, *section: str, source: str = FILE) -> Passage:
    return Passage(derive_passage_id(source, section, text), source, section, text)


def document(*texts: str, approved: bool = False, source: str = FILE) -> Document:
    made = tuple(passage(text, "选购指南", source=source) for text in texts)
    return Document(source, "选购指南", made, approved)


def reading(*found: Document, **more: Any) -> Reading:
    passages = tuple(one for document in found for one in document.passages)
    return replace(Reading((), (), (), ("faq",), passages=passages), **more)


@pytest.mark.parametrize(
    ("sections", "title"),
    [
        pytest.param(("纸尿裤选购指南",), "纸尿裤选购指南", id="the heading above all"),
        pytest.param(("尺码", "用法"), "guide", id="several headings"),
        pytest.param(("",), "guide", id="no heading"),
        pytest.param(("第一章 尺码",), "guide", id="a chapter"),
        pytest.param(("3 使用方法",), "guide", id="a numbered section"),
    ],
)
def test_the_title_is_what_names_the_whole(sections: tuple[str, ...], title: str) -> None:
    found = [passage(f"第 {at} 段。", *([section] if section else [])) for at, section in enumerate(sections)]
    (made,) = documents(found)
    assert made.title == title


def test_the_same_again_changes_nothing() -> None:
    changes, same = compare([document("一。")], [document("一。", approved=True)], gone=())
    assert changes == ()
    assert same == (document("一。", approved=True),)


def test_a_changed_text_shows_what_comes_and_goes_and_ends_the_approval() -> None:
    ((change,), _) = compare([document("一。", "三。")], [document("一。", "二。", approved=True)], gone=())
    assert ([one.text for one in change.added], [one.text for one in change.removed]) == (["三。"], ["二。"])
    assert change.lapses
    assert change.new is not None
    assert not change.new.approved


def test_a_text_that_moved_to_another_page_keeps_the_approval() -> None:
    old = document("一。", approved=True)
    moved = replace(old, passages=(replace(old.passages[0], page=7),), approved=False)
    ((change,), _) = compare([moved], [old], gone=())
    assert change.new is not None
    assert change.new.approved
    assert change.new.passages[0].page == 7


def test_a_document_that_is_gone_from_its_folder_is_removed() -> None:
    other = document("别的。", source="other/a.md")
    changes = plan(reading(), [], (), [document("一。"), other])
    assert changes.documents_gone == (FILE,)
    assert changes.documents_share == 0.5
    assert not changes.empty


def test_a_document_that_could_not_be_read_stays() -> None:
    changes = plan(reading(held_sources=frozenset({FILE})), [], (), [document("一。")])
    assert changes.empty


def test_of_a_document_that_was_read_in_part_nothing_is_taken_away() -> None:
    held = frozenset({FILE})
    changes = plan(reading(document("一。", "三。"), held_sources=held), [], (), [document("一。", "二。")])
    (change,) = changes.documents
    assert change.new is not None
    assert [one.text for one in change.new.passages] == ["一。", "三。", "二。"]
    assert change.removed == ()
