"""What perturbations do to behaviour, in the same trials with the same noise."""

from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Float
import numpy as np

from ..._checks import check_choice, check_count, check_fraction, invalid
from ..._types import KeyArray
from ...network import AbstractNetwork, check_fits
from ...perturbations import AbstractPerturbation, perturb, Perturbed
from ...simulation import Record, rollout
from ...tasks import AbstractTask, AbstractTwoChoice, Trial
from ..population import binned
from ._psychometric_likelihood import fit_counts


_CLASSES = ("excitatory", "inhibitory")


class PerturbationEffect(eqx.Module):
    """What perturbations do to one measure.

    **Attributes:**

    - `intact`: the measure of the intact network, a scalar.
    - `perturbed`: under each perturbation, `(perturbations,)`.
    - `change`: perturbed - intact, `(perturbations,)`.
    - `low`, `high`: the paired bootstrap interval of the change, `(perturbations,)`.
    - `standard_error`: of the change, `(perturbations,)`.
    """

    intact: Float[Array, ""]
    perturbed: Float[Array, " perturbations"]
    change: Float[Array, " perturbations"]
    low: Float[Array, " perturbations"]
    high: Float[Array, " perturbations"]
    standard_error: Float[Array, " perturbations"]


class PerturbationEffects(eqx.Module):
    """Effects of perturbations; `effects["slope"]` is a `PerturbationEffect`.

    **Attributes:** `measures`, by name; `names` of the perturbations, `level` of the
    intervals and `trials`, how many are counted (all static).
    """

    measures: dict[str, PerturbationEffect]
    names: tuple[str, ...] = eqx.field(static=True)
    level: float = eqx.field(static=True)
    trials: int = eqx.field(static=True)

    def __getitem__(self, measure: str) -> PerturbationEffect:
        """One measure. Raises `ValueError` for one that there is not."""
        return self.measures[check_choice("measure", measure, self.measures)]


class _Seen(eqx.Module):
    """What a network did in each counted trial; values `(trials,)`."""

    values: dict[str, Array]
    chosen: Array | None


def perturbation_effects(
    net: AbstractNetwork | Perturbed,
    perturbations: Mapping[str, Any] | Sequence[Any],
    task: AbstractTask,
    *,
    key: KeyArray,
    size: int | None = None,
    samples: int = 1000,
    level: float = 0.95,
) -> PerturbationEffects:
    """Compare a network under perturbations with the intact one.

        found = perturbation_effects(
            net, {"no inhibition": cj.perturbations.Lesion("inhibitory")}, task, key=key
        )
        found["performance"].change

    All see the same counterbalanced trials with the same noise, so that trials are
    pairs: a bootstrap sample takes a trial with all that every network did in it. The
    intervals are about other trials of this network, not about other networks.

    Measures:

    - "performance": the mean of the task's `score`.
    - "rate", and for networks with these classes "rate_excitatory" and
      "rate_inhibitory": the mean over units and the steps of a trial.
    - "bias": of a two-choice task, how much oftener choice 1 was made than was right,
      as a fraction of trials.
    - "slope": of a two-choice task, of the cumulative Gaussian (no lapse) in 1 /
      evidence. Half a choice of either kind is added at each level (Hautus 1995, Behav.
      Res. Methods 27, 46), which keeps slopes of flawless networks finite; evidence of
      more than 12 levels is put in 12 bins of equally many trials.

    **Arguments:**

    - `net`: the intact network (or one that is already perturbed, to compare with).
    - `perturbations`: by name, each one or several that act together; or a list.
    - `task`: of the network's dt and sizes.
    - `key`: for trials, noise and bootstrap.
    - `size`: how many trials, by default the task's `validation_size`; catch trials do
        not count.
    - `samples`, `level`: of the bootstrap, and of its intervals.

    **Returns:** an `PerturbationEffects`.

    **Raises:** `ValueError` for no perturbations, ones that do not fit, and a task of
    other dt or sizes.
    """
    named = _named(perturbations)
    whole = net.network if isinstance(net, Perturbed) else net
    check_fits(whole, dt=task.dt, n_in=task.n_in, n_out=task.n_out)
    samples = check_count("samples", samples, at_least=2)
    tail = (1 - check_fraction("level", level)) / 2
    trial_key, noise_key, draw_key = jr.split(key, 3)
    trials = task.validation(trial_key, size)
    counted = jnp.flatnonzero(~trials.conditions["is_catch"])
    changed = [perturb(net, *items) for items in named.values()]
    seen = [
        _observe(each, task, trials, noise_key, counted) for each in (net, *changed)
    ]
    # how often each trial is in each sample; the first has each trial once
    drawn = jr.randint(draw_key, (samples, len(counted)), 0, len(counted))
    tally = jax.vmap(lambda i: jnp.bincount(i, length=len(counted)))(drawn)
    weights = jnp.concatenate([jnp.ones_like(tally[:1]), tally]).astype(whole.dtype)
    every = jax.tree.map(lambda *x: jnp.stack(x), *seen)
    found = {
        name: values @ weights.T / len(counted) for name, values in every.values.items()
    }
    if isinstance(task, AbstractTwoChoice):
        of = {name: jnp.asarray(x)[counted] for name, x in trials.conditions.items()}
        right = (of["choice"] == 0).astype(whole.dtype)
        found["bias"] = (every.chosen - right[None]) @ weights.T / len(counted)
        evidence = binned(np.asarray(of["evidence"]))
        if len(np.unique(evidence)) > 1:
            found["slope"] = _slopes(evidence, every.chosen, weights)
    measures = {name: _effect(x, tail) for name, x in found.items()}
    return PerturbationEffects(measures, tuple(named), float(level), len(counted))


