"""How gradients through time are taken, as strategy objects."""

import abc
from typing import Any, final

import equinox as eqx

from .._checks import check_count
from ._scan import Cell, evaluated, hoisted_scan, plain_scan


class AbstractAdjoint(eqx.Module):
    """A way to run the scan over time that decides how it is differentiated."""

    @abc.abstractmethod
    def scan(
        self, theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
    ) -> tuple[Any, Any]:
        """As `plain_scan`: the last state, and what is emitted after each stride."""

    @abc.abstractmethod
    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """How many steps to scan at once (a multiple of the stride, or all).

        `step_bytes` is the size of the state of all trials. Noise is drawn and weight
        gradients are taken for this many steps at a time.
        """


@final
class HoistedAdjoint(AbstractAdjoint):
    """Weight gradients as large matrix products, outside the loop over time.

    The default. Stores the states of all steps, and carries only the sensitivity of the
    state backwards; weight gradients are one product over all trials and the steps of a
    chunk. A chunk is as long as its arrays stay in a processor's cache (about 1 MiB
    each), so short runs and small networks are one chunk. Exact in every mode: `grad`,
    `jvp`, `jacfwd`, Hessian-vector products, under `vmap` over trials (no weight
    gradient per trial) and over networks.

    An activation of your own must not close over an array that is differentiated.

    **Arguments:**

    - `chunk_bytes`: about how large the states of a chunk may be, those of all
        rollouts together that `jax.vmap` maps over.

    Raises `ValueError` for less than one byte.
    """

    chunk_bytes: int = eqx.field(static=True, default=2**20)

    def __check_init__(self) -> None:
        """Refuse a size that no chunk can have."""
        check_count("chunk_bytes", self.chunk_bytes, at_least=1)

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """About `chunk_bytes` of states; if it can be, it divides the whole length."""
        most = max(1, self.chunk_bytes // max(step_bytes, 1))
        groups, wanted = length // stride, max(1, most // stride)
        if length <= most or groups <= wanted:
            return length
        # an even split: a shorter last chunk would be compiled once more
        near = range(max(1, wanted // 2), 2 * wanted + 1)
        even = [d for d in near if groups % d == 0]
        return stride * min(even, key=lambda d: abs(d - wanted), default=wanted)

    def scan(
        self, theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
    ) -> tuple[Any, Any]:
        """The scan with its parameter derivative outside."""
        return hoisted_scan(theta, state, xs, cell=cell, stride=stride)


@final
class DirectAdjoint(AbstractAdjoint):
    """JAX's own differentiation of the scan, step by step; the reference in tests."""

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """All steps at once."""
        del step_bytes, stride
        return length

    def scan(
        self, theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
    ) -> tuple[Any, Any]:
        """The plain scan."""
        return plain_scan(theta, state, xs, cell=evaluated(cell), stride=stride)
