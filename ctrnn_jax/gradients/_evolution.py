"""Evolution strategies: a gradient from losses alone."""

import math
from typing import Any, final, Literal

import equinox as eqx
import jax
from jax import Array
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp

from .._checks import check_choice, check_count, check_positive
from .._types import ArrayLike
from ._base import AbstractGradient, Problem, Terms


_MEMBERS = 2**32 - 1
"""What is folded into the problem's key for perturbations; no trial has this number"""


@final
class EvolutionStrategy(AbstractGradient):
    """The gradient of a smoothed loss, estimated from losses alone.

    Raw parameters x are perturbed by Gaussian noise, in antithetic pairs:

        g = 1 / (2 sigma K) sum_k (L(x + sigma e_k) - L(x - sigma e_k)) e_k

    (Salimans et al. 2017, algorithm 1, with mirrored sampling). It estimates the
    gradient of the mean of L(x + sigma e) without bias: that of L itself for a
    quadratic, and else as sigma goes to 0. Its noise falls as `sqrt(P / K)` with P
    parameters. All members see the same trials and noise, so that those do not add
    to it. Only losses are compared: the loss need not be differentiable (the fraction
    correct, counts of steps), nor the activation.

    Perturbing raw parameters keeps every constraint. Memory is that of forward passes:
    perturbations are drawn again where they are needed.

    **Arguments:**

    - `sigma`: standard deviation of the perturbations, in units of raw parameters.
    - `pairs`: K, how many pairs; each costs two rollouts.
    - `shaping`: `None`, or "ranks": losses are replaced by their ranks among the
        members, from -1/2 to 1/2 (equal ones share theirs), so that the update does not
        depend on the loss's scale or outliers. It is then no gradient of the loss, only
        a direction.
    - `batch_size`: how many pairs are simulated side by side; by default all.

    The loss that is reported is that of the network itself, one more rollout. Raises
    `ValueError` for a sigma that is not positive, less than one pair, and an unknown
    shaping.
    """

    sigma: Array
    pairs: int = eqx.field(static=True)
    shaping: Literal["ranks"] | None = eqx.field(static=True)
    batch_size: int | None = eqx.field(static=True)

    def __init__(
        self,
        sigma: ArrayLike,
        pairs: int,
        *,
        shaping: str | None = None,
        batch_size: int | None = None,
    ) -> None:
        check_positive("sigma", sigma, "It is the size of perturbations.")
        self.sigma = jnp.asarray(sigma, float)
        self.pairs = check_count("pairs", pairs, at_least=1)
        self.shaping = None
        if shaping is not None:
            check_choice("shaping", shaping, ("ranks",))
            self.shaping = "ranks"
        if batch_size is not None:
            check_count("batch_size", batch_size, at_least=1)
        self.batch_size = batch_size

    def __call__(
        self, params: Any, static: Any, problem: Problem
    ) -> tuple[Array, Terms, Any]:
        """The loss, its terms, and the estimate of its gradient."""
        value, terms = problem.value(eqx.combine(params, static))
        base = jax.random.fold_in(problem.key, jnp.uint32(_MEMBERS))
        size = min(self.batch_size or self.pairs, self.pairs)
        x, unravel = ravel_pytree(params)
        sigma = self.sigma.astype(x.dtype)

        def loss(x: Array) -> Array:
            return problem.value(eqx.combine(unravel(x), static))[0]

        def direction(index: Array) -> Array:
            return jax.random.normal(jax.random.fold_in(base, index), x.shape, x.dtype)

        def pair(index: Array) -> Array:
            step = sigma * direction(index)
            return jax.vmap(loss)(jnp.stack([x + step, x - step]))

        indices = jnp.arange(self.pairs, dtype=jnp.uint32)
        losses = jax.lax.map(pair, indices, batch_size=size)
        if self.shaping == "ranks":
            losses = centred_ranks(losses)
        scale = 2 * self.pairs * sigma
        weights = (losses[:, 0] - losses[:, 1]).astype(x.dtype) / scale

        def add(total: Array, part: tuple[Array, Array]) -> tuple[Array, None]:
            indices, weights = part
            return total + weights @ jax.vmap(direction)(indices), None

        # a last part that is not full counts nothing where it repeats
        parts = math.ceil(self.pairs / size)
        fill = (0, parts * size - self.pairs)
        split = lambda y: jnp.pad(y, fill).reshape(parts, size)
        total, _ = jax.lax.scan(
            add, jnp.zeros_like(x), (split(indices), split(weights))
        )
        return value, terms, unravel(total)


def centred_ranks(values: Array) -> Array:
    """Ranks among all values, from -1/2 (the least) to 1/2; equal ones share theirs."""
    flat = values.reshape(-1)
    ordered = jnp.sort(flat)
    below = jnp.searchsorted(ordered, flat, side="left")
    not_above = jnp.searchsorted(ordered, flat, side="right")
    # whole numbers until here: twice the mean rank of those that are equal
    twice = (below + not_above - 1).astype(values.dtype)
    return (twice / (2 * (flat.size - 1)) - 0.5).reshape(values.shape)
