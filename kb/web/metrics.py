"""Figures for Prometheus. With PROMETHEUS_MULTIPROC_DIR set, those of all worker processes together."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kb.errors import KbError
from kb.types import DecisionKind, Judgement, Reason
from kb.wiring import Kb

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


class Metrics:
    """Counts what the service does; no text and no name of a customer's is ever a label."""

    def __init__(self, kb: Kb) -> None:
        """Count for one application; what can be read off `kb` is read when the figures are asked for."""
        self._own = CollectorRegistry()
        self._kb = kb
        self._answers = Counter(
            "kb_answers", "Questions by what became of them", ["decision", "reason"], registry=self._own
        )
        self._by_reason: dict[tuple[DecisionKind, Reason], Counter] = {}
        self._seconds = Histogram(
            "kb_answer_seconds", "Time to answer a question, all in all", buckets=_SECONDS, registry=self._own
        )
        self._confidence = Histogram(
            "kb_answer_confidence", "Confidence of the best candidate", buckets=_SHARES, registry=self._own
        )
        self._feedback = Counter("kb_feedback", "What customers thought of answers", ["helpful"], registry=self._own)
        self._live = _Live(kb)
        self._own.register(self._live)

    def answered(self, judgement: Judgement, seconds: float) -> None:
        """Count a question."""
        kind, reason = judgement.decision.kind, judgement.decision.reason
        counted = self._by_reason.get((kind, reason))
        if counted is None:
            counted = self._by_reason[kind, reason] = self._answers.labels(kind.value, reason.value)
        counted.inc()
        self._seconds.observe(seconds)
        self._confidence.observe(judgement.confidence)

    def judged_by_customer(self, *, helpful: bool) -> None:
        """Count a customer's feedback."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._own)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        everybody.register(self._live)
        return generate_latest(everybody)


class _Live(Collector):
    """What the store and the release say at this moment."""

    def __init__(self, kb: Kb) -> None:
        self._kb = kb

    def describe(self) -> list[Metric]:
        """Name nothing in advance, so that registering asks nothing of the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield open tickets and the release; what cannot be read at the moment is left out."""
        try:
            tickets = GaugeMetricFamily("kb_tickets_open", "Tickets not closed, by state", labels=["state"])
            for state, count in self._kb.desk.open_tickets().items():
                tickets.add_metric([state.value], count)
            yield tickets
            manifest = self._kb.serving.manifest
        except KbError:
            return
        info = GaugeMetricFamily("kb_release_info", "The release being served", labels=["release", "embedder", "index"])
        info.add_metric([manifest.id, manifest.embedder, manifest.index], 1)
        yield info
        yield GaugeMetricFamily("kb_release_entries", "Entries in the release", manifest.entries)
        yield GaugeMetricFamily("kb_release_phrasings", "Phrasings in the release", manifest.phrasings)
        yield GaugeMetricFamily(
            "kb_release_created_timestamp_seconds", "When the release was made", manifest.created_at.timestamp()
        )
