"""The stability of fixed points, from the spectra of their Jacobians."""

from equinox import AbstractVar
import numpy as np

from ...network import AbstractNetwork
from .._eigenmodes import AbstractEigenvalues


def stability_names(excess: np.ndarray, margin: float) -> np.ndarray:
    """Return "stable", "marginal", "saddle" or "unstable" for each point, `(points,)`.

    `excess`, `(points, n)`, is positive for an unstable direction: a real part, or a
    modulus minus 1. Values within `margin` of 0 are marginal. A point is "unstable" if
    all its directions are; see `FixedPoints.stability`.
    """
    is_unstable = excess > margin
    has_marginal = np.any(np.abs(excess) <= margin, -1)
    none_unstable = np.where(has_marginal, "marginal", "stable")
    some_unstable = np.where(is_unstable.all(-1), "unstable", "saddle")
    return np.where(is_unstable.any(-1), some_unstable, none_unstable)


class AbstractPoints(AbstractEigenvalues):
    """Points of a network with the eigenvalues of their Jacobians.

    **Attributes:**

    - `network`: the network.
    - `eigenvalues`: `(K, n_hidden)` complex, of the flow at each point, in 1/ms.
    - `marginal`: real parts within this of 0, per tau, count as 0.
    """

    network: AbstractVar[AbstractNetwork]
    eigenvalues: AbstractVar[np.ndarray]
    marginal: AbstractVar[float]

    @property
    def index(self) -> np.ndarray:
        """The number of unstable directions of the flow, `(K,)`."""
        return np.sum(self._growth_per_tau() > self.marginal, -1)

    @property
    def stability(self) -> np.ndarray:
        """Stability of the flow, `(K,)`: "stable", "marginal", "saddle", "unstable".

        A saddle has unstable directions and others; all directions of an "unstable"
        point are unstable.
        """
        return stability_names(self._growth_per_tau(), self.marginal)

    def _growth_per_tau(self) -> np.ndarray:
        """Return the real parts of the eigenvalues, per mean tau."""
        return np.real(self.eigenvalues) * float(np.mean(np.asarray(self.network.tau)))
