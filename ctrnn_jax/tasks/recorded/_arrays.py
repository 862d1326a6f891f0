"""Arrays of trials as a task: `from_arrays`."""

from collections.abc import Callable, Mapping, Sequence
from typing import final, Literal, TypeGuard

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments, is_function
from ..._checks import (
    check,
    check_choice,
    check_finite,
    describe,
    is_concrete,
    numeric_array,
)
from ..._types import ArrayLike, Numbers
from ..contract import check_dt, judges_outputs, largest, make_trial, Trial
from ._base import AbstractRecorded, Order, split_trials
from ._recording import (
    check_counted,
    check_finite_where,
    check_recording,
    end_of,
    squares,
    weights_like,
)


Score = Literal["r2", "choice"] | Callable[[Array, Array, Array], Array]
"""How trials of arrays are scored; see `from_arrays`."""

Arrays = tuple[Array, Array, Array]
"""Inputs, targets and mask."""

_SCORES = {"r2": "R^2", "choice": "fraction correct"}
_RESERVED = ("inputs", "targets", "mask", "epochs", "trial")
"""Names that a trial uses otherwise."""


@final
class ArrayTask(AbstractRecorded):
    """A task whose trials are in arrays, made by `from_arrays`."""

    inputs: Array
    targets: Array
    mask: Array
    conditions: dict[str, Array]
    training_trials: Array
    validation_trials: Array
    dt: float = eqx.field(static=True)
    scored_by: Score = eqx.field(static=True)
    order: Order | None = None

    @checks_arguments
    def __init__(
        self,
        arrays: Arrays,
        conditions: dict[str, Array],
        split: tuple[Array, Array],
        dt: float,
        scored_by: Score,
    ) -> None:
        """Store what `from_arrays` validated; `split` are the indices of trials."""
        self.inputs, self.targets, self.mask = arrays
        self.conditions = conditions
        self.training_trials, self.validation_trials = split
        self.dt = dt
        self.scored_by = scored_by

    @property
    def output_names(self) -> tuple[str, ...]:
        """Number of each channel."""
        return tuple(f"output {i + 1}" for i in range(self.targets.shape[-1]))

    @property
    def performance_name(self) -> str:
        """R^2, the fraction of correct choices, or "score" for a function."""
        return _SCORES[self.scored_by] if isinstance(self.scored_by, str) else "score"

    def recorded(self, trial: Array) -> Trial:
        """Return the trial with this index in the arrays."""
        mask = self.mask[trial]
        t_end = end_of(mask)
        return make_trial(
            inputs=self.inputs[trial],
            targets=self.targets[trial],
            mask=mask,
            epochs={"trial": jnp.stack([jnp.zeros_like(t_end), t_end])},
            trial=trial,
            **{name: values[trial] for name, values in self.conditions.items()},
        )

    def _squares(self, outputs: Array, trials: Trial) -> tuple[Array, Array]:
        """Return the sums of squared errors and deviations of each trial."""
        is_catch = trials.conditions["is_catch"][..., None, None]
        weight = jnp.where(is_catch, 0, trials.mask.astype(outputs.dtype))
        error, spread = squares(outputs, trials.targets, weight)
        return jnp.sum(error, axis=-1), jnp.sum(spread, axis=-1)

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return how correct each trial is, `(*batch,)`; see `from_arrays`."""
        if self.scored_by == "choice":
            answer, choice = (
                largest(jnp.sum(trials.mask.astype(x.dtype) * x, axis=-2))
                for x in (outputs, trials.targets)
            )
            return (answer == choice).astype(outputs.dtype)
        if self.scored_by == "r2":
            error, spread = self._squares(outputs, trials)
            return jnp.clip(1.0 - error / spread, 0.0, 1.0)
        return self.scored_by(outputs, trials.targets, trials.mask)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return R^2 of all trials together, or the mean score."""
        if self.scored_by == "r2":
            error, spread = self._squares(outputs, trials)
            return 1.0 - jnp.sum(error) / jnp.sum(spread)
        return super().performance(outputs, trials)


