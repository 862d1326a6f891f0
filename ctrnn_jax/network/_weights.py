"""One structure for everything that there is one of for each weight."""

import dataclasses
from typing import Any

import equinox as eqx


class Weights(eqx.Module):
    """The parts of the equation that training moves, by their names in it.

    The same structure holds raw parameters (`net.raw`), weights as the dynamics see
    them (`cj.effective(net)`) and constraints (`net.constraints`). A part that a
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


NAMES: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Weights))


def shapes(
    n_in: int, n_hidden: int, n_out: int, tau: tuple[int, ...] = ()
) -> dict[str, tuple[int, ...]]:
    """The shape of each weight of a network of these sizes."""
    return {
        "w_in": (n_hidden, n_in),
        "w_hid": (n_hidden, n_hidden),
        "w_out": (n_out, n_hidden),
        "b_hid": (n_hidden,),
        "b_out": (n_out,),
        "v0": (n_hidden,),
        "tau": tau,
    }
