"""Trains the interaction model (`kb.index.interaction`) from question pairs; a part of what `kb train` runs.

It learns from three things at once: the pairs as they are labelled; lists of one phrasing that asks the same and of
several that only sound alike, found by the embedding model; and minimal pairs made by `kb.learn.twists`, where the
meaning is turned by one word, or kept in other words. Token vectors start from those of the embedding model that lies
in the same folder. Every batch is drawn from the seed and the number of its step alone, so a run that was killed goes
on from its last checkpoint exactly as if it had not been.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.numpy import save
from torch import nn
from torch.nn import functional

from kb.files import whole, write_whole
from kb.index.interaction import FIGURES, LONGEST, WEIGHTS, unit_rows
from kb.index.ngram import NgramEmbedder, Vocabulary, quantise
from kb.learn.embedding import meanings
from kb.learn.pairs import Pair, read_corpus
from kb.learn.repeatable import repeatable
from kb.learn.twists import TWISTS, reworded, twisted
from kb.text import NORMALISER, Words

Ints = NDArray[np.int64]
Random = np.random.Generator

CHECKPOINT = "interaction.pt"
_FEW = 50  # texts; sources with fewer have no list of their own
_NEVER = -1e4
_PARTS = 4  # of a batch, by length


@dataclass(frozen=True, slots=True)
class Recipe:
    """What can be turned; the defaults made the shipped model."""

    dim: int = 64
    steps: int = 1_500
    labelled: int = 256  # pairs a step, as they are labelled
    lists: int = 32  # a step: a question, one that asks the same, and others that sound alike
    listed: int = 5  # phrasings in a list
    minimal: int = 192  # minimal pairs a step
    rate: float = 0.002  # Adam's highest learning rate; warmed up, then linear to nearly nothing
    warm_up: int = 100  # steps
    dropout: float = 0.1  # share of the units and pairs that are not seen
    list_weight: float = 0.5
    minimal_weight: float = 0.5  # of minimal pairs in the figure that is theirs
    minimal_in_same: float = 0.15  # of minimal pairs in the figure for asking the same
    searched: int = 10_000  # pairs of a source whose neighbours are looked for
    alike: int = 12  # neighbours that are kept for each text
    checkpoint_every: int = 250  # steps


@repeatable()
def train(
    data: Path, out: Path, *, seed: int = 0, work: Path, recipe: Recipe | None = None, quiet: bool = False
) -> None:
    """Train on the sets in `data` and write the weights to `out`, beside the embedding model that lies there.

    `work` keeps the checkpoint; the same call goes on from there when it was interrupted.

    Raises:
        FileUnreadable: a training set, or the embedding model in `out`, cannot be read.
    """
    recipe = recipe or Recipe()
    embedder = NgramEmbedder(out)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=quiet) as bar:
        task = bar.add_task("reading", total=None)
        pairs = [pair for pair in read_corpus(data).pairs if not pair.held_out]
        run = _Run(pairs, embedder, recipe, seed)
        checkpoint = work / CHECKPOINT
        at = run.resume(checkpoint)
        bar.update(task, description="interaction", total=recipe.steps, completed=at)
        while at < recipe.steps:
            run.step(at)
            at += 1
            bar.advance(task)
            if at % recipe.checkpoint_every == 0:
                run.keep(checkpoint, at)
        write_whole(out / WEIGHTS, save(run.model.as_arrays()))
        checkpoint.unlink(missing_ok=True)


class Model(nn.Module):
    """What `kb.index.interaction.Interaction` computes, in a form that learns; the names are those in its file."""

    def __init__(self, vectors: torch.Tensor) -> None:
        """Take the (tokens, dim) vectors to start from."""
        super().__init__()
        dim = vectors.shape[1]
        self.vectors = nn.Parameter(torch.cat([vectors, torch.zeros(1, dim)]))
        self.convolution = nn.Linear(3 * dim, dim)
        self.projection = nn.Parameter(torch.eye(dim))
        self.alignment = nn.Parameter(torch.eye(dim) / dim**0.5)
        self.equal = nn.Parameter(torch.tensor([2.0, 1.0]))
        self.itself = nn.Linear(dim + 2, dim)
        self.beside = nn.Linear(3 * dim, dim, bias=False)
        self.hidden = nn.Linear(4 * dim, dim)
        self.out = nn.Linear(dim, len(FIGURES))

    def forward(self, one: torch.Tensor, other: torch.Tensor, dropout: float = 0.0) -> torch.Tensor:
        """(n, 2) figures for texts given by (n, most, 2) rows as of `unit_rows`; below -1 is behind their end."""
        looked_up = self._looked_up(torch.cat([one, other]), dropout)
        # texts of like length together, so that little is computed in vain
        lengths = torch.maximum((one[:, :, 0] >= 0).sum(1), (other[:, :, 0] >= 0).sum(1))
        order = torch.argsort(lengths, stable=True)
        parts = []
        for part in torch.tensor_split(order, _PARTS):
            if len(part):
                most = slice(max(int(lengths[part].max()), 1))
                vectors = looked_up[part, most], looked_up[len(one) + part, most]
                parts.append(self._compared(one[part, most], other[part, most], *vectors))
        return torch.cat(parts)[torch.argsort(order)]

    def _compared(
        self, one: torch.Tensor, other: torch.Tensor, vectors: torch.Tensor, their_vectors: torch.Tensor
    ) -> torch.Tensor:
        mine, theirs = self._states(one, vectors), self._states(other, their_vectors)
        mine_there, theirs_there = one[:, :, 0] >= 0, other[:, :, 0] >= 0
        unit = (one[:, :, None, 0] == other[:, None, :, 0]) & mine_there[:, :, None] & theirs_there[:, None, :]
        pair = (one[:, :, None, 1] == other[:, None, :, 1]) & (one[:, :, 1] >= 0)[:, :, None]
        nearness = (mine @ self.alignment) @ theirs.transpose(1, 2)
        nearness = nearness + self.equal[0] * unit + self.equal[1] * pair
        forth = torch.softmax(nearness + _NEVER * ~theirs_there[:, None, :], 2)
        back = torch.softmax(nearness + _NEVER * ~mine_there[:, :, None], 1).transpose(1, 2)
        mean, peak = self._found(mine, forth @ theirs, unit.any(2), pair.any(2), mine_there)
        their_mean, their_peak = self._found(theirs, back @ mine, unit.any(1), pair.any(1), theirs_there)
        pooled = [mean + their_mean, (mean - their_mean).abs(), peak + their_peak, (peak - their_peak).abs()]
        figures: torch.Tensor = self.out(torch.relu(self.hidden(torch.cat(pooled, 1))))
        return figures

    def _looked_up(self, rows: torch.Tensor, dropout: float) -> torch.Tensor:
        """(texts, most, dim) of each unit, of its pair with the next and of its pair with the one before, added up."""
        before = functional.pad(rows[:, :-1, 1], (1, 0), value=-1)
        looked_up = torch.cat([rows, before[:, :, None]], 2)
        if dropout:
            looked_up = torch.where(torch.rand(looked_up.shape) < dropout, -1, looked_up)
        looked_up = torch.where(looked_up < 0, len(self.vectors) - 1, looked_up)
        flat = functional.embedding_bag(looked_up.reshape(-1, 3), self.vectors, mode="sum")
        return flat.view(*rows.shape[:2], -1) * (rows[:, :, :1] >= 0)

    def _states(self, rows: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
        padded = functional.pad(vectors, (0, 0, 1, 1))
        wide = torch.cat([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], 2)
        states: torch.Tensor = vectors @ self.projection + torch.relu(self.convolution(wide))
        return states * (rows[:, :, :1] >= 0)

    def _found(
        self, states: torch.Tensor, aligned: torch.Tensor, unit: torch.Tensor, pair: torch.Tensor, there: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        equal = torch.stack([unit, pair], 2).to(states.dtype)
        itself = self.itself(torch.cat([states, equal], 2))
        beside = self.beside(torch.cat([aligned, (states - aligned).abs(), states * aligned], 2))
        found = torch.relu(itself + beside) * there[:, :, None]
        return found.sum(1) / there.sum(1, keepdim=True).clamp(min=1), found.max(1).values

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the weights as `kb.index.interaction.Interaction` reads them; token vectors in eight bits."""
        with torch.no_grad():
            self.vectors[-1] = 0
        vectors, scales = quantise(self.vectors.detach().numpy())
        arrays: dict[str, NDArray[np.generic]] = {"vectors": vectors, "scales": scales}
        for name, part in (
            ("projection", self.projection),
            ("alignment", self.alignment),
            ("equal", self.equal),
            *((name, getattr(self, name).weight.T) for name in ("convolution", "itself", "beside", "hidden", "out")),
            *((f"{name}_bias", getattr(self, name).bias) for name in ("convolution", "itself", "hidden", "out")),
        ):
            arrays[name] = np.ascontiguousarray(part.detach().numpy())
        return arrays