@checks_arguments
def from_arrays(
    inputs: ArrayLike,
    targets: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    dt: float,
    conditions: Mapping[str, ArrayLike] | None = None,
    score: Score = "r2",
    validation: float | Sequence[int] | Sequence[ArrayLike] | Numbers = 0.2,
) -> ArrayTask:
    """Return a task whose trials are in arrays, for `fit` and everything else.

    In `fit`, updates take the training trials in a random order, as a data loader with
    `shuffle=True`: each trial occurs once in an epoch, and each epoch has another
    order. `num_updates = epochs * num_trials / batch_size`. The order of a key is
    always the same, also in a run that is resumed or continued. `batch` by itself draws
    with replacement. Validations take each held-back trial once.

    **Arguments:**

    - `inputs`: u of each trial, `(trials, time, n_in)`: of NumPy, of JAX, or a tensor
      of PyTorch without gradient, in the memory of the CPU. They are copied to the
      device once. If time is the first axis, as by default in PyTorch, give
      `inputs.swapaxes(0, 1)`.
    - `targets`: of the outputs, `(trials, time, n_out)`. For classes: one output for
      each class, 1 for the class of the trial and 0 for the others. From whole numbers
      `(trials,)`: `np.repeat(np.eye(classes)[labels][:, None], steps, axis=1)`.
    - `mask`: the weight of each target in the loss, of the shape of `targets`, or
      `(trials, time)`; by default 1. It is 0 where the output is free, such as after
      the end of a trial that is shorter than the others. Targets may be NaN there.
    - `dt`: step in ms.
    - `conditions`: values of each trial by name, `(trials, ...)` numbers, for analyses.
      `is_catch` marks trials that do not count in scores.
    - `score`: how trials are judged. "r2": the fraction of the targets' variance that
      the outputs explain, clipped to [0, 1]; `performance` is that of all trials
      together. "choice": whether the output with the largest sum (weighted by the mask)
      is that with the largest target; `performance` is the fraction correct. Or a
      function of (outputs, targets, mask) that returns a number for each trial,
      `(trials,)`; `performance` is its mean.
    - `validation`: which trials validate. A fraction of the trials, chosen at random,
      always the same ones; indices of trials; or other arrays: (inputs, targets) or
      (inputs, targets, mask).

    **Returns:** an `ArrayTask`. Its loss is the masked mean squared error; for classes
    pass `loss=cj.losses.cross_entropy` to `fit`.

    **Raises:** `ValueError` for arrays of other shapes, numbers that are not finite,
    trials whose mask is 0 everywhere, targets of the validation that are constant (for
    "r2"), and no trial to train or to validate on.

    **Example:** the running mean of the input

    >>> u = np.random.default_rng(0).normal(size=(50, 10, 1))
    >>> mean = np.cumsum(u, axis=1) / np.arange(1, 11)[:, None]
    >>> task = cj.tasks.from_arrays(u, mean, dt=20.0)
    >>> adam, key = optax.adam(1e-2), jax.random.key(1)
    >>> net = cj.CTRNN(task.n_in, 8, task.n_out, dt=20.0, tau=50.0, key=key)
    >>> result = cj.fit(net, task, adam, num_updates=10, batch_size=8, key=key)
    >>> len(task.validation(key))
    10
    """
    step = check_dt(dt)
    _check_kind_of_score(score)
    arrays = checked_arrays("", inputs, targets, mask)
    num_trials = len(arrays[0])
    if _are_arrays(validation):
        others = validation_arrays(validation)
        _check_same_sizes(arrays, others)
        rule = "be left out if `validation` has other trials"
        remedy = "Join the arrays, and give the indices of those that validate."
        got = "a dictionary"
        check(conditions is None, "conditions", rule, got, remedy)
        trials = jnp.arange(num_trials + len(others[0]))
        split = trials[:num_trials], trials[num_trials:]
        u, y, weight = (
            jnp.concatenate([one, other.astype(one.dtype)])
            for one, other in zip(arrays, others, strict=True)
        )
        arrays = u, y, weight
    else:
        split = split_trials(validation, num_trials)  # pyright: ignore[reportArgumentType]
    _check_has_choices(score, arrays[1].shape[-1])
    by_name = _checked_conditions(conditions or {}, num_trials)
    task = ArrayTask(arrays, by_name, split, step, score)
    _check_score(task)
    return task


def _check_kind_of_score(score: object) -> None:
    """Validate that a score is a known word or a function."""
    if isinstance(score, str):
        check_choice("score", score, _SCORES)
        return
    rule, remedy = "be a word or a function", "It gets outputs, targets and mask."
    check(is_function(score), "score", rule, describe(score), remedy)


