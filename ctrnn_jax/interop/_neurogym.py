"""Tasks of neurogym: trials that are drawn on the host, held as arrays."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
import contextlib
import dataclasses
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from .._checks import check_choice, check_count, check_not_negative, invalid
from .._tree import same_structure
from .._types import KeyArray
from ..tasks import AbstractTask, Trial
from . import _gymnasium as host


@dataclasses.dataclass(frozen=True, eq=False)
class _Source:
    """A pristine environment, its id if it was made here, and the task's options."""

    env: Any
    env_id: str | None
    options: dict[str, Any]


@final
class NeurogymTask(AbstractTask):
    """Trials of a neurogym environment; see `from_neurogym`.

    Training draws from `bank` with replacement; condition i of `validation` is trial i
    of `held_out`, which training never sees. Conditions are `ground_truth` (at the
    last step), `t_end`, `is_catch` (never) and what the environment says of a trial in
    numbers, `coh` for instance (its own `ground_truth` is `trial_ground_truth`).

    A discrete answer is right if at the last step of the trial the largest output is
    the ground truth: a mean over steps would be .95 for fixating only. A trial of
    continuous ground truth scores 1 - RMSE.

    **Attributes:** `bank` and `held_out`, both a batch of trials.
    """

    bank: Trial
    held_out: Trial
    dt: float = eqx.field(static=True)
    input_names: tuple[str, ...] = eqx.field(static=True)
    output_names: tuple[str, ...] = eqx.field(static=True)
    is_discrete: bool = eqx.field(static=True)
    source: _Source = eqx.field(static=True)

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
        """Number of trials that are held out for validation."""
        return self.held_out.inputs.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Trial `condition` of those held out, or any trial of the bank."""
        if condition is not None:
            return jax.tree.map(lambda leaf: leaf[condition], self.held_out)
        drawn = jr.randint(key, (), 0, self.bank.inputs.shape[0])
        return jax.tree.map(lambda leaf: leaf[drawn], self.bank)

    def link(self, outputs: Array) -> Array:
        """Softmax for the cross-entropy, else nothing."""
        entropy = self.source.options["cost"] == "cross_entropy"
        return jax.nn.softmax(outputs) if entropy else outputs

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """`sum(mask * error) / sum(mask)`: squared errors or cross-entropies."""
        if self.source.options["cost"] == "mse":
            return super().output_loss(outputs, trials)
        surprise = -jnp.sum(trials.targets * jax.nn.log_softmax(outputs), axis=-1)
        return jnp.sum(trials.mask[..., 0] * surprise) / jnp.sum(trials.mask[..., 0])

    def score(self, outputs: Array, trials: Trial) -> Array:
        """Whether the answer at the last step is right, or 1 - RMSE, not below 0."""
        if self.is_discrete:
            last = (trials.conditions["t_end"] - 1)[..., None, None]
            answer = jnp.argmax(jnp.take_along_axis(outputs, last, -2)[..., 0, :], -1)
            return (answer == trials.conditions["ground_truth"]).astype(outputs.dtype)
        error = jnp.sum(trials.mask * (outputs - trials.targets) ** 2, axis=(-2, -1))
        mean = error / jnp.sum(trials.mask, axis=(-2, -1))
        return jnp.maximum(1.0 - jnp.sqrt(mean), 0.0)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The fraction correct, or 1 - RMSE over all trials."""
        if self.is_discrete:
            return super().performance(outputs, trials)
        return 1.0 - jnp.sqrt(self.output_loss(outputs, trials))

    def redraw(self, seed: int) -> "NeurogymTask":
        """The same task with other trials, held out ones too; nothing compiles again.

        Raises `ValueError` for a trial longer than `n_steps`, or of other periods.
        """
        bank, held_out = _banks(self.source, seed, self.n_steps)
        if not same_structure((bank, held_out), (self.bank, self.held_out)):
            raise invalid("seed", "draw the same periods", seed, "Use a larger bank.")
        return dataclasses.replace(self, bank=bank, held_out=held_out)

    def at(self, dt: float) -> "NeurogymTask":
        """The same environment at another step, in ms, drawn with its first seed.

        Raises `ValueError` if it was given as an object and not as an id.
        """
        if self.source.env_id is None:
            raise invalid("dt", "be that of the environment", dt, "Give another one.")
        given: Any = self.source.options | {"dt": dt}
        return from_neurogym(self.source.env_id, **given)


