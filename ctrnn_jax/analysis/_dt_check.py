"""Compare a network with itself at smaller time steps: states and performance."""

from collections.abc import Sequence
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count
from .._progress import compiling, reporting
from .._show import AbstractShown, counted, grid, Table, titled
from .._tables import AbstractTabular, Columns, columns_of
from .._types import KeyArray
from ..network import (
    AbstractNetwork,
    astype,
    check_fits,
    check_network,
    noiseless,
    replace,
)
from ..simulation import Record, rollout
from ..tasks import AbstractTask


_BATCHES = 8
"""Performance is the mean over this many batches; their spread gives its error."""


@final
class DtCheck(AbstractShown, AbstractTabular, eqx.Module):
    """A network and its task at dt, dt / 2, ...

    **Attributes** (NumPy, one entry for each of F time steps, longest first):

    - `dt`: ms.
    - `error`: without noise, root mean square difference of the potentials from those
        with the shortest step, at the same inputs and the times that all runs share;
        the last entry is 0.
    - `relative_error`: `error` over the root mean square of the potentials.
    - `order`: `(F - 2,)`, observed order of the method, from successive differences;
        NaN where the ratio of time steps is not constant.
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
        """Performance minus performance at the network's own dt, `(F,)`."""
        return self.performance - self.performance[0]

    @property
    def drift_error(self) -> np.ndarray:
        """Standard error of the drift, `(F,)`; the first entry is 0."""
        drift_error = np.sqrt(self.standard_error**2 + self.standard_error[0] ** 2)
        drift_error[0] = 0.0
        return drift_error

    def table(self) -> Columns:
        """Return a table with a row for each time step, longest first.

        "row" is the index; the other columns are the attributes, except `order`.
        """
        return columns_of(
            self, "row", "dt", "error", "relative_error", "performance",
            "standard_error", "drift", "drift_error",
        )  # fmt: skip

    def _table(self) -> Table:
        pairs = zip(self.performance, self.standard_error, strict=True)
        columns = {
            "dt (ms)": self.dt,
            "error": (f"{x:.2e}" for x in self.error),
            "relative": (f"{x:.2e}" for x in self.relative_error),
            "order": ("", *(f"{p:.2f}" for p in self.order), ""),
            "performance": (f"{mean:.3f} ± {error:.3f}" for mean, error in pairs),
            "drift": (f"{x:+.3f}" for x in self.drift),
        }
        about = counted(len(self.dt), "time step")
        return Table(titled(self, about), columns=grid(columns))


