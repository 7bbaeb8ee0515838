"""A small shop, served without a model: real entries, store, matcher and responder, a clock that the test sets."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from kb.answer.confidence import FROM_ORDER, Calibration
from kb.answer.features import FEATURES
from kb.answer.match import Matcher
from kb.index.exact import ExactIndexing
from kb.index.knowledge import Knowledge
from kb.ports import Clock
from kb.settings import Settings
from kb.store.store import Store
from kb.types import Entry, EntryId, EntryState, Limits, Link, Manifest, ReleaseId
from kb.wiring import Kb, Serving
from tests.fakes.embedder import BigramEmbedder

#: Thursday, 14:05 in Shanghai.
NOON = datetime(2026, 11, 19, 6, 5, tzinfo=UTC)


class SetClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


def entry(id_: str, question: str, answer: str, *variants: str, category: str = "", product: str = "") -> Entry:
    return Entry(EntryId(id_), question, answer, variants, category=category, product=product)


ENTRIES = (
    entry(
        "refund-unsent",
        "未发货的订单怎么申请退款？",
        "您好，未发货的订单可以在“我的订单”里点击“申请退款”，审核通过后1到3个工作日原路退回。",
        "还没发货能退款吗",
        "没发货怎么退钱",
        category="退款",
    ),
    entry(
        "refund-sent",
        "已发货的订单怎么申请退款？",
        "已发货的订单请先拒收或申请退货，仓库签收后1到3个工作日原路退回。",
        "已经发货了能退款吗",
        "货在路上怎么退钱",
        category="退款",
    ),
    Entry(
        EntryId("invoice"),
        "怎么开发票？",
        "下单时勾选“开具发票”，或在订单完成后30天内到订单详情页补开。",
        ("如何开具发票", "可以开票吗"),
        category="发票",
        tags=("常用",),
        links=(Link("开票说明", "https://shop.example/invoice"),),
        follow_ups=("发票抬头可以修改吗？",),
    ),
    entry("title", "发票抬头可以修改吗？", "开票后30天内可以修改一次抬头。", "改一下发票抬头", category="发票"),
    entry("shipping", "多久发货？", "现货订单48小时内发货。", "什么时候发货", "几天能发货", category="物流配送"),
    entry("fee", "运费怎么算？", "满99元包邮，不满收取8元运费。", "邮费多少钱", "包邮吗", category="物流配送"),
    entry(
        "milk",
        "奶粉怎么冲调？",
        "先倒40度温水，再加奶粉，轻轻摇匀。",
        "冲奶粉用多少度的水",
        category="商品知识",
        product="奶粉",
    ),
    entry(
        "size",
        "纸尿裤怎么选尺码？",
        "请按宝宝体重选择，详见尺码表。",
        "尿不湿买多大的",
        category="商品知识",
        product="纸尿裤",
    ),
    entry("coupon-a", "优惠券怎么用？", "结算页选择可用的优惠券即可抵扣。", "券怎么用", category="优惠券与活动"),
    entry("coupon-b", "红包怎么用？", "红包在付款时自动抵扣。", "券怎么用", category="优惠券与活动"),
    Entry(
        EntryId("sale-over"),
        "双十一活动什么时候结束？",
        "双十一活动到11月11日24点结束。",
        category="优惠券与活动",
        valid_until=date(2026, 11, 11),
    ),
)


def calibration(limits: Limits) -> Calibration:
    """Return weights set by hand: how much a question shares with an entry's phrasings, and how much of it that is."""
    counts = {"dense": 3.0, "words": 2.0, "characters": 3.0, "cover_characters": 2.0}
    order = tuple(counts.get(name, 0.0) for name in FEATURES)
    nothing = (0.0,) * len(FEATURES)
    ones = (1.0,) * len(FEATURES)
    weights = (*order, *(0.0 for _ in FROM_ORDER))
    return Calibration(FEATURES, nothing, ones, order, weights, -5.0, limits, 0.95, {}, {})


@cache
def release(entries: tuple[Entry, ...] = ENTRIES) -> Serving:
    """Return `entries` as a release that is open."""
    embedder = BigramEmbedder()
    live = [one for one in entries if one.state is EntryState.LIVE]
    knowledge = Knowledge.build(live, embedder)
    limits = Limits(answer=0.9, suggest=0.3)
    manifest = Manifest(
        id=ReleaseId("r1"),
        created_at=NOON,
        revision=1,
        entries=len(live),
        phrasings=len(knowledge.phrasings),
        embedder=embedder.name,
        dim=embedder.dim,
        normaliser="1",
        index="exact",
        limits=limits,
        promise=0.95,
        measured={},
        files={},
    )
    return Serving(manifest, Matcher(knowledge, embedder, calibration(limits), limits, manifest.id))


def shop(
    url: str = "sqlite://",
    *,
    clock: Clock | None = None,
    settings: Settings | None = None,
    serving: Serving | None = None,
) -> Kb:
    """Return a kb over the store at `url`; without `serving` nothing was published yet."""
    return Kb(settings or Settings(), Store.open(url), clock or SetClock(), ExactIndexing(), serving)
