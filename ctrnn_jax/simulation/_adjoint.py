"""How gradients through time are computed: the base of adjoints, and the plain one."""

import abc
from collections.abc import Callable
from typing import final, TypeAlias

import equinox as eqx
from jaxtyping import PyTree

from .._show import AbstractShown, options, Table
from ._scan import Cell, no_cache, plain_scan, Steps


Segment: TypeAlias = Callable[[PyTree, PyTree, PyTree], tuple[PyTree, PyTree]]
"""`(carry, xs, index) -> (carry, recorded)`: a rollout of one segment of the steps."""


class AbstractAdjoint(AbstractShown, eqx.Module):
    """A way to run the scan over time that decides how it is differentiated.

    The steps of a rollout are divided into segments, which decide the values that the
    reverse pass receives (`segment`, `around`). `scan` runs a segment. By default there
    is one segment, so a subclass needs only `scan`.

    **Example:** the gradient of the state is clipped at each step

    >>> @jax.custom_vjp
    ... def clip(v):
    ...     return v
    >>> clip.defvjp(lambda v: (v, None), lambda _, g: (jnp.clip(g, -1.0, 1.0),))
    >>> class Clipped(cj.simulation.AbstractAdjoint):
    ...     def scan(self, theta, state, xs, *, cell, stride):
    ...         def step(theta, state, *rest):
    ...             clipped = state._replace(v=clip(state.v))
    ...             return cell.step(theta, clipped, *rest)
    ...         clipping = cell._replace(step=step)
    ...         return cj.simulation.plain_scan(
    ...             theta, state, xs, cell=clipping, stride=stride
    ...         )
    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((20, 2)), adjoint=Clipped()).outputs.shape
    (20, 1)
    """

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def scan(
        self, theta: PyTree, state: PyTree, xs: Steps, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Return the last state and the values recorded after each stride.

        The result is that of `plain_scan`.
        """

    def segment(self, length: int, stride: int) -> int:
        """Return how many steps a segment has (a multiple of the stride, or all).

        Raises `ValueError` for lengths and strides that the adjoint cannot divide.
        """
        del stride
        return length

    def around(self, run: Segment) -> Segment:
        """Return `run` with the treatment of the start of each segment added."""
        return run


@final
class DirectAdjoint(AbstractAdjoint):
    """JAX's differentiation of the scan, step by step; the reference in tests.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((20, 2)), adjoint=cj.DirectAdjoint()).outputs.shape
    (20, 1)
    """

    def scan(
        self, theta: PyTree, state: PyTree, xs: Steps, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the plain scan."""
        return plain_scan(
            theta, state, xs, cell=cell._replace(cache=no_cache), stride=stride
        )
