"""How gradients through time are computed, as strategy objects."""

import abc
from collections.abc import Callable
import math
from typing import final, TypeAlias

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._checks import check, check_count, check_instance
from ._scan import Cell, hoisted_scan, plain_scan, without_cache


Segment: TypeAlias = Callable[[PyTree, PyTree, PyTree], tuple[PyTree, PyTree]]
"""`(carry, xs, index) -> (carry, recorded)`: a rollout of one segment of the steps."""


class AbstractAdjoint(eqx.Module):
    """A way to run the scan over time that decides how it is differentiated.

    The steps of a rollout are divided into segments, which decide the values that the
    reverse pass receives (`segment`, `around`). Each segment is divided into chunks
    (`chunk`): noise is drawn and weight gradients are computed for one chunk at a time.
    `scan` runs a chunk.
    """

    @abc.abstractmethod
    def scan(
        self, theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Return the last state and the values emitted after each stride.

        The result is that of `plain_scan`.
        """

    @abc.abstractmethod
    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """Return how many steps to scan at once (a multiple of the stride, or all).

        `step_bytes` is the size of the state of all trials.
        """

    @abc.abstractmethod
    def segment(self, length: int, stride: int) -> int:
        """Return how many steps a segment has (a multiple of the stride, or all).

        Raises `ValueError` for lengths and strides that the adjoint cannot divide.
        """

    @abc.abstractmethod
    def around(self, run: Segment) -> Segment:
        """Return `run` with the treatment of the start of each segment added."""


def _nearest_divisor(total: int, target: int) -> int:
    """Return the divisor of `total` nearest to `target`, within a factor of two.

    Without such a divisor, return `target`: the last piece is then shorter and is
    compiled separately.
    """
    candidates = range(max(1, target // 2), 2 * target + 1)
    divisors = [d for d in candidates if total % d == 0]
    return min(divisors, key=lambda d: abs(d - target), default=target)


class AbstractWhole(AbstractAdjoint):
    """All steps are one segment: the states of all steps are stored."""

    def segment(self, length: int, stride: int) -> int:
        """Return the length: all steps."""
        del stride
        return length

    def around(self, run: Segment) -> Segment:
        """Return `run` itself."""
        return run


@final
class HoistedAdjoint(AbstractWhole):
    """Weight gradients as large matrix products, outside the loop over time.

    The default. It stores the states of all steps and carries only the sensitivity of
    the state backwards. Weight gradients are one product over all trials and the steps
    of a chunk. A chunk is as long as its arrays fit a processor's cache (about 1 MiB
    each), so short runs and small networks are one chunk. The gradients are exact in
    every mode: `grad`, `jvp`, `jacfwd`, Hessian-vector products, under `vmap` over
    trials (no weight gradient per trial) and over networks.

    A custom activation must not close over an array that is differentiated.

    **Arguments:**

    - `chunk_bytes`: about how large the states of a chunk may be, counting all rollouts
        that `jax.vmap` maps over together.

    Raises `ValueError` for less than one byte.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> def loss(net):
    ...     traj = cj.rollout(net, jnp.ones((20, 2)), adjoint=cj.HoistedAdjoint())
    ...     return jnp.mean(traj.outputs**2)
    >>> jax.grad(loss)(net).raw.w_hid.shape
    (8, 8)
    """

    chunk_bytes: int = eqx.field(static=True, default=2**20)

    def __check_init__(self) -> None:
        """Validate the size of chunks."""
        check_count("chunk_bytes", self.chunk_bytes, at_least=1)

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """Return about `chunk_bytes` of states, dividing the length if possible."""
        # as many steps as fit, then the nearest whole number of strides
        max_steps = max(1, self.chunk_bytes // max(step_bytes, 1))
        n_strides, target = length // stride, max(1, max_steps // stride)
        if length <= max_steps or n_strides <= target:
            return length
        return stride * _nearest_divisor(n_strides, target)

    def scan(
        self, theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the scan whose parameter derivative is outside the loop."""
        return hoisted_scan(theta, state, xs, cell=cell, stride=stride)


