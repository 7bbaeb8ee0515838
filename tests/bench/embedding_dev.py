"""By what a recipe is chosen: `python -m tests.bench.embedding_dev WORK`, out of the training sets alone.

Two sets are held out whole, as domains never seen; of the others one cluster in twelve, with every pair that touches
it. A model is trained on the rest into `WORK/model` and measured on what was held out.
"""

import gzip
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from zlib import crc32

import numpy as np

from kb.index.ngram import NgramEmbedder
from kb.learn.embedding import held_out_spearman, train
from kb.learn.pairs import Corpus, read_corpus
from tests.bench.embedding import BENCH

TRAIN = BENCH.parent / "train"
UNSEEN = ("bank_pairs", "assistant_pairs")
PARTED = ("payment_pairs", "general_pairs", "law_faq", "law_pairs", "health_pairs")
ONE_IN = 12
DISTRACTORS = 3000  # texts of no cluster that are indexed too
ASKED = 2500  # at most


def main(work: Path) -> None:
    """Train on what is not held out, and print Spearman and recall@1 on what is."""
    corpus = read_corpus(TRAIN)
    clusters = cluster_names(corpus)
    held = held_out(corpus, clusters)
    data = work / "data"
    data.mkdir(parents=True, exist_ok=True)
    write(data, corpus, held)
    report = train(data, work / "model", work=work)
    embedder = NgramEmbedder(work / "model")
    print(f"{report.embedder}, {report.dim} dimensions, {report.steps} steps")
    kept = [pair for pair in corpus.pairs if pair.a in held or pair.b in held]
    for source, figure in held_out_spearman(embedder, kept).items():
        print(f"{source:20}Spearman x 100 {100 * figure:8.1f}")
    for source in (*UNSEEN, *PARTED):
        texts = sorted({text for pair in kept if pair.source == source for text in (pair.a, pair.b) if text in held})
        for indexed in (1, 6):
            print(f"{source:20}{f'recall@1, {indexed}':15}{100 * recall_at_1(embedder, texts, clusters, indexed):8.1f}")


def cluster_names(corpus: Corpus) -> dict[str, str]:
    """Every text of a pair → one text of its cluster: all that pairs of the same meaning link, over any steps."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        parent.setdefault(text, text)
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for pair in corpus.pairs:
        a, b = root(pair.a), root(pair.b)
        if pair.same:
            parent[a] = b
    return {text: root(text) for text in parent}


def held_out(corpus: Corpus, clusters: dict[str, str]) -> set[str]:
    """The texts that training does not see."""
    held = set()
    for pair in corpus.pairs:
        for text in (pair.a, pair.b):
            if pair.source in UNSEEN or (pair.source in PARTED and not crc32(clusters[text].encode()) % ONE_IN):
                held.add(text)
    return held


def write(folder: Path, corpus: Corpus, held: set[str]) -> None:
    """Write the rest as training sets."""
    rows: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for pair in corpus.pairs:
        if pair.a not in held and pair.b not in held:
            rows[pair.source].append({"a": pair.a, "b": pair.b, "label": int(pair.same)})
    rows["questions"] = [{"text": text} for text in corpus.questions if text not in held]
    for source, own in rows.items():
        with gzip.open(folder / f"{source}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in own)


def recall_at_1(embedder: NgramEmbedder, texts: list[str], clusters: dict[str, str], indexed: int) -> float:
    """Share of the texts left over whose nearest indexed text, of up to `indexed` a cluster, is of their cluster."""
    draw = random.Random(5)
    together: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        together[clusters[text]].append(text)
    index: list[str] = []
    asked: list[str] = []
    alone = [own[0] for own in together.values() if len(own) == 1]
    for own in together.values():
        if len(own) > 1:
            draw.shuffle(own)
            cut = min(indexed, len(own) // 2)
            index += own[:cut]
            asked += own[cut : cut + 5]
    index += draw.sample(alone, min(DISTRACTORS, len(alone)))
    asked = draw.sample(asked, min(ASKED, len(asked)))
    nearest = (embedder.encode(asked) @ embedder.encode(index).T).argmax(1)
    hits = [clusters[index[found]] == clusters[text] for found, text in zip(nearest, asked, strict=True)]
    return float(np.mean(hits))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
