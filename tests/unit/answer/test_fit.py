from itertools import product

import numpy as np
import pytest

from kb.answer.confidence import Calibration
from kb.answer.fit import AT_WORST, ENOUGH, fit, limits_for, lower_bound, refit
from kb.answer.tasks import split
from kb.types import Entry, EntryId
from tests.fakes.embedder import BigramEmbedder

_TOPICS = ("退款", "发票", "会员", "物流", "积分", "密码", "地址", "优惠券", "换货", "支付", "包装", "客服")
_ACTS = ("申请", "修改", "查询", "取消", "绑定")
_WAYS = ("怎么{0}{1}", "{1}如何{0}", "想{0}一下{1}", "{1}在哪里{0}呀", "请问能{0}{1}吗", "{0}{1}的步骤")
ENTRIES = [
    Entry(EntryId(f"{act}{topic}"), f"{act}{topic}", "", tuple(way.format(act, topic) for way in _WAYS))
    for act, topic in product(_ACTS, _TOPICS)
]


def test_a_fit_is_the_same_for_the_same_seed_and_keeps_its_promise_on_what_it_measured() -> None:
    tasks = [split(ENTRIES, 2, seed, name=f"domain{seed % 2}") for seed in (1, 2)]
    first = fit(tasks, BigramEmbedder(), promise=0.9)
    assert fit(tasks, BigramEmbedder(), promise=0.9) == first
    assert first.measured["recall_at_1"] > 0.8
    assert first.measured["precision"] >= 0.9
    assert first.fitted_on["domains"] == ["domain0", "domain1"]
    assert Calibration.from_json(first.to_json()) == first


def test_knowledge_with_few_variants_keeps_the_shipped_confidence() -> None:
    shipped = Calibration.shipped()
    few = [Entry(one.id, one.question, "", one.variants[:1]) for one in ENTRIES]
    assert len(few) < ENOUGH
    assert refit(few, BigramEmbedder(), shipped) == shipped


def test_refitting_learns_from_the_knowledge_itself() -> None:
    shipped = Calibration.shipped()
    own = refit(ENTRIES, BigramEmbedder(), shipped, promise=0.9)
    assert own != shipped
    assert own.means == shipped.means
    assert own.promise == 0.9
    assert own.fitted_on["questions"] == len(ENTRIES) * len(_WAYS)
    assert refit(ENTRIES, BigramEmbedder(), shipped, promise=0.9) == own


def test_progress_is_told() -> None:
    told: list[tuple[str, float]] = []
    refit(ENTRIES, BigramEmbedder(), Calibration.shipped(), progress=lambda what, share: told.append((what, share)))
    assert told[0] == ("questions", 0.0)
    assert told[-1] == ("fit", 1.0)


def test_the_limit_is_the_lowest_that_keeps_the_promise_surely() -> None:
    chance = np.linspace(1, 0, 1000)
    right = np.ones(1000, bool)
    right[500:] = False
    limits = limits_for(chance, right, np.ones(1000, bool), 0.95)
    answered = chance >= limits.answer
    assert lower_bound(np.array([right[answered].sum()]), np.array([answered.sum()]))[0] >= 0.95
    assert 0.47 < limits.answer < 0.5


def test_a_promise_that_cannot_be_kept_leaves_exact_phrasings_only() -> None:
    chance = np.linspace(1, 0, 100)
    assert limits_for(chance, np.zeros(100, bool), np.ones(100, bool), 0.95).answer == 1.0


def test_too_few_questions_prove_nothing() -> None:
    assert limits_for(np.full(10, 0.9), np.ones(10, bool), np.ones(10, bool), 0.95).answer == 1.0


def test_held_out_relatives_may_cost_little_even_when_they_count_less() -> None:
    chance = np.linspace(1, 0, 2000)
    answerable = (np.arange(2000) < 1000) | (np.arange(2000) % 2 == 0)
    counted_less = limits_for(chance, answerable, answerable, 0.95, relatives=0.01)
    counted_in_full = limits_for(chance, answerable, answerable, 0.95)
    assert counted_less.answer < counted_in_full.answer
    assert answerable[chance >= counted_less.answer].mean() == pytest.approx(0.95 - AT_WORST, abs=2e-3)


@pytest.mark.parametrize(("right", "asked"), [(95, 100), (50, 50), (0, 10)])
def test_the_lower_bound_lies_below_the_share(right: int, asked: int) -> None:
    bound = lower_bound(np.array([right]), np.array([asked]))[0]
    assert 0 <= bound <= right / asked + 1e-12
