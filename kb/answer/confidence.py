"""From features to an order and a calibrated chance of being right: two linear models, kept in a JSON file to read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kb.answer import _confidence
from kb.answer.features import FEATURES, Table
from kb.answer.lists import Lists
from kb.errors import ReleaseError
from kb.types import Limits

Floats = NDArray[np.float64]

#: The calibration that comes with the package.
SHIPPED = Path(__file__).parent / "shipped" / "calibration.json"

#: What the second model sees beside the features: the first one's score, and what it has over the other candidates'.
FROM_ORDER = ("order", "order_ahead", "order_share")


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates put in order, best first, those of one question behind those of the other."""

    order: NDArray[np.int64]  # places in the table that was scored
    confidence: Floats  # calibrated chance of being the right entry, in that order, never rising
    inputs: Floats  # (candidates, features + 3) what the second model saw, standardised, in that order


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two linear models over standardised features.

    `order` puts the candidates in order (fitted listwise: the right one against the others); `weights` and `intercept`
    are a logistic regression for "is this candidate right?" (Cox 1958), whose answer is a calibrated chance.
    """

    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    order: tuple[float, ...]  # a weight for each feature
    weights: tuple[float, ...]  # a weight for each feature and each of FROM_ORDER
    intercept: float
    limits: Limits
    promise: float  # precision of direct answers that the limits were set for
    fitted_on: Mapping[str, Any]
    measured: Mapping[str, float]
    _as_arrays: tuple[Floats, Floats, Floats, Floats] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the figures as arrays too."""
        arrays = tuple(np.array(one) for one in (self.means, self.scales, self.order, self.weights))
        object.__setattr__(self, "_as_arrays", arrays)

    def score(self, table: Table, lists: Lists | None = None) -> Scored:
        """Put candidates in order and give each its chance; `table` is (candidates, features) as `measure` gives it.

        It holds the candidates of several questions, as `lists` says, or else of one.
        """
        means, scales, order, weights = self._as_arrays
        lists = lists or Lists.single(len(table))
        return scored(standardised(table, means, scales), order, weights, self.intercept, lists)

    def contributions(self, inputs: Floats) -> dict[str, float]:
        """What each figure adds to the log-odds, for one row of `Scored.inputs`; with `intercept` they sum to them."""
        added = inputs * np.array(self.weights)
        return {
            "intercept": self.intercept,
            **{name: float(one) for name, one in zip((*self.features, *FROM_ORDER), added, strict=True)},
        }

    def with_limits(self, limits: Limits, promise: float) -> Self:
        """The same models, served with other limits."""
        return replace(self, limits=limits, promise=promise)

    def to_json(self) -> str:
        """One JSON document, a line for each feature."""
        names = (*self.features, *FROM_ORDER)
        orders = (*self.order, *([None] * len(FROM_ORDER)))
        means = (*self.means, *([None] * len(FROM_ORDER)))
        scales = (*self.scales, *([None] * len(FROM_ORDER)))
        rows = [
            {"feature": name, "mean": mean, "scale": scale, "order": order, "weight": weight}
            for name, mean, scale, order, weight in zip(names, means, scales, orders, self.weights, strict=True)
        ]
        lines = ",\n    ".join(json.dumps(row) for row in rows)
        rest = json.dumps(
            {
                "intercept": self.intercept,
                "limits": asdict(self.limits),
                "promise": self.promise,
                "fitted_on": dict(self.fitted_on),
                "measured": dict(self.measured),
            },
            ensure_ascii=False,
            indent=2,
        )
        return f'{{\n  "features": [\n    {lines}\n  ],{rest[1:]}\n'

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ReleaseError when it was made for other features."""
        try:
            data = json.loads(text)
            rows = data["features"]
            features = tuple(row["feature"] for row in rows[: -len(FROM_ORDER)])
            calibration = cls(
                features=features,
                means=tuple(row["mean"] for row in rows[: len(features)]),
                scales=tuple(row["scale"] for row in rows[: len(features)]),
                order=tuple(row["order"] for row in rows[: len(features)]),
                weights=tuple(row["weight"] for row in rows),
                intercept=data["intercept"],
                limits=Limits(**data["limits"]),
                promise=data["promise"],
                fitted_on=data["fitted_on"],
                measured=data["measured"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ReleaseError("the calibration cannot be read; run `kb publish` to make it again") from error
        if features != FEATURES or tuple(row["feature"] for row in rows[len(features) :]) != FROM_ORDER:
            raise ReleaseError("the calibration was made for other features; run `kb publish` to make it again")
        return calibration

    @classmethod
    def shipped(cls) -> Self:
        """The one that comes with the package."""
        return cls.from_json(SHIPPED.read_text(encoding="utf-8"))


def standardised(table: Table, means: Floats, scales: Floats) -> Floats:
    """Features with mean 0 and spread 1, none further than 6 from it."""
    z: Floats = table - means
    z /= scales
    np.maximum(z, -6, out=z)
    return np.minimum(z, 6, out=z)


def scored(z: Floats, order: Floats, weights: Floats, intercept: float, lists: Lists) -> Scored:
    """Put candidates in order and give each its chance, none more than a better one's; `z` is standardised.

    What the second model sees beside the features is the order score, its lead over the other candidates' and its share
    among them (softmax). Compiled (`_confidence.c`), as every question comes by here.
    """
    places, chances = np.empty(len(z), np.int64), np.empty(len(z))
    inputs = np.empty((len(z), z.shape[1] + len(FROM_ORDER)))
    _confidence.score(z, order, weights, intercept, lists.sizes, places, chances, inputs)
    return Scored(places, chances, inputs)
