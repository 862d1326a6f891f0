"""Adjoints with several segments: recomputed from checkpoints, or truncated."""

import math
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._checks import check, check_count, describe
from ._adjoint import AbstractAdjoint, Segment
from ._hoisted_adjoint import HoistedAdjoint, nearest_divisor
from ._scan import Cell, Steps


class AbstractSegmented(AbstractAdjoint):
    """Several segments, each differentiated by the adjoint `inner`."""

    inner: eqx.AbstractVar[AbstractAdjoint]

    def __check_init__(self) -> None:
        """Validate the class of `inner`."""
        is_inner = isinstance(self.inner, AbstractAdjoint)
        check(
            is_inner and not isinstance(self.inner, AbstractSegmented),
            "inner",
            "be an adjoint without segments, such as HoistedAdjoint()",
            lambda: describe(self.inner),
            "It differentiates each segment.",
        )

    def scan(
        self, theta: PyTree, state: PyTree, xs: Steps, *, cell: Cell, stride: int
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
    inner: AbstractAdjoint = HoistedAdjoint()

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
            return min(length, stride * nearest_divisor(n_strides, target))
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
    inner: AbstractAdjoint = HoistedAdjoint()

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
