"""Another product: 纸尿裤能洗衣服吗 is worded like a question about a detergent, and asks of something else.

What the house sells it says itself: in its entries' products and categories. A question that names one of these is not
answered from an entry about another, however alike the rest sounds.
"""

import re
from collections.abc import Iterable

from kb.index.knowledge import Knowledge
from kb.text import normalise
from kb.types import Entry

_MODEL = re.compile(r"[a-z0-9.\-+/%]+$")  # 温奶器wn-200 is a 温奶器
_SHORTEST = 2


class Products:
    """The kinds of things that a knowledge base speaks of; never changed, safe to share between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take the word that each product's name ends with, which says what it is, and the categories of products."""
        self._entries = knowledge.entries
        self._words = frozenset(knowledge.lexical.vocabularies[0])
        self._categories: dict[str, set[str]] = {}  # of the products of each kind
        named = {(entry.product, entry.category): entry for entry in knowledge.entries if entry.product}
        for entry in named.values():
            for kind in (self._kind(entry), normalise(entry.category)):
                if len(kind) >= _SHORTEST:
                    self._categories.setdefault(kind, set()).add(entry.category)
        self._said: dict[int, str] = {}

    def another(self, text: str, position: int) -> bool:
        """Whether a normalised question names a kind that the entry at `position`, about another product, doesn't."""
        entry = self._entries[position]
        named = [kind for kind in self._categories if kind in text]
        if not named or not entry.product:
            return False
        if self._kind(entry) == normalise(entry.category):  # it holds for all products of the category
            return not any(entry.category in self._categories[kind] for kind in named)
        said = self._said.get(position)
        if said is None:
            said = self._said[position] = normalise(" ".join(_everything(entry)))
        return not any(kind in said for kind in named)

    def _kind(self, entry: Entry) -> str:
        name, category = _MODEL.sub("", normalise(entry.product)).strip(), normalise(entry.category)
        if category and name.endswith(category):
            return category
        return next((name[at:] for at in range(1, len(name) - 1) if name[at:] in self._words), name)


def _everything(entry: Entry) -> Iterable[str]:
    return entry.question, *entry.variants, entry.answer, entry.product, entry.category, *entry.tags
