"""A summary of a network: sizes, densities, spectrum, balance and violations."""

import dataclasses

import jax
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, describe, is_concrete
from ..initialisers import spectral_abscissa, spectral_radius
from ._abstract import AbstractNetwork, constraint_titles
from ._effective import dead_synapses, effective, trainable, violations
from ._validation import check_network


@dataclasses.dataclass(frozen=True)
class Summary:
    """The result of `summary`; `print` it for a table.

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

    def __str__(self) -> str:
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
        }
        return "\n".join(f"{name:<18}{text}" for name, text in rows.items() if text)


@checks_arguments
def summary(net: AbstractNetwork) -> Summary:
    """Return sizes, classes, densities, spectrum and balance of a network.

    All numbers are those of the effective weights. The summary is for reading: it is
    computed from concrete values, outside `jit`. Raises `ValueError` for a stack of
    networks and for traced networks.

    **Example:**

    >>> net = cj.EIRNN(2, 10, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.summary(net).classes
    {'excitatory': 8, 'inhibitory': 2}
    """
    check_network(net, "Take one out.")
    remedy = "Return the network and summarise it then."
    rule = "be one network outside of jit"
    check(is_concrete(net), "net", rule, lambda: describe(net), remedy)
    weights = effective(net)
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
    )


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