def from_neurogym(
    env: Any,
    *,
    n_steps: int | None = None,
    bank: int = 1000,
    held_out: int = 500,
    seed: int = 0,
    cost: str = "mse",
    high: float = 1.0,
    low: float = 0.0,
    decision_weight: float = 1.0,
    fixation_weight: float = 0.05,
    **options: Any,
) -> NeurogymTask:
    """A task of an environment of neurogym that knows what is right at each step.

    neurogym draws with NumPy, which a compiled step cannot: trials come from a bank
    that was drawn here. A network may learn a small one by heart (validation shows it):
    take a larger one, or go on with others, of `task.redraw(seed)` or `prefetched`.

    **Main arguments:**

    - `env`: an id such as "PerceptualDecisionMaking-v0", or an environment. It is
      copied; what wrappers do in `new_trial` is seen, what they do in `step` is not.
    - `options`: of the environment of an id: `dt` (ms; build the network with the same
      one), `timing`, ... "DelayMatchCategory-v0" needs dim_ring of at least 3: with its
      own 2, the inputs do not tell the categories apart.

    **Other arguments:**

    - `n_steps`: to which all trials are padded, with mask 0; by default the longest
      that was drawn or that the durations in `timing` add up to.
    - `bank`, `held_out`: how many trials to draw for training and for validation.
    - `seed`: of the environment; the same trials for the same seed.
    - `cost`: "mse", or "cross_entropy" of a softmax, for discrete ground truth.
    - `high`, `low`: targets of the right output and of the others, for "mse".
    - `decision_weight`, `fixation_weight`: mask in the few steps that ask for an action
      (ground truth not 0, or the period "decision") and in the many others.

    **Raises:** `ValueError` for an unknown id, ground truths that are missing or no
    actions, trials longer than `n_steps`; `ModuleNotFoundError` without neurogym.
    """
    check_count("bank", bank, at_least=1)
    check_count("held_out", held_out, at_least=1)
    check_not_negative("decision_weight", decision_weight, "It is a weight.")
    check_not_negative("fixation_weight", fixation_weight, "It is a weight.")
    given: dict[str, Any] = {"high": high, "low": low}
    given |= {"bank": bank, "held_out": held_out, "seed": seed, "cost": cost}
    given |= {"decision_weight": decision_weight, "fixation_weight": fixation_weight}
    env_id: Any = env if isinstance(env, str) else None
    if isinstance(env, str):
        env = host.make_environment(env_id, options, "neurogym")
    elif options:
        raise invalid("options", "be left out without an id", [*options], "Give one.")
    if host.layer_with(env, "new_trial") is None:
        raise invalid("env", "have new_trial", repr(env), "Use cj.interop.play.")
    check_choice("cost", cost, ("mse", "cross_entropy"))
    is_discrete = host.discrete_size(env.action_space) is not None
    if cost == "cross_entropy" and not (is_discrete and (high, low) == (1, 0)):
        rule = "be mse for targets other than 1 for one output and 0 for the others"
        raise invalid("cost", rule, repr(cost), "Leave `high` and `low` out.")
    source = _Source(host.copy_of(env), env_id, given | options)
    trials, rest = _banks(source, seed, n_steps)
    return NeurogymTask(
        bank=trials,
        held_out=rest,
        dt=float(env.unwrapped.dt),
        input_names=host.channel_names("input", env.observation_space, trials.inputs),
        output_names=host.channel_names("output", env.action_space, trials.targets),
        is_discrete=is_discrete,
        source=source,
    )


def prefetched(task: NeurogymTask, *, seed: int = 1) -> Iterator[NeurogymTask]:
    """The task with the banks of `seed`, `seed + 1` and so on, each drawn ahead.

    A thread draws the next one while the caller trains on what it got: `for task in
    cj.interop.prefetched(task): result = cj.fit(..., task, ..., state=result.state)`.
    """
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(task.redraw, seed)
        while True:
            seed += 1
            ready, ahead = ahead, pool.submit(task.redraw, seed)
            yield ready.result()


