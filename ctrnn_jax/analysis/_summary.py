"""A summary of a network: sizes, densities, spectrum, balance, units without effect."""

import dataclasses

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, describe, is_concrete
from .._show import AbstractShown, Table, titled
from .._types import Numbers
from ..initialisers import spectral_abscissa, spectral_radius
from ..network import (
    AbstractNetwork,
    check_network,
    constraint_titles,
    dead_synapses,
    effective,
    noiseless,
    trainable,
    violations,
)
from ..simulation import Record, rollout
from ..tasks import Trial


SILENT = 1e-6
"""The largest rate of a silent unit, as a fraction of the largest rate of all units."""


@dataclasses.dataclass(frozen=True, repr=False)
class Summary(AbstractShown):
    """The result of `summary`.

    **Attributes:**

    - `sizes`: `(n_in, n_hidden, n_out)`.
    - `classes`: how many units each named group has; empty without names.
    - `parameters`: how many numbers train.
    - `densities`: the fraction of existing synapses of `w_in`, `w_hid`, `w_out`.
    - `constraints`: the constraint of each weight, by name, as text.
    - `radius`, `abscissa`: the largest modulus and the largest real part of the
      eigenvalues of the effective recurrent weights.
    - `balance`: for each row the sum of the weights over the sum of their magnitudes,
      mean over rows: 0 is balanced, 1 all excitation. NaN without synapses.
    - `excitation`, `inhibition`: mean over rows of the sums of either sign.
    - `violations`, `dead`: the results of `violations` and `dead_synapses`.
    - `uninhibited`: the number of `uninhibited_units`; `None` without inhibitory units.
    - `silent`: the number of `silent_units` in the trials; `None` without trials.
    """

    sizes: tuple[int, int, int]
    classes: dict[str, int]
    parameters: int
    densities: dict[str, float]
    constraints: dict[str, str]
    radius: float
    abscissa: float
    balance: float
    excitation: float
    inhibition: float
    violations: int
    dead: int
    uninhibited: int | None
    silent: int | None

    def _table(self) -> Table:
        classes = (f"{name} {count}" for name, count in self.classes.items())
        densities = (f"{name} {100 * x:.1f} %" for name, x in self.densities.items())
        constraints = (f"{name}: {text}" for name, text in self.constraints.items())
        rows = {
            "sizes": " -> ".join(map(str, self.sizes)),
            "units": ", ".join(classes),
            "trained numbers": f"{self.parameters:,}",
            "densities": ", ".join(densities),
            "constraints": "; ".join(constraints),
            "spectral radius": f"{self.radius:.3f}",
            "spectral abscissa": f"{self.abscissa:.3f}",
            "row sums": f"E {self.excitation:.3f}, I {self.inhibition:.3f}, "
            f"balance {self.balance:+.3f}",
            "violations": str(self.violations),
            "dead synapses": f"{self.dead:,}",
            "uninhibited units": _count(self.uninhibited),
            "silent units": _count(self.silent),
        }
        known = tuple((name, text) for name, text in rows.items() if text)
        return Table(titled(self, "of the effective weights"), known)


@checks_arguments
def silent_units(rates: Numbers) -> Array:
    """Return which units are silent, `(n_hidden,)`.

    The rate of a silent unit never exceeds, in magnitude, 1e-6 of the largest rate of
    all units. A rectified unit is silent if it is never active. (A unit with a constant
    rate other than 0, such as 0.5 of a sigmoid, is not; nor is one with a rate that is
    NaN or infinite.)

    **Arguments:** `rates`, `(..., n_hidden)`, such as those of a rollout without noise.

    **Raises:** `ValueError` for rates without an axis of units, or without entries.

    **Example:**

    >>> cj.analysis.silent_units(jnp.array([[0.0, 0.0, 1.0], [2.0, 0.0, 1.0]]))
    Array([False,  True, False], dtype=bool)
    """
    rates = jnp.abs(jnp.asarray(rates))
    is_array = rates.ndim > 0 and rates.size > 0
    remedy = "Pass traj.rates, for example."
    check(
        is_array, "rates", "have shape (..., n_hidden)", lambda: describe(rates), remedy
    )
    largest = jnp.max(rates, axis=tuple(range(rates.ndim - 1)))
    largest_of_all = jnp.max(jnp.where(jnp.isfinite(rates), rates, 0))
    return largest <= SILENT * largest_of_all