@dataclass(frozen=True, slots=True)
class _Source:
    """One data set: its pairs, those of the same meaning, and for some texts what only sounds like them."""

    pairs: Ints  # numbers of pairs
    same: Ints  # (n, 2) numbers of texts
    alike: dict[int, Ints]


class _Run:
    """The state of a training run: weights and optimiser. `step` is all that changes it."""

    def __init__(self, pairs: Sequence[Pair], embedder: NgramEmbedder, recipe: Recipe, seed: int) -> None:
        self._recipe, self._seed, self._vocabulary = recipe, seed, embedder.vocabulary
        self._texts = list(dict.fromkeys(text for pair in pairs for text in (pair.a, pair.b)))
        number = {text: at for at, text in enumerate(self._texts)}
        self._rows = _rows_of(self._texts, self._vocabulary)
        self._a = np.array([number[pair.a] for pair in pairs])
        self._b = np.array([number[pair.b] for pair in pairs])
        self._same = np.array([pair.same for pair in pairs])
        meant = meanings(len(self._texts), self._a[self._same], self._b[self._same])
        names = np.array([pair.source for pair in pairs])
        self._sources = [
            self._source(np.flatnonzero(names == name), embedder, meant, np.random.default_rng([seed, at]))
            for at, name in enumerate(sorted(set(names.tolist())))
        ]
        self._with_lists = [source for source in self._sources if source.alike]
        self._share = _share([len(source.same) for source in self._sources])
        self._list_share = _share([len(source.alike) for source in self._with_lists])
        self._things = _Things([self._texts[at] for source in self._with_lists for at in source.alike], embedder)
        digest = hashlib.blake2b("\n".join(self._texts).encode(), digest_size=16)
        digest.update(self._a.tobytes() + self._b.tobytes() + self._same.tobytes())
        digest.update(json.dumps([NORMALISER, seed, asdict(recipe), embedder.name]).encode())
        self._identity = digest.hexdigest()

        torch.manual_seed(seed)
        self.model = Model(torch.from_numpy(embedder.token_vectors(recipe.dim)))
        # what a source calls the same is its own affair: noisy sets, and sets with few pairs that are
        self._temper = nn.Parameter(torch.zeros(len(self._sources)))
        self._optimiser = torch.optim.Adam([*self.model.parameters(), self._temper], lr=recipe.rate, fused=True)

    def _source(self, pairs: Ints, embedder: NgramEmbedder, meant: Ints, random: Random) -> _Source:
        same = pairs[self._same[pairs]]
        some = random.permutation(same)[: self._recipe.searched]
        searched = np.unique(np.concatenate([self._a[some], self._b[some]]))
        alike = _sounding_alike(searched, self._texts, embedder, meant, self._recipe.alike)
        listed = same if len(same) == len(some) else some
        return _Source(pairs, np.stack([self._a[listed], self._b[listed]], 1), alike)

    def step(self, number: int) -> None:
        """Take one optimiser step, drawn from the seed and this number alone."""
        recipe = self._recipe
        random = np.random.default_rng([self._seed, number])
        torch.manual_seed(int(random.integers(2**31)))
        for group in self._optimiser.param_groups:
            warmth = min(1.0, (number + 1) / recipe.warm_up)
            group["lr"] = recipe.rate * warmth * max(0.02, 1 - number / recipe.steps)
        source, labelled = self._labelled(random)
        lists = self._lists(random)
        minimal = [self._minimal(random) for _ in range(recipe.minimal if self._with_lists else 0)]
        made = _rows_of([text for one, other, _ in minimal for text in (one, other)], self._vocabulary)
        one = np.concatenate([self._rows[self._a[labelled]], self._rows[lists[:, 0].repeat(recipe.listed)], made[0::2]])
        other = np.concatenate([self._rows[self._b[labelled]], self._rows[lists[:, 1:].ravel()], made[1::2]])
        figures = self.model(torch.from_numpy(one), torch.from_numpy(other), recipe.dropout)
        same, listed, turned = torch.split(figures, [len(labelled), len(lists) * recipe.listed, len(minimal)])
        truth = torch.from_numpy(self._same[labelled]).float()
        kept = torch.tensor([float(unturned) for *_, unturned in minimal])
        heeded = functional.binary_cross_entropy_with_logits
        loss = heeded(same[:, 0] + self._temper[torch.from_numpy(source)], truth)
        if len(lists):
            loss = loss + recipe.minimal_weight * heeded(turned[:, 1], kept)
            loss = loss + recipe.minimal_in_same * heeded(turned[:, 0], kept)
            scores = listed[:, 0].view(-1, recipe.listed)
            loss = loss + recipe.list_weight * functional.cross_entropy(
                scores, torch.zeros(len(lists), dtype=torch.long)
            )
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()

    def _labelled(self, random: Random) -> tuple[Ints, Ints]:
        source = random.choice(len(self._sources), self._recipe.labelled, p=self._share)
        return source, np.array([random.choice(self._sources[at].pairs) for at in source.tolist()])

    def _lists(self, random: Random) -> Ints:
        """(lists, 1 + listed) a question, one that asks the same, and others that only sound alike."""
        recipe = self._recipe
        found = np.zeros((recipe.lists if self._with_lists else 0, 1 + recipe.listed), np.int64)
        for row in found:
            row[0], row[1], source = self._drawn(random)
            row[2:] = random.choice(source.alike[int(row[0])], recipe.listed - 1, replace=False)
        return found

    def _drawn(self, random: Random) -> tuple[int, int, _Source]:
        source = self._with_lists[random.choice(len(self._with_lists), p=self._list_share)]
        one, other = source.same[random.integers(len(source.same))].tolist()
        return (one, other, source) if random.random() < 0.5 else (other, one, source)

    def _minimal(self, random: Random) -> tuple[str, str, bool]:
        """Two texts that differ in little, and whether they still ask the same."""
        for _ in range(50):
            first, second, _source = self._drawn(random)
            one, other = self._texts[first], self._texts[second]
            found = _made(one, other, self._things, random)
            if found is not None and found[0] != found[1]:
                return found if random.random() < 0.5 else (found[1], found[0], found[2])
        return one, other, True

    def keep(self, file: Path, steps: int) -> None:
        state = {
            "identity": self._identity,
            "steps": steps,
            "model": self.model.state_dict(),
            "temper": self._temper.detach(),
            "optimiser": self._optimiser.state_dict(),
        }
        with whole(file) as stream:
            torch.save(state, stream)

    def resume(self, file: Path) -> int:
        """Go to where the checkpoint was left and return the steps taken so far; one of another run is passed over."""
        if not file.exists():
            return 0
        state = torch.load(file, weights_only=True)
        if state["identity"] != self._identity:
            return 0
        self.model.load_state_dict(state["model"])
        with torch.no_grad():
            self._temper.copy_(state["temper"])
        self._optimiser.load_state_dict(state["optimiser"])
        return int(state["steps"])