@final
class DirectAdjoint(AbstractWhole):
    """JAX's differentiation of the scan, step by step; the reference in tests.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((20, 2)), adjoint=cj.DirectAdjoint()).outputs.shape
    (20, 1)
    """

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """Return the length: all steps at once."""
        del step_bytes, stride
        return length

    def scan(
        self, theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the plain scan."""
        return plain_scan(theta, state, xs, cell=without_cache(cell), stride=stride)


class AbstractSegmented(AbstractAdjoint):
    """Several segments, each differentiated by the adjoint `inner`."""

    inner: eqx.AbstractVar[HoistedAdjoint | DirectAdjoint]

    def __check_init__(self) -> None:
        """Validate the class of `inner`."""
        check_instance(
            "inner",
            self.inner,
            (HoistedAdjoint, DirectAdjoint),
            "be a HoistedAdjoint or a DirectAdjoint",
            "It differentiates each segment.",
        )

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """Return the chunk of `inner`."""
        return self.inner.chunk(length, step_bytes, stride)

    def scan(
        self, theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the scan of `inner`."""
        return self.inner.scan(theta, state, xs, cell=cell, stride=stride)


@final
class Checkpointed(AbstractSegmented):
    """Stores the state between segments only; the reverse pass recomputes each segment.

    For long runs. With segments of about sqrt(T) steps, the default, the memory of a
    gradient grows as sqrt(T) (without counting inputs and the record), for about the
    time of one more forward pass. States, rates and noise are recomputed, not stored.
    The gradients are those of `inner`, in every mode.

    **Arguments:**

    - `steps`: the length of a segment; by default near sqrt(T).
    - `inner`: how each segment is differentiated.

    Raises `ValueError` for segments of less than one step. A rollout raises it for
    fewer than two steps, and for a segment that is longer than the rollout or is no
    multiple of the record's stride.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> def loss(net, adjoint):
    ...     traj = cj.rollout(net, jnp.ones((100, 2)), adjoint=adjoint)
    ...     return jnp.mean(traj.outputs**2)
    >>> saved = jax.grad(loss)(net, cj.HoistedAdjoint()).raw.w_hid
    >>> recomputed = jax.grad(loss)(net, cj.Checkpointed()).raw.w_hid
    >>> bool(jnp.allclose(saved, recomputed, rtol=1e-4, atol=1e-7))
    True
    """

    steps: int | None = eqx.field(static=True, default=None)
    inner: HoistedAdjoint | DirectAdjoint = HoistedAdjoint()

    def __check_init__(self) -> None:
        """Validate the length of segments."""
        if self.steps is not None:
            check_count("steps", self.steps, at_least=1)

    def segment(self, length: int, stride: int) -> int:
        """Return `steps`, or about sqrt(T), dividing the length if possible."""
        check(
            length >= 2,
            "adjoint",
            "have at least 2 steps to store between",
            f"Checkpointed for {length}",
            "Use cj.HoistedAdjoint().",
        )
        if self.steps is None:
            # memory is (number of segments) + (steps of one), least at sqrt(T) each
            target = max(1, round(math.sqrt(length) / stride))
            n_strides = max(1, length // stride)
            return min(length, stride * _nearest_divisor(n_strides, target))
        check(
            self.steps <= length and self.steps % stride == 0,
            "adjoint",
            f"have segments of at most all {length} steps that are a multiple of "
            f"the record's stride {stride}",
            f"Checkpointed(steps={self.steps})",
            "Leave `steps` out for about sqrt(T).",
        )
        return self.steps

    def around(self, run: Segment) -> Segment:
        """Return `run`, recomputed in the reverse pass."""
        # segments run in a scan (except a shorter last one): CSE cannot undo this
        return jax.checkpoint(run, prevent_cse=False)


@final
class Truncated(AbstractSegmented):
    """Truncated backpropagation through time: gradients are cut every `steps` steps.

    The state passes from window to window unchanged, so the trajectory is exactly that
    of the other adjoints. Sensitivities do not pass from a window to the one before
    (Williams & Peng 1990). The gradient is biased: causes further back than the window
    contribute nothing. With one window it is exact.

    **Arguments:**

    - `steps`: the length of a window; it must divide that of the rollout.
    - `inner`: how each window is differentiated.

    Raises `ValueError` for windows of less than one step. A rollout raises it if the
    windows do not divide its length, or the record's stride does not divide them.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((40, 2)), adjoint=cj.Truncated(10)).outputs.shape
    (40, 1)
    """

    steps: int = eqx.field(static=True)
    inner: HoistedAdjoint | DirectAdjoint = HoistedAdjoint()

    def __check_init__(self) -> None:
        """Validate the length of windows."""
        check_count("steps", self.steps, at_least=1)

    def segment(self, length: int, stride: int) -> int:
        """Return `steps`."""
        check(
            length % self.steps == 0 and self.steps % stride == 0,
            "adjoint",
            f"have windows that divide the {length} steps and are a multiple of "
            f"the record's stride {stride}",
            f"Truncated(steps={self.steps})",
            "Choose another window, or pad the inputs and mask the loss.",
        )
        return self.steps

    def around(self, run: Segment) -> Segment:
        """Return `run` without the derivative with respect to its carry.

        The first window keeps this derivative: its carry is the start of the rollout.
        """

        def run_truncated(
            carry: PyTree, xs: PyTree, index: PyTree
        ) -> tuple[PyTree, PyTree]:
            is_later = jnp.asarray(index) > 0

            def cut(x: Array) -> Array:
                # one program for all windows, so no branch on the index
                return jnp.where(is_later, jax.lax.stop_gradient(x), x)

            return run(jax.tree.map(cut, carry), xs, index)

        return run_truncated
