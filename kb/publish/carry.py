"""When a calibration may be carried over: fitting it takes far longer than anything else in a publication."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from kb.index.alike import alike
from kb.types import Manifest

#: A calibration holds until so large a share of the phrasings, or of the golden questions, has changed.
MOST_CHANGED = 0.1


@dataclass(frozen=True, slots=True)
class Fitted:
    """How the confidence of a release was fitted; kept in its manifest."""

    by: str  # "golden" questions set the limits, or left-out "variants", or nothing did: "shipped"
    release: str  # in which release
    revision: int  # of the knowledge then
    phrasings: int  # at that time
    golden: int  # golden questions at that time
    changed: int = 0  # phrasings added or removed since, counted release by release
    golden_changed: int = 0  # golden questions written or removed since
    shipped: str = ""  # names the shipped calibration that it was drawn towards

    @classmethod
    def read(cls, manifest: Manifest) -> Self | None:
        """Take it from a manifest; None when it says nothing."""
        try:
            return cls(**manifest.fitted) if manifest.fitted else None
        except TypeError:
            return None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def holds(self) -> bool:
        """Whether little enough has changed since."""
        return self.changed <= MOST_CHANGED * self.phrasings and self.golden_changed <= MOST_CHANGED * self.golden


def changed(old: Sequence[str], new: Sequence[str]) -> int:
    """Count texts that were added or removed; one that was replaced counts once."""
    found = alike(new, old)
    before, after = Counter(old[at] for at in found.gone), Counter(new[at] for at in found.came)
    return max((before - after).total(), (after - before).total())
