"""Validation of the values of drawn trials, and of the scores of outputs."""

import jax
import numpy as np

from ..._checks import check
from ..._types import KeyArray, Numbers
from ._task import AbstractTask, Trial


_DIVISIONS = "Look for divisions by 0, and for logarithms and square roots of 0."


def check_values_of(task: AbstractTask, trials: Trial) -> None:
    """Validate the numbers of a batch of NumPy arrays: finite, and inside the trials.

    Raises `ValueError` that names `render`, and says what to change.
    """
    mask, steps = trials.mask, np.arange(task.n_steps)
    conditions = trials.conditions
    t_end, is_catch = conditions["t_end"], conditions["is_catch"]
    _check_all("inputs that are finite", np.isfinite(trials.inputs), _DIVISIONS)
    is_weight = np.isfinite(mask) & (mask >= 0)
    _check_all("a mask of at least 0", is_weight, "It has weights.")
    counts = np.isfinite(trials.targets) | (mask == 0)
    _check_all("targets that are finite where the mask is not 0", counts, _DIVISIONS)
    remedy = "It is the number of steps of the trial."
    is_inside = (t_end >= 1) & (t_end <= task.n_steps)
    _check_all(f"a t_end from 1 to n_steps, {task.n_steps}", is_inside, remedy)
    is_padding = (steps >= t_end[:, None])[..., None]
    remedy = "Set it to 0 where no output is due."
    _check_all("a mask of 0 from t_end on", ~is_padding | (mask == 0), remedy)
    is_trained = mask.any(axis=(1, 2)) | is_catch
    _check_all("a mask that is not 0 everywhere", is_trained, "Mark what is trained.")
    for name, epoch in trials.epochs.items():
        start, stop = epoch[:, 0], epoch[:, 1]
        is_inside = (start >= 0) & (start <= stop) & (stop <= task.n_steps)
        rule = f"an epoch {name!r} with 0 <= start <= stop <= {task.n_steps}"
        _check_all(rule, is_inside, "Its two entries are steps, not ms.")


def _check_all(what: str, holds: Numbers, remedy: str) -> None:
    """Validate that a condition holds in each entry of each trial."""

    def got() -> str:
        trial, *step = np.argwhere(~holds)[0][:2]
        where = f", step {step[0]}" if step else ""
        return f"others in trial {trial}{where}"

    check(holds.all(), "render", f"return {what}", got, remedy)


def check_repeatable(task: AbstractTask, key: KeyArray, trials: Trial) -> None:
    """Validate that trial 0 of a batch is the trial of its key, alone and under jit.

    `trials` is `task.batch(key, size)` as NumPy arrays.
    """
    keys = jax.random.split(key, len(trials))
    # a new function is traced anew, so that random numbers of Python differ
    alone = jax.jit(lambda key: task.render(None, key))(keys[0])
    rule = "return the same trial for the same key, alone and in a batch"
    remedy = "Draw with jax.random and the key, not with np.random or random."
    pairs = zip(
        jax.tree_util.tree_leaves_with_path(alone),
        jax.tree.leaves(trials[0]),
        strict=True,
    )
    for (path, one), other in pairs:
        name = jax.tree_util.keystr(path).lstrip(".")
        is_same = np.allclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True)
        check(is_same, "render", rule, f"other {name}", remedy)


def check_scores(name: str, scores: Numbers, is_catch: Numbers) -> None:
    """Validate that the scores of trials that are no catch trials lie in [0, 1]."""
    counted = scores[~is_catch]
    wrong = counted[~((counted >= 0) & (counted <= 1))]
    rule = f"return scores in [0, 1] for {name}"
    remedy = "1 is right, and 0 is wrong."
    check(not wrong.size, "score", rule, lambda: f"{wrong[0]:g}", remedy)


def check_loss(loss: Numbers, gradient: Numbers) -> None:
    """Validate that the loss of some outputs and its gradient are finite."""
    is_finite = np.isfinite(loss) and np.isfinite(gradient).all()
    got = f"loss {loss:g}, {np.count_nonzero(~np.isfinite(gradient))} entries of the"
    rule = "be finite, and its gradient too"
    check(is_finite, "output_loss", rule, f"{got} gradient not finite", _DIVISIONS)
