"""Trains the n-gram embedding model from question pairs; what `kb train` runs.

The vectors start from latent semantic analysis (Deerwester et al. 1990) of the training texts, half and half with
noise, so that words of one field begin near each other. Then come multiple-negatives ranking (Henderson et al. 2017)
with hard negatives out of the pairs labelled different, a little CoSENT (Su 2022) over all labelled pairs, and
unlabelled questions that must find themselves again with much of their text left out (after Gao et al. 2021). Every
batch is drawn from the seed and the number of its step alone, so a run that was killed goes on from its last checkpoint
exactly as if it had not been.

Several models, the members, are trained one after the other and folded into one: their vectors are laid end to end, so
that the cosine is the mean of theirs, and the directions in which texts differ most are kept. Members that differ in
temper, one that ranks and one that heeds the labels, are better together than each alone.
"""

import hashlib
import json
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.numpy import save
from torch.nn import functional

from kb.errors import InputError
from kb.files import whole, write_whole
from kb.index.ngram import (
    LONGEST,
    SCALES,
    TENSOR,
    VOCABULARY,
    WEIGHTS,
    NgramEmbedder,
    Vocabulary,
    ngrams,
    quantise,
    spare_tokens,
)
from kb.learn.pairs import Pair, read_corpus
from kb.learn.repeatable import repeatable
from kb.text import NORMALISER, characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kb.learn.pairs import Corpus

CHECKPOINT = "embedding.pt"
_TINY = 1e-6  # keeps a division by zero away
_AT_ONCE = 20_000  # texts; bounds the memory that the analysis takes
_SPARE = 20  # directions beyond those kept, which make the analysis exact enough
_ITERATIONS = 3
_RAREST = 8.0  # logarithm; a token found once in a million texts counts no more than this
_SAMPLE = 40_000  # texts by which the members are folded
_SMALLEST = 8  # positive pairs; with fewer there is nothing to tell apart within a batch


