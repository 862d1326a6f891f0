"""Cross-validated decoding of labels from activity by linear classifiers."""

import abc
import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_count,
    check_positive,
    check_shape,
    check_values,
    describe,
    is_concrete,
)
from ..._progress import compiling, reporting
from ..._show import AbstractShown, counted, number, options, quantities, Table
from ..._tables import AbstractTabular, Columns
from ..._types import ArrayLike, KeyArray, Numbers
from ._condition_levels import as_levels, Labels, Level
from ._data import as_data


class AbstractDecoder(AbstractShown, eqx.Module):
    """A method to fit a linear classifier."""

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def fit(self, x: Array, labels: Array, weights: Array) -> tuple[Array, Array]:
        """Fit weights `(units, classes)` and offsets `(classes,)` of class scores.

        **Arguments:**

        - `x`: `(trials, units)`.
        - `labels`: one-hot, `(trials, classes)`.
        - `weights`: of the trials, `(trials,)`; they sum to 1, each class to the same.
        """


@final
class RidgeDecoder(AbstractDecoder):
    """Ridge regression on one-hot labels; the class of the largest prediction wins.

    **Arguments:**

    - `penalty`: relative to the mean variance of a unit, so that accuracy does not
        depend on the scale of the activity.

    Raises `ValueError` unless positive.
    """

    penalty: Array

    @checks_arguments
    def __init__(self, penalty: ArrayLike = 0.1) -> None:
        check_shape("penalty", penalty, (), "Give one number.")
        check_positive("penalty", penalty, "0 has no solution for silent units.")
        self.penalty = jnp.asarray(np.asarray(penalty, float), float)

    def fit(self, x: Array, labels: Array, weights: Array) -> tuple[Array, Array]:
        """Fit as `AbstractDecoder.fit`.

        Solves a system of the size of units or trials, the smaller of the two.
        """
        # centre, so that the offset is not penalised, and weight the trials
        centre, target = weights @ x, weights @ labels
        root = jnp.sqrt(weights)[:, None]
        a, b = root * (x - centre[None]), root * (labels - target[None])
        trials, units = x.shape
        penalty = self.penalty.astype(x.dtype) * jnp.sum(a**2) / units
        penalty = penalty + jnp.finfo(x.dtype).tiny  # silent units: weights 0, not NaN

        def solve(gram: Array, rhs: Array) -> Array:
            penalised = gram + penalty * jnp.eye(len(gram), dtype=x.dtype)
            return jax.scipy.linalg.solve(penalised, rhs, assume_a="pos")

        over_units = units <= trials
        matrix = solve(a.T @ a, a.T @ b) if over_units else a.T @ solve(a @ a.T, b)
        return matrix, target - centre @ matrix


@final
class LDADecoder(AbstractDecoder):
    """Linear discriminant analysis: normal classes of one covariance, equally likely.

    **Arguments:**

    - `shrinkage`: in (0, 1]: the weight of `tr(S) / units` times the identity in the
        covariance, that of S being 1 - shrinkage (Friedman 1989); 1 is the nearest
        class mean.

    Raises `ValueError` outside (0, 1]: at 0 the covariance of silent units, or of few
    trials, is singular.
    """

    shrinkage: Array

    @checks_arguments
    def __init__(self, shrinkage: ArrayLike = 0.1) -> None:
        check_shape("shrinkage", shrinkage, (), "Give one number.")
        rule, remedy = "lie in (0, 1]", "0 has no solution for singular covariances."
        check_values("shrinkage", shrinkage, lambda x: (x > 0) & (x <= 1), rule, remedy)
        self.shrinkage = jnp.asarray(np.asarray(shrinkage, float), float)

    def fit(self, x: Array, labels: Array, weights: Array) -> tuple[Array, Array]:
        """Fit as `AbstractDecoder.fit`."""
        # class means (classes, units), and deviations from them (trials, units)
        units = x.shape[1]
        centre, share = weights @ x, labels * weights[:, None]
        x = x - centre[None]
        means = (share.T @ x) / jnp.sum(share, axis=0)[:, None]
        a = jnp.sqrt(weights)[:, None] * (x - labels @ means)

        # shrink the covariance; the floor gives the nearest class mean, not NaN, if
        # classes have no variance within
        info = jnp.finfo(x.dtype)
        floor = info.eps * jnp.sum(weights @ x**2) / units + info.tiny
        mean_variance = jnp.sum(a**2) / units + floor
        shrinkage = self.shrinkage.astype(x.dtype)
        added = (shrinkage * mean_variance + floor) * jnp.eye(units, dtype=x.dtype)
        covariance = (1 - shrinkage) * (a.T @ a) + added

        # scores m^T C^-1 x - m^T C^-1 m / 2 of each class mean m
        matrix = jax.scipy.linalg.solve(covariance, means.T, assume_a="pos")
        return matrix, -jnp.sum(means.T * matrix, axis=0) / 2 - centre @ matrix


