"""Passages: found, quoted and cited for questions that no entry answers; answering only where they may."""

from dataclasses import replace
from datetime import date

import pytest

from kb.answer.confidence import Calibration
from kb.answer.match import Matcher
from kb.answer.passages import EXCERPT, Passages, Sureness, citation
from kb.answer.reply import message
from kb.index.knowledge import Knowledge, matched_form
from kb.index.shelf import Shelf, sentences
from kb.text import Words
from kb.types import (
    Decision,
    DecisionKind,
    Document,
    Entry,
    EntryId,
    Judgement,
    Limits,
    Passage,
    PassageId,
    Question,
    Reason,
    ReleaseId,
    Scope,
)
from tests.fakes.embedder import BigramEmbedder

TODAY = date(2026, 11, 21)
GUIDE = "选购/纸尿裤选购指南.pdf"
SIZES = Passage(
    PassageId("p-sizes"), GUIDE, ("纸尿裤选购指南", "尺码对照"), "尺码：L；适合体重：9 到 14 公斤；腰围：52 厘米", 3
)
NIGHT = Passage(PassageId("p-night"), GUIDE, ("纸尿裤选购指南", "夜间怎么选"), "夜里尿量大，建议选大一码。", 4)
STORY = (
    "".join(f"第 {layer} 层可以放奶瓶和餐具，不要叠放。" for layer in range(1, 12))
    + "蒸汽消毒结束后请等十分钟再开门，以免烫伤。"
    + "".join(f"机器离墙 {gap} 厘米以上。" for gap in range(5, 20))
)
LONG = Passage(PassageId("p-long"), "说明书.md", ("禾电消毒柜说明书",), STORY)
DOCUMENTS = (
    Document(GUIDE, "纸尿裤选购指南", (SIZES, NIGHT)),
    Document("说明书.md", "禾电消毒柜说明书", (LONG,)),
)
ENTRIES = [Entry(EntryId("refund"), "怎么申请退款", "在订单页申请。", ("如何退钱",))]


def shelf(*documents: Document) -> Shelf:
    return Shelf.build(documents or DOCUMENTS, BigramEmbedder(), Words())


def passages(*documents: Document, sureness: Sureness | None = None) -> Passages:
    return Passages(shelf(*documents), BigramEmbedder(), 0.95, sureness)


def matcher(found: Passages) -> Matcher:
    embedder = BigramEmbedder()
    knowledge = Knowledge.build(ENTRIES, embedder)
    limits = Limits(0.9, 0.9)
    return Matcher(knowledge, embedder, Calibration.shipped(), limits, ReleaseId("r1"), passages=found)


def approved(*sources: str) -> tuple[Document, ...]:
    return tuple(replace(one, approved=one.source in sources) for one in DOCUMENTS)


def test_the_passage_that_holds_the_words_comes_first() -> None:
    (first, *_) = passages().find(matched_form("L 码纸尿裤适合多少公斤"), least=0.0)
    assert first.passage == SIZES
    assert 0 < first.confidence < 1


def test_a_heading_finds_what_stands_below_it() -> None:
    (first, *_) = passages().find(matched_form("夜间的怎么选呀"), least=0.0)
    assert first.passage == NIGHT


def test_nothing_is_found_for_what_no_document_speaks_of() -> None:
    assert passages().find(matched_form("火车票能报销吗")) == ()


def test_a_shelf_without_passages_finds_nothing() -> None:
    empty = Passages(Shelf.build([], BigramEmbedder(), Words()), BigramEmbedder(), 0.95)
    assert empty.find("尺码") == ()


def test_a_long_passage_is_quoted_by_the_sentences_that_matter() -> None:
    (first, *_) = passages().find(matched_form("蒸汽消毒结束多久能开门"), least=0.0)
    assert "蒸汽消毒结束后请等十分钟再开门" in first.excerpt
    assert len(first.excerpt) <= EXCERPT
    assert first.excerpt in STORY


def test_a_short_passage_is_quoted_whole() -> None:
    (first, *_) = passages().find(matched_form("L 码适合体重"), least=0.0)
    assert first.excerpt == SIZES.text


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        pytest.param(SIZES, "《纸尿裤选购指南》“尺码对照”第 3 页", id="document, section and page"),
        pytest.param(replace(SIZES, page=None), "《纸尿裤选购指南》“尺码对照”", id="no pages"),
        pytest.param(replace(SIZES, section=("纸尿裤选购指南",)), "《纸尿裤选购指南》第 3 页", id="only the title"),
        pytest.param(replace(SIZES, section=(), page=None), "《纸尿裤选购指南》", id="neither"),
    ],
)
def test_a_citation_names_where_it_stands(passage: Passage, expected: str) -> None:
    found = passages(Document(GUIDE, "纸尿裤选购指南", (passage,))).find(matched_form("L 码适合体重"), least=0.0)
    assert citation(found[0]) == expected


def test_a_document_that_is_not_approved_never_answers() -> None:
    judged = matcher(passages()).judge(Question("尺码对照"), TODAY)
    assert (judged.decision.kind, judged.decision.reason) == (DecisionKind.HANDOFF, Reason.NOTHING_CLOSE)


def test_an_approved_section_that_is_headed_like_the_question_answers_and_is_cited() -> None:
    judged = matcher(passages(*approved(GUIDE))).judge(Question("尺码对照？"), TODAY)
    assert (judged.decision.kind, judged.decision.reason) == (DecisionKind.ANSWER, Reason.PASSAGE)
    assert judged.confidence == 1.0
    assert message("尺码对照？", judged.decision, judged.passages) == (
        "尺码：L；适合体重：9 到 14 公斤；腰围：52 厘米\n——《纸尿裤选购指南》“尺码对照”第 3 页"
    )


