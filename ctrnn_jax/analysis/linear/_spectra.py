"""Spectra of recurrent weights: eigenvalues, predictions, non-normality, low rank."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_flag, describe, invalid, is_concrete
from ..._types import ArrayLike
from ...network import AbstractNetwork, effective, noiseless
from ...perturbations import Perturbed
from .._eigenmodes import by_real_part
from .._step_map import check_network, frozen, in_double, linearised
from ._linearisation import numerical_abscissa


class RandomMatrix(eqx.Module):
    """What random-matrix theory expects of weights with these statistics.

    Of a matrix with independent entries whose mean m_c and variance s_c^2 depend on the
    class c of their column, n_c columns each (Rajan & Abbott 2006, eqs. 5 and 6; the
    circular law of Girko where there is one class):

        radius^2 = sum_c n_c s_c^2         outlier = sum_c n_c m_c

    Eigenvalues fill the disc of that radius; the outlier is seen if it is outside.
    Balanced means alone (outlier 0) leave other outliers: those go once every row of
    the random part adds up to zero.

    **Attributes** (NumPy):

    - `radius`, `outlier`: as above.
    - `means`, `variances`, `counts`: of each class, `(classes,)`; absent synapses are
      zeros, the diagonal is left out where it is all zero.
    - `row_sums`: of the weights, `(N,)`; all zero where rows are balanced.
    """

    radius: np.ndarray
    outlier: np.ndarray
    means: np.ndarray
    variances: np.ndarray
    counts: np.ndarray
    row_sums: np.ndarray


class Spectrum(eqx.Module):
    """What `spectrum` found about recurrent weights W (NumPy arrays, in double).

    **Attributes:**

    - `eigenvalues`: of W, `(N,)` complex, by falling real part.
    - `radius`, `abscissa`: the largest modulus and real part among them.
    - `numerical_abscissa`: the largest eigenvalue of `(W + W^T) / 2`; above `abscissa`
      where W is not normal.
    - `expected`: a `RandomMatrix` of the same statistics.
    - `jacobian_eigenvalues`: of the Jacobian of dv/dt at `potentials`, `(N,)` complex,
      1/ms, by falling real part; of a plain matrix those of `W - I`, per time
      constant. Here and below, units with silent inputs count as they are there:
      `relu` has slope 0 at 0.
    - `reactivity`: the numerical abscissa of that Jacobian: the fastest rate at which
      any small perturbation grows at first, 1/ms (Neubert & Caswell 1997). Positive in
      a stable network means transient growth.
    - `growth_bound`: a lower bound of how much some perturbation grows before it
      decays, `sup_t |exp(J t)|`; see `kreiss_bound`. `None` if not asked for.
    - `singular_values`: of W, `(N,)`, falling.
    - `effective_rank`: exp of the entropy of the singular values over their sum (Roy &
      Vetterli 2007); N if all are equal.
    - `stable_rank`: the squared Frobenius norm over the squared largest singular value.
    - `left`, `right`: the leading singular vectors, `(k, N)`: what W writes (left)
      when rates have the pattern it reads (right).
    - `self_overlap`: cosine of left and right, `(k,)`: 0 for a feedforward direction.
    - `input_overlap`: cosine of each right vector with each input's weights,
      `(k, n_in)`: is the input read by W? `None` for a plain matrix; 0 without weights.
    - `readout_overlap`: cosine of each left vector with each output's weights,
      `(k, n_out)`: is what W writes read out? The sign of a pair of vectors is free.
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


