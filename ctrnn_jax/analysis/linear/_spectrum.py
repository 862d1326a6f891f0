"""The spectrum of recurrent weights: eigenvalues, singular values, low rank."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_count,
    describe,
    is_concrete,
)
from ..._show import AbstractShown, counted, quantities, Table, with_rank
from ..._tree import with_fields
from ..._types import ArrayLike
from ...network import AbstractNetwork, check_network, effective
from .._arguments import check_square, input_array, one_state
from .._double_precision import in_double
from .._eigenmodes import sorted_eigenvalues
from .._vector_field import field_of
from ._non_normality import kreiss_bound, numerical_abscissa
from ._random_matrix import random_matrix, RandomMatrix


@final
class Spectrum(AbstractShown, eqx.Module):
    """Eigenvalues, singular values and non-normality of recurrent weights W.

    **Attributes** (NumPy, in double precision):

    - `eigenvalues`: of W, `(N,)` complex, by falling real part.
    - `radius`, `abscissa`: the largest modulus and the largest real part among them.
    - `numerical_abscissa`: the largest eigenvalue of `(W + W^T) / 2`; above `abscissa`
      if W is not normal.
    - `expected`: the `RandomMatrix` with the same statistics.
    - `jacobian_eigenvalues`: of the Jacobian of dv/dt at `potentials`, `(N,)` complex,
      1/ms, by falling real part; for a plain matrix those of `W - I`, per time
      constant. Here and below, units whose rate is zero are included with their slope:
      that of `relu` at 0 is 0.
    - `reactivity`: the numerical abscissa of that Jacobian: the fastest rate at which
      any small perturbation grows at first, 1/ms (Neubert & Caswell 1997). Positive in
      a stable network, it means transient growth.
    - `growth_bound`: a lower bound of the growth of some perturbation before it decays,
      `sup_t |exp(J t)|`; see `kreiss_bound`. `None` if `growth=False`.
    - `singular_values`: of W, `(N,)`, falling.
    - `effective_rank`: exp of the entropy of the singular values over their sum (Roy &
      Vetterli 2007); N if all are equal.
    - `stable_rank`: the squared Frobenius norm over the squared largest singular value.
    - `left`, `right`: the leading singular vectors, `(k, N)`: W maps rates with the
      pattern `right` to currents with the pattern `left`.
    - `self_overlap`: cosine of left and right, `(k,)`: 0 for a feedforward direction.
    - `input_overlap`: cosine of each right vector with the weights of each input,
      `(k, n_in)`: whether W reads the input. `None` for a plain matrix; 0 if all
      weights of the input are zero.
    - `readout_overlap`: cosine of each left vector with the weights of each output,
      `(k, n_out)`: whether the output reads what W writes. The common sign of a left
      and a right vector is arbitrary.
    """

    eigenvalues: np.ndarray
    radius: np.ndarray
    abscissa: np.ndarray
    numerical_abscissa: np.ndarray
    expected: RandomMatrix
    jacobian_eigenvalues: np.ndarray
    reactivity: np.ndarray
    growth_bound: np.ndarray | None
    singular_values: np.ndarray
    effective_rank: np.ndarray
    stable_rank: np.ndarray
    left: np.ndarray
    right: np.ndarray
    self_overlap: np.ndarray
    input_overlap: np.ndarray | None
    readout_overlap: np.ndarray | None

    def _table(self) -> Table:
        about = f"of {counted(len(with_rank(self.eigenvalues, 1)), 'unit')}"
        omitted = ("left", "right", "self_overlap", "input_overlap", "readout_overlap")
        return quantities(
            self, about, omit=omitted, reactivity="1/ms", jacobian_eigenvalues="1/ms"
        )


@checks_arguments
def spectrum(
    net: AbstractNetwork | ArrayLike,
    *,
    potentials: ArrayLike | None = None,
    inputs: ArrayLike | None = None,
    classes: ArrayLike | None = None,
    n_vectors: int = 5,
    growth: bool = True,
) -> Spectrum:
    """Compute eigenvalues, singular values and non-normality of recurrent weights.

    Computed from concrete values, outside `jit`, by NumPy in double precision.

    **Arguments:**

    - `net`: a network (its effective signed weights are used), or a square matrix
        `[post, pre]`.
    - `potentials`: `v`, `(N,)` at which the Jacobian is taken; v0 by default.
    - `inputs`: constant input `(n_in,)` for the Jacobian, which depends on it if f acts
        on the current.
    - `classes`: the class of each column, `(N,)` numbers, for `expected`; by default
        excitatory and inhibitory, if the network has units of these names.
    - `n_vectors`: number of singular vectors in the result.
    - `growth`: whether to compute `growth_bound` (the slow part for large N).

    **Returns:** a `Spectrum`.

    **Raises:** `ValueError` for weights that are not square or not finite, tracers, and
    stacks of networks.
    """
    is_known = is_concrete((net, potentials, inputs))
    remedy = "Call spectrum outside of the transformed function."
    check(is_known, "net", "be known outside of jit", lambda: describe(net), remedy)
    num_vectors = check_count("n_vectors", n_vectors, at_least=1)

    # weights, and the Jacobian of the flow at the state
    w_in = w_out = None
    if isinstance(net, AbstractNetwork):
        network = check_network(net)
        weights = effective(network)
        w = check_square("net", weights.w_hid)
        w_in, w_out = np.asarray(weights.w_in), np.asarray(weights.w_out)
        jacobian = check_square("potentials", jacobian_at(network, potentials, inputs))
        classes = _named_classes(network) if classes is None else classes
    else:
        for name, value in (("potentials", potentials), ("inputs", inputs)):
            remedy = "Pass the network to linearise it at a state."
            rule = "be left out for a matrix"
            check(value is None, name, rule, lambda x=value: describe(x), remedy)
        w = check_square("net", net, "be a network or a square matrix")
        jacobian = w - np.eye(len(w))

    # singular values, and their shares of the sum for the effective rank
    u, s, vt = np.linalg.svd(w)
    left, right = u.T[:num_vectors], vt[:num_vectors]
    tiny = np.finfo(float).tiny
    share = s[s > 0] / max(s.sum(), tiny)
    eigenvalues = sorted_eigenvalues(w)
    return Spectrum(
        eigenvalues=eigenvalues,
        radius=np.asarray(np.abs(eigenvalues).max()),
        abscissa=np.asarray(np.real(eigenvalues).max()),
        numerical_abscissa=np.asarray(numerical_abscissa(w)),
        expected=random_matrix(w, classes),
        jacobian_eigenvalues=sorted_eigenvalues(jacobian),
        reactivity=np.asarray(numerical_abscissa(jacobian)),
        growth_bound=kreiss_bound(jacobian) if growth else None,
        singular_values=s,
        effective_rank=np.asarray(np.exp(-np.sum(share * np.log(share)))),
        stable_rank=np.asarray(np.sum((s / max(s[0], tiny)) ** 2)),
        left=left,
        right=right,
        self_overlap=np.sum(left * right, axis=1),
        input_overlap=None if w_in is None else _cosines(right, w_in.T),
        readout_overlap=None if w_out is None else _cosines(left, w_out),
    )


def jacobian_at(
    net: AbstractNetwork, potentials: object = None, inputs: object = None
) -> np.ndarray:
    """Return the Jacobian of dv/dt at one state in 1/ms, v0 by default, in float64.

    Unlike `jacobian`, it is defined for networks with noise or plasticity too. Before
    the step that is differentiated, plastic synapses are at rest.
    """
    net = check_network(net)
    if potentials is None:
        v = net.initial_state().potentials
    else:
        v = one_state(net, potentials)
    u = input_array(net, inputs, one=True)
    double = jnp.dtype("float64")
    return np.asarray(in_double(_jacobian, net, v, u, dtype=double))


@jax.jit
def _jacobian(net: AbstractNetwork, v: Array, u: Array) -> Array:
    field, synapses = field_of(net, u), net.synapses
    if synapses is not None:
        # what a unit sends depends on its own rate alone: linearise it, which leaves
        # the current at v as it is

        def sent(rates: Array) -> Array:
            state = synapses.advance(synapses.rest(rates), rates, net.dt)
            return state.u * state.x * rates

        rates = net.form.rates(v, net.activation)
        value, slope = jax.jvp(sent, (rates,), (jnp.ones_like(rates),))
        offset = field.w_hid @ (value - slope * rates)
        w_hid = field.w_hid * slope[None, :]
        field = with_fields(field, w_hid=w_hid, drive=field.drive + offset)
    return field.jacobian(v)


def _cosines(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the cosine of each unit vector with each other vector; 0 if that is 0."""
    norms = np.linalg.norm(others, axis=1)
    return (vectors @ others.T) / np.where(norms > 0, norms, 1)


def _named_classes(net: AbstractNetwork) -> np.ndarray | None:
    """Return 1 for excitatory, 0 for inhibitory units; `None` without these names."""
    units = net.layout.units
    if not {"excitatory", "inhibitory"} <= set(units.names):
        return None
    return np.isin(np.arange(net.n_hidden), units.indices("excitatory")).astype(int)
