"""Effects of perturbations on behaviour, in the same trials with the same noise."""

from collections.abc import Mapping, Sequence
import re
from typing import final, NamedTuple, TypeAlias

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Float
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_choice, check_count, check_fraction, describe
from ..._progress import compiling, reporting
from ..._show import AbstractShown, counted, grid, Table, text, titled
from ..._tables import AbstractTabular, Columns, columns_of
from ..._types import KeyArray
from ...network import AbstractNetwork, check_fits, check_network
from ...perturbations import AbstractPerturbation, check_window, perturb, Perturbed
from ...simulation import Record, rollout
from ...tasks import AbstractTask, AbstractTwoChoice, Trial
from ..population import binned
from ._psychometric_likelihood import fit_counts


_CLASSES = ("excitatory", "inhibitory")

OneOrSeveral: TypeAlias = AbstractPerturbation | Sequence[AbstractPerturbation]
"""A perturbation, or several that act together."""


@final
class PerturbationEffect(AbstractShown, AbstractTabular, eqx.Module):
    """The effect of each perturbation on one measure.

    **Attributes:**

    - `intact`: the measure of the intact network, a scalar.
    - `perturbed`: under each perturbation, `(perturbations,)`.
    - `change`: perturbed - intact, `(perturbations,)`.
    - `low`, `high`: the paired bootstrap interval of the change, `(perturbations,)`.
    - `standard_error`: of the change, `(perturbations,)`.
    - `names`: of the perturbations (static).
    """

    intact: Float[Array, ""]
    perturbed: Float[Array, " perturbations"]
    change: Float[Array, " perturbations"]
    low: Float[Array, " perturbations"]
    high: Float[Array, " perturbations"]
    standard_error: Float[Array, " perturbations"]
    names: tuple[str, ...] = eqx.field(static=True)

    def table(self) -> Columns:
        """Return a table with a row for each perturbation.

        "perturbation" is its name; the other columns are the attributes.
        """
        numbers = columns_of(
            self, "", "perturbed", "change", "low", "high", "standard_error"
        )
        intact = np.repeat(np.asarray(self.intact), len(numbers.pop("")))
        return {"perturbation": np.asarray(self.names), "intact": intact} | numbers

    def _table(self) -> Table:
        return Table(titled(self), columns=_grid(self.table()))


def _grid(table: Columns) -> dict[str, tuple[str, ...]]:
    """Return the cells of a table; its interval says what the standard error does."""
    shown = {name: x for name, x in table.items() if name != "standard_error"}
    return grid(shown)


@final
class PerturbationEffects(AbstractShown, AbstractTabular, eqx.Module):
    """Effects of perturbations; `effects["slope"]` is a `PerturbationEffect`.

    **Attributes:** `measures`, by name; `names` of the perturbations, `level` of the
    intervals and `trials`, the number of counted trials (all static).
    """

    measures: dict[str, PerturbationEffect]
    names: tuple[str, ...] = eqx.field(static=True)
    level: float = eqx.field(static=True)
    trials: int = eqx.field(static=True)

    def _table(self) -> Table:
        about = f"{counted(len(self.names), 'perturbation')}, {self.trials} trials, "
        about += f"{100 * self.level:g} % intervals of the change"
        return Table(titled(self, about), columns=_grid(self.table()))

    def table(self) -> Columns:
        """Return a table with a row for each measure of each perturbation.

        "perturbation" and "measure" are names; the other columns are the attributes of
        `PerturbationEffect`.

        **Example:** `effects.to_dataframe().pivot(index="perturbation",
        columns="measure", values="change")`.
        """
        tables = [effect.table() for effect in self.measures.values()]
        # all measures of a perturbation are together
        stacked = {name: np.stack([x[name] for x in tables], 1) for name in tables[0]}
        columns = {name: x.ravel() for name, x in stacked.items()}
        measures = np.asarray([*self.measures] * len(self.names))
        return {
            "perturbation": columns.pop("perturbation"),
            "measure": measures,
            **columns,
        }

    def __getitem__(self, measure: str) -> PerturbationEffect:
        """Return one measure. Raises `ValueError` for an unknown name."""
        return self.measures[check_choice("measure", measure, self.measures)]