def spectrum(
    net: AbstractNetwork | Perturbed | ArrayLike,
    *,
    potentials: ArrayLike | None = None,
    inputs: ArrayLike | None = None,
    classes: ArrayLike | None = None,
    n_vectors: int = 5,
    growth: bool = True,
) -> Spectrum:
    """Eigenvalues, singular values and non-normality of recurrent weights.

    On concrete values, outside `jit`, by NumPy in double precision.

    **Arguments:**

    - `net`: a network (its effective signed weights count), or a square matrix
        `[post, pre]`.
    - `potentials`: `v`, `(N,)` at which the Jacobian is taken; by default v0.
    - `inputs`: constant input `(n_in,)` there, where f acts on the current.
    - `classes`: the class of each column, `(N,)` numbers, for `expected`; by default
        excitatory and inhibitory where the network has units of these names.
    - `n_vectors`: how many singular vectors to keep.
    - `growth`: whether to compute `growth_bound` (the slow part for large N).

    **Returns:** a `Spectrum`.

    **Raises:** `ValueError` for weights that are not square or not finite, tracers, and
    stacks of networks.
    """
    if not is_concrete((net, potentials, inputs)):
        raise invalid("net", "be known outside of jit", describe(net), "Compute it.")
    count = check_count("n_vectors", n_vectors, at_least=1)
    w_in = w_out = None
    if not isinstance(net, (AbstractNetwork, Perturbed)):
        w = _square("net", net)
        jacobian = w - np.eye(len(w))
    else:
        net = check_network(net)
        weights = effective(net)
        w = _square("net", weights.w_hid)
        w_in, w_out = np.asarray(weights.w_in), np.asarray(weights.w_out)
        jacobian = _square("potentials", jacobian_at(net, potentials, inputs))
        classes = _named_classes(net) if classes is None else classes
    u, s, vt = np.linalg.svd(w)
    left, right = u.T[:count], vt[:count]
    share = s[s > 0] / max(s.sum(), np.finfo(float).tiny)
    values, rates = _sorted(w), _sorted(jacobian)
    return Spectrum(
        eigenvalues=values,
        radius=np.asarray(np.abs(values).max()),
        abscissa=np.asarray(np.real(values).max()),
        numerical_abscissa=np.asarray(numerical_abscissa(w)),
        expected=random_matrix(w, classes),
        jacobian_eigenvalues=rates,
        reactivity=np.asarray(numerical_abscissa(jacobian)),
        growth_bound=kreiss_bound(jacobian) if check_flag("growth", growth) else None,
        singular_values=s,
        effective_rank=np.asarray(np.exp(-np.sum(share * np.log(share)))),
        stable_rank=np.asarray(np.sum(s**2) / max(s[0] ** 2, np.finfo(float).tiny)),
        left=left,
        right=right,
        self_overlap=np.sum(left * right, axis=1),
        input_overlap=None if w_in is None else _cosines(right, w_in.T),
        readout_overlap=None if w_out is None else _cosines(left, w_out),
    )


def jacobian_at(
    net: AbstractNetwork, potentials: Any = None, inputs: Any = None
) -> np.ndarray:
    """`jacobian` at one state, by default v0, of networks with noise or plasticity too.

    `(dG/dv - I) / (gain tau)` with G the noise-free step: for the current form
    `(-I + W diag(f'(v))) / tau`, whatever the discretisation. Plastic synapses are held
    at rest.
    """
    check_network(net)
    quiet = noiseless(net)
    v = (
        net.initial_state().potentials
        if potentials is None
        else jnp.asarray(potentials, net.dtype)
    )
    if v.shape != (net.n_hidden,):
        raise invalid(
            "potentials",
            f"have shape {(net.n_hidden,)}",
            f"shape {v.shape}",
            "One state.",
        )
    u = None if inputs is None else jnp.asarray(inputs, net.dtype)
    if u is not None and u.shape != (net.n_in,):
        raise invalid(
            "inputs", f"have shape {(net.n_in,)}", f"shape {u.shape}", "One vector."
        )
    return np.asarray(in_double(_jacobian, quiet, v, u, dtype=jnp.dtype("float64")))


@jax.jit
def _jacobian(net: Any, v: Any, u: Any) -> Any:
    own = frozen(net)
    state = own.state_at(v)
    _, push = linearised(own, state, u, None)
    still = jax.tree.map(jnp.zeros_like, state.synapses)
    identity = jnp.eye(v.shape[0], dtype=v.dtype)
    step = jax.vmap(lambda dv: push((dv, still))[0], out_axes=1)(identity)
    tau = jnp.broadcast_to(own.tau, v.shape)
    gain = jnp.broadcast_to(own.method.gain(own.dt, own.tau), v.shape)
    return (step - identity) / (gain * tau)[:, None]