def _made(one: str, other: str, things: "_Things", random: Random) -> tuple[str, str, bool] | None:
    """A minimal pair out of two texts that ask the same; None where the change that was drawn cannot be made."""
    drawn = random.random()
    if drawn < 0.5:  # turned, from the other text or from itself
        changed = things.another(other, random) if random.random() < 0.25 else twisted(other, random)
        return None if changed is None else (one if drawn < 0.33 else other, changed, False)
    if drawn < 0.72:
        return one, other, True
    if drawn < 0.82:
        changed = reworded(other, random)
        return None if changed is None else (one if random.random() < 0.5 else other, changed, True)
    # both turned alike: what was done to them doesn't give it away
    twist = TWISTS[random.integers(len(TWISTS))]
    seed = int(random.integers(2**31))
    if random.random() < 0.25:
        both = things.in_both(one, other, random)
        return None if both is None else (*both, True)
    changed = twist(other, np.random.default_rng(seed))
    again = None if changed is None else reworded(changed, random)
    return None if changed is None or again is None else (changed, again, True)


class _Things:
    """Words that other words of the same field can take the place of: another product, another matter."""

    _SHORTEST, _LONGEST = 2, 4
    _NEAR, _NEAREST = 0.15, 0.6  # cosine: of one field, and not a synonym
    _MOST = 6_000

    def __init__(self, texts: Sequence[str], embedder: NgramEmbedder) -> None:
        self._cut = Words()
        counted: dict[str, int] = {}
        for text in texts[:20_000]:
            for word in self._of(text):
                counted[word] = counted.get(word, 0) + 1
        self._words = sorted(counted, key=lambda word: (-counted[word], word))[: self._MOST]
        self._number = {word: at for at, word in enumerate(self._words)}
        self._vectors = embedder.encode(self._words)

    def _of(self, text: str) -> Iterator[str]:
        return (word for word in self._cut(text) if self._SHORTEST <= len(word) <= self._LONGEST)

    def another(self, text: str, random: Random) -> str | None:
        """`text` with one word replaced by another of its field."""
        known = [word for word in self._of(text) if word in self._number]
        return self._changed(text, known, random)

    def in_both(self, one: str, other: str, random: Random) -> tuple[str, str] | None:
        """Replace a word that both texts hold by the same other word."""
        known = [word for word in self._of(one) if word in self._number and word in other]
        if not known:
            return None
        word = known[int(random.integers(len(known)))]
        instead = self._instead(word, random)
        return None if instead is None else (one.replace(word, instead, 1), other.replace(word, instead, 1))

    def _changed(self, text: str, known: Sequence[str], random: Random) -> str | None:
        if not known:
            return None
        word = known[int(random.integers(len(known)))]
        instead = self._instead(word, random)
        return None if instead is None else text.replace(word, instead, 1)

    def _instead(self, word: str, random: Random) -> str | None:
        some = random.integers(len(self._words), size=256)
        near = self._vectors[some] @ self._vectors[self._number[word]]
        fitting = some[(near >= self._NEAR) & (near <= self._NEAREST)]
        return self._words[int(fitting[0])] if len(fitting) else None