class _Observation(NamedTuple):
    """Measures of a network in each counted trial, `(trials,)`.

    `chosen` is 1 if output channel 0 was chosen, `None` without two choices.
    """

    values: dict[str, Array]
    chosen: Array | None


@checks_arguments
def perturbation_effects(
    net: AbstractNetwork | Perturbed,
    perturbations: Mapping[str, OneOrSeveral] | Sequence[OneOrSeveral],
    task: AbstractTask,
    *,
    key: KeyArray,
    size: int | None = None,
    samples: int = 1000,
    level: float = 0.95,
    progress: bool | None = None,
) -> PerturbationEffects:
    """Compare a network under perturbations with the intact network.

        effects = perturbation_effects(
            net, {"no inhibition": cj.perturbations.Lesion("inhibitory")}, task, key=key
        )
        effects["performance"].change

    All networks receive the same counterbalanced trials with the same noise, so the
    comparison is paired: a bootstrap sample draws trials, each with the behaviour of
    every network in it. A perturbation that changes no trial has a change of exactly 0,
    and so are its bounds. The intervals describe variation over trials of this network,
    not over networks.

    Measures:

    - "performance": the mean of the task's `score`.
    - "rate", and for networks with these classes "rate_excitatory" and
      "rate_inhibitory": the mean over units and the steps of a trial.
    - "bias": of a two-choice task, the fraction of trials in which output channel 0 was
      chosen, minus the fraction in which it was correct.
    - "slope": of a two-choice task, of the cumulative Gaussian (no lapse) in 1 /
      evidence. Half a choice of either kind is added at each level (Hautus 1995, Behav.
      Res. Methods 27, 46), which keeps slopes of flawless networks finite. If the
      evidence has more than 12 levels, it is put in 12 bins of equally many trials.

    **Arguments:**

    - `net`: the intact network (or a perturbed network as the reference).
    - `perturbations`: by name, each one or several that act together; or a list, whose
        names are the calls, such as "Lesion(0)".
    - `task`: of the network's dt and sizes.
    - `key`: for trials, noise and bootstrap.
    - `size`: the number of trials, by default the task's `validation_size`; catch
        trials are not counted.
    - `samples`, `level`: of the bootstrap, and of its intervals.
    - `progress`: whether to report the progress; see `fit`.

    **Returns:** a `PerturbationEffects`.

    **Raises:** `ValueError` for no perturbations, for perturbations that do not fit the
    network, for windows that start after the trials, and for a task of other dt or
    sizes.
    """
    named = _named(perturbations)
    network = check_network(net.network if isinstance(net, Perturbed) else net)
    perturbed = [perturb(net, *items) for items in named.values()]
    check_fits(network, dt=task.dt, n_in=task.n_in, n_out=task.n_out)
    samples = check_count("samples", samples, at_least=2)
    tail = (1 - check_fraction("level", level)) / 2

    # run all networks in the same trials
    trial_key, noise_key, draw_key = jr.split(key, 3)
    trials = task.validation(trial_key, size)
    for effect in (effect for each in perturbed for effect in each.effects):
        check_window(effect, network.dt, int(np.max(trials.conditions["t_end"])))
    counted = np.flatnonzero(~np.asarray(trials.conditions["is_catch"]))
    two_choice = None
    if isinstance(task, AbstractTwoChoice):
        is_correct = np.asarray(trials.conditions["choice"])[counted] == 0
        evidence = binned(np.asarray(trials.conditions["evidence"])[counted])
        levels, level_of_trial = np.unique(evidence, return_inverse=True)
        is_of_level = level_of_trial[:, None] == np.arange(len(levels))
        two_choice = (is_correct, levels, is_of_level)
    title, count = "perturbation_effects", 1 + len(named)
    observations: list[_Observation] = []
    with reporting(progress, title, "networks", count, arguments=(net, key)) as display:
        for name, each in zip(("intact", *named), (net, *perturbed), strict=True):
            display.show(len(observations), name)
            seen = _observe(each, task, trials, noise_key, jnp.asarray(counted))
            observations.append(display.finished(seen))
        display.say("resampling trials")
        effects = display.finished(
            _effects(observations, two_choice, draw_key, samples, tail)
        )
        trials_text = f"{len(counted)} trials of {count} networks"
        display.close(f"{trials_text} in {display.seconds}")
    order = (*observations[0].values, "bias", "slope")  # `jit` sorts dictionaries
    names = tuple(named)
    measures = {
        name: PerturbationEffect(*effects[name], names=names)
        for name in order
        if name in effects
    }
    return PerturbationEffects(measures, names, float(level), len(counted))