@final
class Decoding(AbstractShown, AbstractTabular, eqx.Module):
    """The accuracy of decoding labels from activity.

    **Attributes:**

    - `accuracy`: in trials that were not used for training, averaged over classes, so
      that chance is `1 / classes` also if classes have different numbers of trials:
      `(time,)`, or `(train time, test time)`.
    - `shuffled`: the same with trials paired at random with labels, `(shuffles, ...)`.
    - `levels`: the classes, ascending (static).
    """

    accuracy: Array
    shuffled: Array
    levels: tuple[Level, ...] = eqx.field(static=True)

    def table(self) -> Columns:
        """Return a table with a row for each step, or each pair of steps.

        - "step": the step of the test, and before it "train_step", if every classifier
          was tested at every step.
        - "accuracy", "p_value": at this step.
        """
        accuracy = np.asarray(self.accuracy)
        names = ("train_step", "step")[-accuracy.ndim :]
        steps = np.indices(accuracy.shape).reshape(accuracy.ndim, -1)
        return dict(zip(names, steps, strict=True)) | {
            "accuracy": accuracy.ravel(),
            "p_value": np.asarray(self.p_values).ravel(),
        }

    def _table(self) -> Table:
        about = f"{counted(len(self.levels), 'class', 'classes')}, "
        about += f"chance {number(self.chance)}"
        return quantities(self, about)

    @property
    def chance(self) -> float:
        """The expected accuracy without information."""
        return 1 / len(self.levels)

    @property
    def p_values(self) -> Array:
        """The fraction of shuffles at least as accurate, the data counted as one.

        `(1 + #{shuffled >= accuracy}) / (1 + shuffles)`: never below
        `1 / (1 + shuffles)`, and 1 without shuffles (Phipson & Smyth 2010).
        """
        # a mean of the same accuracies of classes in another order is rounded otherwise
        dtype = self.accuracy.dtype
        lowest = self.accuracy - 4 * jnp.finfo(dtype).eps
        above = jnp.sum(self.shuffled >= lowest[None], axis=0).astype(dtype)
        return (1 + above) / (1 + self.shuffled.shape[0])


@checks_arguments
def decode(
    activity: Numbers,
    labels: Labels,
    *,
    decoder: AbstractDecoder | None = None,
    cross_temporal: bool = False,
    folds: int = 5,
    shuffles: int = 0,
    key: KeyArray,
    progress: bool | None = None,
) -> Decoding:
    """Compute the cross-validated accuracy of a linear classifier for each step.

    **Arguments:**

    - `activity`: `(trials, time, units)`, rates or synaptic efficacies.
    - `labels`: one for each trial, `(trials,)`, concrete (not traced).
    - `decoder`: `RidgeDecoder()` if `None`, or `LDADecoder()`.
    - `cross_temporal`: test each classifier at every step, not only at the step that it
        was trained at: whether the code is stable or dynamic (Stokes et al. 2013).
    - `folds`: number of parts that trials are split into, each with all classes.
    - `shuffles`: number of repetitions with shuffled trials, for `p_values`.
    - `key`: for folds and shuffles.
    - `progress`: whether to report the progress; see `fit`.

    Raises `ValueError` for activity that is not finite, for one class only, and for
    fewer trials of some class than folds.
    """
    data = as_data("activity", activity, "trials time units")
    levels, codes = as_levels("labels", labels, data.shape[0], at_least=2)
    folds = check_count("folds", folds, at_least=2)
    shuffles = check_count("shuffles", shuffles, at_least=0)
    sizes = np.bincount(codes)
    rule = f"have at least {folds} trials of each value"
    got = f"{sizes.min()} of {describe(levels[sizes.argmin()])}"
    remedy = "Use fewer folds, or add trials."
    check(sizes.min() >= folds, "labels", rule, got, remedy)

    decoder = RidgeDecoder() if decoder is None else decoder
    codes, counts = jnp.asarray(codes), (len(levels), folds, shuffles)
    onehot, split, orders = _splits(codes, key, counts, data.dtype)

    def accuracy_of(order: Array | np.ndarray) -> Array:
        return _accuracy(decoder, data, onehot, split, order, cross_temporal)

    with reporting(
        progress, "decode", "orders", len(orders), arguments=(decoder, data, key)
    ) as display:
        if is_concrete((decoder, data, key)):
            by_order = []
            for order in np.asarray(orders):
                by_order.append(np.asarray(accuracy_of(order)))
                display.show(len(by_order), f"accuracy {by_order[0].mean():.3f}")
            accuracies = jnp.asarray(np.stack(by_order))
            found = f"accuracy {by_order[0].mean():.3f}, {shuffles} shuffles"
            display.close(f"{found} in {display.seconds}")
        else:
            accuracies = jax.lax.map(accuracy_of, orders)
    return Decoding(accuracies[0], accuracies[1:], tuple(levels.tolist()))


