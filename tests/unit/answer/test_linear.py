import numpy as np

from kb.answer.linear import listwise, logistic


def test_logistic_regression_finds_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 3))
    true = np.array([1.5, -0.7, 0.0])
    y = (rng.random(20_000) < 1 / (1 + np.exp(-(x @ true - 0.4)))).astype(float)
    found = logistic(x, y, np.ones(20_000), ridge=1e-3)
    np.testing.assert_allclose(found, [*true, -0.4], atol=0.06)


def test_a_strong_prior_holds_where_there_is_little_to_learn() -> None:
    x, y = np.array([[1.0], [-1.0]]), np.array([1.0, 0.0])
    prior = np.array([-2.0, 0.5])
    np.testing.assert_allclose(logistic(x, y, np.ones(2), ridge=1e6, prior=prior), prior, atol=1e-4)


def test_the_listwise_model_finds_the_weights_that_made_the_choices() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(8_000, 5, 2))
    true = np.array([2.0, -1.0])
    there = np.ones((8_000, 5), bool)
    there[:, 4] = rng.random(8_000) < 0.5
    utility = np.where(there, x @ true + rng.gumbel(size=(8_000, 5)), -np.inf)
    found = listwise(x, there, utility.argmax(axis=1), np.ones(8_000), ridge=1e-3)
    np.testing.assert_allclose(found, true, atol=0.1)


def test_what_is_not_there_is_never_chosen_nor_learnt_from() -> None:
    x = np.zeros((2, 2, 1))
    x[:, 1] = 1e6  # nonsense in the room beyond the candidates
    found = listwise(x, np.array([[True, False]] * 2), np.zeros(2, int), np.ones(2), ridge=1.0)
    np.testing.assert_allclose(found, [0.0])
