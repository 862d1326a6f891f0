"""What can be read out of activity: by linear classifiers, and of single units."""

import abc
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_positive, check_values, invalid
from ..._types import ArrayLike, KeyArray, Numbers
from ._condition_levels import as_levels, two_or_more
from ._dimension import as_data


class AbstractDecoder(eqx.Module):
    """A way to fit a linear classifier."""

    @abc.abstractmethod
    def fit(self, x: Array, labels: Array, weights: Array) -> tuple[Array, Array]:
        """Weights `(units, classes)` and offsets `(classes,)` of the classes' scores.

        **Arguments:**

        - `x`: `(trials, units)`.
        - `labels`: one-hot, `(trials, classes)`.
        - `weights`: of the trials, `(trials,)`, summing to 1, each class to the same.
        """


class RidgeDecoder(AbstractDecoder):
    """Ridge regression on one-hot labels; the largest prediction wins.

    **Arguments:**

    - `penalty`: relative to the mean variance of a unit, so that the scale of the
      activity does not matter.

    Raises `ValueError` unless positive.
    """

    penalty: Array

    def __init__(self, penalty: ArrayLike = 0.1) -> None:
        check_positive("penalty", penalty, "0 has no answer for silent units.")
        self.penalty = jnp.asarray(np.asarray(penalty, float), float)

    def fit(self, x: Array, labels: Array, weights: Array) -> tuple[Array, Array]:
        """As `AbstractDecoder.fit`; solves for units or trials, whichever are fewer."""
        centre, target = weights @ x, weights @ labels
        root = jnp.sqrt(weights)[:, None]
        a, b = root * (x - centre[None]), root * (labels - target[None])
        units = x.shape[1]
        penalty = self.penalty.astype(x.dtype) * jnp.sum(a**2) / units
        penalty = penalty + jnp.finfo(x.dtype).tiny  # silent: weights 0, not NaN
        ridge = lambda n: penalty * jnp.eye(n, dtype=x.dtype)
        solve = lambda lhs, rhs: jax.scipy.linalg.solve(lhs, rhs, assume_a="pos")
        if units <= len(x):
            matrix = solve(a.T @ a + ridge(units), a.T @ b)
        else:
            matrix = a.T @ solve(a @ a.T + ridge(len(x)), b)
        return matrix, target - centre @ matrix


class LDADecoder(AbstractDecoder):
    """Linear discriminant analysis: normal classes of one covariance, equally likely.

    **Arguments:**

    - `shrinkage`: how far the covariance is moved towards `tr(S) / units` times the
      identity (Friedman 1989), in (0, 1]; 1 is the nearest class mean.

    Raises `ValueError` outside (0, 1]: at 0 the covariance of silent units, or of few
    trials, is singular.
    """

    shrinkage: Array

    def __init__(self, shrinkage: ArrayLike = 0.1) -> None:
        rule, remedy = "lie in (0, 1]", "0 has no answer for singular covariances."
        inside = lambda x: (x > 0) & (x <= 1)
        check_values("shrinkage", shrinkage, inside, rule, remedy)
        self.shrinkage = jnp.asarray(np.asarray(shrinkage, float), float)

    def fit(self, x: Array, labels: Array, weights: Array) -> tuple[Array, Array]:
        """As `AbstractDecoder.fit`."""
        units = x.shape[1]
        centre, share = weights @ x, labels * weights[:, None]
        x = x - centre[None]
        means = (share.T @ x) / jnp.sum(share, axis=0)[:, None]
        a = jnp.sqrt(weights)[:, None] * (x - labels @ means)
        info = jnp.finfo(x.dtype)
        # classes without variance of their own: the nearest mean, not NaN
        floor = info.eps * jnp.sum(weights @ x**2) / units + info.tiny
        round_ = jnp.sum(a**2) / units + floor
        shrinkage = self.shrinkage.astype(x.dtype)
        added = (shrinkage * round_ + floor) * jnp.eye(units, dtype=x.dtype)
        covariance = (1 - shrinkage) * (a.T @ a) + added
        matrix = jax.scipy.linalg.solve(covariance, means.T, assume_a="pos")
        return matrix, -jnp.sum(means.T * matrix, axis=0) / 2 - centre @ matrix


class Decoding(eqx.Module):
    """How well labels can be read out of activity.

    **Attributes:**

    - `accuracy`: of trials not trained on, averaged over classes so that chance is
      `1 / classes` however many trials each has: `(time,)`, or `(train time, test
      time)`.
    - `shuffled`: the same with trials paired at random with labels, `(shuffles, ...)`.
    - `levels`: the classes, ascending (static).
    """

    accuracy: Array
    shuffled: Array
    levels: tuple[Any, ...] = eqx.field(static=True)

    @property
    def chance(self) -> float:
        """Expected accuracy without information."""
        return 1 / len(self.levels)

    @property
    def p_values(self) -> Array:
        """How often shuffled trials do as well, one of the shuffles being the data.

        `(1 + #{shuffled >= accuracy}) / (1 + shuffles)`: never below
        `1 / (1 + shuffles)`, and 1 without shuffles (Phipson & Smyth 2010).
        """
        above = jnp.sum(self.shuffled >= self.accuracy[None], axis=0)
        above = above.astype(self.accuracy.dtype)
        return (1 + above) / (1 + self.shuffled.shape[0])


