"""A report of what a network is."""

import dataclasses

import jax
import numpy as np

from .._checks import describe, invalid, is_concrete
from ..initialisers import spectral_abscissa, spectral_radius
from ._abstract import AbstractNetwork, constraint_titles
from ._effective import dead_synapses, effective, trainable, violations


@dataclasses.dataclass(frozen=True)
class Summary:
    """What `summary` found; `print` it for a table.

    **Attributes:**

    - `sizes`: `(n_in, n_hidden, n_out)`.
    - `classes`: how many units each named group has; empty without names.
    - `parameters`: how many numbers train.
    - `densities`: the fraction of existing synapses of `w_in`, `w_hid`, `w_out`.
    - `constraints`: the constraint of each weight, by name, as text.
    - `radius`, `abscissa`: the largest modulus and the largest real part of the
      eigenvalues of the effective recurrent weights.
    - `balance`: for each row the sum of the weights over the sum of their sizes, mean
      over rows: 0 is balanced, 1 all excitation. NaN without synapses.
    - `excitation`, `inhibition`: mean over rows of the sums of either sign.
    - `violations`, `dead`: as the functions of these names.
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
        percent = lambda x: f"{100 * x:.1f} %"
        rows = {
            "sizes": " -> ".join(map(str, self.sizes)),
            "units": ", ".join(f"{n} {size}" for n, size in self.classes.items()),
            "trained numbers": f"{self.parameters:,}",
            "densities": ", ".join(
                f"{n} {percent(d)}" for n, d in self.densities.items()
            ),
            "constraints": "; ".join(f"{n}: {c}" for n, c in self.constraints.items()),
            "spectral radius": f"{self.radius:.3f}",
            "spectral abscissa": f"{self.abscissa:.3f}",
            "row sums": f"E {self.excitation:.3f}, I {self.inhibition:.3f}, "
            f"balance {self.balance:+.3f}",
            "violations": str(self.violations),
            "dead synapses": f"{self.dead:,}",
        }
        return "\n".join(f"{name:<18}{text}" for name, text in rows.items() if text)


def summary(net: AbstractNetwork) -> Summary:
    """Sizes, classes, densities, spectrum and balance of a network's weights.

    All of the effective weights, as the dynamics see them. For reading: it computes on
    concrete values, outside `jit`. Raises `ValueError` for a stack of networks or
    traced ones.
    """
    if not isinstance(net, AbstractNetwork) or net.dt.ndim or not is_concrete(net):
        raise invalid(
            "net", "be one network outside of jit", describe(net), "Take one out."
        )
    seen = effective(net)
    weights = jax.tree.map(lambda x: np.asarray(x, float), seen)
    w = weights.w_hid
    up, down = np.maximum(w, 0).sum(1), np.maximum(-w, 0).sum(1)
    total = up + down
    some = total > 0
    balance = np.mean((up - down)[some] / total[some]) if some.any() else np.nan
    density = lambda x: float(np.mean(x != 0)) if x.size else float("nan")
    moving = zip(jax.tree.leaves(net), jax.tree.leaves(trainable(net)), strict=True)
    return Summary(
        sizes=(net.n_in, net.n_hidden, net.n_out),
        classes=net.layout.units.counts(),
        parameters=sum(leaf.size for leaf, moves in moving if moves),
        densities={n: density(getattr(weights, n)) for n in ("w_in", "w_hid", "w_out")},
        constraints=constraint_titles(net),
        radius=float(spectral_radius(seen.w_hid)),
        abscissa=float(spectral_abscissa(seen.w_hid)),
        balance=float(balance),
        excitation=float(up.mean()),
        inhibition=float(down.mean()),
        violations=int(violations(net)),
        dead=int(dead_synapses(net)),
    )