def _named(perturbations: Any) -> dict[str, tuple[Any, ...]]:
    if not isinstance(perturbations, Mapping):
        if isinstance(perturbations, AbstractPerturbation):
            perturbations = [perturbations]
        perturbations = {
            f"{type(item).__name__} {i + 1}": item
            for i, item in enumerate(perturbations)
        }
    if not perturbations:
        raise invalid(
            "perturbations",
            "hold one or more",
            "none",
            "Such as [cj.perturbations.Lesion(0)].",
        )
    several = lambda item: tuple(item) if isinstance(item, Sequence) else (item,)
    return {str(name): several(item) for name, item in perturbations.items()}


@eqx.filter_jit
def _observe(
    net: AbstractNetwork | Perturbed,
    task: AbstractTask,
    trials: Trial,
    key: KeyArray,
    counted: Array,
) -> _Seen:
    """Run the trials; rates are averaged inside, so that few are kept."""
    whole = net.network if isinstance(net, Perturbed) else net
    traj = rollout(net, trials.inputs, key=key, record=Record(potentials=False))
    last = trials.conditions["t_end"][..., None]
    going = jnp.arange(traj.rates.shape[-2])[None] < last
    steps = jnp.sum(going, axis=-1).astype(whole.dtype)
    mean = lambda units: (
        jnp.sum(jnp.where(going, jnp.mean(traj.rates[..., units], -1), 0.0), -1) / steps
    )
    values = {
        "performance": task.score(traj.outputs, trials),
        "rate": mean(np.arange(whole.n_hidden)),
    }
    named = whole.layout.units
    for name in _CLASSES:
        if name in named.names and len(named.indices(name)):
            values[f"rate_{name}"] = mean(named.indices(name))
    chosen = None
    if isinstance(task, AbstractTwoChoice):
        chosen = (task.answer(traj.outputs, trials) == 0).astype(whole.dtype)
    return jax.tree.map(lambda x: x[counted].astype(whole.dtype), _Seen(values, chosen))


def _slopes(evidence: np.ndarray, chosen: Array, weights: Array) -> Array:
    """The slope of each network in each sample, `(networks, samples)`."""
    levels, which = np.unique(evidence, return_inverse=True)
    member = jnp.asarray(which[:, None] == np.arange(len(levels)), weights.dtype)
    trials = weights @ member + 1.0
    hits = jnp.einsum("nt,st,tl->nsl", chosen, weights, member) + 0.5
    x = jnp.asarray(levels, weights.dtype)
    none = jnp.zeros(3, weights.dtype)

    def slope(hits: Array, trials: Array, start: Array | None) -> Array:
        fit = fit_counts(
            x, hits, trials, none, start, link="gaussian", free=(), tied=False
        )
        return jnp.stack([fit.intercept, fit.slope, fit.guess, fit.lapse])

    def of_network(hits: Array) -> Array:
        first = slope(hits[0], trials[0], None)
        rest = jax.vmap(lambda h, n: slope(h, n, first))(hits[1:], trials[1:])
        return jnp.concatenate([first[None], rest])[:, 1]

    return jax.lax.map(of_network, hits)


def _effect(found: Array, tail: float) -> PerturbationEffect:
    """From a measure of each network in each sample, the first of both as it was."""
    change = found[1:] - found[:1]
    low, high = jnp.quantile(
        change[:, 1:], jnp.asarray([tail, 1 - tail], found.dtype), axis=1
    )
    error = jnp.std(change[:, 1:], axis=1)
    return PerturbationEffect(found[0, 0], found[1:, 0], change[:, 0], low, high, error)
