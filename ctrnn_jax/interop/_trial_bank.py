"""Banks of trials, drawn from a neurogym environment on the host."""

from collections.abc import Callable, Iterator, Sequence
import contextlib
import dataclasses
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, check_choice, check_count, check_not_negative
from ..tasks import Trial
from ._environment import (
    copy_of,
    innermost,
    padded,
    seed_trials,
    trial_method,
)
from ._outcomes import Outcomes, outcomes


@dataclasses.dataclass(frozen=True)
class Settings:
    """The options of a task, except for those of its environment."""

    bank: int
    held_out: int
    seed: int
    loss: str
    high: float
    low: float
    decision_weight: float
    fixation_weight: float

    def __post_init__(self) -> None:
        """Validate the numbers and the loss."""
        for name in ("bank", "held_out"):
            check_count(name, getattr(self, name), at_least=1)
        for name in ("decision_weight", "fixation_weight"):
            check_not_negative(name, getattr(self, name), "It is a weight.")
        check_choice("loss", self.loss, ("mse", "cross_entropy"))


@dataclasses.dataclass(frozen=True, eq=False)
class Source:
    """An environment from which nothing is drawn, and the options of the task.

    **Attributes:**

    - `env`: the environment; draw from copies of it.
    - `env_id`: its id if it was made from one.
    - `env_options`: the options with which it was made.
    - `n_actions`: number of its actions; `None` if ground truths are continuous.
    - `settings`: all other options.
    """

    env: object
    env_id: str | None
    env_options: dict[str, object]
    n_actions: int | None
    settings: Settings


Periods = dict[str, tuple[int, int]]
"""The first step of each period of a trial, and the step after its last."""


def draw_banks(
    source: Source,
    seed: int,
    n_steps: int | None,
    show: Callable[[int], None] = lambda _: None,
) -> tuple[Trial, Trial]:
    """Return the trials of a seed: those for training, and those held out.

    All are padded to `n_steps`, by default to the longest trial. `show` is called with
    the number of trials that are drawn. Raises `ValueError`
    for trials that are longer.
    """
    check_count("seed", seed, at_least=0)
    # Draw from a copy, so that the same seed always gives the same trials.
    settings, env = source.settings, copy_of(source.env)
    seed_trials(env, seed)
    total = settings.bank + settings.held_out
    drawn: list[Drawn] = []
    for trial in _draw(env, total, source.n_actions):
        drawn.append(trial)
        show(len(drawn))
    observations, truths, periods, infos, judged = zip(*drawn, strict=True)

    # Pad to (trials, length, ...).
    t_end = np.array([len(truth) for truth in truths])
    length = _longest(env, t_end) if n_steps is None else n_steps
    rule = f"hold the longest trial of seed {seed}, {t_end.max()} steps"
    remedy = "Trials are never cut: give a larger n_steps."
    check(t_end.max() <= length, "n_steps", rule, length, remedy)
    truth = padded(truths, length)
    is_valid = np.arange(length) < t_end[:, None]

    # Targets, weights and conditions. Past the end of a trial, targets and mask are 0.
    epochs = _epochs(periods, t_end)
    targets = _targets(source, truth)
    weight = _weights(source, truth, epochs)
    conditions = _numeric_fields(infos) | {
        "ground_truth": truth[np.arange(total), t_end - 1],
        "t_end": t_end,
        "is_catch": np.zeros(total, bool),
    }
    if source.n_actions is not None:
        conditions |= _tables(judged, length)

    def to_jax(x: np.ndarray) -> Array:
        return jnp.array(x, float if x.dtype.kind == "f" else None)

    # Convert to JAX arrays and split on the axis of trials.
    parts = {
        "inputs": padded(observations, length),
        "targets": targets * is_valid[..., None],
        "mask": np.broadcast_to((is_valid * weight)[..., None], targets.shape),
        "conditions": conditions,
        "epochs": epochs,
    }
    trials = Trial(**jax.tree.map(to_jax, parts))
    bank = jax.tree.map(lambda x: x[: settings.bank], trials)
    held_out = jax.tree.map(lambda x: x[settings.bank :], trials)
    return bank, held_out


Drawn = tuple[np.ndarray, np.ndarray, Periods, dict[str, object], Outcomes | None]
"""Observations `(time, n_in)`, the ground truth `(time, ...)`, the periods, the
environment's description of the trial, and the outcomes of discrete actions."""


