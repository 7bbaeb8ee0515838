import json

import numpy as np
import pytest

from kb.answer.confidence import FROM_ORDER, Calibration
from kb.answer.features import FEATURES
from kb.errors import ReleaseError
from kb.types import Limits


def calibration() -> Calibration:
    size = len(FEATURES)
    return Calibration(
        features=FEATURES,
        means=(0.0,) * size,
        scales=(1.0,) * size,
        order=(1.0, *(0.0,) * (size - 1)),
        weights=(2.0, *(0.0,) * (size - 1), 0.0, 0.5, 0.0),
        intercept=-1.0,
        limits=Limits(0.8, 0.3),
        promise=0.95,
        fitted_on={"knowledge": "none"},
        measured={"precision": 0.96},
    )


def table(*first: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    out = np.zeros((len(first), len(FEATURES)), np.float32)
    out[:, 0] = first
    return out


def test_the_best_comes_first_and_confidence_never_rises() -> None:
    scored = calibration().score(table(0.1, 1.5, 0.7))
    assert scored.order.tolist() == [1, 2, 0]
    assert (np.diff(scored.confidence) <= 0).all()
    assert scored.confidence[0] == pytest.approx(1 / (1 + np.exp(-(2 * 1.5 + 0.5 * 0.8 - 1))))


def test_contributions_add_up_to_the_log_odds() -> None:
    made = calibration()
    scored = made.score(table(0.1, 1.5))
    parts = made.contributions(scored.inputs[0])
    assert set(parts) == {"intercept", *FEATURES, *FROM_ORDER}
    assert sum(parts.values()) == pytest.approx(np.log(scored.confidence[0] / (1 - scored.confidence[0])))


def test_one_candidate_alone_can_be_scored() -> None:
    assert calibration().score(table(1.0)).order.tolist() == [0]


def test_what_is_written_reads_back_the_same() -> None:
    made = calibration()
    assert Calibration.from_json(made.to_json()) == made
    assert all(len(line) < 200 for line in made.to_json().splitlines())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"features": []}', "null"])
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match="kb publish"):
        Calibration.from_json(text)


def test_a_calibration_for_other_features_is_refused() -> None:
    data = json.loads(calibration().to_json())
    data["features"][0]["feature"] = "another"
    with pytest.raises(ReleaseError, match="other features"):
        Calibration.from_json(json.dumps(data))


def test_the_shipped_calibration_keeps_a_promise() -> None:
    shipped = Calibration.shipped()
    assert shipped.promise == 0.95
    assert 0.5 < shipped.limits.answer < 1
    assert 0 < shipped.limits.suggest <= shipped.limits.answer
    assert shipped.measured["precision"] >= 0.93