def _effects(
    observations: list[_Observation],
    two_choice: tuple[np.ndarray, ...] | None,
    key: KeyArray,
    samples: int,
    tail: float,
) -> dict[str, tuple[Array, ...]]:
    """Return the effects on each measure, from those of each network in each trial.

    They are the numbers of a `PerturbationEffect`, in order. They are computed from the
    change in each trial, in double precision, so that equal trials give exactly 0.

    `two_choice` holds whether channel 0 was correct, `(trials,)`, the levels of the
    evidence, and which level each trial has, `(trials, levels)`.
    """
    # stacked: (networks, trials)
    dtype = observations[0].values["rate"].dtype
    stacked = jax.tree.map(lambda *x: np.stack(x).astype(float), *observations)
    count = stacked.values["rate"].shape[1]

    # bootstrap weights: how often each trial is in each sample, (1 + samples, trials);
    # row 0 has each trial once
    drawn = np.asarray(jr.randint(key, (samples, count), 0, count))
    tally = [np.bincount(row, minlength=count) for row in drawn]
    weights = np.stack([np.ones(count), *tally])

    by_trial = dict(stacked.values)
    if two_choice is not None:
        is_correct, levels, is_of_level = two_choice
        by_trial["bias"] = stacked.chosen - is_correct
    # each measure of all trials and its change in each sample, (networks, ...)
    by_sample = {
        name: (np.mean(x, axis=1), (x[1:] - x[0]) @ weights.T / count)
        for name, x in by_trial.items()
    }
    if two_choice is not None and len(levels) > 1:
        # choices at each level, (networks, 1 + samples, levels)
        hits = np.stack([(weights * x) @ is_of_level for x in stacked.chosen])
        counts = (levels, hits, weights @ is_of_level)
        slopes = np.asarray(_slopes(*(jnp.asarray(x, dtype) for x in counts)), float)
        # fits of equal choices may differ by rounding, as their starts differ
        is_equal = np.all(hits[1:] == hits[0], axis=2)
        change = np.where(is_equal, 0.0, slopes[1:] - slopes[0])
        by_sample["slope"] = (slopes[:, 0], change)
    return {name: _effect(*x, tail, dtype) for name, x in by_sample.items()}


def _named(
    perturbations: Mapping[str, OneOrSeveral] | Sequence[OneOrSeveral],
) -> dict[str, tuple[AbstractPerturbation, ...]]:
    """Return perturbations by name; those of a list are named by what they are.

    A combination has all its parts: "Lesion(0) + Clamp(1, rate=0)". If two names are
    the same, all of them end with numbers.
    """

    def parts_of(place: object, item: OneOrSeveral) -> tuple[AbstractPerturbation, ...]:
        if isinstance(item, AbstractPerturbation):
            return (item,)
        parts = tuple(item) if isinstance(item, Sequence) else ()
        are_valid = all(isinstance(part, AbstractPerturbation) for part in parts)
        rule = "be a perturbation, or several"
        remedy = "Such as cj.perturbations.Lesion(0)."
        name = f"perturbations[{place!r}]"
        check(parts and are_valid, name, rule, lambda: describe(item), remedy)
        return parts

    remedy = "Such as [cj.perturbations.Lesion(0)]."
    check(perturbations, "perturbations", "hold one or more", "none", remedy)
    if isinstance(perturbations, Mapping):
        return {str(name): parts_of(name, item) for name, item in perturbations.items()}
    items = [parts_of(index, item) for index, item in enumerate(perturbations)]
    names = [" + ".join(map(_call, parts)) for parts in items]
    if len(set(names)) < len(names):
        names = [f"{name} {number}" for number, name in enumerate(names, start=1)]
    return dict(zip(names, items, strict=True))


