"""What a question says beside the name that it shares with an entry: 洗衣液能洗地板吗 beside 洗衣液可以机洗吗.

Where one entry alone names 洗衣液, whatever is asked about it is far nearer to that entry than to any other, and the
confidence, which goes by such leads, is sure of it. So the name is taken out of the question and of the entry's
phrasings, and what is left of them is compared: 能洗地板吗 with 可以机洗吗, 手洗机洗都行吗 …

The weights were fitted by logistic regression to questions about entries that are taken away, where one is left that
shares a word with them (`python -m tests.bench.remainder`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kb.answer.wording import Wording, content
from kb.index.interaction import FAR
from kb.index.knowledge import Knowledge
from kb.ports import Embedder
from kb.text import characters, normalise

#: Share of an entry's phrasings that hold its name.
NAMED_BY = 0.3
#: Characters of a name, at least.
_NAME = 2
#: An entry with fewer phrasings does not show how else it is asked; of one with more no more are read.
SEVERAL, _MOST = 5, 40
#: A question of which less is new asks what was foreseen; most are passed over by that alone.
_NEW = 0.2
#: Entries of which it is remembered what they say.
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Signs:
    """What is seen of a question and an entry without the name."""

    same: float  # log-odds that some phrasing asks the same, by the interaction model
    near: float  # how near the question's words are to words of the phrasings; longer ones count more
    novel: float  # share of its characters that neither phrasings nor answer hold


WEIGHTS = Signs(same=0.141, near=1.132, novel=-1.175)
BIAS = 0.835


def agreement(signs: Signs) -> float:
    """Log-odds, below 0 when the question should not be answered with the entry."""
    return BIAS + WEIGHTS.same * signs.same + WEIGHTS.near * signs.near + WEIGHTS.novel * signs.novel


@dataclass(frozen=True, slots=True)
class _Said:
    """What an entry says."""

    words: Sequence[int]  # of the phrasings, in the vocabulary
    units: str  # characters, and words in Latin letters or digits, of phrasings and answer: each once


class Remainders:
    """Compares questions with the entries of a knowledge by what is left without a name; safe to share."""

    def __init__(self, knowledge: Knowledge, embedder: Embedder) -> None:
        """Compare with the entries of `knowledge`, which `embedder` has encoded."""
        self._knowledge = knowledge
        self._embedder = embedder
        self._vocabulary = knowledge.lexical.vocabularies[0]
        self._said: dict[int, _Said] = {}

    def differ(self, readings: Sequence[str], row: int) -> bool:
        """Whether none of the `readings` asks what the entry of a phrasing, the closest one, is asked.

        They are a question in matched form and, where it has several, its clauses. Nothing is said of a question that
        does not name what the entry is about, or hardly says more than that, nor where the entry has few phrasings.
        """
        texts = self._texts(row)
        if len(texts) < SEVERAL or not self._novelty(readings[0], row):
            return False
        name = self._name(readings[0], texts)
        if not name or not _rest(readings[0], name):
            return False
        rests = _rests(texts, name)
        asked = filter(None, (_rest(text, name) for text in readings))
        return bool(rests) and not any(self._agrees(rest, rests, name, row) for rest in asked)

    def name(self, text: str, row: int) -> str:
        """The word of a question that says best what the entry of a phrasing is about, or a piece of it; "" for none.

        Rarer words say more, and so do those that more of its phrasings hold.
        """
        return self._name(text, self._texts(row))

    def signs(self, text: str, name: str, row: int) -> Signs | None:
        """Compare a question with the entry of a phrasing, both without the name; None when nothing is left of one."""
        rest, rests = _rest(text, name), _rests(self._texts(row), name)
        if not rest or not rests:
            return None
        return Signs(max(self._same(rest, rests)), self._nearness(rest, name, row), self._novelty(rest, row))

    def _name(self, text: str, texts: Sequence[str]) -> str:
        best, found = 0.0, ""
        for word in dict.fromkeys(self._knowledge.words(text)):
            for piece in _pieces(word):
                share = sum(piece in one for one in texts) / len(texts)
                if share >= NAMED_BY:
                    weight = share * self._knowledge.lexical.rarity(word)
                    if weight > best and len(content(word)) >= _NAME:
                        best, found = weight, piece
                    break
        return found

    def _agrees(self, rest: str, rests: Sequence[str], name: str, row: int) -> bool:
        """Whether `agreement` lets a question be answered: mostly the closest phrasing is enough to see that."""
        novel = self._novelty(rest, row)
        if novel < _NEW:
            return True
        without = agreement(Signs(0.0, self._nearness(rest, name, row), novel))
        wanted = -without / WEIGHTS.same
        if abs(wanted) > FAR:
            return wanted < 0
        return any(max(self._same(rest, some)) >= wanted for some in (rests[:1], rests[1:]) if some)

    def _same(self, rest: str, rests: Sequence[str]) -> list[float]:
        reader = self._knowledge.interaction
        read = reader.read([rest, *rests])
        first, others = np.zeros(len(rests), np.int64), np.arange(1, len(rests) + 1)
        same: list[float] = reader.compare(read, first, read, others)[:, 0].tolist()
        return same

    def _nearness(self, rest: str, name: str, row: int) -> float:
        words = [word for word in dict.fromkeys(self._knowledge.words(rest)) if content(word)]
        theirs = [at for at in self._says(row).words if name not in self._vocabulary[at]]
        if not words or not theirs:
            return 0.5
        lengths = np.array([len(word) for word in words])
        nearest = (self._embedder.encode(words) @ self._knowledge.word_vectors[theirs].T).max(axis=1)
        return float(nearest @ lengths / lengths.sum())

    def _novelty(self, rest: str, row: int) -> float:
        said, known = Wording(rest).content, self._says(row).units
        return sum(unit not in known for unit in said) / max(len(said), 1)

    def _says(self, row: int) -> _Said:
        """What the entry of a phrasing says, remembered."""
        position = int(self._knowledge.owner[row])
        known = self._said.get(position)
        if known is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            starts, terms, _ = self._knowledge.lexical.by_row
            begin, end = self._knowledge.starts[position : position + 2].tolist()
            held = np.unique(terms[starts[begin] : starts[min(end, begin + _MOST)]])
            texts = *self._knowledge.texts[begin:end], normalise(self._knowledge.entries[position].answer)
            known = self._said[position] = _Said(
                held[: held.searchsorted(len(self._vocabulary))].tolist(),
                " ".join(dict.fromkeys(characters(" ".join(texts)))),
            )
        return known

    def _texts(self, row: int) -> list[str]:
        """A phrasing, and the others of its entry."""
        begin, end = self._knowledge.starts[self._knowledge.owner[row] :][:2].tolist()
        texts = self._knowledge.texts
        return [texts[row], *(texts[at] for at in range(begin, min(end, begin + _MOST)) if at != row)]


def _pieces(word: str) -> Iterator[str]:
    """A word, then what it begins or ends with, the longest first."""
    for size in range(len(word), _NAME - 1, -1):
        yield word[:size]
        if size < len(word):
            yield word[-size:]


def _rest(text: str, name: str) -> str:
    """What a question says without a name; nothing where that is no question."""
    rest = _without(text, name)
    return rest if len(rest) >= _NAME and content(rest) else ""


def _rests(texts: Sequence[str], name: str) -> list[str]:
    """What is left of phrasings without a name."""
    return [left for left in (_without(text, name) for text in texts) if left]


def _without(text: str, name: str) -> str:
    """A text without a name, nor pieces of it: phrasings shorten it."""
    for piece in _pieces(name):
        text = text.replace(piece, "")
    return text