def random_matrix(weights: ArrayLike, classes: ArrayLike | None = None) -> RandomMatrix:
    """The radius and outlier expected of weights with their statistics.

    **Arguments:** `weights` `(N, N)`, `[post, pre]`, and `classes`, the class of each
    column, `(N,)`; by default all are one class. Returns a `RandomMatrix`; raises
    `ValueError` for other shapes.
    """
    w = _square("weights", weights)
    labels = np.zeros(len(w)) if classes is None else np.asarray(classes)
    if labels.shape != (len(w),):
        raise invalid(
            "classes", f"have shape {(len(w),)}", f"shape {labels.shape}", "One a unit."
        )
    counted = np.ones(w.shape, bool)
    if not np.any(np.diagonal(w)):
        np.fill_diagonal(counted, False)
    found = np.unique(labels)
    chosen = [counted & (labels == c)[None, :] for c in found]
    means = np.array([w[which].mean() if which.any() else 0.0 for which in chosen])
    variances = np.array([w[which].var() if which.any() else 0.0 for which in chosen])
    counts = np.array([np.sum(labels == c) for c in found])
    return RandomMatrix(
        radius=np.asarray(np.sqrt(np.sum(counts * variances))),
        outlier=np.asarray(np.sum(counts * means)),
        means=means,
        variances=variances,
        counts=counts,
        row_sums=w.sum(axis=1),
    )


def kreiss_bound(
    jacobian: ArrayLike, *, points: tuple[int, int] = (12, 8)
) -> np.ndarray:
    """A lower bound of `sup_t |exp(J t)|`, from pseudospectra; at least 1.

    The Kreiss constant `sup Re z / smallest singular value of (z I - J)` over the right
    half plane, on a grid of it (Trefethen & Embree 2005, eq. 14.6); any grid gives a
    lower bound. Infinite if J is unstable (largest real part beyond rounding). 1 for
    normal matrices that are stable.

    **Arguments:** `jacobian` `(N, N)`, and `points`, how many real (logarithmic) and
    imaginary parts the grid has. Raises `ValueError` for other matrices.
    """
    j = _square("jacobian", jacobian)
    values = np.linalg.eigvals(j)
    size = float(np.linalg.norm(j, 2)) or 1.0
    if values.real.max() > 1e-12 * size:
        return np.asarray(np.inf)
    best = 1.0
    # the spectrum is symmetric about the real axis
    for y in np.linspace(0.0, np.abs(values.imag).max(), points[1]):
        for x in size * np.geomspace(1e-3, 1.0, points[0]):
            inverse = np.linalg.inv(complex(x, y) * np.eye(len(j)) - j)
            best = max(best, x * _norm_from_below(inverse))
        if values.imag.max() == 0:
            break
    return np.asarray(best)


def _norm_from_below(matrix: np.ndarray, rounds: int = 6) -> float:
    """A lower bound of the spectral norm by power iteration: no SVD for each point."""
    # the largest row is close to the leading right singular vector
    x = matrix[np.argmax(np.linalg.norm(matrix, axis=1))].conj()
    for _ in range(rounds):
        x = matrix.conj().T @ (matrix @ (x / np.linalg.norm(x)))
    return float(np.linalg.norm(matrix @ (x / np.linalg.norm(x))))


def _square(name: str, matrix: Any) -> np.ndarray:
    """A square matrix of finite numbers in double precision."""
    w = np.asarray(matrix, float)
    if w.ndim != 2 or w.shape[0] != w.shape[1] or not w.size:
        raise invalid(
            name, "be a network or a square matrix", describe(matrix), "[post, pre]."
        )
    if not np.all(np.isfinite(w)):
        raise invalid(name, "be finite", "NaN or infinity", "Look for its source.")
    return w


def _sorted(matrix: np.ndarray) -> np.ndarray:
    values = np.linalg.eigvals(matrix).astype(complex)
    return values[by_real_part(values)]


def _cosines(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Of each unit vector with each other one; 0 with one that is nothing."""
    size = np.linalg.norm(others, axis=1)
    return (vectors @ others.T) / np.where(size > 0, size, 1)


def _named_classes(net: AbstractNetwork) -> np.ndarray | None:
    """1 for excitatory and 0 for inhibitory units, where units have these names."""
    units = net.layout.units
    if not {"excitatory", "inhibitory"} <= set(units.names):
        return None
    return np.isin(np.arange(net.n_hidden), units.indices("excitatory")).astype(int)