def decode(
    activity: Numbers,
    labels: Any,
    *,
    decoder: AbstractDecoder | None = None,
    cross_temporal: bool = False,
    folds: int = 5,
    shuffles: int = 0,
    key: KeyArray,
) -> Decoding:
    """Cross-validated accuracy of a linear classifier trained at each step.

    **Arguments:**

    - `activity`: `(trials, time, units)`, rates or synaptic efficacies.
    - `labels`: one for each trial, `(trials,)`, known (not traced).
    - `decoder`: `RidgeDecoder()` if `None`, or `LDADecoder()`.
    - `cross_temporal`: test each classifier at every step, not only its own: whether
      the code is stable or moves (Stokes et al. 2013).
    - `folds`: trials are split in so many parts, each with all classes.
    - `shuffles`: how often to repeat with shuffled trials, for `p_values`.
    - `key`: for folds and shuffles.

    Raises `ValueError` for activity that is not finite, for one class only, and for
    fewer trials of some class than folds.
    """
    data = as_data("activity", activity, "trials time units")
    levels, codes = as_levels("labels", labels, data.shape[0])
    two_or_more("labels", levels)
    folds = check_count("folds", folds, at_least=2)
    shuffles = check_count("shuffles", shuffles, at_least=0)
    sizes = np.bincount(codes)
    if sizes.min() < folds:
        got = f"{sizes.min()} of {levels[sizes.argmin()]!r}"
        rule = f"have at least {folds} trials of each value"
        raise invalid("labels", rule, got, "Use fewer folds, or add trials.")
    fold_key, shuffle_key = jax.random.split(key)
    onehot = jnp.asarray(codes[:, None] == np.arange(len(levels))[None])
    onehot = onehot.astype(data.dtype)
    test, valid = _dealt(fold_key, codes, folds)
    kept = jnp.zeros((folds, len(codes)), bool)
    train = (~kept.at[np.arange(folds)[:, None], test].max(valid)).astype(data.dtype)
    weights = train / ((train @ onehot) @ onehot.T) / len(levels)
    orders = jax.vmap(lambda k: jax.random.permutation(k, len(codes)))(
        jax.random.split(shuffle_key, shuffles)
    )
    accuracy, shuffled = _decode(
        RidgeDecoder() if decoder is None else decoder,
        data,
        onehot,
        (weights, test, valid),
        orders,
        cross_temporal,
    )
    return Decoding(accuracy, shuffled, tuple(levels.tolist()))


def _dealt(key: KeyArray, codes: np.ndarray, folds: int) -> tuple[Array, Array]:
    """The trials of each fold, `(folds, most)`, and which are not padding.

    Trials in random order, one class after the other, are dealt out like cards.
    """
    order = jax.random.permutation(key, len(codes))
    dealt = order[jnp.argsort(jnp.asarray(codes)[order], stable=True)]
    rows = -(-len(codes) // folds)
    place = np.arange(rows * folds).reshape(rows, folds).T
    valid = jnp.asarray(place < len(codes))
    return dealt[np.minimum(place, len(codes) - 1)], valid


@eqx.filter_jit
def _decode(
    decoder: AbstractDecoder,
    data: Array,
    onehot: Array,
    split: tuple[Array, Array, Array],
    orders: Array,
    cross_temporal: bool,
) -> tuple[Array, Array]:
    counts = jnp.sum(onehot, axis=0)

    def at(step: Array, data: Array) -> Array:
        """Accuracy of the classifier trained at this step, where it is tested."""
        now = data[:, step]

        def fold(weights: Array, test: Array, valid: Array) -> Array:
            matrix, offset = decoder.fit(now, onehot, weights)
            seen = (data if cross_temporal else now[:, None])[test]
            chosen = jnp.argmax(seen @ matrix + offset[None, None], axis=-1)
            truth = onehot[test] * valid[:, None].astype(data.dtype)
            right = chosen[..., None] == jnp.arange(onehot.shape[1])[None, None]
            return jnp.einsum("mtk,mk->tk", right.astype(data.dtype), truth)

        hits = jnp.sum(jax.vmap(fold)(*split), axis=0)
        return jnp.mean(hits / counts[None], axis=-1)

    def over_time(data: Array) -> Array:
        found = jax.lax.map(lambda step: at(step, data), jnp.arange(data.shape[1]))
        return found if cross_temporal else found[:, 0]

    return over_time(data), jax.lax.map(lambda order: over_time(data[order]), orders)