def _banks(source: _Source, seed: int, n_steps: int | None) -> tuple[Trial, Trial]:
    """The trials of a seed: for training, and those held out."""
    check_count("seed", seed, at_least=0)
    options, env = source.options, host.copy_of(source.env)
    host.seed_trials(env, seed)
    bank, total = options["bank"], options["bank"] + options["held_out"]
    observed, truth, spans, infos = zip(*_draw(env, total), strict=True)
    t_end = np.array([*map(len, truth)])
    length = _longest(env, t_end) if n_steps is None else n_steps
    if t_end.max() > length:
        rule = f"hold the longest trial of seed {seed}, {t_end.max()} steps"
        remedy = "Trials are never cut: give a larger n_steps."
        raise invalid("n_steps", rule, length, remedy)
    inputs, truth = host.padded(observed, length), host.padded(truth, length)
    valid = np.arange(length) < t_end[:, None]
    epochs = {}
    for name in dict.fromkeys(name for span in spans for name in span):
        of_trials = [span.get(name, (0, 0)) for span in spans]
        epochs[name] = np.clip(of_trials, 0, t_end[:, None])
    targets, count = truth, host.discrete_size(env.action_space)
    asked = np.full(valid.shape, count is None)  # unless told apart below
    if "decision" in epochs:
        start, stop = np.split(epochs["decision"], 2, axis=1)
        asked = (np.arange(length) >= start) & (np.arange(length) < stop)
    if count is not None:
        if truth.min() < 0 or truth.max() >= count or truth.dtype.kind not in "iu":
            rule = f"have ground truths that are labels below its {count} actions"
            raise invalid("env", rule, truth.max(), "Use cj.interop.play.")
        asked |= truth != 0
        right = truth[..., None] == np.arange(count)
        targets = np.where(right, options["high"], options["low"])
    weight = np.where(asked, options["decision_weight"], options["fixation_weight"])
    mask = np.broadcast_to((valid * weight)[..., None], targets.shape)
    conditions = _numbers(infos) | {
        "ground_truth": truth[np.arange(total), t_end - 1],
        "t_end": t_end,
        "is_catch": np.zeros(total, bool),
    }
    to_jax = lambda x: jnp.array(x, float if x.dtype.kind == "f" else None)
    parts = (inputs, targets * valid[..., None], mask, conditions, epochs)
    trials = Trial(*jax.tree.map(to_jax, parts))
    part = lambda where: jax.tree.map(lambda x: x[where], trials)
    return part(slice(bank)), part(slice(bank, None))


def _draw(env: Any, size: int) -> Iterator[tuple]:
    """Observations, ground truth, periods and information of each trial, as copies."""
    layer, bases = host.layer_with(env, "new_trial"), host.innermost(env)
    for _ in range(size):
        for periods in (p for base in bases for p in (base.start_ind, base.end_ind)):
            periods.clear()  # or those that a trial lacks would be of another
        info, base = layer.new_trial(), env.unwrapped
        truth = getattr(base, "gt", None) if getattr(base, "_gt_built", True) else None
        if truth is None or np.ndim(base.ob) != 2 or not 0 < len(truth) == len(base.ob):
            rule = "observe a vector and say what is right (gt) at each step of a trial"
            raise invalid("env", rule, type(base).__name__, "Use cj.interop.play.")
        spans = {n: (start, base.end_ind[n]) for n, start in base.start_ind.items()}
        yield np.array(base.ob), np.array(truth), spans, dict(info or {})


def _longest(env: Any, t_end: np.ndarray) -> int:
    """Steps of the longest trial that the timing allows, at least of those drawn."""
    if t_end.min() == t_end.max():
        return int(t_end.max())

    def longest(timing: Any) -> Any:
        if callable(timing):
            drawn: list[Any] = [timing() for _ in range(1000)]
            return getattr(timing, "vmax", np.max(drawn))
        law = isinstance(timing, (tuple, list)) and isinstance(timing[0], str)
        return np.max(timing[1] if law else timing)  # law: ("uniform", (low, high)), ..

    bases = host.innermost(env)
    steps = [sum(float(longest(t)) // b.dt for t in b.timing.values()) for b in bases]
    return int(np.nanmax([t_end.max(), *steps]))


def _numbers(infos: Sequence[dict[str, Any]]) -> dict[str, np.ndarray]:
    """The fields that are numbers of one shape in all trials."""
    fields = {}
    for name in infos[0]:
        with contextlib.suppress(KeyError, ValueError):  # in some trials only; ragged
            values = np.stack([np.asarray(info[name]) for info in infos])
            if values.dtype.kind in "biuf":
                fields[f"trial_{name}" if name == "ground_truth" else name] = values
    return fields