def _draw(env: Any, size: int, n_actions: int | None) -> Iterator[Drawn]:
    """Yield trials, as copies of the arrays of the environment."""
    new_trial, bases = trial_method(env), innermost(env)
    for _ in range(size):
        # A trial without some period would keep the steps of that period of an earlier
        # trial.
        for base in bases:
            base.start_ind.clear()
            base.end_ind.clear()
            # neurogym sets it to 0 only where a step ends the trial before
            base.performance = 0
        info, base = new_trial(), env.unwrapped
        # neurogym clears `_gt_built` at each new trial. If the trial sets no ground
        # truth, `gt` is missing or that of an earlier trial.
        is_built = getattr(base, "_gt_built", True)
        truth = np.array(getattr(base, "gt", None) if is_built else None)
        # an environment without ground truth may have no observations of a trial either
        shape = np.shape(getattr(base, "ob", ()))
        is_trial = len(shape) == 2 and shape[0] > 0 and truth.shape[:1] == shape[:1]
        rule = "observe a vector and have a ground truth (gt) at each step of a trial"
        check(is_trial, "env", rule, type(base).__name__, "Use cj.interop.play.")
        stops = base.end_ind
        periods = {name: (start, stops[name]) for name, start in base.start_ind.items()}
        judged = None
        if n_actions is not None:
            _check_labels(truth, n_actions)
            judged = outcomes(base, truth, n_actions)
        yield np.array(base.ob), truth, periods, dict(info or {}), judged


def _check_labels(truth: np.ndarray, n_actions: int) -> None:
    """Validate that the ground truth is an action at each step."""
    is_label = truth.dtype.kind in "iu" and 0 <= truth.min() <= truth.max() < n_actions
    rule = f"have ground truths that are labels below its {n_actions} actions"
    check(is_label, "env", rule, truth.max(), "Use cj.interop.play.")


def _tables(judged: Sequence[Outcomes], length: int) -> dict[str, np.ndarray]:
    """Return the outcomes of all trials, `(trials, length, states, actions)`."""
    most = max(table.outcome.shape[1] for table in judged)

    def stacked(tables: Sequence[np.ndarray]) -> np.ndarray:
        # states that a trial does not have are never reached
        spare = ([(0, 0), (0, most - table.shape[1]), (0, 0)] for table in tables)
        return padded([*map(np.pad, tables, spare)], length)

    after, outcome = zip(*judged, strict=True)
    return {"state_after": stacked(after), "outcome": stacked(outcome)}


def _longest(env: object, t_end: np.ndarray) -> int:
    """Return the steps of the longest trial that the timing allows or that was drawn.

    If all drawn trials have the same length, that is the result.
    """
    if t_end.min() == t_end.max():
        return int(t_end.max())
    steps = [
        sum(_longest_time(timing) // base.dt for timing in base.timing.values())
        for base in innermost(env)
    ]
    return int(np.nanmax([t_end.max(), *steps]))


def _longest_time(timing: object) -> float:
    """Return the longest duration of a period, in the units of the environment.

    A timing is a number, a list to choose from, a distribution such as ("uniform",
    (low, high)), or a function that draws a duration.
    """
    if callable(timing):
        drawn = np.array([timing() for _ in range(1000)])
        return float(getattr(timing, "vmax", np.max(drawn)))
    if isinstance(timing, (tuple, list)) and isinstance(timing[0], str):
        return float(np.max(timing[1]))
    return float(np.max(np.asarray(timing)))


def _epochs(periods: Sequence[Periods], t_end: np.ndarray) -> dict[str, np.ndarray]:
    """Return the steps of each period, `(trials, 2)`; 0, 0 in trials without it.

    A period may be longer than its trial, so steps are clipped to the trial.
    """
    names = dict.fromkeys(name for trial in periods for name in trial)
    return {
        name: np.clip([p.get(name, (0, 0)) for p in periods], 0, t_end[:, None])
        for name in names
    }


def _targets(source: Source, truth: np.ndarray) -> np.ndarray:
    """Return the targets for the ground truth of padded trials, `(trials, time, n)`."""
    n_actions = source.n_actions
    if n_actions is None:
        return truth
    is_correct = truth[..., None] == np.arange(n_actions)
    return np.where(is_correct, source.settings.high, source.settings.low)


def _weights(
    source: Source, truth: np.ndarray, epochs: dict[str, np.ndarray]
) -> np.ndarray:
    """Return the weight of each step, `(trials, time)`.

    Steps that require an action have the decision weight: those of the period
    "decision" and, for labels, those with a ground truth other than 0. If ground truths
    are continuous and there is no such period, all steps require an action.
    """
    is_continuous = source.n_actions is None
    step = np.arange(truth.shape[1])
    requires_action = np.full(truth.shape[:2], is_continuous)
    if "decision" in epochs:
        start, stop = np.split(epochs["decision"], 2, axis=1)
        requires_action = (step >= start) & (step < stop)
    if not is_continuous:
        # Label 0 is fixation; any other label is an action, in every period.
        requires_action |= truth != 0
    weights = source.settings.decision_weight, source.settings.fixation_weight
    return np.where(requires_action, *weights)


def _numeric_fields(infos: Sequence[dict[str, object]]) -> dict[str, np.ndarray]:
    """Return the fields that are numbers of the same shape in all trials, stacked.

    The environment's `ground_truth` becomes `trial_ground_truth`.
    """
    fields = {}
    for name in infos[0]:
        # KeyError: in some trials only. ValueError: of different shapes.
        with contextlib.suppress(KeyError, ValueError):
            values = np.stack([np.asarray(info[name]) for info in infos])
            if values.dtype.kind in "biuf":
                fields[f"trial_{name}" if name == "ground_truth" else name] = values
    return fields