def _call(perturbation: AbstractPerturbation) -> str:
    """Return a perturbation as a call, its first argument without its name."""
    return re.sub(r"\(\w+=", "(", text(perturbation), count=1)


@eqx.filter_jit
def _observe(
    net: AbstractNetwork | Perturbed,
    task: AbstractTask,
    trials: Trial,
    key: KeyArray,
    counted: Array,
) -> _Observation:
    """Run the trials and measure the counted ones.

    Rates are averaged inside the jitted function, so that they are not returned.
    """
    compiling("the trials")
    network = net.network if isinstance(net, Perturbed) else net
    traj = rollout(net, trials.inputs, key=key, record=Record(potentials=False))
    end = trials.conditions["t_end"][..., None]
    is_in_trial = jnp.arange(traj.rates.shape[-2])[None] < end  # (trials, time)
    num_steps = jnp.sum(is_in_trial, axis=-1).astype(network.dtype)

    def mean_rate(units: np.ndarray) -> Array:
        over_units = jnp.mean(traj.rates[..., units], -1)
        return jnp.sum(jnp.where(is_in_trial, over_units, 0.0), -1) / num_steps

    values = {
        "performance": task.score(traj.outputs, trials),
        "rate": mean_rate(np.arange(network.n_hidden)),
    }
    groups = network.layout.units
    for name in _CLASSES:
        if name in groups.names and len(groups.indices(name)):
            values[f"rate_{name}"] = mean_rate(groups.indices(name))
    chosen = None
    if isinstance(task, AbstractTwoChoice):
        chosen = (task.answer(traj.outputs, trials) == 0).astype(network.dtype)
    observation = _Observation(values, chosen)
    return jax.tree.map(lambda x: x[counted].astype(network.dtype), observation)


@jax.jit
def _slopes(levels: Array, hits: Array, trials: Array) -> Array:
    """Return the slope of each network in each sample, `(networks, samples)`.

    `levels (levels,)`; the choices at each level, `hits (networks, samples, levels)` of
    `trials (samples, levels)`.
    """
    compiling("the slopes")
    # half a choice of either kind is added at each level
    hits, trials = hits + 0.5, trials + 1.0
    no_asymptotes = jnp.zeros(3, levels.dtype)

    def parameters(hits: Array, trials: Array, start: Array | None) -> Array:
        fit = fit_counts(
            levels, hits, trials, no_asymptotes, start, link="gaussian", free=(),
            tied=False,
        )  # fmt: skip
        return jnp.stack([fit.intercept, fit.slope, fit.guess, fit.lapse])

    def of_network(hits: Array) -> Array:
        # the fit to all trials is a start near the optimum of each sample
        of_all = parameters(hits[0], trials[0], None)
        of_samples = jax.vmap(lambda h, n: parameters(h, n, of_all))(
            hits[1:], trials[1:]
        )
        return jnp.concatenate([of_all[None], of_samples])[:, 1]

    return jax.lax.map(of_network, hits)


def _effect(
    measure: np.ndarray, change: np.ndarray, tail: float, dtype: jnp.dtype
) -> tuple[Array, ...]:
    """Summarise a measure of each network, and its change in each sample.

    The measure is `(networks,)`, of which network 0 is intact; the change is
    `(networks - 1, 1 + samples)`, and sample 0 has each trial once. The bounds are the
    changes of two samples, without interpolation.
    """
    samples = change[:, 1:]
    low = np.quantile(samples, tail, axis=1, method="lower")
    high = np.quantile(samples, 1 - tail, axis=1, method="higher")
    error = np.std(samples, axis=1)
    numbers = (measure[0], measure[1:], change[:, 0], low, high, error)
    return tuple(jnp.asarray(x, dtype) for x in numbers)
