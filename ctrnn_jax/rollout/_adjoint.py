"""How gradients through time are taken, as strategy objects."""

import abc
from typing import Any, final

import equinox as eqx

from ._scan import Emit, hoisted_scan, plain_scan, Step


class AbstractAdjoint(eqx.Module):
    """A way to run the scan over time that decides how it is differentiated."""

    @abc.abstractmethod
    def scan(
        self, theta: Any, state: Any, xs: Any, *, step: Step, emit: Emit, stride: int
    ) -> tuple[Any, Any]:
        """As `plain_scan`: the last state, and what is emitted after each stride."""


@final
class HoistedAdjoint(AbstractAdjoint):
    """Weight gradients as one large matrix product, outside the loop (the default).

    Stores the states of all steps, and carries only the sensitivity of the state
    backwards. Exact in every mode: `grad`, `jvp`, `jacfwd`, Hessian-vector products,
    under `vmap` over trials (no weight gradient per trial) and over networks.

    An activation of your own must not close over an array that is differentiated.
    """

    def scan(
        self, theta: Any, state: Any, xs: Any, *, step: Step, emit: Emit, stride: int
    ) -> tuple[Any, Any]:
        """The scan with its parameter derivative outside."""
        return hoisted_scan(theta, state, xs, step=step, emit=emit, stride=stride)


@final
class DirectAdjoint(AbstractAdjoint):
    """JAX's own differentiation of the scan, step by step; the reference in tests."""

    def scan(
        self, theta: Any, state: Any, xs: Any, *, step: Step, emit: Emit, stride: int
    ) -> tuple[Any, Any]:
        """The plain scan."""
        return plain_scan(theta, state, xs, step=step, emit=emit, stride=stride)