def _check_has_choices(score: object, n_out: int) -> None:
    """Validate that a choice is one of two outputs or more."""
    rule = 'have two outputs or more for score="choice"'
    remedy = "Use one-hot targets, such as np.eye(classes)[labels]."
    check(score != "choice" or n_out > 1, "targets", rule, n_out, remedy)


def checked_arrays(
    of: str, inputs: ArrayLike, targets: ArrayLike, mask: ArrayLike | None
) -> Arrays:
    """Return validated inputs, targets and mask; `of` comes before their names."""
    u = check_recording(f"{of}inputs", inputs, "n_in")
    y = check_recording(f"{of}targets", targets, "n_out", u, of=f"`{of}inputs`")
    check_finite_where(f"{of}inputs", u, jnp.ones_like(u, bool), "Replace it.")
    weight = weights_like(mask, y)
    counts = jnp.broadcast_to(weight, y.shape) > 0
    check_counted("mask", counts)
    remedy = "Give it a mask of 0 if it is missing."
    check_finite_where(f"{of}targets", y, counts, remedy)
    # NaN would pass through a product with 0
    y = jnp.where(counts, y, jnp.zeros_like(y))
    return u, y, jnp.broadcast_to(weight, y.shape)


def _are_arrays(validation: object) -> TypeGuard[Sequence[ArrayLike]]:
    """Return whether `validation` has arrays of trials: no fraction, no indices."""
    is_list = isinstance(validation, (tuple, list))
    return is_list and any(hasattr(part, "shape") and part.shape for part in validation)


def validation_arrays(parts: Sequence[ArrayLike]) -> Arrays:
    """Return the validated arrays of separate trials."""
    rule = "be (inputs, targets) or (inputs, targets, mask)"
    got = f"{len(parts)} arrays"
    check(len(parts) in (2, 3), "validation", rule, got, "Give two or three arrays.")
    return checked_arrays("validation ", *parts, *(None,) * (3 - len(parts)))


def _check_same_sizes(arrays: Arrays, others: Arrays) -> None:
    """Validate that the trials that validate have the time and channels of others."""
    for name, one, other in zip(("inputs", "targets"), arrays, others, strict=False):
        rule = f"have {name} of shape (trials, {one.shape[1]}, {one.shape[2]})"
        remedy = "They have the time and the channels of the others."
        fits = one.shape[1:] == other.shape[1:]
        check(fits, "validation", rule, f"shape {other.shape}", remedy)


def _checked_conditions(
    conditions: Mapping[str, ArrayLike], num_trials: int
) -> dict[str, Array]:
    """Return the conditions as arrays, with one entry for each trial."""
    checked = {}
    for name, values in conditions.items():
        rule = f"have names, other than {', '.join(_RESERVED)}"
        is_name = isinstance(name, str) and name not in _RESERVED
        check(is_name, "conditions", rule, repr(name), "Rename it.")
        argument = f"conditions[{name!r}]"
        array = numeric_array(argument, values)
        check_finite(argument, array)
        rule = f"have an entry for each of {num_trials} trials"
        has_entries = array.shape[:1] == (num_trials,)
        check(has_entries, argument, rule, describe(array), "The first axis is trials.")
        kind = {"is_catch": bool, "t_end": int}.get(name)
        checked[name] = jnp.asarray(array, kind)
    return checked


def _check_score(task: ArrayTask) -> None:
    """Validate that the score of the validation is defined."""
    targets, mask = task.targets[:2], task.mask[:2]
    if not isinstance(task.scored_by, str):
        score = jax.eval_shape(task.scored_by, targets, targets, mask)
        rule = f"return a number for each trial, shape {targets.shape[:1]}"
        got = describe(score)
        is_score = getattr(score, "shape", None) == targets.shape[:1]
        check(is_score, "score", rule, got, "Take the mean over time and channels.")
    elif task.scored_by == "r2" and is_concrete((task.targets, task.mask)):
        _check_varies(task)


def _check_varies(task: ArrayTask) -> None:
    """Validate that some target varies in the validation, so that R^2 exists."""
    rows = task.validation_trials
    targets, counts = np.asarray(task.targets[rows]), np.asarray(task.mask[rows]) > 0
    varies = any(
        np.ptp(targets[..., i][counts[..., i]]) > 0
        for i in range(targets.shape[-1])
        if counts[..., i].any()
    )
    rule, got = "vary in the validation trials", "a constant"
    check(varies, "targets", rule, got, 'Pass score="choice" or a function.')
