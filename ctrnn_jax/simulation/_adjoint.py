"""How gradients through time are taken, as strategy objects."""

import abc
from collections.abc import Callable
import math
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_count, describe, invalid
from ._scan import Cell, evaluated, hoisted_scan, plain_scan


Segment = Callable[[Any, Any, Any], Any]
"""`(carry, xs, index) -> (carry, kept)`: a rollout of one segment of the steps."""


class AbstractAdjoint(eqx.Module):
    """A way to run the scan over time that decides how it is differentiated.

    The steps of a rollout are divided twice: into segments (`segment`, `around`), which
    decide what the reverse pass is given, and those into chunks (`chunk`), for which
    noise is drawn and weight gradients are taken at a time. `scan` runs a chunk.
    """

    @abc.abstractmethod
    def scan(
        self, theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
    ) -> tuple[Any, Any]:
        """As `plain_scan`: the last state, and what is emitted after each stride."""

    @abc.abstractmethod
    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """How many steps to scan at once (a multiple of the stride, or all).

        `step_bytes` is the size of the state of all trials.
        """

    @abc.abstractmethod
    def segment(self, length: int, stride: int) -> int:
        """How many steps a segment has (a multiple of the stride, or all).

        Raises `ValueError` for lengths and strides that it cannot divide.
        """

    @abc.abstractmethod
    def around(self, run: Segment) -> Segment:
        """`run` with what is done differently at the border of segments."""


def _nearest_divisor(groups: int, wanted: int) -> int:
    """A size near the one that is wanted that divides the number evenly, if there is.

    A shorter last piece would be compiled once more.
    """
    near = range(max(1, wanted // 2), 2 * wanted + 1)
    even = [d for d in near if groups % d == 0]
    return min(even, key=lambda d: abs(d - wanted), default=wanted)


class AbstractWhole(AbstractAdjoint):
    """All steps are one segment: the states of all are stored."""

    def segment(self, length: int, stride: int) -> int:
        """All steps."""
        del stride
        return length

    def around(self, run: Segment) -> Segment:
        """Nothing is done differently."""
        return run


@final
class HoistedAdjoint(AbstractWhole):
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
        return stride * _nearest_divisor(groups, wanted)

    def scan(
        self, theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
    ) -> tuple[Any, Any]:
        """The scan with its parameter derivative outside."""
        return hoisted_scan(theta, state, xs, cell=cell, stride=stride)


@final
class DirectAdjoint(AbstractWhole):
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


class AbstractSegmented(AbstractAdjoint):
    """Something is done between segments; each is differentiated as `inner` does."""

    inner: eqx.AbstractVar[HoistedAdjoint | DirectAdjoint]

    def __check_init__(self) -> None:
        """Refuse other adjoints within."""
        if not isinstance(self.inner, (HoistedAdjoint, DirectAdjoint)):
            raise invalid(
                "inner",
                "be a HoistedAdjoint or a DirectAdjoint",
                describe(self.inner),
                "It says how each segment is differentiated.",
            )

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """As `inner`."""
        return self.inner.chunk(length, step_bytes, stride)

    def scan(
        self, theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
    ) -> tuple[Any, Any]:
        """As `inner`."""
        return self.inner.scan(theta, state, xs, cell=cell, stride=stride)


@final
class Checkpointed(AbstractSegmented):
    """Stores the state between segments only, and runs each again in the reverse pass.

    For long runs. With segments of about sqrt(T) steps, the default, the memory of a
    gradient grows as sqrt(T) (inputs and what is recorded aside), for about the time of
    one more forward pass. States, rates and noise are made again, not stored. The same
    gradients as with `inner`, in every mode.

    **Arguments:**

    - `steps`: the length of a segment; by default near sqrt(T).
    - `inner`: how each segment is differentiated.

    Raises `ValueError` for segments of less than one step; in a rollout, for fewer than
    two steps, for a segment that is no multiple of the record's stride, or none of
    which fits.
    """

    steps: int | None = eqx.field(static=True, default=None)
    inner: HoistedAdjoint | DirectAdjoint = HoistedAdjoint()

    def __check_init__(self) -> None:
        """Refuse segments without steps."""
        if self.steps is not None:
            check_count("steps", self.steps, at_least=1)

    def segment(self, length: int, stride: int) -> int:
        """`steps`, or about sqrt(T); if it can be, it divides the whole length."""
        if length < 2:
            raise invalid(
                "adjoint",
                "have at least 2 steps to store between",
                f"Checkpointed for {length}",
                "Use cj.HoistedAdjoint().",
            )
        if self.steps is None:
            wanted = max(1, round(math.sqrt(length) / stride))
            groups = max(1, length // stride)
            return min(length, stride * _nearest_divisor(groups, wanted))
        if self.steps > length or self.steps % stride:
            raise invalid(
                "adjoint",
                f"have segments of at most all {length} steps that are a multiple of "
                f"the record's stride {stride}",
                f"Checkpointed(steps={self.steps})",
                "Leave `steps` out for about sqrt(T).",
            )
        return self.steps

    def around(self, run: Segment) -> Segment:
        """Run again in the reverse pass."""
        return jax.checkpoint(run, prevent_cse=False)


@final
class Truncated(AbstractSegmented):
    """Backpropagation through time that is cut every `steps` steps.

    The state goes on from window to window as always, so the trajectory is exactly that
    of the other adjoints; sensitivities do not cross from a window into the one before
    (Williams & Peng 1990). A biased gradient: what is learned about causes further
    back than the window is nothing. With one window it is exact.

    **Arguments:**

    - `steps`: the length of a window; it must divide that of the rollout.
    - `inner`: how each window is differentiated.

    Raises `ValueError` for windows of less than one step; in a rollout, if they do not
    divide its length, or the record's stride does not divide them.
    """

    steps: int = eqx.field(static=True)
    inner: HoistedAdjoint | DirectAdjoint = HoistedAdjoint()

    def __check_init__(self) -> None:
        """Refuse windows without steps."""
        check_count("steps", self.steps, at_least=1)

    def segment(self, length: int, stride: int) -> int:
        """`steps`."""
        if length % self.steps or self.steps % stride:
            raise invalid(
                "adjoint",
                f"have windows that divide the {length} steps and are a multiple of "
                f"the record's stride {stride}",
                f"Truncated(steps={self.steps})",
                "Choose another window, or pad the inputs and mask the loss.",
            )
        return self.steps

    def around(self, run: Segment) -> Segment:
        """Cut what the state knows of its past, except of where the rollout starts."""

        def cut(carry: Any, xs: Any, index: Any) -> Any:
            later = jnp.asarray(index) > 0

            def forget(x: Any) -> Array:
                return jnp.where(later, jax.lax.stop_gradient(x), x)

            return run(jax.tree.map(forget, carry), xs, index)

        return cut
