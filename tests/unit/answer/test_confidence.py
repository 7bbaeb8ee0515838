import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answer.confidence import FROM_ORDER, Calibration, Floats, scored
from kb.answer.features import FEATURES
from kb.answer.lists import Lists
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


def plainly(z: Floats, order: Floats, weights: Floats, intercept: float) -> tuple[list[int], Floats, Floats]:
    """What `scored` says of one list, as it would be written down."""
    score = (z * order).sum(axis=1)
    places = sorted(range(len(z)), key=lambda place: (-score[place], place))
    raised = np.exp(score - score.max())
    others = [max([*score[:at], *score[at + 1 :]], default=0.0) for at in range(len(z))]
    inputs = np.column_stack([z, score, score - others, raised / raised.sum()])[places]
    return places, np.minimum.accumulate(1 / (1 + np.exp(-(inputs @ weights + intercept)))), inputs


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any), st.integers(0, 2**32 - 1), st.integers(1, 7))
def test_each_list_is_scored_as_if_it_were_alone_to_the_last_bit(sizes: list[int], seed: int, features: int) -> None:
    chance = np.random.default_rng(seed)
    z, order = chance.normal(size=(sum(sizes), features)).round(1), chance.normal(size=features)
    weights, intercept = chance.normal(size=features + len(FROM_ORDER)), 0.5
    bounds = np.cumsum([0, *sizes], dtype=np.int64)
    together = scored(z, order, weights, intercept, Lists.within(bounds))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if begin == end:
            continue
        alone = scored(z[begin:end], order, weights, intercept, Lists.single(end - begin))
        np.testing.assert_array_equal(together.order[begin:end], alone.order + begin)
        np.testing.assert_array_equal(together.confidence[begin:end], alone.confidence)
        np.testing.assert_array_equal(together.inputs[begin:end], alone.inputs)
        places, confidence, inputs = plainly(z[begin:end], order, weights, intercept)
        assert alone.order.tolist() == places
        np.testing.assert_allclose(alone.confidence, confidence)
        np.testing.assert_allclose(alone.inputs, inputs, atol=1e-12)


def test_candidates_with_the_same_score_stay_as_they_were() -> None:
    assert calibration().score(table(0.5, 0.7, 0.5, 0.7)).order.tolist() == [1, 3, 0, 2]


def test_models_of_another_size_are_refused() -> None:
    one = np.zeros((2, 3))
    with pytest.raises(ValueError, match="do not fit"):
        scored(one, np.zeros(3), np.zeros(3), 0.0, Lists.single(2))
    with pytest.raises(ValueError, match="do not fit"):
        scored(one, np.zeros(3), np.zeros(6), 0.0, Lists.single(3))


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