@checks_arguments
def uninhibited_units(net: AbstractNetwork) -> Array | None:
    """Return which units receive no inhibition from units, `(n_hidden,)`.

    These are the rows of the effective recurrent weights without a negative weight.
    Nothing bounds the activity of such units that excite each other. `None` for a
    network without inhibitory units.
    """
    net = check_network(net)
    n_excitatory = getattr(net, "n_excitatory", net.n_hidden)
    if n_excitatory == net.n_hidden:
        return None
    return ~jnp.any(effective(net).w_hid < 0, axis=1)


@checks_arguments
def summary(net: AbstractNetwork, trials: Trial | None = None) -> Summary:
    """Return sizes, classes, densities, spectrum and balance of a network.

    All numbers are those of the effective weights. With `trials`, silent units are
    counted too: the trials are simulated without noise, and steps after the end of a
    trial do not count. The summary is for reading: it is computed from concrete values,
    outside `jit`. Raises `ValueError` for a stack of networks, traced networks, and
    trials with other inputs.

    **Example:**

    >>> net = cj.EIRNN(2, 10, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.summary(net).classes
    {'excitatory': 8, 'inhibitory': 2}
    """
    check_network(net, "Take one out.")
    remedy = "Return the network and summarise it then."
    rule = "be one network outside of jit"
    check(is_concrete(net), "net", rule, lambda: describe(net), remedy)
    weights, uninhibited = effective(net), uninhibited_units(net)
    arrays = jax.tree.map(lambda x: np.asarray(x, float), weights)
    # sums over the inputs of each unit
    excitation = np.maximum(arrays.w_hid, 0).sum(1)
    inhibition = np.maximum(-arrays.w_hid, 0).sum(1)
    trains = zip(jax.tree.leaves(net), jax.tree.leaves(trainable(net)), strict=True)
    return Summary(
        sizes=(net.n_in, net.n_hidden, net.n_out),
        classes=net.layout.units.counts(),
        parameters=sum(leaf.size for leaf, is_trained in trains if is_trained),
        densities={
            name: _density(getattr(arrays, name)) for name in ("w_in", "w_hid", "w_out")
        },
        constraints=constraint_titles(net),
        radius=float(spectral_radius(weights.w_hid)),
        abscissa=float(spectral_abscissa(weights.w_hid)),
        balance=_balance(excitation, inhibition),
        excitation=float(excitation.mean()),
        inhibition=float(inhibition.mean()),
        violations=int(violations(net)),
        dead=int(dead_synapses(net)),
        uninhibited=None if uninhibited is None else int(uninhibited.sum()),
        silent=None if trials is None else _silent(net, trials),
    )


def _silent(net: AbstractNetwork, trials: Trial) -> int:
    """Return the number of silent units in trials, without noise."""
    record = Record(potentials=False, outputs=False)
    rates = np.asarray(rollout(noiseless(net), trials.inputs, record=record).rates)
    steps = np.arange(rates.shape[-2])
    is_before_end = steps < np.asarray(trials.conditions["t_end"])[..., None]
    return int(silent_units(rates[is_before_end]).sum())


def _count(number: int | None) -> str:
    """Return a count as text; nothing for `None`."""
    return "" if number is None else f"{number:,}"


def _balance(excitation: np.ndarray, inhibition: np.ndarray) -> float:
    """Return (E - I) / (E + I) as a mean over the rows that have synapses."""
    total = excitation + inhibition
    has_synapses = total > 0
    if not has_synapses.any():
        return float("nan")
    return float(np.mean((excitation - inhibition)[has_synapses] / total[has_synapses]))


def _density(w: np.ndarray) -> float:
    """Return the fraction of weights that are not zero; NaN without weights."""
    return float(np.mean(w != 0)) if w.size else float("nan")