@dataclass(frozen=True, slots=True)
class Recipe:
    """What can be turned; the defaults made the shipped model. Tuples hold one figure for each member."""

    tokens: int = 48_000  # rows, the spare ones included
    dim: int = 384  # of the folded model
    member_dim: int = 256
    rarest: int = 3  # texts a token must occur in
    long_share: float = 0.1  # of the rows left after single units: n-grams of three and more
    batch: int = 1024  # positive pairs a step
    epochs: float = 2.0  # over the positive pairs
    rate: float = 0.02  # Adam's highest learning rate; warmed up, then linear to nearly nothing
    warm_up: int = 50  # steps
    dropout: float = 0.05  # share of the n-grams left out of each text
    ranking_scale: float = 10.0  # cosines are multiplied by it before the softmax
    pair_weight: float = 0.02  # of CoSENT beside ranking
    pair_scale: float = 20.0
    recovered: int = 256  # unlabelled questions a step
    recovery_weight: float = 0.25  # of their finding themselves again beside ranking
    recovery_dropout: float = 0.4  # share of the n-grams left out of what they are found by
    rarity_weight: float = 0.25  # of a token's rarity in the weight it starts with
    doubtful_weight: tuple[float, ...] = (0, 0.03, 0)  # of CoSENT over the set with most different pairs, by share
    recovered_any: tuple[int, ...] = (0, 256, 0)  # texts of any kind a step that are recovered too
    checkpoint_every: int = 100  # steps

    def __post_init__(self) -> None:
        """Refuse figures for different numbers of members, or for none, with ValueError."""
        if not len(self.doubtful_weight) == len(self.recovered_any) >= 1:
            raise ValueError("doubtful_weight and recovered_any hold one figure for each member")

    @property
    def members(self) -> int:
        """How many models are trained and folded into one."""
        return len(self.doubtful_weight)


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training run made, and how it fares on the pairs it was not shown."""

    embedder: str  # name of what was written
    tokens: int
    dim: int
    size_bytes: int
    texts: int
    steps: int
    took_s: float
    spearman: dict[str, float] = field(default_factory=dict)  # per data set, cosine against label on held-out pairs


class TooLittleToLearn(InputError):
    """There are too few pairs of the same meaning to train on."""

    code = "too_little_to_learn"


@repeatable()
def train(
    data: "Path",
    out: "Path",
    *,
    seed: int = 0,
    work: "Path",
    recipe: Recipe | None = None,
    quiet: bool = False,
) -> TrainingReport:
    """Train on the sets in `data` and write the model to `out`, file by file beside the old ones and then over them.

    `work` keeps the checkpoint; the same call goes on from there when it was interrupted. One seed, machine and number
    of threads give one model.

    Raises:
        FileUnreadable: a training set cannot be read.
        TooLittleToLearn: there are too few pairs labelled as the same.
    """
    recipe = recipe or Recipe()
    began = time.monotonic()
    with _bar(quiet) as bar:
        task = bar.add_task("reading", total=None)
        corpus = read_corpus(data)
        shown = tuple(pair for pair in corpus.pairs if not pair.held_out)
        kept = tuple(pair for pair in corpus.pairs if pair.held_out)
        if sum(pair.same for pair in shown) < _SMALLEST:
            raise TooLittleToLearn(f"{data} has too few pairs of the same meaning to train on; {_SMALLEST} are needed")
        corpus = replace(corpus, pairs=shown)
        bar.update(task, description="vocabulary")
        texts = corpus.texts()
        vocabulary = choose_vocabulary(texts, recipe)
        run = _Run(corpus, texts, vocabulary, recipe, seed)
        steps = run.steps * recipe.members
        checkpoint = _Checkpoint(work / CHECKPOINT, run.identity())
        at = checkpoint.resume(run)
        bar.update(task, description="training", total=steps, completed=at)
        while at < steps:
            run.step(at)
            at += 1
            bar.advance(task)
            if at % recipe.checkpoint_every == 0:
                checkpoint.keep(run, at)
        bar.update(task, description="writing")
        write_model(out, vocabulary, run.folded())
        embedder = NgramEmbedder(out)
        report = TrainingReport(
            embedder=embedder.name,
            tokens=len(vocabulary.tokens),
            dim=embedder.dim,
            size_bytes=sum((out / name).stat().st_size for name in (VOCABULARY, WEIGHTS)),
            texts=len(texts),
            steps=steps,
            took_s=time.monotonic() - began,
            spearman=held_out_spearman(embedder, kept),
        )
        write_whole(out / "training.json", _json({"recipe": asdict(recipe), "seed": seed, "report": asdict(report)}))
        checkpoint.drop()
    return report


# --- vocabulary --------------------------------------------------------------------------------------------------


def choose_vocabulary(texts: "Iterable[str]", recipe: Recipe) -> Vocabulary:
    """Give rows to single units first, then to the n-grams found in most of the (normalised) texts."""
    by_length: list[Counter[str]] = [Counter() for _ in range(LONGEST)]
    for text in texts:
        units = characters(text)
        by_length[0].update(set(units))
        for counter, grams in zip(by_length[1:], ngrams(units), strict=False):
            counter.update(set(grams))
    spare = spare_tokens()
    room = max(0, recipe.tokens - len(spare))
    singles = _commonest(by_length[:1], room, recipe.rarest)
    room -= len(singles)
    long = _commonest(by_length[2:], int(room * recipe.long_share), recipe.rarest)
    pairs = _commonest(by_length[1:2], room - len(long), recipe.rarest)
    return Vocabulary([*dict.fromkeys([*singles, *pairs, *long]), *spare])


def _commonest(counters: "Sequence[Counter[str]]", room: int, rarest: int) -> list[str]:
    counted = [(-n, gram) for counter in counters for gram, n in counter.items() if n >= rarest]
    return [gram for _, gram in sorted(counted)[:room]]


# --- training ----------------------------------------------------------------------------------------------------


class _Bags:
    """The rows of many texts, end to end."""

    def __init__(self, vocabulary: Vocabulary, texts: "Sequence[str]") -> None:
        rows = [vocabulary.rows(text) for text in texts]
        self.offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(found) for found in rows], out=self.offsets[1:])
        self.rows = np.fromiter((row for found in rows for row in found), np.int64, self.offsets[-1])

    def take(self, texts: "NDArray[np.int64]") -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Return the rows of these texts end to end, and where each begins."""
        lengths = self.offsets[texts + 1] - self.offsets[texts]
        starts = np.cumsum(lengths) - lengths
        where = np.repeat(self.offsets[texts] - starts, lengths) + np.arange(lengths.sum())
        return self.rows[where], starts


