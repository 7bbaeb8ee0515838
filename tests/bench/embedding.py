"""How good and how fast the shipped embedder is: `python -m tests.bench.embedding [FOLDER OF A MODEL]`."""

import gzip
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.ngram import SHIPPED, NgramEmbedder
from kb.learn.embedding import spearman

BENCH = Path(__file__).resolve().parents[3] / "shared" / "data" / "bench"
PAIRS = ("bank_pairs", "payment_pairs", "general_pairs")
CLUSTERS = (("stock_app_faq", 5), ("stock_app_faq", 0), ("law_faq", 1), ("law_faq", 0))
SEEDS = range(5)


def main(folder: Path = SHIPPED) -> None:
    """Print Spearman on labelled pairs, recall@1 on clusters, and times."""
    began = time.perf_counter()
    embedder = NgramEmbedder(folder)
    loaded_s = time.perf_counter() - began
    print(f"{embedder.name}, {embedder.dim} dimensions, {len(embedder.vocabulary.tokens)} tokens")
    if not BENCH.exists():
        print(f"skipped: the measuring sets are not here ({BENCH})")
        return
    print(f"\n{'set':36}{'measure':24}{'figure':>8}")
    for name in PAIRS:
        print(f"{name:36}{'Spearman x 100':24}{100 * pair_spearman(embedder, rows(name)):8.1f}")
    for name, variants in CLUSTERS:
        recalls = [recall_at_1(embedder, rows(name), variants, seed) for seed in SEEDS]
        label = f"{name}, {variants} variants indexed"
        print(f"{label:36}{'recall@1 x 100':24}{100 * float(np.mean(recalls)):8.1f}")
    texts = [text for name in PAIRS for row in rows(name) for text in (row["a"], row["b"])]
    print(f"\n{'load':36}{loaded_s * 1000:8.0f} ms")
    print(f"{'one query':36}{one_query_us(embedder, texts[:5000]):8.0f} us")
    began = time.perf_counter()
    embedder.encode(texts)
    each = (time.perf_counter() - began) / len(texts)
    print(f"{'100,000 texts':36}{each * 100_000:8.1f} s")


def rows(name: str) -> list[dict[str, Any]]:
    """Read one measuring set."""
    with gzip.open(BENCH / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pair_spearman(embedder: NgramEmbedder, pairs: list[dict[str, Any]]) -> float:
    """Rank correlation of cosine and label."""
    a, b = (embedder.encode([pair[key] for pair in pairs]) for key in ("a", "b"))
    return spearman((a * b).sum(1), np.array([pair["label"] for pair in pairs]))


def recall_at_1(embedder: NgramEmbedder, clusters: list[dict[str, Any]], variants: int, seed: int) -> float:
    """Share of the phrasings left over whose nearest indexed phrasing belongs to their own question."""
    draw = random.Random(seed)
    indexed, owners, asked, wanted = [], [], [], []
    for owner, cluster in enumerate(clusters):
        phrasings = draw.sample(cluster["variants"], len(cluster["variants"]))
        for text in [cluster["question"], *phrasings[:variants]]:
            indexed.append(text)
            owners.append(owner)
        asked += phrasings[variants:]
        wanted += [owner] * len(phrasings[variants:])
    nearest = (embedder.encode(asked) @ embedder.encode(indexed).T).argmax(1)
    return float((np.array(owners)[nearest] == np.array(wanted)).mean())


def one_query_us(embedder: NgramEmbedder, texts: list[str]) -> float:
    """Median microseconds for one text, asked one at a time."""
    taken = []
    for text in texts:
        began = time.perf_counter_ns()
        embedder.encode([text])
        taken.append(time.perf_counter_ns() - began)
    return float(np.median(taken)) / 1000


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
