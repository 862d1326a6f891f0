"""Tasks from environments of neurogym, with trials from a bank."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
import dataclasses
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._arguments import checks_arguments
from .._checks import check
from .._progress import reporting
from .._tree import same_structure
from .._types import KeyArray
from ..losses import cross_entropy
from ..tasks import AbstractTask, judges_outputs, largest, Trial
from ._environment import (
    channel_names,
    copy_of,
    discrete_size,
    make_environment,
    trial_method,
)
from ._trial_bank import draw_banks, Settings, Source


@final
class NeurogymTask(AbstractTask):
    """Trials of a neurogym environment; see `from_neurogym`.

    Training draws from `bank` with replacement. Condition i of `validation` is trial i
    of `held_out`; these trials are not used in training. Conditions are `ground_truth`
    (at the last step), `t_end`, `is_catch` (always false) and all numbers in the
    environment's description of a trial, such as `coh`. The `ground_truth` of that
    description is called `trial_ground_truth`.

    If actions are discrete, the action at each step is the largest output, as in
    `cj.interop.play`, and the score of a trial is the performance that the environment
    itself gives these actions (its `info["performance"]`), which is 1 or 0 in most
    environments. So the first action decides where it ends the trial, at the time that
    the environment allows. A broken fixation (an action with a negative reward, below
    that of fixation) ends the trial with 0, also where the environment continues.
    Where an environment gives its own ground truth a performance of 0, the action at
    the last step must be that of the ground truth, and no earlier one may have ended
    the trial. That is so in ToneDetection and PostDecisionWager, and in trials of
    yang19's matching tasks that require no action. A trial of continuous ground truth
    scores 1 - RMSE.

    The environment is asked when trials are drawn. Its answers are the conditions
    `state_after` and `outcome`, `(time, states, actions)`: the state of the trial after
    an action, -1 if it has ended, and its performance if the action ends it.

    **Attributes:** `bank` and `held_out`, both a batch of trials.
    """

    bank: Trial
    held_out: Trial
    dt: float = eqx.field(static=True)
    input_names: tuple[str, ...] = eqx.field(static=True)
    output_names: tuple[str, ...] = eqx.field(static=True)
    is_discrete: bool = eqx.field(static=True)
    source: Source = eqx.field(static=True)

    @property
    def performance_name(self) -> str:
        """What `performance` measures."""
        return "fraction correct" if self.is_discrete else "1 - RMSE"

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial, padding included."""
        return self.bank.inputs.shape[1]

    @property
    def n_conditions(self) -> int:
        """Number of held-out trials."""
        return self.held_out.inputs.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return held-out trial `condition`, or a random bank trial if `None`."""
        if condition is not None:
            return jax.tree.map(lambda leaf: leaf[condition], self.held_out)
        drawn = jr.randint(key, (), 0, self.bank.inputs.shape[0])
        return jax.tree.map(lambda leaf: leaf[drawn], self.bank)

    def link(self, outputs: Array) -> Array:
        """Return the softmax of the outputs for the cross-entropy, else the outputs."""
        is_entropy = self.source.settings.loss == "cross_entropy"
        return jax.nn.softmax(outputs) if is_entropy else outputs

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return `sum(mask * error) / sum(mask)`, a scalar.

        The error of an entry is its squared error, or its cross-entropy.
        """
        if self.source.settings.loss == "mse":
            return super().output_loss(outputs, trials)
        return cross_entropy(outputs, trials.targets, trials.mask)

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the environment's performance, or 1 - RMSE of at least 0."""
        if self.is_discrete:
            return _performance_of(largest(outputs), trials, outputs.dtype)
        error = jnp.sum(trials.mask * (outputs - trials.targets) ** 2, axis=(-2, -1))
        mean = error / jnp.sum(trials.mask, axis=(-2, -1))
        return jnp.maximum(1.0 - jnp.sqrt(mean), 0.0)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the mean score, or 1 - RMSE over all trials."""
        if self.is_discrete:
            return super().performance(outputs, trials)
        return 1.0 - jnp.sqrt(self.output_loss(outputs, trials))

    def redraw(self, seed: int) -> "NeurogymTask":
        """Return this task with the trials of another seed, held-out trials too.

        Compiled functions of the task are not compiled again. Raises `ValueError` for a
        trial longer than `n_steps`, or if the trials have other periods or states.
        """
        bank, held_out = draw_banks(self.source, seed, self.n_steps)
        is_same = same_structure((bank, held_out), (self.bank, self.held_out))
        rule = "draw the same periods and states"
        check(is_same, "seed", rule, seed, "Use a larger bank.")
        return dataclasses.replace(self, bank=bank, held_out=held_out)

    def at(self, dt: float) -> "NeurogymTask":
        """Return this task with another step, in ms, drawn with its first seed.

        Raises `ValueError` if the environment was not made from an id.
        """
        source, rule = self.source, "be that of the environment"
        check(source.env_id is not None, "dt", rule, dt, "Make the task from an id.")
        options: dict[str, Any] = dataclasses.asdict(source.settings)
        options |= source.env_options | {"dt": dt}
        return from_neurogym(source.env_id, **options)


def _performance_of(actions: Array, trials: Trial, dtype: jnp.dtype) -> Array:
    """Return the performance that the environment gives actions, `(*batch,)`.

    Actions are `(*batch, time)`; -1 (of NaN outputs) ends the trial with 0.
    """
    index = jnp.maximum(actions, 0)[..., None, None]
    is_action = (actions >= 0)[..., None]

    def at_action(name: str, otherwise: int) -> Array:
        """Return the entries of a table for each state, with time first."""
        table = trials.conditions[name]
        chosen = jnp.take_along_axis(table, index, axis=-1)[..., 0]
        return jnp.moveaxis(jnp.where(is_action, chosen, otherwise), -2, 0)

    def follow(
        carry: tuple[Array, Array], row: tuple[Array, Array]
    ) -> tuple[tuple[Array, Array], None]:
        state, score = carry
        at_state = jnp.maximum(state, 0)[..., None]
        after, outcome = (
            jnp.take_along_axis(column, at_state, axis=-1)[..., 0] for column in row
        )
        is_running = state >= 0
        score = jnp.where(is_running & (after < 0), outcome, score)
        return (jnp.where(is_running, after, state), score), None

    rows = at_action("state_after", -1).astype(int), at_action("outcome", 0)
    shape = actions.shape[:-1]
    start = jnp.zeros(shape, int), jnp.zeros(shape, rows[1].dtype)
    (_, score), _ = jax.lax.scan(follow, start, rows)
    return score.astype(dtype)


@checks_arguments
def from_neurogym(
    env: Any,
    *,
    n_steps: int | None = None,
    bank: int = 1000,
    held_out: int = 500,
    seed: int = 0,
    loss: str | None = None,
    high: float = 1.0,
    low: float = 0.0,
    decision_weight: float = 1.0,
    fixation_weight: float = 0.05,
    progress: bool | None = None,
    **options: Any,
) -> NeurogymTask:
    """Return a task from a neurogym environment that has a ground truth at each step.

    neurogym draws with NumPy, which a compiled step cannot do, so trials come from a
    bank that this function draws. A network may overfit to a small bank, which
    validation shows. Then use a larger bank, or continue with new banks from
    `task.redraw(seed)` or `prefetched`.

    **Main arguments:**

    - `env`: an id such as "PerceptualDecisionMaking-v0", or an environment. It is
      copied. The effects of wrappers in `new_trial` are included, those in `step` are
      not.
    - `options`: options of the environment of an id: `dt` (ms; build the network with
      the same dt), `timing`, ... "DelayMatchCategory-v0" needs `dim_ring` of at least
      3: with its default of 2, the inputs are the same for both categories.

    **Other arguments:**

    - `n_steps`: length to which all trials are padded, with mask 0. By default the
      longest trial that was drawn, or the sum of the longest durations in `timing`.
    - `bank`, `held_out`: numbers of trials to draw for training and for validation.
    - `seed`: seed of the environment; the same seed gives the same trials.
    - `loss`: "cross_entropy" of a softmax, the default for discrete ground truth, or
      "mse", the default if ground truth is continuous or targets are given.
    - `high`, `low`: targets of the correct output and of the others, for "mse".
    - `decision_weight`, `fixation_weight`: mask in the few steps that require an action
      (ground truth not 0, or the period "decision"), and in all other steps.
    - `progress`: whether to report how many trials are drawn; see `cj.fit`.

    **Raises:** `ValueError` for an unknown id, ground truths that are missing or not
    actions, trials longer than `n_steps`; `ModuleNotFoundError` without neurogym.
    """
    is_id = isinstance(env, str)
    remedy = "They are options of the environment."
    rule = "be left out without an id"
    check(is_id or not options, "options", rule, [*options], remedy)
    world = make_environment(env, options, "neurogym") if is_id else env
    trial_method(world)
    n_actions = discrete_size(world.action_space)
    is_one_hot = n_actions is not None and (high, low) == (1, 0)
    if loss is None:
        loss = "cross_entropy" if is_one_hot else "mse"
    settings = Settings(
        bank, held_out, seed, loss, high, low, decision_weight, fixation_weight
    )
    rule = "be mse for targets other than 1 for one output and 0 for the others"
    check(
        loss == "mse" or is_one_hot,
        "loss",
        rule,
        repr(loss),
        "Leave `high` and `low` out.",
    )
    # Everything that `redraw` and `at` need to draw trials again.
    env_id = env if is_id else None
    source = Source(copy_of(world), env_id, options, n_actions, settings)
    total = settings.bank + settings.held_out
    with reporting(progress, "from_neurogym", "trials", total) as display:
        trials, held_out_trials = draw_banks(source, seed, n_steps, display.show)
        made = f"{total} trials of {trials.inputs.shape[1]} steps"
        display.close(f"{made} in {display.seconds}")
    return NeurogymTask(
        bank=trials,
        held_out=held_out_trials,
        dt=float(world.unwrapped.dt),
        input_names=channel_names("input", world.observation_space, trials.inputs),
        output_names=channel_names("output", world.action_space, trials.targets),
        is_discrete=n_actions is not None,
        source=source,
    )


@checks_arguments
def prefetched(task: NeurogymTask, *, seed: int = 1) -> Iterator[NeurogymTask]:
    """Yield the task with the banks of `seed`, `seed + 1` and so on, each drawn ahead.

    A thread draws the next bank while the caller trains on the current one: `for task
    in cj.interop.prefetched(task): result = cj.fit(..., task, ...,
    state=result.state)`.
    """
    # The next bank is submitted before the current one is yielded.
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(task.redraw, seed)
        while True:
            seed += 1
            ready, ahead = ahead, pool.submit(task.redraw, seed)
            yield ready.result()