def test_a_section_of_several_passages_answers_whole() -> None:
    twice = replace(SIZES, id=PassageId("p-more"), text="尺码：M；适合体重：6 到 11 公斤")
    document = Document(GUIDE, "纸尿裤选购指南", (SIZES, twice, NIGHT), approved=True)
    judged = matcher(passages(document)).judge(Question("尺码对照"), TODAY)
    assert judged.passages[0].excerpt == f"{SIZES.text}\n{twice.text}"


def test_a_long_section_does_not_answer() -> None:
    document = Document("说明书.md", "说明书", (replace(LONG, section=("说明书", "使用方法")),), approved=True)
    assert matcher(passages(document)).judge(Question("使用方法"), TODAY).decision.kind is DecisionKind.HANDOFF


def test_two_sections_that_are_headed_the_same_do_not_answer() -> None:
    other = replace(NIGHT, id=PassageId("p-other"), section=("拉拉裤选购指南", "尺码对照"), source="b.pdf")
    documents = (replace(DOCUMENTS[0], approved=True), Document("b.pdf", "拉拉裤选购指南", (other,), approved=True))
    assert matcher(passages(*documents)).judge(Question("尺码对照"), TODAY).decision.kind is DecisionKind.HANDOFF
    judged = matcher(passages(*documents)).judge(Question("拉拉裤选购指南 尺码对照"), TODAY)
    assert judged.passages[0].passage == other
    assert judged.decision.kind is DecisionKind.ANSWER


@pytest.mark.parametrize("number", ["一、", "（二）", "第三章 ", "3 ", "2.1 ", "4. "])
def test_the_number_of_a_heading_need_not_be_said(number: str) -> None:
    numbered = replace(NIGHT, section=("纸尿裤选购指南", f"{number}夜间怎么选"))
    document = Document(GUIDE, "纸尿裤选购指南", (SIZES, numbered), approved=True)
    judged = matcher(passages(document)).judge(Question("夜间怎么选？"), TODAY)
    assert (judged.decision.reason, judged.passages[0].passage) == (Reason.PASSAGE, numbered)


def test_the_name_of_a_document_alone_does_not_answer() -> None:
    document = Document(GUIDE, "纸尿裤选购指南", (replace(SIZES, section=("纸尿裤选购指南",)),), approved=True)
    assert matcher(passages(document)).judge(Question("纸尿裤选购指南"), TODAY).decision.kind is DecisionKind.HANDOFF


def test_a_question_that_is_narrowed_to_a_category_is_not_answered_from_a_document() -> None:
    judged = matcher(passages(*approved(GUIDE))).judge(Question("尺码对照", Scope(category="退款")), TODAY)
    assert judged.decision.kind is DecisionKind.HANDOFF
    assert judged.passages[0].passage == SIZES


def test_the_confidence_that_comes_with_the_package_answers_nothing_but_headings() -> None:
    assert Sureness.shipped().limit == 1.0
    judged = matcher(passages(*approved(GUIDE))).judge(Question("L 码纸尿裤适合多少公斤的宝宝"), TODAY)
    assert judged.decision.kind is DecisionKind.HANDOFF


def test_a_confidence_that_keeps_the_promise_may_answer() -> None:
    sure = replace(Sureness.shipped(), intercept=0.0, limit=0.9)
    judged = matcher(passages(*approved(GUIDE), sureness=sure)).judge(Question("L 码适合多少公斤"), TODAY)
    assert judged.decision.reason is Reason.PASSAGE
    assert judged.passages[0].passage == SIZES


def test_a_promise_that_is_higher_than_the_limit_holds() -> None:
    sure = replace(Sureness.shipped(), limit=0.5)
    found = passages(*approved(GUIDE), sureness=sure)
    judged = matcher(found).judge(Question("L 码适合多少公斤"), TODAY)
    assert judged.decision.kind is DecisionKind.HANDOFF
    assert 0.5 < found.find(matched_form("L 码适合多少公斤"))[0].confidence < 0.95


def test_a_question_that_an_entry_answers_is_not_looked_up() -> None:
    judged = matcher(passages(*approved(GUIDE))).judge(Question("怎么申请退款"), TODAY)
    assert judged.decision.reason is Reason.EXACT
    assert judged.passages == ()


def test_a_complaint_stays_with_people_whatever_documents_say() -> None:
    judged = matcher(passages(*approved(GUIDE))).judge(Question("尺码对照写错了，我要投诉你们"), TODAY)
    assert judged.decision.reason is Reason.COMPLAINT
    assert judged.passages == ()


def test_what_is_already_decided_is_left_alone() -> None:
    judgement = Judgement(Decision(DecisionKind.CLARIFY, Reason.GREETING), (), ReleaseId("r1"))
    assert passages().beside(judgement, "尺码对照", Scope()) is judgement


def test_sentences_are_the_text_again() -> None:
    text = "第一句。第二句！“真的吗？”\n第三行；第四段"
    assert sentences(text) == ["第一句。", "第二句！", "“真的吗？”", "第三行；", "第四段"]
    assert "".join(sentences(text)) == text.replace("\n", "")


def test_a_confidence_reads_back_as_it_was_written() -> None:
    shipped = Sureness.shipped()
    assert Sureness.from_json(shipped.to_json()) == shipped
    with pytest.raises(ValueError, match="other features"):
        Sureness.from_json(shipped.to_json().replace('"dense"', '"sparse"'))