def _rows_of(texts: Sequence[str], vocabulary: Vocabulary) -> Ints:
    """(texts, LONGEST, 2) the `unit_rows` of each; -2 behind the end."""
    found = np.full((len(texts), LONGEST, 2), -2, np.int64)
    for at, text in enumerate(texts):
        rows = unit_rows(vocabulary, text)
        found[at, : len(rows)] = rows
    return found


def _sounding_alike(
    numbers: Ints, texts: Sequence[str], embedder: NgramEmbedder, meant: Ints, kept: int
) -> dict[int, Ints]:
    """For each of the texts the nearest others that are not known to ask the same."""
    if len(numbers) < _FEW:
        return {}
    vectors = embedder.encode([texts[at] for at in numbers.tolist()])
    meaning = meant[numbers]
    found: dict[int, Ints] = {}
    for start in range(0, len(numbers), 1000):
        block = slice(start, start + 1000)
        near = vectors[block] @ vectors.T
        near[meaning[block, None] == meaning[None, :]] = -2
        nearest = np.argpartition(-near, kept, axis=1)[:, :kept]
        found.update(zip(numbers[block].tolist(), np.sort(numbers[nearest], axis=1), strict=True))
    return found


def _share(sizes: Sequence[int]) -> NDArray[np.float64]:
    """How often each source is drawn: larger ones more often, but not by as much as they are larger."""
    share = np.sqrt(np.array(sizes, float))
    return np.asarray(share / max(share.sum(), 1e-9))