class _Run:
    """The state of a training run: finished members, then vectors, token weights and optimiser of the one in training.

    `step` is all that changes it.
    """

    def __init__(
        self,
        corpus: "Corpus",
        texts: "Sequence[str]",
        vocabulary: Vocabulary,
        recipe: Recipe,
        seed: int,
    ) -> None:
        self._recipe = recipe
        self._seed = seed
        self._vocabulary = vocabulary
        self._bags = _Bags(vocabulary, texts)
        number = {text: at for at, text in enumerate(texts)}
        self._a = np.array([number[pair.a] for pair in corpus.pairs])
        self._b = np.array([number[pair.b] for pair in corpus.pairs])
        self._same = np.array([pair.same for pair in corpus.pairs])
        sources = np.array([pair.source for pair in corpus.pairs])
        self._by_source = [np.flatnonzero(sources == name) for name in sorted(set(sources))]
        share = np.array([self._same[found].sum() for found in self._by_source]) ** 0.75
        self._share = share / share.sum()
        self._doubtful = min(self._by_source, key=lambda found: float(self._same[found].mean()))
        self._unlabelled = np.array([number[text] for text in corpus.questions], np.int64)
        self._positive = np.flatnonzero(self._same)
        self._meaning = meanings(len(texts), self._a[self._positive], self._b[self._positive])
        self._opposed = _opposed(self._a[~self._same], self._b[~self._same])
        self.steps = max(1, int(recipe.epochs * len(self._positive) / recipe.batch))
        self._digest = hashlib.blake2b("\n".join(texts).encode(), digest_size=16)
        self._digest.update(self._a.tobytes() + self._b.tobytes() + self._same.tobytes())

        self.finished: list[torch.Tensor] = []
        self.vectors = torch.nn.Parameter(torch.zeros(len(vocabulary.tokens), recipe.member_dim))
        self.log_weights = torch.nn.Parameter(torch.zeros(len(vocabulary.tokens)))
        self.optimiser = self._fresh_optimiser()

    def _fresh_optimiser(self) -> torch.optim.Optimizer:
        return torch.optim.Adam([self.vectors, self.log_weights], lr=self._recipe.rate, fused=True)

    @cached_property
    def _analysed(self) -> "NDArray[np.float32]":
        random = np.random.default_rng(self._seed)
        tokens, dim = len(self._vocabulary.tokens), self._recipe.member_dim
        return latent_semantics(self._bags.rows, self._bags.offsets, tokens, dim, random)

    def _begin(self, member: int) -> None:
        """Put the member before aside and start anew, with vectors half latent semantic analysis and half noise."""
        if member:
            self.finished.append(self._member())
        random = np.random.default_rng([self._seed, member, 0])
        dim = self._recipe.member_dim
        noise = random.standard_normal(self._analysed.shape, np.float32) / np.float32(dim**0.5)
        found = rarity(self._bags.rows, len(self._bags.offsets) - 1, len(noise))
        with torch.no_grad():
            self.vectors.copy_(functional.normalize(torch.from_numpy(noise + self._analysed), dim=1))
            self.log_weights.copy_(torch.from_numpy(self._recipe.rarity_weight * (found - found.mean())))
        self.optimiser = self._fresh_optimiser()

    def identity(self) -> str:
        """What a checkpoint must agree with: data, vocabulary, recipe and seed."""
        digest = self._digest.copy()
        known = [NORMALISER, self._seed, asdict(self._recipe), self._vocabulary.tokens]
        digest.update(json.dumps(known).encode())
        return digest.hexdigest()

    def _member(self) -> torch.Tensor:
        """(tokens, dim): each token's vector times its weight."""
        return (self.vectors * self.log_weights.exp()[:, None]).detach()

    def folded(self) -> torch.Tensor:
        """Return (tokens, dim): all members in one."""
        random = np.random.default_rng(self._seed)
        size = len(self._bags.offsets) - 1
        rows, starts = self._bags.take(random.choice(size, min(size, _SAMPLE), replace=False))
        members = [*self.finished, self._member()]
        return fold(members, torch.from_numpy(rows), torch.from_numpy(starts), self._recipe.dim)

    def step(self, number: int) -> None:
        """Take one optimiser step, drawn from the seed and this number alone."""
        recipe = self._recipe
        member, at = divmod(number, self.steps)
        if at == 0:
            self._begin(member)
        random = np.random.default_rng([self._seed, number])
        for group in self.optimiser.param_groups:
            warmth = min(1.0, (at + 1) / recipe.warm_up)
            group["lr"] = recipe.rate * warmth * max(0.02, 1 - at / self.steps)
        left, right, hard = self._draw(random)
        source = self._by_source[random.choice(len(self._by_source), p=self._share)]
        labelled = random.choice(source, min(recipe.batch // 2, len(source)), replace=False)
        whole = random.choice(self._unlabelled, min(recipe.recovered, len(self._unlabelled)), replace=False)
        if more := recipe.recovered_any[member]:
            whole = np.union1d(whole, random.choice(len(self._meaning), min(more, len(self._meaning)), replace=False))
        doubtful = self._doubtful[:0]
        if recipe.doubtful_weight[member]:
            doubtful = random.choice(self._doubtful, min(recipe.batch // 2, len(self._doubtful)), replace=False)
        parts = [left, right, hard, self._a[labelled], self._b[labelled], whole, self._a[doubtful], self._b[doubtful]]
        vectors = self._encode(np.concatenate(parts), random, recipe.dropout)
        anchor, same, opposed, one, other, found, doubted, against = torch.split(vectors, [len(part) for part in parts])
        loss = self._ranking(anchor, same, opposed, self._meaning[left], self._meaning[np.concatenate([right, hard])])
        truth = torch.from_numpy(self._same[labelled])
        loss = loss + recipe.pair_weight * cosent((one * other).sum(1), truth, recipe.pair_scale)
        if len(doubtful):
            truth = torch.from_numpy(self._same[doubtful])
            heeded = cosent((doubted * against).sum(1), truth, recipe.pair_scale)
            loss = loss + recipe.doubtful_weight[member] * heeded
        if len(whole):
            torn = self._encode(whole, random, recipe.recovery_dropout)
            recovery = functional.cross_entropy(recipe.ranking_scale * torn @ found.T, torch.arange(len(whole)))
            loss = loss + recipe.recovery_weight * recovery
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()

    def _draw(self, random: np.random.Generator) -> "tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]":
        drawn = random.choice(self._positive, min(self._recipe.batch, len(self._positive)), replace=False)
        turned = random.random(len(drawn)) < 0.5
        left = np.where(turned, self._b[drawn], self._a[drawn])
        right = np.where(turned, self._a[drawn], self._b[drawn])
        hard = [random.choice(others) for text in left if (others := self._opposed.get(int(text)))]
        return left, right, np.array(hard, np.int64)

    def _encode(self, texts: "NDArray[np.int64]", random: np.random.Generator, dropout: float) -> torch.Tensor:
        rows, starts = self._bags.take(texts)
        kept = torch.from_numpy((random.random(len(rows)) >= dropout).astype(np.float32))
        found = torch.from_numpy(rows)
        sums = functional.embedding_bag(
            found,
            self.vectors,
            torch.from_numpy(starts),
            mode="sum",
            per_sample_weights=kept * self.log_weights.exp()[found],
        )
        return functional.normalize(sums, dim=1)

    def _ranking(
        self,
        anchor: torch.Tensor,
        same: torch.Tensor,
        opposed: torch.Tensor,
        meant: "NDArray[np.int64]",
        offered: "NDArray[np.int64]",
    ) -> torch.Tensor:
        """Multiple-negatives ranking both ways; what is known to mean the same is no negative."""
        n = len(anchor)
        scores = self._recipe.ranking_scale * anchor @ torch.cat([same, opposed]).T
        alike = meant[:, None] == offered[None, :]
        alike[np.arange(n), np.arange(n)] = False
        scores = scores.masked_fill(torch.from_numpy(alike), -1e4)
        truth = torch.arange(n)
        return (functional.cross_entropy(scores, truth) + functional.cross_entropy(scores[:, :n].T, truth)) / 2


def latent_semantics(
    rows: "NDArray[np.int64]",
    offsets: "NDArray[np.int64]",
    tokens: int,
    dim: int,
    random: np.random.Generator,
) -> "NDArray[np.float32]":
    """Return (tokens, dim), rows of length 1: tokens found in the same texts are close.

    Randomised subspace iteration (Halko et al. 2011) on the texts x tokens matrix, each count weighted by the token's
    rarity and each text scaled to length 1. `offsets` says where in `rows` each text begins, and where the last ends.
    """
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped,unused-ignore]

    texts = len(offsets) - 1
    counts = csr_matrix((rarity(rows, texts, tokens)[rows], rows.astype(np.int32), offsets), shape=(texts, tokens))
    counts.sum_duplicates()
    squares = np.asarray(counts.multiply(counts).sum(axis=1), np.float32).ravel()
    counts.data /= np.repeat(np.sqrt(squares), np.diff(counts.indptr)).clip(min=_TINY)
    parts = [counts[at : at + _AT_ONCE] for at in range(0, texts, _AT_ONCE)]

    basis = random.standard_normal((tokens, dim + _SPARE), np.float32)
    for _ in range(_ITERATIONS):
        basis = np.linalg.qr(sum(part.T @ (part @ basis) for part in parts))[0].astype(np.float32)
    seen = [part @ basis for part in parts]
    strengths, turn = np.linalg.eigh(sum(part.T @ part for part in seen))
    best = np.argsort(-strengths)[:dim]
    out: NDArray[np.float32] = basis @ turn[:, best] * strengths[best].clip(min=0) ** 0.25
    out /= np.linalg.norm(out, axis=1, keepdims=True).clip(min=_TINY)
    return out.astype(np.float32)


def rarity(rows: "NDArray[np.int64]", texts: int, tokens: int) -> "NDArray[np.float32]":
    """Return (tokens,): the logarithm of in how small a part of the texts a token is found, at most 8."""
    found: NDArray[np.float64] = np.log((texts + 1) / (np.bincount(rows, minlength=tokens) + 1))
    return found.clip(max=_RAREST).astype(np.float32)


def fold(members: "Sequence[torch.Tensor]", rows: torch.Tensor, starts: torch.Tensor, dim: int) -> torch.Tensor:
    """Fold members, (tokens, any) each, into one, (tokens, dim), whose cosine is close to the mean of theirs.

    Each is scaled so that it weighs the same in the texts given by `rows`, end to end, and where each text `starts`.
    Kept are the `dim` directions in which these texts, scaled to length 1, are longest; what one member learnt by
    chance is mostly in the others.
    """
    sums = [functional.embedding_bag(rows, member, starts, mode="sum") for member in members]
    scales = [1 / found.norm(dim=1).mean().clamp(min=_TINY) for found in sums]
    wide = torch.cat([member * scale for member, scale in zip(members, scales, strict=True)], dim=1)
    texts = functional.normalize(torch.cat([s * scale for s, scale in zip(sums, scales, strict=True)], dim=1), dim=1)
    _, directions = torch.linalg.eigh(texts.T @ texts)
    folded: torch.Tensor = wide @ directions.flip(1)[:, :dim]
    return folded


def cosent(cosines: torch.Tensor, same: torch.Tensor, scale: float) -> torch.Tensor:
    """Su 2022: log(1 + sum of exp(scale * (cosine of a different pair - cosine of a same pair)))."""
    scaled = cosines * scale
    gaps = scaled[~same][:, None] - scaled[same][None, :]
    return torch.logsumexp(torch.cat([scaled.new_zeros(1), gaps.flatten()]), 0)


def meanings(texts: int, a: "NDArray[np.int64]", b: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Give texts that are linked by pairs of the same meaning, over any number of steps, one number."""
    parent = list(range(texts))

    def root(text: int) -> int:
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        parent[root(one)] = root(other)
    return np.array([root(text) for text in range(texts)])


def _opposed(a: "NDArray[np.int64]", b: "NDArray[np.int64]") -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        found[one].append(other)
        found[other].append(one)
    return dict(found)


# --- measuring ---------------------------------------------------------------------------------------------------


def held_out_spearman(embedder: NgramEmbedder, pairs: "Sequence[Pair]") -> dict[str, float]:
    """Spearman of cosine against label for each data set that holds pairs of both kinds."""
    out = {}
    for source in sorted({pair.source for pair in pairs}):
        own = [pair for pair in pairs if pair.source == source]
        if len({pair.same for pair in own}) > 1:
            a, b = embedder.encode([pair.a for pair in own]), embedder.encode([pair.b for pair in own])
            out[source] = spearman((a * b).sum(1), np.array([pair.same for pair in own]))
    return out


def spearman(one: "NDArray[Any]", other: "NDArray[Any]") -> float:
    """Rank correlation; ties share their mean rank."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: "NDArray[Any]") -> "NDArray[np.float64]":
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


# --- files -------------------------------------------------------------------------------------------------------


def write_model(out: "Path", vocabulary: Vocabulary, weights: torch.Tensor) -> None:
    """Write what `NgramEmbedder` and, through `NgramModule`, sentence-transformers read; `weights` are floats."""
    out.mkdir(parents=True, exist_ok=True)
    module = {"idx": 0, "name": "0", "path": "", "type": "kb.index.ngram_module.NgramModule"}
    write_whole(out / "modules.json", _json([module]))
    write_whole(out / "config_sentence_transformers.json", _json({"similarity_fn_name": "cosine"}))
    write_whole(out / VOCABULARY, ("\n".join(vocabulary.tokens) + "\n").encode())
    quantised, scales = quantise(weights.numpy())
    write_whole(out / WEIGHTS, save({TENSOR: quantised, SCALES: scales}))


class _Checkpoint:
    """One file; a checkpoint of other data, another recipe or another seed is passed over."""

    def __init__(self, file: "Path", identity: str) -> None:
        self._file = file
        self._identity = identity

    def keep(self, run: _Run, steps: int) -> None:
        state = {
            "identity": self._identity,
            "steps": steps,
            "finished": run.finished,
            "vectors": run.vectors.detach(),
            "log_weights": run.log_weights.detach(),
            "optimiser": run.optimiser.state_dict(),
        }
        with whole(self._file) as stream:
            torch.save(state, stream)

    def resume(self, run: _Run) -> int:
        """Bring `run` to where the checkpoint left it and return the steps taken so far."""
        if not self._file.exists():
            return 0
        state = torch.load(self._file, weights_only=True)
        if state["identity"] != self._identity:
            return 0
        with torch.no_grad():
            run.vectors.copy_(state["vectors"])
            run.log_weights.copy_(state["log_weights"])
        run.finished = state["finished"]
        run.optimiser.load_state_dict(state["optimiser"])
        return int(state["steps"])

    def drop(self) -> None:
        self._file.unlink(missing_ok=True)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _bar(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, disable=quiet)
