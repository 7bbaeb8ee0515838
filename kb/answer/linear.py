"""Fitting two convex models by Newton's method: logistic regression, and its listwise sister (conditional logit)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 30
_CLOSE_ENOUGH = 1e-7


def logistic(x: Floats, y: Floats, share: Floats, *, ridge: float, prior: Floats | None = None) -> Floats:
    """Weights and, last, the intercept of a logistic regression, drawn towards `prior` (or 0) by `ridge`.

    `x` (n, f), `y` (n,) 0 or 1, `share` (n,) how much each example counts. The intercept is only held by a prior.
    """
    x1 = np.column_stack([x, np.ones(len(x))])
    towards = np.zeros(x1.shape[1]) if prior is None else prior
    pull = np.full(x1.shape[1], ridge)
    if prior is None:
        pull[-1] = 1e-6
    w = towards.copy()

    def loss(w: Floats) -> float:
        s = x1 @ w
        return float(share @ (np.logaddexp(0, s) - y * s) + 0.5 * pull @ (w - towards) ** 2)

    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(x1 @ w)))
        gradient = x1.T @ (share * (p - y)) + pull * (w - towards)
        hessian = (x1 * (share * p * (1 - p))[:, None]).T @ x1 + np.diag(pull)
        step = np.linalg.solve(hessian, gradient)
        w, moved = _downhill(loss, w, step)
        if moved < _CLOSE_ENOUGH:
            break
    return w


def listwise(
    x: Floats,
    there: NDArray[np.bool_],
    target: NDArray[np.int64],
    share: Floats,
    *,
    ridge: float,
    prior: Floats | None = None,
) -> Floats:
    """Weights under which the softmax over each list's candidates gives the target the most (McFadden 1974).

    `x` (n, c, f), `there` (n, c) which candidates exist, `target` (n,) the right one, `share` (n,).
    """
    features = x.shape[2]
    towards = np.zeros(features) if prior is None else prior
    w = towards.copy()
    lists = np.arange(len(x))

    def chances(w: Floats) -> tuple[Floats, Floats]:
        s = np.where(there, x @ w, -np.inf)
        s = s - s.max(axis=1, keepdims=True)
        e = np.exp(s)
        total = e.sum(axis=1, keepdims=True)
        return e / total, s - np.log(total)

    def loss(w: Floats) -> float:
        return float(-share @ chances(w)[1][lists, target] + 0.5 * ridge * (w - towards) @ (w - towards))

    for _ in range(_STEPS):
        p = chances(w)[0]
        mean = np.einsum("nc,ncf->nf", p, x)
        gradient = share @ (mean - x[lists, target]) + ridge * (w - towards)
        flat = x.reshape(-1, features)
        hessian = (flat * (share[:, None] * p).reshape(-1, 1)).T @ flat - (mean * share[:, None]).T @ mean
        step = np.linalg.solve(hessian + ridge * np.eye(features), gradient)
        w, moved = _downhill(loss, w, step)
        if moved < _CLOSE_ENOUGH:
            break
    return w


def _downhill(loss: Callable[[Floats], float], w: Floats, step: Floats) -> tuple[Floats, float]:
    """Go as far as the loss falls; also the share by which it fell."""
    before = loss(w)
    size = 1.0
    while size > 1e-4:
        after = loss(w - size * step)
        if after <= before:
            return w - size * step, (before - after) / max(abs(before), 1e-9)
        size /= 2
    return w, 0.0
