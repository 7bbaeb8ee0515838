"""Words that the house uses with one meaning: in phrasings and questions alike, all are read as the first."""

import re
from collections.abc import Sequence

from kb.text import Words, normalise


class Synonyms:
    """Groups of words of one meaning; never changed, safe to share between threads."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        """Take the groups; a word that is in several counts for the first of them."""
        self._first: dict[str, str] = {}
        for group in groups:
            words = [word for text in group if (word := normalise(text))]
            for word in words[1:]:
                if word != words[0]:
                    self._first.setdefault(word, words[0])
        # a word that is itself the first of a group stays, or two groups would chase each other
        for group in groups:
            self._first.pop(normalise(group[0]) if group else "", None)
        kept = set(self._first.values())
        longer = sorted({*self._first, *kept}, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(word) for word in longer if len(word) > 1)) if longer else None
        self._single = {word for word in self._first if len(word) == 1}

    def read(self, text: str, words: Words) -> str:
        """A text in matched form with each word replaced by the first of its group.

        One character alone counts only where it is cut off as a word, since it stands in many others.
        """
        if self._pattern is None:
            return text
        first = self._first
        if self._single and not self._single.isdisjoint(text):
            text = "".join(first[word] if word in self._single else word for word in words(text))
        return self._pattern.sub(lambda match: first.get(match.group(), match.group()), text)
