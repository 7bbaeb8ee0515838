"""Which entries say a text; after an edit only what it changed lies beside what was there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

Positions = tuple[int, ...]

#: So large a share of the texts may have been changed by edits, until all are put together again.
_MOST_CHANGED = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Claims(Mapping[str, Positions]):
    """Text in matched form → positions of entries, rising."""

    _base: dict[str, Positions]
    _changed: dict[str, Positions]  # what holds instead; () for a text that nobody says any more

    @classmethod
    def of(cls, texts: Sequence[str], owner: Sequence[int]) -> Self:
        """Take the texts of all entries, and whose each is."""
        claims: dict[str, Positions] = {}
        for text, position in zip(texts, owner, strict=True):
            claims[text] = (*claims[text], position) if text in claims else (position,)
        return cls(claims, {})

    def changed(self, gone: Mapping[int, Sequence[str]], came: Mapping[int, Sequence[str]]) -> Self:
        """The same when some positions no longer say these texts, and say those; each text once."""
        changed = dict(self._changed)
        for position, texts in gone.items():
            for text in texts:
                changed[text] = tuple(at for at in changed.get(text, self.get(text, ())) if at != position)
        for position, texts in came.items():
            for text in texts:
                changed[text] = tuple(sorted((*changed.get(text, self.get(text, ())), position)))
        if len(changed) <= _MOST_CHANGED * len(self._base):
            return type(self)(self._base, changed)
        whole = {**self._base, **changed}
        return type(self)({text: positions for text, positions in whole.items() if positions}, {})

    def __getitem__(self, text: str) -> Positions:
        """The entries that say a text; raises KeyError when none does."""
        if found := self._changed.get(text, self._base.get(text)):
            return found
        raise KeyError(text)

    def __iter__(self) -> Iterator[str]:
        """Every text that is said."""
        yield from (text for text in self._base if text not in self._changed)
        yield from (text for text, positions in self._changed.items() if positions)

    def __len__(self) -> int:
        """The number of texts that are said."""
        return sum(1 for _ in self)