@functools.partial(jax.jit, static_argnames=("counts", "dtype"))
def _splits(
    codes: Array, key: KeyArray, counts: tuple[int, int, int], dtype: jnp.dtype
) -> tuple[Array, tuple[Array, Array, Array], Array]:
    """Return the classes of trials, the split into folds, and the orders of trials.

    `codes` is the class of each trial, `counts` the numbers of classes, folds and
    shuffles. The classes are `(trials, classes)`, the split is `(weights, test,
    is_valid)` of all folds; the first of the orders `(1 + shuffles, trials)` is that of
    the data.
    """
    # weights of the training trials of each fold, (folds, trials): 0 for test trials,
    # and the same sum for each class
    classes, folds, shuffles = counts
    fold_key, shuffle_key = jax.random.split(key)
    onehot = codes[:, None] == np.arange(classes)[None]
    onehot = onehot.astype(dtype)
    test, is_valid = _assign_folds(fold_key, codes, folds)
    is_test = jnp.zeros((folds, len(codes)), bool)
    is_test = is_test.at[np.arange(folds)[:, None], test].max(is_valid)
    train = (~is_test).astype(dtype)
    weights = train / ((train @ onehot) @ onehot.T) / classes

    def permutation(order_key: KeyArray) -> Array:
        return jax.random.permutation(order_key, len(codes))

    shuffled = jax.vmap(permutation)(jax.random.split(shuffle_key, shuffles))
    orders = jnp.concatenate([jnp.arange(len(codes))[None], shuffled])
    return onehot, (weights, test, is_valid), orders


def _assign_folds(key: KeyArray, codes: Array, folds: int) -> tuple[Array, Array]:
    """Return the test trials of each fold, and which are not padding.

    Both are `(folds, rows)`, rows being the trials of the largest fold. Trials in
    random order, sorted by class, go to the folds in turn: each fold has the same
    number of trials of each class, to one.
    """
    order = jax.random.permutation(key, len(codes))
    by_class = order[jnp.argsort(codes[order], stable=True)]
    rows = -(-len(codes) // folds)
    place = np.arange(rows * folds).reshape(rows, folds).T
    is_valid = jnp.asarray(place < len(codes))
    return by_class[np.minimum(place, len(codes) - 1)], is_valid


@eqx.filter_jit
def _accuracy(
    decoder: AbstractDecoder,
    data: Array,
    onehot: Array,
    split: tuple[Array, Array, Array],
    order: Array | np.ndarray,
    cross_temporal: bool,
) -> Array:
    """Return the accuracy of decoding from trials in this order.

    Labels keep their order. `onehot` and `split` as in `_splits`.
    """
    compiling("the decoder")
    data = data[order]
    counts = jnp.sum(onehot, axis=0)
    classes = jnp.arange(onehot.shape[1])

    def accuracy_at(step: Array) -> Array:
        """Return the accuracy of classifiers trained at a step, `(test times,)`."""
        at_step = data[:, step]

        def hits_in_fold(weights: Array, test: Array, is_valid: Array) -> Array:
            """Count the correct test trials of each class, `(test times, classes)`."""
            matrix, offset = decoder.fit(at_step, onehot, weights)
            tested = (data if cross_temporal else at_step[:, None])[test]
            predicted = jnp.argmax(tested @ matrix + offset[None, None], axis=-1)
            truth = onehot[test] * is_valid[:, None].astype(data.dtype)
            is_predicted = predicted[..., None] == classes[None, None]
            return jnp.einsum("mtk,mk->tk", is_predicted.astype(data.dtype), truth)

        hits = jnp.sum(jax.vmap(hits_in_fold)(*split), axis=0)
        return jnp.mean(hits / counts[None], axis=-1)

    # one step at a time: memory does not grow with the number of steps
    by_step = jax.lax.map(accuracy_at, jnp.arange(data.shape[1]))
    return by_step if cross_temporal else by_step[:, 0]
