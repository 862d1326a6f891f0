"""One structure for everything that exists once for each weight of a network."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Any, final, TypeAlias

import equinox as eqx
from jax import Array

from .._show import AbstractShown, listed, quantities, Table
from .._types import ArrayLike


InitialWeights: TypeAlias = ArrayLike | Sequence | Callable[..., Array] | None
"""Effective weights as an array, an initialiser, or `None` for the default."""


@final
class Weights(AbstractShown, eqx.Module):
    """The parameters of the equation that can be trained, by their names in it.

    The same structure holds raw parameters (`net.raw`), effective weights
    (`cj.effective(net)`) and constraints (`net.constraints`). A parameter that a
    network lacks is `None`.

    **Attributes** (shapes where they are arrays):

    - `w_in`: input weights, `(n_hidden, n_in)`.
    - `w_hid`: recurrent weights, `(n_hidden, n_hidden)`, `[post, pre]`.
    - `w_out`: readout weights, `(n_out, n_hidden)`.
    - `b_hid`: hidden bias, `(n_hidden,)`.
    - `b_out`: readout bias, `(n_out,)`.
    - `v0`: initial state, `(n_hidden,)`: potentials, or rates in the other forms.
    - `tau`: time constants in ms, `()` or `(n_hidden,)`.
    """

    w_in: Any = None
    w_hid: Any = None
    w_out: Any = None
    b_hid: Any = None
    b_out: Any = None
    v0: Any = None
    tau: Any = None

    def _table(self) -> Table:
        named = vars(self).items()
        names = [name for name, x in named if x is not None and x is not False]
        return quantities(self, listed(names, most=len(names)), tau="ms")


NAMES: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Weights))


def shapes(
    n_in: int, n_hidden: int, n_out: int, tau: tuple[int, ...] = ()
) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight of a network of these sizes."""
    return {
        "w_in": (n_hidden, n_in),
        "w_hid": (n_hidden, n_hidden),
        "w_out": (n_out, n_hidden),
        "b_hid": (n_hidden,),
        "b_out": (n_out,),
        "v0": (n_hidden,),
        "tau": tau,
    }
