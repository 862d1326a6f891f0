"""Whether a network still does the same with a smaller step."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_count, check_list, describe, invalid
from .._types import KeyArray
from ..network import AbstractNetwork, astype, check_fits, noiseless, replace
from ..simulation import Record, rollout
from ..tasks import AbstractTask


_BATCHES = 8
"""Performance is the mean over so many batches; its error is from their spread."""


class DtCheck(eqx.Module):
    """A network and its task at dt, dt / 2, ...; `print` it for a table.

    **Attributes** (NumPy, one entry for each of F steps, longest first):

    - `dt`: ms.
    - `error`: without noise, root mean square difference of the potentials from those
        with the shortest step, same inputs, at the times that all share; 0 at last.
    - `relative_error`: over the root mean square of the potentials.
    - `order`: `(F - 2,)`, observed order of the method, from successive differences;
        NaN where the ratio of steps is not constant.
    - `performance`, `standard_error`: with the network's noise, on the task rendered at
        that dt.
    """

    dt: np.ndarray
    error: np.ndarray
    relative_error: np.ndarray
    order: np.ndarray
    performance: np.ndarray
    standard_error: np.ndarray

    @property
    def drift(self) -> np.ndarray:
        """Performance less that at the network's own dt, `(F,)`."""
        return self.performance - self.performance[0]

    @property
    def drift_error(self) -> np.ndarray:
        """Standard error of the drift, `(F,)`; 0 at first."""
        both = np.sqrt(self.standard_error**2 + self.standard_error[0] ** 2)
        both[0] = 0.0
        return both

    def __str__(self) -> str:
        """A table with a row for each step."""
        lines = [" dt ms     error  relative  order  performance  drift"]
        orders = ["", *(f"{p:.2f}" for p in self.order), ""]
        for i, dt in enumerate(self.dt):
            lines.append(
                f"{dt:6.4g}  {self.error[i]:8.2e}  {self.relative_error[i]:8.2e}  "
                f"{orders[i]:>5}  {self.performance[i]:.3f} ± "
                f"{self.standard_error[i]:.3f}  {self.drift[i]:+.3f}"
            )
        return "\n".join(lines)


def dt_check(
    net: Any,
    task: AbstractTask,
    *,
    key: KeyArray,
    factors: Sequence[int] = (1, 2, 4, 8),
    trials: int = 64,
    scored: int = 512,
) -> DtCheck:
    """Simulate at dt, dt / 2, dt / 4, ...: what the step does to states and behaviour.

    Two checks. Without noise, trials of the task at the network's dt are shown with
    each input held for the length of a step: potentials then differ by the error of
    the method alone, which should fall in proportion to dt (order 1). With the
    network's noise, the task is rendered at each dt: performance should stay, with
    `DiffusionNoise`; `StepNoise` means another strength of noise at each dt, which
    shows here.

    **Arguments:**

    - `net`: the network, with its noise.
    - `task`: of the network's dt.
    - `key`: for trials and noise.
    - `factors`: by how much to divide dt, ascending from 1. Those of constant ratio
        give the order.
    - `trials`: for the first check, in float64.
    - `scored`: for the second, a multiple of 8.

    **Returns:** a `DtCheck`.

    **Raises:** `ValueError` for a task of another dt or size, and for options out of
    range.
    """
    factors = check_list("factors", factors)
    if len(factors) < 2 or factors[0] != 1 or np.any(np.diff(factors) <= 0):
        raise invalid(
            "factors", "ascend from 1, at least two of them", factors, "Use (1, 2, 4)."
        )
    for factor in factors:
        check_count("factors", factor, at_least=1)
    check_count("trials", trials, at_least=1)
    if check_count("scored", scored, at_least=_BATCHES) % _BATCHES:
        raise invalid("scored", f"be a multiple of {_BATCHES}", scored, "Use 512.")
    if not isinstance(net, AbstractNetwork) or net.dt.ndim != 0:
        raise invalid("net", "be one network", describe(net), "Pass a CTRNN or EIRNN.")
    if not isinstance(task, AbstractTask):
        raise invalid("task", "be a task", describe(task), "Use cj.tasks.make(...).")
    check_fits(net, dt=task.dt, n_in=task.n_in, n_out=task.n_out)
    state_key, score_key = jax.random.split(key)
    with jax.enable_x64(True):
        exact = astype(noiseless(net), jnp.float64)
    inputs = np.asarray(_drawn(task, state_key, trials), np.float64)
    finals = [_potentials(exact, inputs, factor) for factor in factors]
    size = lambda x: float(np.sqrt(np.mean(x**2)))
    error = np.array([size(v - finals[-1]) for v in finals])
    performance = [_performance(net, task, score_key, f, scored) for f in factors]
    mean, standard_error = np.array(performance).T
    return DtCheck(
        dt=task.dt / np.array(factors, float),
        error=error,
        relative_error=error / (size(finals[-1]) or 1.0),
        order=_orders(finals, np.array(factors, float)),
        performance=mean,
        standard_error=standard_error,
    )


def _at(net: AbstractNetwork, task: AbstractTask, factor: int) -> AbstractNetwork:
    return net if factor == 1 else replace(net, dt=task.dt / factor)


def _potentials(net: AbstractNetwork, inputs: np.ndarray, factor: int) -> np.ndarray:
    """Potentials after each of the long steps, in float64, short steps in between."""
    held = np.repeat(inputs, factor, axis=-2)
    record = Record(rates=False, outputs=False, stride=factor)
    with jax.enable_x64(True):
        finer = net if factor == 1 else replace(net, dt=net.dt / factor)
        return np.asarray(rollout(finer, jnp.asarray(held), record=record).potentials)


def _performance(
    net: AbstractNetwork, task: AbstractTask, key: KeyArray, factor: int, scored: int
) -> tuple[float, float]:
    """Mean over batches of trials at dt / factor, and its standard error."""
    finer, shorter = _at(net, task, factor), task.at(task.dt / factor)
    keys = jax.random.split(key, _BATCHES)
    values = np.asarray(_scores(finer, shorter, keys, scored // _BATCHES))
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(_BATCHES))


@eqx.filter_jit
def _scores(
    net: AbstractNetwork, task: AbstractTask, keys: KeyArray, size: int
) -> Array:
    record = Record(potentials=False, rates=False)

    def score(key: KeyArray) -> Array:
        trial_key, noise_key = jax.random.split(key)
        trials = task.batch(trial_key, size)
        noise = None if net.noise is None else noise_key
        inputs = trials.inputs.astype(net.dtype)
        outputs = rollout(net, inputs, key=noise, record=record).outputs
        return task.performance(outputs, trials)

    return jax.lax.map(score, keys)


@eqx.filter_jit
def _drawn(task: AbstractTask, key: KeyArray, size: int) -> Array:
    return task.batch(key, size).inputs


def _orders(finals: list[np.ndarray], factors: np.ndarray) -> np.ndarray:
    """Of three runs each: log of the ratio of their differences over that of steps."""
    steps = [float(np.sqrt(np.mean(d**2))) for d in np.diff(finals, axis=0)]
    ratios = factors[1:] / factors[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.log(np.divide(steps[:-1], steps[1:])) / np.log(ratios[1:])
    size = float(np.sqrt(np.mean(np.square(finals[-1]))))
    # what rounding leaves of runs that do not differ has no order
    told = np.asarray(steps[1:]) > 100 * np.finfo(finals[-1].dtype).eps * size
    return np.where(np.isclose(ratios[:-1], ratios[1:]) & told, order, np.nan)
