"""The gate before a release: golden questions and what customers asked, held against both releases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.errors import PublicationRefused
from kb.index.exact import ExactIndexing
from kb.index.release import open_release
from kb.ports import SystemClock
from kb.publish.gate import GateRefused
from kb.publish.publisher import Publisher
from kb.store.store import Store
from kb.types import AnswerRecord, Entry, EntryId, GoldenQuestion, SourcedEntry
from tests.fakes.embedder import BigramEmbedder
from tests.records import answer

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ENTRIES = [
    Entry(EntryId("TK001"), "未发货怎么申请退款", "在订单页点申请退款。", ("还没发货能退款吗", "没发货想退钱")),
    Entry(EntryId("TK002"), "退款多久到账", "原路退回，一到三个工作日。", ("退款几天到", "钱什么时候退回来")),
    Entry(EntryId("FP001"), "怎么开发票", "在订单页申请开票。", ("想开个发票", "发票在哪里开")),
    Entry(EntryId("WL001"), "几天能送到", "江浙沪一到两天。", ("快递要多久", "什么时候能到货")),
]
RIGHT = GoldenQuestion("退款几天到", (EntryId("TK002"),))
TO_A_PERSON = GoldenQuestion("我家猫会弹钢琴", (), "nothing")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kb.db'}") as store:
        yield store


@pytest.fixture
def publisher(store: Store, tmp_path: Path) -> Publisher:
    root = tmp_path / "releases"
    return Publisher(
        store, SystemClock(), root, BigramEmbedder, indexing=ExactIndexing(), promise=0.95, keep=10, replay=10
    )


def put(store: Store, *entries: Entry, golden: tuple[GoldenQuestion, ...] = ()) -> None:
    sourced = [SourcedEntry(entry, "faq.csv") for entry in entries]
    store.entries.apply(sourced, [], author="test", now=NOW, expect=store.entries.revision(), golden=golden)


def without_variant() -> tuple[Entry, Entry]:
    """The phrasing moves to another entry, so the golden question is answered with the wrong one."""
    return replace(ENTRIES[1], variants=("钱什么时候退回来",)), replace(
        ENTRIES[3], variants=("快递要多久", "退款几天到")
    )


def test_a_golden_question_that_breaks_keeps_the_old_release_serving(
    store: Store, publisher: Publisher, tmp_path: Path
) -> None:
    put(store, *ENTRIES, golden=(RIGHT, TO_A_PERSON))
    first = publisher.publish().manifest
    put(store, *without_variant())
    with pytest.raises(GateRefused, match="--accept") as refused:
        publisher.publish()
    (change,) = refused.value.gate.broken
    assert (change.question, change.old.entry_id, change.new.entry_id) == ("退款几天到", "TK002", "WL001")
    assert store.releases.current() == first.id
    assert {path.name for path in (tmp_path / "releases").iterdir() if path.is_dir()} == {first.id}


def test_what_breaks_may_be_accepted(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES, golden=(RIGHT,))
    publisher.publish()
    put(store, *without_variant())
    published = publisher.publish(accept=True)
    assert store.releases.current() == published.manifest.id
    assert published.gate is not None
    assert len(published.gate.broken) == 1


def test_correcting_the_golden_question_lets_the_release_through(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES, golden=(RIGHT,))
    publisher.publish()
    put(store, *without_variant(), golden=(replace(RIGHT, expected=(EntryId("WL001"),)),))
    assert publisher.publish().changed


def test_a_question_for_a_person_that_would_be_answered_breaks(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES, golden=(TO_A_PERSON,))
    publisher.publish()
    put(store, replace(ENTRIES[0], variants=("我家猫会弹钢琴",)))
    with pytest.raises(PublicationRefused):
        publisher.publish()


def test_what_was_wrong_before_may_stay_wrong(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES, golden=(replace(RIGHT, expected=(EntryId("FP001"),)),))
    publisher.publish()
    put(store, replace(ENTRIES[0], answer="请联系客服。"))
    assert publisher.publish().changed


def test_logged_questions_that_change_are_shown_and_refuse_nothing(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    publisher.publish()
    for number, text in enumerate(("退款几天到", "怎么开发票", "怎么开发票")):
        store.answers.add(asked(f"a{number}", text))
    put(store, *without_variant())
    gate = publisher.publish().gate
    assert gate is not None
    assert gate.replayed == 2
    (change,) = gate.changes
    assert (change.question, change.golden, change.breaks) == ("退款几天到", False, False)
    assert (change.old.entry_id, change.new.entry_id) == ("TK002", "WL001")


def asked(id_: str, text: str) -> AnswerRecord:
    return replace(answer(id_), question=text, category="", product="")


def test_the_first_release_is_not_refused_for_want_of_golden_questions(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    gate = publisher.publish().gate
    assert gate is not None
    assert (gate.golden, gate.changes, gate.precision, gate.refuses) == (0, (), None, False)


def test_a_first_release_that_breaks_its_promise_is_refused(store: Store, publisher: Publisher) -> None:
    wrong = [GoldenQuestion(text, (EntryId("FP001"),)) for entry in ENTRIES[:2] for text in entry.phrasings]
    many = [replace(ENTRIES[0], id=EntryId(f"X{n}"), question=f"第{n}个问题是什么", variants=()) for n in range(20)]
    golden = (*wrong, *(GoldenQuestion(one.question, (one.id,)) for one in many))
    put(store, *ENTRIES, *many, golden=golden)
    with pytest.raises(GateRefused) as refused:
        publisher.publish()
    assert refused.value.gate.precision == 20 / 26
    assert store.releases.current() is None
    assert publisher.publish(accept=True).changed


def test_a_small_change_carries_the_confidence_over(store: Store, publisher: Publisher) -> None:
    many = [replace(ENTRIES[0], id=EntryId(f"X{n}"), question=f"第{n}个问题是什么", variants=()) for n in range(20)]
    put(store, *ENTRIES, *many)
    first = publisher.publish().manifest
    put(store, replace(many[0], question="第零个问题是啥"))
    second = publisher.publish().manifest
    assert second.fitted["release"] == first.id
    assert second.fitted["changed"] == 1
    assert second.limits == first.limits
    put(store, replace(many[1], question="第壹个问题是啥"))
    assert publisher.publish().manifest.fitted["changed"] == 2
    assert publisher.publish(refit=True).manifest.fitted["changed"] == 0


def test_a_large_change_fits_it_anew(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    publisher.publish()
    put(store, *(replace(entry, variants=()) for entry in ENTRIES))
    second = publisher.publish().manifest
    assert second.fitted["release"] == second.id


def test_many_new_golden_questions_fit_it_anew(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES, golden=(RIGHT,))
    publisher.publish()
    put(store, golden=(TO_A_PERSON,))
    second = publisher.publish().manifest
    assert second.fitted["release"] == second.id


def test_another_promise_fits_it_anew(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    put(store, *ENTRIES)
    publisher.publish()
    root = tmp_path / "releases"
    other = Publisher(store, SystemClock(), root, BigramEmbedder, indexing=ExactIndexing(), promise=0.9, keep=10)
    second = other.publish().manifest
    assert second.fitted["release"] == second.id


def test_two_releases_are_compared(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES, golden=(RIGHT,))
    first = publisher.publish().manifest
    extra = Entry(EntryId("ZZ001"), "营业时间", "每天九点到二十一点。")
    put(store, *without_variant(), extra)
    second = publisher.publish(accept=True).manifest
    diff = publisher.diff(first.id, second.id)
    assert [entry.id for entry in diff.added] == ["ZZ001"]
    assert [(change.new.id, change.fields) for change in diff.changed] == [
        ("TK002", ("variants",)),
        ("WL001", ("variants",)),
    ]
    assert diff.removed == ()
    assert [(change.question, change.breaks) for change in diff.answers] == [("退款几天到", True)]
    assert [entry.id for entry in publisher.diff(second.id, first.id).removed] == ["ZZ001"]


def test_other_answers_alone_leave_what_is_searched_as_it_is(
    store: Store, publisher: Publisher, tmp_path: Path
) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], answer="当天到账。"))
    second = publisher.publish().manifest
    same = {name for name in first.files if first.files[name] == second.files[name]}
    assert set(first.files) - same == {"entries.jsonl"}
    opened = open_release(tmp_path / "releases", second.id, BigramEmbedder().name, ExactIndexing())
    assert opened.knowledge.entries[2].answer == "当天到账。"


def test_a_new_category_cuts_words_anew(store: Store, publisher: Publisher) -> None:
    put(store, *ENTRIES)
    first = publisher.publish().manifest
    put(store, replace(ENTRIES[1], category="退款多久"))
    second = publisher.publish().manifest
    assert first.files["vocabularies.json"] != second.files["vocabularies.json"]