@checks_arguments
def dt_check(
    net: AbstractNetwork,
    task: AbstractTask,
    *,
    key: KeyArray,
    factors: Sequence[int] = (1, 2, 4, 8),
    trials: int = 64,
    scored: int = 512,
    progress: bool | None = None,
) -> DtCheck:
    """Measure how states and performance depend on the time step: dt, dt / 2, ...

    There are two checks. (1) Without noise, trials of the task at the network's dt are
    simulated with smaller steps, each input held for the length of the original step.
    The potentials then differ by the error of the method alone, which should fall in
    proportion to dt (order 1). (2) With the network's noise, the task is rendered at
    each dt. With `DiffusionNoise` performance should not change. `StepNoise` is noise
    of another strength at each dt, which this check reveals.

    **Arguments:**

    - `net`: the network, with its noise.
    - `task`: a task with the network's dt.
    - `key`: for trials and noise.
    - `factors`: the divisors of dt, ascending from 1. The order is computed where their
        ratio is constant.
    - `trials`: number of trials of the first check, in float64.
    - `scored`: number of trials of the second check, a multiple of 8.
    - `progress`: whether to report the progress; see `fit`.

    **Returns:** a `DtCheck`.

    **Raises:** `ValueError` for a task of another dt or size, and for options out of
    range.
    """
    factors = tuple(factors)
    ascend = len(factors) >= 2 and factors[0] == 1 and np.all(np.diff(factors) > 0)
    rule = "ascend from 1, at least two of them"
    check(ascend, "factors", rule, factors, "Use (1, 2, 4).")
    for factor in factors:
        check_count("factors", factor, at_least=1)
    check_count("trials", trials, at_least=1)
    check_count("scored", scored, at_least=_BATCHES)
    is_multiple = scored % _BATCHES == 0
    check(is_multiple, "scored", f"be a multiple of {_BATCHES}", scored, "Use 512.")
    net = check_network(net)
    check_fits(net, dt=task.dt, n_in=task.n_in, n_out=task.n_out)

    # check 1: noise-free potentials in float64, at the times of the original steps
    state_key, score_key = jax.random.split(key)
    with jax.enable_x64(True):
        noise_free = astype(noiseless(net), jnp.float64)
    inputs = np.asarray(_draw_inputs(task, state_key, trials), np.float64)
    potentials: list[np.ndarray] = []
    performance: list[tuple[float, float]] = []
    with reporting(progress, "dt_check", "time steps", len(factors)) as display:
        for factor in factors:
            display.show(len(potentials), f"dt {task.dt / factor:.4g} ms")
            potentials.append(_potentials(noise_free, inputs, factor))
            # check 2: performance with noise, on the task rendered at this dt
            performance.append(_performance(net, task, score_key, factor, scored))
        display.close(f"{len(factors)} time steps in {display.seconds}")
    error = np.array([_root_mean_square(v - potentials[-1]) for v in potentials])
    relative_error = error / (_root_mean_square(potentials[-1]) or 1.0)

    mean, standard_error = np.array(performance).T
    return DtCheck(
        dt=task.dt / np.array(factors, float),
        error=error,
        relative_error=relative_error,
        order=_orders(potentials, np.array(factors, float)),
        performance=mean,
        standard_error=standard_error,
    )


def _root_mean_square(x: np.ndarray) -> float:
    return float(np.sqrt(np.mean(x**2)))


def _potentials(net: AbstractNetwork, inputs: np.ndarray, factor: int) -> np.ndarray:
    """Return float64 potentials after each original step, each split in `factor`."""
    # each input is held for `factor` short steps; the stride records the last of them
    held = np.repeat(inputs, factor, axis=-2)
    record = Record(rates=False, outputs=False, stride=factor)
    with jax.enable_x64(True):
        finer = net if factor == 1 else replace(net, dt=net.dt / factor)
        return np.asarray(rollout(finer, jnp.asarray(held), record=record).potentials)


def _performance(
    net: AbstractNetwork, task: AbstractTask, key: KeyArray, factor: int, scored: int
) -> tuple[float, float]:
    """Return the mean performance at dt / factor over batches, and its error."""
    dt = task.dt / factor
    finer = net if factor == 1 else replace(net, dt=dt)
    keys = jax.random.split(key, _BATCHES)
    values = np.asarray(_scores(finer, task.at(dt), keys, scored // _BATCHES))
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(_BATCHES))


@eqx.filter_jit
def _scores(
    net: AbstractNetwork, task: AbstractTask, keys: KeyArray, size: int
) -> Array:
    """Return the performance in a batch of `size` trials for each key, `(keys,)`."""
    compiling("the trials")
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
def _draw_inputs(task: AbstractTask, key: KeyArray, size: int) -> Array:
    return task.batch(key, size).inputs


def _orders(potentials: list[np.ndarray], factors: np.ndarray) -> np.ndarray:
    """Return the observed order from each three successive runs, `(runs - 2,)`.

    The order is the logarithm of the ratio of the two differences, over that of the
    time steps.
    """
    differences = [_root_mean_square(d) for d in np.diff(potentials, axis=0)]
    ratios = factors[1:] / factors[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(np.divide(differences[:-1], differences[1:]))
        order = growth / np.log(ratios[1:])
    # differences that are rounding errors have no order
    last = potentials[-1]
    rounding = 100 * np.finfo(last.dtype).eps * _root_mean_square(last)
    is_significant = np.asarray(differences[1:]) > rounding
    is_even = np.isclose(ratios[:-1], ratios[1:])
    return np.where(is_even & is_significant, order, np.nan)
