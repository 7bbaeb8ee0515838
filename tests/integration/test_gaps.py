"""From questions asked in vain to an entry that answers them: through the store, the command line and HTTP."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kb.answer.backlog import Backlog
from kb.answer.confidence import Calibration
from kb.answer.gaps import Gap, Why
from kb.answer.growth import full, plan, replay
from kb.answer.match import Matcher
from kb.answer.passages import Passages
from kb.answer.respond import Asked
from kb.answer.tasks import read_entries
from kb.cli import main
from kb.errors import Conflict, InputError, NotFound
from kb.index.shelf import Shelf
from kb.settings import Settings
from kb.store import Store
from kb.types import (
    ConversationId,
    DecisionKind,
    Document,
    EntryId,
    EntryState,
    Passage,
    PassageId,
    Role,
    SourcedEntry,
    TicketId,
)
from kb.wiring import Kb, build
from tests.conftest import SHARED
from tests.fakes.browser import local
from tests.fakes.embedder import BigramEmbedder
from tests.fakes.shop import ENTRIES, NOON, SetClock, release, shop
from tests.stores import KINDS, database

SHANGHAI = ZoneInfo("Asia/Shanghai")
PICKUP = ("门店自提点支持取货么", "自提点门店支持取货吧", "支持门店自提点取货")
ANSWER = "支持到店自提，请凭取货码到门店服务台领取。"


class Shop:
    """A shop whose customers, agents and editor are the test."""

    def __init__(self, kb: Kb, clock: SetClock) -> None:
        self.kb = kb
        self.clock = clock
        self.backlog = Backlog(kb.store, clock, SHANGHAI)
        entries = [SourcedEntry(entry, "faq/shop.csv") for entry in ENTRIES]
        kb.store.entries.apply(entries, [], author="test", now=clock.now(), expect=0)

    def ask(self, text: str, conversation: str) -> Any:
        return self.kb.responder.respond(self.kb.matcher(), Asked(text, ConversationId(conversation)))

    def ask_in_vain(self, texts: Sequence[str] = PICKUP, reply: str = ANSWER) -> None:
        for text in texts:
            asked = self.ask(text, f"c-{self.clock.at.isoformat()}")
            assert asked.ticket is not None, text
            self.solve(asked.ticket.id, reply)
            self.clock.move(timedelta(minutes=1))

    def solve(self, ticket: TicketId, reply: str, minutes: float = 6) -> None:
        self.kb.desk.claim(ticket, "ann")
        self.clock.move(timedelta(minutes=minutes))
        if reply:
            self.kb.desk.reply(ticket, "ann", reply)
        self.kb.desk.close(ticket, "ann", "solved")

    def gaps(self, days: int = 90) -> list[Gap]:
        return self.backlog.gaps(self.kb.matcher(), days)

    def only(self) -> Gap:
        (gap,) = self.gaps()
        return gap


@pytest.fixture
def market() -> Iterator[Shop]:
    clock = SetClock()
    kb = shop(clock=clock, serving=release())
    yield Shop(kb, clock)
    kb.close()


# --- looking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_handed_over_is_one_gap_with_its_cost_and_reply(kind: str, tmp_path: Path) -> None:
    clock = SetClock()
    kb = shop(database(kind, tmp_path), clock=clock, serving=release())
    market = Shop(kb, clock)
    market.ask_in_vain()
    market.ask("在吗", "c2")
    market.ask("转人工", "c3")
    gap = market.only()
    assert gap.count == 3
    assert set(gap.phrasings) == set(PICKUP)
    assert gap.question in PICKUP
    assert gap.minutes == pytest.approx(18)
    assert gap.reasons == {Why.HANDED_OVER: 3}
    assert [(one.text, one.times) for one in gap.replies] == [(ANSWER, 3)]
    assert gap.proposed is None
    kb.close()


def test_the_costliest_gap_comes_first(market: Shop) -> None:
    market.ask_in_vain(["有没有实体门店"])
    slow = market.ask("能不能刻字", "slow").ticket
    market.solve(slow.id, "可以刻字。", minutes=50)
    assert [gap.question for gap in market.gaps()] == ["能不能刻字", "有没有实体门店"]


def test_only_the_days_asked_for_are_looked_at(market: Shop) -> None:
    market.ask_in_vain()
    market.clock.move(timedelta(days=31))
    assert market.gaps(30) == []
    assert len(market.gaps(60)) == 1


def test_a_disliked_answer_is_a_gap_while_it_is_given(market: Shop) -> None:
    reply = market.ask("可以开票吗", "c1")
    market.kb.responder.feedback(reply.id, helpful=False, comment="")
    gap = market.only()
    assert gap.reasons == {Why.DISLIKED: 1}
    assert gap.proposed == "invoice"


def test_a_question_asked_again_in_other_words_is_a_gap_with_what_was_meant(market: Shop) -> None:
    first = market.ask("发货要几天呢能不能快", "c1")
    assert first.judgement.decision.kind is DecisionKind.CLARIFY
    market.clock.move(timedelta(minutes=1))
    market.ask("发货能不能快呢要几天", "c1")
    market.ask("门店自提点支持取货么", "c2")
    gap = next(gap for gap in market.gaps() if Why.REPHRASED in gap.reasons)
    assert set(gap.phrasings) == {"发货要几天呢能不能快", "发货能不能快呢要几天"}
    assert gap.proposed == "shipping"


def test_what_is_answered_by_now_is_no_gap(market: Shop) -> None:
    market.ask_in_vain()
    learnt = (*ENTRIES, *(SourcedEntry(_pickup(), "faq").entry,))
    assert market.backlog.gaps(release(learnt).matcher) == []


def _pickup() -> Any:
    from tests.fakes.shop import entry

    return entry("pickup", PICKUP[0], ANSWER, *PICKUP[1:])


def test_a_forgotten_conversation_leaves_no_gap(market: Shop) -> None:
    reply = market.ask(PICKUP[0], "c1")
    assert reply.ticket is not None
    assert len(market.gaps()) == 1
    market.kb.store.conversations.forget(ConversationId("c1"))
    assert market.gaps() == []


# --- accepting and ignoring --------------------------------------------------------------------------------------


def test_a_gap_becomes_a_draft_and_golden_questions(market: Shop) -> None:
    market.ask_in_vain()
    gap = market.only()
    done = market.backlog.accept_as_entry(gap, "eve")
    kept = market.kb.store.entries.get(done.entry.id)
    assert (kept.question, kept.answer, kept.state) == (gap.question, ANSWER, EntryState.DRAFT)
    assert {kept.question, *kept.variants} == set(PICKUP)
    golden = market.kb.store.golden.all()
    assert {question.text for question in golden} == set(PICKUP)
    assert {question.expected for question in golden} == {(kept.id,)}
    assert market.kb.store.entries.history(kept.id)[-1][2] == "eve"
    assert market.gaps() == []


def test_a_gap_becomes_variants_of_an_entry(market: Shop) -> None:
    market.ask_in_vain()
    done = market.backlog.accept_as_variants(market.only(), EntryId("shipping"), "eve")
    assert done.source == "faq/shop.csv"
    kept = market.kb.store.entries.get(EntryId("shipping"))
    assert set(kept.variants) >= {*PICKUP, "什么时候发货"}
    assert kept.state is EntryState.LIVE
    assert {question.expected for question in market.kb.store.golden.all()} == {("shipping",)}


def test_a_question_that_is_golden_already_keeps_its_entries(market: Shop) -> None:
    from kb.types import GoldenQuestion

    old = GoldenQuestion(PICKUP[0], (EntryId("fee"),), kind="spoken", source="faq/questions.jsonl")
    store = market.kb.store
    store.entries.apply([], [], author="t", now=NOON, expect=store.entries.revision(), golden=[old])
    market.ask_in_vain()
    market.backlog.accept_as_variants(market.only(), EntryId("shipping"), "eve")
    again = next(one for one in store.golden.all() if one.text == PICKUP[0])
    assert again == GoldenQuestion(PICKUP[0], (EntryId("fee"), EntryId("shipping")), "", "spoken", old.source)


def test_nobody_makes_up_an_answer(market: Shop) -> None:
    assert market.ask(PICKUP[0], "c1").ticket is not None
    with pytest.raises(InputError, match="--answer"):
        market.backlog.accept_as_entry(market.only(), "eve")
    assert market.backlog.accept_as_entry(market.only(), "eve", answer="可以。").entry.answer == "可以。"


def test_an_unknown_or_retired_entry_gets_no_variants(market: Shop) -> None:
    market.ask_in_vain()
    store = market.kb.store
    store.entries.apply([], [EntryId("fee")], author="t", now=NOON, expect=store.entries.revision())
    with pytest.raises(NotFound):
        market.backlog.accept_as_variants(market.only(), EntryId("no-such"), "eve")
    with pytest.raises(InputError, match="retired"):
        market.backlog.accept_as_variants(market.only(), EntryId("fee"), "eve")


def test_what_was_accepted_and_is_asked_in_vain_again_comes_back(market: Shop) -> None:
    market.ask_in_vain()
    market.backlog.accept_as_entry(market.only(), "eve")
    market.clock.move(timedelta(days=1))
    market.ask_in_vain(PICKUP[:1])
    gap = market.only()
    assert gap.count == 1
    with pytest.raises(Conflict, match="variants"):
        market.backlog.accept_as_entry(gap, "eve")


def test_what_was_ignored_stays_away_with_all_that_is_asked_like_it(market: Shop) -> None:
    market.ask_in_vain(PICKUP[:2])
    market.backlog.ignore(market.only(), "eve")
    assert market.gaps() == []
    market.clock.move(timedelta(days=1))
    market.ask_in_vain(PICKUP)
    assert market.gaps() == []
    market.ask_in_vain(["能不能刻字"])
    assert market.only().question == "能不能刻字"


def test_a_gap_keeps_its_name_while_it_grows(market: Shop) -> None:
    market.ask_in_vain(PICKUP[:1])
    name = market.only().id
    market.ask_in_vain(PICKUP[1:])
    assert market.backlog.find(market.kb.matcher(), name).count == 3
    with pytest.raises(NotFound, match="kb gaps"):
        market.backlog.find(market.kb.matcher(), "0" * 12)


# --- entries that hardly ever answer -----------------------------------------------------------------------------


def test_entries_that_nobody_asks_for_are_listed_first(market: Shop) -> None:
    market.clock.move(timedelta(days=100))
    for at in range(3):
        market.ask("怎么开发票", f"a{at}")
    market.ask("运费怎么算", "b")
    found = {str(one.entry.id): one.use.hits for one in market.backlog.little_used()}
    assert "invoice" not in found  # three times is not little
    assert "sale-over" not in found  # not served any more
    assert (found["shipping"], found["fee"]) == (0, 1)
    assert list(found.values()) == sorted(found.values())


def test_a_new_entry_is_not_called_idle(market: Shop) -> None:
    market.clock.move(timedelta(days=10))
    assert market.backlog.little_used(30) == []
    assert market.backlog.little_used(5)


# --- over HTTP ---------------------------------------------------------------------------------------------------


def test_an_editor_works_through_the_gaps_over_http(market: Shop) -> None:
    market.ask_in_vain()
    market.ask_in_vain(["能不能刻字"])
    with local(market.kb) as client:
        page = client.get("/v1/gaps").json()
        assert [gap["count"] for gap in page["gaps"]] == [3, 1]
        first, second = page["gaps"]
        assert first["replies"][0]["text"] == ANSWER
        made = client.post(f"/v1/gaps/{first['id']}/accept", json={"as": "entry"}).json()
        assert (made["state"], made["golden"]) == ("draft", 3)
        assert client.post(f"/v1/gaps/{second['id']}/ignore").json()["question"] == "能不能刻字"
        assert client.get("/v1/gaps").json()["total"] == 0
        assert client.post(f"/v1/gaps/{second['id']}/ignore").status_code == 404
        assert client.post(f"/v1/gaps/{second['id']}/accept", json={"as": "else"}).status_code == 422
        assert client.get("/v1/gaps/entries?days=1").json() == {"entries": []}


def test_where_no_agent_replied_a_passage_of_a_document_is_proposed_and_cited() -> None:
    text = "门店自提：全国门店支持自提，自提点营业到二十一点，请凭取货码领取。"
    passage = Passage(PassageId("p-1"), "stores.md", ("门店指南", "自提"), text, 2)
    guide = Document("stores.md", "门店指南", (passage,))
    served, embedder = release(), BigramEmbedder()
    live = served.matcher
    shelf = Shelf.build([guide], embedder, live.knowledge.words)
    passages = Passages(shelf, embedder, 0.95)
    found = Matcher(live.knowledge, embedder, live.calibration, live.limits, live.release_id, passages=passages)
    clock = SetClock()
    kb = shop(clock=clock, serving=replace(served, matcher=found))
    market = Shop(kb, clock)
    kb.store.entries.apply([], [], author="test", now=clock.now(), expect=1, documents=[guide])
    market.ask_in_vain(reply="")
    with local(kb) as client:
        (gap,) = client.get("/v1/gaps").json()["gaps"]
        assert (gap["replies"], [one["citation"] for one in gap["passages"]]) == ([], ["《门店指南》“自提”第 2 页"])
        refused = client.post(f"/v1/gaps/{gap['id']}/accept", json={"as": "entry"})
        assert "passage" in refused.json()["detail"]
        unknown = {"as": "entry", "passage_id": "p-9"}
        assert client.post(f"/v1/gaps/{gap['id']}/accept", json=unknown).status_code == 404
        made = client.post(f"/v1/gaps/{gap['id']}/accept", json={"as": "entry", "passage_id": "p-1"}).json()
        assert (made["answer"], made["state"]) == (text, "draft")
        assert made["source"] == "kb gaps 《门店指南》“自提”第 2 页"
        assert client.get("/v1/documents/passages?file=stores.md").json()["passages"][0]["entries"] == [
            made["entry_id"]
        ]
    kb.close()


def test_gaps_are_for_editors(market: Shop) -> None:
    keys = market.kb.store.keys
    _, agent = keys.add("ann", Role.AGENT, NOON)
    _, editor = keys.add("eve", Role.EDITOR, NOON)
    with local(market.kb) as client:
        assert client.get("/v1/gaps", headers={"X-API-Key": agent}).status_code == 403
        assert client.get("/v1/gaps", headers={"X-API-Key": editor}).status_code == 200


# --- on the command line -----------------------------------------------------------------------------------------

FAQ = "编号,标准问,答案\nFP,怎么开发票,签收后在订单页申请开票。\nYF,运费怎么算,满99元包邮。\n"


def test_the_whole_way_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("KB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KB_HOME", str(tmp_path / "var"))
    (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")

    def run(*words: str) -> Any:
        monkeypatch.setattr(sys, "argv", ["kb", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        seen = capsys.readouterr()
        assert not stop.value.code, seen.err
        return json.loads(seen.out) if "--json" in words else seen.out

    run("ingest", str(tmp_path / "faq.csv"), "--publish")
    assert "没有发现知识缺口" in run("gaps")
    kb = build(Settings.read())
    for at, text in enumerate(("轮椅可以租吗", "可以租轮椅吗")):
        reply = kb.responder.respond(kb.matcher(), Asked(text, ConversationId(f"c{at}")))
        assert reply.ticket is not None
        kb.desk.claim(reply.ticket.id, "ann")
        kb.desk.reply(reply.ticket.id, "ann", "轮椅可以免费借用，请到服务台登记。")
        kb.desk.close(reply.ticket.id, "ann", "solved")
    kb.close()
    (gap,) = run("gaps", "--json")
    assert gap["count"] == 2
    assert gap["id"] in run("gaps")
    made = run("gaps", "accept", gap["id"], "--as", "entry", "--json")
    assert made["entry"]["answer"] == "轮椅可以免费借用，请到服务台登记。"
    assert made["entry"]["state"] == "draft"
    assert run("gaps", "--json") == []
    assert "不满 90 天的新词条不算" in run("gaps", "--entries")  # too new to be called idle


# --- the loop closes ---------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_coverage_climbs_towards_that_of_the_full_knowledge() -> None:
    from kb.index.ngram import NgramEmbedder

    embedder, calibration = NgramEmbedder(), Calibration.shipped()
    entries = read_entries(SHARED / "bench" / "stock_app_faq.jsonl.gz")[:80]
    what = plan(entries)
    days = replay(what, embedder, calibration)
    start, end = days[0].figures, days[-1].figures
    goal = full(what, embedder, calibration)
    assert len(what.start) == 48
    assert start.coverage_at_95 < 0.5 * goal.coverage_at_95
    assert end.coverage_at_95 > 0.75 * goal.coverage_at_95
    assert end.precision >= 0.95
    assert sum(day.handed_over for day in days[-2:]) < 0.7 * sum(day.handed_over for day in days[1:3])


def test_a_store_without_a_record_has_no_gaps() -> None:
    with Store.open("sqlite://") as store:
        assert store.gaps.traces(NOON) == []
        assert store.gaps.uses(NOON) == {}
